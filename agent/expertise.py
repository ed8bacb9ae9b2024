"""Who might know: people whose own messages are about what is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from agent.method.words import content_stems
from memory.records.people import Member
from memory.records.talk import MessageKind
from memory.store.protocols import Unit

MESSAGES = 400
"""How many messages that share a word with the question are weighed."""
SHARE = 0.5
"""Share of the question's words a message must hold to count."""


@dataclass(frozen=True, slots=True)
class Knower:
    """Somebody who has written about a topic: how many messages, and one to look at."""

    member: Member
    messages: int
    example_id: str


def who_might_know(
    unit: Unit, community_id: str, query: str, *, limit: int = 3
) -> Sequence[Knower]:
    """People who have said something about `query`, by how much; those who opted out are left out.

    Each message counts with the share of the query's content stems that it holds, twice where it
    was accepted or an answer; questions do not count. No response rate enters.
    """
    stems = frozenset(content_stems(query))
    if not stems:
        return ()
    weight: defaultdict[str, float] = defaultdict(float)
    count: defaultdict[str, int] = defaultdict(int)
    example: dict[str, tuple[float, str]] = {}
    for message in unit.talk.messages_with(community_id, sorted(stems), MESSAGES):
        author = message.author_id
        if author is None or message.from_bot or message.kind is MessageKind.QUESTION:
            continue
        share = len(stems.intersection(content_stems(message.own_words()))) / len(stems)
        if share < min(SHARE, 1 / len(stems) + 1e-9):
            continue
        weight[author] += share * (2 if message.kind is MessageKind.ANSWER else 1)
        count[author] += 1
        example[author] = max(example.get(author, (0.0, "")), (share, message.id))
    ranked = sorted(weight, key=lambda person: (-weight[person], person))
    found: list[Knower] = []
    for person in ranked:
        member = unit.people.member(person)
        if member is not None and member.may_be_asked:
            found.append(Knower(member, count[person], example[person][1]))
        if len(found) == limit:
            break
    return found
