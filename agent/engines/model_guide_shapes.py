"""What a model answers in the steps that word a guide: proposals, each to be examined by code."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

LONGEST = 2_000
"""Characters of a proposed text."""


class WrittenSentence(BaseModel):
    """One sentence, and the numbers of the statements that it says."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST)
    rests_on: list[int] = Field(max_length=16)


class WrittenGuide(BaseModel):
    """What the step `write_section` answers, for all sections of a guide."""

    model_config = ConfigDict(extra="forbid")

    sentences: list[WrittenSentence] = Field(max_length=64)


class AlikePairs(BaseModel):
    """What the step `merge_statements` answers: numbers of pairs that say the same."""

    model_config = ConfigDict(extra="forbid")

    alike: list[int] = Field(max_length=64)


class NamedGuide(BaseModel):
    """What the step `name_guide` answers."""

    model_config = ConfigDict(extra="forbid")

    titles: list[str] = Field(max_length=8)


class CheckedSentence(BaseModel):
    """Whether one sentence is carried by the words that it was made from."""

    model_config = ConfigDict(extra="forbid")

    number: int
    carried: bool


class CheckedSentences(BaseModel):
    """What the step `check_sentence` answers."""

    model_config = ConfigDict(extra="forbid")

    verdicts: list[CheckedSentence] = Field(max_length=64)


class WordedLine(BaseModel):
    """One line of a card in other words, by its number."""

    model_config = ConfigDict(extra="forbid")

    number: int
    text: str = Field(max_length=LONGEST)


class WordedTandem(BaseModel):
    """What the step `suggest_tandem` answers."""

    model_config = ConfigDict(extra="forbid")

    lines: list[WordedLine] = Field(max_length=16)
