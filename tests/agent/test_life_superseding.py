"""Guides that take another's place, and guides that come back: nothing is lost, all is logged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.browsing import may_read
from agent.services.exporting import published_guides
from agent.services.guides import open_page
from agent.services.recall import ask_memory
from agent.services.retracting import retract_published
from agent.services.superseding import led_to, replaced_by, restore, supersede
from agent.services.withdrawing import withdraw_words
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.records.inquiry import CloseReason, InquiryStatus
from memory.records.stewarding import StewardActKind
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import (
    ADA,
    BEN,
    BO,
    DISPUTED,
    KETTLE,
    LENA,
    MILO,
    World,
    desk_world,
)

NEWER = tuple((facet, BEN, text) for facet, _, text in KETTLE)
"""The same advice by somebody else."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two published guides that say the same, and a third."""
    with desk_world(tmp_path / "home") as opened:
        opened.add("old", KETTLE, GuideStatus.PUBLISHED, title="The paper taste", hours=90)
        opened.add("new", NEWER, GuideStatus.PUBLISHED, title="Rinse the filter", hours=9)
        opened.add("third", DISPUTED[:3], GuideStatus.PUBLISHED, title="Grind for the basket")
        yield opened


def actions(world: World, name: str) -> list[tuple[Action, str, str]]:
    """What the log tells of a guide."""
    with world.work.store.reading() as unit:
        lines = unit.log.decisions(world.guides[name].id)
    return [(line.action, line.actor, line.reason) for line in lines]


def test_readers_are_led_to_what_took_a_guides_place(world: World) -> None:
    """`ask` and the export use the new guide only, and a look for the old one finds the new."""
    old, new = world.guides["old"], world.guides["new"]
    supersede(world.work, world.actor(), old.id, new.id, "Ben's is newer")
    led = led_to(world.work, old.id)
    assert led.guide.id == new.id
    assert [guide.id for guide, _ in led.through] == [old.id]
    assert [guide.id for guide in replaced_by(world.work, new.id)] == [old.id]
    found = ask_memory(world.work, COMMUNITY, "rinse the paper filter with hot water")
    assert new.id in {one.page.guide.id for one in found.guides}
    assert old.id not in {one.page.guide.id for one in found.guides}
    exported = {one.page.guide.id for one in published_guides(world.work, COMMUNITY)}
    assert exported == {new.id, world.guides["third"].id}
    assert not may_read(BO, world.now("old"))
    assert may_read(ADA, world.now("old"))


def test_several_successors_are_followed_to_the_last(world: World) -> None:
    """A chain leads to the guide at its end, with every step on the way."""
    old, new, third = (world.guides[name].id for name in ("old", "new", "third"))
    supersede(world.work, world.actor(), old, new, "newer")
    supersede(world.work, world.actor(), new, third, "newer still")
    led = led_to(world.work, old)
    assert led.guide.id == third
    assert [guide.id for guide, _ in led.through] == [old, new]


def test_the_log_and_the_act_explain_it(world: World) -> None:
    """Who, when and in whose favour is logged; the reason is for stewards."""
    old, new = world.guides["old"], world.guides["new"]
    supersede(world.work, world.actor(), old.id, new.id, "Ben's is newer")
    assert actions(world, "old") == [(Action.GUIDE_SUPERSEDED, LENA.id, f"by:{new.id}")]
    with world.work.store.reading() as unit:
        (act,) = unit.desk.acts(old.id)
        versions = unit.guides.versions(old.id)
    assert (act.kind, act.comment) == (StewardActKind.SUPERSEDED, "Ben's is newer")
    assert [version.number for version in versions] == [1]


def test_what_may_not_be_replaced(world: World) -> None:
    """No reason, no steward, itself, or a guide that is not published: nothing is changed."""
    old, new = world.guides["old"].id, world.guides["new"].id
    draft = world.add("draft", KETTLE[:4], GuideStatus.DRAFT, title="Cloth or paper")
    steward = world.actor()
    with pytest.raises(UserInputError, match="say why"):
        supersede(world.work, steward, old, new, " ")
    with pytest.raises(PermissionDeniedError):
        supersede(world.work, world.actor(ADA), old, new, "mine")
    with pytest.raises(UserInputError, match="two different"):
        supersede(world.work, steward, old, old, "why not")
    with pytest.raises(UserInputError, match="only a published guide"):
        supersede(world.work, steward, old, draft.id, "soon")
    supersede(world.work, steward, old, new, "newer")
    with pytest.raises(UserInputError, match="only a published guide"):
        supersede(world.work, world.actor(MILO), new, old, "in a ring")
    assert world.now("new").status is GuideStatus.PUBLISHED


def test_a_replaced_guide_is_restored_with_a_reason(world: World) -> None:
    """It is published and found as before, and leads nowhere else."""
    old, new = world.guides["old"], world.guides["new"]
    supersede(world.work, world.actor(), old.id, new.id, "newer")
    with pytest.raises(UserInputError, match="say why"):
        restore(world.work, world.actor(), old.id, "")
    restore(world.work, world.actor(MILO), old.id, "it has the limit that Ben's lacks")
    assert world.now("old") == old
    assert led_to(world.work, old.id).through == ()
    assert actions(world, "old")[-1] == (Action.GUIDE_RESTORED, MILO.id, "from:superseded")
    found = ask_memory(world.work, COMMUNITY, "rinse the paper filter with hot water")
    assert old.id in {one.page.guide.id for one in found.guides}


def test_a_retracted_guide_is_restored_and_may_be_retracted_again(world: World) -> None:
    """Every retraction keeps its reason, and the inquiry ends with the guide each time."""
    old = world.guides["old"]
    for number in (1, 2):
        retract_published(world.work, world.actor(), old.id, f"reason {number}")
        with world.work.store.reading() as unit:
            inquiry = unit.inquiries.inquiry(old.inquiry_id)
        assert inquiry is not None
        assert inquiry.close_reason is CloseReason.RETRACTED
        world.clock.forward(hours=1)
        restore(world.work, world.actor(), old.id, f"back {number}")
        world.clock.forward(hours=1)
    with world.work.store.reading() as unit:
        acts = [act.comment for act in unit.desk.acts(old.id)]
        inquiry = unit.inquiries.inquiry(old.inquiry_id)
    assert acts == ["reason 1", "back 1", "reason 2", "back 2"]
    assert inquiry is not None
    assert inquiry.status is InquiryStatus.PUBLISHED
    assert world.now("old") == old


def test_words_that_were_taken_back_do_not_return(world: World) -> None:
    """An author's withdrawal reaches a replaced guide too, and outweighs a steward's wish."""
    old, new = world.guides["old"], world.guides["new"]
    supersede(world.work, world.actor(), old.id, new.id, "newer")
    withdraw_words(world.work, world.actor(ADA), old.id)
    assert world.now("old").status is GuideStatus.RETRACTED
    with pytest.raises(UserInputError):
        restore(world.work, world.actor(), old.id, "we need it")
    assert world.now("old").status is GuideStatus.RETRACTED


def test_a_guide_whose_message_is_gone_is_not_restored(world: World) -> None:
    """What could not be published today does not come back either."""
    old = world.guides["old"]
    retract_published(world.work, world.actor(), old.id, "wrong")
    page = open_page(world.work, old.id)
    span = old.current.summary.evidence[0]
    message = page.messages[span.message_id]
    with world.work.store.writing() as unit:
        thread = unit.talk.thread(message.thread_id)
        assert thread is not None
        private = {"private": True, "seen_by": (world.actor().member.id,)}
        unit.talk.save_threads([thread.model_copy(update=private)])
    with pytest.raises(UserInputError, match="made private"):
        restore(world.work, world.actor(), old.id, "right after all")
    assert world.now("old").status is GuideStatus.RETRACTED
