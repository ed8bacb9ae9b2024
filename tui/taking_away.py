"""Taking a guide out of the terminal: to a file of one's own, or into one's pager."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from memory.errors import UserInputError

FILE_MODE = 0o600
_LONGEST_NAME = 60
_MOST_OF_A_NAME = 1000
PAGERS = ("less", "more")


def file_name(title: str, guide_id: str) -> str:
    """A name that every file system takes: the title's words, else the guide's id."""
    words = re.sub(r"[^\w]+", "-", title.casefold(), flags=re.ASCII).strip("-_")
    return f"{words[:_LONGEST_NAME].strip('-_') or guide_id}.md"


def keep_copy(text: str, folder: Path, name: str) -> Path:
    """Write `text` to a new file in `folder` for this account alone; nothing is overwritten.

    Raises `UserInputError` where the folder takes no file.
    """
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(1, _MOST_OF_A_NAME):
        path = folder / (name if number == 1 else f"{stem}-{number}{suffix}")
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        except FileExistsError:
            continue
        except OSError as error:
            raise UserInputError(
                f"{str(path)!r} cannot be written: {error.strerror or error}"
            ) from error
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        return path
    raise UserInputError(f"{str(folder / name)!r} and a thousand more are there already")


def pager_command() -> list[str]:
    """The words of `$PAGER`, else a pager that is there. Raises `UserInputError`."""
    given = os.environ.get("PAGER", "").strip()
    if given:
        try:
            words = shlex.split(given)
        except ValueError as error:
            raise UserInputError(f"$PAGER {given!r} cannot be understood: {error}") from error
        if words and shutil.which(words[0]):
            return words
        raise UserInputError(f"$PAGER names {given!r}, and there is no such program")
    for name in PAGERS:
        if shutil.which(name):
            return [name]
    raise UserInputError("there is no pager; name yours in $PAGER")


def page_text(text: str, command: list[str]) -> None:
    """Show `text` in a pager on this terminal, and wait until it is left.

    Raises `UserInputError` where it cannot be started; leaving it early is no error.
    """
    given = text.encode("utf-8", "backslashreplace")
    try:
        subprocess.run(command, input=given, check=False)  # noqa: S603 - the person's own pager
    except BrokenPipeError:
        return
    except OSError as error:
        raise UserInputError(f"{command[0]!r} cannot be started: {error}") from error
