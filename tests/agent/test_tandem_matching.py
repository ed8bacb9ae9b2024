"""The terms of a match are those of the method, and the assignment is fair and nearly the best."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method import tandem
from agent.method.tandem_assignment import assign, offer, seat
from agent.method.tandem_gates import enough_overlap, hours_bits
from agent.method.tandem_search import TERMS, Pairs
from memory.records.tandem_policy import TandemGates, TandemPolicy, TandemShape, TandemWeights
from prompts.tandem import HARD, chosen, load_tandem

SHAPE = TandemShape()
UNIT = st.floats(0, 1)


def one(value: float) -> tandem.Array:
    """A person's skill on one topic, shape (1, 1)."""
    return np.array([[value]])


ALL = np.array([1.0])


@settings(max_examples=50, deadline=None)
@given(UNIT, UNIT, UNIT)
def test_the_zone_is_the_methods_bell_and_shut_for_who_can_do_it_alone(
    s: float, e: float, d: float
) -> None:
    """Z = exp(-(P_help - .85)^2 / (2 * .12^2)) if P_solo <= .60, else 0."""
    solo = 1 / (1 + math.exp(-6 * (s - d)))
    helped = 1 / (1 + math.exp(-6 * (min(1.0, s + 0.5 * e) - d)))
    wanted = math.exp(-((helped - 0.85) ** 2) / (2 * 0.12**2)) if solo <= 0.60 else 0.0
    p_solo = tandem.solo(one(s), ALL, d, SHAPE)
    p_help = tandem.helped(one(s), one(e), np.array([1.0]), ALL, d, SHAPE)
    assert math.isclose(tandem.zone(p_solo, p_help, SHAPE)[0, 0], wanted, abs_tol=1e-9)


def test_a_gap_is_worth_most_at_four_tenths_and_less_beyond() -> None:
    """Gap worth rises to 1 at .4; a very large gap teaches badly, a negative one nothing."""
    worth = tandem.gap_worth(np.array([-0.2, 0.2, 0.4, 0.7, 1.0]), SHAPE)
    assert np.allclose(worth, [0, 0.5, 1, math.exp(-1), math.exp(-4)])


def test_scarce_unwritten_skill_is_worth_exchanging() -> None:
    """X = sum omega e tacit / people who know it; a topic that nobody knows counts as one."""
    scarce = tandem.scarcity(np.array([0.0, 4.0]))
    e, tacit = np.array([[0.8, 0.8]]), np.array([[0.5, 1.0]])
    assert np.allclose(tandem.exchange(e, tacit, scarce, np.array([0.5, 0.5])), [0.2 + 0.1])


def test_acceptance_is_the_harmonic_mean() -> None:
    """One who is unlikely to accept pulls the pair down."""
    assert math.isclose(tandem.acceptance(np.array([0.9]), np.array([0.1]))[0, 0], 0.18)


def test_weights_are_the_methods() -> None:
    """M = .30 Z + .20 X + .15 C + .15 H + .10 value + .10 R - .20 load."""
    told = TandemWeights()
    assert [getattr(told, name) for name in TERMS] == [0.3, 0.2, 0.15, 0.15, 0.1, 0.1, 0.2]


@settings(max_examples=50, deadline=None)
@given(st.integers(-20, 40), st.integers(1, 24), st.integers(-20, 40), st.integers(1, 24))
def test_common_hours_are_counted_round_midnight(a: int, long: int, b: int, other: int) -> None:
    """Two working days overlap by as many half hours as they share on the clock."""
    first = {half % 48 for half in range(2 * a, 2 * (a + long))}
    second = {half % 48 for half in range(2 * b, 2 * (b + other))}
    mine, theirs = (
        np.array([hours_bits(2 * at, 2 * (at + hours))], dtype=np.uint64)
        for at, hours in ((a, long), (b, other))
    )
    found = enough_overlap(mine, theirs, TandemGates())[0, 0]
    assert found == (len(first & second) >= 4)


@st.composite
def some_pairs(draw: st.DrawFn) -> Pairs:
    """Pairs of few people and tasks with matches in the method's range."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(7, 11), st.floats(0.5, 1)),
            min_size=1,
            max_size=40,
            unique_by=lambda row: row[:3],
        )
    )
    task, junior, senior = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(3))
    match = np.array([row[3] for row in rows])
    return Pairs(task, junior, senior, match, np.zeros((len(rows), len(TERMS))))


@settings(max_examples=20, deadline=None)
@given(some_pairs())
def test_nobody_and_no_task_is_given_out_twice(pairs: Pairs) -> None:
    """Each round is an assignment, and over all rounds nobody gets more offers than rounds."""
    rounds = offer(pairs, TandemPolicy().offers)
    for rows in rounds:
        for part in (pairs.task, pairs.junior, pairs.senior):
            assert len(set(part[rows].tolist())) == len(rows)
    every = np.concatenate(rounds)
    assert len(set(every.tolist())) == len(every)
    assert np.bincount(pairs.senior[every]).max() <= TandemPolicy().offers


@settings(max_examples=20, deadline=None)
@given(some_pairs())
def test_the_assignment_is_at_least_as_good_as_taking_the_best_in_turn(pairs: Pairs) -> None:
    """Solved over the whole community, and not by who comes first (within the solver's gap)."""
    taken: list[set[int]] = [set(), set(), set()]
    greedy = 0.0
    for row in np.argsort(-pairs.match).tolist():
        three = (pairs.task[row], pairs.junior[row], pairs.senior[row])
        if not any(int(part) in known for part, known in zip(three, taken, strict=True)):
            greedy += float(pairs.match[row])
            for part, known in zip(three, taken, strict=True):
                known.add(int(part))
    assert pairs.match[assign(pairs)].sum() >= 0.98 * greedy


@settings(max_examples=20, deadline=None)
@given(some_pairs())
def test_further_juniors_take_free_seats_only(pairs: Pairs) -> None:
    """A task for three seats two more, each once, and nobody who has a tandem in the round."""
    chosen_rows = assign(pairs)
    seated = seat(pairs, chosen_rows, [3] * 6)
    people = [one for each in seated.values() for one in each]
    assert len(people) == len(set(people))
    assert not set(people) & set(pairs.junior[chosen_rows].tolist())
    assert all(len(each) <= 2 for each in seated.values())


def test_a_wording_stays_with_its_card() -> None:
    """The same card reads the same each time, and not all cards read alike."""
    entry = load_tandem()
    assert chosen(("a", "b", "c"), "x") == chosen(("a", "b", "c"), "x")
    assert len({chosen(("a", "b", "c"), str(n)) for n in range(20)}) == 3
    assert all(3 <= len(one.steps) <= 6 and HARD in one.steps for one in entry.origins.values())
