"""Which sentence opens a guide: the one that answers the question of its title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.method.claiming import Interview
from agent.method.contradictions import negates
from agent.method.ellipsis import is_elliptic
from agent.method.measures import count_words
from agent.method.readings import AnswerQuality, ThreadView
from agent.method.standing import dangles, says_something, without_purpose
from agent.method.summary import row_of
from agent.method.wholes import wholes_of
from agent.method.words import content_stems
from memory.records.guide import Claim
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message
from prompts.synthesis import load_synthesis

_LONG = 35
"""Words from which a sentence is long for the first of a guide."""
_ALIKE = 2
"""Stems, not of the title, shared with another person's sentence from which both say the same."""
_CLOSED = re.compile(
    r"(?:is|are|was|were|do|does|did|will|would|can|could|may|must|has|have)(?!\w)", re.IGNORECASE
)
"""How a question opens that a sentence with `not` may answer."""
_HOW_MUCH = re.compile(r"how (?:often|long|much|many|old|hot|big|far)(?!\w)", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\d|(?<!\w)(?:daily|weekly|monthly|yearly|each|every|once|twice|several|couple)(?!\w)",
    re.IGNORECASE,
)
_OWN = re.compile(r"(?:i|we|my|our)(?:['\u2019](?:ve|m|re))?(?![\w'\u2019])", re.IGNORECASE)
"""How a sentence opens that tells what its speaker does."""
_FIRST_CLAUSE = re.compile(r"[,;:]\s|\.\s")


def central_of(
    claims: Sequence[Claim],
    messages: Mapping[str, Message],
    view: ThreadView,
    interview: Interview,
) -> Claim | None:
    """Of all that was said in the thread by those who answered, what answers it best.

    It shares words with the title, gives advice, stands alone, comes early in a message that the
    thread accepted or values, is said by others too; what was asked about decides between equals.
    One of a row of steps stands back behind the first, and a ban behind any advice.
    """
    answers = {answer.id for _, answer, _ in interview}
    said = [claim for claim in claims if claim.evidence[0].message_id not in answers]
    row = said or list(claims)
    title = view.thread.title or (view.messages[0].own_words() if view.messages else "")
    scores = [_worth(claim, row, messages, view, interview, title) for claim in row]
    best = max(range(len(row)), key=lambda n: (scores[n], -n), default=None)
    return None if best is None else row[best]


def _worth(
    claim: Claim,
    claims: Sequence[Claim],
    messages: Mapping[str, Message],
    view: ThreadView,
    interview: Interview,
    title: str,
) -> float:
    entry, span = load_synthesis().lede, claim.evidence[0]
    home = messages[span.message_id]
    text = span.quote[: without_purpose(span.quote, 0, len(span.quote))]
    stems = set(content_stems(text))
    asks = set(content_stems(title))
    place = _place_of(home, span)
    weight = {Facet.ACTION: entry.advice, Facet.HEURISTIC: entry.advice}.get(claim.facet, 0.0)
    weight *= claim.confidence
    weight += entry.shared * min(len(stems & asks), entry.most_shared)
    weight += entry.early / (1 + place)
    weight += entry.asked * min(2, _times_asked(span, interview))
    weight += entry.accepted * (view.thread.accepted_message_id == home.id)
    weight += entry.agreed * any(
        other.author_id != claim.author_id
        and len((stems - asks) & set(content_stems(other.text))) >= _ALIKE
        for other in claims
    )
    weight += entry.amount * bool(stems & asks and _HOW_MUCH.search(title) and _AMOUNT.search(text))
    weight -= entry.leaning * (dangles(text) or (is_elliptic(text) and place > 0))
    bound = load_synthesis().ordering.is_bound.match(text) is not None
    weight -= entry.bound * (bound and not dangles(text))
    weight -= entry.own * (_OWN.match(text) is not None)
    weight -= entry.vague * (entry.is_vague.match(text) is not None)
    weight -= entry.long * (count_words(text) > _LONG)
    weight -= entry.banning * (_is_ban(text) and not _CLOSED.match(title))
    row = row_of(span, home, {c.evidence[0].start: c for c in claims if _is_of(c, home)})
    weight -= entry.later_step * bool(row and row[0].start != span.start)
    return weight


def _is_of(claim: Claim, home: Message) -> bool:
    return claim.evidence[0].message_id == home.id


def _place_of(home: Message, span: EvidenceSpan) -> int:
    """How many sentences that say something stand before."""
    before = (w.sentence for w in wholes_of(home) if w.sentence.end <= span.start)
    return sum(says_something(sentence.text) for sentence in before)


def _times_asked(said: EvidenceSpan, interview: Interview) -> int:
    return sum(
        question.quote.message_id == said.message_id
        and said.start <= question.quote.start < said.end
        for question, _, reading in interview
        if reading.quality is AnswerQuality.INFORMATIVE
    )


def _is_ban(text: str) -> bool:
    """Whether the first clause only says what not to do."""
    placing = load_synthesis().placing
    first = _FIRST_CLAUSE.split(text)[0]
    return placing.ban.match(text) is not None or negates(first)
