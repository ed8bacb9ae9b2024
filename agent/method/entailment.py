"""Whether a text says only what its cited words say, however it was written.

Traced are content words (as stems), numbers, code, versions and names with their neighbours;
kept are negations, hedges, conditions and limits; nothing may be added. Joining, shortening and
resolving a pronoun with a word of the thread pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from agent.method.tracing import MAY_GO, PRONOUNS, SPEAKER, STOP_WORDS, Token, Turn, tokens_of
from agent.method.words import stems

_NEAR = 3
"""How many content words before a word an operator may stand and still govern it."""
_WINDOW = 4
"""Tokens on each side that tell which occurrence of a word is meant."""
_WORDS_PER_PRONOUN = 3
_UNIT_LETTERS = 3


@dataclass(frozen=True, slots=True)
class GroundingVerdict:
    """Whether a text is grounded, how closely it follows its sources, and what it adds or loses."""

    score: float
    """0 to 1: the mean of content-word, in-order and word-pair precision, less a tenth per
    reason."""
    ok: bool
    reasons: tuple[str, ...]


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """Stems of words or texts, for use as `context_words` of many judgements."""
    if isinstance(words, ContextStems):
        return words
    return ContextStems(stem for text in words for stem in stems(text))


class ContextStems(frozenset[str]):
    """Stems that were made once by `stems_of`."""

    __slots__ = ()


def is_grounded(
    sentence_text: str, quotes: Sequence[str], context_words: Iterable[str] = ()
) -> GroundingVerdict:
    """Judge one text against the words it cites.

    `context_words` are words of the thread: they may stand in square brackets, or in place of a
    pronoun of the source, and nowhere else.
    """
    said = tokens_of(sentence_text)
    source = tokens_of("\n".join(quotes))
    if not said:
        return GroundingVerdict(0.0, ok=False, reasons=("says nothing",))
    if [token.key for token in said] == [token.key for token in source]:
        return GroundingVerdict(1.0, ok=True, reasons=())
    reasons = (
        *_untraced(said, source, stems_of(context_words)),
        *_misplaced(said, source),
        *_turned(said, source),
        *_speaker_added(said, source),
    )
    closeness = _closeness(said, source)
    return GroundingVerdict(max(0.0, closeness - 0.1 * len(reasons)), not reasons, reasons)


def _untraced(
    said: Sequence[Token], source: Sequence[Token], context: frozenset[str]
) -> tuple[str, ...]:
    known = {token.key for token in source}
    resolved = sum(t.surface in PRONOUNS for t in source) - sum(t.surface in PRONOUNS for t in said)
    allowance = max(0, resolved) * _WORDS_PER_PRONOUN
    reasons = []
    for token in said:
        if not token.content or token.key in known:
            continue
        if token.key in context and token.bracketed:
            continue
        if token.key in context and allowance > 0 and not token.key[:1].isdigit():
            allowance -= 1
            continue
        kind = "number, code or name" if token.exact else "word"
        reasons.append(f"{kind} {token.surface!r} is not in the cited words")
    return tuple(reasons)


def _side(
    tokens: Sequence[Token], place: int, step: int, count: int, *, in_clause: bool = False
) -> list[str]:
    """Keys of up to `count` content words next to `place` in one direction and sentence."""
    found: list[str] = []
    place_now, home = place + step, tokens[place]
    while 0 <= place_now < len(tokens) and len(found) < count:
        other = tokens[place_now]
        if other.sentence != home.sentence or (in_clause and other.clause != home.clause):
            break
        if other.content:
            found.append(other.key)
        place_now += step
    return found


def _unit(tokens: Sequence[Token], place: int) -> str:
    """Key of the short word right after a number, or nothing."""
    if not tokens[place].key[0].isdigit() or place + 1 == len(tokens):
        return ""
    after = tokens[place + 1]
    letters = after.surface.isalpha() and len(after.surface) <= _UNIT_LETTERS
    return after.key if letters and after.turn is None and after.surface not in STOP_WORDS else ""


def _misplaced(said: Sequence[Token], source: Sequence[Token]) -> tuple[str, ...]:
    """Numbers, code and names that stand among other words than they do in the source."""
    reasons = []
    repeated = Counter(token.key for token in said)
    for place, token in enumerate(said):
        homes = [n for n, other in enumerate(source) if other.key == token.key]
        if not token.exact or not homes:
            continue
        if token.key[0].isdigit() and repeated[token.key] > len(homes):
            reasons.append(f"{token.surface!r} stands more often than in the source")
            continue
        unit = _unit(said, place)
        if unit and all(_unit(source, home) not in ("", unit) for home in homes):
            reasons.append(f"{token.surface!r} has another unit in the source")
            continue
        before = _side(said, place, -1, 1, in_clause=True)
        after = _side(said, place, 1, 2, in_clause=True)
        if not before and not after:
            continue
        best = max(
            len(set(before) & set(_side(source, home, -1, _WINDOW)))
            + len(set(after) & set(_side(source, home, 1, _WINDOW)))
            for home in homes
        )
        if best * 2 < len(set(before)) + len(set(after)):
            reasons.append(f"{token.surface!r} stands with other words than in the source")
    return tuple(reasons)


def _head(tokens: Sequence[Token], place: int) -> int | None:
    """Where the word an operator governs stands: the next content word, else the one before."""
    sentence = tokens[place].sentence
    for other in chain(range(place + 1, len(tokens)), range(place - 1, -1, -1)):
        if tokens[other].sentence == sentence and tokens[other].content:
            return other
    return None


def _counterpart(
    tokens: Sequence[Token], place: int, others: Sequence[Token], turn: Turn | None
) -> int | None:
    """The occurrence in `others` of the word at `place` whose surroundings fit best."""

    def around(where: Sequence[Token], at: int) -> set[str]:
        near = where[max(0, at - _WINDOW) : at + _WINDOW + 1]
        return {t.key for t in near if t.sentence == where[at].sentence and t.turn is None}

    homes = [n for n, other in enumerate(others) if other.key == tokens[place].key]
    mine = around(tokens, place)

    def fit(home: int) -> tuple[int, bool]:
        governed = turn is not None and _governed(others, home, turn)
        return len(mine & around(others, home)), governed

    best: int | None = max(homes, key=fit, default=None)
    return best


def _governed(tokens: Sequence[Token], place: int, turn: Turn) -> bool:
    """Whether an operator of the group stands within reach of the word at `place`."""
    sentence, passed = tokens[place].sentence, 0
    for other in range(place - 1, -1, -1):
        if tokens[other].sentence != sentence or passed > _NEAR:
            break
        if tokens[other].turn is turn:
            return True
        passed += tokens[other].content
    tail = tokens[place + 1 : place + 1 + _WINDOW]
    return any(t.turn is turn and t.sentence == sentence for t in tail)


def _turned(said: Sequence[Token], source: Sequence[Token]) -> tuple[str, ...]:
    """Operators added to, or lost from, words that the text and the source share."""
    reasons = []
    for here, there, verb in ((said, source, "adds"), (source, said, "drops")):
        for place, token in enumerate(here):
            if token.turn is None or (verb == "drops" and token.turn in MAY_GO):
                continue
            head = _head(here, place)
            if verb == "drops" and token.turn is Turn.CONDITION:
                head = _main_word(here, place, there) or head
            if head is None:
                continue
            home = _counterpart(here, head, there, token.turn)
            if home is None:
                if verb == "adds":
                    reasons.append(f"adds {token.surface!r}")
                continue
            if _elsewhere(here, head, there, home):
                continue
            reach = any(t.turn is token.turn and t.sentence == there[home].sentence for t in there)
            kept = reach if token.turn is Turn.CONDITION else _governed(there, home, token.turn)
            if not kept:
                reasons.append(f"{verb} {token.surface!r}")
    return tuple(dict.fromkeys(reasons)) or _miscounted(said, source)


def _miscounted(said: Sequence[Token], source: Sequence[Token]) -> tuple[str, ...]:
    """Operators that came, or went although no content word did."""
    here = Counter(token.turn for token in said if token.turn is not None)
    there = Counter(token.turn for token in source if token.turn is not None)
    reasons = [f"adds a word of {turn}" for turn in here - there]
    if {t.key for t in source if t.content} <= {t.key for t in said}:
        reasons += [f"drops a word of {turn}" for turn in there - here if turn not in MAY_GO]
    return tuple(reasons)


def _elsewhere(here: Sequence[Token], head: int, there: Sequence[Token], home: int) -> bool:
    """Whether the counterpart fits another occurrence of the word better than this one."""
    back = _counterpart(there, home, here, None)
    return back is not None and here[back].sentence != here[head].sentence


def _main_word(source: Sequence[Token], place: int, said: Sequence[Token]) -> int | None:
    """A kept content word of the clause that a condition at `place` restricts."""
    marker = source[place]
    kept = {token.key for token in said}
    clause_mates = [
        n
        for n in range(place - 1, -1, -1)
        if (source[n].sentence, source[n].clause) == (marker.sentence, marker.clause)
    ]
    if any(source[n].content for n in clause_mates):
        main = clause_mates
    else:
        main = [
            n
            for n in range(place + 1, len(source))
            if (source[n].sentence, source[n].clause) == (marker.sentence, marker.clause + 1)
        ] or [
            n
            for n in range(place - 1, -1, -1)
            if (source[n].sentence, source[n].clause) == (marker.sentence, marker.clause - 1)
        ]
    content = [n for n in main if source[n].content]
    held = [n for n in content if source[n].key in kept]
    return held[0] if held and 2 * len(held) >= len(content) else None


def _speaker_added(said: Sequence[Token], source: Sequence[Token]) -> tuple[str, ...]:
    added = next((t.surface for t in said if t.surface in SPEAKER), None)
    if added is None or any(t.surface in SPEAKER for t in source):
        return ()
    return (f"speaks as {added!r} where the source does not",)


def _closeness(said: Sequence[Token], source: Sequence[Token]) -> float:
    """Mean of content-word precision, in-order precision and word-pair precision."""
    mine, theirs = [t.key for t in said], [t.key for t in source]
    known, pairs = set(theirs), set(pairwise(theirs))
    content = [t.key for t in said if t.content]
    words = sum(key in known for key in content) / len(content) if content else 0.0
    own_pairs = list(pairwise(mine))
    paired = sum(pair in pairs for pair in own_pairs) / len(own_pairs) if own_pairs else words
    return (words + _in_order(mine, theirs) / len(mine) + paired) / 3


def _in_order(mine: Sequence[str], theirs: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for key in mine:
        diagonal = 0
        for place, other in enumerate(theirs):
            above = row[place + 1]
            row[place + 1] = diagonal + 1 if key == other else max(above, row[place])
            diagonal = above
    return row[-1]
