"""Taking a note or the transcript of a recording from a member, and asking on from it at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.inquiry.dossier import standings_of
from agent.inquiry.wakes import due_key, plan_wake
from agent.journal import note
from agent.method.readings import MomentReading, ThreadView
from agent.services.earlier import Earlier
from agent.services.identity import Actor
from agent.services.sweeping import ask_threshold
from agent.services.workplace import Workplace
from agent.sources.notes import Speakers, note_records
from agent.sources.own_words import clean_line, clean_text
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.inquiry import DueKind, Inquiry, InquiryStatus, Moment, Question, Signal
from memory.records.people import Community, Member
from memory.records.talk import Message, Thread
from memory.store.protocols import Unit
from prompts.notes import load_notes

MAX_NOTE = 60_000
"""Characters of one note: about an hour of speech."""
MAX_TITLE = 120
NOBODY = "nobody"
"""Code where no turn of a transcript is its submitter's."""
OPTED_OUT = "opted_out"
SIGNAL = "offered"
"""Name of the signal that lifts a note over the threshold: its author wants to be asked."""
DECLINED = "declined:"
"""How the log marks a note that nobody is asked about; the code follows."""
LEAST_ODDS = 1e-4
"""Scores are kept this far from 0 and 1 where they are turned into log-odds."""


@dataclass(frozen=True, slots=True)
class NoteReceipt:
    """What became of a note."""

    thread: Thread
    messages: tuple[Message, ...]
    new: bool
    """False where the same note had been taken before; nothing was stored then."""
    declined: str = ""
    """Code of the gate because of which nobody is asked; empty where an inquiry was opened."""
    guide_id: str | None = None
    """The published guide that says the same, where that is the reason."""
    inquiry: Inquiry | None = None
    question: Question | None = None
    """The question that is open to the author now."""
    ask_at: datetime | None = None
    """When asking is tried again, in UTC."""

    @property
    def why(self) -> str:
        """Why nobody is asked, in words."""
        return load_notes().declined.get(self.declined, "") if self.declined else ""


def submit_note(
    work: Workplace,
    community: Community,
    actor: Actor,
    text: str,
    *,
    title: str = "",
    me: str = "",
    mine: bool = False,
) -> NoteReceipt:
    """Take a note as raw knowledge and ask on from it, within the budgets of the policy.

    Of a transcript, turns under the label `me` or `Me:` are the submitter's, those of members
    known by name theirs, all others nobody's; with `mine` all words are the submitter's. The
    same words by the same member are one note. Everything is stored in one transaction. Raises
    `UserInputError` for what is empty, binary or over-long; nothing is stored then.
    """
    words, heading = _checked(text), clean_line(title, MAX_TITLE)
    with work.store.reading() as unit:
        people = unit.people.members(community.id)
        standings = standings_of(unit, community.id)
    speakers, now = Speakers(people, actor.member, me), work.clock.now()
    thread, messages = note_records(community, speakers, words, now, title=heading, mine=mine)
    with work.store.reading() as unit:
        known = unit.talk.thread(thread.id) is not None
    if not known:
        view = ThreadView(thread, messages, {member.id: member for member in people})
        readings = work.context.engine.judge(view, standings)
        reading, declined = _judged(work, community, view, actor.member, readings)
        known = not _store(work, actor, view, reading, declined)
    inquiry_id = _inquiry_of(work, thread.id)
    if inquiry_id is not None:
        work.runner.advance(inquiry_id)
    return _receipt(work, actor.member, thread.id, inquiry_id, new=not known)


def _checked(text: str) -> str:
    """The text as it is stored. Raises `UserInputError`."""
    if "\x00" in text:
        raise UserInputError("the note holds binary data, not text; nothing was stored")
    words = clean_text(text).strip()
    if not any(character.isalnum() for character in words):
        raise UserInputError("the note is empty; nothing was stored")
    if len(words) > MAX_NOTE:
        raise UserInputError(
            f"the note has {len(words):,} characters, at most {MAX_NOTE:,} are taken; "
            "nothing was stored, please hand it in in parts"
        )
    return words


def _judged(
    work: Workplace,
    community: Community,
    view: ThreadView,
    member: Member,
    readings: Sequence[MomentReading],
) -> tuple[MomentReading | None, str]:
    """The submitter's best words as a moment, or the code of the gate that forbids to ask."""
    own = [r for r in readings if r.message.author_id == member.id]
    if not own:
        return None, NOBODY
    if not member.may_be_asked:
        return None, OPTED_OUT
    passed = [reading for reading in own if not reading.gates_failed]
    if not passed:
        return None, own[0].gates_failed[0]
    best = _offered(max(passed, key=lambda r: r.score), ask_threshold(work))
    (judged,) = Earlier(work, community).gated(view, [best], best.score)
    return (None, judged.gates_failed[0]) if judged.gates_failed else (judged, "")


def _offered(reading: MomentReading, threshold: float) -> MomentReading:
    """The reading, lifted to the threshold by the signal that its author offered it."""
    wanted = max(reading.score, threshold, LEAST_ODDS)
    added = round(max(0.0, _log_odds(wanted) - _log_odds(reading.score)), 4)
    signal = Signal(name=SIGNAL, value=1.0, weight=added)
    reasons = (load_notes().reason, *reading.reasons)
    return replace(reading, score=wanted, signals=(*reading.signals, signal), reasons=reasons)


def _log_odds(score: float) -> float:
    inside = min(1 - LEAST_ODDS, max(LEAST_ODDS, score))
    return math.log(inside / (1 - inside))


def _store(
    work: Workplace,
    actor: Actor,
    view: ThreadView,
    reading: MomentReading | None,
    declined: str,
) -> bool:
    """Store the note, its moment and its inquiry at once; False: another process was first."""
    now, thread = work.clock.now(), view.thread
    with work.store.writing() as unit:
        if unit.talk.thread(thread.id) is not None:
            return False
        unit.talk.save_threads([thread])
        unit.talk.save_messages(view.messages)
        unit.talk.mark_judged([thread.id], now)
        reason = f"{DECLINED}{declined}" if declined else ""
        note(
            unit,
            now,
            thread.community_id,
            Action.NOTE_TAKEN,
            thread.id,
            **actor.logged(),
            reason=reason,
        )
        if reading is not None:
            _open_inquiry(unit, now, actor.member, reading)
    return True


def _open_inquiry(unit: Unit, now: datetime, member: Member, reading: MomentReading) -> None:
    message = reading.message
    moment = Moment(
        id=Moment.id_of(message.id),
        community_id=message.community_id,
        thread_id=message.thread_id,
        message_id=message.id,
        author_id=member.id,
        score=reading.score,
        signals=reading.signals,
        reasons=reading.reasons,
        found_at=now,
    )
    inquiry = Inquiry(
        id=Inquiry.id_of(moment.id),
        community_id=moment.community_id,
        moment_id=moment.id,
        status=InquiryStatus.WAITING_FOR_TURN,
        opened_at=now,
        updated_at=now,
    )
    unit.inquiries.save_moments([moment])
    unit.inquiries.save_inquiry(inquiry)
    plan_wake(unit, inquiry.community_id, inquiry.id, now)
    note(unit, now, moment.community_id, Action.MOMENT_FOUND, moment.id)
    note(unit, now, inquiry.community_id, Action.INQUIRY_OPENED, inquiry.id)


def _inquiry_of(work: Workplace, thread_id: str) -> str | None:
    """Id of the inquiry about a note, if there is one."""
    with work.store.reading() as unit:
        for message in unit.talk.thread_messages(thread_id):
            inquiry_id = Inquiry.id_of(Moment.id_of(message.id))
            if unit.inquiries.inquiry(inquiry_id) is not None:
                return inquiry_id
    return None


def _receipt(
    work: Workplace, member: Member, thread_id: str, inquiry_id: str | None, *, new: bool
) -> NoteReceipt:
    with work.store.reading() as unit:
        thread = unit.talk.thread(thread_id)
        messages = tuple(unit.talk.thread_messages(thread_id))
        inquiry = unit.inquiries.inquiry(inquiry_id) if inquiry_id else None
        mine = [q for q in unit.inquiries.open_questions(member.id) if q.inquiry_id == inquiry_id]
        due = due_key(DueKind.TRY_TO_ASK, inquiry_id) if inquiry_id else ""
        planned = unit.inquiries.planned(due)
        reasons = [line.reason for line in unit.log.decisions(thread_id)]
    if thread is None:
        raise UserInputError(f"note {thread_id!r} is not in the store")
    code = next((r.removeprefix(DECLINED) for r in reasons if r.startswith(DECLINED)), "")
    gate, _, guide_id = code.partition(":")
    return NoteReceipt(
        thread=thread,
        messages=messages,
        new=new,
        declined=gate,
        guide_id=guide_id or None,
        inquiry=inquiry,
        question=mine[0] if mine else None,
        ask_at=planned.at if planned else None,
    )
