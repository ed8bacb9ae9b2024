"""Taking in one followed path when it looks different from what was read of it last."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.services.watching_events import Teller, Told
from agent.services.watching_state import FollowedPath
from agent.services.watching_view import Followed, Look, WholeParts
from agent.services.workplace import Workplace
from agent.sources.archive import kept_open
from agent.sources.detect import recognise
from agent.sources.importer import ImportReport, import_source, refuse_silence
from agent.sources.jsonl import JsonlSource
from agent.sources.jsonl_growing import GrowingJsonl
from agent.sources.mbox import MboxSource
from agent.sources.mbox_growing import GrowingMbox
from agent.sources.mbox_scan import begins_mbox
from agent.sources.protocol import Source
from memory.errors import PassdownError, StoreError
from memory.records.people import Community

SKIPPED_TOLD = 10
"""Records that could not be read, told of one reading."""
WAITING_KEPT = 20


@dataclass
class PathFollower:
    """Follows one path for one community."""

    work: Workplace
    community_name: str
    path: Path
    teller: Teller
    beat: Callable[..., None]
    """Called between two transactions of an import; what it raises ends the import there."""
    seconds: Callable[[], float] = time.time
    """Seconds since 1970 by the clock that files are stamped with."""

    def __post_init__(self) -> None:
        self._id = Community.id_of(self.community_name)
        self._followed = Followed(self.path)
        self._growing: GrowingJsonl | GrowingMbox | None = None

    def follow(self, before: FollowedPath) -> FollowedPath:
        """Take in what is new and whole; returns what is known of the path afterwards.

        What cannot be read is told once and not tried again until it changes; where the home
        could not be used, it is tried again at the next look.
        """
        mark = before.mark
        try:
            look = self._followed.look(self.seconds())
            before = self._told_waiting(before, look)
            if look.mark == mark or look.is_empty:
                return before
            mark = look.mark
            after = self._take_in(look, before)
        except StoreError as error:
            self.teller.tell_once(Told.FAILED, before.path, why=str(error))
            return before
        except PassdownError as error:
            self.teller.tell_once(Told.UNREADABLE, before.path, why=str(error))
            return before.model_copy(update={"mark": mark, "problem": str(error)})
        for kind in (Told.UNREADABLE, Told.FAILED):
            self.teller.forget(kind, before.path)
        return after

    def _told_waiting(self, before: FollowedPath, look: Look) -> FollowedPath:
        """Name what is not whole yet, each file once until it is."""
        self.teller.forget(Told.WAITING, before.path, look.waiting)
        for name, why in look.waiting.items():
            self.teller.tell_once(Told.WAITING, before.path, name, why)
        return before.model_copy(update={"waiting": tuple(look.waiting)[:WAITING_KEPT]})

    def _take_in(self, look: Look, before: FollowedPath) -> FollowedPath:
        """Import what is there, unless exactly this was imported to its end before."""
        new = 0
        with kept_open(look.archive):
            source, goes_on = self._opened(look)
            archive = source.fingerprint()
            if not self._is_finished(archive):
                if not goes_on:
                    refuse_silence(source, self.path)
                report = import_source(
                    self.work.store,
                    source,
                    self.community_name,
                    self.work.clock,
                    on_progress=self.beat,
                )
                self._tell_taken(look, before, report)
                new = report.added + report.changed
                self._remember(source)
        if before.archive not in {"", archive}:
            with self.work.store.writing() as unit:
                unit.talk.drop_cursor(self._id, before.archive)
        return before.model_copy(
            update={
                "mark": look.mark,
                "archive": archive,
                "length": look.length,
                "messages": before.messages + new,
                "changed_at": self.work.clock.now() if new else before.changed_at,
                "problem": "",
            }
        )

    def _opened(self, look: Look) -> tuple[Source, bool]:
        """The source to read, and whether it goes on where it ended; what it knew is let go of.

        So an import that fails halfway is followed by a reading of the whole.
        """
        growing, self._growing = self._growing, None
        if growing is not None and growing.go_on(look.archive):
            return growing, True
        source = recognise(self.path).open(self.path, self._id)
        alone = isinstance(look.archive, WholeParts) and len(look.archive.sizes) == 1
        if alone and isinstance(source, JsonlSource):
            return GrowingJsonl(look.archive, self._id), False
        if alone and isinstance(source, MboxSource) and begins_mbox(look.archive, self._only(look)):
            return GrowingMbox(look.archive, self._id), False
        return source, False

    @staticmethod
    def _only(look: Look) -> str:
        return next(iter(look.archive.sizes))

    def _remember(self, source: Source) -> None:
        if isinstance(source, GrowingJsonl | GrowingMbox):
            source.ended()
            self._growing = source

    def _is_finished(self, archive: str) -> bool:
        with self.work.store.reading() as unit:
            cursor = unit.talk.cursor(self._id, archive)
        return cursor is not None and cursor.finished

    def _tell_taken(self, look: Look, before: FollowedPath, report: ImportReport) -> None:
        if look.length < before.length:
            self.teller.tell(Told.REPLACED, before.path)
        for one in report.skipped[:SKIPPED_TOLD]:
            self.teller.tell_once(Told.SKIPPED, before.path, one.where, one.why)
        if report.added or report.changed:
            counts = {"added": report.added, "changed": report.changed}
            counts["skipped"] = report.skipped_count
            self.teller.tell(Told.IMPORTED, before.path, counts)
