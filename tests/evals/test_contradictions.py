"""The task `contradictions`: its pairs, what it counts, and that a worse comparison fails it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.labelled.pairs import EDITS, has_archives, read_edited_pairs, read_pairs
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


def test_half_of_the_later_sentences_is_kept_from_tuning() -> None:
    """100 sentences, half against the guide's; both of one sentence fall into the same half."""
    rows = [json.loads(line) for line in (CONTRADICTIONS / EDITS).read_text().splitlines()]
    assert len(rows) == 100
    assert sum(row["contradicts"] for row in rows) == 50
    halves: dict[str, set[str]] = {row["sentence"]: set() for row in rows}
    for row in rows:
        halves[row["sentence"]].add(row["half"])
    assert all(len(half) == 1 for half in halves.values())
    assert sum(half == {"reporting"} for half in halves.values()) == 25


def test_every_later_sentence_finds_its_own(tmp_path: Path) -> None:
    """The sentences that were written on are in the archives; others are named."""
    edits, data = CONTRADICTIONS / EDITS, data_folder()
    if not has_archives(edits, data):
        pytest.skip("the archives are not at hand; PASSDOWN_DATA names their folder")
    pairs = read_edited_pairs(edits, data)
    assert len({pair.id for pair in pairs}) == 100
    strange = tmp_path / EDITS
    row = json.loads(edits.read_text().splitlines()[0]) | {"message": "nobody"}
    strange.write_text(json.dumps(row))
    with pytest.raises(UserInputError, match="nobody"):
        read_edited_pairs(strange, data)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": "", "told": "x"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    """Whatever is wrong in a file of pairs is told with its line."""
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(UserInputError, match="line 2"):
        read_pairs(file)
