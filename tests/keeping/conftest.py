"""A home with a published guide by two authors, one of whom will want to be forgotten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from agent.channels.inbox import InboxChannel
from agent.inquiry.state import AgentContext
from agent.services.recall import rebuild_memory
from agent.services.workplace import Workplace
from memory.home import Home
from memory.index.chroma import ChromaIndex
from memory.records.guide import Decision
from memory.records.people import Member
from memory.records.policy import Policy
from memory.records.talk import Message, Segment, SegmentKind, Thread
from tests.agent.conftest import ASKER, EXPERT, OTHER, STEWARD, make_guild
from tests.agent.two_authors import SAID, Pair, SharedEngine
from tests.builders import COMMUNITY, SettableClock, make_message, make_thread
from tests.index.support import HashingEmbedder

NAME, HANDLE = "Thessaly Quimby", "tquimby"
LONG = "the planner never knows how wide a row will be until the vacuum has passed twice over it"
TOLD = (*SAID[OTHER.id], LONG)
"""What the second author said, in sentences that nobody else says."""
Copy = Callable[[], Path]


def quimby() -> Member:
    """The second author under a name of their own."""
    return OTHER.model_copy(update={"name": NAME, "handle": HANDLE})


def talk() -> tuple[Thread, list[Message]]:
    """A thread that the second author began, in which others name and quote them."""
    thread = make_thread("t9", title=LONG)
    quoted = f"> {LONG}\nagreed, {NAME}, and thanks"
    cut = quoted.index("\n")
    said = [
        make_message("n1", LONG, OTHER, thread),
        make_message(
            "n2",
            quoted,
            ASKER,
            thread,
            segments=(
                Segment(kind=SegmentKind.QUOTE, start=0, end=cut),
                Segment(kind=SegmentKind.OWN, start=cut + 1, end=len(quoted)),
            ),
            sent_at=thread.last_at + timedelta(minutes=1),
        ),
        make_message(
            "n3",
            f"ask @{HANDLE} or Quimby, thessaly.quimby@example.org; the answer is 42",
            EXPERT,
            thread,
            mentions=(OTHER.id,),
            sent_at=thread.last_at + timedelta(minutes=2),
        ),
    ]
    return thread, said


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once: a published guide by two authors, and the talk of above."""
    folder = tmp_path_factory.mktemp("keeping")
    guild = make_guild(folder)
    pair = Pair(guild)
    pair.begin()
    pair.confirm(EXPERT)
    pair.confirm(OTHER)
    pair.review(Decision.APPROVE)
    thread, said = talk()
    with guild.work.store.writing() as unit:
        unit.people.update_member(quimby())
        unit.talk.save_threads([thread])
        unit.talk.save_messages(said)
        unit.people.bind_account(Home.account(), STEWARD.id)
    rebuild_memory(guild.work)
    guild.work.close()
    guild.work.index.close()  # type: ignore[attr-defined]  # the home's own index
    return folder / "home"


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """A copy of that home."""
    return Path(shutil.copytree(template, tmp_path / "home"))


@contextmanager
def opened(home: Path, clock: SettableClock | None = None) -> Iterator[Workplace]:
    """The home open for work, with the engine and the embedder of tests."""
    at, time = Home.open(home), clock or SettableClock()
    store, policy = at.store(), Policy()
    index = ChromaIndex(at.index_dir, at.lock_dir, HashingEmbedder())
    work = Workplace(at, store, time, policy, make_index=lambda: index)
    work.__dict__["context"] = AgentContext(
        store, time, policy, work.catalogue, SharedEngine(), InboxChannel()
    )
    try:
        yield work
    finally:
        work.close()
        index.close()


@pytest.fixture
def work(home: Path) -> Iterator[Workplace]:
    """That copy, open."""
    with opened(home) as made:
        yield made


def traces_in(folder: Path, words: tuple[str, ...] = TOLD) -> list[str]:
    """Every file under `folder` that holds a name or some words of the second author, raw.

    Compared byte by byte in UTF-8 and UTF-16; the handle as a whole word.
    """
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        raw = path.read_bytes() if path.is_file() else b""
        for code in ("utf-8", "utf-16-le", "utf-16-be"):
            needles = (NAME, "Quimby", OTHER.id, *words)
            found += [f"{path.name}: {n} ({code})" for n in needles if n.encode(code) in raw]
        if re.search(rb"(?i)(?<![a-z0-9])" + HANDLE.encode() + rb"(?![a-z0-9])", raw):
            found.append(f"{path.name}: {HANDLE}")
    return found


__all__ = ["COMMUNITY", "HANDLE", "LONG", "NAME", "TOLD", "opened", "quimby", "talk", "traces_in"]
