"""The rules on the screen: stops freeze at once, grants end at once, each for those who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from agent.services.granting import give_grant, list_grants
from agent.services.stopping import list_stops, spoken_of, stop_work
from memory.records.decisions import Action
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BEN, BO, LENA, TESS, World
from tests.tui.screens.library_world import Shelf, kettle, type_words
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tests.tui.screens.test_upkeep import logged, offered, play, say_why, shown, told, until
from tui.screens.choosing import PickScreen, SureScreen
from tui.screens.comment import CommentScreen
from tui.screens.last_day import LastDayScreen
from tui.screens.rules import RulesScreen
from tui.screens.topic import TopicScreen

UNSAFE = "a \x1b[31mrecall\u202e [bold]of[/] it"


@pytest.fixture
def world(shelf: Shelf, tmp_path: Path) -> Iterator[World]:
    """A small library."""
    with shelf.copied(tmp_path / "home") as made:
        yield made


def stop(world: World, topic: str = "paper filter", why: str = "recalled by its maker") -> None:
    """Tess stops work."""
    stop_work(world.work, world.actor(TESS), COMMUNITY, topic, why)


async def type_topic(pilot: Pilot[Any], topic: str) -> str:
    """Ask for a stop on a topic; returns what the next field says it would freeze."""
    await pilot.press("s")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, TopicScreen)
    screen.query_one(Input).value = topic
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommentScreen))
    return str(pilot.app.screen.query_one("#comment-hint").render())


def test_the_authority_stops_a_topic_and_lets_it_go_on(world: World) -> None:
    """What it freezes is told before; the guide is frozen at once, and free again after."""

    async def script(pilot: Pilot[Any]) -> None:
        assert "freezes nothing yet" in await type_topic(pilot, "boiler valve")
        await pilot.press("escape")
        await settled(pilot)
        assert "1 published guide" in await type_topic(pilot, "paper filter")
        await say_why(pilot, "recalled")
        await until(
            pilot, lambda: "\u201cpaper filter\u201d since 3 Mar 2025, by Tess" in shown(pilot)
        )
        assert "How do you keep the paper taste out" in shown(pilot)
        (order,) = list_stops(world.work, COMMUNITY)
        frozen = spoken_of(world.work, COMMUNITY, order.topic).guides
        assert [one.id for one in frozen] == [kettle(world).id]
        pilot.app.screen.query_one("#rules").go_to(order.id)  # type: ignore[attr-defined]
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        assert isinstance(pilot.app.screen, SureScreen)
        await pilot.press("y")
        await until(pilot, lambda: "Nothing is stopped." in shown(pilot))

    play(world, script, member=TESS, part="rules")
    assert list_stops(world.work, COMMUNITY) == []
    assert logged(world, Action.WORK_STOPPED) == logged(world, Action.WORK_RESUMED) == [TESS.id]


def test_a_stop_is_read_by_all_and_lifted_by_few(world: World) -> None:
    """A steward reads topic and reason, inert, and is offered no key for it."""
    stop(world, why=UNSAFE)

    async def script(pilot: Pilot[Any]) -> None:
        text = shown(pilot)
        assert "a recall<U+202E> [bold]of[/] it" in text
        assert not {"\x1b", "\u202e"} & set(text)
        assert "technical authority: Tess Ruiz" in text
        assert not {"Stop work", "Resume", "End"} & offered(pilot)
        await pilot.press("s", "r")
        await settled(pilot)
        assert isinstance(pilot.app.screen, RulesScreen)

    play(world, script, part="rules")
    assert len(list_stops(world.work, COMMUNITY)) == 1


def test_a_grant_is_given_and_ended_at_once(world: World) -> None:
    """Ada lets Ben act for her until she ends it; both acts are in the log in her name."""

    async def script(pilot: Pilot[Any]) -> None:
        await pilot.press("g")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickScreen))
        await type_words(pilot, "ben")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LastDayScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "@ben may act as @ada (given" in shown(pilot))
        assert "End" in offered(pilot)
        await pilot.press("e")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert len(list_grants(world.work, COMMUNITY, world.actor(ADA))) == 1
        await pilot.press("e")
        await settled(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "Nobody acts for anybody" in shown(pilot))
        await until(pilot, lambda: "may no longer act as @ada" in told(pilot))

    play(world, script, member=ADA, part="rules")
    assert list_grants(world.work, COMMUNITY, world.actor(LENA)) == []
    assert logged(world, Action.GRANT_GIVEN) == logged(world, Action.GRANT_REVOKED) == [ADA.id]


def test_grants_of_others_are_not_shown(world: World) -> None:
    """Bo sees neither the grant between two others nor a key to end it; Lena sees both."""
    give_grant(world.work, COMMUNITY, world.actor(ADA), ADA.id, BEN.id)

    async def unseen(pilot: Pilot[Any]) -> None:
        assert "@ada" not in shown(pilot)
        assert "End" not in offered(pilot)

    async def seen(pilot: Pilot[Any]) -> None:
        assert "@ben may act as @ada" in shown(pilot)
        assert {"End", "Let act"} <= offered(pilot)

    play(world, unseen, member=BO, part="rules")
    play(world, seen, part="rules")


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_rules(world: World, size: tuple[int, int]) -> None:
    """Model, roles, a stop and a grant; the topic, the reason and the last day."""
    stop(world)
    give_grant(world.work, COMMUNITY, world.actor(ADA), ADA.id, BEN.id)

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "rules")
        await type_topic(pilot, "roaster")
        await check_snapshot(pilot, "rules-why")

    play(world, script, size, member=TESS, part="rules")
