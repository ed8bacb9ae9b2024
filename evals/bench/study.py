"""Settings of the published study played by the agent: seconds each, beside a bare random asker."""

from __future__ import annotations

import time
from random import Random

from evals.bench.measure import Row, Timed, in_own_process
from evals.community.settings import Setting, make_firm, stratified
from evals.community.study import run_setting

SETTINGS = 24
SEED = 0


def bench_study(count: int = SETTINGS) -> list[Row]:
    """Seconds a setting and a question, one process.

    The baseline builds the same organisations and asks at random, keeping nothing.
    """
    played, bare = in_own_process(_play, count), in_own_process(_bare, count)
    beside = "asked at random, nothing kept"
    return [
        Row("study", "a setting", played.seconds / count, "s", beside, bare.seconds / count),
        Row(
            "study",
            "a question",
            1000 * played.seconds / played.found,
            "ms",
            beside,
            1000 * bare.seconds / bare.found,
        ),
        Row("study", "questions", played.found, "questions", beside, bare.found),
        Row("study", "peak memory", played.peak_mb, "MB", beside, bare.peak_mb),
    ]


def _play(count: int) -> Timed:
    began = time.perf_counter()
    questions = sum(run_setting(setting, SEED)["questions"] for setting in _settings(count))
    return Timed(time.perf_counter() - began, questions)


def _bare(count: int) -> Timed:
    """Everybody in a random order until every column was told."""
    began = time.perf_counter()
    questions = 0.0
    for setting in _settings(count):
        firm = make_firm(setting, SEED)
        order = list(range(len(firm.holds)))
        Random(firm.title).shuffle(order)  # noqa: S311 - a simulation
        known: set[int] = set()
        while len(known) < len(firm.columns):
            known |= set(firm.holds[order.pop()])
            questions += 1
    return Timed(time.perf_counter() - began, questions)


def _settings(count: int) -> tuple[Setting, ...]:
    return stratified(count, SEED)
