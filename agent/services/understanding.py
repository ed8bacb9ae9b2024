"""What an answer was understood to say, sentence by sentence, and its author's word on that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.inquiry.dossier import Dossier, read_dossier
from agent.inquiry.telling import told
from agent.inquiry.wakes import plan_wake
from agent.journal import note
from agent.method.differing import difference_in_words
from agent.method.readings import AnswerQuality, Sentence
from agent.method.sentences import own_sentences
from agent.services.answering import find_question
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Claim, GuideStatus
from memory.records.inbox import SentenceMeaning
from memory.records.incident import TELLS
from memory.records.inquiry import Facet, Question
from memory.records.people import Member
from memory.records.talk import Message
from memory.store.protocols import Unit
from prompts.incident import part_of


@dataclass(frozen=True, slots=True)
class UnderstoodSentence:
    """One sentence of an answer with what it is taken to be about."""

    number: int
    """Counted from 1 over the answer."""
    text: str
    facets: tuple[Facet, ...]
    """The first is the heading it would stand under; none: nothing that belongs in a guide."""
    by_author: bool
    """Whether its author said so."""


@dataclass(frozen=True, slots=True)
class Understood:
    """An answer as it was understood."""

    question: Question
    message: Message
    quality: AnswerQuality
    sentences: tuple[UnderstoodSentence, ...]
    choices: tuple[Facet, ...]
    """What a sentence of it may be about."""
    differs: tuple[str, ...]
    """What of it differs from what was said before, in words."""
    settled: str
    """Why its meaning cannot be changed here any more, in words; empty while it can."""


def understand(work: Workplace, member: Member, question_id: str) -> Understood:
    """Read an answer as the agent reads it, with its author's own word above all.

    Raises `UserInputError` for a question without an answer in words, and
    `PermissionDeniedError` for somebody else's.
    """
    question = find_question(work, question_id)
    if question.asked_of != member.id:
        raise PermissionDeniedError(f"question {question.id!r} was put to somebody else")
    with work.store.reading() as unit:
        dossier = read_dossier(unit, question.inquiry_id)
        people = {m.id: m for m in unit.people.members(question.community_id)}
    exchanges = dossier.exchanges(work.context.engine)
    exchange = next((one for one in exchanges if one.question.id == question.id), None)
    if exchange is None:
        raise UserInputError(f"question {question.id!r} has no answer in words")
    _, claims = told(work.context, dossier, exchanges)
    reading = exchange.reading
    read = {one.sentence.start: one for one in reading.sentences}
    meant = {m.start for m in dossier.meanings if m.message_id == exchange.message.id}
    sentences = []
    for number, sentence in enumerate(own_sentences(exchange.message), start=1):
        found = read.get(sentence.start)
        stated = [one.facet for one in found.facets] if found else []
        headed = _headed(sentence, claims) if stated else []
        facets = tuple(dict.fromkeys((*headed, *stated)))
        by_author = sentence.start in meant
        sentences.append(UnderstoodSentence(number, sentence.text, facets, by_author))
    differs = (difference_in_words(one, member.id, people) for one in reading.contradicts)
    return Understood(
        question,
        exchange.message,
        reading.quality,
        tuple(sentences),
        _choices(question),
        tuple(dict.fromkeys(differs)),
        _settled(dossier),
    )


def _headed(sentence: Sentence, claims: Sequence[Claim]) -> list[Facet]:
    """The headings under which the words of a sentence would stand in a guide."""
    return [
        claim.facet
        for claim in claims
        for span in claim.evidence
        if span.message_id == sentence.message_id
        and span.start < sentence.end
        and sentence.start < span.end
    ]


def _choices(question: Question) -> tuple[Facet, ...]:
    """All facets; in a review of an incident those that its question tells of."""
    part = part_of(question.template)
    return tuple(f for f in Facet if part is None or f in TELLS[part])


def _settled(dossier: Dossier) -> str:
    guide = dossier.guide
    if guide is not None and guide.status is not GuideStatus.DRAFT:
        return "The guide is past its draft: correct or strike its sentences under My words."
    return "" if dossier.inquiry.is_open else "The inquiry has ended without a guide."


def choose_meaning(
    work: Workplace, actor: Actor, question_id: str, number: int, facet: Facet | None
) -> Understood:
    """`record_meaning`, then let what is known follow it."""
    question = record_meaning(work, actor, question_id, number, facet)
    follow_meaning(work, question)
    return understand(work, actor.member, question.id)


def follow_meaning(work: Workplace, question: Question) -> None:
    """Work out anew what is known from an inquiry whose author set its meaning right.

    A draft that stands is written anew; a question that is open stays as it is.
    """
    with work.store.reading() as unit:
        dossier = read_dossier(unit, question.inquiry_id)
    if dossier.guide is None:
        coverage, claims = told(work.context, dossier, dossier.exchanges(work.context.engine))
        with work.store.writing() as unit:
            if tuple(unit.inbox.meanings(question.inquiry_id)) == dossier.meanings:
                unit.inquiries.save_coverage(question.inquiry_id, coverage)
                unit.guides.save_claims(claims)
    work.runner.advance(question.inquiry_id)


def record_meaning(
    work: Workplace, actor: Actor, question_id: str, number: int, facet: Facet | None
) -> Question:
    """Store what a sentence of one's own answer is about; `None`: nothing for a guide.

    The message stays as it was written. A draft that stands is written anew from it. Raises
    `UserInputError` for an unknown sentence, a facet that the question does not tell of, or an
    answer whose guide is past its draft.
    """
    question = find_question(work, question_id)
    if question.asked_of != actor.member.id:
        raise PermissionDeniedError(f"question {question.id!r} was put to somebody else")
    choices = _choices(question)
    if facet is not None and facet not in choices:
        named = ", ".join(choices)
        raise UserInputError(f"an answer to this question is about one of {named}, not {facet!r}")
    with work.store.writing() as unit:
        dossier = read_dossier(unit, question.inquiry_id)
        message = dossier.replies.get(question.id)
        if message is None:
            raise UserInputError(f"question {question.id!r} has no answer in words")
        if _settled(dossier):
            raise UserInputError(_settled(dossier))
        sentences = own_sentences(message)
        if not 1 <= number <= len(sentences):
            raise UserInputError(f"the answer has sentences 1 to {len(sentences)}, no {number!r}")
        _keep(unit, work, actor, dossier, question, sentences[number - 1], facet)
    return question


def _keep(
    unit: Unit,
    work: Workplace,
    actor: Actor,
    dossier: Dossier,
    question: Question,
    sentence: Sentence,
    facet: Facet | None,
) -> None:
    now = work.clock.now()
    meaning = SentenceMeaning(
        id=SentenceMeaning.id_of(sentence.message_id, sentence.start),
        community_id=question.community_id,
        inquiry_id=question.inquiry_id,
        question_id=question.id,
        message_id=sentence.message_id,
        start=sentence.start,
        end=sentence.end,
        facet=facet,
        member_id=actor.member.id,
        drafted=dossier.guide.current.number if dossier.guide else 0,
        said_at=now,
    )
    unit.inbox.save_meaning(meaning)
    plan_wake(unit, question.community_id, question.inquiry_id, now)
    note(
        unit,
        now,
        question.community_id,
        Action.MEANING_CHOSEN,
        question.id,
        **actor.logged(),
        reason=f"facet:{facet.value.lower() if facet else 'nothing'}",
    )
