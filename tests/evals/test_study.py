"""The published study rebuilt: its settings, how knowledge spreads, and asking around in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.community.finished import run_all
from evals.community.settings import (
    FACTORS,
    OTHERWISE,
    Choices,
    Setting,
    all_settings,
    make_firm,
    stratified,
)
from evals.community.study import Employees, run_setting
from evals.tasks.study import PUBLISHED, StudyMeasurement
from memory.errors import UserInputError

SMALL = Setting(2, 20, 0.5, 0.8, 0.0, 5, 0)
SPARSE = Setting(5, 20, 0.1, 0.5, 0.0, 20, 1)


def test_there_are_864_settings() -> None:
    """The full factorial of the paper."""
    assert len(set(all_settings())) == 864


def test_a_subset_holds_each_level_about_as_often() -> None:
    """A limit draws by the factors, and the same for the same seed."""
    chosen = stratified(24, 3)
    assert len(set(chosen)) == 24
    assert chosen == stratified(24, 3)
    for name in FACTORS:
        counts = [
            sum(getattr(s, name) == level for s in chosen)
            for level in {getattr(s, name) for s in all_settings()}
        ]
        assert max(counts) - min(counts) <= 6, name


@pytest.mark.parametrize("setting", [SMALL, SPARSE, Setting(20, 200, 0.1, 0.8, 2.5, 5, 2)])
def test_knowledge_spreads_along_edges_from_one_person(setting: Setting) -> None:
    """Whoever holds a column had it from a neighbour who holds it; nobody is cut off."""
    firm = make_firm(setting, 0)
    assert len(firm.names) == setting.employees == len(set(firm.names))
    assert firm.holds[firm.zero] == dict.fromkeys(range(setting.columns))
    for person, held in enumerate(firm.holds):
        for column, source in held.items():
            assert (source is None) == (person == firm.zero)
            if source is not None:
                assert source in firm.neighbours[person]
                assert column in firm.holds[source]
    met, edge = {0}, [0]
    while edge:
        near = set(firm.neighbours[edge.pop()]) - met
        met |= near
        edge += near
    assert len(met) == setting.employees


def test_employees_answer_from_what_they_hold() -> None:
    """Patient zero explains every column and nobody else is needed."""
    firm = make_firm(SMALL, 0)
    employees = Employees(firm)
    reply = employees.respond(f"e{firm.zero}", f'On "{firm.title}": what was meant to happen?')
    assert all(sentence in reply.text for sentence in firm.sentences)
    assert employees.respond(f"e{firm.zero}", "How are you?").kind == "skip"


def test_what_the_paper_leaves_open_can_be_chosen_otherwise() -> None:
    """One column an answer, a neighbour in place of the source, and a start at any level."""
    firm = make_firm(SPARSE, 0)
    about = f'On "{firm.title}": what was meant to happen?'
    sparing = Employees(firm, OTHERWISE["one_column_an_answer"])
    reply = sparing.respond(f"e{firm.zero}", about)
    assert sum(sentence in reply.text for sentence in firm.sentences) == 1
    assert "ask" not in reply.text
    holder = next(n for n, held in enumerate(firm.holds) if held and n != firm.zero)
    telling = Employees(firm, Choices(names_sources=False, columns_an_answer=20))
    named = telling.respond(f"e{holder}", about).text.rpartition("ask ")[2].rstrip(".")
    knows_most = max(len(firm.holds[n]) for n in firm.neighbours[holder])
    assert len(firm.holds[firm.names.index(named)]) == knows_most
    starts = {make_firm(SPARSE, seed, OTHERWISE["start_anywhere"]).start for seed in range(30)}
    lowest = {make_firm(SPARSE, seed).start for seed in range(30)}
    assert min(starts) < min(lowest)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("setting", [SMALL, SPARSE])
def test_asking_around_finds_every_column(setting: Setting) -> None:
    """The shipped review walks by the names that people give until all is told."""
    found = run_setting(setting, 0)
    assert found["recall"] == 1
    assert found["kept"] == 1
    assert 1 <= found["contacts"] <= found["questions"] <= 2 * setting.employees


@pytest.mark.timeout(300)
def test_finished_settings_are_not_run_again(tmp_path: Path) -> None:
    """A run that was killed goes on; a line cut off by the kill is run anew."""
    told: list[tuple[int, int]] = []
    first = run_all([SMALL], 0, lambda done, of: told.append((done, of)), folder=tmp_path)
    (file,) = tmp_path.iterdir()
    with file.open("a", encoding="utf-8") as out:
        out.write('{"setting": "cut')
    again = run_all([SMALL], 0, lambda done, of: told.append((done, of)), folder=tmp_path)
    assert first == again == {SMALL.key: run_setting(SMALL, 0)}
    assert told == [(0, 1), (1, 1), (1, 1)]


def test_the_task_tells_itself_beside_what_was_published(tmp_path: Path) -> None:
    """Full recall, questions and contacts, with plain rivals; items are refused."""
    measurement = StudyMeasurement(None, limit=2, kept=tmp_path)
    said = {
        "agent": {"recall": 1.0, "questions": 4.0},
        "rivals": {"oracle": {"recall": 1.0, "questions": 1.0}},
        "otherwise": {name: {"recall": 0.0, "questions": 9.0} for name in OTHERWISE},
    }
    short = {
        "agent": {"recall": 0.5, "questions": 6.0},
        "rivals": said["rivals"],
        "otherwise": {},
    }
    figures = measurement.figures([said, short])
    assert figures.metrics["full_recall"] == 0.5
    assert figures.metrics["questions"] == 5
    assert figures.baselines["published"] == PUBLISHED
    assert figures.baselines["as_chosen"]["full_recall"] == 1
    assert all(figures.baselines[name]["questions"] == 9 for name in OTHERWISE)
    with pytest.raises(UserInputError, match="built in"):
        StudyMeasurement(tmp_path)
