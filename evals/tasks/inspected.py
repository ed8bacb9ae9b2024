"""Measurements as tasks of Inspect AI: a solver that asks the engine, a scorer, and one metric."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    mean,
    metric,
    scorer,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.tasks.chosen import measured_engine
from evals.tasks.citations import CitationsMeasurement
from evals.tasks.community import CommunityMeasurement
from evals.tasks.contradictions import ContradictionsMeasurement
from evals.tasks.engines import versions
from evals.tasks.experts import ExpertsMeasurement
from evals.tasks.facets import FacetsMeasurement
from evals.tasks.gap import GapMeasurement
from evals.tasks.grounding import GroundingMeasurement
from evals.tasks.guide import GuideMeasurement
from evals.tasks.injection import InjectionMeasurement
from evals.tasks.masking import MaskingMeasurement
from evals.tasks.measurement import Measurement, lookup_folder, reporting_folder, tell
from evals.tasks.own_words import OwnWordsMeasurement
from evals.tasks.privacy import PrivacyMeasurement
from evals.tasks.questions import QuestionsMeasurement
from evals.tasks.replies import RepliesMeasurement
from evals.tasks.retrieval import RetrievalMeasurement
from evals.tasks.statistics import flattened
from evals.tasks.study import StudyMeasurement
from evals.tasks.tandems import TandemsMeasurement
from evals.tasks.transfer import TransferMeasurement
from evals.tasks.triage import TriageMeasurement

ENGINE = "engine"
"""Where the metadata of a run names what is measured."""
OUTCOME = "outcome"
"""Where a score keeps what the figures need."""


@solver
def ask_engine(measurement: Measurement) -> Solver:
    """Let the engine under measurement say what it makes of a case; no model is called."""
    count = len(measurement.cases())
    done = 0

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        nonlocal done
        del generate  # the engine is no chat model
        said = measurement.observe(str(state.sample_id))
        state.output = ModelOutput.from_content(measured_engine(), json.dumps(said))
        done += 1
        tell(measurement.name, done, count)
        return state

    return solve


@scorer(metrics=[mean()])
def compare_with_labels(measurement: Measurement) -> Scorer:
    """Hold what the engine said against the labels of its case."""

    async def score(state: TaskState, target: Target) -> Score:
        del target  # the measurement knows its labels as records
        said = json.loads(state.output.completion)
        right, outcome = measurement.compare(str(state.sample_id), said)
        return Score(value=right, metadata={OUTCOME: outcome})

    return score


@metric
def figures(measurement: Measurement) -> Metric:
    """Measures, intervals and baselines over all cases."""
    places = {case.id: n for n, case in enumerate(measurement.cases())}

    def over_all(scores: list[SampleScore]) -> Value:
        ordered = sorted(scores, key=lambda one: places[str(one.sample_id)])
        found = measurement.figures([_outcome(one.score) for one in ordered])
        return flattened(found)

    return over_all


def _outcome(score: Score) -> dict[str, Any]:
    kept: Mapping[str, Any] = score.metadata or {}
    return dict(kept[OUTCOME])


def as_task(measurement: Measurement) -> Task:
    """The Inspect task of a measurement."""
    samples = [
        Sample(id=case.id, input=case.text, target=case.target) for case in measurement.cases()
    ]
    return Task(
        name=measurement.name,
        dataset=MemoryDataset(samples, name=measurement.name),
        solver=ask_engine(measurement),
        scorer=compare_with_labels(measurement),
        metrics=[figures(measurement)],
        metadata={ENGINE: measured_engine().value, **versions(measurement.files)},
    )


@task
def facets(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Say which facets labelled messages state."""
    return as_task(FacetsMeasurement(_folder(items), limit, seed))


@task
def triage(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Judge labelled messages in their threads."""
    return as_task(TriageMeasurement(_folder(items), limit, seed))


@task
def gap(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Say what labelled messages leave out, and what of them to quote."""
    return as_task(GapMeasurement(_folder(items), limit, seed))


@task
def masking(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Ask about answers of which a part is hidden."""
    return as_task(MaskingMeasurement(_folder(items), limit, seed))


@task
def questions(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Compose a first question for each moment of an archive, or of those at hand."""
    return as_task(QuestionsMeasurement(Path(items) if items else None, limit, seed))


@task
def retrieval(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Put questions to a memory of passages."""
    return as_task(RetrievalMeasurement(Path(items) if items else lookup_folder(), limit, seed))


@task
def experts(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Rank people for the questions of archives, as of when they were asked."""
    return as_task(ExpertsMeasurement(Path(items) if items else None, limit, seed))


@task
def grounding(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Judge responses and edits against the words they are to rest on."""
    return as_task(GroundingMeasurement(Path(items) if items else None, limit, seed))


@task
def privacy(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Look for personal data in texts with labelled spans."""
    return as_task(PrivacyMeasurement(Path(items) if items else None, limit, seed))


@task
def replies(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Find who answers whom in chat logs in which it is marked."""
    return as_task(RepliesMeasurement(Path(items) if items else None, limit, seed))


@task
def own_words(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Read mails and posts in which it is marked which words are their author's own."""
    return as_task(OwnWordsMeasurement(Path(items) if items else None, limit, seed))


@task
def injection(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Plant attacks in talk, answers, profiles and names of files."""
    return as_task(InjectionMeasurement(Path(items) if items else None, limit, seed))


@task
def contradictions(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Write against published guides, and beside them."""
    return as_task(ContradictionsMeasurement(Path(items) if items else None, limit, seed))


@task
def citations(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Count what the citations of guides carry."""
    return as_task(CitationsMeasurement(Path(items) if items else None, limit, seed))


@task
def guide(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Measure guides as readers use them."""
    return as_task(GuideMeasurement(Path(items) if items else None, limit, seed))


@task
def tandems(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Match simulated communities and let them learn."""
    del items  # the communities are simulated
    return as_task(TandemsMeasurement(limit, seed))


@task
def community(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Ask around in simulated organisations; with a limit, in so many of them."""
    return as_task(CommunityMeasurement(Path(items) if items else None, limit, seed))


@task
def study(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Ask around in the settings of a published simulation; with a limit, in some of each kind."""
    return as_task(StudyMeasurement(Path(items) if items else None, limit, seed))


@task
def transfer(items: str = "", limit: int = 0, seed: int = 0) -> Task:
    """Let a frozen reader answer scenario questions with guides and without."""
    return as_task(TransferMeasurement(Path(items) if items else None, limit, seed))


def _folder(items: str) -> Path:
    return Path(items) if items else reporting_folder()
