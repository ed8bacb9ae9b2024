"""Read chat logs in which it is marked which message answers which, as Kummerfeld et al. mark it.

Beside a log `X.raw.txt` (else `X.ascii.txt`, else `X.txt`) stands `X.annotation.txt`: a line
`A B -` says that B answers A; lines of the log count from 0, and `A A` says that A begins anew.
What stands before the first line that is told of is there to be looked back upon.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from memory.errors import UserInputError

MARKS = ".annotation.txt"
LOGS = (".raw.txt", ".ascii.txt", ".txt")
_LINK = re.compile(r"(\d{1,9})\s+(\d{1,9})(?:\s+-)?")


@dataclass(frozen=True, slots=True)
class MarkedLog:
    """A log with the answers that are marked in it."""

    file: Path
    marks_file: Path
    links: Mapping[int, frozenset[int]]
    """Line to the lines that it answers, itself where it begins anew."""
    digest: str
    """Of log and marks, to tell whether something was fitted on them."""

    @property
    def name(self) -> str:
        return self.marks_file.name.removesuffix(MARKS)

    def lines(self) -> list[str]:
        """The lines of the log; bytes that are no UTF-8 are replaced."""
        return self.file.read_bytes().decode("utf-8", "replace").split("\n")


def marked_files(path: Path) -> tuple[Path, ...]:
    """The files that are read for a folder, or for one file of marks."""
    marks = sorted(path.rglob(f"*{MARKS}")) if path.is_dir() else [path]
    return tuple(file for one in marks for file in (_log_of(one), one))


def read_marked_logs(path: Path) -> tuple[MarkedLog, ...]:
    """All marked logs of a folder, or the one of a file of marks.

    Raises `UserInputError` naming what is missing or cannot be read.
    """
    files = marked_files(path)
    if not files:
        raise UserInputError(f"{str(path)!r} holds no '*{MARKS}' beside a log")
    return tuple(_read(*pair) for pair in zip(files[::2], files[1::2], strict=True))


def _log_of(marks: Path) -> Path:
    stem = marks.name.removesuffix(MARKS)
    found = (marks.with_name(stem + ending) for ending in LOGS)
    file = next((one for one in found if one.is_file() and one != marks), None)
    if file is None:
        raise UserInputError(f"there is no log '{stem}.raw.txt' beside {str(marks)!r}")
    return file


def _read(file: Path, marks: Path) -> MarkedLog:
    try:
        log, told = file.read_bytes(), marks.read_bytes()
    except OSError as error:
        raise UserInputError(f"marked log {str(marks)!r}: {error.strerror}") from error
    links: dict[int, set[int]] = {}
    for number, row in enumerate(told.decode("utf-8", "replace").splitlines(), 1):
        link = _LINK.fullmatch(row.strip())
        if row.strip() and link is None:
            raise UserInputError(f"marked log {str(marks)!r}, line {number}: not 'A B -'")
        if link:
            earlier, later = sorted((int(link[1]), int(link[2])))
            links.setdefault(later, set()).add(earlier)
    if not links or max(links) > log.count(b"\n"):
        raise UserInputError(f"marked log {str(marks)!r} is empty or tells of lines that are not")
    digest = hashlib.blake2b(log + b"\0" + told, digest_size=8).hexdigest()
    return MarkedLog(file, marks, {n: frozenset(found) for n, found in links.items()}, digest)
