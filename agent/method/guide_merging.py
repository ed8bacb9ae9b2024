"""Statements of one section that may say the same, and one in the place of two.

Code finds the pairs and decides; whoever is asked can only pick among them. Both stay cited.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from agent.method.condensing import says_alike
from agent.method.contradictions import opposes
from agent.method.entailment import is_grounded
from agent.method.guide_wording import Statement, measured
from agent.method.merging import says_again
from agent.method.words import content_stems
from memory.index.protocols import Embedder
from memory.records.guide import GuideSentence, GuideVersion
from memory.records.talk import EvidenceSpan
from prompts.catalogue import Catalogue

MOST_PAIRS = 12


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements by number, and the sentence that stands for both."""

    stays: int
    goes: int
    one: str
    other: str
    sentence: GuideSentence

    @property
    def evidence(self) -> frozenset[EvidenceSpan]:
        return frozenset(self.sentence.evidence)


def pairs_of(statements: Mapping[int, Statement], embedder: Embedder | None) -> list[Pair]:
    """Pairs of a section that code finds near enough, with nothing lost if they are united.

    The same numbers, code, names, conditions and negations; no contradiction; two messages.
    """
    found: list[Pair] = []
    for one, other in combinations(statements.values(), 2):
        if one.facet is None or one.facet is not other.facet or len(found) == MOST_PAIRS:
            continue
        if not (_plain(one) and _plain(other)) or not _near(one, other, embedder):
            continue
        longer = len(set(content_stems(other.sentence.text)))
        stays, goes = one, other
        if longer > len(set(content_stems(one.sentence.text))):
            stays, goes = other, one
        united = _united(stays.sentence, goes.sentence)
        if is_grounded(united.text, [span.quote for span in united.evidence]).ok:
            texts = one.sentence.text, other.sentence.text
            found.append(Pair(stays.number, goes.number, *texts, united))
    return found


def _plain(statement: Statement) -> bool:
    sentence = statement.sentence
    return not (sentence.asked or sentence.step or "[" in sentence.text)


def _near(one: Statement, other: Statement, embedder: Embedder | None) -> bool:
    left, right = one.sentence.text, other.sentence.text
    messages = [{span.message_id for span in s.sentence.evidence} for s in (one, other)]
    return (
        not messages[0] & messages[1]
        and says_alike(left, right)
        and opposes(left, right) is None
        and says_again(left, right, embedder)
    )


def _united(stays: GuideSentence, goes: GuideSentence) -> GuideSentence:
    evidence = tuple(dict.fromkeys((*stays.evidence, *goes.evidence)))
    others = tuple(a for a in dict.fromkeys(goes.author_ids) if a != stays.author_id)
    return stays.model_copy(update={"evidence": evidence, "also_ids": others})


def settled_pairs(
    pairs: Sequence[Pair], version: GuideVersion, earlier: GuideVersion | None
) -> tuple[list[Pair], list[Pair]]:
    """Pairs that an earlier version united, and those that nobody was asked about yet."""
    if earlier is None:
        return [], list(pairs)
    before = {frozenset(sentence.evidence) for sentence in earlier.sentences()}
    own = [frozenset(sentence.evidence) for _, sentence in version.placed()]
    united = [pair for pair in pairs if pair.evidence in before]
    new = [
        pair
        for pair in pairs
        if pair not in united and not {own[pair.stays - 1], own[pair.goes - 1]} <= before
    ]
    return united, new


def merged(version: GuideVersion, pairs: Sequence[Pair], catalogue: Catalogue) -> GuideVersion:
    """The version with each pair as one sentence; a statement is united once at most."""
    stays: dict[int, GuideSentence] = {}
    goes: set[int] = set()
    for pair in pairs:
        if not ({pair.stays, pair.goes} & (goes | stays.keys())):
            stays[pair.stays] = pair.sentence
            goes.add(pair.goes)
    if not stays:
        return version
    sections, number = [], 1
    for section in version.sections:
        here = []
        for sentence in section.sentences:
            number += 1
            if number not in goes:
                here.append(stays.get(number, sentence))
        sections.append(section.model_copy(update={"sentences": tuple(here)}))
    return measured(version, version.summary, sections, catalogue)


def picked(pairs: Sequence[Pair], numbers: Collection[int]) -> tuple[list[Pair], tuple[str, ...]]:
    """The pairs of these numbers, counted from 1, and a code for each number that is none."""
    kept = [pair for place, pair in enumerate(pairs, start=1) if place in numbers]
    strange = sum(not 1 <= number <= len(pairs) for number in set(numbers))
    return kept, ("number",) * strange
