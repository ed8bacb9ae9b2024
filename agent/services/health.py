"""How things stand: counts and waiting lists for people, checks of the home for operators."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.services.watching_state import WatchState, saved_state, watcher_of
from agent.services.workplace import Workplace
from memory.errors import PassdownError, PolicyError, StoreError, UserInputError
from memory.records.people import Community


@dataclass(frozen=True, slots=True)
class CommunityStatus:
    """One community in numbers; no person's rate of answering is in it."""

    community: Community
    messages: int
    threads: int
    members: int
    moments: int
    inquiries: Mapping[str, int]
    """By status."""
    guides: Mapping[str, int]
    """By status."""
    open_questions: int


@dataclass(frozen=True, slots=True)
class HomeStatus:
    """The whole home."""

    path: str
    communities: Sequence[CommunityStatus]
    next_due: datetime | None
    unindexed: int
    watches: Sequence[WatchHealth] = ()
    """Of communities that are watched, or were."""


@dataclass(frozen=True, slots=True)
class WatchHealth:
    """How the watcher of one community fares."""

    community: str
    holder: str
    """Host and process that is at it; empty where none is."""
    state: WatchState


@dataclass(frozen=True, slots=True)
class Check:
    """One check of `passdown doctor`: whether it passed, and what to do if it did not."""

    name: str
    passed: bool
    found: str
    advice: str = ""


def home_status(work: Workplace) -> HomeStatus:
    """Read the state of everything in one transaction."""
    with work.store.reading() as unit:
        found: list[CommunityStatus] = []
        watches: list[WatchHealth] = []
        questions = Counter(q.community_id for q in unit.inquiries.open_questions())
        for community in unit.people.communities():
            inquiries = unit.inquiries.inquiries(community.id)
            guides = unit.guides.guides(community.id)
            found.append(
                CommunityStatus(
                    community=community,
                    messages=unit.talk.count_messages(community.id),
                    threads=unit.talk.count_threads(community.id),
                    members=len(unit.people.members(community.id)),
                    moments=len(unit.inquiries.moments(community.id)),
                    inquiries=Counter(i.status.value for i in inquiries),
                    guides=Counter(g.status.value for g in guides),
                    open_questions=questions[community.id],
                )
            )
            if (state := saved_state(unit, community.id)) is not None:
                holder = watcher_of(unit, community.id)
                watches.append(WatchHealth(community.name, holder, state))
        due = unit.inquiries.next_due()
        behind = unit.guides.count_unindexed()
    return HomeStatus(str(work.home.path), found, due.at if due else None, behind, watches)


def examine_home(work: Workplace) -> Sequence[Check]:
    """Check the home, its policy, the database, the catalogue, the embedder and the index.

    Mends nothing and changes no record. The policy is read from the home anew, so that `work` may
    stand on another one where the home's is invalid.
    """
    checks: list[Check] = []
    for name, look, advice in (
        ("home", lambda: _home(work.home.path), "let this account read and write the folder"),
        ("database", lambda: _database(work), "restore a copy of the home"),
        ("policy", lambda: _policy(work), "mend passdown.toml"),
        ("rules", lambda: _rules(work), "mend [governance] in passdown.toml, or `passdown role`"),
        ("catalogue", lambda: f"{len(work.catalogue.facets)} facets", "install Passdown again"),
        ("embedder", _embedder, "install Passdown again"),
        ("index", lambda: _index(work), "run `passdown memory rebuild`"),
    ):
        checks.append(_checked(name, look, advice))
    return checks


def _checked(name: str, look: Callable[[], str], advice: str) -> Check:
    try:
        return Check(name, passed=True, found=look())
    except PassdownError as error:
        return Check(name, passed=False, found=str(error), advice=advice)


def _home(path: Path) -> str:
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise StoreError(f"{str(path)!r} cannot be read and written by this account")
    return str(path)


def _policy(work: Workplace) -> str:
    work.home.policy()
    file = work.home.policy_file
    return f"{file.name} is valid" if file.exists() else f"no {file.name}: the defaults"


def _rules(work: Workplace) -> str:
    """Whether every community can decide on guides by its own rules."""
    from agent.services.rulebook import problems_at_home

    try:
        policy = work.home.policy()
    except PolicyError:
        return "looked at once passdown.toml is mended"
    with work.store.reading() as unit:
        problems = problems_at_home(unit, policy)
    if problems:
        raise UserInputError("; ".join(problems))
    return "every community can decide by them"


def _database(work: Workplace) -> str:
    problems = work.store.integrity()
    if problems:
        raise StoreError("; ".join(problems))
    return "sound"


def _embedder() -> str:
    from memory.index.minilm import MiniLmEmbedder

    embedder = MiniLmEmbedder()
    embedder.embed(["a sentence"])
    return f"{embedder.name}, {embedder.dimensions} dimensions"


def _index(work: Workplace) -> str:
    from memory.index.blanking import blanking_works

    with work.store.reading() as unit:
        behind = unit.guides.count_unindexed()
    late = f", {behind} guides to catch up with" if behind else ""
    kept_out = "" if blanking_works() else "; freed memory may be written into its files"
    return f"{work.index.count()} passages{late}{kept_out}"
