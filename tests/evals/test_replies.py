"""Who answers whom is measured link by link, and the shipped weights clear their floors."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.sources.irc_answers import PAIR_GROUPS, START_GROUPS, Weights, shipped_weights
from agent.sources.irc_turns import Turn, Window
from evals.fit.replies import Choice, choices_of, decided_by, f_of, fit, links_found, written
from evals.labelled.replies import read_marked_logs
from evals.sample import REPLIES
from evals.tasks import engines
from evals.tasks.chosen import EngineName, measuring
from evals.tasks.replies import RepliesMeasurement, answers_addressed, answers_previous
from evals.tasks.statistics import Figures
from memory.errors import UserInputError
from prompts.replies import RepliesEntry, load_replies

FLOORS = tomllib.loads(Path(engines.__file__).with_name("floors.toml").read_text(encoding="utf-8"))[
    "replies"
]
DAYS = (
    Path(os.environ.get("PASSDOWN_DATA", Path(__file__).parents[3] / "shared/data"))
    / "communities"
    / "ubuntu-irc"
)


def figures_of(measurement: RepliesMeasurement) -> Figures:
    """Find the links of every stretch, as the task does."""
    return measurement.figures(
        [measurement.compare(one.id, measurement.observe(one.id))[1] for one in measurement.cases()]
    )


def marked_log(folder: Path, rows: list[str], links: list[str], name: str = "a") -> Path:
    """Write a log with its marks; return the folder."""
    (folder / f"{name}.raw.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / f"{name}.annotation.txt").write_text("\n".join(links) + "\n", encoding="utf-8")
    return folder


TALK = ["[10:00] <ann> it sticks?", "[10:01] <bo> ann: grease it", "[10:02] <cy> morning"]


def test_the_shipped_weights_clear_their_floors() -> None:
    """No change may lose what is found on a log that nothing was fitted on."""
    found = figures_of(RepliesMeasurement(REPLIES))
    for name, floor in FLOORS.items():
        assert found.metrics[name] >= floor, name
        assert found.metrics[f"{name}_low"] <= found.metrics[name] <= found.metrics[f"{name}_high"]
    for baseline in found.baselines.values():
        assert baseline["f1"] < found.metrics["f1"]


def test_weights_that_find_nothing_fall_below_the_floors() -> None:
    """The measure can fail: beginnings alone are not enough."""
    with measuring(EngineName.SABOTAGED):
        found = figures_of(RepliesMeasurement(REPLIES))
    assert found.metrics["f1"] < FLOORS["f1"]
    assert found.metrics["recall_answers"] == 0


def test_links_count_as_they_are_published(tmp_path: Path) -> None:
    """A beginning is a link to itself, and each of several marked answers is one to be found."""
    folder = marked_log(tmp_path, TALK, ["0 0 -", "0 1 -", "1 2 -", "0 2 -"])
    measurement = RepliesMeasurement(folder)
    (case,) = measurement.cases()
    said = {
        name: [[0, 0], [1, 0], [2, 2]] for name in ("", "previous_message", "last_of_addressed")
    }
    score, outcome = measurement.compare(case.id, said)
    assert score == 2 / 3
    assert (outcome["marked"], outcome["marked_answers"]) == (4, 3)
    assert outcome["counts"][""] == {
        "found": 3,
        "right": 2,
        "found_answers": 1,
        "right_answers": 1,
    }
    assert measurement.figures([outcome]).metrics["f1"] == 4 / 7


def test_baselines_answer_as_they_say() -> None:
    """One answers the message before, the other the last of whom it addresses."""
    window = Window()
    for nick, text in (("ann", "it sticks"), ("bo", "hm"), ("cy", "hello")):
        window.add(window.turn(nick, text, 0.0))
    turn = window.turn("dee", "ann: grease it", 1.0)
    assert answers_previous(window, turn) == 2
    assert answers_addressed(window, turn) == 0
    assert answers_addressed(window, window.turn("dee", "grease it", 1.0)) == 2
    assert answers_previous(Window(), turn) is None


def test_a_fit_learns_what_is_marked_and_ships_it(tmp_path: Path) -> None:
    """Weights fitted on marks that always name the addressee find such answers elsewhere."""
    rows, links = [], []
    for n in range(0, 60, 2):
        rows += [f"[10:{n % 60:02d}] <ann> it sticks?", f"[10:{n % 60:02d}] <bo> ann: grease it"]
        links += [f"{n} {n} -", f"{n} {n + 1} -"]
    (log,) = read_marked_logs(marked_log(tmp_path, rows, links))
    weights = fit(choices_of(log))
    assert f_of(log, links_found(log, decided_by(weights))) == 1
    shipped = RepliesEntry.model_validate(tomllib.loads(written(weights, [log])))
    assert shipped.fitted_on == (log.digest,)
    assert {name: len(part) for name, part in shipped.pair.items()} == PAIR_GROUPS
    assert {name: len(part) for name, part in shipped.start.items()} == START_GROUPS


def test_no_log_is_measured_on_its_own_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A log that the weights were fitted on is read by a fit on the others alone."""
    for name in "ab":
        marked_log(tmp_path, TALK, ["0 0 -", "0 1 -", "2 2 -"], name)
    (tmp_path / "b.raw.txt").write_text("\n".join([*TALK, "[10:03] <ann> thanks"]) + "\n")
    logs = read_marked_logs(tmp_path)
    entry = load_replies().model_copy(update={"fitted_on": tuple(log.digest for log in logs)})
    monkeypatch.setattr("evals.tasks.replies.load_replies", lambda: entry)
    used: list[int] = []

    def fitted(choices: Sequence[Choice]) -> Weights:
        used.append(len(choices))
        return shipped_weights()

    monkeypatch.setattr("evals.tasks.replies.fit", fitted)
    figures_of(RepliesMeasurement(tmp_path))
    assert used == [3, 3]


@pytest.mark.data
@pytest.mark.skipif(not DAYS.is_dir(), reason="PASSDOWN_DATA has no ubuntu-irc")
def test_the_days_are_read_as_their_guide_says() -> None:
    """Ten days, 250 marked lines each, and the shipped weights say that they were fitted there."""
    logs = read_marked_logs(DAYS)
    assert [len(log.links) for log in logs] == [250] * 10
    assert min(min(log.links) for log in logs) == 1000
    assert load_replies().fitted_on == tuple(log.digest for log in logs)


def test_an_empty_window_begins_anew() -> None:
    """The first message of a channel answers nothing."""
    window = Window()
    turn: Turn = window.turn("ann", "yes, because of that", 0.0)
    assert decided_by(shipped_weights())(window, turn) is None


@pytest.mark.parametrize("links", [[], ["1 two -"], ["0 9 -"]])
def test_marks_that_cannot_be_read_are_refused(tmp_path: Path, links: list[str]) -> None:
    """Marks that are no links, or that tell of lines that are not there, are told with the file."""
    with pytest.raises(UserInputError, match=r"a\.annotation\.txt"):
        read_marked_logs(marked_log(tmp_path, TALK, links))
    (tmp_path / "a.raw.txt").unlink()
    with pytest.raises(UserInputError, match="no log"):
        read_marked_logs(tmp_path)
    (tmp_path / "a.annotation.txt").unlink()
    with pytest.raises(UserInputError, match="holds no"):
        read_marked_logs(tmp_path)
