"""Lines of the library and the pulse: they fit, escape what people wrote, tell times plainly."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from agent.services.library import ShelfOrder, ShelvedGuide
from agent.services.pulse import Act, AskBudget, Coming, Done, Pulse
from memory.records.inquiry import DueKind, InquiryStatus
from memory.records.pause import Pause
from tests.builders import COMMUNITY, MONDAY, make_member
from tui.render.library import shelf_line, shelf_words
from tui.render.pulse import pause_notice, pause_words, pulse_blocks, pulse_payload, said_clock

HOUR = timedelta(hours=1)
BERLIN = "Europe/Berlin"


def _row(title: str, helped: int = 0, failed: int = 0, due_in: int = 9) -> ShelvedGuide:
    due = MONDAY + due_in * 24 * HOUR
    return ShelvedGuide("gui_0123456789abcdef", title, MONDAY, due, helped, failed, title)


def _pause(until: datetime | None) -> Pause:
    return Pause(
        id=Pause.id_of(COMMUNITY.id, MONDAY),
        community_id=COMMUNITY.id,
        since=MONDAY,
        until=until,
        paused_by=make_member("lena").id,
    )


def _pulse(**changes: Any) -> Pulse:
    fields: dict[str, Any] = {
        "community": COMMUNITY,
        "zone": BERLIN,
        "now": MONDAY,
        "pause": None,
        "paused_by": "",
        "today": (),
        "coming": (),
        "budget": AskBudget(7, 2, 11),
        "inquiries": Counter({InquiryStatus.WAITING_FOR_ANSWER: 3}),
        "questions_open": 3,
    }
    return Pulse(**{**fields, **changes})


def _text(pulse: Pulse) -> str:
    console = Console(width=80, color_system=None, markup=False)
    with console.capture() as captured:
        for block in pulse_blocks(pulse):
            console.print(block)
    return captured.get()


@given(st.text(max_size=200), st.integers(1, 200))
def test_a_title_takes_one_line_of_any_width(title: str, width: int) -> None:
    """Wide, right-to-left and hostile titles neither overflow nor steer the terminal."""
    line = shelf_line(_row(title, 3, 1), width, MONDAY, here=True)
    assert cell_len(line.plain) <= max(width, 3)
    assert not set(line.plain) & {"\x1b", "\n", "\r", "\u202e"}


def test_what_stands_beside_a_title() -> None:
    """Whom it helped, and its day, or that its review is overdue."""
    beside = shelf_line(_row("Pumps", 3, 1), 80, MONDAY, here=False).plain
    assert beside.endswith("helped 3, failed 1 \u00b7 3 Mar 2025")
    late = shelf_line(_row("Pumps", due_in=-1), 80, MONDAY, here=False).plain
    assert late.endswith("review due 2 Mar 2025")


@pytest.mark.parametrize(
    ("listed", "typed", "searching", "refused", "told"),
    [
        (9, False, False, "", "9 guides, newest"),
        (1, True, True, "", "1 title, best match first; asking what the guides say \u2026"),
        (0, True, False, "", "No title holds these words"),
        (2, True, False, "no index", "2 titles; what the guides say cannot be searched: no index"),
    ],
)
def test_what_is_shown_is_said(
    listed: int, typed: bool, searching: bool, refused: str, told: str
) -> None:
    """One line says what the list is, and what is being waited for."""
    words = shelf_words(
        listed, 9, ShelfOrder.NEWEST, None, typed=typed, searching=searching, refused=refused
    )
    assert words == told


def test_times_are_told_by_the_clock_of_the_person() -> None:
    """Today by its hour, another day with its name, another year with its number."""
    assert said_clock(MONDAY, BERLIN, MONDAY) == "12:00"
    assert said_clock(MONDAY + 20 * HOUR, BERLIN, MONDAY) == "Tue 4 Mar, 08:00"
    assert said_clock(datetime(2026, 1, 1, tzinfo=UTC), BERLIN, MONDAY) == "Thu 1 Jan 2026, 01:00"


def test_a_pause_is_told_by_its_last_day_or_its_hour() -> None:
    """A pause that ends with a day is one through that day."""
    whole = _pause(datetime(2025, 3, 8, 23, tzinfo=UTC))
    assert pause_words(whole, BERLIN, MONDAY) == "paused through Sat 8 Mar"
    assert pause_notice(whole, BERLIN, MONDAY) == "PAUSED through 8 Mar"
    short = _pause(MONDAY + 3 * HOUR)
    assert pause_words(short, BERLIN, MONDAY) == "paused until 15:00"
    assert pause_notice(short, BERLIN, MONDAY) == "PAUSED until 15:00"
    assert pause_notice(_pause(None), BERLIN, MONDAY) == "PAUSED"


def test_the_pulse_counts_and_names_nobody() -> None:
    """Acts with times, what comes when, the budget of all together; titles cannot steer."""
    hour_ago = MONDAY - HOUR
    pulse = _pulse(
        today=(
            Done(hour_ago, Act.ASKED, 2),
            Done(MONDAY, Act.PUBLISHED, 1, "Pumps\x1b[2J"),
            Done(MONDAY, Act.LET_GO, 2),
        ),
        coming=(
            Coming(hour_ago, DueKind.RESUME, 1),
            Coming(MONDAY + 20 * HOUR, DueKind.EXPIRE, 2, of_drafts=True),
        ),
    )
    text = _text(pulse)
    assert "asked 2 \u00b7 reminded 0 \u00b7 answered 0 \u00b7 drafted 0 \u00b7 published 1" in text
    assert "11:00 asked 2 questions" in text
    assert "\x1b" not in text
    assert "now, with the next sweep carry on with 1 inquiry" in text
    assert "Tue 4 Mar, 08:00 let go of 2 drafts, if nobody has answered" in text
    assert "7 of 22 allowed (at most 2 a person, 11 people who may be asked)" in text
    assert "3 waiting for an answer" in text


def test_a_long_day_and_a_long_list_stay_short() -> None:
    """The newest acts and the next things are shown, the others counted."""
    today = tuple(Done(MONDAY - n * HOUR / 60, Act.ASKED) for n in range(40, 0, -1))
    coming = tuple(Coming(MONDAY + n * HOUR, DueKind.REMIND, 2) for n in range(1, 21))
    text = _text(_pulse(today=today, coming=coming))
    assert "28 earlier" in text
    assert "24 more later" in text


def test_a_quiet_pulse_says_so() -> None:
    """Nothing planned, nothing open; for programs the same zeros."""
    pulse = _pulse(inquiries=Counter(), questions_open=0, pause=_pause(None), paused_by="Lena")
    text = _text(pulse)
    assert "The agent is paused until somebody resumes it." in text
    assert "by Lena" in text
    assert "Nothing is planned" in text
    payload = pulse_payload(pulse)
    assert payload["paused"] == {"since": MONDAY.isoformat(), "until": None}
    assert set(payload["inquiries"].values()) == {0}
