"""The terminal interface: its parts, its looks, and how it stays true to the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App, ScreenStackError, SystemCommand
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from memory.errors import PassdownError, StoreError
from tui.leaving import forget_signals, keep_what_is_typed
from tui.render.safe import visible
from tui.screens.help import HelpScreen, keys_told
from tui.screens.part import PartScreen, RecordChanged
from tui.themes import HIGH_CONTRAST, LOOKS
from tui.widgets.banner import FURTHER_PARTS, PARTS

if TYPE_CHECKING:
    from memory.records.pause import Pause
    from memory.store.watching import RecordWatch
    from tui.seat import Seat

LOOK_EVERY = 1.0
"""Seconds between two looks at whether somebody else changed the record."""


def _inbox() -> Screen[Any]:
    from tui.screens.inbox import InboxScreen

    return InboxScreen()


def _mine() -> Screen[Any]:
    from tui.screens.mine import MineScreen

    return MineScreen()


def _desk() -> Screen[Any]:
    from tui.screens.desk import DeskScreen

    return DeskScreen()


def _library() -> Screen[Any]:
    from tui.screens.library import LibraryScreen

    return LibraryScreen()


def _pulse() -> Screen[Any]:
    from tui.screens.pulse import PulseScreen

    return PulseScreen()


def _tandems() -> Screen[Any]:
    from tui.screens.tandems import TandemsScreen

    return TandemsScreen()


def _upkeep() -> Screen[Any]:
    from tui.screens.upkeep import UpkeepScreen

    return UpkeepScreen()


def _rules() -> Screen[Any]:
    from tui.screens.rules import RulesScreen

    return RulesScreen()


class PassdownApp(App[None]):
    """One person at one home. Each part is a mode of its own and keeps its place."""

    TITLE = "Passdown"
    CSS_PATH = "app.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "inbox": _inbox,
        "mine": _mine,
        "desk": _desk,
        "library": _library,
        "pulse": _pulse,
        "upkeep": _upkeep,
        "rules": _rules,
        "tandems": _tandems,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"open_part('{mode}')", name, show=False, priority=True)
            for mode, key, name in PARTS
        ),
        *(
            Binding(key, f"open_part('{mode}')", name, show=False)
            for mode, key, name in FURTHER_PARTS
        ),
        Binding("f1", "show_help", "Help", priority=True),
        Binding("f8", "next_look", "Dark, light, high contrast", show=False),
        Binding("ctrl+q", "quit", "Quit", priority=True),
    ]

    pause_notice: reactive[str] = reactive("")
    """What every banner says while the agent is paused."""

    def __init__(
        self, seat: Seat, part: str = "inbox", *, editor: bool = True, look: str = LOOKS[0]
    ) -> None:
        super().__init__()
        self.seat = seat
        self.may_open_editor = editor
        """Whether `$EDITOR` may be opened: never from a browser."""
        self.writing: list[Callable[[], None]] = []
        """What stores words that are being typed, for when the terminal is lost."""
        self._part = part
        self._watch: RecordWatch | None = None
        self._pause: Pause | None = None
        self.register_theme(HIGH_CONTRAST)
        self.theme = look

    def on_mount(self) -> None:
        """Open the part that was asked for, and begin to watch the record."""
        keep_what_is_typed(self)
        self._watch = self.seat.watch()
        self._read_pause()
        self.set_interval(LOOK_EVERY, self._look)
        self.switch_mode(self._part)

    def on_unmount(self) -> None:
        """Let go of the record."""
        forget_signals()
        if self._watch is not None:
            self._watch.close()

    def _look(self) -> None:
        with suppress(StoreError, ScreenStackError):
            if self._watch is not None and self._watch.changed():
                self._read_pause()
                self.screen.post_message(RecordChanged())
        self._tell_pause()

    @work(thread=True, exclusive=True, group="pause")
    def _read_pause(self) -> None:
        from agent.services.pausing import pause_now

        with suppress(StoreError):
            pause = pause_now(self.seat.work, self.seat.community)
            self.call_from_thread(self._tell_pause, pause)

    def _tell_pause(self, *read: Pause | None) -> None:
        """Say on every banner what was just read, or that a pause has run out meanwhile."""
        if read:
            self._pause = read[0]
        pause, now = self._pause, self.seat.work.clock.now()
        if pause is None or not pause.holds(now):
            self.pause_notice = ""
            return
        from tui.render.pulse import pause_notice

        zone = self.seat.member.timezone or self.seat.work.policy.ask.timezone
        self.pause_notice = pause_notice(pause, zone, now)

    def tell(self, error: PassdownError) -> None:
        """Say in plain words why something was not done."""
        self.notify(visible(str(error)), title=error.title, severity="error", timeout=10)

    def action_open_part(self, part: str) -> None:
        """Go to a part; what is open above the current one stays there."""
        if self.current_mode != part:
            self.switch_mode(part)

    def action_next_look(self) -> None:
        """Dark, light, high contrast, and round again."""
        place = LOOKS.index(self.theme) if self.theme in LOOKS else -1
        self.theme = LOOKS[(place + 1) % len(LOOKS)]

    def action_show_help(self) -> None:
        """Show what this screen is for and all of its keys; once more closes it."""
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
            return
        active = [entry.binding for entry in self.screen.active_bindings.values()]
        part = self.screen if isinstance(self.screen, PartScreen) else None
        title = part.PART.capitalize() if part else "Help"
        self.push_screen(HelpScreen(title, part.GUIDANCE if part else "", keys_told(active)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette offers: every part, every key of this screen, help and looks."""
        for mode, key, name in (*PARTS, *FURTHER_PARTS):
            yield SystemCommand(
                name, f"Go there ({key.upper()})", lambda mode=mode: self.action_open_part(mode)
            )
        for entry in screen.active_bindings.values():
            binding = entry.binding
            if binding.description and (binding.show or binding.tooltip):
                yield SystemCommand(
                    binding.description,
                    f"Key {binding.key_display or binding.key}",
                    lambda entry=entry: self.call_later(
                        self.run_action, entry.binding.action, entry.node
                    ),
                )
        yield SystemCommand("Help", "This screen and its keys (F1)", self.action_show_help)
        yield SystemCommand("Look", "Dark, light, high contrast (F8)", self.action_next_look)
        yield SystemCommand("Quit", "Leave; drafts are kept (ctrl+q)", self.action_quit)
