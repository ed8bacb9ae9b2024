"""One of several programs at work on one home for some seconds.

    python -m tests.processes.company HOME ROLE SECONDS

Roles: `import` brings new archives, `answer` sweeps and plays every expert and the steward, `ask`
asks the memory, `race` wakes every open inquiry over and over. Prints how often it did so.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from agent.services.identity import pick_community, set_role
from agent.services.importing import import_into
from agent.services.recall import ask_memory
from agent.services.sweeping import sweep
from agent.services.workplace import Workplace, open_workplace
from memory.records.people import Role
from memory.records.policy import AskPolicy, Policy, TriagePolicy
from tests.processes.player import FileClock, act
from tests.processes.support import write_archive

POLICY = Policy(
    ask=AskPolicy(
        open_questions_per_expert=1_000,
        questions_per_expert_and_week=1_000,
        monthly_share_free=1_000,
    ),
    triage=TriagePolicy(ask_threshold=0.0, max_open_inquiries=1_000, max_open_per_expert=1_000),
)


def import_once(work: Workplace, folder: Path, turn: int) -> None:
    """Import an archive that has grown since the last turn."""
    archive = folder / "growing.jsonl"
    write_archive(archive, 3 + turn)
    import_into(work, archive, "kills")
    time.sleep(0.5)


def answer_once(work: Workplace) -> None:
    """Sweep, then let everybody do what waits for them."""
    community = pick_community(work)
    sweep(work, community)
    with work.store.reading() as unit:
        members = [m for m in unit.people.members(community.id) if not m.is_bot]
    steward = next((m for m in members if Role.STEWARD in m.roles), None)
    chosen = steward or set_role(work, community, None, "steward", Role.STEWARD)
    act(work, members, chosen, changing=False)


def race_once(work: Workplace) -> None:
    """Wake every open inquiry without being asked to."""
    with work.store.reading() as unit:
        inquiries = [i.id for i in unit.inquiries.inquiries() if i.is_open]
    for inquiry_id in inquiries:
        work.runner.advance(inquiry_id, patience=0.2)


def main() -> None:
    """Work until the time is up."""
    home, role, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    clock = FileClock(home.with_suffix(".clock"))
    import memory.index.chroma  # noqa: F401 - loading is not what is tested here

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    turns, end = 0, time.monotonic() + seconds
    with open_workplace(home, clock=clock, policy=POLICY) as work:
        while time.monotonic() < end:
            match role:
                case "import":
                    import_once(work, home.parent, turns + 1)
                case "answer":
                    answer_once(work)
                case "race":
                    race_once(work)
                case _:
                    question = f"when should I repack orders_{turns % 20}?"
                    ask_memory(work, pick_community(work), question)
            turns += 1
    sys.stdout.write(f"{turns}\n")


if __name__ == "__main__":
    main()
