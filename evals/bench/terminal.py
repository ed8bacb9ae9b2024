"""The program in a terminal of its own, timed by what it draws."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LINES, COLUMNS = 40, 120
QUIET = 0.25
"""Seconds without anything drawn after which a screen counts as done."""
PATIENCE = 120.0
"""Seconds until a screen that does not come is given up."""


@dataclass
class Terminal:
    """What is typed goes to `master`; what is drawn comes from there."""

    master: int
    began: float
    """When the process was started, by `time.perf_counter`."""
    drawn: bytes = field(default=b"", repr=False)

    def read(self, seconds: float) -> bool:
        """Take in what is drawn, waiting at most so long; whether there was anything."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.drawn += os.read(self.master, 1 << 16)
        return True

    def shows(self, words: str) -> float:
        """Seconds since the start at which these words were drawn.

        Raises `TimeoutError` where they do not come.
        """
        end = self.began + PATIENCE
        while words.encode() not in self.drawn:
            if time.perf_counter() > end:
                raise TimeoutError(f"{words!r} was not drawn: {self.drawn[-500:]!r}")
            self.read(0.05)
        return time.perf_counter() - self.began

    def settle(self) -> None:
        """Wait until nothing more is drawn."""
        while self.read(QUIET):
            continue
        self.drawn = b""

    def press(self, key: bytes) -> float:
        """Seconds from a key to the first thing drawn after it."""
        self.settle()
        began = time.perf_counter()
        os.write(self.master, key)
        if not self.read(PATIENCE):
            raise TimeoutError(f"nothing was drawn after {key!r}")
        return time.perf_counter() - began


@contextmanager
def terminal(*args: str) -> Iterator[Terminal]:
    """Run `passdown ARGS` in a new terminal; it is ended with the block."""
    import fcntl
    import pty
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - the program that is measured
        [sys.executable, "-m", "tui.cli", *args],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(slave)
    try:
        yield Terminal(master, began)
    finally:
        process.kill()
        process.wait()
        with suppress(OSError):
            os.close(master)
