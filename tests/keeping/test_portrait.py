"""What a person gets about themselves: all of it, and only for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.services.identity import Actor
from agent.services.portrait import write_portrait
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from tests.agent.conftest import ASKER, EXPERT, OTHER, STEWARD
from tests.agent.two_authors import SAID
from tests.keeping.conftest import LONG, quimby


def test_a_person_gets_everything_about_themselves(work: Workplace, tmp_path: Path) -> None:
    """Messages, questions, answers, claims, guides and the log, as JSON with an index."""
    folder = tmp_path / "me"
    made = write_portrait(work, Actor(quimby(), acting_as=False), quimby(), folder)
    held = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    assert set(held) == set(made.records)
    assert set(held) >= {"members", "messages", "questions", "answers", "claims", "decisions"}
    assert LONG in held["messages"]
    assert all(line in held["messages"] for line in SAID[OTHER.id])
    assert [json.loads(held[name]) for name in held]
    index = (folder / "index.md").read_text(encoding="utf-8")
    assert all(f"[{name}.json]" in index for name in held)


def test_what_others_told_in_confidence_stays_with_them(work: Workplace, tmp_path: Path) -> None:
    """Of a guide by several people each gets their own sentences, not the interviews of others."""
    write_portrait(work, Actor(quimby(), acting_as=False), quimby(), tmp_path / "me")
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "me").iterdir())
    assert "repack the table in a quiet night" in SAID[EXPERT.id]
    assert "repack the table in a quiet night" not in written


def test_a_steward_says_why_and_others_may_not(work: Workplace, tmp_path: Path) -> None:
    """The log keeps a steward's reason as a code; nobody else gets anything."""
    with pytest.raises(PermissionDeniedError):
        write_portrait(work, Actor(ASKER, acting_as=False), quimby(), tmp_path / "a")
    steward = Actor(STEWARD, acting_as=False)
    with pytest.raises(UserInputError, match="because"):
        write_portrait(work, steward, quimby(), tmp_path / "a")
    assert not (tmp_path / "a").exists()
    write_portrait(work, steward, quimby(), tmp_path / "a", "Asked by mail, 3 May")
    with work.store.reading() as unit:
        lines = unit.log.decisions(OTHER.id)
    (line,) = [one for one in lines if one.action is Action.MEMBER_EXPORTED]
    assert (line.actor, line.reason) == (STEWARD.id, "asked-by-mail-3-may")


def test_no_folder_is_written_over(work: Workplace, tmp_path: Path) -> None:
    """What stands in a folder stays, and nothing is mixed with it."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserInputError, match="new folder"):
        write_portrait(work, Actor(quimby(), acting_as=False), quimby(), tmp_path / "kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["note.txt"]
