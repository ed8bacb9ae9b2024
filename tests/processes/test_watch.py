"""`passdown watch` in a process of its own: how it ends, and what a kill leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes.support import left_behind, write_archive

POLICY = "[triage]\nread_meaning = false\nask_threshold = 1.0\n"
PIECE = 307
"""Bytes that a writer writes at once; it respects neither lines nor characters."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which nothing is worth asking about, so that watching is quick."""
    path = tmp_path / "home"
    path.mkdir(mode=0o700)
    (path / "passdown.toml").write_text(POLICY, encoding="utf-8")
    return path


def command(home: Path, *args: str) -> list[str]:
    """The command line on this home."""
    return [sys.executable, "-m", "tui.cli", "--home", str(home), *args]


@contextmanager
def watching(home: Path, archive: Path, *args: str) -> Iterator[subprocess.Popen[str]]:
    """A watcher at work with its JSON lines on a pipe; killed at the end where it still is."""
    named = ("watch", str(archive), "--community", "kills", "--json", "--interval", "0.2")
    with subprocess.Popen(
        command(home, *named, *args), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told_until(process: subprocess.Popen[str], event: str) -> list[dict[str, Any]]:
    """What a watcher tells, up to the first event of this kind."""
    assert process.stdout is not None
    told: list[dict[str, Any]] = []
    for line in process.stdout:
        told.append(json.loads(line))
        if told[-1]["event"] == event:
            return told
    pytest.fail(f"it ended without {event!r}")


def test_a_signal_ends_a_watcher_in_order(home: Path, tmp_path: Path) -> None:
    """It finishes what it is at, says that it stopped, and ends with code 0."""
    archive = tmp_path / "talk.jsonl"
    write_archive(archive, 2)
    with watching(home, archive) as process:
        told = told_until(process, "imported")
        assert [each["event"] for each in told] == ["started", "imported"]
        process.send_signal(signal.SIGTERM)
        assert told_until(process, "stopped")
        assert process.wait() == 0
    assert left_behind(home)["messages"] == 6
    status = subprocess.check_output(command(home, "status", "--json"), text=True)
    (health,) = json.loads(status)["watches"]
    assert (health["holder"], health["late"]) == (None, False)
    assert health["stopped_at"] is not None


def test_a_second_watcher_is_refused_until_the_first_was_killed(home: Path, tmp_path: Path) -> None:
    """The second names the first and ends with code 2; after a kill -9 it takes over."""
    archive = tmp_path / "talk.jsonl"
    write_archive(archive, 2)
    with watching(home, archive) as first:
        assert told_until(first, "imported")
        second = subprocess.run(
            command(home, "watch", str(archive)), capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert f"process {first.pid} on" in second.stderr
    with watching(home, archive) as third:
        assert told_until(third, "started")
        third.send_signal(signal.SIGINT)
        assert told_until(third, "stopped")
        assert third.wait() == 0


def test_a_watcher_that_is_killed_while_a_file_grows_misses_nothing(
    home: Path, tmp_path: Path
) -> None:
    """Written in pieces that respect no line, read by watchers that are killed at any moment."""
    archive, whole = tmp_path / "talk.jsonl", tmp_path / "whole.jsonl"
    write_archive(whole, 40)
    written = whole.read_bytes()
    archive.write_bytes(b"")
    half = len(written) // 2
    for begin, end in ((0, half), (half, len(written))):
        with watching(home, archive) as process:
            assert told_until(process, "started")
            for at in range(begin, end, PIECE):
                with archive.open("ab") as stream:
                    stream.write(written[at : min(at + PIECE, end)])
                time.sleep(0.05)
    assert archive.read_bytes() == written
    with watching(home, archive, "--once") as last:
        told = told_until(last, "stopped")
        assert last.wait() == 0
    assert not [each for each in told if each["event"] in {"skipped", "unreadable", "failed"}]
    left = left_behind(home)
    assert (left["messages"], left["threads"], left["members"]) == (120, 40, 11)
