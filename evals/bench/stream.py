"""Triage on a stream: messages a second, memory from one size to the next, and what is kept.

Threads are told one at a time and judged by the shipped engine, in one process and in two at once.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.engines.protocol import Engine
from agent.method.readings import Standing
from evals.bench.measure import Measured, Row, Timed, in_own_process
from evals.bench.streams import Conversation, bare, conversations, tell

SIZES = (10_000, 100_000)
KEPT_MESSAGES = 9_000
"""Messages that the engine without its first pass is asked about, too: it is slow."""
BASELINE = "bare JSON parse + own words"


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging a part of the stream came to."""

    messages: int
    asked: int
    cpu: float
    """Seconds of processor time of all threads together, which other work leaves as it is."""


def _standings(told: Sequence[Conversation]) -> Mapping[str, Standing]:
    """Everybody's messages in one telling; nothing else is known of them."""
    said = Counter(person for each in told for person in each.people)
    return {person: Standing(messages=count) for person, count in said.items()}


def _judge(messages: int, part: int, parts: int) -> Timed:
    """Judge a part of the stream; timed from the first thread, the engine being warm."""
    from agent.services.sweeping import ask_threshold
    from agent.services.workplace import open_workplace

    told = conversations()[1]
    standings = _standings(told)
    with TemporaryDirectory() as folder, open_workplace(Path(folder) / "home") as work:
        engine, threshold = work.context.engine, ask_threshold(work)
        for view in tell(told, 200, 0, 1):
            engine.judge(view, standings)
        began, used, count, asked = time.perf_counter(), time.process_time(), 0, 0
        for view in tell(told, messages, part, parts):
            readings = engine.judge(view, standings)
            asked += sum(not r.gates_failed and r.score >= threshold for r in readings)
            count += len(view.messages)
        cpu = time.process_time() - used
        return Timed(time.perf_counter() - began, Judged(count, asked, cpu))


def _parse(messages: int, part: int, parts: int) -> Timed:
    told = conversations()[1]
    began, used, count = time.perf_counter(), time.process_time(), 0
    for _ in bare(told, messages, part, parts):
        count += 1
    cpu = time.process_time() - used
    return Timed(time.perf_counter() - began, Judged(count, 0, cpu))


def _asked(engine: Engine, threshold: float, told: Sequence[Conversation]) -> set[str]:
    """Ids of the messages that an engine would ask about."""
    standings = _standings(told)
    return {
        reading.message.id
        for view in tell(told, KEPT_MESSAGES, 0, 1)
        for reading in engine.judge(view, standings)
        if not reading.gates_failed and reading.score >= threshold
    }


def _kept() -> tuple[int, int, int, int]:
    """What is kept, and of how much: by the first pass alone, and by both quick passes together.

    The first pass is held to the engine without it; both to one whose reader reads every message.
    """
    from agent.engines.shipped import embedded_engine
    from agent.services.sweeping import ask_threshold
    from agent.services.workplace import open_workplace

    told = conversations()[1]
    told = told[:: max(1, sum(len(each.lines) for each in told) // KEPT_MESSAGES)]
    with TemporaryDirectory() as folder, open_workplace(Path(folder) / "home") as work:
        triage, threshold = work.catalogue.triage, ask_threshold(work)
        reader = triage.reader and triage.reader.model_copy(update={"from_log_odds": -math.inf})
        without: dict[str, object] = {"first_pass": None}
        found = []
        for changed in (without, {**without, "reader": reader}):
            changed_triage = triage.model_copy(update=changed)
            catalogue = work.catalogue.model_copy(update={"triage": changed_triage})
            found.append(_asked(embedded_engine(catalogue, work.policy), threshold, told))
        kept = _asked(work.context.engine, threshold, told)
        first, every = found
        return len(first & kept), len(first), len(every & kept), len(every)


def _side_by_side(messages: int, workers: int) -> tuple[float, float]:
    """Messages a second of all workers together, and the largest one's peak memory in MB."""
    with ThreadPoolExecutor(workers) as pool:
        parts = [
            pool.submit(in_own_process, _judge, messages, part, workers) for part in range(workers)
        ]
        found: list[Measured] = [part.result() for part in parts]
    count = sum(one.found.messages for one in found)
    return count / max(one.seconds for one in found), max(one.peak_mb for one in found)


def bench_stream(sizes: Sequence[int] = SIZES) -> list[Row]:
    """Per size: one process, two at once, and peak memory; then memory's growth and what is kept.

    Rates are of the whole stream: reading, threading and judging; `of one core` counts processor
    time, so that it holds on a busy machine too. Memory at each size has that of
    the smallest as its baseline.
    """
    rows: list[Row] = []
    smallest = 0.0
    for size in sizes:
        parsed = in_own_process(_parse, size, 0, 1)
        base = parsed.found.messages / parsed.seconds
        base_per_cpu = parsed.found.messages / parsed.found.cpu
        one = in_own_process(_judge, size, 0, 1)
        rate, per_cpu = one.found.messages / one.seconds, one.found.messages / one.found.cpu
        both, peak = _side_by_side(size, 2)
        smallest = smallest or one.peak_mb
        named = f"{size:,} messages"
        rows += [
            Row("stream", f"{named}, 1 process", rate, "messages/s", BASELINE, base),
            Row("stream", f"{named}, 2 processes", both, "messages/s", BASELINE, base),
            Row("stream", f"{named}, of one core", per_cpu, "msg/CPU s", BASELINE, base_per_cpu),
            Row("stream", f"{named}, asked", one.found.asked, "moments", "messages", size),
            Row("stream", f"{named}, peak", one.peak_mb, "MB", f"at {sizes[0]:,}, MB", smallest),
            Row("stream", f"{named}, peak of 2", peak, "MB", f"at {sizes[0]:,}, MB", smallest),
        ]
    kept, wanted, kept_of_all, all_wanted = in_own_process(_kept).found
    rows += [
        Row("stream", "kept by the first pass", kept, "moments", "asked without", wanted),
        Row("stream", "kept by both passes", kept_of_all, "moments", "reading all", all_wanted),
    ]
    return rows
