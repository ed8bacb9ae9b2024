"""The life of a tandem: picked, confirmed, checked in on, reviewed, and left at any point.

Every act of a person is one transaction that begins with the write lock, so two people who act at
the same moment cannot book a task, a junior or a senior twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from agent.journal import note
from agent.policy.hours import add_workdays
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_text
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.incident import AfterAction
from memory.records.people import Community
from memory.records.tandem import (
    HOLDING,
    MAX_WORDS,
    CheckIn,
    Going,
    ReviewAnswer,
    Tandem,
    TandemState,
    Yes,
)
from memory.store.protocols import Unit

S = TandemState


def find_tandem(work: Workplace, tandem_id: str) -> Tandem:
    """The tandem with this id. Raises `UserInputError` where there is none."""
    with work.store.reading() as unit:
        return _tandem(unit, tandem_id)


def pick(work: Workplace, actor: Actor, tandem_id: str) -> Tandem:
    """A junior says yes; once all of its juniors did, the tandem waits for its senior.

    Raises `UserInputError` where it is offered no longer, its task or senior is taken, or the
    junior is in another; nothing is changed then.
    """

    def picked(unit: Unit, tandem: Tandem, now: datetime) -> Tandem:
        _in_state(tandem, S.SUGGESTED)
        if actor.member.id not in tandem.junior_ids:
            raise UserInputError(f"tandem {tandem.id!r} is confirmed by you, not picked")
        if tandem.agreed(actor.member.id):
            return tandem
        _still_possible(unit, work, tandem)
        yes = (*tandem.yes, Yes(member_id=actor.member.id, at=now))
        all_in = {one.member_id for one in yes} >= set(tandem.junior_ids)
        return tandem.model_copy(update={"yes": yes, "state": S.PICKED if all_in else S.SUGGESTED})

    return _act(work, actor, tandem_id, Action.TANDEM_PICKED, picked)


def confirm(work: Workplace, actor: Actor, tandem_id: str) -> Tandem:
    """The senior says yes, and the tandem runs. Raises `UserInputError` as `pick` does."""

    def confirmed(unit: Unit, tandem: Tandem, now: datetime) -> Tandem:
        if actor.member.id != tandem.senior_id:
            raise PermissionDeniedError(f"tandem {tandem.id!r} is confirmed by its senior")
        _in_state(tandem, S.PICKED)
        _still_possible(unit, work, tandem)
        yes = (*tandem.yes, Yes(member_id=actor.member.id, at=now))
        return tandem.model_copy(update={"yes": yes, "state": S.RUNNING, "running_since": now})

    return _act(work, actor, tandem_id, Action.TANDEM_STARTED, confirmed)


def decline(work: Workplace, actor: Actor, tandem_id: str) -> Tandem:
    """Say no before it runs, or take a yes back; of several juniors the others stay."""

    def declined(_unit: Unit, tandem: Tandem, _now: datetime) -> Tandem:
        _in_state(tandem, S.SUGGESTED, S.PICKED)
        ended = S.WITHDRAWN if tandem.agreed(actor.member.id) else S.DECLINED
        return _without(tandem, actor.member.id, ended)

    return _act(work, actor, tandem_id, Action.TANDEM_ENDED, declined)


def leave(work: Workplace, actor: Actor, tandem_id: str) -> Tandem:
    """Leave a running tandem, without a reason; of several juniors the others go on."""

    def left(_unit: Unit, tandem: Tandem, _now: datetime) -> Tandem:
        _in_state(tandem, S.RUNNING)
        return _without(tandem, actor.member.id, S.LEFT)

    return _act(work, actor, tandem_id, Action.TANDEM_ENDED, left)


def check_in(
    work: Workplace, actor: Actor, tandem_id: str, going: Going, words: str = ""
) -> Tandem:
    """Say how it goes. Raises `UserInputError` for words that are too long."""
    said = _words(words) if words.strip() else ""

    def checked(_unit: Unit, tandem: Tandem, now: datetime) -> Tandem:
        _in_state(tandem, S.RUNNING)
        entry = CheckIn(member_id=actor.member.id, at=now, going=going, words=said)
        return tandem.model_copy(update={"checkins": (*tandem.checkins, entry)})

    return _act(work, actor, tandem_id, Action.TANDEM_CHECKED_IN, checked)


def review(
    work: Workplace,
    actor: Actor,
    community: Community,
    tandem_id: str,
    answers: Mapping[AfterAction, str],
) -> Tandem:
    """Record somebody's answers to the four questions, then take them in as knowledge.

    It is over, and its task done, once the senior and a junior have answered. An answer to a
    question that was answered before is kept beside it. Raises `UserInputError` without words.
    """
    said = {part: _words(words) for part, words in answers.items() if words.strip()}
    if not said:
        raise UserInputError("answer at least one of the four questions; nothing was stored")

    def reviewed(unit: Unit, tandem: Tandem, now: datetime) -> Tandem:
        _in_state(tandem, S.RUNNING, S.REVIEWED)
        known = {(one.member_id, one.part, one.words) for one in tandem.answers}
        added = tuple(
            ReviewAnswer(member_id=actor.member.id, part=part, words=words, at=now)
            for part, words in said.items()
            if (actor.member.id, part, words) not in known
        )
        every = (*tandem.answers, *added)
        spoke = {one.member_id for one in every}
        over = tandem.senior_id in spoke and bool(spoke & set(tandem.junior_ids))
        if over:
            _close_task(unit, tandem.task_id, now)
        state = S.REVIEWED if over else tandem.state
        return tandem.model_copy(update={"answers": every, "state": state})

    _act(work, actor, tandem_id, Action.TANDEM_REVIEWED, reviewed)
    take_in_answers(work, community)
    return find_tandem(work, tandem_id)


def take_in_answers(work: Workplace, community: Community) -> int:
    """Make knowledge of recorded answers that are none yet; returns of how many.

    Each is a note in its author's name, which opens an inquiry where it is worth one. The same
    words by the same person are one note, so a crash in between repeats nothing.
    """
    from agent.services.notes import submit_note

    with work.store.reading() as unit:
        waiting = [
            (
                tandem,
                answer,
                unit.people.member(answer.member_id),
                unit.tandems.task(tandem.task_id),
            )
            for tandem in unit.tandems.tandems(community.id, (S.RUNNING, S.REVIEWED, S.LEFT))
            for answer in tandem.answers
            if answer.thread_id is None
        ]
    taken = 0
    for tandem, answer, member, task in waiting:
        if member is None or task is None:
            continue
        speaker = Actor(member, acting_as=False)
        receipt = submit_note(work, community, speaker, answer.words, title=task.title, mine=True)
        _mark_taken(work, tandem.id, answer, receipt.thread.id)
        taken += 1
    return taken


def settle_tandems(work: Workplace, community: Community) -> int:
    """Let go of what its senior did not confirm in time, and of offers whose task is gone."""
    now, ended = work.clock.now(), 0
    with work.store.writing() as unit:
        for tandem in unit.tandems.tandems(community.id, (S.SUGGESTED, S.PICKED)):
            task = unit.tandems.task(tandem.task_id)
            gone = task is None or task.closed_at is not None
            if not gone and not (tandem.state is S.PICKED and _waited(unit, work, tandem, now)):
                continue
            state = S.WITHDRAWN if gone else S.LAPSED
            unit.tandems.save_tandem(tandem.model_copy(update={"state": state, "changed_at": now}))
            note(unit, now, community.id, Action.TANDEM_ENDED, tandem.id, reason=state.value)
            ended += 1
    return ended


def _waited(unit: Unit, work: Workplace, tandem: Tandem, now: datetime) -> bool:
    senior = unit.people.member(tandem.senior_id)
    since = max(one.at for one in tandem.yes)
    days = work.policy.tandem.confirm_within_workdays
    return senior is None or add_workdays(senior, work.policy.ask, since, days) <= now


def _act(
    work: Workplace,
    actor: Actor,
    tandem_id: str,
    action: Action,
    change: Callable[[Unit, Tandem, datetime], Tandem],
) -> Tandem:
    """Change a tandem that the actor is in, and log it, in one transaction."""
    now = work.clock.now()
    with work.store.writing() as unit:
        tandem = _tandem(unit, tandem_id)
        if actor.member.id not in tandem.people:
            raise PermissionDeniedError(f"tandem {tandem.id!r} is between other people")
        after = change(unit, tandem, now)
        if after == tandem:
            return tandem
        after = after.model_copy(update={"changed_at": now})
        unit.tandems.save_tandem(after)
        reason = after.state.value
        note(unit, now, tandem.community_id, action, tandem.id, reason=reason, **actor.logged())
    return after


def _tandem(unit: Unit, tandem_id: str) -> Tandem:
    tandem = unit.tandems.tandem(tandem_id)
    if tandem is None:
        raise UserInputError(f"there is no tandem {tandem_id!r}; see `passdown tandems list`")
    return tandem


_SAID: Mapping[TandemState, str] = {
    S.SUGGESTED: "has not been picked yet",
    S.PICKED: "waits for its senior",
    S.RUNNING: "is running",
    S.REVIEWED: "is over and reviewed",
    S.DECLINED: "was declined",
    S.WITHDRAWN: "was withdrawn",
    S.LEFT: "was ended by somebody who left",
    S.LAPSED: "was let go, as it was not confirmed in time",
}


def _in_state(tandem: Tandem, *states: TandemState) -> None:
    if tandem.state not in states:
        raise UserInputError(f"tandem {tandem.id!r} {_SAID[tandem.state]}; nothing was changed")


def _still_possible(unit: Unit, work: Workplace, tandem: Tandem) -> None:
    """Whether task and people are still free and willing. Raises `UserInputError`."""
    task = unit.tandems.task(tandem.task_id)
    if task is None or task.closed_at is not None:
        raise UserInputError(f"the task of tandem {tandem.id!r} is done or gone")
    for member_id in tandem.people:
        member, profile = unit.people.member(member_id), unit.tandems.profile(member_id)
        willing = profile is not None and profile.opted_in_at is not None
        if member is None or not member.may_be_asked or not willing:
            raise UserInputError(f"somebody of tandem {tandem.id!r} takes part no longer")
    others = [
        one for one in unit.tandems.tandems(tandem.community_id, HOLDING) if one.id != tandem.id
    ]
    if any(one.task_id == tandem.task_id for one in others):
        raise UserInputError(f"the task of tandem {tandem.id!r} is taken by another")
    booked = sum(one.senior_id == tandem.senior_id for one in others)
    if booked >= work.policy.tandem.gates.active_per_senior:
        raise UserInputError(f"the senior of tandem {tandem.id!r} is in another one now")
    if any(set(one.junior_ids) & set(tandem.junior_ids) for one in others):
        raise UserInputError(f"a junior of tandem {tandem.id!r} is in another one now")


def _without(tandem: Tandem, member_id: str, ended: TandemState) -> Tandem:
    """The tandem without one of several juniors; over, where it cannot go on so."""
    juniors = tuple(one for one in tandem.junior_ids if one != member_id)
    if member_id == tandem.senior_id or not juniors:
        return tandem.model_copy(update={"state": ended, "ended_by": member_id})
    yes = tuple(one for one in tandem.yes if one.member_id != member_id)
    state = tandem.state
    if state is S.SUGGESTED and {one.member_id for one in yes} >= set(juniors):
        state = S.PICKED
    return tandem.model_copy(update={"junior_ids": juniors, "yes": yes, "state": state})


def _close_task(unit: Unit, task_id: str, now: datetime) -> None:
    task = unit.tandems.task(task_id)
    if task is not None and task.closed_at is None:
        unit.tandems.save_task(task.model_copy(update={"closed_at": now}))


def _mark_taken(work: Workplace, tandem_id: str, answer: ReviewAnswer, thread_id: str) -> None:
    with work.store.writing() as unit:
        tandem = _tandem(unit, tandem_id)
        answers = tuple(
            one.model_copy(update={"thread_id": thread_id}) if one == answer else one
            for one in tandem.answers
        )
        unit.tandems.save_tandem(tandem.model_copy(update={"answers": answers}))


def _words(words: str) -> str:
    """The words as they are stored. Raises `UserInputError`."""
    if "\x00" in words:
        raise UserInputError("these words hold binary data; nothing was stored")
    said = clean_text(words).strip()
    if not any(character.isalnum() for character in said):
        raise UserInputError("there are no words in it; nothing was stored")
    if len(said) > MAX_WORDS:
        raise UserInputError(
            f"{len(said):,} characters are too many, at most {MAX_WORDS:,} are taken; "
            "nothing was stored"
        )
    return said
