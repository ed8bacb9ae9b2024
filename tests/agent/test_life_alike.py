"""Guides that may be one: proposed once, merged by a steward alone, kept apart for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.alike import may_be_one, propose_alike, say_apart, say_same
from agent.services.desk import Section, open_desk
from agent.services.indexing import index_guides
from agent.services.questioned import open_upkeep
from agent.services.superseding import led_to, restore, supersede
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.challenge import AlikePair, AlikeState
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from prompts.life import load_life
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import (
    ADA,
    BEN,
    DISPUTED,
    KETTLE,
    LENA,
    World,
    desk_world,
)

NEWER = tuple((facet, BEN, text) for facet, _, text in KETTLE)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two published guides that say the same, and one that says something else."""
    with desk_world(tmp_path / "home") as opened:
        opened.add("old", KETTLE, GuideStatus.PUBLISHED, title="The paper taste", hours=90)
        opened.add("new", NEWER, GuideStatus.PUBLISHED, title="The taste of paper", hours=9)
        opened.add("third", DISPUTED[:3], GuideStatus.PUBLISHED, title="Grind for the basket")
        index_guides(opened.work)
        yield opened


def pairs(world: World) -> list[AlikePair]:
    """Every pair that was ever proposed."""
    with world.work.store.reading() as unit:
        return list(unit.life.pairs(COMMUNITY.id))


def test_two_guides_that_say_the_same_are_proposed_once(world: World) -> None:
    """The pair is found whichever of the two is looked at, and never twice."""
    assert propose_alike(world.work, COMMUNITY) == 1
    assert propose_alike(world.work, COMMUNITY) == 0
    (pair,) = pairs(world)
    assert {pair.first_id, pair.second_id} == {world.guides[n].id for n in ("old", "new")}
    assert pair.likeness > load_life().alike.by_meaning
    assert {world.now(name).status for name in ("old", "new")} == {GuideStatus.PUBLISHED}


def test_the_desk_shows_both_titles_and_why(world: World) -> None:
    """A steward sees at each of the two what it seems to repeat."""
    propose_alike(world.work, COMMUNITY)
    rows = {row.title: row for row in open_desk(world.work, LENA).listed(Section.QUESTIONED)}
    assert rows.keys() == {"The paper taste", "The taste of paper"}
    (words,) = rows["The paper taste"].questioned
    assert "The taste of paper" in words
    assert "alike in meaning" in words
    (twins,) = open_upkeep(world.work, world.actor()).twins
    assert {twins.first, twins.second} == rows.keys()


def test_a_steward_says_they_are_the_same(world: World) -> None:
    """The other leads to the one that is kept; who said so and why is logged."""
    propose_alike(world.work, COMMUNITY)
    (pair,) = pairs(world)
    old, new, third = (world.guides[name].id for name in ("old", "new", "third"))
    with pytest.raises(PermissionDeniedError):
        say_same(world.work, world.actor(ADA), pair.id, old, "mine was first")
    with pytest.raises(UserInputError, match="none of the two"):
        say_same(world.work, world.actor(), pair.id, third, "no idea")
    say_same(world.work, world.actor(), pair.id, new, "word for word")
    assert led_to(world.work, old).guide.id == new
    (settled,) = pairs(world)
    assert (settled.state, settled.settled_by) == (AlikeState.SAME, LENA.id)
    with world.work.store.reading() as unit:
        assert [d.action for d in unit.log.decisions(old)][-1] is Action.GUIDE_SUPERSEDED
    with pytest.raises(UserInputError, match="decided already"):
        say_apart(world.work, world.actor(), pair.id, "after all")


def test_what_was_kept_apart_is_never_proposed_again(world: World) -> None:
    """Not even when one of the two comes back as another version."""
    propose_alike(world.work, COMMUNITY)
    (pair,) = pairs(world)
    with pytest.raises(UserInputError, match="apart"):
        say_apart(world.work, world.actor(), pair.id, "  ")
    say_apart(world.work, world.actor(), pair.id, "one is for cloth")
    with world.work.store.writing() as unit:
        guide = world.now("old")
        again = guide.current.model_copy(update={"number": 2})
        unit.guides.save_guide(guide.model_copy(update={"current": again}))
    assert propose_alike(world.work, COMMUNITY) == 0
    assert [one.state for one in pairs(world)] == [AlikeState.APART]
    assert open_desk(world.work, LENA).listed(Section.QUESTIONED) == ()


def test_a_pair_of_which_one_is_gone_waits_for_nobody(world: World) -> None:
    """It waits again when the guide is restored."""
    propose_alike(world.work, COMMUNITY)
    old, third = world.guides["old"].id, world.guides["third"].id
    supersede(world.work, world.actor(), old, third, "by mistake")
    assert open_upkeep(world.work, world.actor()).twins == ()
    restore(world.work, world.actor(), old, "a mistake")
    assert len(open_upkeep(world.work, world.actor()).twins) == 1


@pytest.mark.parametrize(
    ("likeness", "shared", "proposed"),
    [(0.9, 0, True), (0.8, 0, False), (0.8, 1, True), (0.5, 9, False)],
)
def test_shared_evidence_lowers_what_likeness_is_asked_for(
    likeness: float, shared: int, *, proposed: bool
) -> None:
    """Meaning alone has to be near; with messages that both cite, less is enough."""
    assert may_be_one(likeness, shared, load_life().alike) is proposed
