"""Archives of any size, made of plain sentences, for measuring imports."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

PROBLEMS = (
    "our nightly export of {thing} takes six hours now, what should we do?",
    "the {thing} service drops connections under load, any idea?",
    "how do you keep the {thing} table from growing without end?",
)
ADVICE = (
    "just lower the batch size on {thing}, and don't touch the global setting",
    "put a partial index on {thing} and drop the old one afterwards",
    "never restart {thing} by hand, always drain it first",
)
CHATTER = ("thanks, that worked!", "ha, same here", "good morning all", "lunch?")
THINGS = ("orders", "invoices", "sessions", "parcels", "ledger", "catalogue", "audit")


def write_archive(path: Path, *, messages: int, until: datetime, people: int = 50) -> None:
    """Write a JSONL archive of threads of six messages: a problem, two answers, and chatter."""
    step = timedelta(minutes=7)
    at = until - step * messages
    with path.open("w", encoding="utf-8") as out:
        for number in range(messages):
            thread, place = divmod(number, 6)
            thing = f"{THINGS[thread % len(THINGS)]} {thread}"
            if place == 0:
                text = PROBLEMS[thread % len(PROBLEMS)].format(thing=thing)
            elif place in (1, 3):
                text = ADVICE[(thread + place) % len(ADVICE)].format(thing=thing)
            else:
                text = CHATTER[number % len(CHATTER)]
            line = {
                "id": f"m{number}",
                "thread": f"t{thread}",
                "author": f"person{(thread * 7 + place * 3) % people}",
                "time": (at + step * number).isoformat(),
                "text": text,
            }
            out.write(json.dumps(line) + "\n")


def bare_parse(path: str) -> int:
    """Parse every line and keep nothing: the least that reading an archive can cost."""
    count = 0
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            json.loads(line)
            count += 1
    return count
