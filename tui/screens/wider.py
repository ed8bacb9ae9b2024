"""Whether everybody may read words that somebody said among few: the words, then yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from agent.services.widening import Consent, Width, agree
from prompts.visibility import load_visibility
from tui.render.consent import reason
from tui.render.safe import one_line

if TYPE_CHECKING:
    from tui.screens.part import PartScreen


class WiderScreen(ModalScreen[bool | None]):
    """Asks one person; dismisses with their yes or no, or with `None` where they say neither."""

    DEFAULT_CSS = """
    WiderScreen { align: center middle; }
    WiderScreen > Vertical { width: 90%; max-width: 76; height: auto; max-height: 95%;
        border: solid $border; padding: 0 2; background: $surface; }
    WiderScreen Static { height: auto; }
    WiderScreen .title { text-style: bold; }
    WiderScreen VerticalScroll { height: auto; max-height: 10; margin: 1 0;
        border-left: thick $panel; padding-left: 1; }
    WiderScreen Horizontal { height: auto; margin-top: 1; }
    WiderScreen Button { margin-right: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Later"),
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n", "dismiss(False)", "No"),
        Binding("left", "app.focus_previous", "Other", show=False),
        Binding("right", "app.focus_next", "Other", show=False),
    ]

    def __init__(self, asked: Consent) -> None:
        super().__init__()
        self._asked = asked

    def compose(self) -> ComposeResult:
        """Guide and reason, the words, what a yes means, and the two answers."""
        entry, asked = load_visibility(), self._asked
        title = one_line(asked.width.guide.current.title)
        with Vertical():
            yield Static(Text(entry.say("ask_title")), classes="title")
            yield Static(Text(entry.say("ask_guide", title=title, because=reason(asked))))
            with VerticalScroll():
                yield Static(Text("\n".join(map(one_line, asked.words))))
            yield Static(Text(entry.say("ask_meaning")))
            if asked.agreed is not None:
                said = entry.say("said_yes" if asked.agreed else "said_no")
                yield Static(Text(entry.say("ask_now", said=said)))
            with Horizontal():
                yield Button("No (n)", id="no", compact=True)
                yield Button("Yes (y)", id="yes", compact=True)
                yield Button("Later (esc)", id="later", compact=True)

    def on_mount(self) -> None:
        """A stray enter says nothing."""
        self.query_one("#later").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss({"yes": True, "no": False}.get(event.button.id or ""))


def ask_wider(screen: PartScreen[Any], asked: Consent) -> None:
    """Ask the one who sits at a screen, keep what they say, and read the screen anew."""
    seat = screen.seat

    def told(_: Width, key: str) -> None:
        screen.app.notify(load_visibility().say(key))
        if screen.is_here:
            screen.reload()

    def said(yes: bool | None) -> None:
        if yes is None or yes is asked.agreed:
            return
        key = "agreed" if yes else "refused"
        guide_id = asked.width.guide.id
        screen.act(
            lambda: agree(seat.work, seat.actor, guide_id, yes=yes),
            lambda width: told(width, key),
        )

    screen.app.push_screen(WiderScreen(asked), said)
