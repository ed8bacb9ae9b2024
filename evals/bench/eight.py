"""Eight processes on one home for some minutes, one of them killed every few seconds.

    python -m evals.bench.eight [--minutes 10] [--every 10] [--home FOLDER] [--json]

Two importers, a watcher (the shipped command, over a file that somebody writes to in pieces), three
people answering, a steward and a stream of asks. A killed one is started again at once. Afterwards
everything that anybody was told is done is looked for; ends with code 1 where something is missing,
happened twice, no retry cured it, or the index differs from one built anew.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from agent.services.identity import pick_community, set_role
from agent.services.importing import import_into
from agent.services.sweeping import sweep
from agent.services.workplace import open_workplace
from evals.bench.eight_check import Verdict, examine
from evals.bench.eight_roles import COMMUNITY, STEWARD, jsonl_threads, mail_threads
from memory.records.people import Role

WATCHER = "watcher"
ROLES = ("talk", "mails", WATCHER, "person0", "person1", "person2", "steward", "reader")
POLICY = """
[ask]
weekdays = [1, 2, 3, 4, 5, 6, 7]
from_hour = 0
to_hour = 24
min_value = -100.0
open_questions_per_expert = 1000
questions_per_expert_and_week = 1000
monthly_share_free = 1000

[triage]
ask_threshold = 0.0
read_meaning = false
max_open_inquiries = 24
max_open_per_expert = 24
"""
"""Everybody may be asked at any hour, so that there is always something to do."""
PIECE = 211
"""Bytes that the followed file grows by at once, whatever they cut in two."""
GRACE = 120.0
"""Seconds that programs have to end in order."""


@dataclass
class Company:
    """The eight programs, and what became of them."""

    home: Path
    folder: Path
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _grown: int = 0
    """Threads written to the followed file."""
    _unwritten: bytes = b""

    def work(self, seconds: float, every: float) -> None:
        """Let all work for some seconds, killing one of them every so often."""
        drawn = random.Random(self.seed)  # noqa: S311  a choice of whom to kill is no secret
        for role in ROLES:
            self._start(role)
        began = time.monotonic()
        while not self._is_at_work() and time.monotonic() - began < GRACE:
            time.sleep(0.25)
        end, next_kill = time.monotonic() + seconds, time.monotonic() + every
        while (now := time.monotonic()) < end:
            self._grow()
            self._look_for_crashes()
            if now >= next_kill:
                next_kill += every
                self._kill(drawn.choice(ROLES))
            time.sleep(0.25)
        self._finish()

    def _is_at_work(self) -> bool:
        """Whether every program has done something."""
        journals = [self.folder / f"{role}.journal" for role in ROLES if role != WATCHER]
        told = (self.folder / f"{WATCHER}.out").stat().st_size
        return told > 0 and all(journal.exists() for journal in journals)

    def _start(self, role: str) -> None:
        if role == WATCHER:
            path = str(self.folder / "grown.jsonl")
            arguments = ["tui.cli", "--home", str(self.home), "watch", path]
            arguments += ["--community", COMMUNITY, "--interval", "1", "--json"]
        else:
            arguments = ["evals.bench.eight_roles", str(self.home), str(self.folder), role]
        with self._log(role, "out") as out, self._log(role, "err") as err:
            self._running[role] = subprocess.Popen(  # noqa: S603  its own programs
                [sys.executable, "-m", *arguments], stdout=out, stderr=err
            )

    def _log(self, role: str, kind: str) -> IO[bytes]:
        return (self.folder / f"{role}.{kind}").open("ab")

    def _kill(self, role: str) -> None:
        process = self._running[role]
        process.kill()
        process.wait()
        self.kills[role] += 1
        self._start(role)

    def _look_for_crashes(self) -> None:
        """A program that ended by itself failed; it is kept as such and started again."""
        for role, process in list(self._running.items()):
            if (code := process.poll()) is not None:
                self._note_crash(role, code)
                self._start(role)

    def _note_crash(self, role: str, code: int) -> None:
        said = (self.folder / f"{role}.err").read_text(encoding="utf-8", errors="replace")
        self.crashed.append(f"{role} ended with code {code}: {said[-2_000:]}")

    def _grow(self) -> None:
        """Let the followed file grow by some pieces, now and then by nothing."""
        if len(self._unwritten) < PIECE:
            text = jsonl_threads("grown_", self._grown, self._grown + 1)
            self._unwritten += text.encode()
            self._grown += 1
        self._write(PIECE)

    def _write(self, count: int) -> None:
        piece, self._unwritten = self._unwritten[:count], self._unwritten[count:]
        with (self.folder / "grown.jsonl").open("ab") as stream:
            stream.write(piece)

    def _finish(self) -> None:
        """Write the file to its end and let all end in order."""
        self._write(len(self._unwritten))
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for role, process in self._running.items():
            try:
                code = process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.crashed.append(f"{role} did not end within {GRACE:.0f} s")
                continue
            if code not in (0, -signal.SIGTERM):
                self._note_crash(role, code)


def run(home: Path, folder: Path, *, seconds: float, every: float, seed: int = 0) -> Verdict:
    """Prepare a home, let the company work on it, and examine what is left."""
    home.mkdir(mode=0o700)
    (home / "passdown.toml").write_text(POLICY, encoding="utf-8")
    folder.mkdir()
    (folder / "talk.jsonl").write_text(jsonl_threads("talk_", 0, 7), encoding="utf-8")
    (folder / "mails.mbox").write_text(mail_threads("mails_", 0, 1), encoding="utf-8")
    (folder / "grown.jsonl").write_bytes(b"")
    steward = folder / "steward.jsonl"
    steward.write_text(
        f'{{"type": "member", "id": "{STEWARD}", "handle": "{STEWARD}"}}\n'
        + (folder / "talk.jsonl").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    with open_workplace(home) as work:
        import_into(work, steward, COMMUNITY)
        set_role(work, pick_community(work), None, STEWARD, Role.STEWARD)
        sweep(work)
    company = Company(home, folder, seed)
    company.work(seconds, every)
    with open_workplace(home) as work:
        verdict = examine(work, folder)
    verdict.uncured += company.crashed
    verdict.counts |= {f"kills of {role}": count for role, count in company.kills.items()}
    verdict.counts["kills"] = company.kills.total()
    return verdict


@contextmanager
def _place(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> int:
    """Run it and print the verdict."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.eight", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=0, help="which one is killed when")
    parser.add_argument("--home", type=Path, help="an empty folder to keep everything in")
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    options = parser.parse_args()
    with _place(options.home) as place:
        verdict = run(
            place / "home",
            place / "archives",
            seconds=options.minutes * 60,
            every=options.every,
            seed=options.seed,
        )
    if options.json:
        sys.stdout.write(
            json.dumps({"sound": verdict.is_sound, **asdict(verdict)}, indent=2) + "\n"
        )
    else:
        _print(verdict)
    return 0 if verdict.is_sound else 1


def _print(verdict: Verdict) -> None:
    for name, count in verdict.counts.items():
        sys.stdout.write(f"{count:8,}  {name}\n")
    for error, count in verdict.cured.most_common():
        sys.stdout.write(f"{count:8,}  cured by a retry: {error}\n")
    for name, found in (
        ("lost", verdict.lost),
        ("twice", verdict.twice),
        ("not cured", verdict.uncured),
        ("index differs", verdict.index),
    ):
        sys.stdout.write(f"{len(found):8,}  {name}\n")
        for one in found[:20]:
            sys.stdout.write(f"          {one}\n")


if __name__ == "__main__":
    sys.exit(main())
