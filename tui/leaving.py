"""What happens when the terminal is lost or the program is told to end: what was typed is kept."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.app import PassdownApp

LOST = ("SIGHUP", "SIGTERM")
LAST_MOMENT = 8.0
"""Seconds for leaving in order; a terminal that is gone may never take the last lines."""


def keep_what_is_typed(app: PassdownApp) -> None:
    """Let nothing that is typed get lost with the terminal. Does nothing outside a main thread."""
    loop = asyncio.get_running_loop()
    for name in LOST:
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                loop.add_signal_handler(number, _leave, app, number)


def forget_signals() -> None:
    """Let the signals end the program at once again."""
    loop = asyncio.get_running_loop()
    for name in LOST:
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                loop.remove_signal_handler(number)


def _leave(app: PassdownApp, number: int) -> None:
    for keep in list(app.writing):
        keep()
    app.exit(return_code=128 + number)
    asyncio.get_running_loop().call_later(LAST_MOMENT, os._exit, 128 + number)
