"""A guide's title: the thread's own, or the words that open the matter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.method.clauses import stretches
from agent.method.readings import Sentence, ThreadView
from agent.method.sentences import own_sentences
from agent.method.words import content_stems, tokenise
from memory.records.talk import EvidenceSpan, Message, MessageKind

_MIN_WORDS, _MAX_WORDS = 3, 16
_SHORT_WORDS = 8
_ASKING = re.compile(
    r"(?:(?:hi|hello|hey|sorry|quick question|question|ok|okay|so|all|folks|everyone|team|and"
    r"|please|does anyone know|anyone know|do you know|can someone tell me|any idea|any ideas|but"
    r"|i was wondering|i wonder|just wondering)\b[\s,:!\u2014\u2013-]*)+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"\s*(?:@\S+[\s,:]*)+")


def title_of(view: ThreadView, moment: Message, central: EvidenceSpan) -> tuple[str, EvidenceSpan]:
    """Title and the span it rests on.

    The thread's title where it has one, resting on the opening message's sentence that shares
    most of its words; else the question that the thread opens with; else `central`'s key clause.
    """
    opening = _opening(view, moment)
    sentences = own_sentences(opening)
    title = " ".join(view.thread.title.split())
    if title:
        return _capital(title), _basis(title, opening, sentences) or central
    asked = next((s for s in sentences if s.text.rstrip().endswith("?")), None)
    if asked is not None and opening.id != moment.id:
        span = _without_greeting(opening, asked)
        if _MIN_WORDS <= len(tokenise(span.quote)) <= _MAX_WORDS:
            return _capital(span.quote), span
    span = key_clause(moment, central)
    return _capital(span.quote), span


def key_clause(message: Message, sentence: EvidenceSpan) -> EvidenceSpan:
    """The longest clause of a sentence that can stand as a quotation; the sentence if short."""
    if len(tokenise(sentence.quote)) <= _SHORT_WORDS:
        end = sentence.start + len(sentence.quote.rstrip(" .!\u2026"))
        return EvidenceSpan.of(message, sentence.start, max(end, sentence.start + 1))
    whole = [s for s in stretches(sentence.quote) if s.opens and s.closes]
    best = max(
        whole or stretches(sentence.quote), key=lambda s: (len(s.words), -s.start), default=None
    )
    if best is None:
        return sentence
    return EvidenceSpan.of(message, sentence.start + best.start, sentence.start + best.end)


def _opening(view: ThreadView, moment: Message) -> Message:
    questions = [m for m in view.messages if m.kind is MessageKind.QUESTION and not m.deleted]
    spoken = [m for m in view.messages if not m.deleted and not m.from_bot and m.own_words()]
    return (questions or spoken or [moment])[0]


def _basis(title: str, opening: Message, sentences: Sequence[Sentence]) -> EvidenceSpan | None:
    at = opening.text.find(title)
    if at >= 0 and opening.is_own(at, at + len(title)):
        return EvidenceSpan.of(opening, at, at + len(title))
    wanted = set(content_stems(title))
    best = max(sentences, key=lambda s: len(wanted & set(content_stems(s.text))), default=None)
    return None if best is None else EvidenceSpan.of(opening, best.start, best.end)


def _without_greeting(message: Message, sentence: Sentence) -> EvidenceSpan:
    start = sentence.start
    for pattern in (_HANDLE, _ASKING, _HANDLE):
        found = pattern.match(message.text, start, sentence.end)
        if found and found.end() < sentence.end:
            start = found.end()
    return EvidenceSpan.of(message, start, sentence.end)


def _capital(quote: str) -> str:
    text = " ".join(quote.split())
    return text[:1].upper() + text[1:]
