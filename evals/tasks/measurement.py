"""What every task has: cases put to the engine, what it says of each, and the figures of all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from evals.labelled.queries import DUMPS
from evals.labelled.reading import FIRST, ITEMS, SECOND, LabelledMessage, read_labels
from evals.sample import LABELLED, RETRIEVAL
from evals.tasks.statistics import Figures

T = TypeVar("T")
Outcome = dict[str, Any]
"""What is kept of one case: JSON values alone."""

DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing put to the engine."""

    id: str
    text: str
    """What it is about, for whoever reads the log."""
    target: str
    """What the labels say of it, as JSON; empty where there are none."""


class Measurement(Protocol):
    """One task: its cases, what the engine says of each, and what that comes to."""

    @property
    def name(self) -> str: ...

    @property
    def files(self) -> Sequence[Path]:
        """The files it was made on, for their digest."""
        ...

    def cases(self) -> Sequence[Case]: ...

    def observe(self, case_id: str) -> Outcome:
        """Put a case to the engine and return what it says."""
        ...

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """How right that is, 0 to 1, and what the figures need to know of it."""
        ...

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        """The measures over all cases, in the order of the cases."""
        ...


class Progress(Protocol):
    """Told how far a stage of the work has got."""

    def __call__(self, stage: str, done: int, of: int) -> None: ...


def untold(stage: str, done: int, of: int) -> None:
    """Say nothing."""


_PROGRESS: ContextVar[Progress] = ContextVar("progress", default=untold)


@contextmanager
def telling(progress: Progress) -> Iterator[None]:
    """Tell `progress` how far the work inside has got."""
    token = _PROGRESS.set(progress)
    try:
        yield
    finally:
        _PROGRESS.reset(token)


def tell(stage: str, done: int, of: int) -> None:
    """Say how far a stage of the work has got."""
    _PROGRESS.get()(stage, done, of)


def data_folder() -> Path:
    """Where the larger data sets lie, if anywhere."""
    return Path(os.environ.get("PASSDOWN_DATA") or DEFAULT_DATA)


def reporting_folder() -> Path:
    """The labels kept for reporting where they are at hand, else the shipped sample."""
    kept = data_folder() / "labels" / "facets"
    return kept if (kept / ITEMS).exists() else LABELLED


def lookup_folder() -> Path:
    """Archives whose questions have accepted answers where they are at hand, else the sample."""
    archives = data_folder() / "communities"
    return archives if any((archives / name).exists() for name in DUMPS) else RETRIEVAL


def label_files(folder: Path) -> tuple[Path, ...]:
    """The files that labels of a folder are read from."""
    return tuple(folder / name for name in (ITEMS, FIRST, SECOND))


def chosen(folder: Path, limit: int, seed: int) -> tuple[LabelledMessage, ...]:
    """Labelled messages of a folder; with a limit above 0, that many at random by the seed."""
    return drawn(read_labels(folder), limit, seed)


def drawn(found: Sequence[T], limit: int, seed: int) -> tuple[T, ...]:
    """At most `limit` of these at random, in their order; 0 is no limit."""
    if not limit or limit >= len(found):
        return tuple(found)
    places = np.random.default_rng(seed).choice(len(found), size=limit, replace=False)
    return tuple(found[n] for n in sorted(places))


@lru_cache(maxsize=1)
def _fitting(folder: Path) -> tuple[LabelledMessage, ...]:
    return read_labels(folder)


def fitting_labels(without: str) -> tuple[LabelledMessage, ...]:
    """Messages that baselines may be fitted on, none of them of the site that is reported on.

    Empty where the labels for fitting are not at hand.
    """
    folder = data_folder() / "labels" / "facets_more"
    if not (folder / ITEMS).exists():
        return ()
    return tuple(one for one in _fitting(folder) if one.site != without)


def held_out_of(items: Sequence[LabelledMessage]) -> Mapping[str, tuple[LabelledMessage, ...]]:
    """For each site of the items, the messages that baselines for it may be fitted on."""
    return {site: fitting_labels(site) for site in sorted({one.site for one in items})}
