"""Read texts with made-up secrets, and with what only looks like one.

A file is JSON lines with `kind`, `secret`, `before`, `parts` and `after`; the text is all of them
joined. The value stands in parts so that no scanner of a repository takes it for a live one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from evals.labelled.spans import LabelledSpan, LabelledText
from memory.errors import UserInputError
from memory.records.base import Record

SECRET = "SECRET"  # noqa: S105  the name of a label
REPORTED = "reported"
"""The file that figures are told of; `tuning` is for whoever works on the look."""


class _Line(Record):
    kind: str
    secret: bool
    before: str = ""
    parts: tuple[str, ...]
    after: str = ""


def read_secrets(folder: Path, half: str = REPORTED) -> tuple[LabelledText, ...]:
    """The texts of one half, a `SECRET` span in each that holds one.

    Raises `UserInputError` naming the file and the line of what cannot be read.
    """
    file = folder / f"{half}.jsonl"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UserInputError(f"labelled secrets {str(file)!r}: {error.strerror}") from error
    return tuple(_texts(file, half, lines))


def _texts(file: Path, half: str, lines: Iterable[str]) -> Iterable[LabelledText]:
    for number, line in enumerate(lines, start=1):
        try:
            one = _Line.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]["msg"]
            raise UserInputError(
                f"labelled secrets {str(file)!r}, line {number}: {first}"
            ) from error
        value = "".join(one.parts)
        start = len(one.before)
        span = (LabelledSpan(SECRET, start, start + len(value)),) if one.secret else ()
        yield LabelledText(f"secrets-{half}-{number:04d}", one.before + value + one.after, span)
