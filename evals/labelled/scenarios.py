"""Scenario questions: JSON lines that ask what a reader of a thread or its guide would do.

One object a line:

- `id`: unique;
- `about`: words that stand in exactly one message of the thread that the question belongs to;
- `kind`: `scenario`; `boundary`, where the usual advice does not hold; or `unanswerable`, which
  nothing that was said answers;
- `question`, and `options`, two to six;
- `answer`: the place of the right option from 0, or `null` for what is unanswerable.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from memory.errors import UserInputError

SCENARIOS = "scenarios.jsonl"


class ScenarioKind(StrEnum):
    """What a question tries."""

    SCENARIO = "scenario"
    BOUNDARY = "boundary"
    UNANSWERABLE = "unanswerable"


class Scenario(BaseModel):
    """One question about one thread."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    about: str = Field(min_length=1)
    kind: ScenarioKind
    question: str = Field(min_length=1)
    options: tuple[str, ...] = Field(min_length=2, max_length=6)
    answer: int | None

    @model_validator(mode="after")
    def _answers_by_kind(self) -> Self:
        if (self.answer is None) != (self.kind is ScenarioKind.UNANSWERABLE):
            raise ValueError("exactly what is unanswerable has no answer")
        if self.answer is not None and not 0 <= self.answer < len(self.options):
            raise ValueError(f"there is no option {self.answer}")
        if len(set(self.options)) < len(self.options):
            raise ValueError("two options are the same")
        return self


def read_scenarios(file: Path) -> tuple[Scenario, ...]:
    """The questions of a file, in its order.

    Raises `UserInputError`, with the line, for what cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"{str(file)!r} cannot be read as UTF-8 text: {error}") from error
    found: dict[str, Scenario] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            scenario = Scenario.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UserInputError(
                f"{str(file)!r}, line {number}: {where or 'the question'}: {first['msg']}"
            ) from error
        if scenario.id in found:
            raise UserInputError(f"{str(file)!r}, line {number}: {scenario.id!r} stands twice")
        found[scenario.id] = scenario
    if not found:
        raise UserInputError(f"{str(file)!r} holds no question")
    return tuple(found.values())
