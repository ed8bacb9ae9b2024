"""The commands of readers and of whoever lets people rest: helped, failed, pause, resume."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import Run, runner
from tests.tui.shelf import publish, shelf


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Run, str]:
    """The command on a home with a guide of Ada's, for Ben's account, and the guide's id."""
    home = shelf(tmp_path / "home")
    guide = publish(home)
    run = runner(home, capsys)
    for args in (["me", "ben"], ["role", "ben", "steward"]):
        assert run(*args).code == 0
    return run, guide.id


def test_helped_and_failed_count_and_are_taken_back(library: tuple[Run, str]) -> None:
    """A word replaces the one before it, in text as in JSON, and can be taken back."""
    run, guide = library
    told = run("helped", guide)
    assert told.code == 0
    assert "helped one more" in told.out
    assert f"helped {guide} --take-back" in " ".join(told.out.split())
    said = run("failed", guide, "--because", "our \x1b[31mkettle is open", "--json").json
    assert said == {"guide": guide, "said": "failed", "helped": 0, "failed": 1}
    back = run("failed", guide, "--take-back", "--json").json
    assert back == {"guide": guide, "said": None, "helped": 0, "failed": 0}
    assert run("helped", guide, "--take-back").code == 2


def test_failed_wants_a_reason_and_a_guide(library: tuple[Run, str]) -> None:
    """What is missing or too much is said in a sentence, and nothing is stored."""
    run, guide = library
    assert "--because" in run("failed", guide).err
    assert "at most 1,000" in run("failed", guide, "--because", "x" * 1_001).err
    assert run("helped", "gui_none").code == 2
    assert run("failed", guide, "--take-back").code == 2


def test_pause_holds_until_resumed_and_shows_everywhere(library: tuple[Run, str]) -> None:
    """`sweep` and `status` say it, in text and for programs; `resume` ends it."""
    run, _ = library
    assert "is not paused" in run("resume").err
    paused = run("pause", "--until", "2999-03-09")
    assert "paused through Sat 9 Mar" in paused.out
    assert "The agent is paused in Brewers" in run("sweep").out
    assert run("sweep", "--json").json["paused"] == ["Brewers"]
    assert "Paused through Sat 9 Mar" in run("status").out
    (told,) = run("status", "--json").json["communities"]
    assert told["pulse"]["paused"]["until"] == "2999-03-10T00:00:00+00:00"
    assert "goes on in Brewers" in run("resume").out
    assert run("sweep", "--json").json["paused"] == []
    (told,) = run("status", "--json").json["communities"]
    assert told["pulse"]["paused"] is None
    assert (told["pulse"]["today"]["paused"], told["pulse"]["today"]["resumed"]) == (1, 1)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["pause", "--until", "tomorrow"], "is no day"),
        (["pause", "--until", "2001-02-03"], "has passed"),
        (["pause", "--until", "9999-12-31"], "has no end"),
        (["pause", "--community", "Nowhere"], "no community"),
    ],
)
def test_impossible_pauses_end_plainly(
    library: tuple[Run, str], args: list[str], told: str
) -> None:
    """Exit code 2, a sentence, and nothing is paused."""
    run, _ = library
    ended = run(*args)
    assert (ended.code, told in ended.err) == (2, True), ended.err
    assert run("sweep", "--json").json["paused"] == []
