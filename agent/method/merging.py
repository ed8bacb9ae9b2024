"""Statements of several people held together: one sentence for what they share, both for a dispute.

What two people say alike stands once, in the words of whoever said it most plainly, and cites them
all. What they say against each other stands side by side in their own words, and nothing of it is
merged or dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from agent.method.contradictions import negates, opposes
from agent.method.entailment import is_grounded
from agent.method.lexicon import DETERMINERS
from agent.method.passage import Passage
from agent.method.pronouns import leans
from agent.method.standing import dangles
from agent.method.words import content_stems, fold, jaccard, tokenise
from memory.index.protocols import Embedder
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan
from prompts.synthesis import load_synthesis

_FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
_CASE = re.compile(r"(?<!\w)(?:if|unless|in case)(?!\w)", re.IGNORECASE)
"""What is said of one case does not repeat what is said of another."""
_FIRST_PERSON = re.compile(r"(?<!\w)(?:i|my|we|our)(?!\w)", re.IGNORECASE)


def merge_alike(
    passages: Sequence[Passage],
    embedder: Embedder | None = None,
    *,
    lead: bool = False,
    asked: Sequence[EvidenceSpan] = (),
) -> list[Passage]:
    """Leave out what another passage says already; the same said by several people cites them all.

    A passage is said already when the grounding gate finds it in the other's words, or when it is
    a paraphrase: enough stems in common, or meaning where an embedder can tell, the same figures,
    and no `not` more or less. With `lead` the first passage never gives way to another.
    What questions quoted, `asked`, goes only where much of it is said again: its answers speak of
    the same.
    """
    kept: list[Passage] = []
    said: list[frozenset[str]] = []
    for passage in passages:
        mine = _stems(_own(passage))
        twin = next(
            (n for n, k in enumerate(kept) if mine <= said[n] and _within(passage, k)), None
        )
        if twin is not None:
            kept[twin] = _absorb(kept[twin], passage)
            continue
        narrower = (n for n, k in enumerate(kept) if said[n] <= mine and _within(k, passage))
        wider = next((n for n in narrower if n >= lead), None)
        if wider is not None and not (kept[wider].lead or kept[wider].asked):
            kept[wider], said[wider] = _absorb(passage, kept[wider]), mine
            continue
        kept.append(passage)
        said.append(mine)
    merged = _merge_paraphrases(kept, embedder, lead=lead)
    return _without_repeats(merged, embedder, asked, lead=lead)


def _without_repeats(
    passages: Sequence[Passage],
    embedder: Embedder | None,
    asked: Sequence[EvidenceSpan],
    *,
    lead: bool,
) -> list[Passage]:
    """Leave out sentences of the thread that say again, under one heading, what stands already.

    Nobody is cited for them: they say much the same, not the same. What was told to the agent
    stays, and so does a sentence on which the next one of its passage leans.
    """
    kept = list(passages)
    for place, passage in enumerate(passages):
        if passage.told or passage.dispute or (lead and place == 0):
            continue
        others = [
            other
            for n, other in enumerate(kept)
            if n != place
            and other.spans
            and ((lead and n == 0) or other.facet is passage.facet)
            and not _in_one_row(passage, other)
        ]
        said = [span.quote for other in others for span in other.spans]
        alone = passage.facet is Facet.WHY
        own = [s.quote for o in others if o.author_id == passage.author_id for s in o.spans]
        again = []
        for span in passage.spans:
            loose = alone and not _holds_any(span, asked)
            repeated = any(_repeats(span.quote, one, embedder, alone=loose) for one in said)
            explained = (_explains_again(span.quote, one, embedder) for one in own)
            again.append(repeated or (loose and any(explained)))
        staying: list[EvidenceSpan] = []
        for span, repeated in reversed([*zip(passage.spans, again, strict=True)]):
            if not repeated or (staying and leans(staying[0].quote)):
                staying.insert(0, span)
        if len(staying) < len(passage.spans):
            opening = passage.opening if staying[:1] == list(passage.spans[:1]) else ""
            kept[place] = replace(passage, spans=tuple(staying), opening=opening)
    return [passage for passage in kept if passage.spans]


def _holds_any(span: EvidenceSpan, quotes: Sequence[EvidenceSpan]) -> bool:
    """Whether a question quoted words of a span."""
    same = (quote for quote in quotes if quote.message_id == span.message_id)
    return any(span.start <= quote.start < span.end for quote in same)


def _explains_again(one: str, other: str, embedder: Embedder | None) -> bool:
    """Whether one person's two reasons are of one subject and near in meaning."""
    mine, theirs = _said(one), _said(other)
    if embedder is None or mine.negated != theirs.negated or mine.figures - theirs.figures:
        return False
    subject = _subject(one)
    if not subject or subject != _subject(other) or _CASE.search(one) or _CASE.search(other):
        return False
    left, right = embedder.embed([one, other])
    return float(left @ right) >= load_synthesis().merging.repeats_subject


def _subject(text: str) -> str:
    """The stem of the noun that a sentence opens with, after its determiner; empty for none."""
    words = [fold(word.text) for word in tokenise(text)[:2]]
    bare = words[1:] if words and words[0] in DETERMINERS else words
    return next(iter(content_stems(bare[0])), "") if bare else ""


def _in_one_row(one: Passage, other: Passage) -> bool:
    """Whether both are advice of one message, where every move counts."""
    same = one.spans[0].message_id == other.spans[0].message_id
    return same and Facet.ACTION in {one.facet, other.facet}


def _repeats(one: str, other: str, embedder: Embedder | None, *, alone: bool) -> bool:
    """Whether the one sentence says much the same as the other, which may be longer or shorter.

    With `alone` one stem in common is enough where the meaning is near and nothing is negated.
    """
    entry = load_synthesis().merging
    mine, theirs = _said(one), _said(other)
    if embedder is None or mine.negated != theirs.negated or mine.figures - theirs.figures:
        return False
    few, many = sorted((mine.words, theirs.words))
    fewest = min(len(mine.stems), len(theirs.stems))
    shared = len(mine.stems & theirs.stems)
    if not shared or many > entry.repeats_apart * few or fewest < entry.fewest_stems:
        return False
    if _CASE.search(one) or _CASE.search(other):
        return False
    much = shared >= entry.repeats_stems and shared >= entry.repeats_part * fewest
    if not much and (not alone or mine.negated):
        return False
    left, right = embedder.embed([one, other])
    return float(left @ right) >= (entry.repeats_meaning if much else entry.repeats_alone)


def says_again(one: str, other: str, embedder: Embedder | None) -> bool:
    """Whether a sentence tells a reader of the other one nothing that is worth its place."""
    if _alike(one, other, embedder) or _repeats(one, other, embedder, alone=False):
        return True
    mine, theirs = _said(one), _said(other)
    if embedder is None or mine.negated != theirs.negated or mine.figures - theirs.figures:
        return False
    left, right = embedder.embed([one, other])
    return float(left @ right) >= load_synthesis().merging.says_again


def _merge_paraphrases(
    passages: Sequence[Passage], embedder: Embedder | None, *, lead: bool
) -> list[Passage]:
    """One passage for paraphrases: the plainer of two sentences, or the one that says more.

    Of a passage of several sentences one of which is said elsewhere, the whole stays where the
    other is that sentence alone; where both say more, what was told to the agent stays.
    """
    kept: list[Passage] = []
    for passage in passages:
        for n, other in enumerate(kept):
            if not _overlap(passage, other, embedder):
                continue
            if n >= lead and _gives_way(other, passage):
                stays = replace(passage, facet=_heading(passage, other))
                goes = _said_too(other, passage, embedder)
            else:
                stays, goes = other, _said_too(passage, other, embedder)
            told = [stays] if lead and n == 0 else _apart(stays, goes, embedder)
            kept[n : n + 1] = [
                _paraphrased(part, goes) if _overlap(part, goes, embedder) else part
                for part in told
            ]
            break
        else:
            kept.append(passage)
    return kept


def _overlap(one: Passage, other: Passage, embedder: Embedder | None) -> bool:
    """Whether a sentence of the one is said in the other, and nothing is lost by uniting them.

    Nobody says a thing twice in one message: what looks alike there tells two cases apart.
    """
    if one.dispute or other.dispute or one.spans[0].message_id == other.spans[0].message_id:
        return False
    pairs = ((a.quote, b.quote) for a in one.spans for b in other.spans)
    if not any(_alike(left, right, embedder) for left, right in pairs):
        return False
    if any(_opposed(one, other)):
        return False
    both_say_more = min(len(one.spans), len(other.spans)) > 1
    return not (both_say_more and one.told == other.told)


def _apart(stays: Passage, goes: Passage, embedder: Embedder | None) -> list[Passage]:
    """`stays` parted so that nobody is cited for sentences that they did not say.

    Whole, where it is one person's, all of it is said by both, or a part would not stand alone.
    """
    if goes.author_id == stays.author_id or len(stays.spans) == 1:
        return [stays]
    shared = [any(_alike(s.quote, g.quote, embedder) for g in goes.spans) for s in stays.spans]
    borders = [n for n in range(1, len(shared)) if shared[n] != shared[n - 1]]
    if any(dangles(stays.spans[n].quote) for n in borders):
        return [stays]
    parts = []
    for start, end in zip([0, *borders], [*borders, len(shared)], strict=True):
        part = replace(stays, spans=stays.spans[start:end])
        parts.append(part if start == 0 else replace(part, lead=None, asked="", opening=""))
    return parts


def _paraphrased(stays: Passage, goes: Passage) -> Passage:
    """`stays`, citing `goes` as well where somebody else said it, for one's own words suffice."""
    if goes.author_id == stays.author_id:
        return replace(stays, value=max(stays.value, goes.value), told=stays.told or goes.told)
    return _united(stays, goes)


def _said_too(goes: Passage, stays: Passage, embedder: Embedder | None) -> Passage:
    """`goes` with only the sentences that `stays` says too."""
    said = tuple(
        span
        for span in goes.spans
        if any(_alike(span.quote, other.quote, embedder) for other in stays.spans)
    )
    return replace(goes, spans=said or goes.spans)


def _gives_way(other: Passage, passage: Passage) -> bool:
    """Whether `passage` says more than `other`, or as much and more plainly."""
    if len(other.spans) != len(passage.spans) and (other.told == passage.told):
        return len(passage.spans) > len(other.spans)
    return _plainness(passage) > _plainness(other)


def _heading(stays: Passage, goes: Passage) -> Facet:
    return stays.facet if stays.told else goes.facet


@dataclass(frozen=True, slots=True)
class _Said:
    """What of a sentence is held against another one's."""

    stems: frozenset[str]
    words: int
    figures: frozenset[str]
    negated: bool


@lru_cache(maxsize=4096)
def _said(text: str) -> _Said:
    figures = frozenset(_FIGURE.findall(text))
    return _Said(_stems(text), len(tokenise(text)), figures, negates(text))


def _alike(one: str, other: str, embedder: Embedder | None) -> bool:
    """Whether two sentences say the same in other words."""
    entry = load_synthesis().merging
    mine, theirs = _said(one), _said(other)
    if mine.figures != theirs.figures or mine.negated != theirs.negated:
        return False
    shared = jaccard(mine.stems, theirs.stems)
    if min(len(mine.stems), len(theirs.stems)) < entry.fewest_stems or shared < entry.some_stems:
        return False
    few, many = sorted((mine.words, theirs.words))
    if many > entry.most_words_apart * few:
        return False
    if shared >= entry.same_stems:
        return True
    if embedder is None:
        return False
    left, right = embedder.embed([one, other])
    return float(left @ right) >= entry.same_meaning


def _plainness(passage: Passage) -> tuple[bool, bool, bool, int]:
    """How plainly a passage says what it says; more is plainer."""
    return (
        passage.told,
        passage.lead is None and not passage.opening and not passage.asked,
        not _FIRST_PERSON.search(passage.body),
        -len(tokenise(passage.body)),
    )


@lru_cache(maxsize=4096)
def _stems(body: str) -> frozenset[str]:
    return frozenset(content_stems(body))


def _own(passage: Passage) -> str:
    return " ".join(span.quote for span in passage.spans)


def _within(inner: Passage, outer: Passage) -> bool:
    """Whether a passage, all of whose stems another one holds, is said in it."""
    return is_grounded(_own(inner), [span.quote for span in outer.spans]).ok


def _absorb(stays: Passage, goes: Passage) -> Passage:
    """`stays` with the spans of `goes` where they carry the whole of what stays."""
    carries = is_grounded(_own(stays), [span.quote for span in goes.spans]).ok
    if carries:
        return _united(stays, goes)
    return replace(stays, value=max(stays.value, goes.value), told=stays.told or goes.told)


def _united(stays: Passage, goes: Passage) -> Passage:
    """`stays` in its words with the citations and the people of both."""
    merged = tuple(dict.fromkeys((*stays.merged, *goes.spans, *goes.merged)))
    people = (*stays.also_ids, goes.author_id, *goes.also_ids)
    others = tuple(dict.fromkeys(p for p in people if p != stays.author_id))
    value = max(stays.value, goes.value)
    told = stays.told or goes.told
    return replace(stays, merged=merged, also_ids=others, value=value, told=told)


def mark_disputes(summary: Passage, passages: Sequence[Passage]) -> tuple[Passage, list[Passage]]:
    """Number the passages of different people that contradict each other, and put them together.

    The later one goes under the heading of the earlier and stands right after it.
    """
    row = [summary, *passages]
    number = 0
    for place, one in enumerate(row):
        for later in range(place + 1, len(row)):
            other = row[later]
            if one.author_id == other.author_id or not any(_opposed(row[place], other)):
                continue
            if row[place].dispute:
                mark = row[place].dispute
            else:
                number += 1
                mark = number
            row[place] = replace(row[place], dispute=mark)
            facet = other.facet if place == 0 else row[place].facet
            row[later] = replace(other, dispute=mark, facet=facet)
    return row[0], row[1:]


def _opposed(one: Passage, other: Passage) -> Iterator[bool]:
    for left in one.spans:
        for right in other.spans:
            yield opposes(left.quote, right.quote) is not None
