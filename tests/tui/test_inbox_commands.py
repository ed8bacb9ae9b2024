"""Commands around a question: enough, credit, put off, and what was understood."""

from __future__ import annotations

from tests.tui.conftest import Run

WORDS = "Because air in the line makes the pump run dry. Never do it while the line is hot."


def test_enough_is_said_without_words(asked: tuple[Run, str]) -> None:
    """The question closes, nobody opts out, and the next inbox is empty."""
    run, question = asked
    done = run("answer", question, "--enough")
    assert done.code == 0
    assert "Enough for now" in done.out
    assert run("inbox", "--json").json["questions"] == []
    assert run("hours", "--json").json["may_be_asked"] is True


def test_an_answer_is_credited_as_said(asked: tuple[Run, str]) -> None:
    """`--credit` belongs to words alone, and to the modes there are."""
    run, question = asked
    assert run("answer", question, "--skip", "--credit", "credited").code == 2
    refused = run("answer", question, "--text", WORDS, "--credit", "loudly")
    assert refused.code == 2
    assert "'loudly' is no way of credit" in refused.err
    given = run("answer", question, "--text", WORDS, "--credit", "role-only", "--json")
    assert given.json["kind"] == "reply"


def test_a_question_is_put_off_and_out_of_sight(asked: tuple[Run, str]) -> None:
    """It leaves the inbox and can be answered all the same."""
    run, question = asked
    done = run("snooze", question, "--until", "tomorrow", "--json")
    assert done.json["snoozed_until"]
    assert run("inbox", "--json").json["questions"] == []
    assert "Put off until" in run("snooze", question).out
    assert run("inbox", "--json").json["put_off"][0]["id"] == question
    assert "1 question put off, the first until" in run("inbox").out
    assert run("snooze", question, "--until", "yesterday").code == 2
    assert run("answer", question, "--text", WORDS).code == 0
    assert run("snooze", question).code == 2


def test_what_was_understood_is_shown_and_set_right(asked: tuple[Run, str]) -> None:
    """Each sentence with its facets; the author's word replaces them and is told as theirs."""
    run, question = asked
    assert run("understood", question).code == 2
    thanked = run("answer", question, "--text", WORDS)
    assert f"understood {question}" in thanked.out
    shown = run("understood", question, "--json").json
    assert [each["text"] for each in shown["sentences"]] == WORDS.replace(". N", ".|N").split("|")
    assert shown["sentences"][0]["facets"][0] == "WHY"
    changed = run("understood", question, "--correct", "1=pitfalls", "--correct", "2=nothing")
    assert changed.code == 0
    assert "you said so" in changed.out
    after = run("understood", question, "--json").json["sentences"]
    assert [(each["facets"], each["by_author"]) for each in after] == [
        (["PITFALLS"], True),
        ([], True),
    ]


def test_a_correction_that_cannot_be_read_is_told(asked: tuple[Run, str]) -> None:
    """A sentence that is no number and a facet that is none are named, and nothing changes."""
    run, question = asked
    run("answer", question, "--text", WORDS)
    for wrong in ("why", "x=why", "1=whatever", "9=why"):
        refused = run("understood", question, "--correct", wrong)
        assert refused.code == 2, wrong
    assert not any(
        each["by_author"] for each in run("understood", question, "--json").json["sentences"]
    )
