"""The step `judge`: a model puts the moments that triage shortlisted in another order.

It sees nothing that failed a gate or stayed below the threshold, and brings nothing in or out: the
scores stay those of triage, and only who has which may change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from agent.engines.model_steps import Asked, Decided, ModelSteps
from agent.method.readings import MomentReading, ThreadView
from agent.model.shapes import RankedMoments
from memory.records.inquiry import Inquiry, Moment, Signal
from memory.records.model_policy import ModelStep

STEP = ModelStep.JUDGE
FEWEST, MOST_SHOWN = 2, 12
"""Moments of a thread: one alone has no order."""
LONGEST_SHOWN = 600
"""Characters of a message that a model is shown."""
RANKED = "model"
"""Name of the signal that stands for what the new order changed."""
NONE_PASSED, UNKNOWN, REPEATED = "none_passed", "unknown_moment", "repeated_moment"
Order = tuple[int, ...]


class JudgingStep:
    """One call for all shortlisted moments of a thread, and none where fewer than two are."""

    def __init__(self, steps: ModelSteps) -> None:
        self._steps = steps

    def rank(
        self, own: tuple[MomentReading, ...], view: ThreadView, threshold: float
    ) -> tuple[MomentReading, ...]:
        """`own` with the scores of its shortlist in a model's order; else `own`."""
        listed = [one for one in own if not one.gates_failed and one.score >= threshold]
        shown = sorted(listed, key=lambda one: -one.score)[:MOST_SHOWN]
        if len(shown) < FEWEST or not self._steps.uses(STEP):
            return own

        def decide(proposed: RankedMoments) -> Decided[Order]:
            return ordered(proposed.order, len(shown))

        order = self._steps.take(_asked(shown, view), RankedMoments, decide)
        if order is None:
            return own
        scores = [one.score for one in shown]
        ranked = {
            shown[place].message.id: _scored(shown[place], score)
            for place, score in zip(order, scores, strict=True)
        }
        return tuple(ranked.get(one.message.id, one) for one in own)


def ordered(proposed: Sequence[int], count: int) -> Decided[Order]:
    """Places from 0, each once: those proposed first, then the others as they were.

    What stands for no moment, or for one again, is left out. Nothing left: `None`.
    """
    kept: list[int] = []
    refused: list[str] = []
    for number in proposed:
        place = number - 1
        if not 0 <= place < count:
            refused.append(UNKNOWN)
        elif place in kept:
            refused.append(REPEATED)
        else:
            kept.append(place)
    codes = tuple(dict.fromkeys(refused))
    if not kept:
        return Decided(None, NONE_PASSED, codes)
    others = (place for place in range(count) if place not in kept)
    return Decided((*kept, *others), "", codes)


def _asked(shown: Sequence[MomentReading], view: ThreadView) -> Asked:
    words = (" ".join(one.message.own_words().split())[:LONGEST_SHOWN] for one in shown)
    messages = "\n".join(f"{number}. {text}" for number, text in enumerate(words, start=1))
    return Asked(
        STEP,
        inputs={},
        community={"title": view.thread.title, "messages": messages},
        community_id=view.thread.community_id,
        inquiry_id=Inquiry.id_of(Moment.id_of(shown[0].message.id)),
        most=len(shown),
    )


def _scored(reading: MomentReading, score: float) -> MomentReading:
    """The moment with another's score, and what that changed among its signals (log-odds)."""
    if score == reading.score:
        return reading
    added = round(_log_odds(score) - _log_odds(reading.score), 4)
    signal = Signal(name=RANKED, value=added, weight=added)
    return replace(reading, score=score, signals=(*reading.signals, signal))


def _log_odds(score: float) -> float:
    held = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))
