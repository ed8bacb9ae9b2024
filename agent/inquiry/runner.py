"""Moves one inquiry on, by one process at a time: a lease in the store before any resume."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from agent.holders import new_holder, process_gone
from agent.inquiry.checkpoints import open_checkpoints, plain_errors
from agent.inquiry.graph import InquiryGraph, build_graph
from agent.inquiry.state import AgentContext
from agent.inquiry.wakes import plan
from agent.policy.pausing import rests
from memory.clock import SystemClock
from memory.records.inquiry import Due, DueKind

LEASE = timedelta(seconds=120)
"""Longer than any step takes; a dead holder on this machine is noticed at once."""
PATIENCE = 5.0
"""Seconds to wait for another process that is moving the same inquiry."""
RECURSION_LIMIT = 60


class InquiryRunner:
    """Runs graphs over one checkpoint file. A context manager; threads take turns with it."""

    def __init__(self, context: AgentContext, checkpoints: Path) -> None:
        self._context = context
        self._path = checkpoints
        self._checkpoints = open_checkpoints(checkpoints)
        self._holder = new_holder()
        self._leases = SystemClock()
        self._turn = threading.RLock()
        self._graph: InquiryGraph | None = None

    def __enter__(self) -> Self:
        self._saver = self._checkpoints.__enter__()
        self._graph = build_graph(self._saver)
        return self

    def __exit__(self, *exc: object) -> None:
        self._graph = None
        self._checkpoints.__exit__(None, None, None)

    def advance(self, inquiry_id: str, *, patience: float = PATIENCE) -> bool:
        """Run the inquiry until it waits or ends. False: another process is at it, or a pause.

        Whatever was recorded before this call is acted on, now or by the holder of the lease
        or by the next sweep.
        """
        with self._turn:
            return self._advance(inquiry_id, patience)

    def _advance(self, inquiry_id: str, patience: float) -> bool:
        if self._rests(inquiry_id):
            return False
        started = time.monotonic()
        while not self._take_lease(inquiry_id):
            if time.monotonic() - started >= patience:
                return False
            time.sleep(0.05)
        try:
            safety = self._guard(inquiry_id)
            self._run(inquiry_id)
            self._unguard(safety)
        finally:
            with self._context.store.writing() as unit:
                unit.inquiries.drop_lease(inquiry_id, self._holder)
        return True

    def _rests(self, inquiry_id: str) -> bool:
        """Whether the agent is paused where this inquiry would go on asking; its wake stays."""
        with self._context.store.reading() as unit:
            inquiry = unit.inquiries.inquiry(inquiry_id)
            if inquiry is None:
                return False
            pause = unit.pauses.open_pause(inquiry.community_id)
        return rests(pause, inquiry.status, self._context.clock.now())

    def _take_lease(self, inquiry_id: str) -> bool:
        now = self._leases.now()
        with self._context.store.writing() as unit:
            holder = unit.inquiries.lease_holder(inquiry_id)
            if holder is not None and holder != self._holder and process_gone(holder):
                unit.inquiries.drop_lease(inquiry_id, holder)
            return unit.inquiries.take_lease(inquiry_id, self._holder, now, now + LEASE)

    def _guard(self, inquiry_id: str) -> Due | None:
        """Replace the wake by one of this run, so that a crash from here on is noticed by a sweep.

        Its time lies in the past, where no other wake is ever planned, which tells them apart.
        """
        with self._context.store.writing() as unit:
            inquiry = unit.inquiries.inquiry(inquiry_id)
            if inquiry is None:
                return None
            at = self._context.clock.now() - LEASE
            return plan(unit, inquiry.community_id, DueKind.RESUME, inquiry_id, at)

    def _unguard(self, safety: Due | None) -> None:
        """Drop the safety wake, unless something happened meanwhile and planned its own."""
        if safety is None:
            return
        with self._context.store.writing() as unit:
            if unit.inquiries.planned(safety.key) == safety:
                unit.inquiries.drop_due(safety.key)

    def _run(self, inquiry_id: str) -> None:
        graph = self._graph
        if graph is None:
            raise RuntimeError("the runner is used outside its `with` block")
        config: RunnableConfig = {
            "configurable": {"thread_id": inquiry_id},
            "recursion_limit": RECURSION_LIMIT,
        }
        with plain_errors(self._path):
            self._invoke(graph, config, inquiry_id)

    def _invoke(self, graph: InquiryGraph, config: RunnableConfig, inquiry_id: str) -> None:
        snapshot = graph.get_state(config)
        resume: Any
        if not snapshot.next:
            resume = {"inquiry_id": inquiry_id}
        elif snapshot.interrupts:
            resume = Command(resume="look")
        else:
            resume = None
        graph.invoke(resume, config, context=self._context, durability="sync")
        if not graph.get_state(config).next:
            self._saver.delete_thread(inquiry_id)
