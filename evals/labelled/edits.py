"""Read labelled attributions: edits as JSON lines, and tables of responses as BEGIN has them.

Edits: every `*.jsonl` of a folder, keys as `evals/sample/edits/README.md` tells; `kind`, `field`
and `context` may be left out, and `context` may be a text or a list of texts. Tables: every
`*.tsv` with the columns `knowledge`, `response` and `begin_label`, of which `Fully attributable`
counts as true.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from memory.errors import UserInputError
from memory.records.base import Record

ATTRIBUTABLE = "Fully attributable"
_COLUMNS = ("knowledge", "response", "begin_label")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A text, the words it is to rest on, and whether it does."""

    id: str
    file: str
    """Name of its file, without ending."""
    text: str
    evidence: tuple[str, ...]
    context: tuple[str, ...]
    faithful: bool
    kind: str = ""
    """The way of editing; empty for a response of a table."""

    @property
    def is_edit(self) -> bool:
        return bool(self.kind)


class _Edit(Record):
    """One line of a file of edits."""

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    evidence: tuple[str, ...] = Field(min_length=1)
    context: str | tuple[str, ...] = ""
    faithful: bool
    kind: str = "edit"
    field: str = ""
    part: str = ""


def attribution_files(folder: Path) -> tuple[Path, ...]:
    """The files of a folder that hold edits or tables, by name."""
    return tuple(sorted((*folder.glob("*.jsonl"), *folder.glob("*.tsv"))))


def read_attributions(folders: Sequence[Path]) -> tuple[Attribution, ...]:
    """All edits and responses of some folders.

    Raises `UserInputError` naming the file and line that cannot be read, an id that stands twice,
    and folders in which nothing is found.
    """
    found: dict[str, Attribution] = {}
    for file in (file for folder in folders for file in attribution_files(folder)):
        rows = _edits(file) if file.suffix == ".jsonl" else _responses(file)
        for one in rows:
            if one.id in found:
                raise UserInputError(f"{str(file)!r}: the id {one.id!r} stands twice")
            found[one.id] = one
    if not found:
        told = ", ".join(repr(str(folder)) for folder in folders)
        raise UserInputError(f"there are no edits (*.jsonl) and no tables (*.tsv) in {told}")
    return tuple(found.values())


def _edits(file: Path) -> Iterator[Attribution]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"{str(file)!r} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            edit = _Edit.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as error:
            told = str(error).splitlines()
            raise UserInputError(f"{str(file)!r}, line {number}: {' '.join(told[:3])}") from error
        context = (edit.context,) if isinstance(edit.context, str) else edit.context
        yield Attribution(
            edit.id, file.stem, edit.text, edit.evidence, context, edit.faithful, edit.kind
        )


def _responses(file: Path) -> Iterator[Attribution]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened, delimiter="\t"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserInputError(f"{str(file)!r} cannot be read: {error}") from error
    for number, row in enumerate(rows, start=2):
        missing = [name for name in _COLUMNS if row.get(name) is None]
        if missing:
            raise UserInputError(f"{str(file)!r}, line {number}: there is no {missing[0]!r}")
        faithful = row["begin_label"].strip() == ATTRIBUTABLE
        key = f"{file.stem}/{number}"
        yield Attribution(key, file.stem, row["response"], (row["knowledge"],), (), faithful)
