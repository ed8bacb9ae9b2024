"""The field in which an answer is typed; no paste makes it slow, and none is lost in it."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import TextArea


class AnswerField(TextArea):
    """A text area that hands on what is too long for an answer, instead of taking it in."""

    DEFAULT_CSS = """
    AnswerField { border: none; padding: 0 1; background: $surface; height: 1fr; }
    AnswerField:focus { border: none; background: $boost; }
    """

    class TooLong(Message):
        """What was pasted would make the text longer than `most`; the field is as it was."""

        def __init__(self, whole: str) -> None:
            super().__init__()
            self.whole = whole
            """The text as it would be, the pasted words in their place."""

    class TakenBack(Message):
        """Undo was asked for while the field only shows the beginning of something longer."""

    def __init__(self, most: int, *, widget_id: str | None = None) -> None:
        super().__init__(
            id=widget_id,
            soft_wrap=True,
            tab_behavior="focus",
            placeholder="Type your answer; it is kept as you type",
        )
        self._most = most
        self.shows_part = False
        """Whether it shows the beginning of a text that is longer than it takes."""

    async def _on_paste(self, event: events.Paste) -> None:
        """Take in what fits; hand on what does not."""
        if not self.read_only and len(self.text) + len(event.text) > self._most:
            first, last = sorted((self.selection.start, self.selection.end))
            text = self.text
            whole = f"{text[: _index(text, first)]}{event.text}{text[_index(text, last) :]}"
            if len(whole) > self._most:
                event.prevent_default()
                self.post_message(self.TooLong(whole))

    def action_undo(self) -> None:
        """Undo; what was too long to be taken in is taken back as a whole."""
        if self.shows_part:
            self.post_message(self.TakenBack())
        else:
            super().action_undo()


def _index(text: str, location: tuple[int, int]) -> int:
    """Place in `text` of a row and a column."""
    row, column = location
    return sum(len(line) + 1 for line in text.split("\n")[:row]) + column
