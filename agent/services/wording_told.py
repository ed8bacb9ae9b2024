"""Who worded a guide: which sentences a model proposed, what was refused, and what it left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.services.workplace import Workplace
from memory.errors import StoreError
from memory.records.guide import Guide
from memory.records.model_call import StepTaken
from memory.records.model_policy import ModelStep
from prompts.steps.writing import load_writing


def wording_told(work: Workplace, guide: Guide) -> tuple[str, ...]:
    """Sentences for a steward; none where no model was ever asked about this guide.

    What stands in the version is told by the version itself, so it stays true when the ledger of
    calls is gone.
    """
    return (*_worded(guide), *_noted(_steps(work, guide)))


def _worded(guide: Guide) -> Iterator[str]:
    told = load_writing().told
    by = [s.worded_by for s in guide.current.sentences() if s.worded_by]
    for model in dict.fromkeys(by):
        count = by.count(model)
        wording = told.worded_one if count == 1 else told.worded
        yield wording.format(model=model, count=count)


def _steps(work: Workplace, guide: Guide) -> Sequence[StepTaken]:
    """What the ledger says of this guide's steps; nothing where there is none."""
    from memory.store.model_ledger import ModelLedger

    if not work.home.model_ledger.exists():
        return ()
    try:
        return ModelLedger(work.home.model_ledger).steps(guide.inquiry_id)
    except StoreError:
        return ()


def _noted(steps: Sequence[StepTaken]) -> Iterator[str]:
    """How often proposals for a guide were refused, and which steps went without a model."""
    told = load_writing().told
    of_guide = [one for one in steps if one.step.value in told.steps]
    latest = {one.step: one for one in of_guide}
    refused = sum(len(one.refused) for one in of_guide)
    if (named := latest.get(ModelStep.NAME_GUIDE)) and named.by_model:
        yield told.titled
    if refused:
        yield told.refused_one if refused == 1 else told.refused.format(count=refused)
    left = [told.steps[step.value] for step, one in latest.items() if not one.by_model]
    if left:
        yield told.fell_back.format(steps=", ".join(left))
