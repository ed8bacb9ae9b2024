"""Which engine a run measures: the shipped one, with a model or without, or a worse one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from memory.errors import UserInputError


class EngineName(StrEnum):
    """What `--engine` takes."""

    EMBEDDED = "embedded"
    MODEL = "model"
    SABOTAGED = "sabotaged"


_MEASURED: ContextVar[EngineName] = ContextVar("engine", default=EngineName.EMBEDDED)


@contextmanager
def measuring(name: str) -> Iterator[None]:
    """Measure the engine called `name` inside.

    Raises `UserInputError` for a name that no engine has.
    """
    if name not in tuple(EngineName):
        raise UserInputError(f"there is no engine {name!r}; there are {', '.join(EngineName)}")
    token = _MEASURED.set(EngineName(name))
    try:
        yield
    finally:
        _MEASURED.reset(token)


def measured_engine() -> EngineName:
    """The engine that is measured."""
    return _MEASURED.get()


def sabotaged() -> bool:
    """Whether what is measured is worse on purpose."""
    return _MEASURED.get() is EngineName.SABOTAGED
