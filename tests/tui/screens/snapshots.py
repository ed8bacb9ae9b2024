"""Pictures of screens, compared with stored ones; `PASSDOWN_SNAPSHOTS=1` draws those anew."""

from __future__ import annotations

import html
import os
import re
from difflib import unified_diff
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

FOLDER = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 40))
"""Columns and lines of every picture."""
LOOKS = 100
"""How often a screen is looked at until it is as it was: what is on its way may take a moment."""
_PIECE = re.compile(r'y="([\d.]+)"[^>]*>([^<]*)</text>')
_DRAWING = re.compile(r"terminal-\d+")


async def settled(pilot: Pilot[Any], *, still: bool = True) -> None:
    """Wait until what was begun in threads has been shown; with `still`, no cursor blinks."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    if not still:
        return
    for field in pilot.app.screen.query("Input, TextArea"):
        if isinstance(field, Input | TextArea):
            field.cursor_blink = False
            field._cursor_visible = field.has_focus
            if isinstance(field, TextArea):
                field._line_cache.clear()  # else a line drawn while its cursor was off comes back
            field.refresh()
    await pilot.pause()


def drawn(app: App[Any]) -> str:
    """The screen as SVG, without the ids that differ from one drawing to the next."""
    picture = _DRAWING.sub("terminal", app.export_screenshot(title="Passdown"))
    return "".join(f"{line.rstrip()}\n" for line in picture.splitlines())


async def check_snapshot(pilot: Pilot[Any], name: str) -> None:
    """Compare the screen with `snapshots/NAME-COLUMNS.svg`, byte for byte."""
    await settled(pilot)
    path = FOLDER / f"{name}-{pilot.app.size.width}.svg"
    if os.environ.get("PASSDOWN_SNAPSHOTS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn(pilot.app), encoding="utf-8")
        return
    assert path.exists(), f"no picture {path.name!r}; draw it with PASSDOWN_SNAPSHOTS=1"
    stored = path.read_text(encoding="utf-8")
    for _ in range(LOOKS):
        if drawn(pilot.app) == stored:
            return
        await pilot.pause(0.1)
        await settled(pilot)
    seen = drawn(pilot.app)
    told = "\n".join(unified_diff(_words(stored), _words(seen), "stored", "seen", lineterm="", n=0))
    assert seen == stored, (
        f"{path.name!r} looks otherwise now; see it, then draw it anew with PASSDOWN_SNAPSHOTS=1\n"
        f"{told or 'the words are the same, the looks are not'}"
    )


def _words(picture: str) -> list[str]:
    """What stands on the screen, piece by piece, with where it stands."""
    return [
        f"{place} {html.unescape(words)}"
        for place, words in _PIECE.findall(picture)
        if words.strip()
    ]
