"""A community whose published guides are called into question in every way there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.services.answering import give_answer, inbox
from agent.services.reverifying import ask_again
from memory.records.challenge import AlikePair, ChallengeState, Recheck
from memory.records.guide import GuideStatus
from memory.records.inquiry import AnswerKind
from tests.agent.test_life_challenging import AGAINST, judge, say_later
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BEN, DISPUTED, KETTLE, World, desk_world

OUT = GuideStatus.PUBLISHED
AUTHOR_SAYS = "No, the new paper has no taste any more. Put it in dry."
GRIND = DISPUTED[:3]
GRIND_TOO = tuple((facet, BEN, text) for facet, _, text in GRIND)


@contextmanager
def upkeep_world(home: Path) -> Iterator[World]:
    """A guide with a contradiction and its author's answer, and two guides that may be one."""
    with desk_world(home) as world:
        world.add("kettle", KETTLE, OUT, title="The paper taste", hours=30)
        world.add("grind", GRIND, OUT, title="Grind for the small basket", hours=300)
        world.add("finer", GRIND_TOO, OUT, title="A finer grind for small baskets", hours=400)
        say_later(world)
        judge(world)
        ask_again(world.work, COMMUNITY)
        (item,) = inbox(world.work, ADA)
        give_answer(
            world.work, world.actor(ADA), item.question.id, AnswerKind.REPLY, text=AUTHOR_SAYS
        )
        first, second = sorted(world.guides[name].id for name in ("grind", "finer"))
        with world.work.store.writing() as unit:
            unit.life.save_pair(
                AlikePair(
                    id=AlikePair.id_of(first, second),
                    community_id=COMMUNITY.id,
                    first_id=first,
                    second_id=second,
                    likeness=0.91,
                    shared=2,
                    found_at=world.clock.now(),
                )
            )
        yield world


def challenge_of(world: World) -> tuple[ChallengeState, str | None]:
    """Where the one contradiction stands, and who settled it."""
    with world.work.store.reading() as unit:
        (challenge,) = unit.life.challenges(COMMUNITY.id)
    return challenge.state, challenge.settled_by


def recheck_of(world: World) -> Recheck:
    """The one question whether a guide holds."""
    with world.work.store.reading() as unit:
        (recheck,) = unit.life.rechecks(COMMUNITY.id)
    return recheck


def pair_of(world: World) -> AlikePair:
    """The one pair."""
    with world.work.store.reading() as unit:
        (pair,) = unit.life.pairs(COMMUNITY.id)
    return pair


__all__ = [
    "AGAINST",
    "AUTHOR_SAYS",
    "challenge_of",
    "pair_of",
    "recheck_of",
    "upkeep_world",
]
