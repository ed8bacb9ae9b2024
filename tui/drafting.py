"""Keeps what somebody is writing: the newest words only, one save at a time, off the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable

from memory.errors import PassdownError

RETRY = 2.0
"""Seconds until a save that was refused is tried again."""

Save = Callable[[str], None]
Told = Callable[[PassdownError | None], None]


class DraftKeeper:
    """Saves the latest text in a thread of its own; older ones that were not saved yet are skipped.

    `told` is called from that thread: with `None` after a save, with the error after a refusal,
    which is tried again until it succeeds or the keeper is closed.
    """

    def __init__(self, save: Save, told: Told, *, retry: float | None = None) -> None:
        self._save = save
        self._told = told
        self._retry = RETRY if retry is None else retry
        self._changed = threading.Condition()
        self._waiting: str | None = None
        self._busy = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def keep(self, text: str) -> None:
        """Save `text` soon; a later call before that replaces it."""
        with self._changed:
            self._waiting = text
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="drafts", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until everything is saved; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting is None and not self._busy, timeout)

    def forget(self) -> None:
        """Save nothing of what still waits: it was sent."""
        with self._changed:
            self._waiting = None

    def close(self, timeout: float = 5.0) -> bool:
        """Save what waits, then end; whether everything was saved."""
        saved = self.flush(timeout)
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        return saved

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting is not None or self._closed)
                if self._waiting is None:
                    return
                text, self._waiting = self._waiting, None
                self._busy = True
            error = self._try(text)
            with self._changed:
                self._busy = False
                if error is not None and self._waiting is None and not self._closed:
                    self._waiting = text
                self._changed.notify_all()
            self._told(error)
            if error is not None:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, self._retry)

    def _try(self, text: str) -> PassdownError | None:
        try:
            self._save(text)
        except PassdownError as error:
            return error
        return None
