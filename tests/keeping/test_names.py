"""Masking names: the same length, whole words alone, and the same every time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.records.keeping import NamePattern
from memory.store.erasure_names import (
    MASK,
    NameMask,
    cover,
    name_pattern,
    opaque_member_id,
    words_in,
)
from memory.store.erasure_words import RUN, WordRuns, closed_words

SECRET = "00" * 32


def mask(*names: str, after_at: bool = False, exact: bool = False) -> NameMask:
    """A mask of these names."""
    made = [name_pattern(SECRET, name, after_at=after_at, exact=exact) for name in names]
    patterns: list[NamePattern] = [one for one in made if one is not None]
    return NameMask(SECRET, patterns)


NAMES = st.lists(st.from_regex(r"[^\W\d_]{2,8}", fullmatch=True), min_size=1, max_size=3).map(
    " ".join
)


@settings(deadline=None)
@given(st.text(max_size=200), NAMES)
def test_a_mask_keeps_every_place_and_leaves_no_name(text: str, name: str) -> None:
    """Length and white space stay, and a masked text has nothing left to mask."""
    hide = mask(name)
    for given_text in (text, f"{text} {name} {text}"):
        hidden = hide.masked(given_text)
        assert len(hidden) == len(given_text)
        assert all(b in (a, MASK) for a, b in zip(given_text, hidden, strict=True))
        assert hide.masked(hidden) == hidden
    assert hide.places(f". {name} .")


@settings(deadline=None)
@given(st.text(max_size=100), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99))))
def test_covering_any_places_changes_nothing_else(text: str, places: list[tuple[int, int]]) -> None:
    """Overlapping and empty places are covered once, and what lies outside stays."""
    inside = sorted((min(p), min(max(p), len(text))) for p in places)
    inside = [(a, b) for a, b in inside if a < b]
    covered = cover(text, inside)
    assert len(covered) == len(text)
    for at, (was, now) in enumerate(zip(text, covered, strict=True)):
        is_in = any(a <= at < b for a, b in inside)
        assert now == (MASK if is_in and not was.isspace() else was)


def test_only_whole_words_are_names() -> None:
    """A name inside another word is no name, and capitals matter where that was said."""
    hide = mask("Ann Lee", "ann")
    assert hide.masked("Ann Lee, ann@x.org and ann_lee plan the channel") == (
        f"{MASK * 3} {MASK * 3}, {MASK * 3}@x.org and {MASK * 7} plan the channel"
    )
    assert mask("Mark", exact=True).masked("Mark, mark it") == f"{MASK * 4}, mark it"
    assert mask("will", after_at=True).masked("it will, @will") == f"it will, @{MASK * 4}"
    assert mask("\u5c71\u7530").masked("\u5c71\u7530: yes") == f"{MASK * 2}: yes"
    assert name_pattern(SECRET, "...") is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=RUN, max_size=20))
def test_a_long_stretch_of_ones_words_is_found_wherever_it_stands(words: list[str]) -> None:
    """Every word of a stretch that is repeated is covered, whatever stands around it."""
    said = " ".join(words)
    repeated = f'as was said: "{said}"; so be it'
    places = WordRuns([said]).places(repeated)
    start = repeated.index(said)
    assert all(
        any(a <= at < b for a, b in places)
        for _, at, _ in words_in(repeated)
        if start <= at < start + len(said)
    )


def test_ids_of_forgotten_people_tell_nothing_without_the_key() -> None:
    """The same person has the same opaque id in one home, and another in another."""
    one = opaque_member_id(SECRET, "mem_0000000000000001")
    assert one == opaque_member_id(SECRET, "mem_0000000000000001")
    assert one != opaque_member_id("11" * 32, "mem_0000000000000001")
    assert one != opaque_member_id(SECRET, "mem_0000000000000002")
    assert {"published", "delete", "steward", "own"} <= closed_words()
