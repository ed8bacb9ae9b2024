"""A real home with a small hand-made community, and ways to run the command on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from memory.home import Home
from tui.cli import main

POLICY = """
[ask]
from_hour = 0
to_hour = 24
weekdays = [1, 2, 3, 4, 5, 6, 7]
min_value = -100.0
questions_per_expert_and_week = 50

[triage]
ask_threshold = 0.0
max_open_inquiries = 1
"""
"""Everybody may be asked at any hour, about anything: these tests are about the command."""

MESSAGES: list[dict[str, Any]] = [
    {"type": "member", "id": "ann", "name": "Ann Lee", "title": "Pump engineer"},
    {"type": "member", "id": "bo", "name": "Bo\x1b[31m Ek", "title": "Trainee"},
    {
        "type": "member",
        "id": "yui",
        "name": "\u5c71\u7530\u512a\u8863",
        "title": "\u6280\u8853\u8005",
    },
    {"type": "member", "id": "dana", "name": "\u05d3\u05e0\u05d4 \u05db\u05d4\u05df"},
    {"type": "thread", "id": "t1", "title": "Valve sticks\x1b]0;owned\x07", "accepted": "2"},
    {
        "id": "1",
        "thread": "t1",
        "author": "bo",
        "kind": "question",
        "channel": "pumps",
        "text": "The feed valve sticks again \x1b[2Jafter every weekend. What should I do?",
        "time": "2026-03-02T09:00:00Z",
    },
    {
        "id": "2",
        "thread": "t1",
        "author": "ann",
        "kind": "answer",
        "channel": "pumps",
        "reply_to": "1",
        "score": 5,
        "text": "Always purge the feed line before you restart the pump. "
        "Then open the valve by hand.",
        "time": "2026-03-02T09:20:00Z",
    },
    {
        "id": "3",
        "thread": "t1",
        "author": "bo",
        "kind": "comment",
        "channel": "pumps",
        "reply_to": "2",
        "text": "Thanks Ann, that worked!",
        "time": "2026-03-02T11:00:00Z",
    },
]

Run = Callable[..., "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """How one run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def write_archive(path: Path) -> Path:
    """Write `MESSAGES` as a JSONL archive."""
    path.write_text("".join(json.dumps(line) + "\n" for line in MESSAGES), encoding="utf-8")
    return path


def fresh_home(path: Path) -> Path:
    """A home that holds nothing but the policy."""
    path.mkdir(mode=0o700)
    (path / "passdown.toml").write_text(POLICY, encoding="utf-8")
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A JSONL archive of one short discussion, with terminal escapes in it."""
    return write_archive(tmp_path / "talk.jsonl")


@pytest.fixture(scope="session")
def community_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once and copied: the archive is in, this account is Ann, and Bo is a steward."""
    folder = tmp_path_factory.mktemp("community")
    talk, home = write_archive(folder / "talk.jsonl"), fresh_home(folder / "home")
    for args in (
        ["import", str(talk), "--community", "Pumps"],
        ["me", "ann"],
        ["role", "ann", "coordinator"],
        ["role", "bo", "steward"],
    ):
        assert main(["--home", str(home), *args]) == 0
    return home


@pytest.fixture(scope="session")
def asked_home(community_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after a sweep."""
    home = tmp_path_factory.mktemp("asked") / "home"
    shutil.copytree(community_home, home)
    assert main(["--home", str(home), "sweep"]) == 0
    return home


def runner(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process on `home`."""

    def call(*args: str) -> Outcome:
        capsys.readouterr()
        code = main(["--home", str(home), *args])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on an empty home at `tmp_path / "home"`."""
    return runner(fresh_home(tmp_path / "home"), capsys)


@pytest.fixture
def community(community_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on a copy of the home with the community."""
    return runner(shutil.copytree(community_home, tmp_path / "home"), capsys)


@pytest.fixture
def asked(asked_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Run, str]:
    """The command on a copy of the home with an open question to Ann, and that question's id."""
    run = runner(shutil.copytree(asked_home, tmp_path / "home"), capsys)
    questions = run("inbox", "--json").json["questions"]
    assert len(questions) == 1
    return run, questions[0]["id"]


@contextmanager
def at_account(name: str) -> Iterator[None]:
    """Sit at another account of the operating system, as somebody else does at their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Home, "account", staticmethod(lambda: name))
        yield


def let_act_as_yui(run: Run, to: str) -> Outcome:
    """Yui, at an account of her own, lets somebody act as her."""
    with at_account("yui-at-home"):
        assert run("me", "yui").code == 0
        return run("grant", "yui", "--to", to, "--json")


def approve_as_bo(run: Run, guide: str) -> Outcome:
    """Bo approves at his own account: whoever said the words cannot, in whosever name."""
    with at_account("bo-at-home"):
        assert run("me", "bo").code == 0
        return run("review", guide, "--approve", "--json")


def passdown(*args: str, env: dict[str, str] | None = None, given: str = "") -> Outcome:
    """Run the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", *args],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **(env or {})},
        timeout=100,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
