"""Let another engine than the shipped one do the thinking in a home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.engines.protocol import Engine
from agent.services.workplace import Workplace
from memory.records.policy import Policy
from prompts import Catalogue

MakeEngine = Callable[[Catalogue, Policy], Engine]


def put_in(work: Workplace, make: MakeEngine) -> None:
    """Put what `make` makes in the place of the engine, before anything is asked of it."""
    engine = make(work.catalogue, work.policy)
    work.__dict__["context"] = replace(work.context, engine=engine)
