"""Run one task on Inspect AI and report what it found. No model is called and none is needed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from evals.tasks.chosen import EngineName, measuring
from evals.tasks.listing import TASKS
from evals.tasks.measurement import Progress, telling, untold
from evals.tasks.statistics import Figures, unflattened
from evals.tasks.with_model import named_endpoint
from memory.errors import UserInputError

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog

DIGITS = 6
WITH_MODEL = ("facets", "triage", "gap", "masking", "questions", "grounding")
"""Tasks in which facets are read, moments judged, questions composed or sentences checked."""
ACCOUNT_FOLDERS = ("XDG_DATA_HOME", "XDG_CACHE_HOME")
"""Variables that name the folders of an account in which libraries leave traces."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a task found, as `--json` prints it."""

    task: str
    engine: str
    n: int
    figures: Figures
    versions: Mapping[str, str]
    said: Sequence[Mapping[str, Any]]
    """What the engine said of each case, in the order of the cases."""

    def as_json(self) -> dict[str, Any]:
        """One object: task, engine, n, metrics, baselines and versions."""
        return {
            "task": self.task,
            "engine": self.engine,
            "n": self.n,
            "metrics": _rounded(self.figures.metrics),
            "baselines": {
                name: _rounded(numbers) for name, numbers in self.figures.baselines.items()
            },
            "versions": dict(self.versions),
        }


def run_task(
    name: str,
    items: Path | None,
    *,
    engine: str = EngineName.EMBEDDED,
    limit: int = 0,
    seed: int = 0,
    out: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Run the task called `name` on the items of a folder, or on those it reads by itself.

    Logs of Inspect AI are kept in `out` alone. Raises `UserInputError` for an unknown task or
    engine, for items that cannot be read, and where Inspect AI is not installed.
    """
    if name not in TASKS:
        raise UserInputError(f"there is no task {name!r}; there are {', '.join(TASKS)}")
    if find_spec("inspect_ai") is None:
        raise UserInputError(
            "evaluation runs on Inspect AI, which is not installed; "
            "install the extra with: pip install 'passdown[evals]'"
        )
    if engine == EngineName.MODEL:
        named_endpoint()
        if name not in WITH_MODEL:
            raise UserInputError(
                f"a model takes no part in what {name!r} measures; it does in "
                f"{', '.join(WITH_MODEL)}"
            )
    with (
        TemporaryDirectory() as scratch,
        measuring(engine),
        _apart(Path(scratch)),
        telling(progress or untold),
    ):
        return _report(name, _run(name, items, limit, seed, out or Path(scratch) / "logs"))


def _run(name: str, items: Path | None, limit: int, seed: int, logs: Path) -> EvalLog:
    from inspect_ai import eval as inspect_eval

    make_task = getattr(import_module("evals.tasks.inspected"), name)
    task = make_task(items=str(items) if items else "", limit=limit, seed=seed)
    (log,) = inspect_eval(
        task,
        model=None,
        display="none",
        log_dir=str(logs),
        log_level="error",
        log_realtime=False,
        ctl_server=False,
        score_display=False,
        debug_errors=True,
        max_samples=1,
    )
    return log


@contextmanager
def _apart(scratch: Path) -> Iterator[None]:
    """Keep Inspect's traces out of the account's folders, and whatever it prints off stdout."""
    before = {name: os.environ.get(name) for name in ACCOUNT_FOLDERS}
    os.environ.update(dict.fromkeys(ACCOUNT_FOLDERS, str(scratch)))
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _report(name: str, log: EvalLog) -> Report:
    if log.status == "cancelled":
        raise KeyboardInterrupt
    if log.status != "success" or log.results is None or log.samples is None:
        why = log.error.message if log.error else log.status
        raise RuntimeError(f"the task {name!r} did not finish: {why}")
    scored = log.results.scores[0]
    metadata = {key: str(value) for key, value in (log.eval.metadata or {}).items()}
    return Report(
        task=name,
        engine=metadata.pop("engine", ""),
        n=log.results.completed_samples,
        figures=unflattened({key: one.value for key, one in scored.metrics.items()}),
        versions=metadata,
        said=[json.loads(sample.output.completion) for sample in log.samples],
    )


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in numbers.items()}
