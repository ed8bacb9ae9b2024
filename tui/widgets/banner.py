"""The line at the top: which part this is, who works here, and the keys of the other parts."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from tui.render.safe import one_line

PARTS: tuple[tuple[str, str, str], ...] = (
    ("inbox", "f2", "Inbox"),
    ("mine", "f3", "My words"),
    ("desk", "f5", "Desk"),
    ("library", "f6", "Library"),
    ("pulse", "f7", "Pulse"),
)
"""Mode, key and name of every part, in the order of the banner."""
FURTHER_PARTS: tuple[tuple[str, str, str], ...] = (
    ("upkeep", "f9", "Upkeep"),
    ("rules", "f10", "Rules"),
    ("tandems", "f12", "Tandems"),
)
"""The same for parts that the banner names only where one is in them; help lists their keys."""


class Banner(Static):
    """One line. The part one is in stands between brackets, so that it shows without colour."""

    def __init__(self, part: str, person: str, community: str) -> None:
        super().__init__(id="banner")
        self._part = part
        self._who = one_line(person)
        self._where = f"{self._who}, {one_line(community)}"
        self._notice = ""
        """That the agent is paused, on every screen."""

    def on_mount(self) -> None:
        """Follow what the app knows about a pause."""
        if hasattr(self.app, "pause_notice"):
            self.watch(self.app, "pause_notice", self._tell_pause)

    def _tell_pause(self, notice: str) -> None:
        self._notice = notice
        self.refresh()

    def render(self) -> Text:
        """Parts to the left; to the right the person, and the community where there is room."""
        line = Text(no_wrap=True, overflow="ellipsis")
        for mode, key, name in (*PARTS, *(one for one in FURTHER_PARTS if one[0] == self._part)):
            here = mode == self._part
            told = f"[{name}]" if here else f"{key.upper()} {name}"
            line.append(told, style="bold reverse" if here else "")
            line.append("  ")
        if self._notice:
            line.append(self._notice, style="bold reverse")
            line.append("  ")
        room = self.size.width - line.cell_len
        fits = Text(self._where).cell_len <= room
        who = Text(self._where if fits else self._who, no_wrap=True, overflow="ellipsis")
        if room > who.cell_len:
            line.append(" " * (room - who.cell_len))
        line.append_text(who)
        return line
