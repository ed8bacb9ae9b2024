"""Passages: sentences of one message that a reader can take in on their own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from agent.method.entailment import is_grounded
from agent.method.words import content_stems, tokenise
from memory.records.guide import Claim, GuideSentence
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message

_OPENER = re.compile(
    r"(?:(?:well|yes|yeah|yep|yup|no|nope|oh|ah|hm+|honestly|actually|ok|okay|sure|right|also"
    r"|anyway|basically|good question|fwiw|so|tl;?dr|(?:the )?short answer"
    r"|long answer)\s*[,!:\u2014\u2013-]+\s*)+",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"[\"'\u201c\u2018(]*(?:"
    r"it|it['\u2019](?:s|ll|d)|that|that['\u2019](?:s|ll)|this|these|those|they"
    r"|they['\u2019](?:re|ll|ve|d)|he|she|his|her|its|their|such|so|but|and|or|then|however"
    r"|otherwise|therefore|thus|hence|instead|which|also|likewise|similarly|again,|still,|yet"
    r"|plus|ones|another|for example|for instance|e\.g|i\.e"
    r"|(?:in|with|at|by|for|from|of|on) (?:that|this|those|these|it|them|which|either case)"
    r"|(?:if|when|once|while|until|unless|because|since|as) (?:it|they|that|this|these|so|not)"
    r"|because of (?:this|that)|after (?:that|this)|as a result|that way|on the other hand"
    r"|the (?:former|latter|same)|the other (?:one|two|way|is|option)"
    r"|the (?:reason|result|rest|difference|second|third|problem) (?:is|was|being|one)"
    r"|in addition|furthermore|moreover|besides|same (?:here|goes|with|for)"
    r")(?![\w'\u2019])",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"it(?:['\u2019]s| is| was| can be| may be| might be)\s+(?:[\w-]+\s+){1,3}?(?:to|that|if)\s"
    r"|it takes\s|(?:those|these) (?:who|of us)\s|this (?:is because|being)\s",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(
    r"(?:so|and|then)(?:\s*,\s*|\s+)(?!that\b|much\b|many\b|long\b|far\b|if\b|not\b)",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(
    r"(?:because|cuz|cause|due to|so that|so as to|except|unless"
    r"|only (?:if|when)|to (?:avoid|keep))"
    r"(?!\w)",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"(?:hi|hello|hey|thanks|thank you|thx|cheers|welcome|sorry|hope (?:this|that|it) helps"
    r"|let (?:me|us) know|good (?:luck|question)|great question|enjoy|edit|update|ps|p\.s|lol"
    r"|haha|disclaimer|source|sources|see also|nice)(?!\w)[\s\S]{0,60}$"
    r"|(?:i )?(?:do not|don['\u2019]?t|wouldn['\u2019]?t) (?:really )?know(?!\w)[^,;]*$"
    r"|(?:it|that) (?:all |really )?depends[.!\u2026]*$"
    r"|(?:that['\u2019]?s )?hard to say(?: more)?[.!\u2026]*$"
    r"|no idea|not sure[.!\u2026]*$|ask (?:me )?(?:again|later)",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+|www\.\S+")
_MAX_SENTENCES = 3
_MIN_WORDS = 3
LONGEST = 1200
"""Characters of the longest sentence that a guide prints; a longer one is a paste."""


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow `text[start:end]` past white space and interjections (`Well,`, `Yes,`)."""
    opener = _OPENER.match(text, start, end)
    if opener and opener.end() < end:
        start = opener.end()
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def says_something(text: str) -> bool:
    """False for chatter, greetings, thanks, questions, bare links, lead-ins and non-answers."""
    bare = _LINK.sub("", text).strip()
    if (
        not bare
        or len(text) > LONGEST
        or bare.rstrip("\"')\u201d").endswith(("?", ":"))
        or bare.endswith(" -")
    ):
        return False
    enough = len(tokenise(bare)) >= _MIN_WORDS and content_stems(bare)
    return bool(enough) and not _CHATTER.match(bare)


def dangles(text: str) -> bool:
    """Whether a sentence opens with a pronoun or connective that needs the one before."""
    return bool(_DANGLING.match(text)) and not _EXPLETIVE.match(text)


def without_connective(text: str, start: int, end: int) -> int:
    """Where `text[start:end]` starts once a leading `So`, `And` or `Then` has gone."""
    found = _CONNECTIVE.match(text, start, end)
    return found.end() if found and found.end() < end else start


def is_fragment(text: str) -> bool:
    """Whether a sentence is only the subordinate clause that answers a question."""
    return bool(_FRAGMENT.match(text)) and "," not in text


@dataclass(frozen=True, slots=True)
class Passage:
    """One to three consecutive sentences under one facet, in one author's words."""

    facet: Facet
    author_id: str
    spans: tuple[EvidenceSpan, ...]
    value: float
    lead: EvidenceSpan | None = None
    """Words the answer was given about, where the answer alone does not say what it is about."""
    merged: tuple[EvidenceSpan, ...] = ()
    """Spans of other sentences that say the same."""

    @property
    def text(self) -> str:
        """Words as a guide prints them: a capital first, a stop last, white space single."""
        body = " ".join(_tidy(span.quote) for span in self.spans)
        if self.lead is None:
            return body
        return f"[On \u201c{' '.join(self.lead.quote.split())}\u201d] {body}"

    def cited(self) -> GuideSentence:
        """The passage as a cited sentence of a guide."""
        lead = () if self.lead is None else (self.lead,)
        evidence = tuple(dict.fromkeys((*self.spans, *lead, *self.merged)))
        return GuideSentence(text=self.text, author_id=self.author_id, evidence=evidence)


def _tidy(quote: str) -> str:
    text = " ".join(quote.split())
    first = tokenise(text[:40])[:1]
    if first and first[0].start == 0 and first[0].text.islower() and first[0].text.isalpha():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "\u2026", ":", '."', ".)")) else f"{text}."


def passages_of(
    message: Message,
    claims: Sequence[Claim],
    places: Sequence[tuple[int, int]],
    weights: Mapping[Facet, float],
    lead: EvidenceSpan | None,
) -> list[Passage]:
    """Group a message's claims so that each passage stands on its own.

    `places` are the spans of all its sentences in order. A dangling sentence takes the one
    before with it, at most two steps back; one that dangles still gets `lead`, or is left out.
    """
    claimed = {c.evidence[0].start: c for c in claims if len(c.text) <= LONGEST}
    known = sorted(claimed)
    firsts = [bisect_left(known, a) for a, _ in places]
    starts = [
        known[n] if n < len(known) and known[n] < b else a
        for n, (a, b) in zip(firsts, places, strict=True)
    ]
    texts = [message.text[s:b] for s, (_, b) in zip(starts, places, strict=True)]
    groups: list[list[int]] = []
    for place, start in enumerate(starts):
        if start not in claimed:
            continue
        group = [place]
        while dangles(texts[group[0]]) and group[0] > 0 and len(group) < _MAX_SENTENCES:
            if not says_something(texts[group[0] - 1]):
                break
            group.insert(0, group[0] - 1)
        if groups and group[0] <= groups[-1][-1] and len(groups[-1]) < _MAX_SENTENCES + 1:
            groups[-1] = sorted({*groups[-1], *group})
        elif groups and group[0] <= groups[-1][-1]:
            groups.append([n for n in group if n > groups[-1][-1]])
        else:
            groups.append(group)
    made = []
    for group in groups:
        spans = tuple(EvidenceSpan.of(message, starts[n], places[n][1]) for n in group)
        mine = [claimed[starts[n]] for n in group if starts[n] in claimed]
        chief = max(mine, key=lambda c: (weights[c.facet] * c.confidence, -c.evidence[0].start))
        helpless = dangles(spans[0].quote) or is_fragment(spans[0].quote)
        if helpless and lead is None and not is_fragment(spans[0].quote):
            continue
        value = weights[chief.facet] * chief.confidence
        made.append(Passage(chief.facet, chief.author_id, spans, value, lead if helpless else None))
    return made


def merge_alike(passages: Sequence[Passage]) -> list[Passage]:
    """Leave out what another passage says already; same words by several people cite them all.

    A passage is said already when the grounding gate finds it in the other's words; its spans
    are added where they carry the whole of what stays.
    """
    kept: list[Passage] = []
    for passage in passages:
        twin = next((n for n, k in enumerate(kept) if _within(passage, k)), None)
        if twin is not None:
            kept[twin] = _absorb(kept[twin], passage)
            continue
        wider = next((n for n, k in enumerate(kept) if _within(k, passage)), None)
        if wider is not None and kept[wider].lead is None:
            kept[wider] = _absorb(passage, kept[wider])
            continue
        kept.append(passage)
    return kept


def _body(passage: Passage) -> str:
    return " ".join(span.quote for span in passage.spans)


@lru_cache(maxsize=1024)
def _stems(body: str) -> frozenset[str]:
    return frozenset(content_stems(body))


def _within(inner: Passage, outer: Passage) -> bool:
    mine, theirs = _stems(_body(inner)), _stems(_body(outer))
    if not mine <= theirs:
        return False
    return is_grounded(_body(inner), [span.quote for span in outer.spans]).ok


def _absorb(stays: Passage, goes: Passage) -> Passage:
    carries = is_grounded(_body(stays), [span.quote for span in goes.spans]).ok
    value = max(stays.value, goes.value)
    merged = (*stays.merged, *goes.spans, *goes.merged) if carries else stays.merged
    return replace(stays, merged=tuple(dict.fromkeys(merged)), value=value)
