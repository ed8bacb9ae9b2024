"""Eight processes on one home, one of them killed again and again.

`PASSDOWN_EIGHT_SECONDS` sets how long they work together; without it this is left to the bench
(`python -m evals.bench.eight`), for eight programs take both cores of a small machine.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evals.bench.eight import run

SECONDS = float(os.environ.get("PASSDOWN_EIGHT_SECONDS", "0"))


@pytest.mark.timeout(3_600)
@pytest.mark.skipif(not SECONDS, reason="PASSDOWN_EIGHT_SECONDS is not set")
def test_eight_processes_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    """Whatever is killed, what was promised is there once, and the index is as one built anew."""
    verdict = run(tmp_path / "home", tmp_path / "archives", seconds=SECONDS, every=5.0)
    assert verdict.is_sound, (verdict.lost, verdict.twice, verdict.uncured, verdict.index)
    assert verdict.counts["kills"] >= SECONDS // 5 - 1
    assert verdict.counts["messages"] >= 24
    assert verdict.counts["reader asked"] >= 1
