"""A small community under rules of governance that a test chooses, in a real home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.services.identity import Actor
from memory.home import Home
from memory.records.decisions import Action, LoggedDecision
from memory.records.governance import GovernancePolicy
from memory.records.guide import Guide
from memory.records.people import Member, Role
from memory.records.policy import Policy
from tests.tui.screens.desk_world import BEN, BO, KETTLE, LENA, MILO, World, desk_world

PEERS = {BO.id: (Role.CORE,), BEN.id: (Role.ACTIVE,)}
BY_QUORUM: dict[str, Any] = {"model": "decentralised", "quorum": 2}


@contextmanager
def governed(home: Path, **rules: Any) -> Iterator[World]:
    """One confirmed guide of Ada's, `kettle`; Bo and Ben are peers, Lena and Milo stewards."""
    with desk_world(home) as world:
        world.work.policy = Policy(governance=GovernancePolicy.model_validate(rules))
        with world.work.store.writing() as unit:
            for member in (BO, BEN):
                unit.people.update_member(member.model_copy(update={"roles": PEERS[member.id]}))
        world.add("kettle", KETTLE, title="How do you keep the paper taste out")
        yield world


def as_stored(world: World, member: Member) -> Actor:
    """Somebody in their own name, with the roles they have now."""
    with world.work.store.reading() as unit:
        return Actor(unit.people.member(member.id) or member, acting_as=False)


def logged(world: World, subject: str, *actions: Action) -> list[LoggedDecision]:
    """Lines of the log about a record; with `actions`, those alone."""
    with world.work.store.reading() as unit:
        lines = unit.log.decisions(subject, 10_000)
    return [line for line in lines if not actions or line.action in actions]


@contextmanager
def at_account(name: str) -> Iterator[None]:
    """Sit at another account of the operating system."""
    before = Home.__dict__["account"]
    Home.account = staticmethod(lambda: name)  # type: ignore[method-assign]  # no machine has two accounts to test with
    try:
        yield
    finally:
        Home.account = before  # type: ignore[method-assign]  # what it was


def times_published(world: World, guide: Guide) -> int:
    """How often the log says that a guide was published."""
    return len(logged(world, guide.id, Action.GUIDE_PUBLISHED))


STEWARDS = (LENA, MILO)
