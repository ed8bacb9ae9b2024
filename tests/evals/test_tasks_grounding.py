"""The gate clears its floors on edits nobody tuned it on, and guides are measured as made."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from evals.labelled.edits import read_attributions
from evals.sample import EDITS, EXPERTS_FILE
from evals.tasks import engines
from evals.tasks.chosen import measuring
from evals.tasks.citations import CitationsMeasurement
from evals.tasks.grounding import GroundingMeasurement, auroc
from evals.tasks.guide import GuideMeasurement
from evals.tasks.made_guides import made_guides
from evals.tasks.measurement import Measurement
from evals.tasks.statistics import Figures
from memory.errors import UserInputError

FLOORS = tomllib.loads(Path(engines.__file__).with_name("floors.toml").read_text(encoding="utf-8"))
TALK = [
    {"type": "member", "id": "ines", "name": "In\u00eas Carvalho"},
    {"type": "member", "id": "bo", "name": "Bo Ek"},
    {"type": "member", "id": "cy", "name": "Cy Wu"},
    {"type": "thread", "id": "t1", "title": "orders grows and grows", "channel": "pg-help"},
    {
        "id": "1",
        "thread": "t1",
        "author": "bo",
        "kind": "question",
        "text": "The table orders grew from 9 to 31 GB in a month while the row count stands "
        "still, and updates get slower every day. Should I lower the fillfactor for all tables?",
        "time": "2025-10-06T09:00:00Z",
    },
    {
        "id": "2",
        "thread": "t1",
        "author": "ines",
        "kind": "answer",
        "reply_to": "1",
        "score": 6,
        "text": "for that table, yes. just drop the fillfactor on orders to 85 and repack it "
        "tonight. don't touch the global setting",
        "time": "2025-10-06T09:20:00Z",
    },
    {
        "id": "3",
        "thread": "t1",
        "author": "bo",
        "reply_to": "2",
        "text": "Thanks, that worked! Back to 12 GB.",
        "time": "2025-10-07T08:00:00Z",
    },
]


def figures_of(measurement: Measurement) -> Figures:
    """Put every case to the gate, as the task does."""
    return measurement.figures(
        [measurement.compare(one.id, measurement.observe(one.id))[1] for one in measurement.cases()]
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of an archive and scripted people, as the tasks read it."""
    folder = tmp_path_factory.mktemp("played")
    (folder / "archive").mkdir()
    lines = "".join(json.dumps(line) + "\n" for line in TALK)
    (folder / "archive" / "talk.jsonl").write_text(lines, encoding="utf-8")
    shutil.copy(EXPERTS_FILE, folder / "experts.toml")
    return folder


@pytest.mark.timeout(300)
def test_the_gate_clears_its_floors(tmp_path: Path) -> None:
    """On the report half of the shipped edits, more is caught than by plain overlap."""
    shutil.copy(EDITS / "report.jsonl", tmp_path)
    found = figures_of(GroundingMeasurement(tmp_path))
    for name, floor in FLOORS["grounding"].items():
        assert found.metrics[name] >= floor, name
    assert found.metrics["caught"] > found.baselines["word_overlap"]["caught"]
    assert found.metrics["auroc"] > found.baselines["word_overlap"]["auroc"]


def test_halves_share_no_edit() -> None:
    """What may be read when working on the gate is never what it is reported on."""
    halves: dict[str, set[str]] = {}
    for one in read_attributions([EDITS]):
        halves.setdefault(one.file, set()).add(one.id)
    assert set(halves) == {"development", "report", "own"}
    assert not halves["development"] & halves["report"]


def test_auroc_counts_pairs_in_the_right_order() -> None:
    """Ties count half, and resampled items count as often as they are drawn."""
    statistic = auroc([1, 0, 1, 0], [0.9, 0.1, 0.5, 0.5])
    assert statistic(np.ones((1, 4)))[0] == pytest.approx(3.5 / 4)
    assert statistic(np.array([[2.0, 1, 0, 1]]))[0] == 1
    assert np.isnan(statistic(np.array([[1.0, 0, 1, 0]]))[0])


def test_tables_and_edits_are_told_apart(tmp_path: Path) -> None:
    """Responses of a table make the AUROC, edits the shares, and both may lie in one folder."""
    (tmp_path / "begin.tsv").write_text(
        "knowledge\tresponse\tbegin_label\n"
        "Grind finer.\tGrind finer.\tFully attributable\n"
        "Grind finer.\tI like tea.\tNot fully attributable\n",
        encoding="utf-8",
    )
    edit = {"id": "e", "text": "Grind coarser.", "evidence": ["Grind finer."], "faithful": False}
    (tmp_path / "edits.jsonl").write_text(json.dumps(edit) + "\n", encoding="utf-8")
    found = figures_of(GroundingMeasurement(tmp_path)).metrics
    assert (found["auroc"], found["caught"]) == (1, 1)
    assert (found["responses"], found["edits"]) == (2, 1)
    assert "accepted" not in found


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("a.jsonl", '{"id": "x"}', "line 1"),
        ("a.jsonl", "not json", "line 1"),
        ("a.tsv", "knowledge\tresponse\nx\ty\n", "begin_label"),
        ("a.txt", "", "no edits"),
    ],
)
def test_bad_items_are_named(tmp_path: Path, name: str, content: str, because: str) -> None:
    """A line or column that cannot be read is named with its file."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UserInputError, match=because):
        GroundingMeasurement(tmp_path)


@pytest.mark.timeout(600)
def test_guides_are_made_from_an_archive_and_its_people(played: Path) -> None:
    """A folder of talk and a script gives guides whose every sentence its citations carry."""
    cited = figures_of(CitationsMeasurement(played))
    assert cited.metrics["guides"] == 1
    assert cited.metrics["recall"] == 1
    assert cited.metrics["precision"] >= 0.95
    assert cited.metrics["stored_recall"] == cited.metrics["recall"]
    told = figures_of(GuideMeasurement(played))
    assert told.metrics["fidelity"] == 1
    assert told.metrics["completeness"] > told.baselines["thread"]["completeness"]
    assert 0 < told.metrics["actionability"] <= 1


@pytest.mark.timeout(600)
def test_careless_guides_score_visibly_worse(played: Path) -> None:
    """Invented sentences, wrong citations and forgotten limits show in each measure of guides."""

    def measured() -> tuple[float, float]:
        return (
            figures_of(CitationsMeasurement(played)).metrics["recall"],
            figures_of(GuideMeasurement(played)).metrics["fidelity"],
        )

    shipped = measured()
    with measuring("sabotaged"):
        worse = measured()
    assert all(one <= other - 0.3 for one, other in zip(worse, shipped, strict=True)), worse


def test_a_folder_that_is_neither_home_nor_played_is_refused(tmp_path: Path) -> None:
    """What is missing is named."""
    with pytest.raises(UserInputError, match=r"experts\.toml"):
        made_guides(tmp_path)
