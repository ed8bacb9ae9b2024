"""What is remembered of calls to a language model: figures and codes, no text."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from memory.records.base import Id, Record, UtcTime
from memory.records.model_policy import ModelStep


class CallOutcome(StrEnum):
    """How a call ended. All but the first three are failures."""

    BEGUN = "begun"
    """It was sent and nothing is known of its end: it runs, or its process was killed."""
    ANSWERED = "answered"
    CACHED = "cached"
    """The same had been answered before; nothing was sent."""
    TIMED_OUT = "timed_out"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    NOT_PERMITTED = "not_permitted"
    """The endpoint does not accept the key."""
    REJECTED = "rejected"
    """The endpoint does not accept the request."""
    DECLINED = "declined"
    """The model does not want to."""
    EMPTY = "empty"
    TRUNCATED = "truncated"
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    WRONG_SCHEMA = "wrong_schema"
    DAY_BUDGET = "day_budget"
    INQUIRY_BUDGET = "inquiry_budget"
    RESTING = "resting"
    """The endpoint failed too often just now, or asked for patience."""
    LOCAL_ONLY = "local_only"
    """The community's words do not leave this machine."""
    NOT_MASKED = "not_masked"
    """The look for private words does not work, so nothing was sent."""


class ModelCall(Record):
    """One call, or one answer taken from the cache."""

    at: UtcTime
    step: ModelStep
    inquiry_id: Id | None = None
    endpoint: str
    model: str
    outcome: CallOutcome = CallOutcome.BEGUN
    prompt_tokens: int = Field(default=0, ge=0)
    answer_tokens: int = Field(default=0, ge=0)
    seconds: float = Field(default=0.0, ge=0)
    money: float = Field(default=0.0, ge=0)
    rest_until: UtcTime | None = None
    """Until when the endpoint asked to be left in peace."""

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.answer_tokens


class StepTaken(Record):
    """Who took a step in the end, and why not the model where it did not."""

    at: UtcTime
    step: ModelStep
    inquiry_id: Id | None = None
    by_model: bool
    reason: str = Field(default="", pattern=r"^[a-z0-9_.:-]{0,60}$")
    refused: tuple[str, ...] = ()
    """Codes of the gates that refused proposals, one for each proposal."""
