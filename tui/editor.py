"""The person's own editor, for a text that is easier to write there."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from memory.errors import UserInputError

FALLBACKS = ("nano", "vi")


def editor_command() -> list[str]:
    """The words of `$VISUAL` or `$EDITOR`, else an editor that is there.

    Raises `UserInputError` where there is none.
    """
    for name in ("VISUAL", "EDITOR"):
        given = os.environ.get(name, "").strip()
        if given:
            try:
                words = shlex.split(given)
            except ValueError as error:
                raise UserInputError(f"${name} {given!r} cannot be understood: {error}") from error
            if words and shutil.which(words[0]):
                return words
            raise UserInputError(f"${name} names {given!r}, and there is no such program")
    for name in FALLBACKS:
        if shutil.which(name):
            return [name]
    raise UserInputError("there is no editor; name yours in $EDITOR")


def edit_outside(text: str, command: list[str], most: int) -> str:
    """Let somebody edit `text` in a private file, and return what they left in it.

    Raises `UserInputError` where the editor fails or leaves more than `most` characters or no
    text; the file is then kept, and named.
    """
    handle, name = tempfile.mkstemp(prefix="passdown-", suffix=".md")
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        done = subprocess.run([*command, name], check=False)  # noqa: S603 - the person's own editor
        written = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"what you wrote could not be read ({error}); see {name!r}") from error
    if done.returncode != 0:
        raise UserInputError(
            f"the editor ended with code {done.returncode}; nothing was taken over, see {name!r}"
        )
    if len(written) > most:
        raise UserInputError(
            f"{len(written):,} characters are more than {most:,}; nothing was taken over, see "
            f"{name!r}"
        )
    path.unlink(missing_ok=True)
    return written.rstrip("\n")
