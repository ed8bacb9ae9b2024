"""Vectors of texts by an endpoint: the index's embedder where a home's policy names one."""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from agent.model.client import FIRST_PAUSE, FREE
from agent.model.costs import money_for, prompt_bytes
from agent.model.failures import PASSING, ModelFailure
from agent.model.masking import Mask
from agent.model.resting import LOOKED_BACK, rests_until
from agent.model.settings import ModelSettings
from agent.privacy.sending import Private, private_in
from memory.clock import Clock
from memory.errors import PrivacyError, StoreError
from memory.index.protocols import Vectors
from memory.records.model_call import CallOutcome, ModelCall
from memory.records.model_policy import ModelStep
from memory.records.people import Member
from memory.store.model_ledger import ModelLedger
from prompts.desk import load_desk

LONGEST = 8_000
"""Characters of a text that are sent."""
BYTES_A_FIGURE = 24
"""Of an answer, at most: a float of double precision with its comma."""
_BYTES_A_TOKEN = 2


class EmbeddingTransport(Protocol):
    """Sends the body of a request for vectors, returns the body of the reply."""

    def embed(self, body: Mapping[str, Any], seconds: float) -> bytes:
        """Raises `ModelFailure`."""
        ...


class _Row(BaseModel):
    index: int = Field(ge=0)
    embedding: list[float]


class _Rows(BaseModel):
    data: list[_Row] = Field(max_length=2_048)
    usage: dict[str, object] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndpointEmbedder:
    """Masked texts go out within the day's budget; each is sent once while the cache holds it."""

    settings: ModelSettings
    ledger: ModelLedger
    clock: Clock
    transport: EmbeddingTransport
    members: Callable[[], Sequence[Member]]
    """All who may be named in a text."""
    private: Private = field(default_factory=private_in)
    """What is masked beside members and forms; where it fails nothing is sent."""
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    @property
    def name(self) -> str:
        """Goes into the index, so that vectors of two models are never mixed."""
        return f"{self.settings.policy.embedding}@endpoint"

    @property
    def dimensions(self) -> int:
        return self.settings.policy.embedding_dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape `(len(texts), dimensions)`, rows of length 1, or of 0 for an empty text.

        Raises `StoreError` where the endpoint gives no such vectors; nothing waits for ever.
        """
        vectors: Vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        found = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        people = self.members() if any(text.strip() for text in found) else ()
        masked = {text: self._masked(text, people) for text in found if text.strip()}
        try:
            known = dict(self._vectors(tuple(dict.fromkeys(masked.values()))))
        except ModelFailure as failure:
            raise StoreError(
                f"{self.settings.policy.embedding!r} at {self.settings.endpoint!r} made no vectors "
                f"({failure}); try again later, or leave 'model.embedding' empty and "
                "run `passdown memory rebuild`"
            ) from None
        for row, text in enumerate(found):
            if text in masked:
                vectors[row] = known[masked[text]]
        return vectors

    def _masked(self, text: str, people: Sequence[Member]) -> str:
        try:
            mask = Mask.over([text], people, load_desk().personal, self.private(None))
        except PrivacyError as error:
            raise StoreError(f"nothing was sent to {self.settings.endpoint!r}: {error}") from error
        return mask.hide(text)[:LONGEST]

    def _vectors(self, texts: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        """Each text with its vector: from the cache, and the others in as few calls as fit."""
        missing: list[str] = []
        for text in texts:
            kept = self._kept(text)
            if kept is None:
                missing.append(text)
            else:
                yield text, kept
        size = max(1, self.settings.policy.answer_bytes // (self.dimensions * BYTES_A_FIGURE))
        for start in range(0, len(missing), size):
            batch = missing[start : start + size]
            for text, vector in zip(batch, self._asked(batch), strict=True):
                figures = json.dumps([float(figure) for figure in vector])
                self.ledger.keep_answer(self._key(text), figures, self.clock.now())
                yield text, vector

    def _kept(self, text: str) -> Vectors | None:
        days = self.settings.policy.cache_days
        if not days:
            return None
        call = self._call({}).model_copy(update={"outcome": CallOutcome.CACHED})
        since = self.clock.now() - timedelta(days=days)
        content = self.ledger.reuse(self._key(text), since, call)
        return None if content is None else np.array(json.loads(content), dtype=np.float32)

    def _key(self, text: str) -> str:
        whole = (self.settings.endpoint, self.name, self.dimensions, text)
        return hashlib.blake2b(json.dumps(whole).encode(), digest_size=20).hexdigest()

    def _asked(self, texts: Sequence[str]) -> list[Vectors]:
        """Vectors of one call's texts, trying again where what is wrong may pass."""
        policy = self.settings.policy
        rest = rests_until(self.ledger.latest(self.settings.endpoint, LOOKED_BACK), policy)
        if rest is not None and rest > self.clock.now():
            raise ModelFailure(CallOutcome.RESTING, f"until {rest:%Y-%m-%d %H:%M:%S} UTC")
        body = {
            "model": policy.embedding,
            "input": list(texts),
            "dimensions": self.dimensions,
            "encoding_format": "float",
        }
        ends = time.monotonic() + policy.seconds_a_step
        for attempt in range(1, policy.attempts + 1):
            seconds = min(policy.seconds_a_call, ends - time.monotonic())
            if seconds <= 0:
                break
            try:
                return self._once(body, seconds)
            except ModelFailure as failure:
                grown = FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + self.chance() / 2)
                pause = grown if failure.retry_after is None else failure.retry_after
                over = time.monotonic() + pause >= ends
                if failure.outcome not in PASSING or attempt == policy.attempts or over:
                    raise
            self.sleep(pause)
        raise ModelFailure(CallOutcome.TIMED_OUT, "the time of the call is used up")

    def _once(self, body: Mapping[str, Any], seconds: float) -> list[Vectors]:
        """One call: entered with its most, sent, and entered with what it came to."""
        call = self._call(body)
        number = self.ledger.begin(call, self.settings.policy)
        if isinstance(number, CallOutcome):
            raise ModelFailure(number)
        if self.settings.policy.keep_sent:
            self.ledger.keep_sent(number, json.dumps(body, ensure_ascii=False), call.at)
        started = time.monotonic()
        came: dict[str, object] = {"outcome": CallOutcome.ANSWERED}
        try:
            vectors, tokens = self._read(self.transport.embed(body, seconds), len(body["input"]))
            came |= self._spent(min(tokens or call.prompt_tokens, call.prompt_tokens))
        except ModelFailure as failure:
            came["outcome"] = failure.outcome
            if failure.outcome in FREE:
                came |= self._spent(0)
            if failure.retry_after is not None:
                came["rest_until"] = self.clock.now() + timedelta(seconds=failure.retry_after)
            raise
        else:
            return vectors
        finally:
            came["seconds"] = time.monotonic() - started
            self.ledger.finish(number, call.model_copy(update=came))

    def _spent(self, tokens: int) -> dict[str, object]:
        policy = self.settings.policy
        return {
            "prompt_tokens": tokens,
            "money": money_for(policy, policy.embedding, tokens, 0),
        }

    def _call(self, body: Mapping[str, Any]) -> ModelCall:
        """An entry with the most that a call may cost."""
        tokens = math.ceil(prompt_bytes(body) / _BYTES_A_TOKEN) if body else 0
        entry = ModelCall(
            at=self.clock.now(),
            step=ModelStep.EMBED,
            endpoint=self.settings.endpoint,
            model=self.settings.policy.embedding,
        )
        return entry.model_copy(update=self._spent(tokens))

    def _read(self, answer: bytes, count: int) -> tuple[list[Vectors], int]:
        """Vectors of length 1 in the order of the texts, and the tokens that were counted.

        Raises `ModelFailure`.
        """
        try:
            reply = _Rows.model_validate_json(answer)
        except ValidationError:
            raise ModelFailure(CallOutcome.NOT_JSON, "no vectors") from None
        rows, counted = reply.data, reply.usage.get("prompt_tokens")
        by_place = {row.index: np.array(row.embedding, dtype=np.float64) for row in rows}
        if set(by_place) != set(range(count)):
            raise ModelFailure(CallOutcome.WRONG_SCHEMA, f"{len(rows)} vectors for {count} texts")
        found: list[Vectors] = []
        for place in range(count):
            vector = by_place[place]
            with np.errstate(over="ignore", invalid="ignore"):
                length = float(np.linalg.norm(vector))
            if vector.shape != (self.dimensions,):
                why = f"vectors of {vector.size}, not of 'model.embedding_dimensions'"
                raise ModelFailure(CallOutcome.WRONG_SCHEMA, why)
            if not math.isfinite(length) or not length:
                raise ModelFailure(CallOutcome.WRONG_SCHEMA, "a vector without a length")
            found.append((vector / length).astype(np.float32))
        return found, counted if isinstance(counted, int) and counted > 0 else 0
