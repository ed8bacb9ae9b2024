"""Screens in a full home, as a person sees them: from the command to the cursor, and each key.

Measured in a real terminal, process start included. The baseline is the same in a home that holds
nothing but what the screen shows. Asked for: under 1,000 ms to the cursor in the answer field with
10,000 guides and 500 open inquiries in the home; under 50 ms from a key to what it changes.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.services.workplace import open_workplace
from evals.bench.asked import ask_many
from evals.bench.measure import Row
from evals.bench.memories import publish_guides
from evals.bench.terminal import Terminal, terminal

GUIDES, INQUIRIES = 10_000, 500
ALONE = 2
"""Guides of the baseline: enough for the cursor to move between."""
STARTS = 7
KEYS = 15
"""Times that each key is pressed."""
FIELD = "ype your answer"
"""What stands behind the cursor once one can type."""
DOWN, UP = b"\x1b[B", b"\x1b[A"


@dataclass(frozen=True, slots=True)
class _Felt:
    """Median and worst milliseconds."""

    median: float
    worst: float


def _felt(seconds: list[float]) -> _Felt:
    return _Felt(statistics.median(seconds) * 1000, max(seconds) * 1000)


def _fill(home: Path, guides: int, inquiries: int) -> None:
    with open_workplace(home) as work:
        publish_guides(work, guides)
        ask_many(work, inquiries)


def _open(home: Path, part: str) -> tuple[str, ...]:
    return ("--home", str(home), part, "--as", "ada")


def _start(home: Path) -> float:
    with terminal(*_open(home, "expert")) as screen:
        return screen.shows(FIELD)


def _keys(screen: Terminal, keys: tuple[bytes, ...]) -> list[float]:
    """Press keys that lead back to where they began, again and again."""
    screen.settle()
    return [screen.press(key) for _ in range(KEYS) for key in keys]


def _letters(home: Path) -> _Felt:
    """In the answer field."""
    with terminal(*_open(home, "expert")) as screen:
        screen.shows(FIELD)
        return _felt(_keys(screen, (b"a", b"b")))


def _library(home: Path) -> _Felt:
    """Down and up in the list of all guides."""
    with terminal(*_open(home, "library")) as screen:
        screen.shows("newest")
        return _felt(_keys(screen, (DOWN, UP)))


def bench_screens(guides: int = GUIDES, inquiries: int = INQUIRIES) -> list[Row]:
    """Milliseconds to the cursor in the answer field, and from a key to what is drawn."""
    with TemporaryDirectory() as folder:
        full, bare = Path(folder) / "full", Path(folder) / "bare"
        _fill(full, guides, inquiries)
        _fill(bare, ALONE, 1)
        starts: dict[Path, list[float]] = {full: [], bare: []}
        for _ in range(STARTS):
            for home, seconds in starts.items():
                seconds.append(_start(home))
        rows = _rows("expert to the answer field", _felt(starts[full]), _felt(starts[bare]))
        for what, press in (
            ("a letter in the answer field", _letters),
            (f"a key in {guides:,} titles", _library),
        ):
            rows += _rows(what, press(full), press(bare))
    return rows


def _rows(what: str, ours: _Felt, bare: _Felt) -> list[Row]:
    return [
        Row("screens", what, ours.median, "ms", "bare home", bare.median),
        Row("screens", f"{what}, worst", ours.worst, "ms", "bare home", bare.worst),
    ]
