"""What all parts share: reading in the background, acting without losing one's place, and help."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer
from textual.worker import Worker, get_current_worker

from memory.errors import PassdownError
from tui.turns import Turns
from tui.widgets.banner import Banner

if TYPE_CHECKING:
    from tui.app import PassdownApp
    from tui.seat import Seat

Records = TypeVar("Records")
Returned = TypeVar("Returned")


class RecordChanged(Message):
    """Somebody, perhaps another process, changed what is stored."""


class PartScreen(Screen[Any], Generic[Records]):
    """A screen that shows records of the home and stays true while others change them.

    A part says what it reads (`read`, off the event loop), how it shows that (`show`, which must
    keep focus, place and drafts), and what it holds (`compose_part`).
    """

    PART: ClassVar[str] = ""
    """Name of the part in the banner; the mode's name."""
    GUIDANCE: ClassVar[str] = ""
    """What F1 tells beside the keys, in a few sentences."""

    app: PassdownApp

    def __init__(self) -> None:
        super().__init__()
        self._acts = Turns()

    @property
    def seat(self) -> Seat:
        """Who works here."""
        return self.app.seat

    @property
    def is_here(self) -> bool:
        """Whether it still stands with all of its widgets; a program that ends takes them first."""
        return self.is_attached and bool(self.query(Banner))

    def compose(self) -> ComposeResult:
        """Banner, the part's own widgets, and the keys that matter."""
        yield Banner(self.PART, self.seat.member.name, self.seat.community.name)
        yield from self.compose_part()
        yield Footer(show_command_palette=False)

    @abstractmethod
    def compose_part(self) -> ComposeResult:
        """The part's own widgets."""

    @abstractmethod
    def read(self, seat: Seat) -> Records:
        """Read what is shown. Runs in a thread of its own; touches no widget."""

    @abstractmethod
    def show(self, records: Records) -> None:
        """Show what was read, without stealing focus or losing what is being typed."""

    def on_mount(self) -> None:
        """Read for the first time."""
        self.reload()

    def on_screen_resume(self) -> None:
        """Coming back: something may have happened meanwhile."""
        self.reload()

    def on_record_changed(self) -> None:
        """Somebody changed the record."""
        self.reload()

    def reload(self) -> Worker[None]:
        """Read anew and show; a newer reading replaces one that is still under way."""
        return self._read_and_show()

    @work(thread=True, exclusive=True, group="reading")
    def _read_and_show(self) -> None:
        worker = get_current_worker()
        try:
            records = self.read(self.seat)
        except PassdownError as error:
            self.app.call_from_thread(self.app.tell, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show_if_here, records)

    def _show_if_here(self, records: Records) -> None:
        if self.is_here:
            self.show(records)

    def act(
        self,
        service: Callable[[], Returned],
        then: Callable[[Returned], None] | None = None,
        *,
        refused: Callable[[PassdownError], None] | None = None,
    ) -> Worker[None]:
        """Call a service in a thread, then go on here; a refusal is told in plain words.

        Acts of one screen run one after another: a key that is pressed twice
        never has two services at work on one record.
        """
        return self._act(service, then, refused)

    @work(thread=True, group="acting")
    def _act(
        self,
        service: Callable[[], Returned],
        then: Callable[[Returned], None] | None,
        refused: Callable[[PassdownError], None] | None,
    ) -> None:
        try:
            with self._acts.turn():
                returned = service()
        except PassdownError as error:
            self.app.call_from_thread(self.app.tell, error)
            if refused is not None:
                self.app.call_from_thread(refused, error)
            return
        if then is not None:
            self.app.call_from_thread(then, returned)
