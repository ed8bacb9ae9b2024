"""A guide on the desk as text: marks instead of colours, inert escapes, and lines that fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from agent.method.changes import ChangeOf, SentenceChange
from agent.services.deciding import BulkApproval, Left
from agent.services.desk import Desk, Order, Section, open_desk
from agent.services.judging import Judged, open_judging
from agent.services.versions import Difference
from memory.records.inquiry import Facet
from prompts import load_catalogue
from tests.builders import MONDAY
from tests.tui.screens.desk_world import LENA, World, desk_world, furnish
from tui.render.desk import (
    age,
    bulk_words,
    desk_note,
    refused_text,
    row_heading,
    row_line,
    row_reasons,
    sections_line,
    titles_line,
)
from tui.render.judging import (
    checks_words,
    difference_text,
    evidence_text,
    happened,
    problems_text,
    sentence_prompt,
    standing_words,
    worst_by_sentence,
    wrapped,
)

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Guides in every state; only read."""
    with desk_world(tmp_path_factory.mktemp("render") / "home") as opened:
        yield furnish(opened)


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Lena's desk."""
    return open_desk(world.work, LENA)


@pytest.fixture(scope="module")
def judged(world: World) -> Judged:
    """A guide with something to look at."""
    return open_judging(world.work, world.actor(), world.guides["risky"].id)


@given(width=st.integers(12, 200), title=st.text(min_size=1, max_size=80))
def test_a_row_is_one_line_whatever_its_title(desk: Desk, width: int, title: str) -> None:
    """No title, wide, hidden or escaping, makes a row longer than the window or two lines."""
    line = row_line(replace(desk.rows[0], title=title), width, MONDAY, marked=True, here=True)
    assert cell_len(line.plain) <= width
    assert not {"\n", "\x1b", "\u202e"} & set(line.plain)
    assert line.plain.startswith(">x ")
    assert cell_len(row_heading(width).plain) <= max(width, 22)


def test_cursor_mark_and_risk_are_characters(desk: Desk) -> None:
    """What is marked, where the cursor is and how risky a guide is can be read without colour."""
    risky = next(row for row in desk.rows if row.risk.level == "high")
    assert row_line(risky, 80, MONDAY).plain.startswith("   high ")
    assert row_line(risky, 80, MONDAY, here=True).plain.startswith(">  high ")
    assert row_line(risky, 80, MONDAY, marked=True).plain.startswith(" x high ")
    assert "tells of harm" in row_reasons(risky, 80).plain


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "0 min"), (5, "5 h"), (26, "1 d"), (-50, "in 2 d"), (24 * 20_000, "9999 d")],
)
def test_age_fits_its_column(hours: int, words: str) -> None:
    """An age is told in at most seven columns, ahead of now as well."""
    assert age(MONDAY - timedelta(hours=hours), MONDAY) == words


def test_sections_are_told_in_one_line_of_any_width(desk: Desk) -> None:
    """The chosen part is always there, between brackets."""
    assert sections_line(desk, Section.DUE, 80).plain.count("[") == 1
    assert sections_line(desk, Section.DUE, 30).plain == "< [2 Due (1)] >"


def test_the_note_tells_of_search_order_and_ones_own(desk: Desk) -> None:
    """How many of how many, how sorted, and what is not for this steward."""
    note = desk_note(desk, 1, Section.WAITING, Order.RISK, "paper \x1b[2J")
    assert note.startswith("1 of 3 guides for")
    assert "riskiest first" in note
    assert "1 guide of your own words" in note
    assert "\x1b" not in note
    assert desk_note(Desk(()), 0, Section.WAITING, Order.AGE, "").startswith("Nothing waits")


def test_whoever_is_no_steward_reads_what_to_do() -> None:
    """With or without a steward in the community."""
    assert "Nobody is a steward here yet" in refused_text(Desk((), refused=True)).plain
    told = refused_text(Desk((), stewards=("Lena (@lena)",), refused=True)).plain
    assert "Lena (@lena)" in told
    assert "passdown role" in told


def test_bulk_approval_names_what_was_left(judged: Judged) -> None:
    """Each guide that was left stands there with its reason."""
    words = bulk_words(BulkApproval((judged.guide,), (Left(judged.guide, "Personal data"),)))
    assert words.splitlines()[0] == "1 guide approved."
    assert words.splitlines()[-1].endswith("on Mondays: Personal data")
    cast = bulk_words(BulkApproval((), (), (judged.guide,)))
    assert cast.splitlines() == [
        "0 guides approved.",
        "Your vote counts on 1 guide; others vote too.",
    ]
    assert titles_line(["One", "Two"], 40) == "\u201cOne\u201d and 1 more"


def test_evidence_marks_the_cited_words_and_keeps_escapes_inert(judged: Judged) -> None:
    """The words stand between marks in their message, and nothing in the talk is an escape."""
    for number in range(1, 5):
        spans = judged.evidence(number)
        for place, span in enumerate(spans, start=1):
            text, start = evidence_text(judged, span, place, len(spans), MONDAY)
            assert text.plain[start:].startswith(f"\u00bb{span.quote}\u00ab")
            assert "\x1b" not in text.plain
            assert ("shows the next" in text.plain) == (len(spans) > 1)
    public, _ = evidence_text(judged, judged.evidence(1)[0], 1, 1, MONDAY)
    assert "\u241b[31m" in public.plain


def test_a_message_that_is_gone_or_edited_shows_the_words_of_then(judged: Judged) -> None:
    """The cited words are shown apart where the message no longer holds them."""
    span = judged.evidence(1)[0]
    gone, start = evidence_text(replace(judged, talks={}), span, 1, 1, MONDAY)
    assert "deleted or taken back" in gone.plain
    assert gone.plain[start:] == f"\u00bb{span.quote}\u00ab"
    talk = judged.talks[span.message_id]
    turns = tuple(replace(turn, text="Other words now.") for turn in talk.turns)
    talks = {span.message_id: replace(talk, turns=turns)}
    edited, start = evidence_text(replace(judged, talks=talks), span, 1, 1, MONDAY)
    assert "edited since" in edited.plain
    assert edited.plain[start:].startswith(f"\u00bb{span.quote}\u00ab")


def test_a_long_talk_says_how_much_is_left_out(judged: Judged) -> None:
    """What is cut before and after is counted."""
    span = judged.evidence(1)[0]
    talk = replace(judged.talks[span.message_id], before=12, after=1)
    text, _ = evidence_text(replace(judged, talks={span.message_id: talk}), span, 1, 1, MONDAY)
    assert "(12 messages before)" in text.plain
    assert "(1 message after)" in text.plain


@given(text=st.text(max_size=120), start=st.integers(0, 120), width=st.integers(4, 40))
def test_wrapping_keeps_all_words_and_finds_the_line(text: str, start: int, width: int) -> None:
    """Lines fit, none is lost, and the line of a place is one of them."""
    safe = Text("".join(c for c in text if c.isprintable() or c == "\n"))
    lines, at = wrapped(safe, min(start, len(safe)), width)
    assert 0 <= at < max(1, len(lines))
    assert all(line.cell_len <= width for line in lines)
    shown = "".join(line.plain for line in lines).replace(" ", "")
    assert shown == safe.plain.replace("\n", "").replace(" ", "")


def test_verdicts_are_words(judged: Judged) -> None:
    """What was found about a sentence stands behind it, and the sum of the checks above."""
    worst = worst_by_sentence(judged.checks)
    assert sentence_prompt(2, "Text", worst[2]).plain == " 2  Text  [? look at it]"
    assert sentence_prompt(1, "Text").plain == " 1  Text"
    assert checks_words(judged.checks) == "checks: 1 stops publication, 2 to look at"
    assert "version 1 \u00b7 confirmed, waits for a steward" in standing_words(judged, MONDAY)
    assert checks_words([replace(c, verdict="passed") for c in judged.checks]).startswith("all 8")  # type: ignore[arg-type]


def test_a_difference_reads_without_colour() -> None:
    """Added, gone, reworded and moved sentences bear marks and words."""
    changes = (
        SentenceChange(ChangeOf.REWORDED, None, 1, "Wait 3 days then go", "Wait 5 days then go"),
        SentenceChange(ChangeOf.ADDED, Facet.WHY, 2, "", "It dries."),
        SentenceChange(ChangeOf.GONE, Facet.CHECK, None, "Look at it.", ""),
        SentenceChange(ChangeOf.MOVED, Facet.BOUNDARY, 3, "Not when wet.", "Not when wet."),
        SentenceChange(ChangeOf.SAME, Facet.BOUNDARY, 4, "Same.", "Same."),
    )
    told = difference_text(Difference(1, 2, changes, "Old title", decided=True), CATALOGUE).plain
    for part in (
        "Version 2 beside version 1, which a steward decided on",
        "The title was: Old title",
        "Wait [-3-] {+5+} days then go",
        "+ It dries.",
        "- Look at it.",
        "= Not when wet.",
    ):
        assert part in told
    assert "Same." not in told
    assert "first version" in difference_text(Difference(None, 1), CATALOGUE).plain
    same = difference_text(Difference(1, 2, changes[-1:]), CATALOGUE).plain
    assert "Every sentence is as it was" in same


def test_what_may_not_be_said_is_told_while_typing() -> None:
    """Reasons line by line; nothing is said against the sentence as it stands."""
    assert problems_text(["adds 'if'"], new=True).plain == "Not yet:\n- adds 'if'"
    assert "carry these words" in problems_text([], new=True).plain
    assert "as it stands" in problems_text([], new=False).plain


def test_nothing_has_happened_to_a_guide_that_is_as_it_was(judged: Judged) -> None:
    """Only what others did since it was opened is told."""
    assert happened(judged, 1, MONDAY) == ""
    assert "changed meanwhile" in happened(judged, 2, MONDAY)
