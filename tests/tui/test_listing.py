"""Rendering for people: readable at 80 columns, whatever people wrote."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from agent.services.health import Check, CommunityStatus, HomeStatus
from memory.records.decisions import Action, LoggedDecision
from memory.records.people import Community, Member, Role
from tui.render.listing import (
    checks_table,
    log_lines,
    members_table,
    shorten,
    status_blocks,
)
from tui.render.times import counted, said_time

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COMMUNITY = Community(id=Community.id_of("Pumps"), name="Pumps", created_at=NOW)


def printed(*parts: RenderableType) -> list[str]:
    """Lines as a terminal of 80 columns shows them, without trailing blanks."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, markup=False, highlight=False)
    for part in parts:
        console.print(part)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def member(handle: str, name: str, title: str = "", *, bot: bool = False) -> Member:
    """Build a member of the test's community."""
    return Member(
        id=Member.id_of(COMMUNITY.id, "jsonl", handle),
        community_id=COMMUNITY.id,
        source="jsonl",
        native_id=handle,
        handle=handle,
        name=name,
        title=title,
        is_bot=bot,
        roles=(Role.PERIPHERAL, Role.STEWARD),
    )


@given(st.text(max_size=300), st.integers(min_value=2, max_value=80))
def test_shortened_text_never_exceeds_its_columns(text: str, cells: int) -> None:
    """Wide, combining and control characters never push a line beyond its width."""
    short = shorten(text, cells)
    assert cell_len(short) <= cells
    assert "\n" not in short
    assert "\x1b" not in short


def test_members_of_any_script_keep_the_table_straight() -> None:
    """Wide and right-to-left names, and names with escapes, stay in their column."""
    people = [
        member("yui", "\u5c71\u7530\u512a\u8863" * 6, "\u6280\u8853\u8005" * 20),
        member("dana", "\u05d3\u05e0\u05d4 \u05db\u05d4\u05df"),
        member("evil\x1b[2J", "Evil\x1b]0;owned\x07\nLine\u202e"),
    ]
    lines = printed(members_table(people))
    assert all(cell_len(line) <= 80 for line in lines)
    assert not {c for line in lines for c in line if ord(c) < 0x20}
    assert "\u202e" not in "".join(lines)
    assert "peripheral" not in "".join(lines)


def test_log_keeps_ids_whole() -> None:
    """An id in the log can be copied: it is never cut or folded at 80 columns."""
    line = LoggedDecision(
        at=NOW,
        community_id=COMMUNITY.id,
        actor="account",
        on_behalf_of=member("ann", "Ann").id,
        action=Action.QUESTION_DELIVERED,
        subject="que_0123456789abcdef",
        reason="quiet_hours",
    )
    lines = printed(*log_lines([line]))
    assert lines[0] == "2026-03-02 12:00  question delivered: quiet hours"
    assert f"que_0123456789abcdef  by account for {line.on_behalf_of}" in lines[1]


def test_status_speaks_in_words_and_leaves_out_what_is_nought() -> None:
    """Counts come with their meaning; empty categories are not listed."""
    status = HomeStatus(
        path="home",
        communities=[
            CommunityStatus(
                community=COMMUNITY,
                messages=1,
                threads=2_000,
                members=3,
                moments=1,
                inquiries={"waiting_for_answer": 1},
                guides={"published": 2},
                open_questions=1,
            )
        ],
        next_due=NOW + timedelta(hours=3),
        unindexed=0,
    )
    lines = printed(*status_blocks(status, NOW))
    assert "  1 message, 2,000 threads, 3 members" in lines
    assert "  inquiries: 1 wait for an answer" in lines
    assert "  guides: 2 published" in lines
    assert "Next due in 3 hours." in lines


def test_a_failed_check_says_so_in_words_with_advice() -> None:
    """Failure does not rest on colour, and comes with what to do."""
    checks = [
        Check("index", passed=False, found="gone", advice="run `passdown memory rebuild`"),
        Check("home", passed=True, found=""),
    ]
    text = "\n".join(printed(checks_table(checks)))
    assert "FAILED  index" in text
    assert "run `passdown memory rebuild`" in text


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=-2), "in 2 days"),
        (timedelta(seconds=-5), "in a moment"),
        (timedelta(days=181), "on 2 Sep 2025"),
    ],
)
def test_times_are_said_as_people_say_them(distance: timedelta, said: str) -> None:
    """Near times are distances, far ones dates."""
    assert said_time(NOW - distance, NOW) == said


def test_counts_have_their_plural() -> None:
    """One inquiry, two inquiries, no `(s)`."""
    assert counted(1, "inquiry") == "1 inquiry"
    assert counted(2, "inquiry") == "2 inquiries"
    assert counted(1_000, "guide") == "1,000 guides"
