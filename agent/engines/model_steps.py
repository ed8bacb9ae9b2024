"""Take a step of the method to a model once a text, and enter who took it and why.

What a model answered is decided on by code each time; that it failed is remembered, so that a
graph that reads the same text again, or a process that begins anew, does not ask again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Generic, TypeVar

from pydantic import BaseModel

from agent.model.asking import StepAsker
from agent.model.failures import UNSENT, ModelFailure
from agent.model.shapes import Shape
from memory.clock import Clock
from memory.errors import StoreError
from memory.records.model_call import StepTaken
from memory.records.model_policy import ModelPolicy, ModelStep
from prompts.steps.step import load_step

T = TypeVar("T")
LEDGER_FAILED = "ledger_failed"
MOST_KEPT = 512
"""Answers that one process keeps at hand; the ledger keeps all."""


@dataclass(frozen=True, slots=True)
class Decided(Generic[T]):
    """What code made of a proposal: something, or `None` and why; and codes of what it refused."""

    value: T | None
    reason: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What goes into a prompt, and in whose name."""

    step: ModelStep
    inputs: Mapping[str, str]
    """The house's own words."""
    community: Mapping[str, str]
    """Everything else."""
    community_id: str
    inquiry_id: str | None
    most: int = 0
    """Entries that the answer's list can have; 0 where that is not known."""

    @property
    def key(self) -> str:
        """The same for the same texts in the same prompt."""
        whole = (self.step, load_step(self.step.value).version, self.community_id)
        texts = (*sorted(self.inputs.items()), *sorted(self.community.items()))
        told = json.dumps((*whole, *texts)).encode()
        return hashlib.blake2b(told, digest_size=16).hexdigest()


class ModelSteps:
    """Safe to share between threads."""

    def __init__(self, asker: StepAsker, clock: Clock, policy: ModelPolicy) -> None:
        self._asker = asker
        self._clock = clock
        self.policy = policy
        self._kept: OrderedDict[str, BaseModel | None] = OrderedDict()
        self._keeping = Lock()

    def uses(self, step: ModelStep) -> bool:
        """Whether a model takes this step here."""
        return bool(self.policy.of_step(step).use)

    def take(
        self, asked: Asked, shape: type[Shape], decide: Callable[[Shape], Decided[T]]
    ) -> T | None:
        """What `decide` makes of a model's answer; `None`: the embedded engine's own holds."""
        key = asked.key
        try:
            answer = self._answer(asked, shape, key)
        except ModelFailure as failure:
            self._keep(key, None)
            sent = failure.outcome not in UNSENT
            self.note(asked, Decided(None, failure.outcome.value), left=sent)
            return None
        except StoreError:
            self.note(asked, Decided(None, LEDGER_FAILED))
            return None
        if answer is None:
            return None
        decided = decide(answer)
        self.note(asked, decided)
        return decided.value

    def note(self, asked: Asked, decided: Decided[T], *, left: bool = False) -> None:
        """Enter who took a step; the same of the same text is entered once.

        With `left` it was tried and failed, and is the embedded engine's from now on.
        """
        taken = StepTaken(
            at=self._clock.now(),
            step=asked.step,
            inquiry_id=asked.inquiry_id,
            by_model=decided.value is not None,
            reason=decided.reason,
            refused=decided.refused,
        )
        with contextlib.suppress(StoreError):  # a full disk is told where people's acts are kept
            self._asker.client.ledger.note_step(taken, asked.key, left=left)

    def _answer(self, asked: Asked, shape: type[Shape], key: str) -> Shape | None:
        """The model's answer; `None` where it failed on this text before."""
        with self._keeping:
            known = key in self._kept
            kept = self._kept.get(key)
        if known:
            return kept if isinstance(kept, shape) else None
        if self._was_left(key):
            self._keep(key, None)
            return None
        answer = self._asker.ask(
            asked.step,
            shape,
            asked.inputs,
            asked.community,
            community_id=asked.community_id,
            inquiry_id=asked.inquiry_id,
            most=asked.most,
        )
        self._keep(key, answer)
        return answer

    def _was_left(self, key: str) -> bool:
        since = self._clock.now() - timedelta(days=self.policy.cache_days)
        return self._asker.client.ledger.was_left(key, since)

    def _keep(self, key: str, answer: BaseModel | None) -> None:
        with self._keeping:
            self._kept[key] = answer
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
