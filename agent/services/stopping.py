"""Stop-work: freezing a topic at once, and letting it go on.

While it holds, nothing is asked on the topic and nothing published, its guides are held back from
answers and exports, and say so where they are read. What waits for a person gets the time back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.inquiry.wakes import plan, plan_wake
from agent.journal import note
from agent.method.stopping import covers, topic_stems
from agent.policy.governance import Deed
from agent.policy.pausing import WAITING
from agent.services.governing import check_here
from agent.services.identity import Actor
from agent.services.indexing import index_guides
from agent.services.workplace import Workplace
from agent.sight import sight_in
from agent.sources.own_words import clean_text
from agent.stopped import stops_on_thread, texts_of_guide, texts_of_thread
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.governance import StopWork
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Due, DueKind, Inquiry, InquiryStatus
from memory.records.people import Community
from memory.store.protocols import Unit

LONGEST_TOPIC = 200
LONGEST_REASON = 2_000
"""Characters."""
OPEN = (
    InquiryStatus.WAITING_FOR_TURN,
    InquiryStatus.WAITING_FOR_ANSWER,
    InquiryStatus.WAITING_FOR_CONFIRMATION,
    InquiryStatus.WAITING_FOR_REVIEW,
)
PLANNED_AT_MOST = 100_000
"""Planned things of one community that get their time back."""


def stop_work(
    work: Workplace, actor: Actor, community: Community, topic: str, because: str
) -> StopWork:
    """Stop work on a topic, at once.

    Raises `PermissionDeniedError` without the right; `UserInputError` without a reason, for a
    topic of no words of its own, or one that is stopped already.
    """
    topic, because = (" ".join(clean_text(words).split()) for words in (topic, because))
    if not because or len(because) > LONGEST_REASON:
        raise UserInputError(f"say why in 1 to {LONGEST_REASON:,} characters, with --because")
    if not topic_stems(topic) or len(topic) > LONGEST_TOPIC:
        raise UserInputError(
            f"{topic[:80]!r} names no topic: give one to a few words that stand in its guides"
        )
    now = work.clock.now()
    with work.store.writing() as unit:
        check_here(unit, work, actor, Deed.STOP_WORK)
        if _known(unit, community, topic) is not None:
            raise UserInputError(f"work on {topic!r} is stopped already")
        stop = StopWork(
            id=StopWork.id_of(community.id, topic, now),
            community_id=community.id,
            topic=topic,
            because=because,
            stopped_by=actor.member.id,
            stopped_at=now,
        )
        unit.stops.save_stop(stop)
        note(unit, now, community.id, Action.WORK_STOPPED, stop.id, **actor.logged())
    return stop


def resume_work(work: Workplace, actor: Actor, community: Community, topic: str) -> StopWork:
    """Let work on a topic go on. Raises as `stop_work` does, and where it is not stopped."""
    now = work.clock.now()
    with work.store.writing() as unit:
        check_here(unit, work, actor, Deed.RESUME_WORK)
        stop = _known(unit, community, topic)
        if stop is None:
            known = ", ".join(repr(s.topic) for s in unit.stops.stops(community.id)) or "nothing"
            raise UserInputError(f"work on {topic!r} is not stopped; stopped is: {known}")
        _give_time_back(unit, stop, work)
        lifted = stop.model_copy(update={"lifted_by": actor.member.id, "lifted_at": now})
        unit.stops.save_stop(lifted)
        _wake(unit, work, community)
        note(unit, now, community.id, Action.WORK_RESUMED, stop.id, **actor.logged())
    index_guides(work)
    return lifted


def list_stops(
    work: Workplace, community: Community, *, lifted: bool = False
) -> Sequence[StopWork]:
    """Orders that hold, with `lifted` all of them, by time."""
    with work.store.reading() as unit:
        return unit.stops.stops(community.id, lifted=lifted)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an order on a topic freezes, or would."""

    guides: tuple[Guide, ...] = ()
    """Published ones, by id."""
    inquiries: int = 0
    """Open ones."""

    def __bool__(self) -> bool:
        return bool(self.guides or self.inquiries)


def spoken_of(work: Workplace, community: Community, topic: str) -> Spoken:
    """Published guides and open inquiries that an order on this topic freezes, or would.

    Only what the whole community sees: else a topic could be tried to learn of closed talk.
    """
    with work.store.reading() as unit:
        guides = unit.guides.guides(community.id, [GuideStatus.PUBLISHED])
        hidden = sight_in(unit, community.id).hidden()
        about = tuple(
            g for g in guides if g.id not in hidden and covers(topic, texts_of_guide(unit, g))
        )
        threads: dict[str, bool] = {}
        inquiries = 0
        for inquiry in unit.inquiries.inquiries(community.id, OPEN):
            moment = unit.inquiries.moment(inquiry.moment_id)
            thread = unit.talk.thread(moment.thread_id) if moment is not None else None
            if thread is None or not thread.open_to_all:
                continue
            if thread.id not in threads:
                threads[thread.id] = covers(topic, texts_of_thread(unit, thread))
            inquiries += threads[thread.id]
    return Spoken(about, inquiries)


def is_frozen(unit: Unit, due: Due) -> bool:
    """Whether what is planned belongs to a discussion on which work is stopped."""
    if not unit.stops.stops(due.community_id):
        return False
    inquiry = _inquiry_of(unit, due)
    return inquiry is not None and bool(_stops_on(unit, inquiry))


def _inquiry_of(unit: Unit, due: Due) -> Inquiry | None:
    question = unit.inquiries.question(due.subject_id)
    guide = None if question else unit.guides.guide(due.subject_id)
    found = question.inquiry_id if question else guide.inquiry_id if guide else due.subject_id
    return unit.inquiries.inquiry(found)


def _stops_on(unit: Unit, inquiry: Inquiry) -> tuple[StopWork, ...]:
    moment = unit.inquiries.moment(inquiry.moment_id)
    thread = unit.talk.thread(moment.thread_id) if moment is not None else None
    return stops_on_thread(unit, thread) if thread is not None else ()


def _known(unit: Unit, community: Community, topic: str) -> StopWork | None:
    wanted = " ".join(topic.casefold().split())
    held = unit.stops.stops(community.id)
    return next((s for s in held if wanted in (s.topic.casefold(), s.id)), None)


def _give_time_back(unit: Unit, stop: StopWork, work: Workplace) -> None:
    """Move on what was planned against people's time on this topic."""
    lost = work.clock.now() - stop.stopped_at
    for due in unit.inquiries.upcoming(stop.community_id, PLANNED_AT_MOST):
        if due.kind not in WAITING:
            continue
        inquiry = _inquiry_of(unit, due)
        if inquiry is not None and stop in _stops_on(unit, inquiry):
            plan(unit, due.community_id, due.kind, due.subject_id, due.at + lost)


def _wake(unit: Unit, work: Workplace, community: Community) -> None:
    """Let what was held go on: those whose turn it was, and guides that were approved before."""
    now = work.clock.now()
    waiting = (InquiryStatus.WAITING_FOR_TURN, InquiryStatus.WAITING_FOR_REVIEW)
    for inquiry in unit.inquiries.inquiries(community.id, waiting):
        plan_wake(unit, community.id, inquiry.id, now)
        if inquiry.status is InquiryStatus.WAITING_FOR_TURN:
            plan(unit, community.id, DueKind.TRY_TO_ASK, inquiry.id, now)
