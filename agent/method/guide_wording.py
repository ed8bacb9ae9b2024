"""Other words for sentences of a version: which may have some, which proposals stand, and where.

A sentence that was shown before stands as it was shown, so that what people agreed to stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.method.condensing import may_be_worded, own_quotes, refusal
from agent.method.entailment import is_grounded
from agent.method.measures import count_words, measure
from memory.records.guide import GuideSection, GuideSentence, GuideVersion
from memory.records.inquiry import Facet
from memory.records.talk import Message
from prompts.catalogue import Catalogue
from prompts.steps.writing import load_writing

NUMBER, APART, SAME, TAKEN = "number", "apart", "same", "taken"
"""Codes beside those of `condensing.refusal`: no such statement, not to be joined, nothing new,
one that another proposal has worded already."""
_BRACKETED = re.compile(r"\[([^\]]*)\]")
_PERSONAL = re.compile(r"(?<!\w)(?:i|my|we|our)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a version that may be worded otherwise."""

    number: int
    """Its place in the version, the summary is 1."""
    facet: Facet | None
    """`None` is the summary."""
    sentence: GuideSentence
    quotes: tuple[str, ...]
    """What it cites of its author."""

    @property
    def need(self) -> int:
        """How much it would gain by other words; 0 is little."""
        spans = len(self.quotes) > 1
        personal = bool(_PERSONAL.search(self.sentence.text))
        return 3 * ("[" in self.sentence.text) + 2 * spans + personal

    @property
    def words(self) -> int:
        return count_words(self.sentence.text)


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence in the place of statements that stand in a row."""

    numbers: tuple[int, ...]
    sentence: GuideSentence


def statements_of(
    version: GuideVersion, messages: Mapping[str, Message], veiled: Collection[str]
) -> dict[int, Statement]:
    """The sentences that may be worded, by number; of `veiled` people none may."""
    texts = {key: message.text for key, message in messages.items()}
    authors = {key: message.author_id for key, message in messages.items()}
    found = {}
    for number, (facet, sentence) in enumerate(version.placed(), start=1):
        quotes = own_quotes(sentence, texts, authors)
        if quotes is None or sentence.author_id in veiled:
            continue
        if may_be_worded(sentence, quotes):
            found[number] = Statement(number, facet, sentence, quotes)
    return found


def shown(
    statements: Mapping[int, Statement], settled: Collection[int]
) -> Sequence[tuple[Facet | None, Statement]]:
    """Statements for one call, within its words: those that need it most, in their order.

    None at all where nothing needs it.
    """
    free = [one for number, one in statements.items() if number not in settled]
    if not any(one.need for one in free):
        return ()
    left = load_writing().most_words_shown
    chosen = []
    for one in sorted(free, key=lambda one: (-one.need, one.number)):
        if one.words <= left:
            left -= one.words
            chosen.append(one)
    return [(one.facet, one) for one in sorted(chosen, key=lambda one: one.number)]


def examine(
    text: str, rests_on: Collection[int], statements: Mapping[int, Statement], model: str
) -> Wording | str:
    """The proposal as it may stand, or the code of what refuses it."""
    numbers = tuple(sorted(set(rests_on)))
    if not numbers or any(number not in statements for number in numbers):
        return NUMBER
    row = [statements[number] for number in numbers]
    if len(row) > 1 and not _joinable(row):
        return APART
    text = " ".join(text.split())
    base = [one.sentence.text for one in row]
    if text == " ".join(base):
        return SAME
    quotes = [quote for one in row for quote in one.quotes]
    if refused := refusal(text, base, quotes):
        return refused
    evidence = tuple(dict.fromkeys(span for one in row for span in one.sentence.evidence))
    if not is_grounded(text, [span.quote for span in evidence]).ok:
        return "ungrounded"
    changes = {"text": text, "evidence": evidence, "worded_by": model}
    return Wording(numbers, row[0].sentence.model_copy(update=changes))


def _joinable(row: Sequence[Statement]) -> bool:
    """Whether statements stand in a row, in one section and one name, and are no steps."""
    near = all(later.number == one.number + 1 for one, later in pairwise(row))
    same = len({(one.facet, one.sentence.author_id) for one in row}) == 1
    plain = not any(one.sentence.asked or one.sentence.step for one in row)
    return near and same and plain and row[0].facet is not None


def choose(
    proposals: Sequence[tuple[str, Collection[int]]],
    statements: Mapping[int, Statement],
    model: str,
) -> tuple[list[Wording], tuple[str, ...]]:
    """The proposals that stand, the first of several for one statement, and codes of the others."""
    chosen: list[Wording] = []
    refused: list[str] = []
    taken: set[int] = set()
    for text, rests_on in proposals:
        examined = examine(text, rests_on, statements, model)
        if isinstance(examined, str):
            refused += [examined] if examined != SAME else []
        elif taken & set(examined.numbers):
            refused.append(TAKEN)
        else:
            taken.update(examined.numbers)
            chosen.append(examined)
    return chosen, tuple(refused)


def settled_by(
    earlier: GuideVersion | None, version: GuideVersion, statements: Mapping[int, Statement]
) -> tuple[list[Wording], frozenset[int]]:
    """What a version that was shown before says in a model's words, and numbers not to ask about.

    A sentence is the same where its citations, its author and its section are.
    """
    if earlier is None:
        return [], frozenset()
    wordings: list[Wording] = []
    numbers: set[int] = set()
    placed = [*enumerate(version.placed(), start=1)]
    for facet, old in earlier.placed():
        here = [
            number
            for number, (home, sentence) in placed
            if home is facet
            and sentence.author_ids == old.author_ids
            and set(sentence.evidence) <= set(old.evidence)
        ]
        cited = {span for number in here for span in placed[number - 1][1][1].evidence}
        if cited != set(old.evidence) or numbers & set(here):
            continue
        numbers.update(here)
        if old.worded_by:
            kept = examine(old.text, here, statements, old.worded_by)
            wordings += [kept] if isinstance(kept, Wording) else []
    return wordings, frozenset(numbers)


def replaced(
    version: GuideVersion, wordings: Sequence[Wording], catalogue: Catalogue
) -> GuideVersion:
    """The version with its wordings in place and its measures taken anew."""
    if not wordings:
        return version
    first = {wording.numbers[0]: wording.sentence for wording in wordings}
    gone = {number for wording in wordings for number in wording.numbers[1:]}
    summary = first.get(1, version.summary)
    sections, number = [], 1
    for section in version.sections:
        here = []
        for sentence in section.sentences:
            number += 1
            if number not in gone:
                here.append(first.get(number, sentence))
        sections.append(section.model_copy(update={"sentences": tuple(here)}))
    return measured(version, summary, sections, catalogue)


def measured(
    version: GuideVersion,
    summary: GuideSentence,
    sections: Sequence[GuideSection],
    catalogue: Catalogue,
) -> GuideVersion:
    """The version with this summary and these sections, measured."""
    brackets = _BRACKETED.findall(summary.text)
    measures = measure(summary, sections, version.coverage, catalogue, brackets)
    changes = {"summary": summary, "sections": tuple(sections), "measures": measures}
    return version.model_copy(update=changes)


def as_actionable(before: GuideVersion, after: GuideVersion) -> bool:
    """Whether a reader can act by a version as well as by the one before, and all of it is cited.

    An unmeasured version is as good as any.
    """
    old, new = before.measures.actionability, after.measures.actionability
    share = old is None or new is None or new.share >= old.share
    return share and after.measures.citation_recall >= before.measures.citation_recall
