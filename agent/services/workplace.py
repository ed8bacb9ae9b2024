"""What every service works with: the home, its store, the policy, the engine, the index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agent.channels.inbox import InboxChannel
from agent.inquiry.state import AgentContext
from memory.clock import Clock, SystemClock
from memory.home import Home
from memory.records.inquiry import Facet
from memory.records.policy import Policy
from memory.store.protocols import Store
from prompts import Catalogue, load_catalogue

if TYPE_CHECKING:
    from agent.inquiry.runner import InquiryRunner
    from memory.index.protocols import Embedder, PassageIndex


@dataclass
class Workplace:
    """One open home. Heavy parts (graph, index, embedder) are made at first use."""

    home: Home
    store: Store
    clock: Clock
    policy: Policy
    make_index: Callable[[], PassageIndex] | None = None
    """Another index than the home's own, for measurements and tests."""
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)
    _making: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Facets, probes, weights and wording."""
        return load_catalogue()

    @cached_property
    def context(self) -> AgentContext:
        """What the graph's nodes may use."""
        from agent.engines.model_shipped import engine_for_home

        return AgentContext(
            store=self.store,
            clock=self.clock,
            policy=self.policy,
            catalogue=self.catalogue,
            engine=engine_for_home(
                self.home, self.store, self.clock, self.catalogue, self.policy, self._open
            ),
            channel=InboxChannel(),
        )

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder of this home; its weights are loaded at first use."""
        from memory.index.minilm import MiniLmEmbedder

        return MiniLmEmbedder()

    @cached_property
    def index(self) -> PassageIndex:
        """The vector index of this home."""
        if self.make_index is not None:
            return self.make_index()
        from agent.model.embedding_shipped import embedder_for_home
        from memory.index.chroma import ChromaIndex

        named = embedder_for_home(self.home, self.store, self.clock, self.policy.model, self._open)
        return ChromaIndex(self.home.index_dir, self.home.lock_dir, named or self.embedder)

    @cached_property
    def runner(self) -> InquiryRunner:
        """Moves inquiries on; opened once, by whichever thread needs it first."""
        from agent.inquiry.runner import InquiryRunner

        with self._making:
            made: InquiryRunner | None = self.__dict__.get("runner")
            if made is None:
                opened = InquiryRunner(self.context, self.home.checkpoints)
                made = self.__dict__["runner"] = self._open.enter_context(opened)
            return made

    def close(self) -> None:
        """Let go of the checkpoints and the store."""
        self._open.close()
        self.store.close()

    def heading(self, facet: Facet) -> str:
        """A reader's heading for a facet."""
        return self.catalogue.facets[facet].heading


@contextmanager
def open_workplace(
    home: Path | None = None,
    *,
    create: bool = True,
    clock: Clock | None = None,
    policy: Policy | None = None,
) -> Iterator[Workplace]:
    """Open a home for work; `policy` stands in for its `passdown.toml` in measurements.

    Raises `UserInputError` where there is no home and `create` is false.
    """
    at = Home.open(home, create=create)
    rules = policy or at.policy()
    work = Workplace(at, at.store(), clock or SystemClock(), rules)
    try:
        yield work
    finally:
        work.close()
