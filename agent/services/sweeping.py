"""The sweep: judge settled threads, open inquiries, and do what has come due with time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from agent.inquiry.dossier import spoken, standings_of, view_thread
from agent.inquiry.wakes import plan, plan_wake
from agent.journal import note
from agent.method.readings import MomentReading
from agent.services.alike import propose_alike
from agent.services.challenging import PublishedSentences, keep_challenges, settle_challenges
from agent.services.earlier import Earlier, covering_guide, note_covered
from agent.services.indexing import index_guides
from agent.services.pausing import settle_pause
from agent.services.reverifying import ask_again, settle_rechecks
from agent.services.waiting import expire, is_paused, reconsider, remind, try_to_ask
from agent.services.workplace import Workplace
from memory.errors import PassdownError
from memory.records.decisions import Action
from memory.records.inquiry import (
    Due,
    DueKind,
    Inquiry,
    InquiryStatus,
    Moment,
)
from memory.records.people import Community
from memory.records.talk import Thread
from memory.store.protocols import Unit

CARRIED = (InquiryStatus.WAITING_FOR_TURN, InquiryStatus.WAITING_FOR_ANSWER)
THREADS_AT_ONCE = 50
"""Threads judged between two transactions; a kill loses at most their judging."""
THREADS_IN_PAGE = 500
"""Threads held in memory at a time."""
RETRY = timedelta(hours=1)
"""When something that failed is tried again; the rest goes on meanwhile."""
CANDIDATES = 2_000
"""Moments looked at when inquiries are opened."""


@dataclass
class SweepReport:
    """What one sweep did."""

    threads_judged: int = 0
    moments_found: int = 0
    contradictions: int = 0
    """Later messages found to contradict published guides."""
    inquiries_opened: int = 0
    advanced: list[str] = field(default_factory=list)
    reminded: int = 0
    expired: int = 0
    indexed: int = 0
    rechecked: int = 0
    """Authors asked whether a published guide still holds."""
    alike: int = 0
    """Pairs of guides newly proposed as one."""
    paused: list[str] = field(default_factory=list)
    """Names of communities in which the agent is paused: it read there and did nothing else."""
    failed: list[str] = field(default_factory=list)
    """What could not be done, in words; it is tried again after `RETRY`."""


OnProgress = Callable[[str, int, int], None]
"""Called with a stage (`judging`, `asking`), how many are done, and how many there are."""


def sweep(
    work: Workplace, community: Community | None = None, *, on_progress: OnProgress | None = None
) -> SweepReport:
    """Do everything that can be done now, for one community or all. Safe to interrupt."""
    report = SweepReport()
    with work.store.reading() as unit:
        communities = [community] if community else list(unit.people.communities())
    earlier = {each.id: Earlier(work, each) for each in communities}
    with work.store.writing() as unit:
        for each in communities:
            if settle_pause(unit, work, each.id) is not None:
                report.paused.append(each.name)
    for each in communities:
        find_moments(work, each, report, on_progress, earlier[each.id])
    for each in communities:
        settle_challenges(work, each)
        settle_rechecks(work, each)
        reconsider(work, each)
        report.rechecked += ask_again(work, each)
    opened = -1
    while opened < report.inquiries_opened:
        opened = report.inquiries_opened
        for each in communities:
            _open_inquiries(work, each, report, earlier[each.id])
        _do_due(work, report, on_progress)
    report.indexed = index_guides(work)
    for each in communities:
        report.alike += propose_alike(work, each)
    return report


def find_moments(
    work: Workplace,
    community: Community,
    report: SweepReport,
    on_progress: OnProgress | None,
    earlier: Earlier | None = None,
) -> None:
    """Judge every settled thread that changed since it was last judged.

    Judging holds no transaction; a thread that changes meanwhile is left for the next sweep.
    """
    settled = work.clock.now() - timedelta(hours=work.policy.ask.quiet_thread_hours)
    with work.store.reading() as unit:
        standings = standings_of(unit, community.id)
        waiting = sum(1 for _ in unit.talk.unjudged_threads(community.id, settled))
    earlier = earlier or Earlier(work, community)
    published = PublishedSentences.read(work.store, community.id) if waiting else None
    threshold, done = ask_threshold(work), 0
    for batch in _batches(work, community, settled):
        with work.store.reading() as unit:
            views = [view_thread(unit, thread.id) for thread in batch]
        views = [earlier.counted(view) for view in views]
        judged = [
            (view, earlier.gated(view, work.context.engine.judge(view, standings), threshold))
            for view in views
        ]
        now = work.clock.now()
        against = [published.against(view, now) if published else () for view in views]
        with work.store.writing() as unit:
            for (view, readings), opposing in zip(judged, against, strict=True):
                if tuple(spoken(unit, view.thread.id)) == view.messages:
                    report.moments_found += _keep_moments(unit, work, view.thread, readings)
                    report.contradictions += keep_challenges(unit, work, opposing)
                    unit.talk.mark_judged([view.thread.id], work.clock.now())
        done += len(batch)
        report.threads_judged += len(batch)
        if on_progress is not None:
            on_progress("judging", done, max(waiting, done))


def _batches(
    work: Workplace, community: Community, settled: datetime
) -> Iterator[Sequence[Thread]]:
    """Yield unjudged threads, each once, a page at a time: memory does not grow with the archive.

    Those that a batch could not mark, because they changed meanwhile, are passed over.
    """
    passed: set[str] = set()
    while True:
        with work.store.reading() as unit:
            unjudged = unit.talk.unjudged_threads(community.id, settled)
            page = list(islice((t for t in unjudged if t.id not in passed), THREADS_IN_PAGE))
        if not page:
            return
        for start in range(0, len(page), THREADS_AT_ONCE):
            yield page[start : start + THREADS_AT_ONCE]
        with work.store.reading() as unit:
            again = islice(unit.talk.unjudged_threads(community.id, settled), THREADS_IN_PAGE)
            passed |= {thread.id for thread in again} & {thread.id for thread in page}


def _keep_moments(
    unit: Unit, work: Workplace, thread: Thread, readings: Sequence[MomentReading]
) -> int:
    """Store the moments worth asking about, and hold back those that a gate has closed since."""
    threshold = ask_threshold(work)
    found = 0
    for reading in readings:
        moment_id = Moment.id_of(reading.message.id)
        guide_id = covering_guide(reading)
        if guide_id is not None:
            if unit.inquiries.inquiry(Inquiry.id_of(moment_id)) is not None:
                continue
            note_covered(unit, work, thread.community_id, moment_id, guide_id)
        if reading.gates_failed:
            moment = unit.inquiries.moment(moment_id)
            if moment is not None and moment.score:
                unit.inquiries.save_moments([moment.model_copy(update={"score": 0.0})])
        elif reading.score >= threshold:
            _save_moment(unit, work, thread, reading)
            found += 1
    return found


def ask_threshold(work: Workplace) -> float:
    """The score from which a moment is worth asking about: the policy's, or the catalogue's."""
    own = work.policy.triage.ask_threshold
    return own if own is not None else work.catalogue.triage.threshold


def _save_moment(unit: Unit, work: Workplace, thread: Thread, reading: MomentReading) -> None:
    author = reading.message.author_id
    if author is None:
        return
    moment = Moment(
        id=Moment.id_of(reading.message.id),
        community_id=thread.community_id,
        thread_id=thread.id,
        message_id=reading.message.id,
        author_id=author,
        score=reading.score,
        signals=reading.signals,
        reasons=reading.reasons,
        found_at=work.clock.now(),
    )
    unit.inquiries.save_moments([moment])
    note(unit, work.clock.now(), thread.community_id, Action.MOMENT_FOUND, moment.id)


def _open_inquiries(
    work: Workplace, community: Community, report: SweepReport, earlier: Earlier
) -> None:
    """Open inquiries for the best moments, up to the policy's limit of open ones."""
    now = work.clock.now()
    with work.store.writing() as unit:
        if is_paused(unit, work, community.id):
            return
        open_now = [i for i in unit.inquiries.inquiries(community.id) if i.is_open]
        for moment in _next_moments(unit, work, community, open_now, earlier):
            inquiry = Inquiry(
                id=Inquiry.id_of(moment.id),
                community_id=community.id,
                moment_id=moment.id,
                status=InquiryStatus.WAITING_FOR_TURN,
                opened_at=now,
                updated_at=now,
            )
            unit.inquiries.save_inquiry(inquiry)
            plan_wake(unit, community.id, inquiry.id, now)
            note(unit, now, community.id, Action.INQUIRY_OPENED, inquiry.id)
            report.inquiries_opened += 1


def _next_moments(
    unit: Unit,
    work: Workplace,
    community: Community,
    open_now: Sequence[Inquiry],
    earlier: Earlier,
) -> Sequence[Moment]:
    """The best moments there is room for, in all and with each expert.

    Only what the agent itself has to carry on takes up room; a guide that waits for a person
    does not, nor a review that somebody asked for. Talk that was made private or that a gate has
    closed since, or that a guide was published about, and people who opted out, are passed over.
    """
    rules = work.policy.triage
    reviews = {review.inquiry_id for review in unit.incidents.reviews(community.id)}
    carried = [i for i in open_now if i.status in CARRIED and i.id not in reviews]
    busy = Counter(
        moment.author_id
        for inquiry in carried
        if (moment := unit.inquiries.moment(inquiry.moment_id)) is not None
    )
    chosen: list[Moment] = []
    for moment in unit.inquiries.moments_without_inquiry(community.id, CANDIDATES):
        if len(carried) + len(chosen) >= rules.max_open_inquiries:
            break
        author = unit.people.member(moment.author_id)
        thread = unit.talk.thread(moment.thread_id)
        if author is None or not author.may_be_asked or thread is None or thread.private:
            continue
        if not moment.score:
            continue
        if busy[moment.author_id] < rules.max_open_per_expert:
            if earlier.is_covered(unit, moment):
                continue
            busy[moment.author_id] += 1
            chosen.append(moment)
    return chosen


def _do_due(work: Workplace, report: SweepReport, on_progress: OnProgress | None) -> None:
    """Do what is due until nothing new comes up; what another process is at is left to it."""
    seen: set[tuple[str, str]] = set()
    while True:
        with work.store.reading() as unit:
            waiting = [
                due
                for due in unit.inquiries.due(work.clock.now(), limit=10_000)
                if (due.key, due.at.isoformat()) not in seen
            ]
        if not waiting:
            return
        for done, due in enumerate(waiting, start=1):
            seen.add((due.key, due.at.isoformat()))
            try:
                inquiry_id = _prepare(work, due, report)
                if inquiry_id is not None and work.runner.advance(inquiry_id, patience=0.0):
                    report.advanced.append(inquiry_id)
            except PassdownError as error:
                report.failed.append(f"{due.subject_id}: {error}")
                with work.store.writing() as unit:
                    later = work.clock.now() + RETRY
                    plan(unit, due.community_id, due.kind, due.subject_id, later)
            if on_progress is not None:
                on_progress("asking", done, len(waiting))


def _prepare(work: Workplace, due: Due, report: SweepReport) -> str | None:
    """Record what time did; returns the inquiry that has to be moved on, if any."""
    if due.kind is DueKind.REMIND:
        report.reminded += remind(work, due)
        return None
    if due.kind is DueKind.EXPIRE:
        ended = expire(work, due)
        report.expired += ended is not None
        return ended
    if due.kind is DueKind.TRY_TO_ASK:
        return try_to_ask(work, due)
    return due.subject_id
