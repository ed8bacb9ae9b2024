"""Measures are those worked out by hand, and their intervals are the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from evals.tasks.learnt import fitted_on_words
from evals.tasks.statistics import (
    Figures,
    average_precision,
    confusion,
    difference,
    flattened,
    overlaps,
    resamples,
    share,
    unflattened,
    with_interval,
)

ONCE = np.ones((1, 4))


def test_f1_leaves_disputed_marks_out() -> None:
    """Right, false and missed marks are counted; a disputed one is none of them."""
    gold = np.array([[1, 0], [1, np.nan], [0, 1], [0, 0]])
    said = np.array([[1.0, 0], [0, 1], [1, 1], [0, 0]])
    marks = confusion(gold, said)
    assert marks.of_class(0) == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert marks.of_class(1)["f1"] == 1
    assert marks.support.tolist() == [2, 1]
    assert marks.macro_f1([0, 1])(ONCE)[0] == pytest.approx(0.75)


def test_a_class_that_a_draw_does_not_hold_is_left_out_of_its_mean() -> None:
    """The mean is over what can be judged; where nothing can, it is undefined."""
    marks = confusion(np.array([[1.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 0]]))
    assert marks.macro_f1([0, 1])(np.array([[1.0, 0]]))[0] == 1
    assert np.isnan(marks.macro_f1([1])(np.array([[1.0, 0]]))[0])


def test_average_precision_does_not_depend_on_the_order_of_ties() -> None:
    """Items of one score stand together; without ties it is the mean precision at the hits."""
    assert average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])(ONCE)[0] == pytest.approx(
        (1 + 2 / 3) / 2
    )
    tied = average_precision([1, 0, 0, 1], [0.5, 0.5, 0.5, 0.5])(ONCE)[0]
    assert tied == average_precision([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5])(ONCE)[0] == 0.5
    assert np.isnan(average_precision([0, 0, 0, 0], [1, 2, 3, 4])(ONCE)[0])


def test_an_item_drawn_twice_counts_twice() -> None:
    """Counts weigh items in every measure, and an item that is not drawn does not count."""
    counts = np.array([[2.0, 1, 0, 0]])
    assert share([1, 0, 1, 1])(counts)[0] == pytest.approx(2 / 3)
    assert share([1, 0, 1, 1], [2, 2, 1, 1])(counts)[0] == pytest.approx(2 / 6)
    assert average_precision([1, 0, 1, 0], [0.1, 0.9, 0.5, 0.4])(counts)[0] == pytest.approx(2 / 3)
    assert difference(share([1, 1, 0, 0]), share([0, 1, 0, 0]))(counts)[0] == pytest.approx(2 / 3)


def test_resamples_are_as_large_as_what_is_resampled() -> None:
    """Each draw holds as many items as there are, with replacement, and follows the seed."""
    first = resamples(20, seed=3, draws=50)
    assert (first.sum(axis=1) == 20).all()
    assert first.max() > 1
    assert (first == resamples(20, seed=3, draws=50)).all()
    assert (first != resamples(20, seed=4, draws=50)).any()


def test_intervals_hold_the_measure_and_are_reproducible() -> None:
    """The same seed gives the same bounds; nothing is told of a measure that is undefined."""
    right = [1.0] * 30 + [0.0] * 10
    found = with_interval("right", share(right), 40, seed=1)
    assert found == with_interval("right", share(right), 40, seed=1)
    assert found["right"] == 0.75
    assert 0.55 < found["right_low"] < 0.75 < found["right_high"] < 0.92
    assert with_interval("right", share([1.0], [0.0]), 1, seed=1) == {}
    assert with_interval("right", share([]), 0, seed=1) == {}


def test_a_quote_overlaps_by_half_of_the_annotators_words() -> None:
    """Case and punctuation do not matter; a word counts as often as it stands."""
    assert overlaps("never boil the water", "Boil, the kettle")
    assert not overlaps("boil the", "always boil water for the long brew")
    assert not overlaps("very hot", "very very very hot tea")
    assert not overlaps("", "water")
    assert not overlaps("water", "")


def test_figures_survive_the_log() -> None:
    """What is made one level for a log comes back as it was."""
    figures = Figures({"a": 1.0}, {"plain": {"a": 0.5, "b": 0.25}})
    assert unflattened(flattened(figures)) == figures


def test_the_learnt_baseline_learns_words() -> None:
    """Texts of one kind of words are told from the other, also where it is rare."""
    texts = ["careful it will crack"] * 5 + ["rinse the filter with water"] * 20
    marks = np.array([[1.0]] * 5 + [[0.0]] * 20)
    rare, common = fitted_on_words(texts, marks, ["it will crack", "rinse with water"])[:, 0]
    assert rare > 0.5 > common
