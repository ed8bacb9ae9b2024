"""Put a report beside the logs it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from evals.reporting.page import render_html, render_markdown
from evals.reporting.runs import Run, Unfinished
from memory.errors import UserInputError

PAGE, TEXT = "report.html", "report.md"


def write_report(
    folder: Path, runs: Sequence[Run], unfinished: Sequence[Unfinished]
) -> tuple[Path, Path]:
    """Write the page and the Markdown; a report of before stays whole until the new one is.

    Raises `UserInputError` where the folder cannot be written to.
    """
    page, text = folder / PAGE, folder / TEXT
    try:
        _replace(page, render_html(runs, unfinished))
        _replace(text, render_markdown(runs, unfinished))
    except OSError as error:
        raise UserInputError(
            f"{str(folder)!r} cannot be written to: {error.strerror or error}"
        ) from error
    return page, text


def _replace(path: Path, content: str) -> None:
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as written:
        written.write(content)
    Path(written.name).chmod(0o644)
    Path(written.name).replace(path)
