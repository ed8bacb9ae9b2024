"""What a steward decided on talk can be taken back, and opens nothing that was closed to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.visibility import set_visibility
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.people import Member
from memory.records.talk import Thread
from memory.records.visibility import Level
from tests.agent.seeing_world import BETA, seeing_world, talk
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import LENA, MILO, World

WHY = "it is being looked at"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Guides on talk that is open to all."""
    with seeing_world(tmp_path) as made:
        yield made


def now(world: World) -> Thread:
    """The discussion behind one of them, as it stands."""
    return talk(world, BETA)


def put(world: World, level: Level, *, by: Member = LENA, only: list[str] | None = None) -> None:
    """Decide who sees that discussion."""
    set_visibility(world.work, COMMUNITY, world.actor(by), now(world).id, level, WHY, only=only)


def test_talk_that_was_put_out_of_use_is_used_again(world: World) -> None:
    """Any steward whom its source lets see it takes that back."""
    put(world, Level.UNUSED)
    assert now(world).private
    put(world, Level.COMMUNITY, by=MILO)
    assert now(world).open_to_all


def test_out_of_use_is_no_way_round_a_closed_door(world: World) -> None:
    """Who was kept out before does not get in by putting the talk out of use first."""
    put(world, Level.MEMBERS, by=MILO, only=[MILO.handle])
    put(world, Level.UNUSED)
    with pytest.raises(PermissionDeniedError, match="not open to you"):
        put(world, Level.COMMUNITY)


def test_closing_to_nobody_named_is_refused(world: World) -> None:
    """Where the source names nobody, talk left to its members would be closed to no one."""
    with pytest.raises(UserInputError, match="--only WHO"):
        put(world, Level.MEMBERS)
    assert now(world).open_to_all
