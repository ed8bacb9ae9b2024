"""Rules that cannot work are told; the technical authority is named by others than themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.health import examine_home
from agent.services.identity import Actor, set_role
from agent.services.rulebook import problems_of, read_rulebook
from agent.services.stopping import spoken_of, stop_work
from memory.errors import PermissionDeniedError
from memory.records.decisions import Action
from memory.records.people import Member, Role
from tests.agent.governance_world import as_stored, governed, logged
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BEN, BO, LENA, MILO, TESS, World

AUTHORITY = Role.TECHNICAL_AUTHORITY


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Stewards, peers, and Tess as the technical authority."""
    with governed(tmp_path / "home") as made:
        yield made


def name_authority(
    world: World, giver: Member, who: Member, *, remove: bool = False, by: str = ""
) -> Member:
    """Somebody gives the role, in their own name or by another's hand."""
    actor = as_stored(world, giver).member
    hand = Actor(actor, acting_as=bool(by), by=by)
    return set_role(world.work, COMMUNITY, actor, who.handle, AUTHORITY, remove=remove, by=hand)


def dismiss_all(world: World) -> None:
    """Nobody is the technical authority any more: Tess lays it down."""
    name_authority(world, TESS, TESS, remove=True)


def test_no_steward_makes_themselves_or_a_friend_the_authority(world: World) -> None:
    """Where there is one, stewards neither name another nor dismiss the one there is."""
    for who, remove in ((LENA, False), (MILO, False), (TESS, True)):
        with pytest.raises(PermissionDeniedError):
            name_authority(world, LENA, who, remove=remove)
    assert as_stored(world, LENA).member.roles == LENA.roles
    assert AUTHORITY in as_stored(world, TESS).member.roles


def test_the_authority_and_coordinators_name_others(world: World) -> None:
    """Who holds the role passes it on; a coordinator names somebody, but not themselves."""
    assert AUTHORITY in name_authority(world, TESS, MILO).roles
    set_role(world.work, COMMUNITY, LENA, BO.handle, Role.COORDINATOR)
    assert AUTHORITY in name_authority(world, BO, BEN).roles
    with pytest.raises(PermissionDeniedError, match="themselves"):
        name_authority(world, BO, BO)


def test_the_first_authority_is_named_by_a_steward_but_another(world: World) -> None:
    """A community without one gets one from whoever gives roles, never from their own hand."""
    dismiss_all(world)
    with pytest.raises(PermissionDeniedError, match="themselves"):
        name_authority(world, LENA, LENA)
    with pytest.raises(PermissionDeniedError, match="themselves"):
        name_authority(world, LENA, MILO, by=MILO.id)
    assert AUTHORITY in name_authority(world, LENA, MILO).roles
    (line, *_) = logged(world, MILO.id, Action.ROLE_GRANTED)
    assert (line.actor, line.reason) == (LENA.id, "plus:technical_authority")


def test_rules_that_cannot_work_are_told(tmp_path: Path) -> None:
    """Unknown central stewards, and more votes than voters, in words with names and numbers."""
    rules = {"model": "decentralised", "quorum": 9, "central_stewards": ["@nobody", "lena"]}
    with governed(tmp_path / "home", **rules) as world:
        with world.work.store.reading() as unit:
            told = problems_of(unit, world.work.policy, COMMUNITY)
        assert len(told) == 2
        assert "'@nobody'" in told[0]
        assert "9 votes decide" in told[1]
        assert "only 5 may vote" in told[1]
        assert read_rulebook(world.work, COMMUNITY, as_stored(world, ADA)).problems == told


def test_sound_rules_have_no_problems(world: World) -> None:
    """The shipped rules are never complained about."""
    with world.work.store.reading() as unit:
        assert problems_of(unit, world.work.policy, COMMUNITY) == ()


def test_the_doctor_reads_the_rules_of_the_home(world: World) -> None:
    """What `passdown.toml` says is held against the members, and the check names both."""
    file = world.work.home.policy_file
    checks = {check.name: check for check in examine_home(world.work)}
    assert checks["rules"].passed
    lines = ['model = "decentralised"', "quorum = 60", "[governance.communities.Elsewhere]"]
    file.write_text("\n".join(["[governance]", *lines, "quorum = 3"]), encoding="utf-8")
    checks = {check.name: check for check in examine_home(world.work)}
    assert not checks["rules"].passed
    assert "60 votes" in checks["rules"].found
    assert "Elsewhere" in checks["rules"].found


def test_who_may_stop_and_grant_is_read_with_the_rules(world: World) -> None:
    """Each person reads what they may do themselves."""
    book = {m.id: read_rulebook(world.work, COMMUNITY, as_stored(world, m)) for m in (TESS, LENA)}
    assert (book[TESS.id].may_stop, book[TESS.id].may_grant_all) == (True, True)
    assert (book[LENA.id].may_stop, book[LENA.id].may_grant_all) == (False, True)
    names = {role: [m.name for m in some] for role, some in book[LENA.id].holders}
    assert names[Role.STEWARD] == ["Lena Park", "Milo Varga"]


def test_a_topic_that_nothing_speaks_of_is_known_before_and_after(world: World) -> None:
    """What an order would freeze is what it then freezes; some topics freeze nothing."""
    assert not spoken_of(world.work, COMMUNITY, "boiler valve")
    before = spoken_of(world.work, COMMUNITY, "paper filter")
    assert before.inquiries == 1
    stop_work(world.work, as_stored(world, TESS), COMMUNITY, "paper filter", "recalled")
    assert spoken_of(world.work, COMMUNITY, "paper filter") == before
