"""One person under several handles: in what is asked, decided, told and forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.same_person import Sign, likely_same
from agent.services.consent import choose_credit
from agent.services.deciding import approve
from agent.services.escalating import escalate
from agent.services.forgetting import find_to_forget, forget_member
from agent.services.granting import give_grant, revoke_grant
from agent.services.identity import Actor, find_member
from agent.services.joining import (
    join_members,
    joined_people,
    propose_same,
    separate_members,
)
from agent.services.portrait import write_portrait
from agent.services.reviewing import review_guide
from agent.services.voting import tally_of
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import CreditChoice, Decision, GuideStatus
from memory.records.keeping import ForgetMode
from memory.records.people import Consent, Credit, Member, Role
from memory.records.stewarding import StewardActKind
from tests.agent.governance_world import BY_QUORUM, as_stored, governed, logged
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BEN, BO, LENA, MILO, TESS, World

WHY = "the same address at both places"
LETTERS = st.text(alphabet="abAB\xc9\u0301 @._-1\u4e2d\u200b", max_size=16)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A confirmed guide of Ada's; Lena and Milo are stewards."""
    with governed(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def peers(tmp_path: Path) -> Iterator[World]:
    """The same where peers decide by a quorum of two."""
    with governed(tmp_path / "home", **BY_QUORUM) as opened:
        yield opened


def join(world: World, one: Member, other: Member, by: Member = LENA) -> None:
    """A steward joins two."""
    join_members(world.work, COMMUNITY, as_stored(world, by), one.id, other.id, WHY)


def separate(world: World, one: Member, other: Member | None = None, by: Member = LENA) -> None:
    """A steward separates two."""
    second = other.id if other is not None else None
    actor = as_stored(world, by)
    separate_members(world.work, COMMUNITY, actor, one.id, second, because="it was somebody else")


@pytest.mark.parametrize("under_either", [ADA, LENA])
def test_nobody_approves_under_a_second_name_what_they_said_under_the_first(
    world: World, under_either: Member
) -> None:
    """A steward who is one with the only author decides nothing, under neither name."""
    guide = world.guides["kettle"]
    join(world, ADA, LENA, by=MILO)
    for actor in (as_stored(world, under_either), Actor(under_either, acting_as=False)):
        with pytest.raises(PermissionDeniedError, match="your own"):
            approve(world.work, actor, guide.id)
    assert world.now("kettle").status is GuideStatus.CONFIRMED
    separate(world, ADA, by=MILO)
    approve(world.work, as_stored(world, LENA), guide.id)
    assert world.now("kettle").status is GuideStatus.PUBLISHED


def test_two_handles_have_one_vote(peers: World) -> None:
    """Votes that were cast under two names count once from when they are joined."""
    guide = peers.guides["kettle"]
    join(peers, BO, BEN)
    for member in (BO, BEN):
        review_guide(peers.work, as_stored(peers, member), guide.id, Decision.APPROVE)
    tally = tally_of(peers.work, as_stored(peers, LENA), guide.id)
    assert tally is not None
    assert tally.count(Decision.APPROVE) == 1
    assert peers.now("kettle").status is GuideStatus.CONFIRMED


def test_votes_cast_before_joining_count_once_and_again_twice_when_parted(peers: World) -> None:
    """Joining is a relation: the votes stay, and are counted by persons."""
    peers.work.policy = peers.work.policy.model_copy(
        update={"governance": peers.work.policy.governance.model_copy(update={"quorum": 3})}
    )
    guide = peers.guides["kettle"]
    for member in (BO, BEN):
        review_guide(peers.work, as_stored(peers, member), guide.id, Decision.APPROVE)
    counts = []
    for step in ("apart", "joined", "parted"):
        if step == "joined":
            join(peers, BO, BEN)
        if step == "parted":
            separate(peers, BO, BEN)
        tally = tally_of(peers.work, as_stored(peers, LENA), guide.id)
        assert tally is not None
        counts.append(tally.count(Decision.APPROVE))
    assert counts == [2, 1, 2]


def test_only_stewards_join_and_nobody_joins_or_parts_themselves(world: World) -> None:
    """Who may is judged by role; a steward's own names are for another steward to part."""
    with pytest.raises(PermissionDeniedError, match="only a steward"):
        join(world, ADA, BEN, by=BEN)
    for pair in ((LENA, ADA), (ADA, LENA)):
        with pytest.raises(PermissionDeniedError, match="another steward"):
            join(world, *pair)
    give_grant(world.work, COMMUNITY, as_stored(world, MILO), MILO.id, LENA.id)
    acting = Actor(MILO, acting_as=True, by=LENA.id)
    with pytest.raises(PermissionDeniedError, match="another steward"):
        join_members(world.work, COMMUNITY, acting, LENA.id, ADA.id, WHY)
    join(world, LENA, ADA, by=MILO)
    with pytest.raises(PermissionDeniedError, match="another steward"):
        separate(world, ADA)
    with pytest.raises(PermissionDeniedError, match="another steward"):
        separate(world, ADA, by=ADA)
    separate(world, ADA, by=MILO)
    assert joined_people(world.work, COMMUNITY) == []


def test_no_steward_makes_somebody_the_technical_authority_by_joining(world: World) -> None:
    """Ben becomes one with Tess, whose word is final, by a coordinator's word and no steward's."""
    for pair in ((TESS, BEN), (BEN, TESS)):
        with pytest.raises(PermissionDeniedError, match="technical authority"):
            join(world, *pair)
    with world.work.store.writing() as unit:
        unit.people.update_member(BO.model_copy(update={"roles": (Role.COORDINATOR,)}))
    join(world, TESS, BEN, by=BO)
    assert [one.member.id for one in joined_people(world.work, COMMUNITY)] == [TESS.id]


def test_what_was_put_to_whoever_turns_out_to_be_one_person_stops_nobody(world: World) -> None:
    """The desk of everybody is read on, and the act is there again when they are parted."""
    guide = world.guides["kettle"]
    escalate(world.work, as_stored(world, LENA), guide.id, "Is this right?", to=MILO.id)
    with world.work.store.writing() as unit:
        unit.people.update_member(BO.model_copy(update={"roles": (Role.STEWARD,)}))
    put = []
    for step in ("apart", "joined", "parted"):
        if step == "joined":
            join(world, LENA, MILO, by=BO)
        if step == "parted":
            separate(world, LENA, MILO, by=BO)
        with world.work.store.reading() as unit:
            acts = unit.desk.acts_of_kind(COMMUNITY.id, StewardActKind.ESCALATED)
            assert list(acts) == list(unit.desk.acts(guide.id))
        put.append([(act.by_id, act.to_id) for act in acts])
    assert put == [[(LENA.id, MILO.id)], [], [(LENA.id, MILO.id)]]


@pytest.mark.parametrize("own", [True, False])
def test_a_new_default_loosens_no_choice_under_either_name(world: World, *, own: bool) -> None:
    """The more careful of what two handles chose for a guide holds, and stays when parted."""
    first = CreditChoice(member_id=ADA.id, credit=Credit.CREDITED)
    careful = CreditChoice(member_id=BEN.id, credit=Credit.CHATHAM_HOUSE, own=own)
    guide = world.now("kettle")
    with world.work.store.writing() as unit:
        unit.guides.save_guide(guide.model_copy(update={"credits": (first, careful)}))
    join(world, ADA, BEN)
    choose_credit(world.work, as_stored(world, ADA), Credit.ROLE_ONLY)
    assert world.now("kettle").credit_of(ADA.id, Credit.CREDITED) is Credit.CHATHAM_HOUSE
    separate(world, ADA, BEN)
    assert careful in world.now("kettle").credits


def test_it_is_logged_with_who_when_and_why(world: World) -> None:
    """The log names both hands, and the joining keeps its reason after it is taken back."""
    join(world, ADA, BEN)
    separate(world, BEN, ADA, by=MILO)
    with world.work.store.reading() as unit:
        known = unit.people.joinings(COMMUNITY.id, separated=True)
    assert [(one.because, one.joined_by, one.separated_by) for one in known] == [
        (WHY, LENA.id, MILO.id)
    ]
    lines = logged(world, ADA.id, Action.PEOPLE_JOINED, Action.PEOPLE_SEPARATED)
    assert [(line.actor, line.reason) for line in lines] == [
        (LENA.id, f"with:{BEN.id}"),
        (MILO.id, f"from:{BEN.id}"),
    ]


def test_a_stop_under_one_handle_holds_for_the_person_and_outlives_the_joining(
    world: World,
) -> None:
    """Whoever opted out stays so under every handle, even if asking again was allowed as one."""
    stop = Consent(opted_out_at=world.work.clock.now())
    with world.work.store.writing() as unit:
        unit.people.update_member(BEN.model_copy(update={"consent": stop}))
    join(world, ADA, BEN)
    with world.work.store.writing() as unit:
        one = unit.people.member(ADA.id)
        assert one is not None
        assert not one.may_be_asked
        unit.people.update_member(one.model_copy(update={"consent": Consent()}))
        again = unit.people.member(BEN.id)
        assert again is not None
        assert again.may_be_asked
    separate(world, ADA, BEN)
    with world.work.store.reading() as unit:
        asked = {one.id: one.may_be_asked for one in unit.people.members(COMMUNITY.id)}
    assert (asked[ADA.id], asked[BEN.id]) == (True, False)


def test_a_grant_for_one_handle_is_a_grant_for_the_person(world: World) -> None:
    """Grants given before joining are found, and ended, under either name, each with its line."""
    lena = as_stored(world, LENA)
    for one in (ADA, BEN):
        give_grant(world.work, COMMUNITY, lena, one.id, "other")
    join(world, ADA, BEN)
    with world.work.store.reading() as unit:
        assert [grant.member_id for grant in unit.people.grants("other")] == [ADA.id] * 2
    revoke_grant(world.work, COMMUNITY, lena, BEN.id, "other")
    assert len(logged(world, ADA.id, Action.GRANT_REVOKED)) == 2
    separate(world, ADA, BEN)
    with world.work.store.reading() as unit:
        grants = unit.people.grants("other")
    assert {grant.member_id for grant in grants} == {ADA.id, BEN.id}
    assert all(grant.revoked_at is not None for grant in grants)


def test_forgetting_and_telling_reach_every_handle(world: World, tmp_path: Path) -> None:
    """Of a person all handles are told to them, and forgotten, by whichever name one asks."""
    join(world, BO, BEN)
    with world.work.store.reading() as unit:
        person = unit.people.member(BEN.id)
    assert person is not None
    made = write_portrait(world.work, as_stored(world, LENA), person, tmp_path / "b", "asked")
    told = json.loads((made.folder / "members.json").read_text(encoding="utf-8"))
    assert {row["id"] for row in told} == {BO.id, BEN.id}
    lena = as_stored(world, LENA)
    forget_member(
        world.work, lena, COMMUNITY, BEN.handle, ForgetMode.ANONYMISE, export_again=lambda _: None
    )
    with world.work.store.reading() as unit:
        left = {one.id for one in unit.people.handles_in(COMMUNITY.id)}
        assert not left & {BO.id, BEN.id}
        assert all(one.finished_at is not None for one in unit.keeping.forgotten())
        assert unit.people.joinings(COMMUNITY.id, separated=True) == []
    assert find_to_forget(world.work, COMMUNITY, BO.handle).is_whole


def test_a_name_that_several_bear_is_told_apart_by_place_or_id() -> None:
    """Where a handle names several people the sentence lists them, and either way finds one."""
    slack, irc, other = (member("ana", source=place, n=n) for n, place in enumerate("sst"))
    with pytest.raises(UserInputError, match=r"give handle@place or the id") as told:
        find_member([slack, irc, other], "ana")
    assert all(sign in str(told.value) for sign in (slack.id, irc.id, "ana@t"))
    assert find_member([slack, irc, other], "ana@t") is other
    assert find_member([slack, irc, other], irc.id) is irc


def test_two_who_cannot_be_joined_are_told_why(world: World) -> None:
    """Bad input changes nothing: oneself, twice, without a reason, and parting strangers."""
    join(world, ADA, BEN)
    with pytest.raises(UserInputError, match="one already"):
        join(world, ADA, ADA)
    with pytest.raises(UserInputError, match="joined already"):
        join(world, BEN, ADA)
    with pytest.raises(UserInputError, match="say why"):
        join_members(world.work, COMMUNITY, as_stored(world, LENA), BO.id, ADA.id, "  ")
    with pytest.raises(UserInputError, match="not joined"):
        separate(world, BO, ADA)
    join(world, BEN, BO)
    with pytest.raises(UserInputError, match="by way of others"):
        separate(world, ADA, BO)


def member(handle: str, *, source: str = "mail", n: int = 0, **changes: object) -> Member:
    """Somebody at a place."""
    given: dict[str, object] = {
        "id": Member.id_of(COMMUNITY.id, source, f"{handle}{n}"),
        "community_id": COMMUNITY.id,
        "source": source,
        "native_id": f"{handle}{n}",
        "handle": handle,
        "name": handle,
        "roles": (Role.PERIPHERAL,),
    }
    return Member.model_validate(given | changes)


def test_proposals_say_why_and_tell_different_people_apart() -> None:
    """An address, a name with a like handle, a spelled name and a handle are signs; a bot none."""
    ana = member("ana", native_id="ana@x.org", name="Ana Pérez")
    people = [
        ana,
        member("aperez", source="git", native_id="Ana at x.org", name="A."),
        member("ana.p", source="slack", name="ana perez"),
        member("anaperez", source="irc"),
        member("ana", source="irc2"),
        member("ana-b", source="mail2", name="Ana Brandt"),
        member("perez", source="mail3", name="Perez", is_bot=True),
    ]
    found = {
        ({one.one.id, one.other.id} - {ana.id}).pop(): one
        for one in likely_same(people)
        if ana in (one.one, one.other)
    }
    signs = {person.source: set(found[person.id].signs) for person in people if person.id in found}
    assert Sign.ADDRESS in signs["git"]
    assert Sign.NAME_IN_HANDLE in signs["irc"]
    assert "mail2" not in signs
    assert "mail3" not in signs
    pair = frozenset({ana.id, people[1].id})
    assert all(frozenset({o.one.id, o.other.id}) != pair for o in likely_same(people, [pair]))


@settings(deadline=None)
@given(st.lists(st.tuples(LETTERS, LETTERS), max_size=8))
def test_proposals_take_any_names(names: list[tuple[str, str]]) -> None:
    """Whatever people call themselves, a pair is proposed once, of two, with a reason."""
    people = [
        member(f"x{handle}", source="st"[n % 2], n=n, name=name or "x")
        for n, (handle, name) in enumerate(names)
    ]
    pairs = [(one.one.id, one.other.id) for one in likely_same(people)]
    assert len(set(pairs)) == len(pairs)
    assert all(one.signs and one.one.id != one.other.id for one in likely_same(people))


def test_whoever_was_parted_is_not_proposed_again(world: World) -> None:
    """A steward's no is remembered."""
    join(world, ADA, BEN)
    separate(world, ADA, BEN)
    pairs = [{one.one.id, one.other.id} for one in propose_same(world.work, COMMUNITY)]
    assert {ADA.id, BEN.id} not in pairs
