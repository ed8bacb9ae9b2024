"""The task on ranking people: time-ordered, beside baselines, and fitted on others alone."""

from __future__ import annotations

import pytest

from evals.sample import ANSWERED
from evals.tasks.experts import ExpertsMeasurement
from evals.tasks.experts_fitting import Choice, fitted_weights
from evals.tasks.experts_rivals import RIVALS
from evals.tasks.listing import TASKS


@pytest.fixture(scope="module")
def sample() -> ExpertsMeasurement:
    """The task on the shipped sample of 26 questions."""
    return ExpertsMeasurement(ANSWERED)


def test_the_sample_is_measured_beside_every_baseline(sample: ExpertsMeasurement) -> None:
    """Each headline is there, and the same questions are put to each baseline."""
    outcomes = []
    for case in sample.cases():
        said = sample.observe(case.id)
        score, outcome = sample.compare(case.id, said)
        assert 0 <= score <= 1
        outcomes.append(outcome)
    figures = sample.figures(outcomes)
    assert len(outcomes) == 26
    assert set(TASKS["experts"].headlines) <= set(figures.metrics)
    assert set(figures.baselines) == set(RIVALS)
    assert figures.metrics["mrr"] <= figures.metrics["seen"] <= figures.metrics["ceiling"]
    assert figures.metrics["mrr_seen"] > 0.5


def test_the_first_question_knows_nobody(sample: ExpertsMeasurement) -> None:
    """Before anything was asked nobody had answered, so nobody is named."""
    first = min(sample._asked.values(), key=lambda one: one.thread.at)
    assert sample.observe(first.thread.thread_id)["known"] == 0


def test_nobody_known_answered_later_only(sample: ExpertsMeasurement) -> None:
    """Everybody ranked for a question had answered another before it was asked."""
    for one in sample._asked.values():
        before = {
            answer.member_id
            for other in sample._asked.values()
            for answer in other.thread.answers
            if answer.at < one.thread.at
        }
        assert {person.member_id for person in one.ranked} <= before - {one.thread.asker_id}
        assert all(set(ids) == {p.member_id for p in one.ranked} for ids in one.rivals.values())


def test_weights_are_fitted_only_where_an_answerer_was_known(sample: ExpertsMeasurement) -> None:
    """Where each answers on one thing, the topic comes out; with nobody known nothing is fitted."""
    choices = [Choice(one.ranked, one.answerer_id) for one in sample._asked.values()]
    weights = fitted_weights(choices)
    assert weights["topic"] > 0
    with pytest.raises(ValueError, match="before"):
        fitted_weights([Choice((), "mem_1")])
