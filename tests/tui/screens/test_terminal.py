"""A real terminal: what is typed survives a kill, a lost terminal, and a paste of a megabyte."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("termios", reason="terminals of this kind are found on Unix alone")

import fcntl
import pty
import termios

SIZE = (24, 80)


@dataclass
class Terminal:
    """A program in a terminal of its own."""

    process: subprocess.Popen[bytes]
    master: int
    home: Path

    def type(self, keys: bytes) -> None:
        """Press keys, reading what is drawn meanwhile."""
        while keys:
            self.read()
            _, writable, _ = select.select([], [self.master], [], 0.05)
            if writable:
                keys = keys[os.write(self.master, keys[:4096]) :]

    def read(self) -> None:
        """Take what was drawn, so that the program never waits for the terminal."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                if not os.read(self.master, 65_536):
                    return
            except OSError:
                return

    def draft(self) -> str:
        """The words in the record."""
        with closing(sqlite3.connect(self.home / "passdown.sqlite", timeout=30)) as connection:
            row = connection.execute("SELECT text FROM drafts").fetchone()
        return str(row[0]) if row else ""

    def until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until something holds, or fail."""
        end = time.monotonic() + seconds
        while not holds():
            self.read()
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)


@contextmanager
def terminal(home: Path) -> Iterator[Terminal]:
    """`passdown expert` in a terminal of 80x24, ready to be typed in."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "--home", str(home), "expert"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(slave)
    opened = Terminal(process, master, home)
    try:
        opened.until(lambda: _is_ready(opened))
        yield opened
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        try:
            os.close(master)
        except OSError:
            assert process.returncode is not None


def _is_ready(opened: Terminal) -> bool:
    """Whether the first letter typed reaches the field."""
    assert opened.process.poll() is None, "the program ended"
    opened.type(b"a")
    time.sleep(0.4)
    return opened.draft().startswith("a")


@pytest.fixture
def home(asked_home: Path, tmp_path: Path) -> Path:
    """A question is open to this account's person."""
    return shutil.copytree(asked_home, tmp_path / "home")


def test_a_kill_in_the_middle_of_a_sentence_loses_nothing_that_was_kept(home: Path) -> None:
    """After a pause every word survives `kill -9`, and the field has it at the next start."""
    with terminal(home) as opened:
        opened.type(b" hum of the motor")
        opened.until(lambda: opened.draft().endswith(" hum of the motor"))
        opened.process.send_signal(signal.SIGKILL)
        opened.process.wait(30)
        assert opened.draft().endswith(" hum of the motor")
    with terminal(home) as again:
        assert " hum of the motor" in again.draft()


def test_a_lost_terminal_keeps_the_last_letter(home: Path) -> None:
    """The window is closed in the middle of a word, with no pause to keep it in."""
    with terminal(home) as opened:
        before = opened.draft()
        opened.type(b" and the")
        opened.until(lambda: opened.draft() != before)
        opened.type(b" last")
        time.sleep(0.3)
        os.close(opened.master)
        opened.process.send_signal(signal.SIGHUP)
        opened.process.wait(30)
        assert opened.draft().endswith(" and the last")


def test_a_paste_of_a_megabyte_arrives_whole(home: Path) -> None:
    """All of it is in the record, and the program goes on."""
    with terminal(home) as opened:
        before = opened.draft()
        opened.type(b"\x1b[200~" + b"word " * 209_715 + b"\x1b[201~")
        opened.until(lambda: len(opened.draft()) == len(before) + 1_048_575)
        opened.type(b"\x11")
        opened.until(lambda: opened.process.poll() is not None)
        assert len(opened.draft()) == len(before) + 1_048_575
