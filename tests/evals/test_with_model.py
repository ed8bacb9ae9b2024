"""The engine with a model is measured where a model takes part, and only with an endpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.sample import EDITS, LABELLED
from evals.tasks import with_model
from evals.tasks.chosen import measuring
from evals.tasks.engines import engine_for
from evals.tasks.facets import FacetsMeasurement
from evals.tasks.gap import GapMeasurement
from evals.tasks.grounding import GroundingMeasurement
from evals.tasks.running import run_task
from memory.errors import UserInputError
from tests.model.server import say, serving


def test_without_an_endpoint_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be set is named."""
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(UserInputError, match="OPENAI_BASE_URL"):
        run_task("gap", LABELLED, engine="model", limit=1)


def test_a_task_without_a_model_in_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of the embedded engine are never told as a model's."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_MODEL", "none")
    with pytest.raises(UserInputError, match="gap, masking, questions"):
        run_task("experts", None, engine="model", limit=1)


def _read(engine: str) -> list[object]:
    """What is said of the first labelled messages."""
    with measuring(engine):
        task = FacetsMeasurement(LABELLED, 3)
        return [task.observe(one.id) for one in task.cases()]


@pytest.mark.timeout(300)
def test_a_model_that_answers_nonsense_costs_no_question(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The embedded engine's questions stand where none of the model's may be asked."""
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path / "nowhere"))
    with_model._client.cache_clear()

    def asked(engine: str) -> list[str]:
        with measuring(engine):
            task = GapMeasurement(LABELLED, 4)
            return [str(task.observe(one.id)["question"]) for one in task.cases()]

    with serving() as server:
        server.play(say("No idea."))
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_MODEL", "nonsense")
        with measuring("model"):
            assert engine_for("nowhere").name == "model"
        read = _read("model")
        assert server.requests
        worded = asked("model")
        assert server.requests
    with_model._client.cache_clear()
    assert read == _read("embedded")
    assert worded == asked("embedded")
    assert any(worded)


@pytest.mark.parametrize(("carried", "caught"), [(True, "gate"), (False, "everything")])
def test_a_second_opinion_is_only_stricter(
    monkeypatch: pytest.MonkeyPatch, *, carried: bool, caught: str
) -> None:
    """What the gate refuses stays refused, and what the model does not sign is refused too."""
    with_model._client.cache_clear()
    with serving() as server:
        server.play(say({"verdicts": [{"number": 1, "carried": carried}]}))
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_MODEL", "opinion")
        with measuring("model"):
            task = GroundingMeasurement(EDITS, 12)
            said = [task.compare(one.id, task.observe(one.id))[1] for one in task.cases()]
            figures = task.figures(said)
    with_model._client.cache_clear()
    assert len(server.requests) == 12
    assert {one["ok"] for one in said if not one["gate"]} <= {False}
    kept = [one["ok"] for one in said if one["gate"]]
    assert kept
    assert set(kept) == {caught == "gate"}
    assert figures.metrics["told"] == 1
    assert {"gate_alone", "model_alone", "word_overlap"} == set(figures.baselines)
    assert figures.baselines["model_alone"]["accepted"] == float(carried)
