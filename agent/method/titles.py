"""A guide's title: the thread's own, or the words of it that say what the matter is.

A chat has no title, and the question that closes its first message ("may I drop it?") tells a
stranger nothing. So every run of whole clauses of that message is weighed by what the thread
goes on talking about, and the weightiest that can stand alone becomes the title, verbatim.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.method.clauses import NEVER_LAST, stretches
from agent.method.readings import Sentence, ThreadView
from agent.method.sentences import own_sentences
from agent.method.words import content_stems, fold, tokenise
from memory.records.talk import EvidenceSpan, Message, MessageKind

MOST_WORDS = 15
"""Words of a title; a stretch of code counts as two at most."""
_FEWEST_WORDS = 3
_WORDS_OF_CODE = 2
_SHORT_WORDS = 8
_LONGEST = 140
_NAME_WEIGHT, _WORD_WEIGHT, _NUMBER_WEIGHT, _AGAIN_WEIGHT = 2.0, 1.0, 0.4, 0.7
"""What an identifier, a word, a number, and its coming back in the thread are worth."""
_WORD_COST = 0.2
_ENOUGH = 2.0
"""Topic words, weighed, below which an opening is no title."""
_ASKS_OPENLY, _NEEDS_CONTEXT, _CUT, _PERSONAL = 2.0, 2.5, 1.0, 0.8

_CODE = re.compile(r"`[^`\n]+`")
_SHELTERED = re.compile(r"`[^`\n]*`|\([^()\n]*\)|\"[^\"\n]*\"|\u201c[^\u201d\n]*\u201d")
_ASIDE = re.compile(r"(?<=\s)\([^()`]*\)")
_PAUSE = re.compile(
    r"[,;:!?.\u2026]+\s+|\s+[\u2014\u2013-]\s+|\s+(?=\()"
    r"|\s+(?=(?:and|but|so|because|since(?! \d| the | last | this | yesterday)|while|which|whereas"
    r"|although|though|or|now that|maybe)\s)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(?:(?:hi|hello|hey|sorry|quick question|question|ok|okay|so|and|but|then|well|also|oh|ah|ha"
    r"|hmm+|bon|folks|everyone|team|all|there|please|does anyone know|anyone know|do you know"
    r"|can (?:some|any)(?:one|body) (?:tell me|explain)|any ideas?|i was wondering|i wonder"
    r"|just wondering|first one|on it|my turn(?: to ask)?|help|which|because|or|small rant"
    r"|bonjour|hola)"
    r"(?![\w'\u2019-])[\s,:;.!\u2014\u2013-]*)+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"\s*(?:<?@\S+[\s,:]*)+")
_OPEN_QUESTION = re.compile(
    r"(?:how (?:do|does|can|should|would|to|many|much|long|often)|what|when|which|where|why)(?!\w)",
    re.IGNORECASE,
)
_ASKS_LEAVE = re.compile(
    r"(?:can|could|may|shall|should|do|does|did|is|are|was|would|will|what|where|who|how)"
    r" (?:i|we|it|that|this|they|you)(?!\w)",
    re.IGNORECASE,
)
_POINTING = frozenset(
    {"it", "this", "that", "these", "those", "they", "them", "there", "one", "ones"}
)
_SELF = frozenset({"i", "i'm", "i've", "i'd", "my", "me", "we", "our", "us", "myself", "folks"})
_STRAY = ",;:.!\u2026 \t\u2014\u2013-"


def title_of(view: ThreadView, moment: Message, central: EvidenceSpan) -> tuple[str, EvidenceSpan]:
    """Title and the span it rests on.

    The thread's title where it has one, resting on the opening message's sentence that shares
    most of its words; else the opening message's most telling words; else `central`'s.
    """
    opening = _opening(view, moment)
    title = " ".join(view.thread.title.split())
    if title:
        return _capital(title), _basis(title, opening, own_sentences(opening)) or central
    talk = _Talk.of(view, opening)
    for message in (opening, moment):
        telling = [span for span in _candidates(message) if talk.content(span.quote) >= _ENOUGH]
        if telling:
            best = max(telling, key=lambda span: talk.worth(span, message))
            return _capital(best.quote), best
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


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a thread talks about: how many of its other messages hold each stem."""

    elsewhere: Counter[str]
    names: frozenset[str]
    """Stems of what people wrote as code anywhere in the thread."""

    @classmethod
    def of(cls, view: ThreadView, opening: Message) -> _Talk:
        others = [m for m in view.messages if m.id != opening.id and not (m.deleted or m.from_bot)]
        elsewhere = Counter(s for m in others for s in set(content_stems(m.own_words())))
        code = [c for m in view.messages for c in _CODE.findall(m.own_words())]
        return cls(elsewhere, frozenset(s for c in code for s in content_stems(c)))

    def content(self, quote: str) -> float:
        """Worth of the distinct content words of `quote`."""
        weights: dict[str, float] = {}
        for word in tokenise(_ASIDE.sub("", quote)):
            for part in content_stems(word.text):
                again = _AGAIN_WEIGHT * min(2, self.elsewhere[part])
                weights[part] = self._weight(word.text, part) + again
        return sum(weights.values())

    def _weight(self, word: str, part: str) -> float:
        if word[0].isdigit():
            return _NUMBER_WEIGHT
        named = "_" in word or part in self.names or (word.isupper() and len(word) > 1)
        return _NAME_WEIGHT if named else _WORD_WEIGHT

    def worth(self, span: EvidenceSpan, message: Message) -> float:
        """How well a run of clauses tells a stranger the topic: words less length and faults."""
        quote = span.quote
        words = [fold(word.text) for word in tokenise(quote)]
        score = self.content(quote) - _WORD_COST * _length(quote)
        pointing = sum(word in _POINTING for word in words)
        if words[0] in _POINTING or _ASKS_LEAVE.match(quote):
            score -= _NEEDS_CONTEXT
        elif quote.endswith("?") and _OPEN_QUESTION.match(quote):
            score += _ASKS_OPENLY
        cut = not _opens_sentence(message, span)
        return score - pointing - _PERSONAL * (words[0] in _SELF) - _CUT * cut


def _opens_sentence(message: Message, span: EvidenceSpan) -> bool:
    home = next(s for s in own_sentences(message) if s.start <= span.start < s.end)
    return span.start == home.start + _past_lead(home.text, 0)


def _candidates(message: Message) -> Iterator[EvidenceSpan]:
    """Runs of whole clauses inside each sentence, at most `MOST_WORDS` long.

    A question too short to stand (`bigger pool?`) takes the sentence before it with it.
    """
    sentences = own_sentences(message)
    for before, sentence in zip((None, *sentences), sentences, strict=False):
        starts, ends = _bounds(sentence.text)
        places = [(sentence.start + a, sentence.start + b) for a in starts for b in ends]
        short = sentence.text.endswith("?") and _length(sentence.text) < _FEWEST_WORDS
        if before is not None and short and message.text[before.end : sentence.start].isspace():
            places += [(before.start + a, sentence.end) for a in _bounds(before.text)[0]]
        for start, end in places:
            if start < end and _stands(message.text[start:end]):
                yield EvidenceSpan.of(message, start, end)


def _bounds(text: str) -> tuple[list[int], list[int]]:
    """Where clauses of a sentence start and end, past greetings and connectives."""
    closed = _SHELTERED.sub(lambda found: found[0][0] + "x" * (len(found[0]) - 1), text)
    pauses = list(_PAUSE.finditer(closed))
    starts = {_past_lead(text, place) for place in (0, *(pause.end() for pause in pauses))}
    ends = {len(text.rstrip(_STRAY)), *(pause.start() for pause in pauses)}
    return sorted(starts), sorted(ends)


def _past_lead(text: str, start: int) -> int:
    for pattern in (_HANDLE, _LEADING, _HANDLE):
        found = pattern.match(text, start)
        if found and found.end() < len(text):
            start = found.end()
    return start


def _stands(quote: str) -> bool:
    words = tokenise(quote)
    if not _FEWEST_WORDS <= _length(quote) <= MOST_WORDS or len(quote) > _LONGEST or not words:
        return False
    paired = quote.count("`") % 2 == 0 and quote.count('"') % 2 == 0
    return paired and quote.count("(") == quote.count(")") and not _dangles_off(quote)


def _dangles_off(quote: str) -> bool:
    """Whether a quote breaks off at a word that needs one more (`full of`)."""
    last = tokenise(quote)[-1]
    return quote.endswith(last.text) and fold(last.text) in NEVER_LAST


def _length(quote: str) -> int:
    """Words of a quote, where a stretch of code counts as two at most."""
    code = [len(tokenise(found)) for found in _CODE.findall(quote)]
    return len(tokenise(quote)) - sum(max(0, words - _WORDS_OF_CODE) for words in code)


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


def _capital(quote: str) -> str:
    """A title's first letter is a capital, unless its first word is a name in small letters."""
    text = " ".join(quote.split())
    first = text.split(" ", 1)[0]
    named = "_" in first or (not first.isalpha() and any(c.isdigit() for c in first))
    return text if named else text[:1].upper() + text[1:]
