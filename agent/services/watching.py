"""Following archives that grow: take in what is whole, then sweep, again and again.

What was read is kept in the record together with what it brought, so a watcher that ends at any
moment goes on from there. A path that cannot be read is named once and tried again when it changes;
the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.services.sweeping import SweepReport, sweep
from agent.services.watching_events import Teller, Told, WatchEvent
from agent.services.watching_paths import PathFollower
from agent.services.watching_state import (
    FollowedPath,
    WatchLease,
    WatchState,
    save_state,
    saved_state,
)
from agent.services.workplace import Workplace
from memory.errors import PolicyError, StoreError, UserInputError
from memory.records.people import Community

BEAT_SECONDS = 30.0
"""How often the lease is prolonged and the state kept when nothing happens."""
SWEEP_SECONDS = 60.0
"""A sweep comes at least so often: threads settle and time runs without anything being read."""


class Stopped(Exception):  # noqa: N818  no error: raised between two transactions, to leave there
    """Somebody asked the watcher to stop, or another one has the lease now."""

    def __init__(self, lost: UserInputError | None = None) -> None:
        super().__init__(str(lost or "asked to stop"))
        self.lost = lost


@dataclass
class Watcher:
    """Follows paths for one community."""

    work: Workplace
    community_name: str
    paths: Sequence[Path]
    hear: Callable[[WatchEvent], None]
    interval: float = 10.0
    """Seconds between two looks, and more where a look itself takes longer."""
    stopping: Callable[[], bool] = lambda: False
    seconds: Callable[[], float] = time.time
    """Seconds since 1970 by the clock that files are stamped with."""

    def __post_init__(self) -> None:
        self._id = Community.id_of(self.community_name)
        self.paths = list(dict.fromkeys(path.absolute() for path in self.paths))
        self._lease = WatchLease(self.work.store, self._id)
        self._teller = Teller(self.hear)
        self._followers = [
            PathFollower(
                self.work, self.community_name, path, self._teller, self._beat, self.seconds
            )
            for path in self.paths
        ]
        self._beaten = self._swept = float("-inf")
        self._state = WatchState(since=self.work.clock.now(), interval=self.interval)
        self._kept = self._state
        self._policy = self._policy_stamp()

    def run(self, wait: Callable[[float], object], *, once: bool = False) -> bool:
        """Watch until told to stop, or look once. True where the policy changed: open anew.

        `wait` sleeps for some seconds, or until it is time to stop. Raises `UserInputError` where
        another watcher follows this community, and for a path that is not and never was there.
        """
        self._begin()
        try:
            while True:
                began = time.monotonic()
                self._tolerating(self.look_once)
                if once or self._has_new_policy():
                    break
                self._rest(wait, max(self.interval, time.monotonic() - began))
        except Stopped as stopped:
            if stopped.lost is not None:
                raise stopped.lost from stopped
        self._end()
        return not once and not self.stopping()

    def look_once(self) -> bool:
        """Look at every path, and sweep when it is time. Whether anything was taken in."""
        before = self._state
        for follower in self._followers:
            self._beat()
            self._put(follower.follow(self._state.of(str(follower.path))))
        brought = any(
            after.messages != self._known(before, after) for after in self._state.followed
        )
        if brought or self._is_time_to_sweep():
            self._sweep()
        self._state = self._state.model_copy(update={"last_pass": self.work.clock.now()})
        if self._state.followed != self._kept.followed:
            self._keep()
        return brought

    @staticmethod
    def _known(state: WatchState, one: FollowedPath) -> int:
        return state.of(one.path).messages

    def _begin(self) -> None:
        with self.work.store.reading() as unit:
            before = saved_state(unit, self._id)
        known = {one.path: one for one in before.followed} if before else {}
        for path in self.paths:
            if str(path) not in known and not path.exists():
                raise UserInputError(f"there is no file or folder {str(path)!r} to follow")
        self._lease.take()
        self._beaten = time.monotonic()
        followed = [known.get(str(path)) or FollowedPath(path=str(path)) for path in self.paths]
        self._state = self._state.model_copy(update={"followed": tuple(followed)})
        self._keep()
        self._teller.tell(Told.STARTED, counts={"paths": len(self.paths)})

    def _end(self) -> None:
        """Give the lease back and keep that this was no accident."""
        self._state = self._state.model_copy(update={"stopped_at": self.work.clock.now()})
        self._keep()
        self._lease.drop()
        self._teller.tell(Told.STOPPED)

    def _beat(self, *_progress: object) -> None:
        """Leave where that was asked for, and prolong the lease when it is time."""
        if self.stopping():
            raise Stopped
        if time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        try:
            self._lease.take()
        except UserInputError as error:
            raise Stopped(error) from error
        self._beaten = time.monotonic()
        self._keep()

    def _rest(self, wait: Callable[[float], object], seconds: float) -> None:
        """Wait until the next look, beating."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._tolerating(self._beat)
            wait(min(left, BEAT_SECONDS))
        self._tolerating(self._beat)

    def _tolerating(self, step: Callable[[], object]) -> None:
        """Do one step; a home that cannot be used just now is told of, and tried again."""
        try:
            step()
        except StoreError as error:
            self._teller.tell_once(Told.FAILED, "", why=str(error))

    def _sweep(self) -> None:
        """Let the agent do what can be done; what fails is left for the next time."""
        try:
            with self.work.store.reading() as unit:
                community = unit.people.community(self._id)
            if community is None:
                return
            report = sweep(self.work, community, on_progress=self._beat)
        except StoreError as error:
            self._teller.tell_once(Told.FAILED, "", why=str(error))
            return
        self._swept = time.monotonic()
        self._state = self._state.model_copy(update={"failed": tuple(report.failed)})
        self._teller.forget(Told.FAILED, "", report.failed)
        for problem in report.failed:
            self._teller.tell_once(Told.FAILED, "", why=problem)
        if counts := _counts(report):
            self._teller.tell(Told.SWEPT, counts=counts)

    def _is_time_to_sweep(self) -> bool:
        if time.monotonic() - self._swept >= SWEEP_SECONDS:
            return True
        with self.work.store.reading() as unit:
            due = unit.inquiries.next_due()
        return due is not None and due.at <= self.work.clock.now()

    def _put(self, one: FollowedPath) -> None:
        followed = tuple(one if each.path == one.path else each for each in self._state.followed)
        self._state = self._state.model_copy(update={"followed": followed})

    def _keep(self) -> None:
        with self.work.store.writing() as unit:
            save_state(unit, self._id, self._state)
        self._kept = self._state

    def _policy_stamp(self) -> tuple[int, int] | None:
        try:
            facts = self.work.home.policy_file.stat()
        except OSError:
            return None
        return facts.st_size, facts.st_mtime_ns

    def _has_new_policy(self) -> bool:
        """Whether the policy file changed to one that is valid; another is told of, once."""
        stamp = self._policy_stamp()
        if stamp == self._policy:
            return False
        self._policy = stamp
        try:
            self.work.home.policy()
        except PolicyError as error:
            self._teller.tell_once(Told.FAILED, "", why=str(error))
            return False
        return True


def _counts(report: SweepReport) -> dict[str, int]:
    """What a sweep did, where it did anything."""
    counts = {
        "threads_judged": report.threads_judged,
        "moments_found": report.moments_found,
        "inquiries_opened": report.inquiries_opened,
        "advanced": len(set(report.advanced)),
        "reminded": report.reminded,
        "expired": report.expired,
        "indexed": report.indexed,
    }
    return {name: count for name, count in counts.items() if count}
