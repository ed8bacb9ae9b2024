"""Read texts whose personal data is labelled span by span, as Presidio's generator writes them.

A file is a JSON list of objects with `full_text` and `spans`, each span with `entity_type`,
`start_position` and `end_position` (characters, end excluded); other keys are left alone.
A folder stands for every `*.json` in it. `evals/sample/privacy/README.md` tells more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from memory.errors import UserInputError


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """Something personal in a text."""

    type: str
    """`PERSON`, `EMAIL_ADDRESS`, ... as the labels call it."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with everything personal in it."""

    id: str
    text: str
    spans: tuple[LabelledSpan, ...]

    @property
    def is_for_reporting(self) -> bool:
        """Which half it belongs to, by its words alone; the other half is for fitting."""
        return bool(hashlib.sha256(self.text.encode()).digest()[0] % 2)


class _Span(BaseModel):
    model_config = ConfigDict(extra="ignore")

    entity_type: Annotated[str, Field(min_length=1)]
    start_position: Annotated[int, Field(ge=0)]
    end_position: int


class _Text(BaseModel):
    model_config = ConfigDict(extra="ignore")

    full_text: str
    spans: list[_Span]

    @model_validator(mode="after")
    def _spans_lie_inside(self) -> Self:
        for span in self.spans:
            if not span.start_position < span.end_position <= len(self.full_text):
                where = (span.start_position, span.end_position)
                raise ValueError(f"span {where!r} does not lie in its text")
        return self


_TEXTS = TypeAdapter(list[_Text])


def labelled_files(path: Path) -> tuple[Path, ...]:
    """The files that are read for `path`, by name."""
    return tuple(sorted(path.glob("*.json"))) if path.is_dir() else (path,)


def read_labelled_texts(path: Path) -> tuple[LabelledText, ...]:
    """All texts of a file or folder.

    Raises `UserInputError` naming the file and place of what cannot be read.
    """
    files = labelled_files(path)
    if not files:
        raise UserInputError(f"{str(path)!r} holds no '*.json' of labelled texts")
    return tuple(one for file in files for one in _read(file))


def _read(file: Path) -> Iterable[LabelledText]:
    try:
        found = _TEXTS.validate_json(file.read_bytes())
    except OSError as error:
        raise UserInputError(f"labelled texts {str(file)!r}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UserInputError(f"labelled texts {str(file)!r}, {where}: {first['msg']}") from error
    for number, one in enumerate(found):
        spans = (LabelledSpan(s.entity_type, s.start_position, s.end_position) for s in one.spans)
        ordered = tuple(sorted(spans, key=lambda span: (span.start, span.end, span.type)))
        yield LabelledText(f"{file.stem}-{number:04d}", one.full_text, ordered)
