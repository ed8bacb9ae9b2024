"""A model server that misbehaves on demand, and a client for it that never really sleeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent.model.client import ModelClient
from agent.model.settings import KEY, settings_of
from agent.model.transport import OpenAiTransport
from memory.records.model_policy import ModelPolicy
from memory.store.model_ledger import ModelLedger
from tests.builders import SettableClock
from tests.model.server import ModelServer, serving

SECRET = "sk-secret-0123456789"  # noqa: S105  no key of anything


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A server on loopback."""
    with serving() as running:
        yield running


@dataclass
class Bench:
    """A client with all that it works with."""

    client: ModelClient
    ledger: ModelLedger
    clock: SettableClock
    pauses: list[float] = field(default_factory=list)


Make = Callable[..., Bench]


@pytest.fixture
def make_bench(server: ModelServer, tmp_path: Path) -> Iterator[Make]:
    """Make a client for the server, with any policy; all share one ledger."""
    opened: list[OpenAiTransport] = []
    clock = SettableClock()

    def make(**policy: Any) -> Bench:
        changes = {"seconds_a_call": 0.5, "name": "small", "base_url": server.base_url} | policy
        settings = settings_of(ModelPolicy(**changes), {KEY: SECRET})
        assert settings is not None
        transport = OpenAiTransport(settings)
        opened.append(transport)
        ledger = ModelLedger(tmp_path / "model.sqlite")
        pauses: list[float] = []
        client = ModelClient(
            settings, ledger, clock, transport, sleep=pauses.append, chance=lambda: 0.5
        )
        return Bench(client, ledger, clock, pauses)

    yield make
    for transport in opened:
        transport.close()
