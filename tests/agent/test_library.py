"""The shelf: found by words, sorted three ways, quick with ten thousand guides."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.services.library import ShelfOrder, ShelvedGuide, find_titles, sort_shelf

DAY = timedelta(days=1)
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def _row(title: str, age: int = 0, helped: int = 0, failed: int = 0) -> ShelvedGuide:
    return ShelvedGuide(
        f"gui_{abs(hash((title, age))):016x}"[:20],
        title,
        NOON - age * DAY,
        NOON + (100 - age) * DAY,
        helped,
        failed,
        title.casefold(),
    )


SHELF = [
    _row("Query planning on big tables", 3, helped=2),
    _row("Cloth or paper filters", 1, helped=5, failed=4),
    _row("Rinsing paper", 2),
    _row("\u6e05\u6d17\u6ee4\u7eb8", 4),
]


def _found(typed: str) -> list[str]:
    return [one.title for one in find_titles(SHELF, typed)]


def test_titles_with_most_of_the_words_come_first() -> None:
    """Words count by their stems, however the question is put, and half-typed ones too."""
    assert _found("how should I rinse my paper?") == ["Rinsing paper", "Cloth or paper filters"]
    assert _found("queries") == _found("query") == _found("que") == [SHELF[0].title]
    assert _found("\u6ee4\u7eb8") == [SHELF[3].title]
    assert _found("or") == ["Cloth or paper filters"]
    assert _found("submarine") == []
    assert _found("  ") == [one.title for one in SHELF]


def test_the_shelf_sorts_by_age_help_and_need() -> None:
    """Two people helped and none failed is better than five helped and four failed."""
    newest = [one.title for one in sort_shelf(SHELF, ShelfOrder.NEWEST)]
    assert newest[:2] == ["Cloth or paper filters", "Rinsing paper"]
    helpful = [one.title for one in sort_shelf(SHELF, ShelfOrder.HELPFUL)]
    assert helpful[:2] == ["Query planning on big tables", "Cloth or paper filters"]
    due = [one.title for one in sort_shelf(SHELF, ShelfOrder.DUE)]
    assert due[0] == SHELF[3].title


@given(st.text(max_size=80))
def test_any_text_can_be_typed(typed: str) -> None:
    """Nothing that is typed fails, and nothing is found twice."""
    found = find_titles(SHELF, typed)
    assert len({one.guide_id for one in found}) == len(found) <= len(SHELF)


def test_ten_thousand_titles_are_found_while_one_types() -> None:
    """Well under the time between two keys, even on a busy machine."""
    shelf = [_row(f"How the pump number {n} is primed in winter", n) for n in range(10_000)]
    sort_shelf(shelf, ShelfOrder.HELPFUL)
    best = min(_timed(shelf) for _ in range(5))
    assert best < 0.05


def _timed(shelf: list[ShelvedGuide]) -> float:
    begun = time.perf_counter()
    assert len(find_titles(shelf, "how do I prime pump 77 in wint")) == len(shelf)
    return time.perf_counter() - begun
