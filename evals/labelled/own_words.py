"""Read mails and posts in which it is marked which words are their author's own.

Made-up mails stand in `*.txt`, one after another. `==== ID what it shows` begins one; then each
line has a mark and a blank before it: `=` belongs to the mail and is no text (headers, markup),
`+` is the author's own, `-` is not, `?` may be either (a closing formula, a name below it). Where
a mail is HTML, its text follows line by line after `P` (own) and `N` (not), outside the mail.

Real posts stand in `*.jsonl` without their words: `archive` (a folder of `communities`), `id` (the
native one), `digest` of the text, and `own`, `[start, end]` in characters; `unsure` likewise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from memory.errors import UserInputError

_MAIL, _POSTS = "*.txt", "*.jsonl"
_HEADING = re.compile(r"==== (?P<id>[\w.-]+)(?: .*)?")
_MARKED = re.compile(r"(?P<mark>[=+?PN-])(?: (?P<line>.*))?", re.DOTALL)


class Whose(StrEnum):
    """Whose words something is."""

    OWN = "own"
    OTHER = "other"
    EITHER = "either"


_MARKS = {
    "+": Whose.OWN,
    "-": Whose.OTHER,
    "?": Whose.EITHER,
    "P": Whose.OWN,
    "N": Whose.OTHER,
}


@dataclass(frozen=True, slots=True)
class MarkedMail:
    """A made-up mail."""

    id: str
    group: str
    """The file it stands in, without its ending."""
    raw: bytes
    lines: tuple[tuple[Whose, str], ...]


@dataclass(frozen=True, slots=True)
class MarkedPost:
    """Marks of a real post; its words stay where they are."""

    id: str
    group: str
    archive: str
    native_id: str
    digest: str
    own: tuple[tuple[int, int], ...]
    unsure: tuple[tuple[int, int], ...]


Marked = MarkedMail | MarkedPost


class _Post(BaseModel):
    model_config = ConfigDict(extra="forbid")

    archive: str
    id: str
    digest: str
    own: list[tuple[Annotated[int, Field(ge=0)], int]]
    unsure: list[tuple[Annotated[int, Field(ge=0)], int]] = []


def text_digest(text: str) -> str:
    """Return what tells that a text is the one that was marked."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def own_words_files(path: Path) -> tuple[Path, ...]:
    """The files that are read for `path`, by name."""
    if not path.is_dir():
        return (path,)
    return tuple(sorted((*path.glob(_MAIL), *path.glob(_POSTS))))


def read_own_words(path: Path) -> tuple[Marked, ...]:
    """All marked mails and posts of a file or folder.

    Raises `UserInputError` naming the file and line of what cannot be read.
    """
    files = own_words_files(path)
    if not files:
        raise UserInputError(f"{str(path)!r} holds no marked mails (*.txt) or posts (*.jsonl)")
    return tuple(one for file in files for one in _read(file))


def _read(file: Path) -> Iterator[Marked]:
    try:
        rows = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"marked words {str(file)!r}: {error}") from error
    yield from _posts(file, rows) if file.suffix == ".jsonl" else _mails(file, rows)


def _posts(file: Path, rows: list[str]) -> Iterator[MarkedPost]:
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            one = _Post.model_validate_json(row)
        except ValidationError as error:
            why = error.errors()[0]
            where = ".".join(str(part) for part in why["loc"])
            raise UserInputError(f"{str(file)!r}, line {number}, {where}: {why['msg']}") from error
        yield MarkedPost(
            f"{one.archive}/{one.id}",
            file.stem,
            one.archive,
            one.id,
            one.digest,
            tuple(one.own),
            tuple(one.unsure),
        )


def _mails(file: Path, rows: list[str]) -> Iterator[MarkedMail]:
    found: dict[str, list[tuple[str, str]]] = {}
    current: list[tuple[str, str]] | None = None
    for number, row in enumerate(rows, 1):
        heading, marked = _HEADING.fullmatch(row), _MARKED.fullmatch(row)
        if heading:
            current = found[heading["id"]] = []
        elif marked and current is not None:
            current.append((marked["mark"], marked["line"] or ""))
        elif row:
            raise UserInputError(f"{str(file)!r}, line {number}: no mark of {'=+-?PN'!r} before it")
    for name, lines in found.items():
        yield _mail(name, file.stem, lines)


def _mail(name: str, group: str, lines: list[tuple[str, str]]) -> MarkedMail:
    raw = "".join(f"{line}\n" for mark, line in lines if mark in "=+-?")
    seen = tuple((_MARKS[mark], line) for mark, line in lines if mark in _MARKS)
    return MarkedMail(name, group, raw.encode(), seen)


def whose_characters(post: MarkedPost, text: str) -> Mapping[int, Whose]:
    """Whose each character of a real post is. Raises `UserInputError` for another text."""
    if text_digest(text) != post.digest or any(end > len(text) for _, end in post.own):
        raise UserInputError(f"the text of {post.id!r} is not the one that was marked")
    whose = dict.fromkeys(range(len(text)), Whose.OTHER)
    for ranges, kind in ((post.own, Whose.OWN), (post.unsure, Whose.EITHER)):
        for start, end in ranges:
            whose.update(dict.fromkeys(range(start, end), kind))
    return whose
