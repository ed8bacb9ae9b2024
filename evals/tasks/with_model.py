"""The engine with a model, for measuring: the endpoint that the environment names, no budgets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

from agent.engines.embedded import EmbeddedEngine
from agent.engines.model import ModelEngine
from agent.engines.model_guide_prompts import checked_text
from agent.engines.model_guide_shapes import CheckedSentences
from agent.model.asking import StepAsker
from agent.model.client import ModelClient
from agent.model.failures import ModelFailure
from agent.model.settings import BASE_URL, NAME, ModelSettings, settings_of
from agent.model.transport import OpenAiTransport
from memory.clock import SystemClock
from memory.errors import UserInputError
from memory.records.model_policy import ModelPolicy, ModelStep, StepPolicy
from memory.store.model_ledger import ModelLedger
from prompts import load_catalogue

_PLENTY = 1_000_000
SECONDS = 90.0
"""How long a call may take, as long as the policy allows at most: a small machine is slow."""
POLICY = ModelPolicy(
    use=True,
    seconds_a_call=SECONDS,
    seconds_a_step=SECONDS,
    calls_a_day=_PLENTY,
    tokens_a_day=1_000 * _PLENTY,
    money_a_day=_PLENTY,
    calls_an_inquiry=_PLENTY,
    tokens_an_inquiry=1_000 * _PLENTY,
    money_an_inquiry=_PLENTY,
    steps={step: StepPolicy(use=True) for step in ModelStep},
)
"""What is measured is every step; budgets have tests of their own."""


def named_endpoint() -> ModelSettings:
    """The endpoint that the environment names. Raises `UserInputError` where it names none."""
    found = settings_of(POLICY)
    if found is None:
        raise UserInputError(f"no model to measure: set {BASE_URL} and {NAME}")
    return found


def with_model(embedded: EmbeddedEngine) -> ModelEngine:
    """The engine with the named model around `embedded`; members' names are not known to it."""
    return ModelEngine(embedded, _asker(), SystemClock(), load_catalogue(), POLICY)


def signed_by_model(text: str, evidence: Sequence[str]) -> bool | None:
    """Whether the named model finds a sentence carried by words; `None` where it told nothing."""
    try:
        answer = _asker().ask(
            ModelStep.CHECK_SENTENCE,
            CheckedSentences,
            {},
            {"sentences": checked_text([(evidence, text)])},
            community_id="measured",
            inquiry_id=None,
            most=1,
        )
    except ModelFailure:
        return None
    return next((one.carried for one in answer.verdicts if one.number == 1), None)


def _asker() -> StepAsker:
    return StepAsker(_client(), lambda _community: ())


@lru_cache(maxsize=1)
def _client() -> ModelClient:
    folder = Path(mkdtemp())
    settings = named_endpoint()
    transport = OpenAiTransport(settings)
    ledger = ModelLedger(folder / "model.sqlite")
    client = ModelClient(settings, ledger, SystemClock(), transport)
    finalize(client, _forget, transport, folder)
    return client


def _forget(transport: OpenAiTransport, folder: Path) -> None:
    transport.close()
    rmtree(folder, ignore_errors=True)
