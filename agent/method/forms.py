"""What a quote is in the grammar of a question, and where in a clause it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What a quote is in the grammar of a question; told apart in `prompts/probes/`."""

    ORDER = "order"
    ADVICE = "advice"
    BAN = "ban"
    CLAIM = "claim"
    STATE = "state"
    CONDITION = "condition"
    DIAGNOSIS = "diagnosis"
    DOING = "doing"
    THING = "thing"
    DEGREE = "degree"
    STEP = "step"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a clause, by its place in the clause."""

    start: int
    end: int
    form: Form
    worth: float = 0.0
