"""The order in which a reader wants the sentences of a section.

First things first (`First thing I check ...`), then what holds in general, then what holds in a
case only, conditions together, then exceptions, and last things last (`At the end ...`). Moves
keep the order in which they were told. What carries on from another (`Also ...`, `Then ...`)
stays behind it, an answer to the agent stays in its own order, and what contradicts another
stands beside it. All else keeps the thread's order, reasons too, for they build on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum

from agent.method.passage import Passage
from agent.method.placing import is_order
from agent.method.standing import without_connective
from agent.method.syntax import VERBS
from agent.method.wholes import Whole
from agent.method.words import content_stems, fold, tokenise
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan
from prompts.synthesis import load_synthesis

FEWEST_STEPS = 3
"""Moves from which a section is a list of steps."""
FEWEST_COUNTED = 2
"""The same where their author counts them, or links them by `then`."""
_STANDS_OUT = 2
"""Kinds of talk that point at a step from which it is the hard one."""
_EXPLAINED = frozenset({Facet.WHY, Facet.EVIDENCE, Facet.GOAL})
"""Facets whose sentences build on each other, so that the thread's order is the best one."""
_GENERAL_FIRST = frozenset({Facet.CUES, Facet.CHECK})
"""Facets under which what was seen once comes after what is to be looked for always."""
_NEAR = 2
"""Characters between two sentences of one paragraph, at most."""
_MOST_OF_A_MOVE = 4
_SHARED_TO_POINT = 2
_POINTING = frozenset({Facet.PITFALLS, Facet.CHECK})
"""Facets whose passages make a step hard when they speak of it."""


class _Rank(IntEnum):
    FIRST = 0
    GENERAL = 1
    BOUND = 2
    SPECIAL = 3
    LAST = 4


def in_reading_order(passages: Sequence[Passage]) -> list[Passage]:
    """Order the passages of one section as the module says."""
    if not passages:
        return []
    if passages[0].facet is Facet.ACTION:
        passages = _with_moves(passages)
        moves = [p for p in passages if is_move(p)]
        if len(moves) >= FEWEST_COUNTED:
            return _beside([*moves, *_by_rank([p for p in passages if not is_move(p)])])
    if passages[0].facet in _EXPLAINED:
        return _beside(passages)
    return _beside(_by_rank(passages))


def _with_moves(passages: Sequence[Passage]) -> list[Passage]:
    """The passages with advice that stands right behind a move, in its paragraph, as part of it."""
    made: list[Passage] = []
    for passage in passages:
        above = made[-1] if made else None
        if above is None or is_move(passage) or not is_move(above) or not _adjoin(above, passage):
            made.append(passage)
        else:
            made[-1] = replace(above, spans=(*above.spans, *passage.spans))
    return made


def _adjoin(above: Passage, passage: Passage) -> bool:
    """Whether two passages are consecutive sentences of one paragraph, with nothing in front."""
    last, first = above.spans[-1], passage.spans[0]
    plain = not (passage.lead or passage.opening or passage.asked or passage.merged)
    near = last.message_id == first.message_id and 0 <= first.start - last.end <= _NEAR
    few = len(above.spans) + len(passage.spans) <= _MOST_OF_A_MOVE
    return plain and near and few and above.paragraph == passage.paragraph and not (
        above.dispute or passage.dispute or passage.also_ids
    )  # fmt: skip


def _by_rank(passages: Sequence[Passage]) -> list[Passage]:
    blocks: list[list[Passage]] = []
    for passage in passages:
        above = blocks[-1][-1] if blocks else None
        if above is not None and _follows(above, passage):
            blocks[-1].append(passage)
        else:
            blocks.append([passage])
    return [passage for block in sorted(blocks, key=lambda b: _rank(b[0])) for passage in block]


def _follows(above: Passage, passage: Passage) -> bool:
    """Whether a passage carries on from the one above, in the same message."""
    if above.spans[0].message_id != passage.spans[0].message_id:
        return False
    if above.told and passage.told and not load_synthesis().ordering.opens.match(passage.body):
        return True
    entry, text = load_synthesis().ordering, passage.body
    goes_on = entry.goes_on.match(text) or entry.carries_on.match(text)
    return bool(goes_on) or bool(passage.opening)


def _rank(passage: Passage) -> _Rank:
    entry, text = load_synthesis().ordering, passage.body
    if entry.opens.match(text):
        return _Rank.FIRST
    if entry.closes.match(text):
        return _Rank.LAST
    if entry.is_special.match(text):
        return _Rank.SPECIAL
    if passage.facet in _GENERAL_FIRST and entry.is_past.match(text):
        return _Rank.LAST
    return _Rank.BOUND if entry.is_bound.match(text) else _Rank.GENERAL


def _beside(passages: Sequence[Passage]) -> list[Passage]:
    """Put passages that contradict each other next to each other."""
    made: list[Passage] = []
    for passage in passages:
        place = next(
            (n for n in range(len(made) - 1, -1, -1) if made[n].dispute == passage.dispute), None
        )
        if passage.dispute and place is not None:
            made.insert(place + 1, passage)
        else:
            made.append(passage)
    return made


def is_move(passage: Passage) -> bool:
    """Whether a passage tells to do something: an order, also after `Then` or `First`."""
    text = passage.body
    bare = text[_unlinked(text) :]
    words = tokenise(bare)
    counted = load_synthesis().ordering.is_counted(text)
    return bool(words) and (counted or fold(words[0].text) in VERBS or is_order(bare))


def as_steps(
    passages: Sequence[Passage], others: Sequence[Passage], quotes: Sequence[EvidenceSpan]
) -> list[Passage]:
    """Mark the moves of a section that are steps, and the hard one among them.

    Steps are several moves of one person that follow each other. The hard one is what its author
    calls hard, else the one at which at least two of a question, a pitfall and a check point;
    none where no one stands out.
    """
    moves = [n for n, passage in enumerate(passages) if is_move(passage)]
    author = passages[moves[0]].author_id if moves else ""
    moves = [n for n in moves if passages[n].author_id == author and not passages[n].dispute]
    counted = any(_unlinked(passages[n].body) for n in moves)
    if len(moves) < (FEWEST_COUNTED if counted else FEWEST_STEPS):
        return list(passages)
    weights = {n: _difficulty(passages[n], others, quotes) for n in moves}
    most = max(weights.values())
    hardest = [n for n in moves if weights[n] == most]
    stands_out = most >= _STANDS_OUT and len(hardest) == 1
    made = list(passages)
    for n in moves:
        step = replace(passages[n], move=True, hard=stands_out and hardest == [n])
        link = _unlinked(step.spans[0].quote)
        made[n] = replace(step, opening=step.spans[0].quote[link:]) if link else step
    return made


def _unlinked(text: str) -> int:
    """How many characters of a move only tell its place in a row, which its number tells too."""
    number = load_synthesis().ordering.without_number(text)
    return without_connective(text, number, len(text))


def _difficulty(move: Passage, others: Sequence[Passage], quotes: Sequence[EvidenceSpan]) -> int:
    """How many kinds of talk point at a move: questions, pitfalls, checks; its author outweighs."""
    if load_synthesis().ordering.is_hard.match(move.body) is not None:
        return len(_POINTING) + _STANDS_OUT
    stems = set(content_stems(move.body))
    asked = any(
        span.message_id == quote.message_id and span.start <= quote.start < span.end
        for span in move.spans
        for quote in quotes
    )
    kinds = {
        other.facet
        for other in others
        if other.facet in _POINTING
        and len(stems & set(content_stems(other.body))) >= _SHARED_TO_POINT
    }
    return asked + len(kinds)


def in_sequence(wholes: Sequence[Whole]) -> bool:
    """Whether sentences are a sequence whose order matters: prose, or a counted list."""
    return not any(one.item and not one.numbered for one in wholes)
