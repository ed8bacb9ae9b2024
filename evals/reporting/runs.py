"""Runs to report on: the logs of Inspect AI in a folder, read back as figures."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.tasks.chosen import EngineName
from evals.tasks.listing import TASKS, Described
from evals.tasks.statistics import Figures, unflattened
from memory.errors import UserInputError

PATTERNS = ("*.eval", "*.json")
"""Names of logs as Inspect AI writes them."""
UNDESCRIBED = Described("", "", ())


@dataclass(frozen=True, slots=True)
class Run:
    """One task run once."""

    task: str
    label: str
    """How it is told from other runs of its task: when it was made, and with which arguments."""
    n: int
    figures: Figures
    versions: Mapping[str, str]

    @property
    def described(self) -> Described:
        """What the task measures; nothing for a task that is not ours."""
        return TASKS.get(self.task, UNDESCRIBED)

    def interval(self, name: str) -> tuple[float, float] | None:
        """The 95 % interval of a measure, where one was taken."""
        return interval_of(self.figures.metrics, name)

    def names(self) -> tuple[str, ...]:
        """Measures, those that the task tells first before the others, without their bounds."""
        metrics = self.figures.metrics
        first = [name for name in self.described.headlines if name in metrics]
        rest = [name for name in metrics if not _is_bound(name, metrics) and name not in first]
        return (*first, *rest)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that has no figures, and why."""

    file: str
    why: str


def read_runs(folder: Path) -> tuple[list[Run], list[Unfinished]]:
    """The runs whose logs lie in `folder` or below: by task as listed, then by time.

    Raises `UserInputError` where there is no such folder or no log in it.
    """
    if not folder.is_dir():
        raise UserInputError(
            f"{str(folder)!r} is no folder; keep logs with: eval run NAME --out DIR"
        )
    files = sorted({file for pattern in PATTERNS for file in folder.rglob(pattern)})
    read = [_read(file, folder) for file in files]
    runs = [one for one in read if isinstance(one, Run)]
    unfinished = [one for one in read if isinstance(one, Unfinished)]
    if not runs and not unfinished:
        raise UserInputError(
            f"{str(folder)!r} holds no log of a run; keep logs with: eval run NAME --out DIR"
        )
    places = {name: n for n, name in enumerate(TASKS)}
    return sorted(runs, key=lambda run: (places.get(run.task, len(places)), run.task, run.label)), (
        unfinished
    )


def interval_of(numbers: Mapping[str, float], name: str) -> tuple[float, float] | None:
    """The bounds that stand beside a measure."""
    low, high = numbers.get(f"{name}_low"), numbers.get(f"{name}_high")
    return None if low is None or high is None else (low, high)


def _is_bound(name: str, metrics: Mapping[str, float]) -> bool:
    stem, _, end = name.rpartition("_")
    return end in {"low", "high"} and stem in metrics


def _read(file: Path, folder: Path) -> Run | Unfinished | None:
    """One log; `None` for a JSON file that is no log."""
    from inspect_ai.log import EvalLog, read_eval_log
    from pydantic import ValidationError

    name = file.relative_to(folder).as_posix()
    if file.suffix == ".eval" and not zipfile.is_zipfile(file):
        return Unfinished(name, "it is no whole log")
    try:
        log: EvalLog = read_eval_log(str(file), header_only=True)
    except (ValueError, KeyError, TypeError, OSError, ValidationError, zipfile.BadZipFile) as error:
        if file.suffix == ".json":
            return None
        return Unfinished(name, f"the log cannot be read: {type(error).__name__}")
    if log.status != "success" or log.results is None or not log.results.scores:
        return Unfinished(name, f"the run ended as {log.status!r}")
    scored = log.results.scores[0]
    metadata = {key: str(value) for key, value in (log.eval.metadata or {}).items()}
    return Run(
        task=log.eval.task.rpartition("/")[2],
        label=_label(str(log.eval.created), log.eval.task_args | _other_engine(metadata)),
        n=log.results.completed_samples,
        figures=unflattened({key: one.value for key, one in scored.metrics.items()}),
        versions=metadata,
    )


def _other_engine(metadata: Mapping[str, str]) -> dict[str, str]:
    """What was measured, where that is not the embedded engine."""
    name = metadata.get("engine", EngineName.EMBEDDED)
    return {} if name == EngineName.EMBEDDED else {"engine": name}


def _label(created: str, arguments: Mapping[str, Any]) -> str:
    given = [
        f"{name} {Path(str(value)).name if name == 'items' else value}"
        for name, value in arguments.items()
        if value
    ]
    return ", ".join((created[:19].replace("T", " "), *given))
