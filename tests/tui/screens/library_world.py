"""A community with a few published guides: one with limits, one disputed, one of unnamed people."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from agent.services.feedback import give_feedback
from agent.services.indexing import index_guides
from memory.records.feedback import FeedbackKind
from memory.records.guide import CreditChoice, Guide, GuideStatus
from memory.records.people import Credit, Member
from memory.records.policy import Policy, RetrievalPolicy
from tests.tui.screens.desk_world import BEN, BO, KETTLE, LENA, RISKY, TESS, World, desk_world
from tests.tui.screens.snapshots import settled
from tui.app import PassdownApp

PAPER = "How do you keep the paper taste out"
OUT = GuideStatus.PUBLISHED
POLICY = Policy(retrieval=RetrievalPolicy(min_score=0.2))
REASON = "Our filters come bleached, rinsing made no difference."


@contextmanager
def library_world(home: Path) -> Iterator[World]:
    """The shelf: three published guides, of which readers have said something, and a draft."""
    with desk_world(home) as world:
        world.work.policy = POLICY
        world.add("kettle", KETTLE, OUT, title=PAPER, hours=30)
        world.add("old", RISKY, OUT, title="The roaster starts slowly on Mondays", review_in=-4)
        world.add("draft", KETTLE[:4], GuideStatus.DRAFT, title="Cloth or paper")
        veil(world, world.add("unnamed", RISKY[:3], OUT, title="Old files on the roaster"))
        for reader in (BEN, TESS):
            give_feedback(world.work, world.actor(reader), kettle(world).id, FeedbackKind.HELPED)
        failed = FeedbackKind.FAILED
        give_feedback(world.work, world.actor(BO), kettle(world).id, failed, REASON)
        index_guides(world.work)
        yield world


@dataclass(frozen=True, slots=True)
class Shelf:
    """A home that was furnished once, to be copied."""

    home: Path
    guides: dict[str, Guide]

    @contextmanager
    def copied(self, home: Path) -> Iterator[World]:
        """The same world in a home of its own."""
        shutil.copytree(self.home, home)
        with desk_world(home) as world:
            world.work.policy = POLICY
            world.guides = dict(self.guides)
            yield world


def kettle(world: World) -> Guide:
    """The guide that everything is tried on."""
    return world.guides["kettle"]


def veil(world: World, guide: Guide) -> None:
    """Let all authors of a guide stay unnamed in it."""
    choices = tuple(
        CreditChoice(member_id=author, credit=Credit.CHATHAM_HOUSE, own=True)
        for author in guide.current.authors()
    )
    with world.work.store.writing() as unit:
        unit.guides.save_guide(guide.model_copy(update={"credits": choices}))


def retract(world: World, guide: Guide) -> None:
    """Take a guide back, as another process would."""
    with world.work.store.writing() as unit:
        unit.guides.save_guide(guide.model_copy(update={"status": GuideStatus.RETRACTED}))


@asynccontextmanager
async def opened(
    world: World, part: str, size: tuple[int, int] = (80, 24), member: Member = LENA
) -> AsyncIterator[Pilot[Any]]:
    """The screens at one part, once it has shown what it read."""
    app = PassdownApp(world.seat(member), part)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot
        await settled(pilot)


async def type_words(pilot: Pilot[Any], words: str) -> None:
    """Type, key by key."""
    for character in words:
        await pilot.press("space" if character == " " else character)
