"""The sample community stopped halfway: a question, a draft and guides to judge wait.

`python -m evals.halfway HOME` furnishes an empty folder and prints the moment and who is there.
Nothing in it depends on the day it is made.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from memory.errors import UserInputError

if TYPE_CHECKING:
    from agent.services.workplace import Workplace
    from evals.worlds.village import Village
    from memory.records.inquiry import Question
    from memory.records.people import Community, Member

MARKER = "halfway.json"
"""File of the home that holds `Halfway` as JSON."""
STEWARDS = ("lena", "ruben")
PUBLISHED, TO_JUDGE = 3, 2
"""How many guides are published, and how many wait for a steward."""
ASKS = "why not just raise max_connections?"
DAYS = 30
"""Simulated days of each half, at most."""


@dataclass(frozen=True, slots=True)
class Halfway:
    """When the community was stopped (ISO 8601, UTC), and whom to look at it as, by handle."""

    at: str
    expert: str
    steward: str
    begins: str
    """What the expert would answer to the question that waits."""
    asks: str
    """What somebody might ask the library."""


def furnish(home: Path) -> Halfway:
    """Play the sample in an empty folder until enough waits. Raises `UserInputError`.

    Experts and stewards act as in `passdown demo`; then one expert and the stewards stay away.
    """
    from agent.services.identity import pick_community, set_role
    from agent.services.importing import import_into
    from agent.services.workplace import open_workplace
    from evals.sample import SAMPLE_NAME, SLACK_EXPORT
    from evals.worlds.clock import SimulatedClock, next_monday
    from evals.worlds.scripted import ScriptedPeople
    from evals.worlds.village import Village
    from memory.records.people import Role

    if home.exists() and any(home.iterdir()):
        raise UserInputError(f"{str(home)!r} is not empty; name an empty folder")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock = SimulatedClock(datetime(2025, 10, 20, 11, tzinfo=UTC))
    with open_workplace(home, clock=clock) as work:
        import_into(work, SLACK_EXPORT, SAMPLE_NAME, sample=True)
        community = pick_community(work)
        lead, *others = STEWARDS
        first = set_role(work, community, None, lead, Role.STEWARD)
        stewards = [first, *(set_role(work, community, first, o, Role.STEWARD) for o in others)]
        clock.move_to(next_monday(clock.now()))
        people = ScriptedPeople.load()
        working = Village(work, clock, community, people, stewards)
        expert = _until_a_draft_waits(work, community, working)
        staying = Village(work, clock, community, people, (), absent=(expert.handle,))
        question = _until_enough_waits(work, community, staying, expert)
        begins = people.respond(expert.handle, question.text).text
    stopped = Halfway(clock.now().isoformat(), expert.handle, lead, begins, ASKS)
    (home / MARKER).write_text(json.dumps(asdict(stopped)) + "\n", encoding="utf-8")
    return stopped


def _until_a_draft_waits(work: Workplace, community: Community, village: Village) -> Member:
    """Let all work until enough is published; return whose next draft waits for their yes."""
    from agent.services.guides import drafts_to_confirm, list_guides
    from evals.worlds.village import Asked
    from memory.records.guide import GuideStatus

    for event in village.run(DAYS):
        if not isinstance(event, Asked) or not drafts_to_confirm(work, event.member):
            continue
        if len(list_guides(work, community.id, [GuideStatus.PUBLISHED])) >= PUBLISHED:
            return event.member
    raise UserInputError(f"no draft waited for a yes within {DAYS} days of the sample")


def _until_enough_waits(
    work: Workplace, community: Community, village: Village, expert: Member
) -> Question:
    """Go on until a question to the expert, their draft, and enough guides to judge wait."""
    from agent.services.answering import inbox
    from agent.services.guides import drafts_to_confirm, guides_to_review

    for _ in village.run(DAYS):
        asked = inbox(work, expert)
        waits = asked and drafts_to_confirm(work, expert)
        if waits and len(guides_to_review(work, community.id)) >= TO_JUDGE:
            return asked[0].question
    raise UserInputError(f"too little waited for {expert.handle!r} within {DAYS} days")


def main() -> None:
    """Furnish the folder that is named and print what `Halfway` tells as JSON."""
    reader = argparse.ArgumentParser(description="Furnish a home with the sample, halfway.")
    reader.add_argument("home", type=Path, metavar="HOME")
    print(json.dumps(asdict(furnish(reader.parse_args().home))))  # noqa: T201  read by programs


if __name__ == "__main__":
    main()
