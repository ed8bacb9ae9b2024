"""The wiring of an inquiry, and nothing else. Routes are the nodes' return types."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.inquiry import asking, publishing, reviewing
from agent.inquiry.state import AgentContext, InquiryState

InquiryGraph = CompiledStateGraph[InquiryState, AgentContext, InquiryState, InquiryState]


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> InquiryGraph:
    """Compile the graph of one inquiry; one checkpoint thread per inquiry id."""
    graph = StateGraph(InquiryState, context_schema=AgentContext)
    for node in (
        asking.frame_inquiry,
        asking.choose_expert,
        asking.await_turn,
        asking.compose_question,
        asking.deliver_question,
        asking.await_answer,
        asking.assess_answer,
        reviewing.ask_people,
        reviewing.await_people,
        publishing.draft_guide,
        publishing.verify_grounding,
        publishing.await_confirmation,
        publishing.await_review,
        publishing.publish_guide,
        publishing.close_inquiry,
    ):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "frame_inquiry")
    return graph.compile(checkpointer=checkpointer)


def draw_mermaid() -> str:
    """The graph as a mermaid picture."""
    return build_graph().get_graph().draw_mermaid()
