"""A graph with one interrupt and nothing else: what LangGraph alone costs, for benchmarks."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from agent.inquiry.checkpoints import open_checkpoints


class _BareState(TypedDict, total=False):
    answer: str


def _wait(state: _BareState) -> _BareState:
    del state
    return {"answer": interrupt("question")}


def bare_rates(path: Path, graphs: int) -> tuple[float, float]:
    """Graphs per second: start to interrupt, and resume to end, with synchronous durability."""
    graph = StateGraph(_BareState)
    graph.add_node("wait", _wait)
    graph.add_edge(START, "wait")
    graph.add_edge("wait", END)
    with open_checkpoints(path) as saver:
        compiled = graph.compile(checkpointer=saver)
        configs: list[RunnableConfig] = [
            {"configurable": {"thread_id": str(n)}} for n in range(graphs)
        ]
        began = time.perf_counter()
        for config in configs:
            compiled.invoke({}, config, durability="sync")
        started = time.perf_counter() - began
        began = time.perf_counter()
        for config in configs:
            compiled.invoke(Command(resume="answer"), config, durability="sync")
        resumed = time.perf_counter() - began
    return graphs / started, graphs / resumed
