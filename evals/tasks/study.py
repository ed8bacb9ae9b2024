"""Task `study`: the 864 settings of a published simulation (arXiv 2507.03811), rebuilt.

Each case is an organisation in which knowledge of a table's columns has spread from one person.
The shipped review asks around; full recall is that every column is named in the report. In some of
the settings what the paper leaves open is chosen the other way round too, beside the figures of
what was chosen there (`as_chosen`). Settings that are finished are kept (`PASSDOWN_BUILD`), so a
run that was stopped goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from evals.community.finished import run_all
from evals.community.settings import (
    CHOSEN,
    OTHERWISE,
    Choices,
    Firm,
    Setting,
    make_firm,
    stratified,
)
from evals.sabotaged.asking import Forgetful
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import Case, Outcome, tell
from evals.tasks.statistics import Figures, share, with_interval
from memory.errors import UserInputError

PUBLISHED = {"full_recall": 820 / 864, "questions": 34.0, "met_zero": 0.30}
"""What the paper reports of its own agent."""

OTHERWISE_IN = 72
"""Settings in which what the paper leaves open is chosen the other way round."""


class StudyMeasurement:
    """Some or all of the 864 settings."""

    name = "study"
    files: Sequence[Path] = ()

    def __init__(
        self, folder: Path | None, limit: int = 0, seed: int = 0, kept: Path | None = None
    ) -> None:
        if folder is not None:
            raise UserInputError(f"the settings are built in; {str(folder)!r} cannot be read")
        self._settings = {setting.key: setting for setting in stratified(limit, seed)}
        self._seed = seed
        self._kept = kept
        self._found: Mapping[str, Mapping[str, float]] = {}
        self._others: Mapping[str, Mapping[str, Mapping[str, float]]] = {}

    def cases(self) -> Sequence[Case]:
        return [Case(key, key, "") for key in self._settings]

    def observe(self, case_id: str) -> Outcome:
        """What asking around came to in one setting; all are run at the first call."""
        if not self._found:
            settings = list(self._settings.values())
            self._found = self._run(settings, CHOSEN)
            some = settings[:: max(1, len(settings) // OTHERWISE_IN)]
            self._others = {name: self._run(some, other) for name, other in OTHERWISE.items()}
        firm = make_firm(self._settings[case_id], self._seed)
        others = {
            name: dict(found[case_id]) for name, found in self._others.items() if case_id in found
        }
        return {"agent": dict(self._found[case_id]), "rivals": _rivals(firm), "otherwise": others}

    def _run(
        self, settings: Sequence[Setting], choices: Choices
    ) -> Mapping[str, Mapping[str, float]]:
        return run_all(
            settings,
            self._seed,
            lambda done, of: tell("asking around", done, of),
            folder=self._kept,
            kind=Forgetful if sabotaged() else None,
            choices=choices,
        )

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Whether every column is named."""
        del case_id
        return float(said["agent"]["recall"] == 1.0), said

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        count = len(outcomes)
        metrics = {"settings": float(count)} | _figures(
            [one["agent"] for one in outcomes], self._seed
        )
        asked = [one["agent"]["questions"] for one in outcomes]
        metrics |= {"questions_least": min(asked), "questions_most": max(asked)}
        baselines = {
            rival: _figures([one["rivals"][rival] for one in outcomes], self._seed)
            for rival in outcomes[0]["rivals"]
        }
        baselines |= _chosen_otherwise(outcomes, self._seed)
        return Figures(metrics, baselines | {"published": PUBLISHED})


def _chosen_otherwise(outcomes: Sequence[Outcome], seed: int) -> dict[str, dict[str, float]]:
    """The agent by choice, in the settings in which all were tried, beside what was chosen."""
    tried = [one for one in outcomes if one["otherwise"]]
    if not tried:
        return {}
    found = {name: [one["otherwise"][name] for one in tried] for name in OTHERWISE}
    found["as_chosen"] = [one["agent"] for one in tried]
    return {
        name: _figures(some, seed) | {"settings": float(len(some))} for name, some in found.items()
    }


def _figures(found: Sequence[Mapping[str, float]], seed: int) -> dict[str, float]:
    """Means with intervals of every number, and the share of full recall."""
    figures = with_interval(
        "full_recall", share([float(one["recall"] == 1.0) for one in found]), len(found), seed
    )
    for name in found[0]:
        figures |= with_interval(name, share([one[name] for one in found]), len(found), seed)
    return figures


def _rivals(firm: Firm) -> dict[str, dict[str, float]]:
    """Ask everyone, at random until all is known, up the line of managers, and who holds most.

    One question a person. Those who ask at random are told when they know all, which no real
    asker is.
    """
    order = list(range(len(firm.holds)))
    Random(f"{firm.title}:{firm.start}").shuffle(order)  # noqa: S311 - a simulation
    line = [firm.start]
    while (manager := firm.parents[line[-1]]) is not None:
        line.append(manager)
    return {
        "ask_everyone": _asked(firm, order, until_known=False),
        "random_routing": _asked(firm, order, until_known=True),
        "formal_hierarchy": _asked(firm, line, until_known=False),
        "oracle": _asked(firm, [firm.zero], until_known=True),
    }


def _asked(firm: Firm, people: Sequence[int], *, until_known: bool) -> dict[str, float]:
    known: set[int] = set()
    count = 0
    for person in people:
        if until_known and len(known) == len(firm.columns):
            break
        known |= set(firm.holds[person])
        count += 1
    return {
        "recall": len(known) / len(firm.columns),
        "questions": float(count),
        "contacts": float(count),
        "met_zero": float(firm.zero in people[:count]),
    }
