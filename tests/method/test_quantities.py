"""Numbers with units, and limits that compare with them, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.quantities import VERSION, Bound, Quantity, bounds, quantities
from agent.method.words import stem


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("a table of 20 000 rows", 20_000, "row"),
        ("with 5,000 rows", 5_000, "row"),
        ("a million rows or so", 1_000_000, "row"),
        ("about 3k rows", 3_000, "row"),
        ("1.5 litres of water", 1.5, "litr"),
        ("18g in the basket", 18, "g"),
        ("at 90°C", 90, "\u00b0c"),
        ("10% chicory", 10, "%"),
    ],
)
def test_numbers_are_read_with_their_unit(text: str, value: float, unit: str) -> None:
    """Grouped digits, magnitudes in words or letters and units without a space all count."""
    assert quantities(text) == (Quantity((value,), unit),)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("on Postgres 11", (11,)),
        ("we run PG 9.6 here", (9, 6)),
        ("in version 9.10", (9, 10)),
        ("with release 3", (3,)),
    ],
)
def test_versions_are_read_part_by_part(text: str, parts: tuple[float, ...]) -> None:
    """A version is not a decimal number: 9.10 comes after 9.9."""
    assert quantities(text) == (Quantity(parts, VERSION),)


@pytest.mark.parametrize("text", ["over 9000!", "the 2nd of them", "page3", "", "no number at all"])
def test_a_number_of_nothing_is_left_out(text: str) -> None:
    """What cannot be compared with anything is not read as an amount."""
    assert all(one.unit for one in quantities(text))
    assert Quantity((9_000,), "") not in quantities(text)


@pytest.mark.parametrize(
    ("limit", "within", "beyond"),
    [
        ("Under 100 000 rows take one UPDATE.", "99 999 rows", "100 000 rows"),
        ("Above 10 million rows it hurts.", "11 million rows", "10 million rows"),
        ("Up to 5 litres a pot will do.", "5 litres", "6 litres"),
        ("Before version 12 it gives nothing.", "version 11.9", "version 12"),
        ("From 18 on there is a better way.", "on Postgres 18", "on Postgres 17"),
        ("More than 10 % salt stops it.", "11% salt", "10% salt"),
    ],
)
def test_a_bound_holds_on_its_side(limit: str, within: str, beyond: str) -> None:
    """The number itself belongs to a bound only where the wording includes it."""
    (bound,) = bounds(limit)
    assert [bound.holds(one) for one in (*quantities(within), *quantities(beyond))] == [True, False]


@given(st.integers(0, 10**9), st.sampled_from(["rows", "grams", "people", "hours"]))
def test_any_amount_is_read_back(amount: int, unit: str) -> None:
    """However large, with or without grouped digits, the amount is the one that was written."""
    for written in (f"{amount}", f"{amount:,}", f"{amount:,}".replace(",", " ")):
        assert quantities(f"with {written} {unit}") == (Quantity((float(amount),), stem(unit)),)
        (bound,) = bounds(f"only below {written} {unit}")
        assert bound == Bound(Quantity((float(amount),), stem(unit)), above=False, including=False)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    """Whatever was typed, reading it does not fail, and every bound is over something."""
    assert all(one.quantity.unit for one in bounds(text))
    assert all(one.unit for one in quantities(text))


def test_a_year_is_no_count_where_the_same_is_counted() -> None:
    """`all 2022 rows ... 400M rows` speaks of 400 million; alone, 2022 rows are rows."""
    counted = quantities("DELETE of all 2022 rows from events, 400M rows in it")
    assert [one.value for one in counted] == [(400_000_000.0,)]
    assert [one.value for one in quantities("delete 2022 rows")] == [(2022.0,)]
