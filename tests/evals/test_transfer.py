"""The transfer task: the frozen reader reads, and gains and overreach are what they are called."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.labelled.scenarios import ScenarioKind, read_scenarios
from evals.sample import SLACK_EXPORT
from evals.tasks.frozen_reader import FrozenReader, passages_of
from evals.tasks.matched_summary import summary_of
from evals.tasks.statistics import Array, Statistic
from evals.tasks.transfer import Arm, Tally, gain
from memory.errors import UserInputError
from memory.index.minilm import MiniLmEmbedder

GOOD = {
    "id": "a",
    "about": "rinse the filter",
    "kind": "scenario",
    "question": "The cup tastes of paper. What would help?",
    "options": ["Rinse the filter with hot water.", "Grind the beans finer than before."],
    "answer": 0,
}
TEXT = (
    "The cup tastes of paper when the filter is dry. Rinse the paper filter with hot water before "
    "you brew. A finer grind makes the coffee bitter."
)


@pytest.fixture(scope="module")
def reader() -> FrozenReader:
    """The reader as the task uses it."""
    return FrozenReader(MiniLmEmbedder())


def test_the_reader_takes_the_option_that_the_text_says(reader: FrozenReader) -> None:
    """With the text it chooses by it and is sure; the order of the options does not matter."""
    question, options = str(GOOD["question"]), ["Rinse the filter with hot water.", "Use a cloth."]
    said = reader.answer(TEXT, question, options)
    assert (said.option, said.sure) == (0, True)
    assert reader.answer(TEXT, question, options[::-1]).option == 1


def test_the_reader_is_never_sure_without_a_text_or_on_another_subject(
    reader: FrozenReader,
) -> None:
    """Nothing read, nothing known."""
    question, options = str(GOOD["question"]), ["Rinse the filter.", "Use a finer grind."]
    assert not reader.answer("", question, options).sure
    other = "The invoice is due within thirty days. Payments go to the main account."
    assert not reader.answer(other, question, options).sure


def test_neighbouring_sentences_are_read_together() -> None:
    """What one sentence says of the other is a passage, too."""
    assert passages_of("It is late. Go home. Sleep.") == [
        "It is late.",
        "Go home.",
        "Sleep.",
        "It is late. Go home.",
        "Go home. Sleep.",
    ]


def test_a_summary_is_about_as_long_as_asked_and_in_order() -> None:
    """Sentences of the text alone, in their order, within half a sentence of the length."""
    sentences = [f"Sentence {n} speaks of filters and water in the pot." for n in range(12)]
    summary = summary_of(sentences, 30, MiniLmEmbedder())
    assert 20 <= len(summary.split()) <= 40
    kept = [one for one in sentences if one in summary]
    assert " ".join(kept) == summary
    assert summary_of([], 30, MiniLmEmbedder()) == ""


def outcome(guide_id: str, kind: ScenarioKind, *, right: bool, sure: bool) -> dict[str, object]:
    """One question as it is kept, every arm alike."""
    arms = {arm.value: {"right": right, "sure": sure} for arm in Arm}
    return {"guide_id": guide_id, "kind": kind.value, "words": dict.fromkeys(Arm, 9), **arms}


def test_accuracy_needs_to_be_sure_and_overreach_counts_what_was_sure_and_wrong() -> None:
    """Abstaining is no right answer and no overreach; what is unanswerable is never right."""
    outcomes = [
        outcome("g", ScenarioKind.SCENARIO, right=True, sure=True),
        outcome("g", ScenarioKind.SCENARIO, right=True, sure=False),
        outcome("h", ScenarioKind.BOUNDARY, right=False, sure=True),
        outcome("h", ScenarioKind.UNANSWERABLE, right=False, sure=False),
    ]
    tally = Tally(Arm.GUIDE, outcomes, ["g", "h"])
    every = np.ones((1, 2))

    def told(name: str) -> float:
        return float(tally.of(name)(every)[0])

    assert told("accuracy") == pytest.approx(1 / 3)
    assert told("forced") == pytest.approx(2 / 3)
    assert told("overreach") == pytest.approx(1 / 2)
    assert told("boundary_accuracy") == 0


def test_the_gain_is_normalised() -> None:
    """From .5 to .75 half of what could be won is won; where all is right it is undefined."""

    def always(value: float) -> Statistic:
        def statistic(counts: Array) -> Array:
            return np.full(len(counts), value)

        return statistic

    one = np.ones((1, 3))
    assert gain(always(0.75), always(0.5))(one)[0] == pytest.approx(0.5)
    assert np.isnan(gain(always(1.0), always(1.0))(one)[0])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"answer": None}, "line 1.*unanswerable"),
        ({"answer": 7}, "line 1.*no option 7"),
        ({"options": ["Same.", "Same."]}, "line 1.*the same"),
        ({"kind": "other"}, "line 1: kind"),
        ({"more": 1}, "line 1: more"),
    ],
)
def test_a_bad_question_is_named(tmp_path: Path, change: dict[str, object], told: str) -> None:
    """File, line and what is wrong."""
    file = tmp_path / "scenarios.jsonl"
    file.write_text(json.dumps(GOOD | change) + "\n", encoding="utf-8")
    with pytest.raises(UserInputError, match=told):
        read_scenarios(file)


def test_questions_are_told_apart_by_id(tmp_path: Path) -> None:
    """One id twice, no question at all, and a file that is no text are refused."""
    file = tmp_path / "scenarios.jsonl"
    file.write_text(f"{json.dumps(GOOD)}\n\n{json.dumps(GOOD)}\n", encoding="utf-8")
    with pytest.raises(UserInputError, match="line 3: 'a' stands twice"):
        read_scenarios(file)
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(UserInputError, match="no question"):
        read_scenarios(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserInputError, match="UTF-8"):
        read_scenarios(file)


def test_the_sample_asks_evenly() -> None:
    """No place is right more often than another, and every kind is asked."""
    asked = read_scenarios(SLACK_EXPORT.parent / "scenarios.jsonl")
    places = [sum(one.answer == place for one in asked) for place in range(4)]
    assert max(places) - min(places) <= 2
    assert {one.kind for one in asked} == set(ScenarioKind)
