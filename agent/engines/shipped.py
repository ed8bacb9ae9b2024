"""The embedded engine as it ships: with the fitted reader."""

from __future__ import annotations

from agent.engines.embedded import EmbeddedEngine
from agent.reader.detector import FittedDetector
from memory.index.minilm import MiniLmEmbedder
from memory.records.policy import Policy
from prompts import Catalogue


def embedded_engine(catalogue: Catalogue, policy: Policy) -> EmbeddedEngine:
    """Return the engine that needs no model, reading with the fitted reader.

    The embedder loads its weights when it is first asked, which few guides need.
    """
    return EmbeddedEngine(catalogue, policy, FittedDetector(), MiniLmEmbedder())
