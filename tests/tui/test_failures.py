"""How the command fails: a plain sentence, exit code 2, nothing lost, nothing raw."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tui.conftest import Run, let_act_as_yui, passdown
from tui import cli
from tui.commands.home import show_status


def refused(run: Run, *args: str) -> str:
    """Run and return the sentence on stderr, after checking that it is a plain refusal."""
    outcome = run(*args)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err + outcome.out
    assert outcome.out == ""
    return outcome.err


def test_unknown_community_is_named_with_the_known_ones(community: Run) -> None:
    """An unknown community is refused, and the known ones are told."""
    said = refused(community, "moments", "--community", "Nowhere")
    assert "'Nowhere'" in said
    assert "'Pumps'" in said


def test_unknown_expert_is_refused_and_the_question_stays_open(asked: tuple[Run, str]) -> None:
    """Referring to nobody known changes nothing."""
    run, question = asked
    assert "'nobody-here'" in refused(run, "answer", question, "--not-me", "nobody-here")
    assert [q["id"] for q in run("inbox", "--json").json["questions"]] == [question]


def test_answer_to_a_closed_question_is_refused(asked: tuple[Run, str]) -> None:
    """A second answer is not stored, and the sentence says so."""
    run, question = asked
    assert run("answer", question, "--skip").code == 0
    assert "no longer open" in refused(run, "answer", question, "--text", "Too late.")


@pytest.mark.parametrize("text", ["", "   \n\t"])
def test_empty_answer_is_refused(asked: tuple[Run, str], text: str) -> None:
    """An answer without words is no answer."""
    run, question = asked
    assert "empty" in refused(run, "answer", question, "--text", text)


def test_answer_of_a_megabyte_is_refused_and_nothing_is_stored(
    asked: tuple[Run, str], tmp_path: Path
) -> None:
    """A 1 MB answer is refused with its size; the question stays open."""
    run, question = asked
    file = tmp_path / "long.txt"
    file.write_text("word " * 200_000, encoding="utf-8")
    assert "1,000,000" in refused(run, "answer", question, "--file", str(file))
    assert [q["id"] for q in run("inbox", "--json").json["questions"]] == [question]


def test_more_than_is_ever_read_is_refused(asked: tuple[Run, str], tmp_path: Path) -> None:
    """A file is read up to a limit only."""
    run, question = asked
    file = tmp_path / "huge.txt"
    file.write_bytes(b"a" * 4_000_001)
    assert "nothing was stored" in refused(run, "answer", question, "--file", str(file))


def test_binary_or_missing_answer_file_is_refused(asked: tuple[Run, str], tmp_path: Path) -> None:
    """A file that is no text, or is not there, is named."""
    run, question = asked
    file = tmp_path / "noise.bin"
    file.write_bytes(b"\xff\xfe\x00\x81")
    assert "not UTF-8" in refused(run, "answer", question, "--file", str(file))
    assert "cannot be read" in refused(run, "answer", question, "--file", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "options", [[], ["--skip", "--stop"], ["--text", "a", "--skip"], ["--not-me", " "]]
)
def test_answer_needs_exactly_one_choice(asked: tuple[Run, str], options: list[str]) -> None:
    """No choice, two, or a referral to nobody: refused before anything is recorded."""
    run, question = asked
    refused(run, "answer", question, *options)
    assert [q["id"] for q in run("inbox", "--json").json["questions"]] == [question]


def test_question_of_somebody_else_is_not_shown(asked: tuple[Run, str]) -> None:
    """A question is private to whom it was put and to stewards."""
    run, question = asked
    account = run("me", "--json").json["account"]
    assert let_act_as_yui(run, account).code == 0
    assert "put to somebody else" in refused(run, "show", question, "--as", "yui")
    assert run("show", question, "--as", "bo").code == 0


def test_policy_error_names_the_key(run: Run, tmp_path: Path) -> None:
    """A wrong `passdown.toml` is refused with the key that is wrong."""
    (tmp_path / "home" / "passdown.toml").write_text("[ask]\nfrom_huor = 9\n", encoding="utf-8")
    assert "ask.from_huor" in refused(run, "status")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_home_is_refused(run: Run, tmp_path: Path) -> None:
    """A home whose database cannot be opened is refused, not remade."""
    run("status")
    database = tmp_path / "home" / "passdown.sqlite"
    database.chmod(0)
    try:
        refused(run, "status")
    finally:
        database.chmod(0o600)


def test_home_that_is_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A home that cannot be a folder is refused by name."""
    file = tmp_path / "file"
    file.write_text("no folder", encoding="utf-8")
    assert cli.main(["--home", str(file), "status"]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_home_whose_database_cannot_be_opened_is_refused(run: Run, tmp_path: Path) -> None:
    """A folder in the database's place is told as what it is: a home that cannot be used."""
    (tmp_path / "home" / "passdown.sqlite").mkdir()
    assert "Cannot use the home" in refused(run, "status")


def test_database_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    """A damaged database is refused with a sentence."""
    (tmp_path / "home" / "passdown.sqlite").write_bytes(b"this is no database" * 100)
    refused(run, "status")


def test_with_json_every_error_is_a_json_object_on_stdout(community: Run) -> None:
    """Programs get one JSON value whatever happens."""
    for args in (
        ["moments", "--community", "Nowhere", "--json"],
        ["answer", "que_0", "--skip", "--json"],
        ["moments", "--limit", "many", "--json"],
        ["nonsense", "--json"],
    ):
        outcome = community(*args)
        assert outcome.code == 2
        assert set(outcome.json["error"]) == {"title", "message"}
        assert outcome.err == ""


def test_wrong_usage_exits_2(run: Run) -> None:
    """Unknown commands and missing arguments are told on stderr."""
    assert "No such command" in refused(run, "nonsense")
    assert "Missing argument" in refused(run, "answer")


def test_unexpected_errors_show_no_traceback_unless_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect ends with code 1 and its type; PASSDOWN_DEBUG=1 lets it through."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("impossible")

    monkeypatch.setattr("agent.services.health.home_status", broken)
    assert show_status.__doc__
    outcome = run("status")
    assert outcome.code == 1
    assert "ZeroDivisionError" in outcome.err
    assert "Traceback" not in outcome.err
    monkeypatch.setenv("PASSDOWN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("status")


def test_interruption_exits_130_and_says_that_nothing_is_lost(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends with 130 and a plain word."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.services.health.home_status", interrupted)
    outcome = run("status")
    assert outcome.code == 130
    assert "nothing that was recorded is lost" in outcome.err


def test_terminal_escapes_are_never_printed_raw(asked: tuple[Run, str]) -> None:
    """What people wrote cannot steer the terminal, in any command."""
    run, question = asked
    commands = (["moments"], ["members"], ["inbox"], ["show", question], ["log"], ["status"])
    for command in commands:
        for form in ([], ["--json"]):
            out = run(*command, *form).out
            assert not {c for c in out if ord(c) < 0x20 and c != "\n"}, command
    assert "feed valve sticks again" in run("show", question).out


def test_no_color_holds_even_where_colour_is_forced(run: Run, archive: Path) -> None:
    """NO_COLOR wins over everything that would switch colours on."""
    run("import", str(archive), "--community", "Pumps")
    home = str(archive.parent / "home")
    forced = {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "NO_COLOR": ""}
    coloured = passdown("--home", home, "status", env=forced)
    assert "\x1b[" in coloured.out
    plain = passdown("--home", home, "status", env={**forced, "NO_COLOR": "1"})
    assert plain.code == 0
    assert "\x1b" not in plain.out + plain.err
