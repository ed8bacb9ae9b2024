"""Every importer against a count that shares no code with it: on real archives, and on made ones.

Of each archive is told how many records a plain count finds, how many messages arrived, and how
many were skipped, with the reasons. Real archives are those of `PASSDOWN_DATA`, where it is.
"""

from __future__ import annotations

import json
import mailbox
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree as ET

from evals.bench.counts_made import made, mixed
from evals.bench.fuzz_seeds import Files
from evals.bench.measure import Row
from evals.bench.streams import data_folder

REASONS_TOLD = 3
_SAID = re.compile(rb"(?m)^\[\d\d:\d\d[^\]]*\] .*$|^=== .*$|^[^ \n].*$")


@dataclass(frozen=True, slots=True)
class Count:
    """One archive: counted by itself, and imported."""

    format: str
    source: str
    """`made`, or the name of the real archive."""
    independent: int
    imported: int
    skipped: int
    reasons: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every record that a plain count finds has arrived, or is named as skipped."""
        return self.independent == self.imported + self.skipped

    def row(self) -> Row:
        """As the bench prints it: imported and skipped, beside the count."""
        why = f"; {'; '.join(self.reasons)}" if self.reasons else ""
        return Row(
            "counts",
            f"{self.format}, {self.source}: {self.skipped} skipped{why}",
            self.imported + self.skipped,
            "messages",
            "counted",
            self.independent,
        )


def bench_counts() -> list[Row]:
    """One row an archive; a ratio of 1 says that nothing was lost."""
    return [one.row() for one in counts()]


def counts(*, real: bool = True) -> Iterator[Count]:
    """Count and import every made archive, and with `real` those that are at hand."""
    for name, files in made().items():
        yield _made(name, files, COUNTERS[name])
    yield _made("mixed", mixed(), _count_mixed)
    if real:
        for name, folder, counter in REAL:
            path = data_folder() / "communities" / folder
            if path.is_dir():
                yield _counted(name, folder, path, counter(path))


def _made(name: str, files: Files, counter: Callable[[Path], int]) -> Count:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archive"
        for file, text in files.items():
            place = path / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text)
        return _counted(name, "made", path, counter(path))


def _counted(name: str, source: str, path: Path, independent: int) -> Count:
    from agent.sources.importer import import_archive
    from memory.clock import SystemClock
    from memory.store.sql import SqlStore

    with _space() as folder:
        store = SqlStore.open(folder / "counts.sqlite")
        try:
            report = import_archive(store, path, "Counts", SystemClock())
            with store.reading() as unit:
                stored = unit.talk.count_messages(report.community_id)
        finally:
            store.close()
    reasons = Counter(re.sub(r"[\d'\"]+", "", one.why)[:60].strip() for one in report.skipped)
    told = tuple(f"{n} x {why}" for why, n in reasons.most_common(REASONS_TOLD))
    return Count(name, source, independent, stored, report.skipped_count, told)


@contextmanager
def _space() -> Iterator[Path]:
    """A folder for a store, apart from the archive."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8-sig"))


def _count_slack(path: Path) -> int:
    """Events of all day files."""
    return sum(len(_read(day)) for day in path.glob("*/????-??-??.json"))


def _count_posts(path: Path) -> int:
    """Questions and answers."""
    rows = ET.parse(path / "Posts.xml").getroot().iter("row")  # noqa: S314  archives of our own and of the data folder
    return sum(row.get("PostTypeId") in {"1", "2"} for row in rows)


def _count_mails(path: Path) -> int:
    """Mails, as Python's own mailbox finds them."""
    found = 0
    for file in path.rglob("*.mbox"):
        box = mailbox.mbox(str(file), create=False)
        found += len(box)
        box.close()
    return found


def _count_discourse(path: Path) -> int:
    found = [_read(file) for file in path.rglob("*.json")]
    return sum(len(one["post_stream"]["posts"]) if "post_stream" in one else 1 for one in found)


def _count_lists(path: Path) -> int:
    return sum(len(_read(file)) for file in path.rglob("*.json"))


def _count_issues(path: Path) -> int:
    issues = chain.from_iterable(_read(file) for file in path.rglob("*.json"))
    return sum(1 + len(one["comments"]) for one in issues)


def _count_messages(path: Path) -> int:
    return sum(len(_read(file)["messages"]) for file in path.rglob("*.json"))


def _count_log_lines(path: Path) -> int:
    """Lines that are filled and not indented, of the raw files where there are such."""
    logs = sorted(path.rglob("*.raw.txt")) or sorted(path.rglob("*.log"))
    return sum(len(_SAID.findall(log.read_bytes().replace(b"\r", b""))) for log in logs)


def _count_lines(path: Path) -> int:
    rows = (row for file in path.rglob("*.jsonl") for row in file.read_bytes().split(b"\n"))
    return sum(bool(row.strip()) for row in rows)


def _count_mixed(path: Path) -> int:
    counters = (_count_mails, _count_log_lines, _count_lines, _count_messages)
    return sum(count(path) for count in counters) + _count_posts(path / "site")


COUNTERS: Mapping[str, Callable[[Path], int]] = {
    "slack": _count_slack,
    "stackexchange": _count_posts,
    "mbox": _count_mails,
    "discourse": _count_discourse,
    "zulip": _count_lists,
    "github": _count_issues,
    "discord": _count_messages,
    "matrix": _count_messages,
    "irc": _count_log_lines,
    "jsonl": _count_lines,
}
REAL: tuple[tuple[str, str, Callable[[Path], int]], ...] = (
    ("slack", "slack-export", _count_slack),
    ("stackexchange", "coffee.stackexchange", _count_posts),
    ("stackexchange", "beer.stackexchange", _count_posts),
    ("irc", "ubuntu-irc", _count_log_lines),
)
