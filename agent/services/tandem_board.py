"""A person's board: their tandems, what waits for them, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.method.tandem_gates import Obstacle
from agent.services.workplace import Workplace
from memory.records.people import Community, Member
from memory.records.tandem import OPEN, Tandem, TandemProfile, TandemState, TandemTask
from prompts.tandem import load_tandem


class Part(StrEnum):
    """Which side of a tandem somebody is on."""

    SENIOR = "senior"
    JUNIOR = "junior"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A tandem from where one of its people sits."""

    tandem: Tandem
    task: TandemTask
    part: Part
    others: tuple[Member, ...]
    agreed: bool

    @property
    def waits_for_me(self) -> bool:
        """Whether it goes on only by an act of this person."""
        state = self.tandem.state
        if state is TandemState.SUGGESTED:
            return self.part is Part.JUNIOR and not self.agreed
        if state is TandemState.PICKED:
            return self.part is Part.SENIOR
        return state is TandemState.RUNNING


@dataclass(frozen=True, slots=True)
class Board:
    """One person's tandems, what waits for them first."""

    profile: TandemProfile
    rows: tuple[BoardRow, ...]
    why_none: str
    """Why there is none, and what would help; empty where there is one."""


def read_board(work: Workplace, community: Community, member: Member) -> Board:
    """The board of a person. Seniors see an offer only once its juniors have picked it."""
    from agent.services.tandem_wishes import profile_in

    with work.store.reading() as unit:
        profile = profile_in(unit, member, work)
        people = {one.id: one for one in unit.people.members(community.id)}
        taking_part = sum(
            one.opted_in_at is not None for one in unit.tandems.profiles(community.id)
        )
        tasks = {one.id: one for one in unit.tandems.tasks(community.id, closed=True)}
        wanted = (*OPEN, TandemState.REVIEWED)
        tandems = [
            one for one in unit.tandems.tandems(community.id, wanted) if member.id in one.people
        ]
    rows = [
        _row(tandem, tasks[tandem.task_id], member, people)
        for tandem in tandems
        if tandem.task_id in tasks and _is_shown(tandem, member)
    ]
    rows.sort(key=lambda one: (not one.waits_for_me, one.tandem.state, one.tandem.suggested_at))
    why = "" if rows else _why_none(profile, len(people), taking_part, len(tasks))
    return Board(profile, tuple(rows), why)


def _is_shown(tandem: Tandem, member: Member) -> bool:
    return tandem.senior_id != member.id or tandem.state is not TandemState.SUGGESTED


def _row(tandem: Tandem, task: TandemTask, member: Member, people: dict[str, Member]) -> BoardRow:
    others: Sequence[str] = [one for one in tandem.people if one != member.id]
    return BoardRow(
        tandem,
        task,
        Part.SENIOR if tandem.senior_id == member.id else Part.JUNIOR,
        tuple(people[one] for one in others if one in people),
        tandem.agreed(member.id),
    )


def _why_none(profile: TandemProfile, people: int, taking_part: int, tasks: int) -> str:
    words = load_tandem().obstacles
    if people < 2:  # noqa: PLR2004 - a tandem takes two
        return words[Obstacle.ONE_PERSON]
    if profile.opted_in_at is None:
        return words["you_are_out"]
    if taking_part < 2:  # noqa: PLR2004 - a tandem takes two
        return words[Obstacle.ONE_OPTED_IN]
    return words["none_yet"] if tasks else words[Obstacle.NO_TASK]
