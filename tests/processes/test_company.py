"""Several processes on one home are normal: nothing is lost, nothing happens twice.

`PASSDOWN_COMPANY_SECONDS` sets how long they work together (12 unless told).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.services.recall import rebuild_memory
from agent.services.workplace import open_workplace
from memory.records.guide import GuideStatus
from tests.processes.support import finish, left_behind, start, write_archive

SECONDS = os.environ.get("PASSDOWN_COMPANY_SECONDS", "12")


def together(home: Path, *roles: str) -> dict[str, int]:
    """Run the roles at the same time; how many turns each took."""
    running = [
        (
            role,
            subprocess.Popen(
                [sys.executable, "-m", "tests.processes.company", str(home), role, SECONDS],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ),
        )
        for role in roles
    ]
    turns: dict[str, int] = {}
    for role, process in running:
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, f"{role}: {err}"
        turns[role] = int(out.split()[-1])
    return turns


@pytest.mark.timeout(1_200)
def test_importing_answering_and_asking_at_once(tmp_path: Path) -> None:
    """Three processes work on one home without an error, and no vector is lost."""
    home = tmp_path / "home"
    write_archive(tmp_path / "first.jsonl", 3)
    finish(start(home, tmp_path / "first.jsonl", "import"))
    turns = together(home, "import", "answer", "ask")
    assert min(turns.values()) >= 1
    left = left_behind(home)
    assert not left["repeated"]
    assert left["messages"] >= 9
    with open_workplace(home) as work:
        from agent.services.indexing import index_guides

        index_guides(work)
        held = work.index.count()
        with work.store.reading() as unit:
            published = unit.guides.guides(statuses=[GuideStatus.PUBLISHED])
        assert published
        assert held == sum(1 + len(g.current.sections) for g in published)
        assert rebuild_memory(work) == held


@pytest.mark.timeout(600)
def test_two_processes_resuming_the_same_inquiries_have_one_effect(tmp_path: Path) -> None:
    """Woken by two processes at once while a third answers, no question is sent twice."""
    home = tmp_path / "home"
    write_archive(tmp_path / "first.jsonl", 3)
    finish(start(home, tmp_path / "first.jsonl", "import"))
    together(home, "answer", "race", "race")
    left = left_behind(home)
    assert left["questions"]
    assert not left["repeated"]
