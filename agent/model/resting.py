"""The circuit breaker: an endpoint that fails is left in peace, and then tried once again.

It has no state of its own: what it needs to know stands in the ledger, so it holds from one
process to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from memory.records.model_call import CallOutcome, ModelCall
from memory.records.model_policy import ModelPolicy

LOOKED_BACK = 50
"""Calls, newest first, that are enough to decide on."""


def rests_until(latest: Sequence[ModelCall], policy: ModelPolicy) -> datetime | None:
    """Until when nothing is sent to the endpoint of these calls, newest first; `None`: send.

    One success ends it. After a rest one call is let through; where that fails too, its failure
    begins the next rest.
    """
    ends: list[datetime] = []
    failed: list[ModelCall] = []
    for call in latest:
        if call.outcome is CallOutcome.ANSWERED:
            break
        if call.outcome is not CallOutcome.BEGUN:
            failed.append(call)
    ends += [call.rest_until for call in failed if call.rest_until is not None]
    if len(failed) >= policy.rest_after:
        ends.append(failed[0].at + timedelta(seconds=policy.rest_seconds))
    return max(ends, default=None)
