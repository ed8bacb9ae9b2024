"""The lines of a library: a guide in a list of thousands, and what is shown in a few words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from agent.services.library import ShelfOrder, ShelvedGuide
from tui.render.listing import shorten
from tui.render.safe import one_line
from tui.render.times import counted, said_date

if TYPE_CHECKING:
    from agent.services.recall import Recall

_FEWEST_CELLS = 24
"""Columns of a title below which nothing is told beside it."""


def shelf_line(row: ShelvedGuide, width: int, now: datetime, *, here: bool) -> Text:
    """A title, and at the right whom it helped and when it was published or due for review."""
    mark = "\u203a " if here else "  "
    beside = _beside(row, now)
    room = width - cell_len(mark) - cell_len(beside) - 2
    if room < _FEWEST_CELLS:
        return Text(mark + shorten(row.title, max(1, width - cell_len(mark))))
    title = shorten(row.title, room)
    gap = " " * (room - cell_len(title) + 2)
    return Text.assemble(mark, title, gap, (beside, "dim"))


def _beside(row: ShelvedGuide, now: datetime) -> str:
    """`helped 3, failed 1 · 3 Sep 2025`, or that the review was due."""
    said = []
    if row.helped:
        said.append(f"helped {row.helped:,}")
    if row.failed:
        said.append(f"failed {row.failed:,}")
    when = said_date(row.published_at) if row.published_at else ""
    if row.review_by is not None and row.review_by < now:
        when = f"review due {said_date(row.review_by)}"
    told = ", ".join(said)
    return " \u00b7 ".join(part for part in (told, when) if part)


def shelf_words(
    listed: int,
    on_shelf: int,
    order: ShelfOrder,
    recall: Recall | None,
    *,
    typed: bool,
    searching: bool,
    refused: str,
) -> str:
    """What is shown, on one line."""
    if refused:
        why = one_line(refused)
        return f"{counted(listed, 'title')}; what the guides say cannot be searched: {why}"
    if recall is not None:
        if not recall.guides:
            return "No guide speaks to this"
        speaks = "guide speaks" if len(recall.guides) == 1 else "guides speak"
        return f"{len(recall.guides)} {speaks} to this"
    if not typed:
        return f"{counted(on_shelf, 'guide')}, {order.value}"
    wait = "; asking what the guides say \u2026" if searching else ""
    if not listed:
        return f"No title holds these words{wait}"
    return f"{counted(listed, 'title')}, best match first{wait}"
