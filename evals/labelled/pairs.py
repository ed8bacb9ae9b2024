"""Read pairs of a guide's sentence and a later one: whole, or as later sentences on an archive.

`pairs.jsonl` and `said.jsonl` hold both sides. `edits.jsonl` and `messages.jsonl` hold the later
one alone, and find the other by archive, message and fingerprint; all are described in
`evals/sample/contradictions/README.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.method.sentences import own_sentences
from agent.sources.detect import recognise
from memory.errors import UserInputError
from memory.records.base import stable_id
from memory.records.talk import Message

PAIRS, EDITS = "pairs.jsonl", "edits.jsonl"
SAID, MESSAGES = "said.jsonl", "messages.jsonl"
ARCHIVES = "communities"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of a guide, and what somebody wrote later: a sentence or a whole message."""

    id: str
    told: str
    said: str
    how: str
    contradicts: bool
    for_tuning: bool = False
    archive: str = ""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    said: str = Field(min_length=1)
    how: str = Field(min_length=1)
    contradicts: bool


Row = TypeVar("Row", bound=_Said)


class _Whole(_Said):
    id: str = Field(min_length=1)
    told: str = Field(min_length=1)


class _Edit(_Said):
    archive: str = Field(pattern=r"^[\w.-]+$")
    message: str = Field(min_length=1)
    sentence: str = Field(pattern=r"^sen_[0-9a-f]{16}$")
    half: Literal["tuning", "reporting"]


def pair_files(path: Path) -> tuple[Path, ...]:
    """The file of whole pairs in a folder, or the file itself."""
    return (path / PAIRS if path.is_dir() else path,)


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Read whole pairs. Raises `UserInputError` naming the file and line that cannot be read."""
    return tuple(
        Pair(row.id, row.told, row.said, row.how, row.contradicts)
        for file in pair_files(path)
        for row in _rows(file, _Whole)
    )


def read_edited_pairs(edits: Path, data: Path, archives: Collection[str] = ()) -> tuple[Pair, ...]:
    """Read later words on the archives below `data`, or on some of them, in the file's order.

    Raises `UserInputError` for a line that cannot be read and a sentence that is not found.
    """
    rows = [row for row in _rows(edits, _Edit) if not archives or row.archive in archives]
    return tuple(_edited(rows, data / ARCHIVES, edits.stem))


def has_archives(edits: Path, data: Path) -> bool:
    """Whether every archive that the later sentences are written on is at hand."""
    return all((data / ARCHIVES / row.archive).is_dir() for row in _rows(edits, _Edit))


def _edited(rows: list[_Edit], folder: Path, name: str) -> Iterator[Pair]:
    wanted: dict[str, frozenset[str]] = {
        archive: frozenset(row.message for row in rows if row.archive == archive)
        for archive in {row.archive for row in rows}
    }
    for row in rows:
        known = _sentences_of(folder / row.archive, wanted[row.archive])
        told = known.get((row.message, row.sentence))
        if told is None:
            raise UserInputError(
                f"archive {row.archive!r} holds no sentence {row.sentence!r} in message "
                f"{row.message!r}"
            )
        kind = "against" if row.contradicts else "beside"
        key = f"{name}/{row.archive}/{row.message}/{row.sentence}/{kind}"
        yield Pair(key, told, row.said, row.how, row.contradicts, row.half == "tuning", row.archive)


@lru_cache(maxsize=8)
def _sentences_of(archive: Path, wanted: frozenset[str]) -> Mapping[tuple[str, str], str]:
    """Sentences of some messages of an archive, by message and fingerprint.

    Of a folder of logs only those are read that hold one of them.
    """
    logs = sorted({archive / message.partition(":")[0] for message in wanted if ":" in message})
    places = logs if logs and all(log.is_file() for log in logs) else [archive]
    return {
        (item.native_id, stable_id("sen", sentence.text)): sentence.text
        for place in places
        for item in recognise(place).open(place, stable_id("com", archive.name)).read()
        if isinstance(item, Message) and item.native_id in wanted
        for sentence in own_sentences(item)
    }


def _rows(file: Path, kind: type[Row]) -> Iterator[Row]:
    """The lines of a file. Raises `UserInputError` naming the one that cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"{str(file)!r} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield kind.model_validate_json(line)
        except ValidationError as error:
            problem = error.errors()[0]
            raise UserInputError(
                f"{file.name!r}, line {number}: {problem['msg']} at {problem['loc']!r}"
            ) from error
