"""Task `replies`: whether it is found in a chat log who answers whom.

A message answers one before it or begins anew (a link to itself), and every found link is held
against those that are marked, as Kummerfeld et al. 2019 count them (their best F on their test
part: 72.3). `..._answers` leaves beginnings out. A log on which the shipped weights were fitted is
read by weights that were fitted on all the others, so no log is measured on its own fit. By default
the ten days of `PASSDOWN_DATA/communities/ubuntu-irc`, else the shipped sample.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from agent.sources.irc_answers import shipped_weights
from agent.sources.irc_channels import Decide
from agent.sources.irc_turns import Turn, Window
from evals.fit.replies import Choice, choices_of, decided_by, fit, links_found
from evals.labelled.replies import MarkedLog, marked_files, read_marked_logs
from evals.sample import REPLIES
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import Case, Outcome, data_folder, drawn, tell
from evals.tasks.statistics import Figures, share, with_interval
from prompts.replies import load_replies

STRETCH = 25
"""Lines of a log that make one item: what stands together stands or falls together."""
Links = Mapping[int, int]
"""Line to the line that it answers, itself where it begins anew."""


class RepliesMeasurement:
    """Links found in marked logs, beside two rules that need no weights."""

    name = "replies"

    def __init__(self, items: Path | None, limit: int = 0, seed: int = 0) -> None:
        kept = data_folder() / "communities" / "ubuntu-irc"
        path = items or (kept if kept.is_dir() else REPLIES)
        self.files = marked_files(path)
        self._seed = seed
        self._logs = {log.name: log for log in read_marked_logs(path)}
        self._found: dict[str, Mapping[str, Links]] = {}
        self._items = {
            f"{log.name}:{lines[0]}": (log, lines)
            for log in self._logs.values()
            for lines in _stretches(log)
        }
        chosen = set(drawn(tuple(self._items), limit, seed))
        self._items = {key: one for key, one in self._items.items() if key in chosen}

    def cases(self) -> Sequence[Case]:
        return [
            Case(
                key, f"{log.name}, lines {lines[0]} to {lines[-1]}", json.dumps(_marked(log, lines))
            )
            for key, (log, lines) in self._items.items()
        ]

    def observe(self, case_id: str) -> Outcome:
        """Found links of each way of finding them: pairs of a line and what it answers."""
        log, lines = self._items[case_id]
        if log.name not in self._found:
            tell("logs read", len(self._found), len(self._logs))
            decisions = {"": self._decision(log), **RULES}
            self._found[log.name] = {
                name: links_found(log, decide) for name, decide in decisions.items()
            }
        return {
            name: [[line, links[line]] for line in lines]
            for name, links in self._found[log.name].items()
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Share of the found links that are marked, and all counts."""
        log, lines = self._items[case_id]
        marked = [(line, to) for line in lines for to in log.links[line]]
        outcome: Outcome = {
            "marked": len(marked),
            "marked_answers": sum(line != to for line, to in marked),
            "counts": {name: _counted(log, links) for name, links in said.items()},
        }
        shipped = outcome["counts"][""]
        return shipped["right"] / shipped["found"], outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        return Figures(
            self._measures(outcomes, ""),
            {name: self._measures(outcomes, name) for name in RULES},
        )

    def _measures(self, outcomes: Sequence[Outcome], name: str) -> dict[str, float]:
        measures: dict[str, float] = {}
        for kind in ("", "_answers"):
            right = [float(one["counts"][name][f"right{kind}"]) for one in outcomes]
            found = [float(one["counts"][name][f"found{kind}"]) for one in outcomes]
            marked = [float(one[f"marked{kind}"]) for one in outcomes]
            both = [a + b for a, b in zip(found, marked, strict=True)]
            of, seed = len(outcomes), self._seed
            measures |= with_interval(f"f1{kind}", share([2 * n for n in right], both), of, seed)
            measures |= with_interval(f"precision{kind}", share(right, found), of, seed)
            measures |= with_interval(f"recall{kind}", share(right, marked), of, seed)
        return measures

    def _decision(self, log: MarkedLog) -> Decide:
        """The shipped decision, by weights that never saw this log; or one worse on purpose."""
        if sabotaged():
            return answers_nobody
        if log.digest not in load_replies().fitted_on:
            return decided_by(shipped_weights())
        fitted = load_replies().fitted_on
        others = [one for one in self._logs.values() if one.digest in fitted and one is not log]
        return decided_by(fit([choice for one in others for choice in self._choices[one.name]]))

    @cached_property
    def _choices(self) -> dict[str, tuple[Choice, ...]]:
        return {name: choices_of(log) for name, log in self._logs.items()}


def answers_previous(window: Window, turn: Turn) -> int | None:
    """Baseline: every message answers the one before it."""
    found = window.candidates(turn.at)
    return found[0][0] if found else None


def answers_addressed(window: Window, turn: Turn) -> int | None:
    """Baseline: the latest message of whom it addresses; else the one before it."""
    found = window.candidates(turn.at)
    of_them = [index for index, one in found if one.speaker in turn.targets]
    return of_them[0] if of_them else answers_previous(window, turn)


def answers_nobody(_window: Window, _turn: Turn) -> int | None:
    """Every message begins anew: worse on purpose."""
    return None


RULES: Mapping[str, Decide] = {
    "previous_message": answers_previous,
    "last_of_addressed": answers_addressed,
}


def _stretches(log: MarkedLog) -> Iterator[list[int]]:
    """The marked lines of a log, so many at a time."""
    lines = sorted(log.links)
    for first in range(0, len(lines), STRETCH):
        yield lines[first : first + STRETCH]


def _marked(log: MarkedLog, lines: Sequence[int]) -> list[list[int]]:
    return [[line, to] for line in lines for to in sorted(log.links[line])]


def _counted(log: MarkedLog, links: Sequence[Sequence[int]]) -> dict[str, int]:
    right = [(line, to) for line, to in links if to in log.links[line]]
    return {
        "found": len(links),
        "right": len(right),
        "found_answers": sum(line != to for line, to in links),
        "right_answers": sum(line != to for line, to in right),
    }
