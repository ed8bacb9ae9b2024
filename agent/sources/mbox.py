"""Mail archives: mbox files as mail programs, pipermail and list servers write them, and maildirs.

Any file that begins as an mbox does, plain or gzipped, alone or in a folder or zip; and files that
hold one mail each (`.eml`, a maildir's `cur` and `new`). Months in names ("2004-January") are read
in order of time. A mail is known by its Message-ID, without one by a digest of what it says; what
repeats an id is skipped and said so. Threads are found as `mail_threads` tells, own words as
`mail_text` tells. Attachments are left out with a mark; the channel is the list's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from agent.sources.archive import Archive, open_archive
from agent.sources.mail_messages import MailReader
from agent.sources.mbox_scan import begins_mbox, head_of, scan_mails
from agent.sources.reading import StreamedSource, Told
from agent.sources.stream import skip
from memory.errors import SourceError

NAME = "mbox"
JUDGED_FILES = 40
"""How many files of a folder are looked at to recognise it."""
_MONTHS = "january february march april may june july august september october november december"
_MONTH_FILE = re.compile(
    r"((?:19|20)\d\d)[-_. ]?(" + "|".join(_MONTHS.split()) + r")", re.IGNORECASE
)
_ONE_MAIL = re.compile(r"(?:.*/)?(?:cur|new)/[^/]+|.*\.eml", re.IGNORECASE | re.DOTALL)
_HEADER = re.compile(rb"[\x21-\x39\x3b-\x7e]+:")
_NO_MAIL = (".json", ".jsonl", ".ndjson", ".xml", ".html", ".csv")


class MboxFormat:
    """Recognises files by how they begin, not by their names."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        archive = open_archive(path)
        names = [name for name in archive.sizes if _may_hold_mail(name)]
        return any(_holds_mail(archive, name) for name in names[:JUDGED_FILES])

    def open(self, path: Path, community_id: str) -> MboxSource:
        return MboxSource(open_archive(path), community_id)


def _may_hold_mail(name: str) -> bool:
    return not name.lower().endswith(_NO_MAIL)


def _holds_mail(archive: Archive, name: str) -> bool:
    if begins_mbox(archive, name):
        return True
    return bool(_ONE_MAIL.fullmatch(archive.top + name) and _HEADER.match(head_of(archive, name)))


def is_mail_file(archive: Archive, name: str) -> bool:
    """Whether a file holds mail, by its name and how it begins."""
    return _may_hold_mail(name) and _holds_mail(archive, name)


def _order(name: str) -> tuple[str, int, str]:
    """Sort by name, but months of a year by the calendar."""
    month = _MONTH_FILE.search(name)
    if not month:
        return name, 0, ""
    return name[: month.start()] + month[1], _MONTHS.split().index(month[2].lower()), name


class MboxSource(StreamedSource):
    """One archive of mails."""

    name = NAME

    def told(self) -> Iterator[Told]:
        """Tell every mail; files that hold none are passed over, broken ones end as skipped."""
        reader = MailReader(self._platform)
        sizes = self._archive.sizes
        files = sorted((name for name in sizes if _may_hold_mail(name)), key=_order)
        total, done = sum(sizes[name] for name in files) or 1, 0
        for file in files:
            if _holds_mail(self._archive, file):
                try:
                    for raw in scan_mails(self._archive, file):
                        fraction = (done + raw.fraction * sizes[file]) / total
                        for item in reader.read(file, raw):
                            yield item, fraction
                except SourceError as error:
                    yield skip(file, error), (done + sizes[file]) / total
            done += sizes[file]
