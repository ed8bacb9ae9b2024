"""Read pairs of a guide's sentence and a later one: whole, or as later sentences on an archive.

`pairs.jsonl` holds both sentences. `edits.jsonl` holds the later one alone, and finds the other by
archive, message and fingerprint; both are described in `evals/sample/contradictions/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.method.sentences import own_sentences
from agent.sources.stackexchange import StackExchangeFormat
from memory.errors import UserInputError
from memory.records.base import stable_id
from memory.records.talk import Message

PAIRS, EDITS = "pairs.jsonl", "edits.jsonl"
ARCHIVES = "communities"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of a guide, and what somebody wrote later."""

    id: str
    told: str
    said: str
    how: str
    contradicts: bool
    for_tuning: bool = False


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


def read_edited_pairs(edits: Path, data: Path) -> tuple[Pair, ...]:
    """Read later sentences on the archives below `data`, in the order of the file.

    Raises `UserInputError` for a line that cannot be read and a sentence that is not found.
    """
    return tuple(_edited(list(_rows(edits, _Edit)), data / ARCHIVES))


def has_archives(edits: Path, data: Path) -> bool:
    """Whether every archive that the later sentences are written on is at hand."""
    return all((data / ARCHIVES / row.archive).is_dir() for row in _rows(edits, _Edit))


def _edited(rows: list[_Edit], folder: Path) -> Iterator[Pair]:
    for row in rows:
        told = _sentences_of(folder / row.archive).get((row.message, row.sentence))
        if told is None:
            raise UserInputError(
                f"archive {row.archive!r} holds no sentence {row.sentence!r} in message "
                f"{row.message!r}"
            )
        kind = "against" if row.contradicts else "beside"
        key = f"{row.archive}/{row.message}/{row.sentence}/{kind}"
        yield Pair(key, told, row.said, row.how, row.contradicts, row.half == "tuning")


@lru_cache(maxsize=8)
def _sentences_of(archive: Path) -> Mapping[tuple[str, str], str]:
    """Sentences of an archive by message and fingerprint."""
    source = StackExchangeFormat().open(archive, stable_id("com", archive.name))
    return {
        (item.native_id, stable_id("sen", sentence.text)): sentence.text
        for item in source.read()
        if isinstance(item, Message)
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
