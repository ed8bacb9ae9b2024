"""A guide as it is handed to whoever shows it: with all that it cites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.services.challenging_marks import Marks
from memory.records.guide import Guide, Review
from memory.records.people import Credit, Member
from memory.records.talk import Message


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A guide with the messages and people it cites, read in one transaction."""

    guide: Guide
    messages: Mapping[str, Message]
    """As they may be read: what their authors took out of use is nobody's words in them."""
    members: Mapping[str, Member]
    reviews: Sequence[Review]
    credit: Mapping[str, Credit] = field(default_factory=dict)
    """How each of the members appears in this guide now."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """Texts of the agent's questions in the trail that give nobody away, by id."""
    is_lesson: bool = False
    """Whether it came of an after-action review."""
    marks: Marks = field(default_factory=Marks)
    """Later words that contradict it, and whether its author says that it holds no longer."""
