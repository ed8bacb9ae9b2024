"""Tasks compare as they say, and the shipped engine clears its floors on the shipped sample."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.method.readings import FacetReading, ReadSentence, Sentence
from evals.labelled.reading import LabelledMessage, read_labels
from evals.sample import LABELLED, SLACK_EXPORT
from evals.tasks import engines
from evals.tasks.facets import FACETS, FacetsMeasurement, by_annotated_sentence
from evals.tasks.gap import GapMeasurement
from evals.tasks.masking import Hidden, MaskingMeasurement, hidings
from evals.tasks.measurement import Measurement, drawn, fitting_labels, tell, telling
from evals.tasks.orders import TACIT, by_frequency, by_weight, first_open
from evals.tasks.questions import QuestionsMeasurement
from evals.tasks.statistics import Figures
from evals.tasks.triage import TriageMeasurement
from memory.errors import UserInputError
from memory.records.inquiry import Facet
from tests.evals.labels import ITEM, LABEL, write_labels

FLOORS = tomllib.loads(Path(engines.__file__).with_name("floors.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def no_larger_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Baselines that need more labels stay out, so that every machine measures the same."""
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path / "nowhere"))


@pytest.fixture
def tea(tmp_path: Path) -> LabelledMessage:
    """One labelled message of three sentences."""
    (one,) = read_labels(write_labels(tmp_path, [ITEM], [LABEL]))
    return one


def figures_of(measurement: Measurement) -> Figures:
    """Put every case to the engine, as the task does."""
    return measurement.figures(
        [measurement.compare(one.id, measurement.observe(one.id))[1] for one in measurement.cases()]
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "make", [FacetsMeasurement, TriageMeasurement, GapMeasurement, MaskingMeasurement]
)
def test_the_shipped_engine_clears_its_floors(make: Callable[[Path], Measurement]) -> None:
    """No change may lose what the engine reaches on fields it was never fitted on."""
    measurement = make(LABELLED)
    found = figures_of(measurement)
    for name, floor in FLOORS[measurement.name].items():
        assert found.metrics[name] >= floor, name
    bounded = [name for name in found.metrics if f"{name}_low" in found.metrics]
    assert bounded
    for name in bounded:
        low, high = found.metrics[f"{name}_low"], found.metrics[f"{name}_high"]
        assert low <= found.metrics[name] <= high
    assert found.baselines


@pytest.mark.timeout(600)
def test_every_question_of_the_sample_community_passes_every_gate() -> None:
    """What is composed on a whole archive is checked again and varies."""
    found = figures_of(QuestionsMeasurement(SLACK_EXPORT)).metrics
    assert found["composed"] >= 5
    assert found["all_gates_pass"] == 1
    assert found["distinct_phrasings"] >= 5


def test_sentences_of_the_engine_fall_to_those_they_share_most_with(tea: LabelledMessage) -> None:
    """A stretch over two annotated sentences counts where most of it lies, with its surest mark."""
    text = tea.message.text
    start = text.index("degrees")
    one = Sentence(tea.message.id, start, len(text), text[start:])
    whole = Sentence(tea.message.id, 0, 10, text[:10])
    read = [
        ReadSentence(one, (FacetReading(Facet.WHY, 0.7, "burns"),)),
        ReadSentence(whole, (FacetReading(Facet.ACTION, 0.9, "Pour"),)),
    ]
    rows = by_annotated_sentence(tea, read)
    assert [row[FACETS.index(Facet.WHY)] for row in rows] == [0, 0.7, 0]
    assert rows[0][FACETS.index(Facet.ACTION)] == 0.9


def test_a_facet_counts_by_the_sentences_that_state_it(tmp_path: Path) -> None:
    """What is said and what is marked are put side by side, facet by facet."""
    measurement = FacetsMeasurement(write_labels(tmp_path, [ITEM], [LABEL]))
    surely = [[0.0] * len(FACETS) for _ in range(3)]
    surely[1][FACETS.index(Facet.WHY)] = 0.95
    surely[2][FACETS.index(Facet.GOAL)] = 0.95
    right, outcome = measurement.compare("a", {"sentences": surely})
    assert right == pytest.approx(8 / 12)
    metrics = measurement.figures([outcome]).metrics
    assert (metrics["WHY_f1"], metrics["GOAL_f1"], metrics["ACTION_f1"]) == (1, 0, 0)
    assert metrics["macro_f1"] == pytest.approx(1 / 4)
    assert metrics["WHY_sentence_f1"] == 1


def test_a_message_that_fails_a_gate_is_not_asked_about(tmp_path: Path) -> None:
    """A gated message scores nothing, whatever it is worth."""
    thanks = ITEM | {"sentences": ["Thanks!"]}
    label = LABEL | {"facets": {}, "anchor": ""}
    measurement = TriageMeasurement(write_labels(tmp_path, [thanks], [label]))
    said = measurement.observe("a")
    assert (said["score"], said["gates"]) == (0.0, ["chit_chat"])
    assert measurement.compare("a", said)[0] == 0


def test_either_annotator_may_be_agreed_with(tmp_path: Path) -> None:
    """A gap or an anchor of one annotator is enough, and both have to find the message worthy."""
    other = LABEL | {"gap": "CUES", "anchor": "burns the leaf"}
    measurement = GapMeasurement(write_labels(tmp_path, [ITEM], [LABEL], [other]))
    said = {"missing": "CUES", "quote": "Pour at 80", "asked": None, "by_value": "WHY"}
    right, outcome = measurement.compare("a", said)
    assert (right, outcome["overlaps"], outcome["composed"]) == (1, 1, 0)
    assert (outcome["annotators"], outcome["annotators_overlap"]) == (0, 0)
    worthless = LABEL | {"worth": 0, "gap": "NONE"}
    with pytest.raises(UserInputError, match="worth 1"):
        GapMeasurement(write_labels(tmp_path, [ITEM], [LABEL], [worthless]))


def test_each_stated_tacit_facet_is_hidden_in_turn(tea: LabelledMessage) -> None:
    """Whatever else the hidden sentences state is given too; what remains is known."""
    why, boundary, pitfalls = hidings(tea)
    assert why == Hidden(Facet.WHY, (0, 2), (1,))
    assert pitfalls.facet is Facet.PITFALLS
    assert why.gives(tea, Facet.PITFALLS)
    assert not why.gives(tea, Facet.BOUNDARY)
    assert not why.gives(tea, None)
    assert why.left_stated(tea) == {Facet.BOUNDARY}
    assert boundary.left_stated(tea) == {Facet.WHY, Facet.PITFALLS}


def test_a_question_gives_what_its_wording_asks_for(tmp_path: Path) -> None:
    """The wording counts, not the facet that the engine declares; silence gives nothing."""
    measurement = MaskingMeasurement(write_labels(tmp_path, [ITEM], [LABEL]))
    asked = [
        {"facet": "WHY", "question": "What is the reason for that?"},
        {"facet": "BOUNDARY", "question": "What is the reason for that?"},
        {"facet": None, "question": ""},
    ]
    right, outcome = measurement.compare("a", {"asked": asked})
    assert right == pytest.approx(1 / 3)
    found = measurement.figures([outcome])
    assert found.metrics["given_per_question"] == 1 / 2
    assert found.metrics["given_by_declared"] == 1
    assert found.metrics["given_counting_silence"] == pytest.approx(1 / 3)
    assert found.metrics["wording_matches_declared"] == 1 / 2
    assert found.metrics["silent"] == pytest.approx(1 / 3)
    assert found.metrics["recovered_per_question"] == found.metrics["given_per_question"]
    assert found.baselines["order_always_why"]["given_per_question"] == pytest.approx(2 / 3)


def test_fixed_orders_pass_over_what_is_stated(tea: LabelledMessage) -> None:
    """An order asks for its first facet that nothing left states."""
    assert set(by_weight()) == set(TACIT)
    assert by_weight()[0] is Facet.WHY
    assert first_open(by_weight(), {Facet.WHY}) is Facet.BOUNDARY
    assert first_open((Facet.WHY,), {Facet.WHY}) is None
    assert set(by_frequency([tea])[:3]) == {Facet.WHY, Facet.BOUNDARY, Facet.PITFALLS}


def test_baselines_never_see_the_site_they_are_reported_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labels for fitting leave the reported site out."""
    folder = tmp_path / "labels" / "facets_more"
    folder.mkdir(parents=True)
    items = [ITEM, ITEM | {"id": "b", "site": "beer"}]
    write_labels(folder, items, [LABEL, LABEL | {"id": "b"}])
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path))
    assert [one.site for one in fitting_labels("beer")] == ["written-tea"]
    assert [one.site for one in fitting_labels("wine")] == ["written-tea", "beer"]


def test_a_draw_follows_its_seed() -> None:
    """At most as many as asked for, in order, the same for the same seed."""
    assert drawn(range(100), 10, 1) == drawn(range(100), 10, 1) != drawn(range(100), 10, 2)
    assert list(drawn(range(100), 10, 1)) == sorted(drawn(range(100), 10, 1))
    assert drawn(range(3), 10, 1) == drawn(range(3), 0, 1) == (0, 1, 2)


def test_progress_is_told_only_where_somebody_listens() -> None:
    """Stages reach the listener inside, and nobody outside."""
    heard: list[tuple[str, int, int]] = []
    with telling(lambda stage, done, of: heard.append((stage, done, of))):
        tell("reading", 1, 2)
    tell("reading", 2, 2)
    assert heard == [("reading", 1, 2)]
