"""What a call may cost before it is sent, and what it came to."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from agent.model.replies import Reply
from memory.records.model_policy import ModelPolicy

_BYTES_A_TOKEN_AT_LEAST = 2
"""A cautious guess for a reservation: plain English has about four."""
_BYTES_A_TOKEN_AT_MOST = 16
"""A count below this many is not believed."""


def prompt_bytes(body: Mapping[str, Any]) -> int:
    """Bytes of all that is sent."""
    return len(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def most_tokens(body: Mapping[str, Any]) -> tuple[int, int]:
    """Tokens of prompt and answer that a call may come to."""
    answer = body["max_tokens"] if "max_tokens" in body else body["max_completion_tokens"]
    return math.ceil(prompt_bytes(body) / _BYTES_A_TOKEN_AT_LEAST), int(answer)


def tokens_of(body: Mapping[str, Any], reply: Reply) -> tuple[int, int]:
    """Tokens of prompt and answer: as counted, or by length where the count is no count."""
    answer = len(reply.content.encode("utf-8", "surrogatepass"))
    return (
        _believed(reply.prompt_tokens, prompt_bytes(body)),
        _believed(reply.answer_tokens, answer),
    )


def money_for(policy: ModelPolicy, model: str, prompt: int, answer: int) -> float:
    """Price of so many tokens; 0 for a model without one."""
    price = policy.price.get(model)
    if price is None:
        return 0.0
    return (prompt * price.prompt + answer * price.answer) / 1_000_000


def _believed(counted: int | None, size: int) -> int:
    if counted is None:
        return math.ceil(size / (2 * _BYTES_A_TOKEN_AT_LEAST))
    return max(counted, math.ceil(size / _BYTES_A_TOKEN_AT_MOST))
