"""The task `contradictions`: its pairs, what it counts, and that a worse comparison fails it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.labelled.pairs import (
    EDITS,
    MESSAGES,
    SAID,
    has_archives,
    read_edited_pairs,
    read_pairs,
)
from evals.sample import CONTRADICTIONS
from evals.tasks.chosen import measuring
from evals.tasks.contradictions import ContradictionsMeasurement
from evals.tasks.measurement import data_folder
from evals.tasks.statistics import Figures
from memory.errors import UserInputError


def measured(engine: str = "embedded") -> Figures:
    """The figures of the shipped pairs."""
    measurement = ContradictionsMeasurement(CONTRADICTIONS)
    with measuring(engine):
        seen = [
            measurement.compare(case.id, measurement.observe(case.id))[1]
            for case in measurement.cases()
        ]
    return measurement.figures(seen)


def test_contradictions_are_surfaced_and_likeness_is_not() -> None:
    """On the shipped pairs the goals are reached, and both sides are always kept."""
    found = measured().metrics
    assert (found["contradicting"], found["alike"]) == (10, 10)
    assert found["surfaced"] >= 0.8
    assert found["false_alarms"] <= 0.1
    assert found["kept_both"] == 1.0


def test_a_comparison_that_is_worse_on_purpose_fails() -> None:
    """Taking likeness for contradiction shows in both figures."""
    found = measured("sabotaged").metrics
    assert found["surfaced"] < 0.3
    assert found["false_alarms"] > 0.2


@pytest.mark.parametrize("name", [EDITS, MESSAGES])
def test_half_of_the_later_words_is_kept_from_tuning(name: str) -> None:
    """100 of them, half against the guide's; both of one sentence fall into the same half."""
    rows = [json.loads(line) for line in (CONTRADICTIONS / name).read_text().splitlines()]
    assert len(rows) == 100
    assert sum(row["contradicts"] for row in rows) == 50
    halves: dict[str, set[str]] = {row["sentence"]: set() for row in rows}
    for row in rows:
        halves[row["sentence"]].add(row["half"])
    assert all(len(half) == 1 for half in halves.values())
    assert sum(half == {"reporting"} for half in halves.values()) == 25


def test_messages_are_reported_on_other_communities() -> None:
    """No archive of the later messages is both tuned on and reported."""
    rows = [json.loads(line) for line in (CONTRADICTIONS / MESSAGES).read_text().splitlines()]
    archives = {half: {row["archive"] for row in rows if row["half"] == half}
                for half in ("tuning", "reporting")}  # fmt: skip
    assert len(archives["reporting"]) == 2
    assert not archives["tuning"] & archives["reporting"]


@pytest.mark.parametrize("name", [EDITS, MESSAGES])
def test_all_later_words_find_their_sentence(tmp_path: Path, name: str) -> None:
    """The sentences that were written on are in the archives; others are named."""
    edits, data = CONTRADICTIONS / name, data_folder()
    if not has_archives(edits, data):
        pytest.skip("the archives are not at hand; PASSDOWN_DATA names their folder")
    pairs = read_edited_pairs(edits, data)
    assert len({pair.id for pair in pairs}) == 100
    strange = tmp_path / name
    row = json.loads(edits.read_text().splitlines()[0]) | {"message": "nobody"}
    strange.write_text(json.dumps(row))
    with pytest.raises(UserInputError, match="nobody"):
        read_edited_pairs(strange, data)


def test_whole_messages_are_told_from_each_other() -> None:
    """Of made-up messages in people's own words, most that object are found, and few others."""
    measurement = ContradictionsMeasurement(CONTRADICTIONS / SAID, limit=24)
    seen = [
        measurement.compare(case.id, measurement.observe(case.id))[1]
        for case in measurement.cases()
    ]
    found = measurement.figures(seen).metrics
    assert found["surfaced_in_messages"] >= 0.5
    assert found["false_alarms"] <= 0.2
    assert found["kept_both"] == 1.0


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": "", "told": "x"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    """Whatever is wrong in a file of pairs is told with its line."""
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(UserInputError, match="line 2"):
        read_pairs(file)
