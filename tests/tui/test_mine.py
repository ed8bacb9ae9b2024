"""What stands in one's name, through the command: mine, confirm, withdraw, credit, review."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import Run, approve_as_bo
from tests.tui.test_loop import OTHERWISE, SAID

NAME = "Ann Lee"
ASKED = "how do I purge the feed line before a restart?"


@pytest.fixture
def draft(asked: tuple[Run, str]) -> tuple[Run, str]:
    """A draft of Ann's words that waits for her; its id."""
    run, _ = asked
    while questions := run("inbox", "--json").json["questions"]:
        text = SAID.get(questions[0]["facet"], OTHERWISE)
        assert run("answer", questions[0]["id"], "--text", f"{text} {OTHERWISE}").code == 0
        run("sweep")
    (waiting,) = run("inbox", "--json").json["to_confirm"]
    return run, waiting["id"]


def numbered(run: Run, guide: str) -> dict[int, str]:
    """Ann's sentences by number."""
    sentences = run("mine", guide, "--json").json["sentences"]
    return {each["number"]: each["text"] for each in sentences}


def published(run: Run, guide: str, *credit: str) -> None:
    """Let Ann say yes to every sentence, and Bo approve."""
    numbers = [word for n in numbered(run, guide) for word in ("--sentence", str(n))]
    assert run("confirm", guide, *numbers, *credit).code == 0
    approved = approve_as_bo(run, guide).json
    assert approved["guide"]["status"] == "published"


def everything(run: Run, guide: str, folder: Path) -> str:
    """All that a reader can get to see of a guide."""
    seen = [run("show", guide, *more).out for more in ([], ["--trail"], ["--markdown"], ["--json"])]
    seen += [run("ask", ASKED, *more).out for more in ([], ["--json"])]
    assert run("export", "--to", str(folder)).code == 0
    seen += [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.md"))]
    return "\n".join(seen)


def test_mine_lists_drafts_guides_and_answers_with_what_to_do(draft: tuple[Run, str]) -> None:
    """Everything in one's name with status, credit and the commands to change it."""
    run, guide = draft
    mine = run("mine", "--json").json
    assert [own["id"] for own in mine["waiting"]] == [guide]
    assert mine["waiting"][0]["missing"] == mine["waiting"][0]["sentences"]
    assert (mine["credit"], mine["guides"]) == ("credited", [])
    assert mine["answers"]
    out = run("mine").out
    for command in (f"confirm {guide}", f"withdraw {guide}", "--correct N", "--strike N"):
        assert command in out


def test_sentences_are_shown_with_their_sources(draft: tuple[Run, str]) -> None:
    """Each has its number, and the words of hers that it rests on, and where they stand."""
    run, guide = draft
    shown = run("mine", guide, "--json").json
    assert shown["sentences"][0]["number"] == 1
    assert all(source["quote"] for s in shown["sentences"] for source in s["sources"])
    out = run("mine", guide).out
    assert "1. In one sentence, waits for a yes" in out
    assert "told to the agent" in out
    assert run("mine", guide, "--as", "bo").code == 2


def test_confirming_correcting_and_striking(draft: tuple[Run, str]) -> None:
    """One by one, with a correction and a strike, to a guide that a steward may approve."""
    run, guide = draft
    first = run("confirm", guide, "--sentence", "1", "--json").json
    assert first["missing"] == len(numbered(run, guide)) - 1
    last = max(numbered(run, guide))
    gone = numbered(run, guide)[last]
    out = run("confirm", guide, "--strike", str(last)).out
    assert "No longer in the guide" in out
    assert gone not in numbered(run, guide).values()
    words = "You see the gauge fall below one bar within two minutes"
    told = run("confirm", guide, "--correct", "2", "--text", words, "--json").json
    assert numbered(run, guide)[2] == f"{words}."
    assert told["missing"] == len(numbered(run, guide)) - 2
    if told["missing"]:
        told = run("confirm", guide, "--json").json
    assert told["status"] == "confirmed"


@pytest.mark.parametrize(
    "args",
    [
        ["--sentence", "1", "--strike", "2"],
        ["--correct", "1"],
        ["--text", "words"],
        ["--strike", "1", "--credit", "credited"],
        ["--sentence", "99"],
        ["--strike", "0"],
        ["--version", "7"],
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    draft: tuple[Run, str], args: list[str]
) -> None:
    """A plain sentence, exit code 2, and the draft as it was."""
    run, guide = draft
    before = run("mine", guide, "--json").json
    outcome = run("confirm", guide, *args)
    assert outcome.code == 2
    assert outcome.err
    assert run("mine", guide, "--json").json == before


def test_chatham_house_reveals_nothing_to_readers(draft: tuple[Run, str], tmp_path: Path) -> None:
    """No name, no place, no time, no message and no question; stewards see the sources."""
    run, guide = draft
    refused = run("confirm", guide, "--credit", "chatham_house")
    assert refused.code == 2
    assert "--sentence N" in refused.err
    published(run, guide, "--credit", "chatham_house")
    seen = everything(run, guide, tmp_path / "out")
    assert "a member of this community" in seen
    sources = run("review", guide, "--as", "bo", "--json").json["sentences"]
    messages = {source["message_id"] for each in sources for source in each["sources"]}
    for hidden in (NAME, "@ann", "Pump engineer", "interview", "You wrote", "You said", *messages):
        assert hidden not in seen.replace("Thanks Ann", "")
    assert NAME in run("review", guide, "--as", "bo").out
    assert run("review", guide).code == 2


def test_credit_changes_a_published_page_at_once(draft: tuple[Run, str], tmp_path: Path) -> None:
    """Her name goes and comes with her choice, for one guide or by default."""
    run, guide = draft
    published(run, guide)
    assert NAME in run("show", guide).out
    assert run("credit", guide, "role-only").code == 0
    assert NAME not in everything(run, guide, tmp_path / "out")
    assert "Pump engineer" in run("show", guide).out
    kept = run("credit", "credited", "--json").json
    assert (kept["default"], kept["kept"]) == (True, [guide])
    assert NAME not in run("show", guide).out
    assert run("credit", guide, "credited").code == 0
    assert NAME in run("show", guide).out
    assert run("credit", guide, "famous").code == 2


def test_withdrawn_words_are_nowhere(draft: tuple[Run, str], tmp_path: Path) -> None:
    """After publication too: not in a page, the search, the export, a list, or among answers."""
    run, guide = draft
    published(run, guide)
    folder = tmp_path / "out"
    words = list(numbered(run, guide).values())
    assert words[0] in everything(run, guide, folder)
    assert run("withdraw", guide, "--json").json["status"] == "retracted"
    assert run("show", guide).code == 2
    assert run("show", guide, "--as", "bo").code == 2
    left = everything(run, guide, folder)
    left += run("guides", "--as", "bo").out + run("mine").out
    assert not any(word in left for word in words)
    assert run("ask", ASKED, "--json").json["known"] is False
    assert run("mine", "--json").json["withdrawn"] == 1
    assert run("withdraw", guide).code == 2


def test_a_corrected_guide_waits_for_a_steward_again(draft: tuple[Run, str]) -> None:
    """The wrong sentence is out of reach at once, the new one found once it is approved."""
    run, guide = draft
    published(run, guide)
    wrong = numbered(run, guide)[2]
    assert "steward" in run("confirm", guide, "--correct", "2", "--text", "Purge it twice").out
    assert wrong not in run("ask", ASKED).out
    assert run("show", guide, "--as", "yui").code == 2
    assert approve_as_bo(run, guide).code == 0
    assert "Purge it twice." in run("show", guide).out


def test_an_edit_by_a_steward_is_checked_and_confirmed_again(draft: tuple[Run, str]) -> None:
    """What adds a claim is refused with the reason; an accepted edit waits for its author."""
    run, guide = draft
    assert run("confirm", guide).code == 0
    before = numbered(run, guide)[2]
    edit = ["review", guide, "--as", "bo", "--edit", "2", "--text"]
    refused = run(*edit, f"{before.rstrip('.')} on Windows.")
    assert refused.code == 2
    assert "not in the cited words" in refused.err
    assert run("review", guide, "--as", "bo", "--edit", "2").code == 2
    assert run(*edit, before.rstrip(".")).code == 0
    (waiting,) = run("inbox", "--json").json["to_confirm"]
    assert waiting["id"] == guide
    assert run("mine", "--json").json["waiting"][0]["missing"] == 1


def test_a_stewards_comment_is_in_the_inbox(draft: tuple[Run, str]) -> None:
    """What has to change stands beside the draft, or the question, that it led to."""
    run, guide = draft
    assert run("confirm", guide).code == 0
    wanted = "say what happens when the pump is hot"
    assert run("review", guide, "--as", "bo", "--revise", wanted).code == 0
    assert wanted in " ".join(run("inbox").out.split())
