"""What a model answers in the steps that word a guide: proposals, each to be examined by code."""

from __future__ import annotations

from pydantic import Field

from agent.model.shapes import Proposed

LONGEST = 2_000
"""Characters of a proposed text."""


class WrittenSentence(Proposed):
    """One sentence, and the numbers of the statements that it says."""

    text: str = Field(max_length=LONGEST)
    rests_on: list[int] = Field(max_length=16)


class WrittenGuide(Proposed):
    """What the step `write_section` answers, for all sections of a guide."""

    sentences: list[WrittenSentence] = Field(max_length=64)


class AlikePairs(Proposed):
    """What the step `merge_statements` answers: numbers of pairs that say the same."""

    alike: list[int] = Field(max_length=64)


class NamedGuide(Proposed):
    """What the step `name_guide` answers."""

    titles: list[str] = Field(max_length=8)


class CheckedSentence(Proposed):
    """Whether one sentence is carried by the words that it was made from."""

    number: int
    carried: bool


class CheckedSentences(Proposed):
    """What the step `check_sentence` answers."""

    verdicts: list[CheckedSentence] = Field(max_length=64)


class WordedLine(Proposed):
    """One line of a card in other words, by its number."""

    number: int
    text: str = Field(max_length=LONGEST)


class WordedTandem(Proposed):
    """What the step `suggest_tandem` answers."""

    lines: list[WordedLine] = Field(max_length=16)
