"""Which words of a message to quote: the clause that carries the judgement, and foils for it.

A linear score over surface features, with weights from the catalogue, orders the quotable
stretches of every sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.method.clauses import (
    AUXILIARIES,
    SOFTENERS,
    SUBJECTS,
    Shape,
    Stretch,
    shape_of,
    stretches,
)
from agent.method.facets import STATED_FROM
from agent.method.focus import Focus
from agent.method.readings import ReadSentence, ThreadView
from agent.method.words import STOP_WORDS, content_stems, fold, stem, stem_set, tokenise
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
    r"if (?:you.ve|you haven.t|you really"
    r"|you (?:must|want|like|prefer|need|can|have|are|do)|you.re|not|so)\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\b(?:not sure|do(?:n.?t| not) know|no idea|see also|this (?:question"
    r"|answer|link|page|article|site)"
    r"|good luck|feel free|let me know|hope (?:this|that|it)|another (?:option|thing|way)|help out"
    r"|read more|look (?:at|into)|wikipedia|bugs?|check out|happy to|as (?:mentioned|said|noted)"
    r"|i wonder|your question|my (?:opinion|answer)|for example|anyone|favou?rites?|i remember"
    r"|sounds like|depends on|now that|you can see|be found|recently|have started|is also"
    r"|as normal|keep an eye|an? chance|^(?:prevent|reduce|improve|minimi[sz]e|enjoy)"
    r"|answers? (?:says?|here)|add to not|notice that|run into"
    r"|you will notice)\b",
    re.IGNORECASE,
)
_ENUMERATION_COMMAS = 3
_LIST_ITEM = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*\u2022]|\d{1,2}[.)]|step \d+:?)[ \t]*\Z", re.IGNORECASE
)
_MANY_ITEMS, _MANY_ORDERS = 3, 5
_JUDGEMENT = ("negate", "oblige", "compare", "hedge")
"""Features by which a step is more than a step: it forbids, insists, compares or hedges."""
_TERSE = 45
"""Words up to which a message counts as terse, with little in it to choose from."""
_NAME = re.compile(r"\w_\w|[a-z][A-Z]|\b[A-Z]{3,}\b|\d")
"""A name, setting, keyword or figure: what makes even a phrase worth asking about."""


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
            and not found & (_OBLIGE | _COMPARE | _NEGATE)
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
        "to_me": float("me" in found),
        "there_first": float(words[0] in {"there", "there's"}),
        "bare_phrase": float(shape is Shape.PHRASE and not _NAME.search(quote)),
        "ends_open": float(not stretch.closes),
        "names": sum(w.text[:1].isupper() for w in stretch.words[1:]) / count,
        "enumeration": float(quote.count(",") >= _ENUMERATION_COMMAS or "/" in quote),
        "stateless": float(not any(r.confidence >= STATED_FROM for r in read.facets)),
    }
    described |= {f"states.{reading.facet}": reading.confidence for reading in read.facets}
    return described


def score(described: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Weighted sum; a feature without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in described.items())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of a message that could be quoted, with its worth before a facet is chosen."""

    span: EvidenceSpan
    shape: Shape
    worth: float
    states: frozenset[Facet]
    """What its sentence states already."""
    verb: str
    """The first word that is no softener: what a directive tells to do."""


def rank_spans(
    message: Message,
    reads: Sequence[ReadSentence],
    catalogue: Catalogue,
    topic: Iterable[str] = (),
    *,
    may_be_terse: bool = True,
    focus: Focus | None = None,
) -> tuple[Candidate, ...]:
    """Return everything in `message` that can be quoted, best first, whatever is asked about it.

    `topic` holds texts the thread is about (its title, the question answered). In a terse message
    a bare directive is worth more, unless `may_be_terse` is off: an answer is short by nature.
    `focus` is where a fitted reader would point.
    """
    weights = catalogue.asking.span_weights
    about = frozenset[str]().union(*(stem_set(text) for text in topic))
    last = max(1, len(reads) - 1)
    told = sum(len(tokenise(read.sentence.text)) for read in reads)
    terse = float(may_be_terse and told <= _TERSE)
    steps = _recipe_steps(message, reads)
    found: list[Candidate] = []
    for index, read in enumerate(reads):
        states = frozenset(r.facet for r in read.facets if r.confidence >= STATED_FROM)
        for stretch in stretches(read.sentence.text):
            start, end = read.sentence.start + stretch.start, read.sentence.start + stretch.end
            if not message.is_own(start, end):
                continue
            described = features(stretch, read, index / last, about)
            span = EvidenceSpan.of(message, start, end)
            shape = shape_of(span.quote)
            worth = score(described, weights) + terse * weights.get(f"terse.{shape}", 0.0)
            if index in steps and not any(described[name] for name in _JUDGEMENT):
                worth += weights.get("recipe_step", 0.0)
            if focus is not None:
                worth += weights.get("focus", 0.0) * focus.share(start, end)
            words = (fold(word.text) for word in stretch.words)
            verb = next((word for word in words if word not in SOFTENERS), "")
            found.append(Candidate(span, shape, worth, states, verb))
    return tuple(sorted(found, key=lambda one: (-one.worth, one.span.start, one.span.end)))


def _recipe_steps(message: Message, reads: Sequence[ReadSentence]) -> frozenset[int]:
    """Positions of sentences that are one plain step among many: of a list, or all orders."""
    items = frozenset(
        index
        for index, read in enumerate(reads)
        if _LIST_ITEM.search(message.text, 0, read.sentence.start)
    )
    orders = frozenset(index for index, read in enumerate(reads) if read.states(Facet.ACTION))
    return (items if len(items) >= _MANY_ITEMS else frozenset()) | (
        orders if len(orders) >= _MANY_ORDERS else frozenset()
    )


def spans_for(
    facet: Facet,
    ranked: Sequence[Candidate],
    catalogue: Catalogue,
    *,
    limit: int = 6,
    least: float = -math.inf,
) -> tuple[tuple[float, Candidate], ...]:
    """Return what is worth quoting in a question about `facet` with its worth there, best first.

    Spans that share words with a better one are left out, and so is what scores below `least`.
    """
    asking = catalogue.asking
    pairing = asking.pairing.get(facet, {})
    unfit = asking.unfit_verbs.get(facet, frozenset())
    valued: list[tuple[float, Candidate]] = []
    for one in ranked:
        worth = one.worth + pairing.get(one.shape, 0.0)
        worth -= asking.stated_penalty * (facet in one.states)
        worth -= asking.unfit_penalty * (one.verb in unfit)
        if worth >= least:
            valued.append((worth, one))
    valued.sort(key=lambda pair: (-pair[0], pair[1].span.start, pair[1].span.end))
    kept: list[tuple[float, Candidate]] = []
    for worth, one in valued:
        if all(one.span.end <= o.span.start or o.span.end <= one.span.start for _, o in kept):
            kept.append((worth, one))
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
