"""Keeping what is typed: the newest words, in order, again after a refusal, none after sending."""

from __future__ import annotations

import threading
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import PassdownError, StoreError
from tui.drafting import DraftKeeper


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=5), min_size=1, max_size=12))
def test_the_last_words_are_saved_and_order_is_kept(texts: list[str]) -> None:
    """Some in between may be passed over; what is saved is a part of what came, in its order."""
    saved: list[str] = []
    keeper = DraftKeeper(saved.append, lambda _: None)
    for text in texts:
        keeper.keep(text)
    assert keeper.close(10)
    assert saved[-1] == texts[-1]
    rest = iter(texts)
    assert all(text in rest for text in saved)


def test_a_slow_save_never_delays_typing() -> None:
    """While one save is under way others come and go; the last is saved after it."""
    gate, saved = threading.Event(), []

    def slow(text: str) -> None:
        gate.wait(10)
        saved.append(text)

    keeper = DraftKeeper(slow, lambda _: None)
    began = time.perf_counter()
    for n in range(1_000):
        keeper.keep(str(n))
    assert time.perf_counter() - began < 1
    assert not keeper.flush(0.05)
    gate.set()
    assert keeper.close(10)
    assert saved[-1] == "999"
    assert len(saved) <= 2


def test_a_refused_save_is_told_and_tried_again() -> None:
    """A locked home is told once for each try, and nothing is given up."""
    refusals = [StoreError("locked"), StoreError("locked")]
    saved: list[str] = []
    told: list[PassdownError | None] = []

    def save(text: str) -> None:
        if refusals:
            raise refusals.pop()
        saved.append(text)

    keeper = DraftKeeper(save, told.append, retry=0.01)
    keeper.keep("words")
    assert keeper.close(10)
    assert saved == ["words"]
    assert [str(error) for error in told[:2]] == ["locked", "locked"]


def test_what_was_sent_is_not_saved_again() -> None:
    """Words that still waited when the answer went out are forgotten."""
    gate, saved = threading.Event(), []

    def slow(text: str) -> None:
        gate.wait(10)
        saved.append(text)

    keeper = DraftKeeper(slow, lambda _: None)
    keeper.keep("one")
    while keeper.flush(0):
        time.sleep(0.01)
    time.sleep(0.05)
    keeper.keep("two")
    keeper.forget()
    gate.set()
    keeper.close(10)
    assert saved == ["one"]
