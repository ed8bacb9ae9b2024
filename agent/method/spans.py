"""Which words of a message to quote: the clause that carries the judgement, and foils for it.

A linear score over surface features, with weights from the catalogue, orders the quotable
stretches of every sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from agent.method.clauses import AUXILIARIES, SUBJECTS, Shape, Stretch, shape_of, stretches
from agent.method.facets import STATED_FROM, FacetDetector, read_message
from agent.method.readings import ReadSentence, ThreadView
from agent.method.words import STOP_WORDS, content_stems, fold, stem
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message
from prompts.catalogue import Catalogue

_OBLIGE = frozenset({"should", "must", "need", "needs", "have", "never", "always", "ought"})
_HEDGE = frozenset(
    {"usually", "probably", "generally", "tend", "tends", "often", "depends", "depending", "might"}
    | {"mostly", "typically", "sometimes", "may", "likely", "can", "could", "seems"}
)
_COMPARE = frozenset(
    {"better", "best", "more", "less", "most", "least", "worse", "worst", "too", "enough", "than"}
    | {"only", "rather", "instead", "prefer", "ideal", "perfect", "important", "key", "same"}
)
_NEGATE = frozenset({"not", "no", "never", "don't", "doesn't", "won't", "can't", "isn't", "avoid"})
_FIRST_PERSON = frozenset({"i", "i'd", "i've", "i'm", "my", "we", "our"})
_PERSON_AFTER = frozenset({"you", "your"})
_BY_OBJECT = frozenset({"it", "this", "that", "they", "these", "those", "there", "he", "she"})
_FOIL = re.compile(
    r"\b(?P<a>[\w'+#-]+(?: [\w'+#-]+){0,2}) (?:rather than|instead of|vs\.?|versus|or) "
    r"(?:an? |the )?(?P<b>[\w'+#-]+(?: [\w'+#-]+){0,2})",
    re.IGNORECASE,
)
_VAGUE_OBJECT = frozenset({"it", "them", "this", "that", "these", "those", "there", "something"})
_PAST = re.compile(
    r"(?:i|we)(?: \w+)? (?:\w+ed|had|was|were|did|got|went|drove|made)\b", re.IGNORECASE
)
_PERSONAL = re.compile(
    r"if (?:you.ve|you haven.t|you (?:want|like|prefer|need|can|have|are|do)|you.re|not|so)\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\b(?:not sure|do(?:n.?t| not) know|no idea|see also|this (?:question"
    r"|answer|link|page|article|site)"
    r"|good luck|feel free|let me know|hope (?:this|that|it)|another (?:option|thing|way)|help out"
    r"|read more|look (?:at|into)|wikipedia|bugs?|check out|happy to|as (?:mentioned|said|noted)"
    r"|i wonder|your question|my (?:opinion|answer)|for example|anyone|favou?rites?|i remember"
    r"|sounds like|depends on|now that|you can see|be found|recently|have started|is also"
    r"|as normal|notice that|run into|you will notice)\b",
    re.IGNORECASE,
)
_ENUMERATION_COMMAS = 3


def features(
    stretch: Stretch,
    read: ReadSentence,
    place: float,
    topic: frozenset[str],
) -> dict[str, float]:
    """Describe one stretch: shape, wholeness, words of judgement, and what its sentence states.

    `place` is the sentence's position in its message, 0 to 1; `topic` holds content stems of
    what the thread is about.
    """
    words = [fold(word.text) for word in stretch.words]
    quote = read.sentence.text[stretch.start : stretch.end]
    content = [word for word in words if word not in STOP_WORDS]
    found = set(words)
    count = len(words)
    shape = shape_of(quote)
    on_topic = sum(stem(word) in topic for word in content) / max(1, len(content))
    described = {
        f"words.{min(count, 12)}": 1.0,
        f"shape.{shape}": 1.0,
        "opens": float(stretch.opens),
        "closes": float(stretch.closes),
        "whole": float(stretch.opens and stretch.closes),
        "content": min(len(content), 6) / 6,
        "content_share": len(content) / count,
        "on_topic": on_topic,
        "place": place,
        "first_sentence": float(place == 0.0),
        "talk": float(bool(_TALK.search(quote))),
        "plain_claim": float(
            shape is Shape.CLAIM
            and not found & (_OBLIGE | _HEDGE | _COMPARE | _NEGATE)
            and not any(letter.isdigit() for letter in quote)
        ),
        "past": float(bool(_PAST.match(quote))),
        "personal_condition": float(bool(_PERSONAL.match(quote))),
        "asks": float(read.sentence.text.rstrip().endswith("?")),
        "number": float(any(letter.isdigit() for letter in quote)),
        "oblige": float(bool(found & _OBLIGE)),
        "hedge": float(bool(found & _HEDGE)),
        "compare": float(bool(found & _COMPARE)),
        "negate": float(bool(found & _NEGATE)),
        "first_person": float(bool(found & _FIRST_PERSON)),
        "second_person": float(bool(found & _PERSON_AFTER)),
        "vague_subject": float(words[0] in _BY_OBJECT),
        "vague_object": float(words[-1] in _VAGUE_OBJECT),
        "subject_first": float(words[0] in SUBJECTS),
        "auxiliary_first": float(words[0] in AUXILIARIES),
        "names": sum(w.text[:1].isupper() for w in stretch.words[1:]) / count,
        "enumeration": float(quote.count(",") >= _ENUMERATION_COMMAS or "/" in quote),
        "stateless": float(not any(r.confidence >= STATED_FROM for r in read.facets)),
    }
    described |= {f"states.{reading.facet}": reading.confidence for reading in read.facets}
    return described


def score(described: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Weighted sum; a feature without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in described.items())


def _ranked(
    message: Message,
    reads: Sequence[ReadSentence],
    facet: Facet,
    catalogue: Catalogue,
    topic: frozenset[str],
) -> list[tuple[float, EvidenceSpan]]:
    asking = catalogue.asking
    last = max(1, len(reads) - 1)
    found: list[tuple[float, EvidenceSpan]] = []
    for index, read in enumerate(reads):
        for stretch in stretches(read.sentence.text):
            start, end = read.sentence.start + stretch.start, read.sentence.start + stretch.end
            if not message.is_own(start, end):
                continue
            described = features(stretch, read, index / last, topic)
            worth = score(described, asking.span_weights)
            worth += asking.pairing.get(facet, {}).get(shape_of(message.text[start:end]), 0.0)
            if any(r.facet is facet and r.confidence >= STATED_FROM for r in read.facets):
                worth -= asking.stated_penalty
            found.append((worth, EvidenceSpan.of(message, start, end)))
    return sorted(found, key=lambda pair: (-pair[0], pair[1].start, pair[1].end))


def anchor_spans(
    message: Message,
    facet: Facet,
    detector: FacetDetector,
    catalogue: Catalogue,
    *,
    topic: Iterable[str] = (),
    limit: int = 6,
    least: float = -math.inf,
) -> tuple[EvidenceSpan, ...]:
    """Return the stretches of `message` worth quoting in a question about `facet`, best first.

    Spans that mostly repeat a better one are left out. `topic` holds texts the thread is about
    (its title, the question answered). Empty when nothing that scores `least` can be quoted.
    """
    reads = read_message(message, detector)
    about = frozenset(stem_ for text in topic for stem_ in content_stems(text))
    kept: list[EvidenceSpan] = []
    for worth, span in _ranked(message, reads, facet, catalogue, about):
        if worth < least:
            break
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
        if len(kept) == limit:
            break
    return tuple(kept)


def foils(view: ThreadView, anchor: Message, quote: str) -> tuple[str, ...]:
    """Names of options that the thread sets against the quoted one, verbatim, in order.

    `X rather than Y`, `X instead of Y`, `X vs Y`, `X or Y`: where the quote holds one side and
    not the other, the other side is a foil. Nothing is named that nobody in the thread raised.
    """
    wanted = frozenset(content_stems(quote))
    found: dict[str, None] = {}
    for message in (anchor, *view.messages):
        for start, end in message.own_spans():
            for pair in _FOIL.finditer(message.text, start, end):
                first, second = _name_before(pair["a"]), _name_after(pair["b"])
                for chosen, name in ((first, second), (second, first)):
                    taken = frozenset(content_stems(chosen))
                    rival = frozenset(content_stems(name))
                    if taken and rival and taken <= wanted and wanted.isdisjoint(rival):
                        found[name] = None
    return tuple(found)


def _name_after(words: str) -> str:
    """The name at the start of `words`: up to two words, cut where a function word stands."""
    return " ".join(_leading_content(words.split(" ")))


def _name_before(words: str) -> str:
    """The name at the end of `words`, likewise."""
    return " ".join(_leading_content(words.split(" ")[::-1])[::-1])


def _leading_content(words: list[str]) -> list[str]:
    kept: list[str] = []
    for word in words[:2]:
        if fold(word) in STOP_WORDS or word.isdigit():
            break
        kept.append(word)
    return kept
