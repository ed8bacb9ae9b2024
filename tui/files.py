"""Reading a person's text from a file or from standard input, with plain errors."""

from __future__ import annotations

import sys
from pathlib import Path

from memory.errors import UserInputError

MAX_READ = 4_000_000
"""Bytes read; services refuse far less, and say how much."""


def read_words(file: str) -> str:
    """Text of a UTF-8 file, or of standard input for `-`. Raises `UserInputError`."""
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(MAX_READ + 1)
        else:
            with Path(file).open("rb") as stream:
                raw = stream.read(MAX_READ + 1)
    except OSError as error:
        raise UserInputError(f"{file!r} cannot be read: {error.strerror or error}") from error
    if len(raw) > MAX_READ:
        raise UserInputError(f"{file!r} holds more than {MAX_READ:,} bytes; nothing was stored")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserInputError(
            f"{file!r} is not UTF-8 text (byte {error.start}); nothing was stored, "
            "please save it as UTF-8"
        ) from error


def looks_like_file(text: str) -> bool:
    """Whether what was given as words names a file that is there."""
    try:
        return len(text.split()) == 1 and Path(text).is_file()
    except (OSError, ValueError):
        return False
