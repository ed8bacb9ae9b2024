"""Which community an archive goes to, and what is no archive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.importing import import_into
from agent.services.taking_in import community_to_fill
from agent.services.watching_events import Told
from memory.errors import UserInputError
from memory.records.people import Community
from tests.agent.watched import ID, NAME, Watched, talk, watched_folder


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A folder that is watched."""
    with watched_folder(tmp_path) as folder:
        yield folder


def test_a_typo_makes_no_community(watched: Watched) -> None:
    """A name like a known one needs --new; an id, any case and the exact name are known."""
    work = watched.work
    assert community_to_fill(work, "Anything", only_known=True) == "Anything"
    watched.write("a.jsonl", talk(1, 2))
    import_into(work, watched.folder / "a.jsonl", NAME)
    assert {community_to_fill(work, name) for name in (NAME, NAME.upper(), ID)} == {NAME}
    for typo in ("Pmups", "Pump"):
        with pytest.raises(UserInputError, match=rf"did you mean '{NAME}'"):
            community_to_fill(work, typo)
        assert community_to_fill(work, typo, new=True) == typo
    assert community_to_fill(work, "Sailing") == "Sailing"
    with pytest.raises(UserInputError, match=rf"known: '{NAME}'. Say --new"):
        community_to_fill(work, "Sailing", only_known=True)
    with pytest.raises(UserInputError, match="needs a name"):
        community_to_fill(work, " ", new=True)
    with work.store.reading() as unit:
        assert [one.id for one in unit.people.communities()] == [Community.id_of(NAME)]


def test_a_pipe_among_followed_paths_is_told_and_the_others_go_on(watched: Watched) -> None:
    """A watcher never waits for what writes to a pipe: it says so once and reads the rest."""
    os.mkfifo(watched.folder / "pipe")
    watched.write("a.jsonl", talk(1, 2))
    told = watched.look("pipe", "a.jsonl")
    assert told[:2] == [Told.UNREADABLE, Told.IMPORTED]
    (why,) = (event.why for event in watched.events if event.kind is Told.UNREADABLE)
    assert "is a named pipe" in why
