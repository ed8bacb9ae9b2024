"""What an endpoint's reply holds: the words of the first choice and the tokens it counted."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

from agent.model.failures import ModelFailure
from memory.records.model_call import CallOutcome

MOST_TOKENS = 10_000_000
"""More than any endpoint takes at once; a count above it is no count."""


class _Spoken(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Spoken = Field(default_factory=_Spoken)
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice] | None = None
    usage: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it came: `content` may be empty, tokens `None` where they were not counted."""

    content: str
    declined: bool
    truncated: bool
    prompt_tokens: int | None
    answer_tokens: int | None


def read_reply(body: bytes) -> Reply:
    """Read a chat completion. Raises `ModelFailure` (not JSON) for anything else."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        raise ModelFailure(CallOutcome.NOT_JSON, "no chat completion") from None
    usage = completion.usage or {}
    choice = completion.choices[0] if completion.choices else _Choice()
    content = (choice.message.content or "").strip()
    return Reply(
        content=content,
        declined=choice.finish_reason == "content_filter"
        or (bool(choice.message.refusal) and not content),
        truncated=choice.finish_reason == "length",
        prompt_tokens=_count(usage.get("prompt_tokens")),
        answer_tokens=_count(usage.get("completion_tokens")),
    )


def check_reply(reply: Reply) -> str:
    """The words of a reply. Raises `ModelFailure`: declined, truncated or empty."""
    if reply.declined:
        raise ModelFailure(CallOutcome.DECLINED)
    if reply.truncated:
        raise ModelFailure(CallOutcome.TRUNCATED)
    if not reply.content:
        raise ModelFailure(CallOutcome.EMPTY)
    return reply.content


def _count(given: object) -> int | None:
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= MOST_TOKENS:
        return given
    return None
