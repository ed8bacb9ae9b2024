"""Read labelled messages from JSON lines; whatever is wrong in them is named by file and line.

A folder holds `items.jsonl`, `labels_a.jsonl` and, where two annotators worked, `labels_b.jsonl`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from agent.method.readings import ThreadView
from evals.labelled.marks import HIGHEST_WORTH, Gold, Marks
from evals.labelled.threads import spans_of, thread_of
from memory.errors import UserInputError
from memory.records.inquiry import Facet
from memory.records.talk import Message

NO_GAP = "NONE"
Row = TypeVar("Row")
ITEMS, FIRST, SECOND = "items.jsonl", "labels_a.jsonl", "labels_b.jsonl"


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message in its thread, sentence by sentence, and what annotators marked of it."""

    id: str
    site: str
    sentences: tuple[str, ...]
    view: ThreadView
    """The labelled message comes last."""
    gold: Gold
    source: Mapping[str, Any]
    """The item as it was read."""

    @property
    def message(self) -> Message:
        return self.view.messages[-1]

    @property
    def position(self) -> int:
        """Of the labelled message in the thread."""
        return len(self.view.messages) - 1

    @property
    def worth(self) -> int:
        """The lower of the annotators' worths, 0 to 3."""
        return self.gold.worth

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """`(start, end)` of each sentence in the text of the message."""
        return spans_of(self.sentences)

    def left_with(self, kept: list[int]) -> ThreadView:
        """The thread as it were had the author said only the sentences of these numbers."""
        return thread_of(self.source, [self.sentences[n] for n in kept])


def read_labels(folder: Path) -> tuple[LabelledMessage, ...]:
    """Read the items of a folder that every annotator labelled, in the order of the items.

    Raises `UserInputError` naming the file and line that cannot be read, a label without an
    item, a sentence that is not there, and a folder in which nothing is labelled.
    """
    items = dict(_rows(folder / ITEMS, _item))
    files = [folder / FIRST, *([folder / SECOND] if (folder / SECOND).exists() else [])]
    labels = [
        dict(_rows(file, lambda row, where: _label(row, where, items, folder))) for file in files
    ]
    found = tuple(
        LabelledMessage(
            id=key,
            site=item["site"],
            sentences=tuple(item["sentences"]),
            view=thread_of(item, item["sentences"]),
            gold=Gold(tuple(marks[key] for marks in labels)),
            source=item,
        )
        for key, item in items.items()
        if all(key in marks for marks in labels)
    )
    if not found:
        raise UserInputError(f"{str(folder)!r} holds no item that is labelled")
    return found


def _rows(
    file: Path, read: Callable[[dict[str, Any], str], tuple[str, Row]]
) -> Iterator[tuple[str, Row]]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"cannot read labels {str(file)!r}: {error}") from error
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{str(file)!r} line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UserInputError(f"{where}: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise UserInputError(f"{where}: not an object with a string 'id'")
        if row["id"] in seen:
            raise UserInputError(f"{where}: the id {row['id']!r} stands twice in this file")
        seen.add(row["id"])
        yield read(row, where)


def _item(row: dict[str, Any], where: str) -> tuple[str, dict[str, Any]]:
    for key in ("site", "title", "question"):
        if not isinstance(row.get(key), str):
            raise UserInputError(f"{where}: {row['id']!r} needs {key!r}, a string")
    if not isinstance(row.get("author", ""), str) or type(row.get("score", 0)) is not int:
        raise UserInputError(f"{where}: 'author' has to be a string, 'score' a whole number")
    sentences = row.get("sentences")
    if not sentences or not isinstance(sentences, list):
        raise UserInputError(f"{where}: {row['id']!r} needs 'sentences', a list of strings")
    if not all(isinstance(one, str) and one.strip() for one in sentences):
        raise UserInputError(f"{where}: a sentence of {row['id']!r} is no text")
    return row["id"], row


def _label(
    row: dict[str, Any], where: str, items: Mapping[str, Any], folder: Path
) -> tuple[str, Marks]:
    key = row["id"]
    if key not in items:
        raise UserInputError(f"{where}: {key!r} is labelled and is not in {str(folder / ITEMS)!r}")
    stated = row.get("facets")
    if not isinstance(stated, dict):
        raise UserInputError(f"{where}: {key!r} needs 'facets', an object")
    count = len(items[key]["sentences"])
    worth = row.get("worth")
    if type(worth) is not int or not 0 <= worth <= HIGHEST_WORTH:
        raise UserInputError(f"{where}: {key!r} needs 'worth', a whole number from 0 to 3")
    gap = row.get("gap", NO_GAP)
    return key, Marks(
        facets={
            _facet(name, where): _numbers(numbers, count, where)
            for name, numbers in stated.items()
            if numbers != []
        },
        worth=worth,
        gap=None if gap == NO_GAP else _facet(gap, where),
        anchor=_text(row, "anchor", where),
        question=_text(row, "question", where),
    )


def _facet(name: object, where: str) -> Facet:
    try:
        return Facet(name)  # type: ignore[arg-type]  # whatever JSON held
    except ValueError as error:
        known = ", ".join(Facet)
        raise UserInputError(f"{where}: {name!r} is no facet; the facets are {known}") from error


def _numbers(numbers: object, count: int, where: str) -> frozenset[int]:
    if not isinstance(numbers, list) or any(type(one) is not int for one in numbers):
        raise UserInputError(f"{where}: {numbers!r} is no list of sentence numbers")
    for one in numbers:
        if not 0 <= one < count:
            raise UserInputError(
                f"{where}: sentence number {one!r} is out of range; the message has {count}, "
                "counted from 0"
            )
    return frozenset(numbers)


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise UserInputError(f"{where}: {key!r} has to be a string")
    return value
