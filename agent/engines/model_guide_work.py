"""One draft on its way through the steps of a model, and how each step is asked and entered."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from agent.method.guide_wording import Statement, Wording
from agent.method.readings import ThreadView
from agent.model.asking import StepAsker
from agent.model.failures import ModelFailure
from agent.model.shapes import Shape
from memory.clock import Clock
from memory.errors import StoreError
from memory.records.guide import GuideVersion
from memory.records.model_call import StepTaken
from memory.records.model_policy import ModelPolicy, ModelStep
from memory.records.talk import Message

SECONDS_A_GUIDE = 100.0
"""For all steps of one draft together; less than an inquiry's lease."""
NO_TIME, LEDGER_FAILED = "no_time", "ledger_failed"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step came to: a version, whether a model had a part in it, and what was refused."""

    version: GuideVersion
    by_model: bool = True
    reason: str = ""
    refused: tuple[str, ...] = ()

    @classmethod
    def left(cls, version: GuideVersion, reason: str, refused: tuple[str, ...] = ()) -> Self:
        """The embedded engine's own, and why."""
        return cls(version, by_model=False, reason=reason, refused=refused)


@dataclass(slots=True)
class GuideWork:
    """One draft under way."""

    view: ThreadView
    messages: dict[str, Message]
    """By id: those of the thread and of the interview, without deleted ones."""
    veiled: frozenset[str]
    before: GuideVersion | None
    """What people were shown last."""
    community_id: str
    inquiry_id: str
    base: GuideVersion
    """The version in the people's own words, with what is merged."""
    statements: dict[int, Statement] = field(default_factory=dict)
    settled: list[Wording] = field(default_factory=list)
    """What was shown before in a model's words."""
    wordings: list[Wording] = field(default_factory=list)
    """What is proposed now."""
    ends: float = field(default_factory=lambda: time.monotonic() + SECONDS_A_GUIDE)
    """On the clock of `time.monotonic`."""


@dataclass(frozen=True, slots=True)
class StepTaker:
    """Asks a model for one step of a draft, and enters who took it."""

    asker: StepAsker
    clock: Clock
    policy: ModelPolicy

    def ask(
        self,
        work: GuideWork,
        step: ModelStep,
        shape: type[Shape],
        community: dict[str, str],
        inputs: dict[str, str] | None = None,
        most: int = 0,
    ) -> Shape:
        """What the model proposes, at most so many entries.

        Raises `ModelFailure`, or `StoreError` of its ledger.
        """
        return self.asker.ask(
            step,
            shape,
            inputs or {},
            community,
            community_id=work.community_id,
            inquiry_id=work.inquiry_id,
            most=most,
        )

    def take(
        self, work: GuideWork, step: ModelStep, otherwise: GuideVersion, ask: Callable[[], Taken]
    ) -> GuideVersion:
        """Take a step to the model where policy and time allow; else `otherwise`."""
        if not self.policy.of_step(step).use:
            return otherwise
        taken = Taken.left(otherwise, NO_TIME)
        try:
            if time.monotonic() + self.policy.seconds_a_step <= work.ends:
                taken = ask()
        except ModelFailure as failure:
            taken = Taken.left(otherwise, failure.outcome.value)
        except StoreError:
            taken = Taken.left(otherwise, LEDGER_FAILED)
        noted = StepTaken(
            at=self.clock.now(),
            step=step,
            inquiry_id=work.inquiry_id,
            by_model=taken.by_model,
            reason=taken.reason,
            refused=taken.refused,
        )
        with contextlib.suppress(StoreError):  # a full disk is told where people's acts are kept
            self.asker.client.ledger.note_step(noted)
        return taken.version
