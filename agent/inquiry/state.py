"""What travels through an inquiry's graph: ids alone, for the records live in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from agent.channels.protocol import Channel
from agent.engines.protocol import Engine
from memory.clock import Clock
from memory.records.policy import Policy
from memory.store.protocols import Store
from prompts import Catalogue


class InquiryState(TypedDict, total=False):
    """Plain strings only, so that a checkpoint stays readable across versions.

    Losing it loses no knowledge: `frame_inquiry` finds its place again from the store.
    """

    inquiry_id: str
    expert_id: str
    question_id: str
    thread_id: str
    guide_id: str
    close_reason: str


@dataclass(frozen=True, slots=True)
class AgentContext:
    """What nodes may use. Passed in as LangGraph's runtime context."""

    store: Store
    clock: Clock
    policy: Policy
    catalogue: Catalogue
    engine: Engine
    channel: Channel
