"""Starting the player, killing it, and looking at what it left."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from memory.home import Home
from memory.records.decisions import Action
from tests.processes.player import START

ONCE = (
    Action.QUESTION_DELIVERED,
    Action.QUESTION_REMINDED,
    Action.GUIDE_PUBLISHED,
    Action.ANSWERED,
    Action.GUIDE_RETRACTED,
)


def write_archive(path: Path, threads: int) -> None:
    """A JSONL archive: in each thread a problem, a terse directive, thanks; and a steward."""
    at = START - timedelta(days=30)
    lines: list[dict[str, Any]] = [
        {"type": "member", "id": "steward", "name": "Stella Steward", "handle": "steward"}
    ]
    for n in range(threads):
        for place, (author, text) in enumerate(
            (
                (f"asker{n % 7}", f"updates on table orders_{n} are slow, what should we do?"),
                (f"expert{n % 3}", f"just drop the fillfactor on orders_{n} to 85 and repack it"),
                (f"asker{n % 7}", "thanks, that worked!"),
            )
        ):
            sent = at + timedelta(minutes=10 * n + place)
            lines.append(
                {
                    "id": f"m{n}-{place}",
                    "thread": f"t{n}",
                    "author": author,
                    "time": sent.isoformat(),
                    "text": text,
                }
            )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def start(home: Path, archive: Path, what: str) -> subprocess.Popen[str]:
    """Start the player and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.processes.player", str(home), str(archive), what],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str]) -> float:
    """Wait for the player's own end; seconds it took from being ready."""
    began = time.monotonic()
    process.communicate(timeout=300)
    assert process.returncode == 0
    return time.monotonic() - began


def kill_at(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill -9 after some seconds; False if it had ended before."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True
    process.communicate()
    return False


def points(seed: int, number: int, longest: float) -> list[float]:
    """Random times between nothing and `longest`."""
    drawn = random.Random(seed)
    return sorted(drawn.uniform(0.0, longest) for _ in range(number))


def left_behind(home: Path) -> dict[str, Any]:
    """Everything that must not depend on kills: talk, questions, answers, guides; and repeats."""
    store = Home.open(home).store()
    with store.reading() as unit:
        community = unit.people.communities()[0]
        inquiries = unit.inquiries.inquiries()
        questions = [q for i in inquiries for q in unit.inquiries.questions(i.id)]
        decisions = unit.log.decisions(limit=100_000)
        times = Counter((d.action, d.subject) for d in decisions if d.action in ONCE)
        found = {
            "messages": unit.talk.count_messages(community.id),
            "threads": unit.talk.count_threads(community.id),
            "members": len(unit.people.members(community.id)),
            "inquiries": sorted((i.id, i.status.value) for i in inquiries),
            "questions": sorted((q.id, q.text, q.status.value) for q in questions),
            "answers": sum(1 for q in questions if unit.inquiries.answer(q.id) is not None),
            "guides": sorted(
                (g.id, g.status.value, g.current.number, [s.text for s in g.current.sentences()])
                for g in unit.guides.guides()
            ),
            "corrections": sorted(
                (c.id, c.kind.value, len(c.retired))
                for g in unit.guides.guides()
                for c in unit.guides.corrections(g.id)
            ),
            "unindexed": len(unit.guides.unindexed()),
            "repeated": sorted(str(key) for key, count in times.items() if count > 1),
        }
    store.close()
    return found
