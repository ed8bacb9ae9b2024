"""What a person does with a question: reply, skip, enough, not me, stop.

Recorded first, acted on after: `record_answer` is one short transaction, `go_on` may take seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.inquiry.dossier import Dossier, read_dossier
from agent.inquiry.wakes import due_key, plan_wake
from agent.journal import note
from agent.policy.governance import Deed, Relation, Seen, may
from agent.services.governing import refuse, rules_of
from agent.services.identity import Actor, find_member
from agent.services.seeing import sees_question
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_text, segment_markdown
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.inbox import Enough
from memory.records.inquiry import Answer, AnswerKind, DueKind, Question, QuestionStatus
from memory.records.people import Credit, Member
from memory.records.talk import INTERVIEW_SOURCE, Message, MessageKind, Origin, Thread
from memory.store.protocols import Unit

MAX_ANSWER = 20_000
"""Characters of one answer; a longer one is a document, and belongs in a message of its own."""
STATUS_OF = {
    AnswerKind.REPLY: (QuestionStatus.ANSWERED, Action.ANSWERED),
    AnswerKind.SKIP: (QuestionStatus.SKIPPED, Action.SKIPPED),
    AnswerKind.ENOUGH: (QuestionStatus.ENOUGH, Action.SAID_ENOUGH),
    AnswerKind.NOT_ME: (QuestionStatus.REFERRED, Action.REFERRED),
    AnswerKind.STOP: (QuestionStatus.STOPPED, Action.OPTED_OUT),
}


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One open question with what a person needs to answer it."""

    question: Question
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an answer: recorded, and whether the inquiry has moved on already."""

    answer: Answer
    moved_on: bool
    differs: tuple[str, ...] = ()
    """What of a reply differs from what its author or somebody else said before, in words."""


def inbox(work: Workplace, member: Member) -> Sequence[InboxItem]:
    """Open questions to `member` that they did not put off, in the order of `by_worth`."""
    now = work.clock.now()
    with work.store.reading() as unit:
        asked = [
            q
            for q in unit.inquiries.open_questions(member.id)
            if not is_snoozed(q, now) and sees_question(unit, member, q)
        ]
        return [
            InboxItem(question, read_dossier(unit, question.inquiry_id))
            for question in by_worth(asked)
        ]


def by_worth(questions: Iterable[Question]) -> list[Question]:
    """Those of the newest day first, and of one day the most valuable first."""

    def worth(question: Question) -> tuple[int, float, str]:
        delivered = question.delivered_at or question.composed_at
        return -delivered.date().toordinal(), -question.value, question.id

    return sorted(questions, key=worth)


def is_snoozed(question: Question, now: datetime) -> bool:
    """Whether its person does not want to see it yet."""
    return question.snoozed_until is not None and question.snoozed_until > now


def find_question(work: Workplace, question_id: str) -> Question:
    """By id, or by a unique beginning of an open one's. Raises `UserInputError`."""
    with work.store.reading() as unit:
        question = unit.inquiries.question(question_id)
        if question is not None:
            return question
        found = [
            q
            for q in unit.inquiries.open_questions()
            if q.id.startswith(question_id) or q.id.removeprefix("que_").startswith(question_id)
        ]
    if len(found) != 1 or not question_id:
        problem = "several open questions begin" if found else "no open question begins"
        raise UserInputError(f"{problem} with {question_id!r}; see `passdown inbox`")
    return found[0]


def give_answer(
    work: Workplace,
    actor: Actor,
    question_id: str,
    kind: AnswerKind,
    *,
    text: str = "",
    refer_to: str | None = None,
    credit: Credit | None = None,
) -> Receipt:
    """`record_answer`, then let the inquiry go on."""
    answer = record_answer(
        work, actor, question_id, kind, text=text, refer_to=refer_to, credit=credit
    )
    return go_on(work, answer)


def record_answer(
    work: Workplace,
    actor: Actor,
    question_id: str,
    kind: AnswerKind,
    *,
    text: str = "",
    refer_to: str | None = None,
    credit: Credit | None = None,
) -> Answer:
    """Record what the person did with a question; a reply ends its draft in the same transaction.

    Raises `UserInputError` for an unknown, closed or foreign question, an empty or over-long
    text, or an unknown person referred to; nothing is recorded then.
    """
    question = find_question(work, question_id)
    if question.asked_of != actor.member.id:
        raise PermissionDeniedError(f"question {question.id!r} was put to somebody else")
    if kind is AnswerKind.REPLY:
        rules = rules_of(work, actor.member.community_id)
        with work.store.reading() as unit:
            sees = sees_question(unit, actor.member, question)
        seen = Relation(seen=Seen.ALL if sees else Seen.NOTHING)
        refuse(may(actor.member.roles, Deed.ANSWER, rules, seen))
        _check_text(text)
    elif credit is not None:
        raise UserInputError("only an answer in words is credited")
    with work.store.writing() as unit:
        return _record(unit, work, actor, question.id, _Given(kind, text, refer_to, credit))


def go_on(work: Workplace, answer: Answer) -> Receipt:
    """Let the inquiry of a recorded answer go on. Whoever is killed here loses nothing."""
    question = find_question(work, answer.question_id)
    with work.store.reading() as unit:
        recheck = unit.life.recheck_of(question.id)
    if recheck is not None:
        from agent.services.reverifying import settle_recheck

        settle_recheck(work, recheck.id)
    differs = _differences(work, question) if answer.kind is AnswerKind.REPLY else ()
    return Receipt(answer, work.runner.advance(question.inquiry_id), differs)


@dataclass(frozen=True, slots=True)
class _Given:
    """What a person does with a question, as they gave it."""

    kind: AnswerKind
    text: str
    refer_to: str | None
    credit: Credit | None


def _differences(work: Workplace, question: Question) -> tuple[str, ...]:
    """What of the stored reply to a question differs from earlier words, each once."""
    from agent.method.differing import difference_in_words

    with work.store.reading() as unit:
        dossier = read_dossier(unit, question.inquiry_id)
        people = {m.id: m for m in unit.people.members(question.community_id)}
    for exchange in dossier.exchanges(work.context.engine):
        if exchange.question.id == question.id:
            told = exchange.reading.contradicts
            lines = (difference_in_words(one, question.asked_of, people) for one in told)
            return tuple(dict.fromkeys(lines))
    return ()


def _check_text(text: str) -> None:
    if not text.strip():
        raise UserInputError("the answer is empty; to pass, use --skip, --not-me or --stop")
    if len(text) > MAX_ANSWER:
        raise UserInputError(
            f"the answer has {len(text):,} characters, at most {MAX_ANSWER:,} are taken; "
            f"nothing was sent, please cut {len(text) - MAX_ANSWER:,}"
        )


def _record(unit: Unit, work: Workplace, actor: Actor, question_id: str, given: _Given) -> Answer:
    now = work.clock.now()
    question = unit.inquiries.question(question_id)
    inquiry = unit.inquiries.inquiry(question.inquiry_id) if question else None
    rechecked = question is not None and unit.life.recheck_of(question.id) is not None
    open_still = inquiry is not None and (inquiry.is_open or rechecked)
    if question is None or question.status is not QuestionStatus.OPEN or not open_still:
        state = question.status.value if question else "unknown"
        raise UserInputError(
            f"question {question_id!r} is no longer open ({state}); your answer was not stored"
        )
    kind = given.kind
    referred = _referred(unit, actor, question, given.refer_to)
    message = _store_reply(unit, work, question, given.text) if kind is AnswerKind.REPLY else None
    answer = Answer(
        id=Answer.id_of(question.id),
        community_id=question.community_id,
        question_id=question.id,
        member_id=actor.member.id,
        kind=kind,
        message_id=message.id if message else None,
        refer_to_id=referred.id if referred else None,
        credit=given.credit,
        given_at=now,
    )
    unit.inquiries.save_answer(answer)
    close_question(unit, work, question, kind, actor)
    if kind is AnswerKind.REPLY:
        unit.inbox.drop_draft(actor.member.id, question.id)
    elif kind is AnswerKind.ENOUGH:
        keep_enough(unit, work, actor, question)
    elif kind is AnswerKind.STOP:
        from agent.services.consent import stop_asking

        member = unit.people.member(actor.member.id) or actor.member
        stop_asking(unit, now, member)
    return answer


def _referred(unit: Unit, actor: Actor, question: Question, refer_to: str | None) -> Member | None:
    if refer_to is None:
        return None
    referred = find_member(unit.people.members(question.community_id), refer_to)
    if referred.id == actor.member.id:
        raise UserInputError("`not me` cannot refer to yourself")
    if referred.is_bot:
        raise UserInputError(f"{referred.handle!r} is a bot and cannot be asked")
    return referred


def _store_reply(unit: Unit, work: Workplace, question: Question, text: str) -> Message:
    now = work.clock.now()
    native = question.inquiry_id
    thread = Thread(
        id=Thread.id_of(question.community_id, INTERVIEW_SOURCE, native),
        community_id=question.community_id,
        source=INTERVIEW_SOURCE,
        native_id=native,
        private=True,
        started_at=now,
        last_at=now,
    )
    segmented = segment_markdown(clean_text(text))
    message = Message(
        id=Message.id_of(question.community_id, INTERVIEW_SOURCE, question.id),
        community_id=question.community_id,
        thread_id=thread.id,
        source=INTERVIEW_SOURCE,
        native_id=question.id,
        author_id=question.asked_of,
        kind=MessageKind.INTERVIEW,
        text=segmented.text,
        segments=segmented.segments,
        sent_at=now,
        origin=Origin(file="inbox", line=0),
    )
    if not any(True for _ in message.own_spans()):
        raise UserInputError("the answer holds no words of your own, only quotation or code")
    unit.talk.save_threads([thread])
    unit.talk.save_messages([message])
    return message


def close_question(
    unit: Unit, work: Workplace, question: Question, kind: AnswerKind, actor: Actor
) -> None:
    """Close an open question as its person chose, wake the inquiry, and log it."""
    now = work.clock.now()
    status, action = STATUS_OF[kind]
    unit.inquiries.save_question(question.model_copy(update={"status": status, "closed_at": now}))
    for due in (DueKind.REMIND, DueKind.EXPIRE):
        unit.inquiries.drop_due(due_key(due, question.id))
    plan_wake(unit, question.community_id, question.inquiry_id, now)
    note(
        unit,
        now,
        question.community_id,
        action,
        question.id,
        **actor.logged(),
    )


def keep_enough(unit: Unit, work: Workplace, actor: Actor, question: Question) -> None:
    """Store that the person said enough for now in the inquiry of a question put to them."""
    unit.inbox.save_enough(
        Enough(
            community_id=question.community_id,
            inquiry_id=question.inquiry_id,
            member_id=actor.member.id,
            said_at=work.clock.now(),
        )
    )
