"""A kill -9 at any moment loses nothing and repeats nothing.

`PASSDOWN_KILLS` sets how many random moments are tried (3 unless told).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.processes.support import finish, kill_at, left_behind, points, start, write_archive

KILLS = int(os.environ.get("PASSDOWN_KILLS", "3"))
BROUGHT = 2
"""Messages that people brought themselves: a note, and what a review is about."""


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(("what", "threads"), [("import", 1_500), ("play", 3), ("bring", 3)])
def test_a_killed_run_ends_like_an_undisturbed_one(tmp_path: Path, what: str, threads: int) -> None:
    """After a kill and a second start, records equal those of a run that nobody disturbed."""
    archive = tmp_path / "talk.jsonl"
    write_archive(archive, threads)
    seconds = finish(start(tmp_path / "calm", archive, what))
    calm = left_behind(tmp_path / "calm")
    assert calm["messages"] == 3 * threads + (BROUGHT if what == "bring" else 0)
    assert not calm["repeated"]
    if what != "import":
        assert calm["guides"]
        assert any(kind == "corrected" for _, kind, _ in calm["corrections"])
    if what == "play":
        kinds = {kind for _, kind, _ in calm["corrections"]}
        assert kinds == {"corrected", "struck", "withdrawn"}
    killed = 0
    for number, moment in enumerate(points(11, KILLS, seconds)):
        home = tmp_path / f"killed{number}"
        killed += kill_at(start(home, archive, what), moment)
        finish(start(home, archive, what))
        assert left_behind(home) == calm, f"killed after {moment:.3f} s of {seconds:.3f} s"
    assert killed >= KILLS // 2
