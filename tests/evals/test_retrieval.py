"""The task `retrieval` reads what anyone brings, and counts and fits as it says."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.labelled.queries import PASSAGES, QUERIES, Query, read_lookup
from evals.sample import RETRIEVAL
from evals.tasks import retrieval
from evals.tasks.comparing import (
    FEWEST,
    Ground,
    Put,
    even_bound,
    fitted_bound,
    fitted_rules,
    fitted_weight,
    reciprocal_rank,
)
from evals.tasks.lexical import Bm25
from evals.tasks.measurement import lookup_folder
from evals.tasks.retrieval import RetrievalMeasurement
from evals.tasks.rivals import windows_of
from evals.tasks.statistics import Figures
from memory.errors import UserInputError
from memory.records.policy import RetrievalPolicy

FLOORS = tomllib.loads(
    Path(retrieval.__file__).with_name("floors.toml").read_text(encoding="utf-8")
)
PASSAGE = {"id": "p", "text": "Feed the starter twice a day."}
QUERY = {"id": "q", "text": "how often do I feed it?", "relevant": ["p"]}
POSTS = """<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" AcceptedAnswerId="2" CreationDate="2020-01-01T00:00:00.000"
       Title="How fine?" Body="&lt;p&gt;For a kettle.&lt;/p&gt;" OwnerUserId="7" />
  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2020-01-02T00:00:00.000"
       Body="&lt;p&gt;Like sea salt.&lt;/p&gt;" OwnerUserId="8" />
  <row Id="3" PostTypeId="1" CreationDate="2020-01-03T00:00:00.000"
       Title="How hot?" Body="&lt;p&gt;The water.&lt;/p&gt;" OwnerUserId="7" />
</posts>
"""


def figures_of(measurement: RetrievalMeasurement) -> Figures:
    """Put every case to the search, as the task does."""
    return measurement.figures(
        [measurement.compare(one.id, measurement.observe(one.id))[1] for one in measurement.cases()]
    )


def write(folder: Path, passages: Sequence[Any], queries: Sequence[Any]) -> Path:
    """Write records, one a line; what is no object is written as it is."""
    for name, rows in ((PASSAGES, passages), (QUERIES, queries)):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def put(cosines: list[float], coverage: list[float], relevant: int, name: str = "q") -> Put:
    """A question put to a memory in which each passage is a guide of its own."""
    marks = np.arange(len(cosines)) == relevant
    query = Query(name, name, "field", ("p",))
    return Put(query, None, np.array(cosines), np.array(coverage), marks, np.arange(len(cosines)))


def test_a_record_needs_no_more_than_id_and_text(tmp_path: Path) -> None:
    """Fields are taken from the passages that answer; a question without any is foreign to all."""
    foreign = {"id": "f", "text": "how do I tune a guitar?", "relevant": []}
    found = read_lookup(write(tmp_path, [PASSAGE], [QUERY, foreign]))
    asked, other = found.queries
    assert list(found.fields) == [asked.field] == ["memory"]
    assert asked.relevant == (found.passages[0].id,)
    assert other.field == ""
    assert other.relevant == ()


@pytest.mark.parametrize(
    ("passages", "queries", "told"),
    [
        ([PASSAGE, "{"], [QUERY], r"passages\.jsonl' line 2"),
        ([PASSAGE, "[1]"], [QUERY], r"passages\.jsonl' line 2: a record is"),
        ([PASSAGE | {"text": " "}], [QUERY], r"line 1: 'text' has to be a text"),
        ([PASSAGE | {"title": 3}], [QUERY], r"'title' has to be a text, not 3"),
        ([PASSAGE, PASSAGE], [QUERY], r"line 2: the id 'p' is used twice"),
        ([PASSAGE], [QUERY | {"relevant": "p"}], r"queries\.jsonl' line 1: 'relevant'"),
        ([PASSAGE], [QUERY | {"relevant": ["x"]}], r"question 'q' names passage 'x'"),
        ([PASSAGE], [QUERY | {"relevant": []}], "holds no question that a passage answers"),
    ],
)
def test_bad_records_are_named(
    tmp_path: Path, passages: list[Any], queries: list[Any], told: str
) -> None:
    """Whatever is wrong is said with file and line, or with the id."""
    with pytest.raises(UserInputError, match=told):
        read_lookup(write(tmp_path, passages, queries))


def test_a_folder_without_either_form_is_an_error(tmp_path: Path) -> None:
    """A folder that holds neither records nor dumps says what was looked for."""
    with pytest.raises(UserInputError, match=r"queries\.jsonl"):
        read_lookup(tmp_path)


def test_dumps_give_titles_and_accepted_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer is a passage; a question without an accepted one is foreign to other fields."""
    folder = tmp_path / "communities" / "coffee.stackexchange"
    folder.mkdir(parents=True)
    (folder / "Posts.xml").write_text(POSTS, encoding="utf-8")
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path))
    found = read_lookup(lookup_folder())
    (passage,) = found.passages
    assert (passage.title, passage.text) == ("", "Like sea salt.")
    first, second = found.queries
    assert (first.text, first.more, first.relevant) == ("How fine?", "For a kettle.", (passage.id,))
    assert (second.field, second.relevant) == ("coffee.stackexchange", ())
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path / "nowhere"))
    assert lookup_folder() == RETRIEVAL


def test_ties_count_against_a_passage() -> None:
    """A rank is never better than what could be had by chance, and beyond the tenth it is 0."""
    relevant = np.arange(12) == 0
    assert reciprocal_rank(np.array([1.0] + [0.0] * 11), relevant) == 1
    assert reciprocal_rank(np.array([1.0, 1.0] + [0.0] * 10), relevant) == 1 / 2
    assert reciprocal_rank(np.zeros(12), relevant) == 0


def test_a_weight_is_fitted_where_words_help() -> None:
    """Where only shared words tell the answer, they get a weight; where they mislead, none."""
    helped = [put([0.5, 0.52], [1.0, 0.0], 0, f"{n}") for n in range(5)]
    misled = [put([0.52, 0.5], [0.0, 1.0], 0, f"{n}") for n in range(5)]
    assert fitted_weight(helped) == 0.05
    assert fitted_weight(misled) == 0


def test_an_even_bound_errs_as_often_either_way() -> None:
    """As large a share of answered questions is turned away as of foreign ones is let through."""
    random = np.random.default_rng(1)
    own, other = random.normal(0.7, 0.1, 4_000), random.normal(0.4, 0.1, 1_000)
    bound = even_bound(own, other)
    assert bound == pytest.approx(0.55, abs=0.02)
    assert (own < bound).mean() == pytest.approx((other >= bound).mean(), abs=0.002)
    assert even_bound(np.array([0.8, 0.9]), np.array([0.1, 0.2])) == pytest.approx(0.5)


def test_a_bound_is_fitted_by_size() -> None:
    """The bound follows how well foreign questions do in memories of several sizes."""
    random = np.random.default_rng(1)

    def ground(low: float, high: float) -> Ground:
        def asked(best: float) -> Put:
            rest = random.uniform(low, high, 127).tolist()
            return put([best, *rest], [0.0] * 128, 0)

        foreign = [replace(asked(0.0), relevant=np.zeros(128, dtype=bool)) for _ in range(60)]
        return Ground([asked(0.6) for _ in range(60)], foreign)

    least, growth = fitted_bound([ground(0.4, 0.4)], 0.2, 0)
    assert growth == pytest.approx(0, abs=0.01)
    assert least == pytest.approx(0.5, abs=0.05)
    assert fitted_bound([ground(-0.5, 0.9)], 0.2, 0)[1] > growth + 0.02


def test_too_few_questions_fit_nothing() -> None:
    """On a handful of questions the rules stay as they ship."""
    rules = RetrievalPolicy()
    few = [put([0.5, 0.52], [1.0, 0.0], 0, f"{n}") for n in range(FEWEST - 1)]
    assert fitted_rules(few, [Ground(few, few)], rules, 0) is rules
    assert fitted_rules(few * 2, [Ground(few, [])], rules, 0) is rules


def test_bm25_prefers_the_rare_word_said_often_in_a_short_text() -> None:
    """The baseline is the customary formula: rarity, saturation, length."""
    texts = ["grind grind burr", "grind", "milk", "milk foam " * 20 + "burr"]
    scores = Bm25(texts).scores("grinding burrs")
    assert np.argsort(-scores).tolist()[:2] == [0, 1]
    assert scores[3] > scores[2] == 0
    assert Bm25(texts).shares("grind the burr").tolist() == [1, 0.5, 0, 0.5]
    assert not Bm25(texts).scores("").any()


def test_windows_hold_whole_sentences() -> None:
    """A long passage is cut at sentences, and all of it is in one window or another."""
    sentences = [f"This is sentence number {n} of the lot." for n in range(40)]
    windows = windows_of(" ".join(sentences), 50)
    assert " ".join(windows) == " ".join(sentences)
    assert all(len(window.split()) <= 50 for window in windows)
    assert windows_of("Short enough.") == []


@pytest.mark.timeout(600)
def test_the_shipped_search_clears_its_floors() -> None:
    """No change may lose what the search reaches on fields it was never fitted on."""
    measurement = RetrievalMeasurement(RETRIEVAL)
    found = figures_of(measurement)
    for name, floor in FLOORS["retrieval"].items():
        assert found.metrics[name] >= floor, name
    assert found.metrics["mrr_at_10"] >= found.baselines["minilm"]["mrr_at_10"]
    assert found.metrics["word_weight_bread"] == RetrievalPolicy().word_weight


@pytest.mark.timeout(600)
def test_questions_without_fields_are_measured_as_one_memory(tmp_path: Path) -> None:
    """The least that anyone can bring is enough for every measure."""
    foreign = {"id": "f", "text": "how do I tune a guitar?", "relevant": []}
    measurement = RetrievalMeasurement(write(tmp_path, [PASSAGE], [QUERY, foreign]))
    ids = [case.id for case in measurement.cases()]
    assert ids == ["rank/memory/q", "own/memory/q", "foreign/memory/f"]
    found = figures_of(measurement)
    assert found.metrics["mrr_at_10"] == 1
    assert found.metrics["abstention_near"] == 1
    assert {"minilm", "bm25"} <= set(found.baselines)
