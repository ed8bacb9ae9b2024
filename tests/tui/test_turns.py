"""Turns of threads."""

from __future__ import annotations

import threading
import time

import pytest

from tui.turns import Turns


def test_one_at_a_time_in_the_order_of_asking() -> None:
    """No two hold a turn at once, and nobody overtakes."""
    turns, seen, inside = Turns(), list[int](), list[int]()

    def ask(number: int) -> None:
        with turns.turn():
            inside.append(number)
            assert len(inside) == 1
            time.sleep(0.01)
            seen.append(number)
            inside.remove(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    with turns.turn():
        for thread in threads:
            thread.start()
            time.sleep(0.02)
        assert not seen
    for thread in threads:
        thread.join(10)
    assert seen == list(range(8))


def test_a_failure_gives_the_turn_on() -> None:
    """Whoever fails inside does not keep the others waiting."""
    turns = Turns()
    with pytest.raises(ValueError, match="inside"), turns.turn():
        raise ValueError("inside")
    with turns.turn():
        pass
