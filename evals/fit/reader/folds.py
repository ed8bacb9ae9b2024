"""The fits that are made: each leaves some sites out, so that it can be tried on them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.labelled.reading import LabelledMessage
from memory.errors import UserInputError

REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Fold:
    """One fit by the sites it never sees."""

    name: str
    left_out: tuple[str, ...] = ()

    def seen(self, messages: Sequence[LabelledMessage]) -> tuple[LabelledMessage, ...]:
        """Return the messages it is fitted on."""
        return tuple(one for one in messages if one.site not in self.left_out)

    def unseen(self, messages: Sequence[LabelledMessage]) -> tuple[LabelledMessage, ...]:
        """Return the messages it can be tried on."""
        return tuple(one for one in messages if one.site in self.left_out)

    @property
    def folder(self) -> Path:
        """What the fit leaves, in `$PASSDOWN_BUILD` or `.build/fit` of the repository."""
        build = os.environ.get("PASSDOWN_BUILD")
        return (Path(build) if build else REPOSITORY / ".build" / "fit") / self.name

    @property
    def reader(self) -> Path:
        """Where the fold's reader lies, with the triage that goes with it."""
        return self.folder / "reader"


SHIPPED = Fold("all")
FOLDS = (
    Fold("without-coffee", ("coffee.stackexchange.com",)),
    Fold("without-beer", ("beer.stackexchange.com",)),
    SHIPPED,
)


def fold_without(site: str) -> Fold | None:
    """Return the fold that never saw a site, if its reader has been fitted here."""
    for fold in FOLDS:
        if site in fold.left_out and (fold.reader / "triage_reader.toml").exists():
            return fold
    return None


def fold_named(name: str) -> Fold:
    """Return a fold. Raises `UserInputError` for a name that is none."""
    for fold in FOLDS:
        if fold.name == name:
            return fold
    known = ", ".join(fold.name for fold in FOLDS)
    raise UserInputError(f"{name!r} is no fold; the folds are {known}")
