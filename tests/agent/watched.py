"""A folder of archives with a watcher over it, in a home of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from agent.services.watching import Watcher
from agent.services.watching_events import Told, WatchEvent
from agent.services.watching_state import WatchState, saved_state
from agent.services.workplace import Workplace, open_workplace
from memory.records.people import Community
from memory.records.policy import Policy, TriagePolicy
from tests.builders import SettableClock
from tests.sources.archives import MORNING, write_files

NAME = "Pumps"
ID = Community.id_of(NAME)
POLICY = Policy(triage=TriagePolicy(ask_threshold=1.0, read_meaning=False))


def said(number: int, text: str = "Grease it.", **more: str) -> str:
    """One line of JSONL."""
    line = {"id": number, "text": text, "author": "ann", "time": MORNING + number, **more}
    return json.dumps(line) + "\n"


def talk(*numbers: int) -> str:
    """Several lines."""
    return "".join(map(said, numbers))


@dataclass
class Watched:
    """A folder of archives, a home, and what a watcher of it told."""

    folder: Path
    work: Workplace
    events: list[WatchEvent] = field(default_factory=list)
    ahead: float = 0.0
    """Seconds that the watcher's clock is ahead, so that files look older."""

    def watcher(self, *names: str) -> Watcher:
        return Watcher(
            self.work,
            NAME,
            [self.folder / name for name in names],
            self.events.append,
            seconds=lambda: time.time() + self.ahead,
        )

    def look(self, *names: str) -> list[Told]:
        """Look once; what was told between the start and the stop."""
        self.events.clear()
        self.watcher(*names).run(lambda _: None, once=True)
        kinds = [event.kind for event in self.events]
        assert (kinds[0], kinds[-1]) == (Told.STARTED, Told.STOPPED)
        return kinds[1:-1]

    def keep_looking(self, *steps: Callable[[], object], names: Sequence[str]) -> bool:
        """Look, then do a step, until all are done; then look once more and stop."""
        watcher, left = self.watcher(*names), list(steps)
        watcher.interval = 1e-9

        def wait(seconds: float) -> None:
            time.sleep(seconds)
            if left:
                left.pop(0)()
            else:
                watcher.stopping = lambda: True

        return watcher.run(wait)

    def write(self, name: str, text: str) -> None:
        """Replace a file in one step, later than whatever was there."""
        write_files(self.folder, {f".{name}": text})
        (self.folder / f".{name}").rename(self.folder / name)

    def append(self, name: str, text: str) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as stream:
            stream.write(text)

    def messages(self) -> int:
        with self.work.store.reading() as unit:
            return unit.talk.count_messages(ID)

    def state(self) -> WatchState:
        with self.work.store.reading() as unit:
            state = saved_state(unit, ID)
        assert state is not None
        return state


@contextmanager
def watched_folder(path: Path) -> Iterator[Watched]:
    """An empty home beside an empty folder, minutes after the talk: nothing has settled."""
    clock = SettableClock(datetime.fromtimestamp(MORNING + 600, UTC))
    folder = path / "archives"
    folder.mkdir()
    with open_workplace(path / "home", clock=clock, policy=POLICY) as work:
        yield Watched(folder, work)
