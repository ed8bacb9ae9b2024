"""Asking why before something is done, with what was typed kept until it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.screens.comment import Asked, Commented, CommentScreen

if TYPE_CHECKING:
    from tui.app import PassdownApp


class Reasons:
    """Reasons that people type on one screen, each kept for its act until it was taken."""

    def __init__(self) -> None:
        self._typed: dict[str, str] = {}

    def ask(
        self, app: PassdownApp, title: str, hint: str, act: str, then: Callable[[str], None]
    ) -> None:
        """Open the field for an act (a key such as `aside:ID`); `then` gets the reason."""

        def keep(words: str) -> None:
            self._typed[act] = words

        def go_on(said: Commented | None) -> None:
            if said is not None:
                keep(said.text)
                then(said.text)

        app.push_screen(
            CommentScreen(Asked(title, hint, act), self._typed.get(act, ""), keep), go_on
        )

    def taken(self, act: str) -> None:
        """It was done: nothing has to be typed again."""
        self._typed.pop(act, None)
