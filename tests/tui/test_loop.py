"""The whole loop through the command alone: ask, answer, confirm, review, read, ask the memory."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Run, approve_as_bo, let_act_as_yui

SAID = {
    "WHY": "It matters because trapped air keeps the check valve from opening under pressure.",
    "BOUNDARY": "Don't purge if the line still holds more than 2 bar, except with the bypass open.",
    "CUES": "You can tell by the hammering noise: the first thing I check is the pressure gauge.",
    "CHECK": "You'll see the gauge drop below 1 bar within a minute if the purge worked.",
}
OTHERWISE = (
    "It works because the air escapes first. It won't work unless the bypass is open. "
    "You can tell it worked when the gauge drops below 1 bar. "
    "People often forget to close the bypass afterwards, and then the pump runs dry."
)


@pytest.fixture
def published(asked: tuple[Run, str]) -> tuple[Run, str]:
    """A guide that Ann answered for and confirmed, and that Bo approved; its id."""
    run, _ = asked
    while questions := run("inbox", "--json").json["questions"]:
        text = SAID.get(questions[0]["facet"], OTHERWISE)
        assert run("answer", questions[0]["id"], "--text", f"{text} {OTHERWISE}").code == 0
        run("sweep")
    (draft,) = run("inbox", "--json").json["to_confirm"]
    waiting = run("inbox").out
    assert f" confirm {draft['id']}" in waiting
    assert run("show", draft["id"]).code == 0
    assert run("confirm", draft["id"], "--credit", "role-only", "--json").json["awaiting"] == 0
    (review,) = run("inbox", "--as", "bo", "--json").json["to_review"]
    assert review["id"] == draft["id"]
    assert run("review", draft["id"], "--as", "bo", "--revise", " ").code == 2
    assert run("review", draft["id"], "--as", "bo", "--approve").code == 2
    approved = approve_as_bo(run, draft["id"]).json
    assert "guide" in approved, approved
    assert approved["guide"]["status"] == "published"
    return run, draft["id"]


def test_a_guide_is_read_and_asked_with_sources_and_limits(published: tuple[Run, str]) -> None:
    """What the expert said is found again, cited as consented, with when it does not apply."""
    run, guide = published
    assert [g["id"] for g in run("guides", "--status", "published", "--json").json["guides"]] == [
        guide
    ]
    shown = run("show", guide, "--json").json["guide"]
    citations = [c for s in shown["sections"] for x in s["sentences"] for c in x["citations"]]
    assert citations
    assert {c["who"] for c in citations} == {"Pump engineer"}
    assert {c["message_id"] for c in citations} == {None}
    assert run("show", guide, "--markdown").out.startswith("# ")
    told = run("ask", "how do I purge the feed line before a restart?", "--json").json
    assert told["known"] is True
    assert told["guides"][0]["does_not_apply"]
    out = run("ask", "how do I purge the feed line before a restart?").out
    assert out.index("Limits of this advice") < out.index("What was said")
    assert "Ann Lee" not in out
    assert f" show {guide}" in out


def test_what_is_decided_once_is_not_decided_again(published: tuple[Run, str]) -> None:
    """A published guide takes no second yes and no second decision."""
    run, guide = published
    for args in (["confirm", guide], ["review", guide]):
        assert run(*args).code == 2
    assert run("review", guide, "--as", "bo", "--approve").code == 2
    actions = [line["action"] for line in run("log", guide, "--json").json["decisions"]]
    assert actions.count("guide_published") == 1


def test_a_draft_is_read_by_its_author_and_stewards_alone(asked: tuple[Run, str]) -> None:
    """Before it is published, nobody else sees a draft, neither listed nor by its id."""
    run, _ = asked
    account = run("me", "--json").json["account"]
    assert let_act_as_yui(run, account).code == 0
    while questions := run("inbox", "--json").json["questions"]:
        run("answer", questions[0]["id"], "--text", OTHERWISE)
        run("sweep")
    (draft,) = run("inbox", "--json").json["to_confirm"]
    assert run("show", draft["id"], "--as", "yui").code == 2
    assert run("guides", "--as", "yui", "--json").json["guides"] == []
    assert len(run("guides", "--as", "bo", "--json").json["guides"]) == 1
    assert run("confirm", draft["id"], "--withdraw").code == 0
    assert run("inbox", "--json").json["to_confirm"] == []


def test_what_a_steward_wants_changed_reaches_the_author(asked: tuple[Run, str]) -> None:
    """The comment of a revision stands under the draft that its author reads."""
    run, _ = asked
    while questions := run("inbox", "--json").json["questions"]:
        run("answer", questions[0]["id"], "--text", OTHERWISE)
        run("sweep")
    (draft,) = run("inbox", "--json").json["to_confirm"]
    run("confirm", draft["id"])
    wanted = "say what happens when the pump is hot"
    assert run("review", draft["id"], "--as", "bo", "--revise", wanted).code == 0
    assert wanted in " ".join(run("show", draft["id"]).out.split())
