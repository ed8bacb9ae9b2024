"""Acting for another: by a grant alone, in sight of the log, and never around a rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.services.confirming import confirm_guide
from agent.services.granting import give_grant, list_grants, revoke_grant
from agent.services.identity import Actor, actor_of, bind_account
from agent.services.reviewing import review_guide
from agent.services.voting import tally_of
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Decision, GuideStatus
from memory.records.people import Member
from tests.agent.governance_world import BY_QUORUM, as_stored, at_account, governed, logged
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BEN, BO, KETTLE, LENA, MILO, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The rules as shipped."""
    with governed(tmp_path / "home") as opened:
        yield opened


def grant(world: World, who: Member, to: Member, giver: Member = LENA, days: int = 0) -> None:
    """Let somebody act for another."""
    until = world.clock.now() + timedelta(days=days) if days else None
    actor = as_stored(world, giver)
    give_grant(world.work, COMMUNITY, actor, who.handle, to.handle, until=until)


def seat(world: World, owner: Member, as_who: Member | None = None) -> Actor:
    """Somebody at their own account, in their own name or another's."""
    with at_account(f"{owner.handle}-account"):
        bind_account(world.work, COMMUNITY, owner.handle)
        return actor_of(world.work, COMMUNITY, as_who.handle if as_who is not None else None)


def test_a_grant_to_a_member_lets_their_account_act_and_the_log_names_both(world: World) -> None:
    """Without one nobody acts for anybody; with one, who did it and for whom is in every line."""
    with pytest.raises(PermissionDeniedError, match="grant lena --to bo"):
        seat(world, BO, LENA)
    grant(world, LENA, BO)
    actor = seat(world, BO, LENA)
    assert (actor.member.id, actor.by) == (LENA.id, BO.id)
    guide = world.guides["kettle"]
    after = review_guide(world.work, actor, guide.id, Decision.APPROVE)
    assert after.status is GuideStatus.PUBLISHED
    (line,) = logged(world, guide.id, Action.GUIDE_APPROVED)
    assert (line.actor, line.on_behalf_of) == (BO.id, LENA.id)
    (given,) = logged(world, LENA.id, Action.GRANT_GIVEN)
    assert (given.actor, given.reason) == (LENA.id, f"to:{BO.id}")


def test_a_grant_ends_when_it_is_revoked_or_its_time_is_up(world: World) -> None:
    """From then on the account is refused, and the list says so."""
    grant(world, LENA, BO)
    grant(world, MILO, BO, MILO, days=3)
    seat(world, BO, LENA)
    revoke_grant(world.work, COMMUNITY, as_stored(world, MILO), "lena", "bo")
    with pytest.raises(PermissionDeniedError, match="may not act"):
        seat(world, BO, LENA)
    with pytest.raises(UserInputError, match="no grant"):
        revoke_grant(world.work, COMMUNITY, as_stored(world, LENA), "lena", "bo")
    seat(world, BO, MILO)
    world.clock.forward(days=3)
    with pytest.raises(PermissionDeniedError, match="may not act"):
        seat(world, BO, MILO)
    lines = list_grants(world.work, COMMUNITY, as_stored(world, LENA), ended=True)
    assert {(line.member.handle, line.in_force) for line in lines} == {
        ("lena", False),
        ("milo", False),
    }


def test_only_the_person_and_stewards_give_grants_and_nobody_passes_one_on(world: World) -> None:
    """Whoever acts by a grant can neither prolong it, nor end it, nor hand it to another."""
    with pytest.raises(PermissionDeniedError, match="steward"):
        grant(world, ADA, BO, BEN)
    with pytest.raises(UserInputError, match="themselves"):
        grant(world, ADA, ADA)
    with pytest.raises(UserInputError, match="passed"):
        grant(world, ADA, BO, ADA, days=-1)
    grant(world, ADA, BO, ADA)
    acting = seat(world, BO, ADA)
    with pytest.raises(PermissionDeniedError, match="pass it on"):
        give_grant(world.work, COMMUNITY, acting, "ada", "ben")
    with pytest.raises(PermissionDeniedError, match="pass it on"):
        revoke_grant(world.work, COMMUNITY, acting, "ada", "bo")


def test_no_steward_lets_themselves_act_as_somebody(world: World) -> None:
    """Neither by name, nor by an account of theirs, nor in another steward's name; others can."""
    seat(world, LENA)
    grant(world, MILO, LENA, MILO)
    for actor in (as_stored(world, LENA), seat(world, LENA, MILO)):
        for to in ("lena", "lena-account", world.work.home.account()):
            with pytest.raises(PermissionDeniedError, match="another steward"):
                give_grant(world.work, COMMUNITY, actor, "ada", to)
    grant(world, ADA, LENA, MILO)
    assert seat(world, LENA, ADA).by == LENA.id


def test_grants_are_listed_to_stewards_and_to_whom_they_concern(world: World) -> None:
    """Ben learns nothing of what Ada lets Bo do."""
    grant(world, ADA, BO, ADA)
    for member, count in ((LENA, 1), (ADA, 1), (BO, 1), (BEN, 0)):
        assert len(list_grants(world.work, COMMUNITY, as_stored(world, member))) == count


def test_nobody_approves_their_own_words_in_another_name(world: World) -> None:
    """Ada, who said all of it, is refused at her account though she acts as a steward."""
    grant(world, LENA, ADA)
    acting = seat(world, ADA, LENA)
    with pytest.raises(PermissionDeniedError, match="own"):
        review_guide(world.work, acting, world.guides["kettle"].id, Decision.APPROVE)
    assert world.now("kettle").status is GuideStatus.CONFIRMED


def test_nobody_approves_what_they_typed_for_another(world: World) -> None:
    """Lena, who said yes in Ada's name, cannot approve it as well; Milo can."""
    guide = world.add("typed", KETTLE[:5], GuideStatus.DRAFT, title="Paper or cloth filters")
    grant(world, ADA, LENA, ADA)
    confirm_guide(world.work, seat(world, LENA, ADA), guide.id)
    assert world.now("typed").status is GuideStatus.CONFIRMED
    with pytest.raises(PermissionDeniedError, match="own"):
        review_guide(world.work, as_stored(world, LENA), guide.id, Decision.APPROVE)
    review_guide(world.work, as_stored(world, MILO), guide.id, Decision.APPROVE)
    assert len(logged(world, guide.id, Action.GUIDE_APPROVED)) == 1


def test_an_account_of_nobody_cannot_say_and_approve_either(world: World) -> None:
    """Granted both names, an account that is bound to nobody is still one person."""
    guide = world.add("typed", KETTLE[:5], GuideStatus.DRAFT, title="Paper or cloth filters")
    for who in (ADA, LENA):
        give_grant(world.work, COMMUNITY, as_stored(world, who), who.handle, "shared")
    with at_account("shared"):
        confirm_guide(world.work, actor_of(world.work, COMMUNITY, "ada"), guide.id)
        acting = actor_of(world.work, COMMUNITY, "lena")
    with pytest.raises(PermissionDeniedError, match="own"):
        review_guide(world.work, acting, guide.id, Decision.APPROVE)


def test_one_person_has_one_vote_in_however_many_names(tmp_path: Path) -> None:
    """Bo votes as himself, as Ben and as Lena: that is one vote, and his last one."""
    with governed(tmp_path / "home", **BY_QUORUM) as world:
        guide = world.guides["kettle"]
        for who in (BEN, LENA):
            grant(world, who, BO, who)
        for actor in (seat(world, BO), seat(world, BO, BEN), seat(world, BO, LENA)):
            after = review_guide(world.work, actor, guide.id, Decision.APPROVE)
        tally = tally_of(world.work, as_stored(world, LENA), guide.id)
        assert tally is not None
        assert (after.status, tally.count(Decision.APPROVE)) == (GuideStatus.CONFIRMED, 1)
        after = review_guide(world.work, as_stored(world, MILO), guide.id, Decision.APPROVE)
        assert after.status is GuideStatus.PUBLISHED
