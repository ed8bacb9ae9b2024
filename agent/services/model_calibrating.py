"""Measure the named endpoint on the shipped sample, and write down which steps it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.engines.shipped import embedded_engine
from agent.model.asking import StepAsker
from agent.model.client import ModelClient
from agent.model.settings import BASE_URL, NAME, ModelSettings, settings_of
from agent.model.transport import OpenAiTransport
from agent.services.model_choices import write_choices
from agent.services.model_guide_measuring import GuideStepMeasured, measure_guide_steps
from agent.services.model_measuring import Measured, Measuring, OnItem, SampleSteps
from memory.clock import Clock, SystemClock
from memory.errors import UserInputError
from memory.home import Home
from memory.records.model_call import CallOutcome
from memory.records.model_policy import ModelPolicy, ModelStep, StepPolicy
from memory.store.model_ledger import ModelLedger
from prompts import load_catalogue
from prompts.steps.calibrating import Calibration, load_calibration

_NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """What `passdown model calibrate` tells."""

    endpoint: str
    model: str
    in_use: bool
    """Whether this home's `model.use` is set, without which no choice takes effect."""
    measured: tuple[Measured, ...]
    calls: int
    tokens: int
    seconds: float
    written_to: str


def calibrate(
    path: Path | None,
    *,
    limit: int = 0,
    clock: Clock | None = None,
    environ: Mapping[str, str] | None = None,
    on_item: OnItem | None = None,
) -> CalibrationReport:
    """Take each measured step with model and embedded engine, and write which is better.

    At most `limit` items a step of reading and asking, 0 for all; the steps of a guide take a call
    or two each. The day's budget holds here too, and nothing that
    people wrote is sent. Raises `UserInputError` where no home is, no endpoint is named or it does
    not answer, and `PolicyError` where the choice cannot be written; nothing is written then.
    """
    home = Home.open(path, create=False)
    policy, used = home.policy(), clock or SystemClock()
    settings = settings_of(policy.model, environ)
    if settings is None:
        raise UserInputError(
            "no model is named: set 'model.base_url' and 'model.name' in passdown.toml, or "
            f"{BASE_URL!r} and {NAME!r} in the environment; then calibrate again"
        )
    sample, catalogue = load_calibration(), load_catalogue()
    measured_as = _measuring_policy(policy.model, sample)
    asked = ModelSettings(measured_as, settings.base_url, settings.name, settings.key)
    ledger = ModelLedger(home.model_ledger)
    before = len(ledger.calls())
    transport = OpenAiTransport(asked)
    try:
        asker = StepAsker(ModelClient(asked, ledger, used, transport), lambda _community: ())
        steps = SampleSteps(asker, used, measured_as)
        embedded = embedded_engine(catalogue, policy)
        measured = Measuring(embedded, steps, catalogue, sample, limit, on_item).all()
        measured += tuple(_of_guide(one) for one in measure_guide_steps(asker))
    finally:
        transport.close()
    if any(CallOutcome.DAY_BUDGET in one.why_not for one in measured):
        raise UserInputError(
            "the day's budget of 'model' ended before all was measured, and nothing was written; "
            "raise 'model.calls_a_day', or calibrate tomorrow"
        )
    write_choices(home, {one.step: one.chosen for one in measured})
    calls = ledger.calls()[before:]
    return CalibrationReport(
        endpoint=settings.endpoint,
        model=settings.name,
        in_use=policy.model.use,
        measured=measured,
        calls=len(calls),
        tokens=sum(call.tokens for call in calls),
        seconds=sum(call.seconds for call in calls),
        written_to=str(home.policy_file),
    )


def _of_guide(one: GuideStepMeasured) -> Measured:
    return Measured(
        step=one.step,
        score=one.score,
        items=one.items,
        asked=one.items,
        taken=one.taken,
        embedded=None,
        model=one.model,
        least=one.least,
        why_not=one.why_not,
        chosen=one.chosen,
    )


def _measuring_policy(policy: ModelPolicy, sample: Calibration) -> ModelPolicy:
    """The home's own, with every measured step on and nothing answered from the cache."""
    named = dict(policy.steps)
    for name in type(sample).model_fields:
        step = ModelStep(name)
        named[step] = policy.steps.get(step, StepPolicy()).model_copy(update={"use": True})
    return policy.model_copy(update={"steps": named, "cache_days": 0, "rest_after": _NEVER})
