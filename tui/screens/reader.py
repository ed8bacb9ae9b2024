"""The reader: one guide, its limits before all else, each sentence a key from its source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType

from agent.services.readers import Reading, open_reading
from memory.errors import PassdownError, PermissionDeniedError
from memory.records.feedback import FeedbackKind
from tui.render.blocks import Block
from tui.render.guide import GuidePage
from tui.render.pages import guide_page
from tui.render.reading import ReadingPage, said_words, version_words
from tui.render.safe import one_line
from tui.render.times import said_date
from tui.screens.part import PartScreen
from tui.widgets.blocks import BlockList

if TYPE_CHECKING:
    from agent.services.feedback import Reason
    from tui.seat import Seat


@dataclass(frozen=True, slots=True)
class Gone:
    """The guide cannot be read any more, and why, in words."""

    why: str


class ReaderScreen(PartScreen[Reading | Gone]):
    """One guide. What is on the screen follows the record: a guide taken back leaves it at once."""

    PART = "library"
    GUIDANCE = (
        "When the advice does not apply stands right after it. Enter on a sentence, or on a "
        "source, shows where it was said, unless its author stays unnamed. If you tried it, say "
        "whether it helped, or why it did not work here: its authors and stewards see it, without "
        "your name, and you can take it back."
    )
    DEFAULT_CSS = "ReaderScreen BlockList { padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", key_display="esc"),
        Binding("h", "helped", "Helped"),
        Binding("f", "failed", "Did not work"),
        Binding("u", "take_back", "Take back", tooltip="Take back what you said of it"),
        Binding("t", "trail", "Trail", tooltip="How we got here: the debate behind it"),
        Binding("c", "copy", "Copy", tooltip="Copy as Markdown, to the clipboard and a file"),
        Binding("p", "pager", "$PAGER", tooltip="Read it in your pager"),
    ]

    def __init__(self, guide_id: str) -> None:
        super().__init__()
        self._guide_id = guide_id
        self._reading: Reading | None = None
        self._shown: ReadingPage | None = None
        self._unfolded = False
        self._reason = ""
        """Typed and not sent."""

    def compose_part(self) -> ComposeResult:
        """All of the guide in one column."""
        yield BlockList(widget_id="guide")

    def on_mount(self) -> None:
        """Arrows read at once."""
        self.query_one(BlockList).focus()
        super().on_mount()

    def read(self, seat: Seat) -> Reading | Gone:
        """The guide, or why it cannot be read any more."""
        try:
            return open_reading(seat.work, seat.actor, self._guide_id)
        except PermissionDeniedError as refused:
            return Gone(str(refused))

    def show(self, records: Reading | Gone) -> None:
        """Show it as it is now, at the place where one reads."""
        if isinstance(records, Gone):
            self._reading = self._shown = None
            words = f"{records.why[:1].upper()}{records.why[1:]}."
            self.query_one(BlockList).show_blocks([Block(Text(one_line(words)))])
            self.refresh_bindings()
            return
        if records != self._reading:
            self._reading = records
            self._draw()
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that can do nothing just now are not offered."""
        del parameters
        reading = self._reading
        if action in ("trail", "copy", "pager", "helped", "failed", "take_back"):
            if reading is None:
                return False
            if action == "helped":
                own = self.seat.member.id in reading.page.guide.current.authors()
                return reading.takes_feedback and not own
            if action == "failed":
                return reading.takes_feedback
            if action == "take_back":
                return reading.own is not None
            if action == "pager":
                return self.app.may_open_editor
        return True

    @property
    def _page(self) -> GuidePage | None:
        return guide_page(self._reading.page) if self._reading else None

    def _draw(self) -> None:
        reading, page = self._reading, self._page
        if reading is None or page is None:
            return
        self._shown = ReadingPage(page, self.seat.work.catalogue)
        told = reading.feedback
        blocks = self._shown.blocks(
            self.seat.work.clock.now(),
            unfolded=self._unfolded,
            said=said_words(told.helped, told.failed, reading.own),
            reasons=[_reason_words(reason) for reason in told.reasons],
            versions=version_words(reading.versions, reading.page.guide.current.number),
        )
        self.query_one(BlockList).show_blocks(blocks)

    @on(BlockList.Chosen)
    def _chosen(self, event: BlockList.Chosen) -> None:
        """From a sentence, a source or a step to where it was said."""
        if event.key == "t:":
            self.action_trail()
            return
        leads = self._shown.leads(event.key) if self._shown is not None else []
        if not leads:
            self.notify(
                "Whoever said this stays unnamed here, so nothing leads to where it was said.",
                title="No way to the source",
            )
            return
        from tui.screens.source import SourceScreen

        self.app.push_screen(SourceScreen(self._guide_id, leads))

    def action_leave(self) -> None:
        """Back to the library."""
        self.dismiss()

    def action_trail(self) -> None:
        """Unfold or fold how the guide came about."""
        self._unfolded = not self._unfolded
        self._draw()
        if self._unfolded:
            self.query_one(BlockList).go_to("t:")

    def action_helped(self) -> None:
        """Say that it helped."""
        self._say(FeedbackKind.HELPED, "")

    def action_failed(self) -> None:
        """Ask why it did not work here, then say so."""
        from tui.screens.reason import ReasonScreen

        reading = self._reading
        if reading is None:
            return
        typed = self._reason or (reading.own.because if reading.own else "")
        title = f"Did not work here: {one_line(reading.page.guide.current.title)}"
        self.app.push_screen(ReasonScreen(title, typed, self._keep_reason), self._failed)

    def _keep_reason(self, words: str) -> None:
        self._reason = words

    def _failed(self, words: str | None) -> None:
        if words is not None:
            self._say(FeedbackKind.FAILED, words)

    def _say(self, kind: FeedbackKind, because: str) -> None:
        from agent.services.feedback import give_feedback

        seat, guide_id = self.seat, self._guide_id

        def done(_: object) -> None:
            self._reason = ""
            self.notify("Noted. Thank you; u takes it back.")
            self.reload()

        self.act(lambda: give_feedback(seat.work, seat.actor, guide_id, kind, because), done)

    def action_take_back(self) -> None:
        """Delete what one said of it last."""
        from agent.services.feedback import take_back_feedback

        seat, guide_id = self.seat, self._guide_id

        def done(_: object) -> None:
            self.notify("Taken back; nothing of it is kept.")
            self.reload()

        self.act(lambda: take_back_feedback(seat.work, seat.actor, guide_id), done)

    def action_copy(self) -> None:
        """The guide as Markdown: to the clipboard, and to a new file where this was started."""
        from tui.render.guide_markdown import guide_markdown
        from tui.taking_away import file_name, keep_copy

        page = self._page
        if page is None:
            return
        text = guide_markdown(page, self.seat.work.catalogue)
        self.app.copy_to_clipboard(text)
        if not self.app.may_open_editor:
            self.notify("The guide is on your clipboard, as Markdown.")
            return
        name = file_name(page.guide.current.title, page.guide.id)

        def kept(path: Path) -> None:
            self.notify(f"On your clipboard as Markdown, and in {path.name}.")

        self.act(lambda: keep_copy(text, Path.cwd(), name), kept)

    def action_pager(self) -> None:
        """Read it in one's own pager; the screen waits."""
        from tui.taking_away import page_text, pager_command

        if self._page is None:
            return
        try:
            command = pager_command()
            with self.app.suspend():
                page_text(self._plain(), command)
        except PassdownError as error:
            self.app.tell(error)
        except SuspendNotSupported:
            self.notify("This terminal cannot be handed to a pager.", severity="warning")

    def _plain(self) -> str:
        """The whole guide with its trail as text without colour."""
        import io

        from rich.console import Console

        from tui.render.guide_terminal import guide_renderable

        page = self._page
        if page is None:
            return ""
        width = max(20, min(self.size.width, 100))
        console = Console(
            file=io.StringIO(), width=width, color_system=None, markup=False, emoji=False
        )
        now = self.seat.work.clock.now()
        shown = guide_renderable(page, self.seat.work.catalogue, width, trail=True, now=now)
        with console.capture() as captured:
            console.print(shown)
        return captured.get()


def _reason_words(reason: Reason) -> str:
    return f"{reason.because} (version {reason.version}, {said_date(reason.given_at)})"
