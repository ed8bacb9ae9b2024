"""Read the package's TOML files; whatever is wrong in one is named by file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, ValidationError

from memory.errors import PromptError
from memory.records.base import Record

Entry = TypeVar("Entry", bound=Record)


def compiles(pattern: str) -> str:
    """Return a regular expression as it is. Raises `ValueError` for what is none."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"pattern {pattern!r}: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(compiles)]
"""A regular expression that compiles."""


def read_toml(name: str) -> dict[str, Any]:
    """Read a file of `prompts/`. Raises `PromptError` naming the file."""
    file = resources.files("prompts").joinpath(name)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"{name!r}: {error}") from error


def validated(entry: type[Entry], found: Mapping[str, Any], where: str) -> Entry:
    """Return what was read as an `entry`. Raises `PromptError`: `where`, key and reason."""
    try:
        return entry.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise PromptError(f"{where} key {key!r}: {first['msg']}") from error


def filled(wording: Mapping[str, str], key: str, slots: Mapping[str, object], where: str) -> str:
    """Fill the wording `key`. Raises `PromptError`, with `where`, for a missing key or slot."""
    try:
        return wording[key].format(**slots)
    except KeyError as error:
        raise PromptError(f"{where} {key!r}: {error} is missing") from error
