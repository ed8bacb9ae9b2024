"""Read texts that tell an agent what to do, and harmless ones that only look like it.

A folder holds `*.jsonl` files, one object a line with `id`, `label` (`malicious` or `benign`) and
`text`, and optionally `category` (`evals/sample/injection/README.md`); other keys are left alone.
Where BIPIA's `text_attack_train.json` (lists of instructions by category) lies beside them, the
first of each category is read too, each in a mail of `email_contexts.jsonl` if that is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from memory.errors import UserInputError

BIPIA, MAILS = "text_attack_train.json", "email_contexts.jsonl"


@dataclass(frozen=True, slots=True)
class Attack:
    """Words to plant."""

    id: str
    text: str
    malicious: bool
    category: str
    around: str = ""
    """What stands before the words where there is room for it, such as a mail."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1)
    label: Literal["malicious", "benign"]
    text: str = Field(min_length=1)
    category: str = ""


class _Mail(BaseModel):
    model_config = ConfigDict(extra="ignore")

    context: str


_BY_CATEGORY = TypeAdapter(dict[str, list[str]])


def attack_files(folder: Path) -> tuple[Path, ...]:
    """The files that attacks are read from, by name."""
    more = (folder / BIPIA,) if (folder / BIPIA).exists() else ()
    return (*sorted(folder.glob("*.jsonl")), *more)


def read_attacks(folder: Path) -> tuple[Attack, ...]:
    """All attacks and look-alikes of a folder, by id.

    Raises `UserInputError` naming the file and the line of what cannot be read.
    """
    found = [one for file in _lines_files(folder) for one in _read_lines(file)]
    found += _read_bipia(folder)
    if not found:
        raise UserInputError(f"{str(folder)!r} holds no attacks: no '*.jsonl' with 'text'")
    if len({one.id for one in found}) < len(found):
        raise UserInputError(f"{str(folder)!r}: an id is used twice")
    return tuple(sorted(found, key=lambda one: one.id))


def _lines_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.jsonl") if file.name != MAILS)


def _read_lines(file: Path) -> Iterator[Attack]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                one = _Line.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                raise UserInputError(
                    f"attacks {file.name!r}, line {number}, {where}: {first['msg']}"
                ) from error
            yield Attack(one.id, one.text, one.label == "malicious", one.category)


def _read_bipia(folder: Path) -> Iterator[Attack]:
    file = folder / BIPIA
    if not file.exists():
        return
    mails = folder / MAILS
    lines = mails.read_text(encoding="utf-8").splitlines() if mails.exists() else []
    try:
        contexts = [_Mail.model_validate_json(line).context for line in lines if line.strip()]
        listed = _BY_CATEGORY.validate_json(file.read_bytes())
    except (ValidationError, json.JSONDecodeError) as error:
        raise UserInputError(f"attacks {file.name!r} or {MAILS!r} cannot be read") from error
    for number, (category, texts) in enumerate(sorted(listed.items())):
        around = contexts[number % len(contexts)] if contexts else ""
        for text in texts[:1]:
            yield Attack(f"bipia-{number:02d}", text, malicious=True, category=category,
                         around=around)  # fmt: skip
