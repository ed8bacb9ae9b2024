"""Typing a word to a decision: to whom it goes, what to ask about, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from memory.errors import PassdownError
from tui.drafting import DraftKeeper
from tui.editor import edit_outside, editor_command
from tui.render.safe import visible
from tui.screens.part import RecordChanged
from tui.widgets.answer_field import AnswerField

if TYPE_CHECKING:
    from tui.app import PassdownApp

KEEP_WITHIN = 3.0
"""Seconds to keep the last words when the terminal is lost."""
MOST = 20_000
"""Characters of a comment."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose beside the comment."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dialog asks for."""

    title: str
    hint: str
    act: str
    """What the draft is kept under."""
    persons: tuple[Choice, ...] = ()
    """To choose one of."""
    facets: tuple[Choice, ...] = ()
    """To choose any of."""
    needs_words: bool = True


@dataclass(frozen=True, slots=True)
class Commented:
    """What was typed and chosen."""

    text: str
    person: str | None = None
    facets: tuple[str, ...] = ()


class CommentScreen(ModalScreen[Commented | None]):
    """Asks for a comment. Escape keeps what was typed and goes back; nothing is sent."""

    app: PassdownApp
    DEFAULT_CSS = """
    CommentScreen { align: center middle; }
    CommentScreen #comment { width: 90%; max-width: 90; height: auto; max-height: 90%;
        border: solid $border; padding: 0 1; background: $surface; }
    CommentScreen #comment-title { text-style: bold; height: auto; }
    CommentScreen #comment-hint, CommentScreen #comment-told { height: auto; }
    CommentScreen #comment-told { text-style: bold; }
    CommentScreen #comment-told.-empty { display: none; }
    CommentScreen OptionList, CommentScreen OptionList:focus { height: auto; max-height: 6;
        border: none; padding: 0; margin-top: 1; background: transparent; }
    CommentScreen OptionList > .option-list--option-highlighted { text-style: underline;
        color: $foreground; background: $surface; }
    CommentScreen OptionList:focus > .option-list--option-highlighted { text-style: bold;
        color: $background; background: $foreground; }
    CommentScreen AnswerField, CommentScreen AnswerField:focus { height: 6; border: none;
        margin-top: 1; background: $boost; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send"),
        Binding("escape", "leave", "Back, keep the words", key_display="esc"),
        Binding("f4", "edit_outside", "$EDITOR"),
    ]

    def __init__(self, asked: Asked, draft: str, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._asked = asked
        self._draft = draft
        self._keeper = DraftKeeper(keep, self._kept)
        self._picked: set[str] = set()
        self._sent = False

    def _pick(self, choice: Choice) -> Text:
        return Text(f"[{'x' if choice.key in self._picked else ' '}] {choice.words}")

    def compose(self) -> ComposeResult:
        """What is asked, choices, and the field."""
        with Vertical(id="comment"):
            yield Static(Text(self._asked.title), id="comment-title")
            yield Static(Text(self._asked.hint), id="comment-hint")
            if self._asked.persons:
                options = [Option(Text(c.words), id=c.key) for c in self._asked.persons]
                yield OptionList(*options, id="comment-persons")
            if self._asked.facets:
                picks = [Option(self._pick(c), id=c.key) for c in self._asked.facets]
                yield OptionList(*picks, id="comment-facets")
            yield AnswerField(MOST, widget_id="comment-field")
            yield Static("", id="comment-told", classes="-empty")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once, from where one left off."""
        self.app.writing.append(self._keep_last)
        field = self.query_one(AnswerField)
        field.text = self._draft
        field.placeholder = "Your words; they are kept as you type"
        field.move_cursor(field.document.end)
        if self._asked.persons:
            self.query_one("#comment-persons", OptionList).highlighted = 0
        several = len(self._asked.persons) > 1
        (self.query_one("#comment-persons") if several else field).focus()

    def on_unmount(self) -> None:
        """What is typed and not sent stays."""
        self.app.writing.remove(self._keep_last)
        self._keeper.close()

    def _keep_last(self) -> None:
        """Wait for the last words to be kept: the terminal is about to go."""
        self._keeper.flush(KEEP_WITHIN)

    def on_text_area_changed(self) -> None:
        """Keep what is typed."""
        if not self._sent:
            self._keeper.keep(self.query_one(AnswerField).text)

    def on_record_changed(self) -> None:
        """Let the screen below read; it tells here what has happened."""
        self.app.screen_stack[-2].post_message(RecordChanged())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a person goes on to the words; on a facet it picks it or lets it go."""
        if event.option_list.id == "comment-persons":
            self.query_one(AnswerField).focus()
            return
        choice = self._asked.facets[event.option_index]
        self._picked ^= {choice.key}
        event.option_list.replace_option_prompt_at_index(event.option_index, self._pick(choice))

    def on_answer_field_too_long(self) -> None:
        """A paste that no comment may have."""
        self.tell(f"A comment has at most {MOST:,} characters; the paste was left out.")

    def tell(self, words: str) -> None:
        """Say something that happened meanwhile, without touching what is typed."""
        told = self.query_one("#comment-told", Static)
        told.update(Text(words))
        told.set_class(not words, "-empty")

    def action_leave(self) -> None:
        """Back, with the words kept."""
        self.dismiss(None)

    def action_send(self) -> None:
        """Send, if there is something to send."""
        text = self.query_one(AnswerField).text.strip()
        facets = self._chosen_facets()
        if not text and (self._asked.needs_words or not facets):
            self.tell(
                "A word why is needed."
                if self._asked.needs_words
                else "Choose what to ask about, or write what has to change."
            )
            return
        self._sent = True
        self._keeper.forget()
        self.dismiss(Commented(text, self._chosen_person(), facets))

    def action_edit_outside(self) -> None:
        """Type in `$EDITOR`."""
        if not self.app.may_open_editor:
            self.tell("No editor can be opened from a browser.")
            return
        field = self.query_one(AnswerField)
        try:
            command = editor_command()
            with self.app.suspend():
                field.text = edit_outside(field.text, command, MOST)
        except SuspendNotSupported:
            self.tell("This terminal cannot step aside for an editor.")
        except PassdownError as error:
            self.tell(visible(str(error)))

    def _chosen_person(self) -> str | None:
        if not self._asked.persons:
            return None
        persons = self.query_one("#comment-persons", OptionList)
        return persons.get_option_at_index(persons.highlighted or 0).id

    def _chosen_facets(self) -> tuple[str, ...]:
        return tuple(c.key for c in self._asked.facets if c.key in self._picked)

    def _kept(self, error: PassdownError | None) -> None:
        """Called from the keeper's thread: say what could not be kept."""
        if error is not None and self.is_attached:
            self.app.call_from_thread(self.tell, f"Not saved yet: {error}")


class SureScreen(ModalScreen[bool]):
    """Asks once before something that cannot be undone."""

    DEFAULT_CSS = """
    SureScreen { align: center middle; }
    SureScreen #sure { width: 80%; max-width: 70; height: auto; border: solid $border;
        padding: 1 2; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No", key_display="n"),
    ]

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """The question, and what each key does."""
        yield Static(Text(f"{self._words}\n\ny  yes\nn  no"), id="sure")
        yield Footer(show_command_palette=False)

    def on_record_changed(self) -> None:
        """Let the screen below read."""
        below: Any = self.app.screen_stack[-2]
        below.post_message(RecordChanged())
