"""Fit the weights by which it is told who answers whom in chat logs, and report on days held out.

`python -m evals.fit.replies` reads `$PASSDOWN_DATA/communities/ubuntu-irc`, prints F of each day by
weights that never saw it, and rewrites `prompts/replies.toml` by all days. A message chooses among
beginning anew and its candidates by a softmax of their scores; where more than one is marked, any
will do. No text of the logs is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.sources.irc_answers import PAIR_GROUPS, START_GROUPS, Cases, Weights, answered, cases_of
from agent.sources.irc_channels import Decide, Heard, IrcChannel
from agent.sources.irc_days import LogClock
from agent.sources.irc_lines import read_line
from agent.sources.irc_turns import Turn, Window
from evals.labelled.replies import MarkedLog, read_marked_logs
from memory.errors import UserInputError

Array = NDArray[np.float64]
Places = NDArray[np.int64]
SHIPPED = Path(__file__).parents[2] / "prompts" / "replies.toml"
DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
STRENGTH = 1.0
"""Of the pull towards 0, `STRENGTH / 2 * weight^2` beside the log-loss; chosen on held-out days."""
MOST_STEPS = 200
SOME_DAY = date(2000, 1, 1)
"""What counts in a log are the gaps; its day does not."""
_SIZES = (*START_GROUPS.values(), *PAIR_GROUPS.values())
_FIRST = np.cumsum([0, *_SIZES])
WEIGHTS = int(_FIRST[-1])


@dataclass(frozen=True, slots=True)
class Choice:
    """A message's cases, and which of the lines it may answer are marked."""

    cases: Cases
    begins: bool
    right: tuple[bool, ...]
    """Whether each candidate is marked."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Choices as arrays: a row for beginning anew and one for each candidate of each message."""

    active: Places
    """Shape (rows, groups); places in the weights, `WEIGHTS` for none."""
    owner: Places
    first: Places
    """Row with which each message begins."""
    right: NDArray[np.bool_]


def heard_lines(log: MarkedLog, decide: Decide) -> Iterator[Heard]:
    """Read a log as an import does; the index of each line is its number."""
    clock, channel = LogClock(SOME_DAY), IrcChannel(decide)
    at = datetime.combine(SOME_DAY, time(), UTC)
    for row in log.lines():
        line = read_line(row)
        at = (clock.at(line) if line else None) or at
        yield channel.hear(line, at)


def choices_of(log: MarkedLog) -> tuple[Choice, ...]:
    """The messages of a log that the marks tell of, each with what it could answer."""
    found: list[tuple[int, Cases]] = []

    def note(window: Window, turn: Turn) -> int | None:
        if window.count in log.links:
            found.append((window.count, cases_of(window, turn)))
        return None

    for _ in heard_lines(log, note):
        pass
    return tuple(
        Choice(
            cases,
            number in log.links[number],
            tuple(index in log.links[number] for index in cases.indices),
        )
        for number, cases in found
    )


def fit(choices: Sequence[Choice], strength: float = STRENGTH) -> Weights:
    """Return the weights under which what is marked is likeliest."""
    from scipy.optimize import minimize

    rows = _rows_of(choices)
    groups = rows.active.shape[1]
    solvable = np.logical_or.reduceat(rows.right, rows.first)
    use = solvable[rows.owner]

    def loss(weights: Array) -> tuple[float, Array]:
        scores = np.append(weights, 0.0)[rows.active].sum(axis=1)
        every = _log_sum(scores, rows)
        wanted = _log_sum(np.where(rows.right, scores, -np.inf), rows)
        chances = np.exp(scores - every[rows.owner])
        with np.errstate(invalid="ignore"):
            share = np.where(rows.right, np.exp(scores - wanted[rows.owner]), 0.0)
        slope = np.where(use, chances - np.where(use, share, 0.0), 0.0)
        gradient = np.bincount(
            rows.active.ravel(), np.repeat(slope, groups), minlength=WEIGHTS + 1
        )[:WEIGHTS]
        value = float((every - wanted)[solvable].sum() + strength / 2 * (weights @ weights))
        return value, gradient + strength * weights

    best = minimize(
        loss, np.zeros(WEIGHTS), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}
    ).x
    parts = [tuple(map(float, part)) for part in np.split(best, _FIRST[1:-1])]
    return Weights(tuple(parts[: len(START_GROUPS)]), tuple(parts[len(START_GROUPS) :]))


def _rows_of(choices: Sequence[Choice]) -> _Rows:
    width = max(len(START_GROUPS), len(PAIR_GROUPS))
    starts, pairs = _FIRST[: len(START_GROUPS)], _FIRST[len(START_GROUPS) : -1]
    active: list[list[int]] = []
    owner: list[int] = []
    right: list[bool] = []
    for number, one in enumerate(choices):
        row = [case + int(first) for case, first in zip(one.cases.start, starts, strict=True)]
        active.append(row + [WEIGHTS] * (width - len(row)))
        active += [
            [case + int(at) for case, at in zip(cases, pairs, strict=True)]
            for cases in one.cases.pairs
        ]
        owner += [number] * (1 + len(one.cases.pairs))
        right += [one.begins, *one.right]
    owners = np.array(owner, dtype=np.int64)
    return _Rows(
        np.array(active, dtype=np.int64),
        owners,
        np.searchsorted(owners, np.arange(len(choices))),
        np.array(right),
    )


def _log_sum(scores: Array, rows: _Rows) -> Array:
    """Log of the sum of exponentials of each message's rows, shape (messages,)."""
    highest = np.maximum.reduceat(scores, rows.first)
    safe = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        sums = np.log(np.add.reduceat(np.exp(scores - safe[rows.owner]), rows.first))
    return np.asarray(sums + safe)


def decided_by(weights: Weights) -> Decide:
    """Decide by these weights."""
    return lambda window, turn: answered(window, turn, weights)


def links_found(log: MarkedLog, decide: Decide) -> dict[int, int]:
    """Line to the line that it is found to answer, itself where none; of the lines told of."""
    return {
        heard.index: heard.index if heard.answers is None else heard.answers
        for heard in heard_lines(log, decide)
        if heard.index in log.links
    }


def f_of(log: MarkedLog, found: Mapping[int, int]) -> float:
    """F1 of links, beginnings among them."""
    right = sum(one in log.links[line] for line, one in found.items())
    return 2 * right / (len(found) + sum(map(len, log.links.values())))


def held_out(logs: Sequence[MarkedLog]) -> dict[str, Weights]:
    """Digest of each log to weights that were fitted on all others."""
    choices = {log.digest: choices_of(log) for log in logs}
    return {
        log.digest: fit([one for key in choices if key != log.digest for one in choices[key]])
        for log in logs
    }


def written(weights: Weights, logs: Sequence[MarkedLog]) -> str:
    """Return the weights as the shipped file holds them."""
    lines = [
        "# Who answers whom in chat logs; written by `python -m evals.fit.replies`, not by hand.",
        "# Weights by feature group, one a case: what the cases are, agent/sources/irc_answers.py",
        "# tells. `fitted_on` names the logs by digest, so that none is measured on its own fit.",
        f"fitted_on = {json.dumps([log.digest for log in logs])}",
    ]
    tables = (("start", START_GROUPS, weights.start), ("pair", PAIR_GROUPS, weights.pair))
    for table, groups, parts in tables:
        lines += ["", f"[{table}]"]
        for name, part in zip(groups, parts, strict=True):
            numbers = [f"{round(one, 3) + 0.0:g}" for one in part]
            rows = [", ".join(numbers[n : n + 14]) for n in range(0, len(numbers), 14)]
            inside = "".join(f"  {row},\n" for row in rows)
            lines.append(f"{name} = [\n{inside}]")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Report on days held out, and ship."""
    folder = Path(os.environ.get("PASSDOWN_DATA", DEFAULT_DATA)) / "communities" / "ubuntu-irc"
    if not folder.is_dir():
        raise UserInputError(f"{str(folder)!r} is missing; it holds the logs to fit on")
    logs = read_marked_logs(folder)
    unseen = held_out(logs)
    for log in logs:
        found = links_found(log, decided_by(unseen[log.digest]))
        print(f"{log.name}  F {f_of(log, found):.3f}")  # noqa: T201 - a script for the terminal
    weights = fit([one for log in logs for one in choices_of(log)])
    SHIPPED.write_text(written(weights, logs), encoding="utf-8")


if __name__ == "__main__":
    main()
