"""A block of text on a screen, and the key of what it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Block:
    """Something to read; with a key, a cursor stops at it and enter chooses it."""

    content: RenderableType
    key: str = ""
