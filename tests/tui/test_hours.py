"""Saying when one may be asked: days, hours, leave, and again after a stop."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Run


def test_days_hours_zone_and_leave_are_kept(community: Run) -> None:
    """What is said holds, and what was said before about the rest stays."""
    said = community(
        "hours", "--as", "ann", "--days", "mon-wed,fri", "--between", "9-12", "--json"
    ).json
    assert said["weekdays"] == [1, 2, 3, 5]
    assert (said["from_hour"], said["to_hour"]) == (9, 12)
    away = ("--away", "2027-01-04..2027-01-05", "--timezone", "Europe/Berlin")
    said = community("hours", "--as", "ann", *away, "--json").json
    assert said["away_from"] == "2027-01-03T23:00:00+00:00"
    assert said["away_until"] == "2027-01-05T23:00:00+00:00"
    assert said["weekdays"] == [1, 2, 3, 5]
    shown = community("hours", "--as", "ann").out
    assert "On leave from 04 Jan 2027 until 05 Jan 2027" in shown
    said = community("hours", "--as", "ann", "--back", "--default", "--json").json
    assert said["away_until"] is None
    assert said["weekdays"] == [1, 2, 3, 4, 5, 6, 7]


def test_a_week_may_wrap_around(community: Run) -> None:
    """Saturday to Monday are three days."""
    assert community("hours", "--as", "ann", "--days", "sat-mon", "--json").json["weekdays"] == [
        1,
        6,
        7,
    ]


def test_after_a_stop_only_asking_again_helps(asked: tuple[Run, str]) -> None:
    """Whoever said stop is told so, and is asked again only after saying so."""
    run, question = asked
    assert run("answer", question, "--stop").code == 0
    assert "Never: you said stop" in run("hours").out
    assert run("hours", "--ask-again", "--json").json["may_be_asked"] is True


@pytest.mark.parametrize(
    ("option", "given", "told"),
    [
        ("--days", "someday", "'someday' names no days"),
        ("--between", "ten to three", "'ten to three' is no span of hours"),
        ("--between", "15-10", "10"),
        ("--between", "7-31", "24"),
        ("--timezone", "Middle/Earth", "no time zone 'Middle/Earth'"),
        ("--away", "next week", "'next week' is no leave"),
        ("--away", "2027-01-05..2027-01-04", "ends before it begins"),
        ("--away", "9999-12-31..9999-12-31", "is no leave"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(
    community: Run, option: str, given: str, told: str
) -> None:
    """A wrong day, hour, zone or leave is refused with an example, and nothing is stored."""
    before = community("hours", "--as", "ann", "--json").json
    refused = community("hours", "--as", "ann", option, given)
    assert refused.code == 2
    assert told in refused.err
    assert community("hours", "--as", "ann", "--json").json == before
