"""What follows an act tells nobody of talk that is not open to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.asked import Comes, what_next
from agent.services.stopping import spoken_of
from agent.services.superseding import supersede
from agent.services.visibility import set_visibility
from agent.services.widening import narrow, widen
from memory.errors import PermissionDeniedError
from memory.records.guide import GuideStatus
from memory.records.visibility import Level
from tests.agent.conftest import EXPERT, STEWARD, Guild
from tests.agent.seeing_world import ALPHA, BETA, seeing_world
from tests.agent.test_visibility import WHY, close
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, LENA, MILO, World
from tui.commands.visibility import width_payload


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two published guides and one that waits for a steward."""
    with seeing_world(tmp_path / "home") as made:
        yield made


def wall_in(guild: Guild) -> None:
    """Leave the talk of the open inquiry to its steward."""
    only = [STEWARD.handle]
    thread = guild.moment.thread_id
    actor = guild.actor(STEWARD)
    set_visibility(guild.work, COMMUNITY, actor, thread, Level.MEMBERS, WHY, only=only)


def test_no_question_follows_about_talk_that_was_closed(guild: Guild) -> None:
    """It quotes that talk, so after an answer it is not put to who does not see it any more."""
    guild.open()
    assert what_next(guild.work, EXPERT, guild.inquiry_id).comes is Comes.QUESTION
    wall_in(guild)
    coming = what_next(guild.work, EXPERT, guild.inquiry_id)
    assert coming.comes is not Comes.QUESTION
    assert coming.question is None


def test_no_guide_is_replaced_by_one_that_the_steward_does_not_see(world: World) -> None:
    """The open guide stays published; a steward who sees both may replace it."""
    open_one, walled = world.guides[ALPHA], world.guides[BETA]
    close(world, BETA, MILO, ADA)
    with pytest.raises(PermissionDeniedError, match="not open to you"):
        supersede(world.work, world.actor(LENA), open_one.id, walled.id, "newer")
    assert world.now(ALPHA).status is GuideStatus.PUBLISHED
    after = supersede(world.work, world.actor(MILO), open_one.id, walled.id, "newer")
    assert after.status is GuideStatus.SUPERSEDED


def test_who_narrows_what_they_do_not_see_is_told_its_id_alone(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither its title nor its authors; who sees it is told both."""
    from tui.commands.visibility import _say_width

    close(world, ALPHA, LENA, ADA)
    guide = world.guides[ALPHA]
    widen(world.work, world.actor(LENA), guide.id, WHY)
    unseen = narrow(world.work, world.actor(MILO), guide.id, WHY)
    assert width_payload(unseen) == {"id": guide.id, "wished": False, "wide": False}
    _say_width(unseen)
    told = capsys.readouterr().out
    assert guide.id in told
    assert guide.current.title[:20] not in told
    widen(world.work, world.actor(LENA), guide.id, WHY)
    seen = narrow(world.work, world.actor(LENA), guide.id, WHY)
    assert guide.current.title in json.dumps(width_payload(seen), ensure_ascii=False)


def test_no_topic_can_be_tried_to_learn_of_closed_talk(guild: Guild) -> None:
    """Open inquiries are counted by their words where all see these, and not otherwise."""
    guild.open()
    assert spoken_of(guild.work, COMMUNITY, "fillfactor").inquiries == 1
    wall_in(guild)
    assert not spoken_of(guild.work, COMMUNITY, "fillfactor")
