"""Deciding by quorum, disputes, and who may not decide: in a real home, with crashes and races."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.services.confirming import confirm_guide
from agent.services.deciding import approve, approve_clean
from agent.services.desk import Section, open_desk
from agent.services.escalating import escalate
from agent.services.guides import comments_on
from agent.services.identity import Actor
from agent.services.retracting import retract_published
from agent.services.reviewing import edit_sentence, review_guide
from agent.services.sweeping import sweep
from agent.services.voting import tally_of
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.governance import GovernancePolicy
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.people import Member, Role
from memory.records.policy import Policy
from tests.agent.governance_world import BY_QUORUM, as_stored, governed, logged, times_published
from tests.tui.screens.desk_world import ADA, BEN, BO, DISPUTED, KETTLE, LENA, TESS, World

VOTE = """
import os, signal, sys
from pathlib import Path
from agent.services import reviewing
from agent.services.identity import Actor
from agent.services.workplace import open_workplace
from memory.records.guide import Decision

home, guide, who, where = sys.argv[1:]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(reviewing, where, die)
with open_workplace(Path(home)) as work:
    with work.store.reading() as unit:
        member = unit.people.member(who)
    reviewing.review_guide(work, Actor(member, acting_as=False), guide, Decision.APPROVE)
"""
"""Votes as a process of its own that is killed where it comes to the function named last."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Peers decide by a quorum of two."""
    with governed(tmp_path / "home", **BY_QUORUM) as opened:
        yield opened


def vote(
    world: World, member: Member, decision: Decision = Decision.APPROVE, name: str = "kettle"
) -> Guide:
    """Let somebody decide, which is a vote where peers do."""
    guide = world.guides[name]
    return review_guide(world.work, as_stored(world, member), guide.id, decision, "Because.")


def counts(world: World, name: str = "kettle") -> tuple[int, int, int]:
    """Votes to approve, revise and reject."""
    tally = tally_of(world.work, as_stored(world, LENA), world.guides[name].id)
    assert tally is not None
    return tuple(map(tally.count, Decision))  # type: ignore[return-value]  # there are three


def test_a_quorum_publishes_and_the_log_names_every_vote(world: World) -> None:
    """The first vote leaves the guide waiting, the second publishes it, once."""
    assert vote(world, BO).status is GuideStatus.CONFIRMED
    assert vote(world, BEN).status is GuideStatus.PUBLISHED
    guide = world.guides["kettle"]
    votes = logged(world, guide.id, Action.GUIDE_VOTED)
    assert [(v.actor, v.reason) for v in votes] == [
        (BO.id, "version:1:approve"),
        (BEN.id, "version:1:approve"),
    ]
    assert times_published(world, guide) == 1
    with pytest.raises(UserInputError, match="does not wait"):
        vote(world, LENA)


def test_approving_several_at_once_tells_votes_from_approvals(world: World) -> None:
    """A first vote approves nothing; the one that makes the quorum does."""
    guide = world.guides["kettle"]
    meant = [(guide.id, guide.current.number)]
    first = approve_clean(world.work, as_stored(world, BO), meant)
    assert ([one.id for one in first.voted], first.approved, first.left) == ([guide.id], (), ())
    second = approve_clean(world.work, as_stored(world, BEN), meant)
    assert ([one.id for one in second.approved], second.voted) == ([guide.id], ())


def test_a_vote_is_changed_until_it_is_decided(world: World) -> None:
    """A member has one vote on a version, and the last one counts."""
    vote(world, BO)
    vote(world, BO, Decision.REJECT)
    assert counts(world) == (0, 0, 1)
    vote(world, BEN)
    assert counts(world) == (1, 0, 1)
    assert vote(world, BO).status is GuideStatus.PUBLISHED


def test_a_quorum_sends_back_or_rejects_as_well(world: World) -> None:
    """What enough of them agree on is done, with what each of them said."""
    vote(world, BO, Decision.REJECT)
    after = vote(world, LENA, Decision.REJECT)
    assert after.status is GuideStatus.REJECTED
    with world.work.store.reading() as unit:
        (review,) = unit.guides.reviews(after.id)
    assert (review.decision, review.comment) == (Decision.REJECT, "Because.")


def test_authors_read_what_every_vote_to_send_it_back_wants(world: World) -> None:
    """Not the last one alone; and nobody's words stand in somebody else's name."""
    guide = world.guides["kettle"]
    for member, wanted in ((BO, "Say when."), (BEN, "Say why.")):
        review_guide(world.work, as_stored(world, member), guide.id, Decision.REVISE, wanted)
    found = {(one.reviewer_id, one.comment) for one in comments_on(world.work, guide.id)}
    assert found == {(BO.id, "Say when."), (BEN.id, "Say why.")}


def test_votes_on_an_older_version_do_not_count(world: World) -> None:
    """After an edit everybody votes anew."""
    vote(world, BO)
    guide = world.guides["kettle"]
    edit_sentence(world.work, as_stored(world, LENA), guide.id, 1, KETTLE[0][2].rstrip("."))
    confirm_guide(world.work, as_stored(world, ADA), guide.id)
    assert world.now("kettle").status is GuideStatus.CONFIRMED
    assert vote(world, BEN).status is GuideStatus.CONFIRMED
    assert counts(world) == (1, 0, 0)
    assert vote(world, BO).status is GuideStatus.PUBLISHED


def test_who_has_no_voice_any_more_is_not_counted(world: World) -> None:
    """Rights are held against the roles of the moment at which it is counted."""
    vote(world, BO)
    with world.work.store.writing() as unit:
        unit.people.update_member(BO.model_copy(update={"roles": (Role.PERIPHERAL,)}))
    assert vote(world, BEN).status is GuideStatus.CONFIRMED
    with pytest.raises(PermissionDeniedError, match="vote"):
        vote(world, BO)


@pytest.mark.parametrize("quorum", [1, 2])
def test_authors_do_not_vote_on_their_own_words(tmp_path: Path, quorum: int) -> None:
    """Neither alone nor beside others, even where one vote is enough."""
    with governed(tmp_path / "home", model="decentralised", quorum=quorum) as world:
        world.add("both", DISPUTED, title="Which grind for the small basket", dispute=(0, 3))
        with world.work.store.writing() as unit:
            unit.people.update_member(ADA.model_copy(update={"roles": (Role.CORE,)}))
        for name, author in (("kettle", ADA), ("both", ADA), ("both", BEN)):
            with pytest.raises(PermissionDeniedError, match="own"):
                vote(world, author, Decision.REJECT, name)
        after = vote(world, BO)
        assert (after.status is GuideStatus.PUBLISHED) is (quorum == 1)


def test_two_votes_at_once_publish_once(world: World) -> None:
    """Whichever transaction comes last sees both votes; one of the two publishes."""
    start = threading.Barrier(2)
    refused: list[Exception] = []

    def cast(member: Member) -> None:
        start.wait()
        try:
            vote(world, member)
        except UserInputError as late:
            refused.append(late)

    voters = [threading.Thread(target=cast, args=(member,)) for member in (BO, BEN)]
    for voter in voters:
        voter.start()
    for voter in voters:
        voter.join()
    assert not refused
    assert world.now("kettle").status is GuideStatus.PUBLISHED
    assert times_published(world, world.guides["kettle"]) == 1


@pytest.mark.parametrize(("where", "kept"), [("plan_wake", 1), ("advance", 2)])
def test_a_killed_vote_is_whole_or_not_there(tmp_path: Path, where: str, kept: int) -> None:
    """Killed within its transaction a vote is gone, after it the guide is published, once."""
    home = tmp_path / "home"
    with governed(home, **BY_QUORUM) as world:
        vote(world, BO)
        guide = world.guides["kettle"]
        (home / "passdown.toml").write_text("[governance]\nmodel = 'decentralised'\n")
        args = [sys.executable, "-c", VOTE, str(home), guide.id, BEN.id, where]
        done = subprocess.run(args, check=False, timeout=300)
        assert done.returncode == -signal.SIGKILL
        assert len(logged(world, guide.id, Action.GUIDE_VOTED)) == kept
        world.clock.at = datetime.now(UTC)
        for _ in range(2):
            sweep(world.work)
        if kept == 1:
            assert world.now("kettle").status is GuideStatus.CONFIRMED
            vote(world, BEN)
        assert world.now("kettle").status is GuideStatus.PUBLISHED
        assert times_published(world, guide) == 1


def test_the_authority_has_the_last_word_in_a_dispute(world: World) -> None:
    """Put to Tess, nobody else decides; her word publishes alone, and only she takes it back."""
    guide = world.guides["kettle"]
    vote(world, BO)
    _, asked = escalate(world.work, as_stored(world, LENA), guide.id, "Is it true?")
    assert asked.id == TESS.id
    for member in (BEN, LENA):
        with pytest.raises(PermissionDeniedError, match="final"):
            vote(world, member)
    assert vote(world, TESS).status is GuideStatus.PUBLISHED
    with pytest.raises(PermissionDeniedError, match="final"):
        retract_published(world.work, as_stored(world, LENA), guide.id, "I still doubt it.")
    after = retract_published(world.work, as_stored(world, TESS), guide.id, "I was wrong.")
    assert after.status is GuideStatus.RETRACTED


def test_nobody_is_put_a_dispute_that_they_could_not_settle(tmp_path: Path) -> None:
    """An authority who said all of it would leave the guide stuck, and is not asked."""
    with governed(tmp_path / "home") as world:
        said = tuple((facet, TESS, text) for facet, _, text in KETTLE)
        guide = world.add("hers", said, title="Tess on rinsing")
        with pytest.raises(UserInputError, match="could not decide"):
            escalate(world.work, as_stored(world, LENA), guide.id, "Is it true?")


def test_central_stewards_decide_in_the_centralised_model(tmp_path: Path) -> None:
    """Whoever is named approves, whatever their role; a steward of the community does not."""
    with governed(tmp_path / "home", model="centralised", central_stewards=["@Bo"]) as world:
        guide = world.guides["kettle"]
        with pytest.raises(PermissionDeniedError, match="central"):
            approve(world.work, as_stored(world, LENA), guide.id)
        assert not open_desk(world.work, LENA).listed(Section.WAITING)
        assert open_desk(world.work, BO).listed(Section.WAITING)
        assert approve(world.work, as_stored(world, BO), guide.id).status is GuideStatus.PUBLISHED


def test_a_community_may_have_rules_of_its_own() -> None:
    """What is left out there goes as for the home; a model in which nobody approves is refused."""
    policy = GovernancePolicy.model_validate(
        {"quorum": 3, "communities": {"Guild": {"model": "decentralised"}}}
    )
    assert (policy.of("guild").model, policy.of("guild").quorum) == ("decentralised", 3)
    assert policy.of("Others").model == "federated"
    for wrong in ({"model": "centralised"}, {"communities": {"G": {"model": "centralised"}}}):
        with pytest.raises(ValueError, match="central_stewards"):
            Policy.model_validate({"governance": wrong})


def test_in_a_sample_everybody_is_played_by_one(world: World) -> None:
    """Votes of played people count as theirs; elsewhere one hand has one vote."""
    played = [Actor(as_stored(world, member).member, acting_as=True) for member in (BO, BEN)]
    guide = world.guides["kettle"]
    for actor in played:
        review_guide(world.work, actor, guide.id, Decision.APPROVE)
    assert counts(world) == (1, 0, 0)
    with world.work.store.writing() as unit:
        (community,) = unit.people.communities()
        unit.people.save_community(community.model_copy(update={"sample": True}))
    after = review_guide(world.work, played[0], guide.id, Decision.APPROVE)
    assert after.status is GuideStatus.PUBLISHED
