"""Which missing facet is worth asking about next, and what an answer would be worth."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from agent.method.facets import STATED_FROM, FacetDetector, read_message
from agent.method.readings import AnswerQuality, AskContext, Judgement, ReadSentence
from agent.method.words import stem_set
from memory.records.inquiry import Facet, FacetCoverage
from memory.records.talk import Message
from prompts.catalogue import Catalogue

_NEVER = 1e-3
_SAME_TOPIC = 0.5


def reply_chance(asks: int, replies: int, catalogue: Catalogue) -> float:
    """P(reply) of method section 3, 0 to 1: a person's own record, smoothed."""
    prior_replies, prior_asks = catalogue.asking.reply_prior
    return (replies + prior_replies) / (asks + prior_asks)


def value_of(
    facet: Facet,
    coverage: float,
    catalogue: Catalogue,
    *,
    impact: float = 1.0,
    p_reply: float = 0.5,
    asks_last_week: int = 0,
) -> float:
    """V(q) of method section 3: what an answer adds, less the price of the expert's time.

    `w_f (1 - c_f) * impact * P(reply) - lambda * minutes * (1 + asks in the last 7 days)`
    """
    entry = catalogue.facets[facet]
    gain = entry.weight * (1 - coverage) * impact * p_reply
    return gain - catalogue.asking.lambda_ * entry.minutes * (1 + asks_last_week)


def coverage_values(coverage: Iterable[FacetCoverage], catalogue: Catalogue) -> dict[Facet, float]:
    """Coverage 0 to 1 of each facet; a facet left out is absent."""
    values = dict.fromkeys(Facet, catalogue.coverage["absent"])  # type: ignore[index]
    for known in coverage:
        values[known.facet] = max(values[known.facet], catalogue.coverage[known.status])
    return values


def hidden_odds(judgement: Judgement | None, catalogue: Catalogue) -> dict[Facet, float]:
    """Log-odds per facet that it is what a message leaves out: how often, and what a reader says.

    `judgement` is the fitted reader's, where there is one.
    """
    entry = catalogue.asking.gap
    odds = {facet: entry.prior.get(facet, 0.0) for facet in Facet}
    if judgement is not None:
        mean = math.fsum(judgement.gaps.values()) / len(judgement.gaps)
        for facet, said in judgement.gaps.items():
            odds[facet] += entry.reader * (said - mean)
    return odds


def question_of(context: AskContext) -> str:
    """What the anchor answers: the message it replies to, the thread's title or its first words."""
    by_id = {message.id: message for message in context.view.messages}
    replied = by_id.get(context.anchor.reply_to_id or "")
    if replied is not None:
        return replied.own_words()
    if context.view.thread.title:
        return context.view.thread.title
    first = context.view.messages[0] if context.view.messages else None
    return first.own_words() if first is not None and first.id != context.anchor.id else ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A facet that may be asked about: its value V, and the log of its place in the order."""

    facet: Facet
    value: float
    urge: float


def facet_asked_last(context: AskContext) -> Facet | None:
    """The facet that may not be asked again at once; after a vague answer there is none."""
    if not context.asked_facets or context.last_answer is AnswerQuality.VAGUE:
        return None
    return context.asked_facets[-1]


def open_gaps(
    context: AskContext, catalogue: Catalogue, judgement: Judgement | None = None
) -> tuple[Gap, ...]:
    """Return the facets that may be asked about, in the catalogue's order of asking.

    Left out: facets known well enough and the one asked last. `urge` is log V plus the
    log-odds that such a message hides the facet; `judgement` is a fitted reader's of the anchor.
    """
    coverage = coverage_values(context.coverage, catalogue)
    odds = hidden_odds(judgement, catalogue)
    last = facet_asked_last(context)
    chance = reply_chance(context.asks_ever, context.replies_ever, catalogue)
    gaps: list[Gap] = []
    for facet in catalogue.order:
        known = coverage[facet]
        if known >= catalogue.gates.covered or facet is last:
            continue
        value = value_of(
            facet,
            known,
            catalogue,
            impact=context.impact,
            p_reply=chance,
            asks_last_week=context.asks_last_week,
        )
        urge = catalogue.asking.gap.value * math.log(max(value, _NEVER)) + odds[facet]
        gaps.append(Gap(facet, value, round(urge, 9)))
    return tuple(gaps)


class ThreadStatements:
    """Second check: what other messages of the thread state, each of them read at most once."""

    def __init__(self, context: AskContext, detector: FacetDetector) -> None:
        self._others = [
            (message, stem_set(message.own_words()))
            for message in context.view.messages
            if message.id != context.anchor.id and not message.from_bot
        ]
        self._detector = detector
        self._read: dict[str, tuple[ReadSentence, ...]] = {}

    def states(self, facet: Facet, quote: str) -> bool:
        """Whether a sentence elsewhere states it and holds half of the quote's content stems."""
        wanted = stem_set(quote)
        least = _SAME_TOPIC * len(wanted)
        return bool(wanted) and any(
            len(wanted & stem_set(read.sentence.text)) >= least
            and any(r.facet is facet and r.confidence >= STATED_FROM for r in read.facets)
            for message, said in self._others
            if len(wanted & said) >= least
            for read in self._sentences(message)
        )

    def _sentences(self, message: Message) -> tuple[ReadSentence, ...]:
        if message.id not in self._read:
            self._read[message.id] = read_message(message, self._detector)
        return self._read[message.id]
