"""A community where few see some of what was said, and everything that somebody can read there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.services.asked import asked_of
from agent.services.browsing import list_moments, read_page, readable_guides
from agent.services.desk import open_desk
from agent.services.exporting import published_guides
from agent.services.identity import Actor
from agent.services.indexing import index_guides
from agent.services.judging import open_judging
from agent.services.library import read_shelf
from agent.services.mine import in_my_name
from agent.services.questioned import open_upkeep
from agent.services.readers import open_reading
from agent.services.recall import ask_memory
from agent.services.skill_newcomer import way_in
from agent.services.skill_who import who_knows
from agent.services.sources import open_source
from memory.errors import PassdownError
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Facet
from memory.records.people import Member
from memory.records.policy import Policy, RetrievalPolicy
from memory.records.talk import Thread
from tests.builders import COMMUNITY, make_message
from tests.tui.screens.desk_world import ADA, BEN, BO, PEOPLE, Said, World, desk_world
from tests.tui.screens.library_world import OUT

ALPHA, BETA, GAMMA = "zqalpha", "zqbeta", "zqgamma"
NAMES = (ALPHA, BETA, GAMMA)
POLICY = Policy(retrieval=RetrievalPolicy(min_score=0.05))
AUTHORS = {ALPHA: (ADA, BO), BETA: (ADA, BEN, BO), GAMMA: (ADA, BO)}
"""Whose words each guide quotes; its title is what Bo asked."""


def token(name: str, who: Member) -> str:
    """A word that stands in what somebody said for one guide, and nowhere else."""
    return f"{name}{who.handle}word"


def uncited(name: str) -> str:
    """A word that was said beside a guide, and that it does not quote."""
    return f"{name}besideword"


def said(name: str) -> tuple[Said, ...]:
    """What a guide says, each sentence with the token of who said it."""
    ada, last = token(name, ADA), BEN if name == BETA else ADA
    return (
        (None, ADA, f"Rinse the paper filter with {ada} before you brew."),
        (Facet.ACTION, ADA, f"Pour the {ada} out before the coffee goes in."),
        (Facet.WHY, ADA, f"It washes the taste of {ada} out of the brewer."),
        (Facet.CHECK, last, f"The cup no longer tastes of {token(name, last)} then."),
    )


@contextmanager
def seeing_world(home: Path) -> Iterator[World]:
    """Two published guides and one that waits for a steward, each from a talk of its own."""
    with desk_world(home) as world:
        world.work.policy = POLICY
        for name in NAMES:
            world.add(name, said(name), GuideStatus.CONFIRMED if name == GAMMA else OUT)
            beside = make_message(
                f"{name}-x", f"And mind the {uncited(name)}.", ADA, talk(world, name)
            )
            with world.work.store.writing() as unit:
                unit.talk.save_messages([beside])
        index_guides(world.work)
        yield world


def talk(world: World, name: str) -> Thread:
    """The discussion that a guide comes from."""
    guide = world.guides[name]
    with world.work.store.reading() as unit:
        message = unit.talk.message(guide.current.title_evidence.message_id)
        assert message is not None
        thread = unit.talk.thread(message.thread_id)
    assert thread is not None
    return thread


def everything_read(world: World, member: Member | None) -> str:
    """All that any reading service gives somebody, and all that it says where it refuses."""
    work, guides = world.work, [world.guides[name] for name in NAMES]
    readings: list[Callable[[], object]] = [
        lambda: readable_guides(work, COMMUNITY, member),
        lambda: read_shelf(work, COMMUNITY, member),
        lambda: list_moments(work, COMMUNITY, 10, member),
        lambda: who_knows(work, COMMUNITY, "rinse the paper filter before you brew"),
        lambda: published_guides(work, COMMUNITY),
        *(
            _asking(world, member, f"rinse with {token(name, ADA)} before brewing")
            for name in NAMES
        ),
        *(_page(world, member, guide) for guide in guides),
    ]
    if member is not None:
        actor = Actor(member, acting_as=False)
        readings += [
            lambda: open_desk(work, member),
            lambda: open_upkeep(work, actor),
            lambda: in_my_name(work, member).others,
            lambda: asked_of(work, member),
            lambda: way_in(work, actor, COMMUNITY).guides,
            *(_judging(world, actor, guide) for guide in guides),
            *(_reading(world, actor, guide) for guide in guides),
            *(
                _source(world, actor, guide, message_id)
                for guide in guides
                for message_id in sorted(guide.current.cited())
            ),
        ]
    return "\n".join(_tried(reading) for reading in readings)


def _tried(reading: Callable[[], object]) -> str:
    try:
        return repr(reading())
    except PassdownError as refused:
        return str(refused)


def _asking(world: World, member: Member | None, question: str) -> Callable[[], object]:
    def ask() -> object:
        recall = ask_memory(world.work, COMMUNITY, question, member)
        return recall.guides, recall.who, recall.held

    return ask


def _page(world: World, member: Member | None, guide: Guide) -> Callable[[], object]:
    return lambda: read_page(world.work, member, guide.id)


def _judging(world: World, actor: Actor, guide: Guide) -> Callable[[], object]:
    return lambda: open_judging(world.work, actor, guide.id)


def _reading(world: World, actor: Actor, guide: Guide) -> Callable[[], object]:
    return lambda: open_reading(world.work, actor, guide.id)


def _source(world: World, actor: Actor, guide: Guide, message_id: str) -> Callable[[], object]:
    return lambda: open_source(world.work, actor, guide.id, message_id)


def own_tokens(member: Member | None) -> frozenset[str]:
    """Tokens of what somebody said themselves."""
    return frozenset(token(name, who) for name in NAMES for who in PEOPLE if who == member)
