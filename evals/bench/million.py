"""Import and triage of archives up to a million messages, made from real ones, none twice.

    python -m evals.bench million [--sizes 10000,100000,1000000]

Each message is a real one told anew: from the second telling on some of its words are exchanged for
others of the same talk, and a text that was told before gets a number of its own. So no cache of
texts and no compression of repeats makes anything look quicker than it is.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count as counting
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evals.bench.archives import bare_parse
from evals.bench.measure import Row, Timed, in_own_process

SIZES = (10_000, 100_000)
BASELINE = "bare JSON parse"
NAME = "bench"
EXCHANGED = 0.3
"""Share of the longer words of a message that are exchanged."""
BEGAN = datetime(2015, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=40)
"""Between two messages; a million of them are a year and a quarter."""
Talk = Sequence[Mapping[str, Any]]
"""The messages of one conversation, as fields."""
_WORD = re.compile(r"[A-Za-z]{4,12}")


@dataclass(frozen=True, slots=True)
class Worked:
    """Seconds of processor time, and how many records were read and kept."""

    cpu: float
    read: int
    kept: int


def write_retold(path: str, messages: int) -> None:
    """Write a JSONL archive of so many messages, in threads, deterministically."""
    from evals.bench.streams import conversations

    talks = [
        [json.loads(line) for line in conversation.lines] for conversation in conversations()[1]
    ]
    words = sorted(
        {word for talk in talks for said in talk for word in _WORD.findall(said["text"])}
    )
    told, seen = 0, set[bytes]()
    with Path(path).open("w", encoding="utf-8") as out:
        for number, cycle, talk in _cycled(talks):
            drawn = random.Random(number)  # noqa: S311  a choice of words is no secret
            for said in talk[: messages - told]:
                text = said["text"] if cycle == 0 else _exchanged(said["text"], words, drawn)
                key = blake2b(text.encode(), digest_size=8).digest()
                text = f"{text} #{told}" if key in seen else text
                seen.add(key)
                line = {
                    "id": f"m{told}",
                    "thread": f"t{number}",
                    "author": said["author_id"],
                    "time": (BEGAN + STEP * told).isoformat(),
                    "text": text,
                    "bot": said["from_bot"],
                }
                out.write(json.dumps(line) + "\n")
                told += 1
            if told >= messages:
                return


def _cycled(talks: Sequence[Talk]) -> Iterator[tuple[int, int, Talk]]:
    """Yield the number of a telling, how often all was told before, and the talk, for ever."""
    number = 0
    for cycle in counting():
        for talk in talks:
            yield number, cycle, talk
            number += 1


def _exchanged(text: str, words: Sequence[str], drawn: random.Random) -> str:
    def other(found: re.Match[str]) -> str:
        return drawn.choice(words) if drawn.random() < EXCHANGED else found[0]

    return _WORD.sub(other, text)


def _parse(archive: str) -> Worked:
    used = time.process_time()
    count = bare_parse(archive)
    return Worked(time.process_time() - used, count, 0)


def _import(archive: str, home: str) -> Timed:
    from agent.services.importing import import_into
    from agent.services.workplace import open_workplace

    with open_workplace(Path(home)) as work:
        began, used = time.perf_counter(), time.process_time()
        report = import_into(work, Path(archive), NAME)
        cpu = time.process_time() - used
        return Timed(time.perf_counter() - began, Worked(cpu, report.messages, report.added))


def _import_and_judge(archive: str, home: str) -> Timed:
    """Import, then let triage judge every thread; the reader is loaded within the time taken."""
    from agent.services.identity import pick_community
    from agent.services.importing import import_into
    from agent.services.sweeping import SweepReport, find_moments
    from agent.services.workplace import open_workplace

    with open_workplace(Path(home)) as work:
        began, used, report = time.perf_counter(), time.process_time(), SweepReport()
        import_into(work, Path(archive), NAME)
        find_moments(work, pick_community(work), report, None)
        cpu = time.process_time() - used
        found = Worked(cpu, report.threads_judged, report.moments_found)
        return Timed(time.perf_counter() - began, found)


def bench_million(sizes: Sequence[int] = SIZES) -> list[Row]:
    """Per size: messages a second of import, of import with triage, and peak memory of each.

    The baseline of each rate parses the same file in the same run; `of one core` counts processor
    time of all threads, so that it holds on a busy machine too. Memory at each size has that at the
    smallest as its baseline, and that of the bare parse. Raises `RuntimeError` where a message was
    taken for another.
    """
    rows: list[Row] = []
    first: dict[str, float] = {}
    for size in sizes:
        with TemporaryDirectory() as folder:
            archive = str(Path(folder) / "talk.jsonl")
            in_own_process(write_retold, archive, size)
            bare = in_own_process(_parse, archive)
            imported = in_own_process(_import, archive, str(Path(folder) / "home"))
            if (imported.found.read, imported.found.kept) != (size, size):
                raise RuntimeError(f"{size:,} messages came in as {imported.found}")
            judged = in_own_process(_import_and_judge, archive, str(Path(folder) / "other"))
        smallest = f"at {sizes[0]:,}, MB"
        for what, one in (("import", imported), ("import + triage", judged)):
            named = f"{size:,}: {what}"
            first.setdefault(what, one.peak_mb)
            rows += [
                _row(named, size / one.seconds, "messages/s", BASELINE, size / bare.seconds),
                _row(
                    f"{named}, of one core",
                    size / one.found.cpu,
                    "msg/CPU s",
                    BASELINE,
                    size / bare.found.cpu,
                ),
                _row(f"{named}, peak", one.peak_mb, "MB", smallest, first[what]),
                _row(f"{named}, peak", one.peak_mb, "MB", BASELINE, bare.peak_mb),
            ]
        rows.append(
            _row(f"{size:,}: asked", judged.found.kept, "moments", "threads", judged.found.read)
        )
    return rows


def _row(what: str, value: float, unit: str, baseline: str, baseline_value: float) -> Row:
    return Row("million", what, value, unit, baseline, baseline_value)
