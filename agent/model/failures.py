"""How a call to a model fails: one error with a code, which the engine degrades on."""

from __future__ import annotations

from memory.errors import ModelOutputError
from memory.records.model_call import CallOutcome

PASSING = frozenset(
    {
        CallOutcome.TIMED_OUT,
        CallOutcome.RATE_LIMITED,
        CallOutcome.SERVER_ERROR,
        CallOutcome.UNREACHABLE,
    }
)
"""What may be over at the next attempt."""
MISSHAPEN = frozenset(
    {CallOutcome.NOT_JSON, CallOutcome.WRONG_SCHEMA, CallOutcome.TRUNCATED, CallOutcome.EMPTY}
)
"""What a model may mend when it is told."""
UNSENT = frozenset(
    {
        CallOutcome.DAY_BUDGET,
        CallOutcome.INQUIRY_BUDGET,
        CallOutcome.RESTING,
        CallOutcome.LOCAL_ONLY,
        CallOutcome.NOT_MASKED,
    }
)
"""Decided here, before anything left."""


class ModelFailure(ModelOutputError):  # noqa: N818  named by what happened, like its codes
    """A step got nothing it may use. Its text holds no prompt, no answer and no key."""

    title = "Model"

    def __init__(
        self,
        outcome: CallOutcome,
        why: str = "",
        *,
        retry_after: float | None = None,
        parameter: str = "",
    ) -> None:
        """Fail with a code; `why` adds figures and names of fields, never words that came in.

        `retry_after`: seconds for which the endpoint asked to be left in peace. `parameter`: one of
        ours that it does not take.
        """
        self.outcome = outcome
        self.why = why
        self.retry_after = retry_after
        self.parameter = parameter
        super().__init__(f"{outcome.value}: {why}" if why else outcome.value)
