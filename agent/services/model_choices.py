"""Write into `passdown.toml` which steps a model takes, and leave every other word as it is."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from memory.errors import PolicyError
from memory.home import Home
from memory.records.model_policy import ModelStep
from memory.records.policy import Policy

_TABLE = (
    r"(?m)^[ \t]*\[[ \t]*model[ \t]*\.[ \t]*steps[ \t]*\.[ \t]*"
    r"(?:{0}|\"{0}\"|'{0}')[ \t]*\][^\n]*(?:\n|\Z)"
)
"""The line that begins the table of a step."""
_NEXT = re.compile(r"(?m)^[ \t]*\[")
_USE = re.compile(r"(?m)^([ \t]*use[ \t]*=[ \t]*)(?:true|false)\b")


def write_choices(home: Home, choices: Mapping[ModelStep, bool]) -> None:
    """Set `[model.steps.X] use` for these steps, in one replacement of the file.

    Raises `PolicyError` where the file cannot be read or written, or where it is written in a way
    that cannot be changed without changing more; nothing is written then.
    """
    file = home.policy_file.resolve()
    home.policy()  # what is no policy is told before anything is touched
    try:
        before = file.read_bytes().decode("utf-8") if file.exists() else ""
        after = with_choices(before, choices)
        if after != before:
            _replace(file, after)
    except OSError as error:
        raise PolicyError(f"{str(file)!r} cannot be written: {error.strerror or error}") from error


def with_choices(text: str, choices: Mapping[ModelStep, bool]) -> str:
    """The text of a `passdown.toml` with these choices, and otherwise as it was, line by line.

    Raises `PolicyError` saying what to write by hand where that is not possible.
    """
    changed = text
    for step, use in choices.items():
        changed = _with_choice(changed, step, use="true" if use else "false")
    wanted = _merged(tomllib.loads(text), choices)
    try:
        holds = tomllib.loads(changed) == wanted
    except tomllib.TOMLDecodeError:
        holds = False
    if not holds:
        lines = "; ".join(
            f"model.steps.{step} = {str(use).lower()}" for step, use in choices.items()
        )
        raise PolicyError(
            "the tables 'model.steps' of passdown.toml are written in a way that cannot be changed "
            f"without touching more; write them as [model.steps.NAME] with 'use': {lines}"
        )
    Policy.model_validate(wanted)
    return changed


def _with_choice(text: str, step: ModelStep, *, use: str) -> str:
    head = re.search(_TABLE.format(re.escape(step.value)), text)
    if head is None:
        ended = text if not text or text.endswith("\n") else f"{text}\n"
        blank = "\n" if ended.strip() else ""
        return f"{ended}{blank}[model.steps.{step.value}]\nuse = {use}\n"
    after = _NEXT.search(text, head.end())
    end = after.start() if after else len(text)
    own = text[head.end() : end]
    written, times = _USE.subn(rf"\g<1>{use}", own, count=1)
    if not times:
        line = "" if head[0].endswith("\n") else "\n"
        written = f"{line}use = {use}\n{own}"
    return text[: head.end()] + written + text[end:]


def _merged(found: dict[str, Any], choices: Mapping[ModelStep, bool]) -> dict[str, Any]:
    """What the file says, with the choices."""
    model = dict(found.get("model", {}))
    steps = dict(model.get("steps", {}))
    for step, use in choices.items():
        steps[step.value] = {**steps.get(step.value, {}), "use": use}
    return {**found, "model": {**model, "steps": steps}}


def _replace(file: Path, text: str) -> None:
    """Write beside it and put it in its place, so that a crash leaves the old file or the new."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(text.encode("utf-8"))
            opened.flush()
            os.fsync(opened.fileno())
        if file.exists():
            beside.chmod(file.stat().st_mode & 0o777)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
