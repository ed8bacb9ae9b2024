"""What an endpoint can do, what models have cost, and what was sent: for whoever runs a home."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from agent.model.client import ModelClient, Request
from agent.model.failures import ModelFailure
from agent.model.settings import BASE_URL, NAME, ModelSettings, settings_of
from agent.model.shapes import Echo
from agent.model.transport import OpenAiTransport
from memory.clock import Clock, SystemClock
from memory.errors import UserInputError
from memory.home import Home
from memory.records.guide import Guide
from memory.records.model_call import CallOutcome, ModelCall, StepTaken
from memory.records.model_policy import ModelPolicy, ModelStep
from memory.store.model_ledger import ModelLedger, SentPayload
from prompts.steps.step import load_step

SAID = Echo(word="passdown", number=12)
"""What an endpoint is asked to say back."""
_AWAY = frozenset({CallOutcome.UNREACHABLE, CallOutcome.TIMED_OUT})
_NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking for JSON: whether it works, and what it took."""

    works: bool
    outcome: CallOutcome
    said_so: bool
    """Whether what came back is what was asked for, and not only in its shape."""
    seconds: float
    prompt_tokens: int
    answer_tokens: int


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """What `passdown model check` tells."""

    endpoint: str
    model: str
    local: bool
    in_use: bool
    """Whether this home's `model.use` is set."""
    has_key: bool
    reachable: bool
    json_schema: Way
    plain_json: Way

    @property
    def usable(self) -> bool:
        return self.json_schema.works or self.plain_json.works


@dataclass(frozen=True, slots=True)
class Costs:
    """Calls and what they came to; of one step, of one inquiry, or of all."""

    calls: int
    cached: int
    failed: int
    tokens: int
    seconds: float
    money: float

    @classmethod
    def of(cls, calls: Sequence[ModelCall]) -> Costs:
        sent = [call for call in calls if call.outcome is not CallOutcome.CACHED]
        return cls(
            calls=len(sent),
            cached=len(calls) - len(sent),
            failed=sum(call.outcome is not CallOutcome.ANSWERED for call in sent),
            tokens=sum(call.tokens for call in sent),
            seconds=sum(call.seconds for call in sent),
            money=sum(call.money for call in sent),
        )


@dataclass(frozen=True, slots=True)
class InquiryCosts:
    """One inquiry: what it cost, and who took its steps."""

    inquiry_id: str
    guide_id: str
    """Of the guide that came or would come of it."""
    costs: Costs
    steps: tuple[StepTaken, ...]


@dataclass(frozen=True, slots=True)
class CostReport:
    """What `passdown model costs` tells."""

    currency: str
    total: Costs
    by_step: Mapping[ModelStep, Costs]
    inquiries: tuple[InquiryCosts, ...]


def check_endpoint(
    path: Path | None,
    clock: Clock | None = None,
    environ: Mapping[str, str] | None = None,
) -> EndpointReport:
    """Ask the named endpoint to say two things back, with a JSON schema and without.

    Works without a home too, by the environment alone. Raises `UserInputError` where no endpoint
    is named, `PolicyError` where it is none.
    """
    with ExitStack() as opened:
        home = _home(path)
        policy = home.policy().model if home else ModelPolicy()
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        ledger = ModelLedger(home.model_ledger if home else folder / "model.sqlite")
        settings = settings_of(policy, environ)
        if settings is None:
            raise UserInputError(
                "no model is named: set 'model.base_url' and 'model.name' in passdown.toml, or "
                f"{BASE_URL!r} and {NAME!r} in the environment; all works without one too"
            )
        used = clock or SystemClock()
        ways = [_try(settings, ledger, used, json_schema=wanted) for wanted in (True, False)]
    return EndpointReport(
        endpoint=settings.endpoint,
        model=settings.model_for(ModelStep.CHECK),
        local=settings.is_local,
        in_use=policy.use,
        has_key=bool(settings.key),
        reachable=any(way.outcome not in _AWAY for way in ways),
        json_schema=ways[0],
        plain_json=ways[1],
    )


def cost_report(path: Path | None) -> CostReport:
    """What the home's models have cost so far. Raises `UserInputError` where there is no home."""
    home = Home.open(path, create=False)
    ledger, currency = _ledger(home), home.policy().model.currency
    calls, steps = (ledger.calls(), ledger.steps()) if ledger else ((), ())
    met = [*(call.inquiry_id for call in calls), *(step.inquiry_id for step in steps)]
    ids = dict.fromkeys(one for one in met if one is not None)
    return CostReport(
        currency=currency,
        total=Costs.of(calls),
        by_step={
            step: Costs.of([call for call in calls if call.step is step])
            for step in ModelStep
            if any(call.step is step for call in calls)
        },
        inquiries=tuple(
            InquiryCosts(
                inquiry_id=one,
                guide_id=Guide.id_of(one),
                costs=Costs.of([call for call in calls if call.inquiry_id == one]),
                steps=tuple(step for step in steps if step.inquiry_id == one),
            )
            for one in ids
        ),
    )


def sent_payloads(path: Path | None, limit: int) -> Sequence[SentPayload]:
    """Exactly what was sent while `model.keep_sent` was set, newest last."""
    ledger = _ledger(Home.open(path, create=False))
    return ledger.sent(limit) if ledger else ()


def _home(path: Path | None) -> Home | None:
    """The home, if there is one; a wrong path is named all the same where it was given."""
    if path is not None:
        return Home.open(path, create=False)
    try:
        return Home.open(None, create=False)
    except UserInputError:
        return None


def _ledger(home: Home) -> ModelLedger | None:
    """The ledger, where a model was ever asked."""
    return ModelLedger(home.model_ledger) if home.model_ledger.exists() else None


def _try(settings: ModelSettings, ledger: ModelLedger, clock: Clock, *, json_schema: bool) -> Way:
    """Ask once, anew, whatever failed before."""
    once = {"json_schema": json_schema, "cache_days": 0, "attempts": 1, "rest_after": _NEVER}
    policy = settings.policy.model_copy(update=once)
    asked = ModelSettings(policy, settings.base_url, settings.name, settings.key)
    transport = OpenAiTransport(asked)
    client = ModelClient(asked, ledger, clock, transport)
    inputs = {"word": SAID.word, "number": str(SAID.number)}
    filled = load_step(ModelStep.CHECK.value).fill(inputs, {})
    before = len(ledger.calls())
    said, outcome = None, CallOutcome.ANSWERED
    try:
        said = client.ask(Request(ModelStep.CHECK, filled.system, filled.user), Echo)
    except ModelFailure as failure:
        outcome = failure.outcome
    finally:
        transport.close()
    calls = ledger.calls()[before:]
    return Way(
        works=said is not None,
        outcome=outcome,
        said_so=said == SAID,
        seconds=sum(call.seconds for call in calls),
        prompt_tokens=sum(call.prompt_tokens for call in calls),
        answer_tokens=sum(call.answer_tokens for call in calls),
    )
