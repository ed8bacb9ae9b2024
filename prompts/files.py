"""Read the package's TOML files; whatever is wrong in one is named by file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, TypeVar

from pydantic import ValidationError

from memory.errors import PromptError
from memory.records.base import Record

Entry = TypeVar("Entry", bound=Record)


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
