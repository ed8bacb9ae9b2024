"""Which engine a home works with: a model's only where the home says so and names an endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from agent.engines.embedded import EmbeddedEngine
from agent.engines.protocol import Engine
from agent.engines.shipped import embedded_engine
from memory.clock import Clock
from memory.errors import StoreError
from memory.home import Home
from memory.records.policy import Policy
from memory.store.protocols import Store
from prompts import Catalogue


def engine_for_home(
    home: Home,
    store: Store,
    clock: Clock,
    catalogue: Catalogue,
    policy: Policy,
    opened: ExitStack,
    environ: Mapping[str, str] | None = None,
) -> Engine:
    """Return the embedded engine, or the one with a model around it.

    A key in the environment never is enough: `model.use` has to be true in `passdown.toml`, and
    an endpoint and a model have to be named. Without a ledger that holds the budgets no model is
    asked either. `opened` closes what stays open. Raises `PolicyError` for an address that is none.
    """
    embedded = embedded_engine(catalogue, policy)
    if not policy.model.use:
        return embedded
    try:
        return _with_model(embedded, home, store, clock, catalogue, policy, opened, environ)
    except StoreError:
        return embedded


def _with_model(
    embedded: EmbeddedEngine,
    home: Home,
    store: Store,
    clock: Clock,
    catalogue: Catalogue,
    policy: Policy,
    opened: ExitStack,
    environ: Mapping[str, str] | None,
) -> Engine:
    from agent.engines.model import ModelEngine
    from agent.engines.model_guide_shown import recall_from
    from agent.model.asking import StepAsker
    from agent.model.client import ModelClient
    from agent.model.settings import settings_of
    from agent.model.transport import OpenAiTransport
    from agent.privacy.sending import private_in
    from memory.records.people import Member
    from memory.store.model_ledger import ModelLedger

    settings = settings_of(policy.model, environ)
    if settings is None:
        return embedded

    def directory(community_id: str) -> tuple[Member, ...]:
        with store.reading() as unit:
            return tuple(unit.people.handles_in(community_id))

    ledger = ModelLedger(home.model_ledger)
    transport = OpenAiTransport(settings)
    opened.callback(transport.close)
    client = ModelClient(settings, ledger, clock, transport)
    return ModelEngine(
        embedded,
        StepAsker(client, directory, private_in(policy.privacy)),
        clock,
        catalogue,
        policy.model,
        recall_from(store),
    )
