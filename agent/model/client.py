"""One careful client: it asks a model for a shape, within budgets and time, or says why not."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from agent.model.costs import money_for, most_tokens, tokens_of
from agent.model.failures import MISSHAPEN, PASSING, ModelFailure
from agent.model.replies import check_reply, read_reply
from agent.model.resting import LOOKED_BACK, rests_until
from agent.model.settings import ModelSettings
from agent.model.shapes import Shape, read_shape, schema_of
from agent.model.transport import Transport
from memory.clock import Clock
from memory.records.model_call import CallOutcome, ModelCall
from memory.records.model_policy import ModelStep
from memory.store.model_ledger import ModelLedger
from prompts.steps.step import load_wording

FIRST_PAUSE = 0.5
"""Seconds; doubled at every further attempt, of which a random share is waited."""
SCHEMA = "response_format"
FREE = frozenset(
    {
        CallOutcome.RATE_LIMITED,
        CallOutcome.SERVER_ERROR,
        CallOutcome.NOT_PERMITTED,
        CallOutcome.REJECTED,
    }
)
"""What the endpoint turned away itself, so that no token was used."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: two texts, and in whose name. Words of people in it are masked already."""

    step: ModelStep
    system: str
    user: str
    community_id: str | None = None
    """Whose words are in it; `None` where there are none."""
    inquiry_id: str | None = None
    most: int = 0
    """Entries that the answer's list can have; 0 where that is not known."""


@dataclass
class ModelClient:
    """Safe to share between threads. Chance and pauses are passed in, for tests."""

    settings: ModelSettings
    ledger: ModelLedger
    clock: Clock
    transport: Transport
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    _turns: BoundedSemaphore = field(init=False, repr=False)
    _left_out: set[str] = field(default_factory=set, init=False, repr=False)
    """Parameters that the endpoint does not take."""

    def __post_init__(self) -> None:
        policy = self.settings.policy
        self._turns = BoundedSemaphore(policy.at_once)
        if policy.json_schema is False:
            self._left_out.add(SCHEMA)

    @property
    def plain(self) -> bool:
        """Whether the endpoint refused a JSON schema, so that it is described in words."""
        return SCHEMA in self._left_out

    def ask(self, request: Request, shape: type[Shape]) -> Shape:
        """Return what the model answers in this shape. Raises `ModelFailure`.

        An answer in another shape is sent back once, with what is wrong with it.
        """
        if not self.settings.may_send(request.community_id):
            raise ModelFailure(CallOutcome.LOCAL_ONLY)
        ends = time.monotonic() + self.settings.policy.seconds_a_step
        kept = self._kept(request, shape)
        if kept is not None:
            return kept
        self._check_rest()
        left = ends - time.monotonic()
        if not self._turns.acquire(timeout=max(0.0, left)):
            raise ModelFailure(CallOutcome.TIMED_OUT, "all turns were taken")
        try:
            return self._ask(request, shape, ends)
        finally:
            self._turns.release()

    def _ask(self, request: Request, shape: type[Shape], ends: float) -> Shape:
        first = self._body(request, shape)
        body, mended = first, False
        while True:
            try:
                content = self._answer(request, body, ends, shape)
            except ModelFailure as failure:
                if failure.outcome is CallOutcome.REJECTED and self._gives_up(failure):
                    first = body = self._body(request, shape)
                elif failure.outcome in MISSHAPEN and not mended:
                    body, mended = _sent_back(first, failure), True
                else:
                    raise
            else:
                self.ledger.keep_answer(self._key(request, shape), content, self.clock.now())
                return read_shape(content, shape)

    def _gives_up(self, failure: ModelFailure) -> bool:
        """Whether it is worth asking again without what the endpoint may not take."""
        refused = failure.parameter or SCHEMA
        if refused in self._left_out:
            return False
        if refused == SCHEMA and self.settings.policy.json_schema is True:
            return False
        self._left_out.add(refused)
        return True

    def _answer(
        self, request: Request, body: Mapping[str, Any], ends: float, shape: type[Shape]
    ) -> str:
        """The words of a reply in this shape, trying again where what is wrong may pass."""
        policy = self.settings.policy
        attempt = 0
        while True:
            attempt += 1
            seconds = min(policy.seconds_a_call, ends - time.monotonic())
            if seconds <= 0:
                raise ModelFailure(CallOutcome.TIMED_OUT, "the step's time is used up")
            try:
                return self._once(request, body, seconds, shape)
            except ModelFailure as failure:
                pause = self._pause(attempt, failure)
                over = time.monotonic() + pause >= ends
                if failure.outcome not in PASSING or attempt >= policy.attempts or over:
                    raise
            self.sleep(pause)

    def _pause(self, attempt: int, failure: ModelFailure) -> float:
        """Seconds until the next attempt: as asked for, or a random share that grows."""
        if failure.retry_after is not None:
            return failure.retry_after
        grown: float = FIRST_PAUSE * 2 ** (attempt - 1)
        return grown * (0.5 + self.chance() / 2)

    def _once(
        self, request: Request, body: Mapping[str, Any], seconds: float, shape: type[Shape]
    ) -> str:
        """One call: entered with its most, sent, and entered with what it came to."""
        number, call = self._begin(request, body)
        started = time.monotonic()
        used = (0, 0)
        try:
            used = (call.prompt_tokens, call.answer_tokens)
            reply = read_reply(self.transport.post(body, seconds))
            used = tokens_of(body, reply)
            content = check_reply(reply)
            read_shape(content, shape)
        except ModelFailure as failure:
            used = (0, 0) if failure.outcome in FREE else used
            self._finish(number, call, failure.outcome, used, started, failure.retry_after)
            raise
        self._finish(number, call, CallOutcome.ANSWERED, used, started)
        return content

    def _begin(self, request: Request, body: Mapping[str, Any]) -> tuple[int, ModelCall]:
        prompt, answer = most_tokens(body)
        call = self._call(request, str(body["model"])).model_copy(
            update={
                "prompt_tokens": prompt,
                "answer_tokens": answer,
                "money": money_for(self.settings.policy, str(body["model"]), prompt, answer),
            }
        )
        number = self.ledger.begin(call, self.settings.policy)
        if isinstance(number, CallOutcome):
            raise ModelFailure(number)
        if self.settings.policy.keep_sent:
            self.ledger.keep_sent(number, json.dumps(body, ensure_ascii=False), call.at)
        return number, call

    def _finish(
        self,
        number: int,
        call: ModelCall,
        outcome: CallOutcome,
        used: tuple[int, int],
        started: float,
        retry_after: float | None = None,
    ) -> None:
        rest = None if retry_after is None else self.clock.now() + timedelta(seconds=retry_after)
        came_to = {
            "outcome": outcome,
            "prompt_tokens": used[0],
            "answer_tokens": used[1],
            "money": money_for(self.settings.policy, call.model, *used),
            "seconds": time.monotonic() - started,
            "rest_until": rest,
        }
        self.ledger.finish(number, call.model_copy(update=came_to))

    def _call(self, request: Request, model: str) -> ModelCall:
        return ModelCall(
            at=self.clock.now(),
            step=request.step,
            inquiry_id=request.inquiry_id,
            endpoint=self.settings.endpoint,
            model=model,
        )

    def _check_rest(self) -> None:
        latest = self.ledger.latest(self.settings.endpoint, LOOKED_BACK)
        rest = rests_until(latest, self.settings.policy)
        if rest is not None and rest > self.clock.now():
            raise ModelFailure(CallOutcome.RESTING, f"until {rest:%Y-%m-%d %H:%M:%S} UTC")

    def _kept(self, request: Request, shape: type[Shape]) -> Shape | None:
        """What the same request was answered before, if that is not too long ago."""
        days = self.settings.policy.cache_days
        if not days:
            return None
        call = self._call(request, self.settings.model_for(request.step))
        call = call.model_copy(update={"outcome": CallOutcome.CACHED})
        since = self.clock.now() - timedelta(days=days)
        content = self.ledger.reuse(self._key(request, shape), since, call)
        return None if content is None else read_shape(content, shape)

    def _key(self, request: Request, shape: type[Shape]) -> str:
        """Equal where endpoint, model, texts and shape are, in whatever way they are sent."""
        whole = (
            *(self.settings.endpoint, self.settings.model_for(request.step)),
            *(
                request.system,
                request.user,
                json.dumps(schema_of(shape, request.most), sort_keys=True),
            ),
        )
        return hashlib.blake2b(json.dumps(whole).encode(), digest_size=20).hexdigest()

    def _body(self, request: Request, shape: type[Shape]) -> dict[str, Any]:
        policy, schema = self.settings.policy, schema_of(shape, request.most)
        system = request.system
        if self.plain:
            system += "\n\n" + load_wording().plain.format(schema=json.dumps(schema))
        body: dict[str, Any] = {
            "model": self.settings.model_for(request.step),
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": request.user},
            ],
        }
        length = "max_completion_tokens" if "max_tokens" in self._left_out else "max_tokens"
        body[length] = policy.of_step(request.step).answer_tokens or policy.answer_tokens
        if "temperature" not in self._left_out:
            body["temperature"] = 0
        if not self.plain:
            named = {"name": shape.__name__, "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        return body


def _sent_back(body: Mapping[str, Any], failure: ModelFailure) -> dict[str, Any]:
    """The request once more, with what was wrong; the failed answer itself is not repeated."""
    told = {"role": "user", "content": load_wording().again.format(failure=failure)}
    return {**body, "messages": [*body["messages"], told]}
