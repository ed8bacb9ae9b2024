"""Every measure can fail: an engine that is worse on purpose scores visibly worse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evals.community.settings import stratified
from evals.community.study import run_setting
from evals.sabotaged.asking import Forgetful
from evals.sample import ANSWERED, LABELLED, RETRIEVAL, SLACK_EXPORT
from evals.tasks.chosen import EngineName, measured_engine, measuring, sabotaged
from evals.tasks.experts import ExpertsMeasurement
from evals.tasks.facets import FacetsMeasurement
from evals.tasks.gap import GapMeasurement
from evals.tasks.grounding import GroundingMeasurement
from evals.tasks.masking import MaskingMeasurement
from evals.tasks.measurement import Measurement
from evals.tasks.questions import QuestionsMeasurement
from evals.tasks.retrieval import RetrievalMeasurement
from evals.tasks.tandems import TandemsMeasurement
from evals.tasks.triage import TriageMeasurement
from memory.errors import UserInputError

FEW = 20
"""Labelled items that are put to both engines."""
LOST: Mapping[str, tuple[Callable[[], Measurement], str, float]] = {
    "facets": (lambda: FacetsMeasurement(LABELLED, FEW), "sentence_macro_f1", 0.1),
    "triage": (lambda: TriageMeasurement(LABELLED, FEW), "precision_at_threshold", 0.1),
    "gap": (lambda: GapMeasurement(LABELLED, FEW), "anchor_overlap", 0.2),
    "masking": (lambda: MaskingMeasurement(LABELLED, FEW), "given_per_question", 0.1),
    "questions": (lambda: QuestionsMeasurement(SLACK_EXPORT), "all_gates_pass", 0.9),
    "retrieval": (lambda: RetrievalMeasurement(RETRIEVAL), "mrr_at_10", 0.3),
    "experts": (lambda: ExpertsMeasurement(ANSWERED), "mrr", 0.05),
    "grounding": (lambda: GroundingMeasurement(None), "caught", 0.9),
    "tandems": (lambda: TandemsMeasurement(1), "planted_at_3", 0.3),
}
"""By task: how it is measured, and how much of which measure the worse engine has to lose."""


@pytest.fixture(autouse=True)
def no_larger_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The shipped sample alone is read."""
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path / "nowhere"))


def both(make: Callable[[], Measurement]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The metrics of the shipped engine and of the one that is worse on purpose."""
    return _metrics(make, "embedded"), _metrics(make, "sabotaged")


def _metrics(make: Callable[[], Measurement], engine: str) -> Mapping[str, float]:
    with measuring(engine):
        task = make()
        said = [(one.id, task.observe(one.id)) for one in task.cases()]
        return task.figures([task.compare(*one)[1] for one in said]).metrics


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LOST)
def test_an_engine_that_is_worse_on_purpose_scores_visibly_worse(name: str) -> None:
    """A measure that an engine beside the point keeps would measure nothing."""
    make, measure, lost = LOST[name]
    shipped, worse = both(make)
    assert worse[measure] <= shipped[measure] - lost


@pytest.mark.timeout(300)
def test_whoever_forgets_half_of_the_answers_finds_out_less() -> None:
    """Full recall of the study's settings is not to be had without keeping what was told."""
    (setting,) = stratified(1, 0)[:1]
    assert run_setting(setting, 0, Forgetful)["recall"] < run_setting(setting, 0)["recall"] == 1


def test_the_engine_is_named_and_others_are_refused() -> None:
    """A run says what it measured, and a name that no engine has stops it."""
    assert measured_engine() is EngineName.EMBEDDED
    with measuring("sabotaged"):
        assert sabotaged()
    assert not sabotaged()
    with pytest.raises(UserInputError, match="embedded, model, sabotaged"), measuring("perfect"):
        pass
