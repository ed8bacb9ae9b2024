"""Messages imported per second and peak memory, beside a bare JSON parse of the same file."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.bench.archives import bare_parse, write_archive
from evals.bench.measure import Row, Timed, in_own_process


def _import(archive: str, home: str) -> Timed:
    from agent.services.importing import import_into
    from agent.services.workplace import open_workplace

    with open_workplace(Path(home)) as work:
        began = time.perf_counter()
        report = import_into(work, Path(archive), "bench")
        return Timed(time.perf_counter() - began, report.messages)


def bench_imports(sizes: tuple[int, ...] = (10_000, 100_000)) -> list[Row]:
    """For each size: messages a second and peak memory, ours and bare."""
    rows: list[Row] = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            archive = Path(folder) / "talk.jsonl"
            write_archive(archive, messages=size, until=datetime(2025, 1, 1, tzinfo=UTC))
            ours = in_own_process(_import, str(archive), str(Path(folder) / "home"))
            bare = in_own_process(bare_parse, str(archive))
        rows += [
            Row(
                "import",
                f"{size:,} messages",
                size / ours.seconds,
                "messages/s",
                "bare JSON parse",
                size / bare.seconds,
            ),
            Row(
                "import",
                f"{size:,} messages, peak memory",
                ours.peak_mb,
                "MB",
                "bare JSON parse",
                bare.peak_mb,
            ),
        ]
    return rows
