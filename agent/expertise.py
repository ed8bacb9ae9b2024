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
LEAST_SHARED = 2
"""Content stems of the question that a message must hold to count; the only one, if it has one."""


@dataclass(frozen=True, slots=True)
class Knower:
    """Somebody who has written about a topic, and in how many messages."""

    member: Member
    messages: int


def who_might_know(
    unit: Unit, community_id: str, query: str, *, limit: int = 3
) -> Sequence[Knower]:
    """People who have said something about `query`, by how much; those who opted out are left out.

    A message that holds `LEAST_SHARED` of the query's content stems counts with the share of them
    that it holds, twice where it is an answer; questions do not count. No response rate enters.
    """
    stems = frozenset(content_stems(query))
    if not stems:
        return ()
    weight: defaultdict[str, float] = defaultdict(float)
    count: defaultdict[str, int] = defaultdict(int)
    needed = min(LEAST_SHARED, len(stems))
    for message in unit.talk.messages_with(community_id, sorted(stems), MESSAGES):
        author = message.author_id
        if author is None or message.from_bot or message.kind is MessageKind.QUESTION:
            continue
        shared = len(stems.intersection(content_stems(message.own_words())))
        if shared < needed:
            continue
        weight[author] += shared / len(stems) * (2 if message.kind is MessageKind.ANSWER else 1)
        count[author] += 1
    ranked = sorted(weight, key=lambda person: (-weight[person], person))
    found: list[Knower] = []
    for person in ranked:
        member = unit.people.member(person)
        if member is not None and member.may_be_asked:
            found.append(Knower(member, count[person]))
        if len(found) == limit:
            break
    return found
