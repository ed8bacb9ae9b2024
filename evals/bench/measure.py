"""Timing and memory of one piece of work in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall seconds of the work itself, and the peak resident memory of its process in MB."""

    seconds: float
    peak_mb: float
    found: Any


def peak_mb() -> float:
    """Peak resident memory of this process in MB.

    Where the system says it (Linux) without what the parent held before this program started.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _run(sender: Connection, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    started = time.perf_counter()
    found = work(*args)
    seconds = time.perf_counter() - started
    if isinstance(found, Timed):
        seconds, found = found.seconds, found.found
    sender.send(Measured(seconds, peak_mb(), found))


@dataclass(frozen=True, slots=True)
class Timed:
    """Returned by work that times its own part, to leave its preparation out."""

    seconds: float
    found: Any


def in_own_process(work: Callable[..., Any], *args: Any) -> Measured:
    """Run `work(*args)` (a module-level function) in a fresh interpreter."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, work, args))
    process.start()
    sender.close()
    try:
        measured = receiver.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError(f"{work.__name__} ended with exit code {process.exitcode}") from error
    process.join()
    if not isinstance(measured, Measured):
        raise TypeError(f"{work.__name__} sent {type(measured).__name__}")
    return measured


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report: a figure, its baseline, and their ratio."""

    bench: str
    what: str
    value: float
    unit: str
    baseline: str
    baseline_value: float

    @property
    def ratio(self) -> float:
        """Value over baseline."""
        return self.value / self.baseline_value if self.baseline_value else float("nan")

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": round(self.ratio, 4)}
