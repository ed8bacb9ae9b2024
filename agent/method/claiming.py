"""What people said that a guide may hold: sentence by sentence, each under one facet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.method.facets import FacetDetector, before_of, read_message
from agent.method.lexicon import AUXILIARIES
from agent.method.phrases import is_verb
from agent.method.placing import Placed, Placer
from agent.method.readings import (
    AnswerQuality,
    AnswerReading,
    Before,
    ReadSentence,
    Sentence,
    ThreadView,
)
from agent.method.standing import says_something, trimmed
from agent.method.summary import stems_by_message, taken_up
from agent.method.syntax import VERBS
from agent.method.wholes import Whole, wholes_of
from agent.method.words import content_stems, fold, tokenise
from memory.records.guide import Claim
from memory.records.inquiry import Facet, Inquiry, Question
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.synthesis import load_synthesis

Interview = Sequence[tuple[Question, Message, AnswerReading]]

_RELATIVE = re.compile(r",|;|\b(?:which|that|who)\b", re.IGNORECASE)
_OTHERS_SHARED_STEMS = 2
_OTHERS_SHARED_PART = 0.3
_OWN_AFFAIRS = frozenset({Facet.EVIDENCE, Facet.GOAL, Facet.SITUATION})
"""Facets that tell of the speaker's own case, which is not the case of the moment."""
_FACETS_OF_OTHERS = {Facet.ACTION: Facet.OPTIONS}
"""What somebody would do who was not asked is an option beside the moment's advice."""


def claims_of(
    inquiry: Inquiry,
    view: ThreadView,
    interview: Interview,
    moment_message_id: str,
    detector: FacetDetector,
    fitted: FacetDetector | None = None,
) -> tuple[Claim, ...]:
    """Every sentence that says something, once, under its best facet.

    The moment's author counts in full; others who answered count with sentences that surely
    state a facet and share words with the moment or the title. From an answer, what is not surely
    another facet's goes under the facet that was asked; what its question quoted counts too,
    since the answer speaks of it. `detector` reads signals; with `fitted`
    both readers decide.
    """
    moment = next(m for m in view.messages if m.id == moment_message_id)
    topic = {*content_stems(view.thread.title), *content_stems(moment.own_words())}
    talk = stems_by_message([*view.messages, *(answer for _, answer, _ in interview)])
    placer = Placer(detector, fitted)
    quotes = [question.quote for question, _, _ in interview]
    central = {one.sentence for one in _central(moment, detector, quotes)}
    answered = {message.author_id for _, message, _ in interview}
    claims: list[Claim] = []
    for message in _speakers(view, moment):
        mine = message.author_id == moment.author_id
        wholes = wholes_of(message)
        placed = placer.in_thread([w.sentence.text for w in wholes], before_of(view, message))
        for whole, found in zip(wholes, placed, strict=True):
            text = whole.sentence.text
            core = message.id == moment.id and whole.sentence in central
            if core or (message.author_id in answered and _is_quoted(whole.sentence, quotes)):
                claims.append(_claim(inquiry, message, whole.sentence, found or _UNSURE))
                continue
            if found is None or not _tells(text) or _is_fragment_of_list(whole):
                continue
            moves = message.id == moment.id and found.facet is Facet.ACTION
            if not moves and not taken_up(text, talk):
                continue
            if placer.is_tale(text, before_of(view, message)):
                continue
            if mine:
                claims.append(_claim(inquiry, message, whole.sentence, found))
            elif _joins_in(text, found.facet, topic):
                others = {} if message.author_id in answered else _FACETS_OF_OTHERS
                theirs = Placed(others.get(found.facet, found.facet), found.confidence)
                claims.append(_claim(inquiry, message, whole.sentence, theirs))
    for question, message, reading in interview:
        claims.extend(_answer_claims(inquiry, question, message, reading, placer))
    return tuple({claim.id: claim for claim in claims}.values())


def _tells(text: str) -> bool:
    """Whether a sentence says something itself, and does not only announce what others say."""
    return says_something(text) and not load_synthesis().placing.introduction.match(text)


_UNSURE = Placed(Facet.ACTION, 0.5)


def _speakers(view: ThreadView, moment: Message) -> Iterator[Message]:
    """Messages of the moment's author, and answers of others who may be quoted."""
    asker = view.messages[0].author_id
    for message in view.messages:
        if message.deleted or message.from_bot or message.author_id is None:
            continue
        if message.kind in (MessageKind.SYSTEM, MessageKind.INTERVIEW):
            continue
        if message.author_id == moment.author_id:
            if message.kind is not MessageKind.QUESTION or message.id == moment.id:
                yield message
            continue
        person = view.people.get(message.author_id)
        if message.kind is MessageKind.QUESTION or message.author_id == asker:
            continue
        if person is None or person.may_be_asked:
            yield message


def _is_fragment_of_list(whole: Whole) -> bool:
    """Whether an item of a list only completes the words before the list: `loss of pressure`."""
    if not whole.item:
        return False
    head = [fold(word.text) for word in tokenise(_RELATIVE.split(whole.sentence.text)[0])]
    if not head or head[0] in VERBS:
        return False
    if head[0].endswith("ing") and not set(head) & AUXILIARIES:
        return True
    return not any(
        word in AUXILIARIES or (n > 0 and is_verb(word) and not word.endswith(("ing", "ed")))
        for n, word in enumerate(head)
    )


def _joins_in(text: str, facet: Facet, topic: set[str]) -> bool:
    if facet in _OWN_AFFAIRS:
        return False
    words = set(content_stems(text))
    shared = len(words & topic)
    return shared >= _OTHERS_SHARED_STEMS and shared >= _OTHERS_SHARED_PART * len(words)


def _central(
    moment: Message, detector: FacetDetector, quotes: Sequence[EvidenceSpan]
) -> list[Whole]:
    """The sentences that were asked about, else the surest directive, else what comes first."""
    wholes = wholes_of(moment)
    asked = [one for one in wholes if any(_holds(one.sentence, quote) for quote in quotes)]
    if asked:
        return asked
    read = {r.sentence.start: r for r in read_message(moment, detector)}
    telling = [one for one in wholes if says_something(one.sentence.text)]

    def directive(one: Whole) -> float:
        found = read.get(one.sentence.start)
        facets = found.facets if found else ()
        return max((f.confidence for f in facets if f.facet is Facet.ACTION), default=0.0)

    return [max(telling, key=directive)] if telling else []


def _is_quoted(sentence: Sentence, quotes: Sequence[EvidenceSpan]) -> bool:
    """Whether a question quoted words of a sentence that says something."""
    return _tells(sentence.text) and any(_holds(sentence, quote) for quote in quotes)


def _holds(outer: Sentence, quote: EvidenceSpan) -> bool:
    """Whether a quote starts inside a sentence."""
    return outer.message_id == quote.message_id and outer.start <= quote.start < outer.end


def _claim(inquiry: Inquiry, message: Message, sentence: Sentence, placed: Placed) -> Claim:
    start, end = trimmed(message.text, sentence.start, sentence.end)
    span = EvidenceSpan.of(message, start, end)
    return Claim(
        id=Claim.id_of(inquiry.id, placed.facet, span),
        community_id=inquiry.community_id,
        inquiry_id=inquiry.id,
        author_id=str(message.author_id),
        facet=placed.facet,
        text=span.quote,
        evidence=(span,),
        confidence=min(1.0, max(0.0, placed.confidence)),
    )


def _answer_claims(
    inquiry: Inquiry,
    question: Question,
    message: Message,
    reading: AnswerReading,
    placer: Placer,
) -> Iterator[Claim]:
    """What an answer brings. A tale of the speaker's own goes unless it was asked for."""
    if reading.quality is not AnswerQuality.INFORMATIVE or message.author_id is None:
        return
    before = Before(talk=question.text)
    told = {read.sentence.start: read for read in reading.sentences}
    telling: list[ReadSentence] = []
    for whole in wholes_of(message):
        inside = [
            read
            for start, read in told.items()
            if whole.sentence.start <= start < whole.sentence.end
        ]
        text = whole.sentence.text
        if not inside or not says_something(text):
            continue
        chosen = [read for read in inside if read.by_author]
        tale = telling and question.facet is not Facet.EVIDENCE and not chosen
        if tale and placer.is_tale(text, before):
            continue
        facets = tuple(f for read in (chosen or inside) for f in read.facets)
        telling.append(ReadSentence(whole.sentence, facets, by_author=bool(chosen)))
    for read, placed in zip(
        telling, placer.in_answer(telling, question.facet, question.text), strict=True
    ):
        where = Placed(read.facets[0].facet, 1.0) if read.by_author else placed
        yield _claim(inquiry, message, read.sentence, where)
