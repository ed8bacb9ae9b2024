"""Who might know: people whose own messages are about what is asked.

Quick and bounded, for a sweep that routes many questions and for `ask` where it abstains: it reads
a few hundred messages that share words. `passdown who` (`agent/services/skill_who.py`) reads all
evidence and ranks by it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.method.words import content_stems
from memory.records.people import Member
from memory.records.talk import Message, MessageKind
from memory.store.protocols import Unit

MESSAGES = 400
"""How many messages that share a word with the question are weighed."""
LEAST_SHARED = 2
"""Content stems of the question that a message must hold to count; the only one, if it has one."""
TOPIC_STEMS = 12
"""Content stems that stand for the topic of a thread: those it says most often."""
LEAST_SIMILAR = 0.25
"""Share of a topic's weight that another thread must hold to be similar."""
SIMILAR_THREADS = 12
"""How many similar threads are read for who answered in them."""
ACCEPTED = 3.0
"""What an accepted answer counts, where any other counts 1 to 2 by its score."""
FULL_SCORE = 10
LEAST_ANSWERS = 2
"""Similar threads that somebody must have answered to be an expert, unless one accepted it."""
_NO_ANSWER = frozenset({MessageKind.QUESTION, MessageKind.SYSTEM, MessageKind.INTERVIEW})


@dataclass(frozen=True, slots=True)
class Knower:
    """Somebody who has written about a topic, and in how many messages."""

    member: Member
    messages: int


@dataclass(frozen=True, slots=True)
class TopicExpert:
    """Somebody who answered similar threads: how well, and in which messages, best first."""

    member: Member
    credit: float
    evidence: tuple[str, ...]


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


def experts_on(
    unit: Unit,
    community_id: str,
    topic: Iterable[str],
    *,
    leave_out: Collection[str] = (),
    limit: int = 5,
) -> Sequence[TopicExpert]:
    """People who answered threads similar to `topic` (texts of one thread), best first.

    An answer counts with its thread's similarity (0 to 1), more where it was accepted or scored,
    each person once a thread. Those in `leave_out` (ids), bots and who opted out are left out; no
    response rate to the agent enters.
    """
    stems = _topic_stems(topic)
    found: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for thread_id, similar in _similar_threads(unit, community_id, stems).items():
        for author, (worth, message_id) in _answers(unit, thread_id).items():
            if author not in leave_out:
                found[author].append((similar, worth, message_id))
    experts: list[TopicExpert] = []
    for author, answers in found.items():
        accepted = any(worth >= ACCEPTED for _, worth, _ in answers)
        member = unit.people.member(author)
        if member is None or not member.may_be_asked:
            continue
        if accepted or len(answers) >= LEAST_ANSWERS:
            answers.sort(key=lambda answer: (-answer[0] * answer[1], answer[2]))
            credit = sum(similar * worth for similar, worth, _ in answers)
            experts.append(TopicExpert(member, credit, tuple(each for *_, each in answers)))
    experts.sort(key=lambda expert: (-expert.credit, expert.member.id))
    return experts[:limit]


def _topic_stems(topic: Iterable[str]) -> Sequence[str]:
    """The content stems said most often, the longest of equals, and in a fixed order."""
    said = Counter(stem for text in topic for stem in content_stems(text))
    return sorted(said, key=lambda stem: (-said[stem], -len(stem), stem))[:TOPIC_STEMS]


def _similar_threads(unit: Unit, community_id: str, stems: Sequence[str]) -> Mapping[str, float]:
    """Threads that hold `LEAST_SHARED` of the stems, by how much of their weight (0 to 1).

    A stem weighs less the more of the threads found hold it (inverse document frequency), and
    nothing where none does.
    """
    if len(stems) < LEAST_SHARED:
        return {}
    wanted = frozenset(stems)
    held: defaultdict[str, set[str]] = defaultdict(set)
    for message in unit.talk.messages_with(community_id, stems, MESSAGES):
        if not message.from_bot:
            held[message.thread_id] |= wanted.intersection(content_stems(message.own_words()))
    spread = Counter(stem for each in held.values() for stem in each)
    weight = {stem: math.log1p(len(held) / count) for stem, count in spread.items()}
    whole = math.fsum(weight.values())
    share = {
        thread: math.fsum(weight[stem] for stem in each) / whole
        for thread, each in held.items()
        if len(each) >= LEAST_SHARED
    }
    best = sorted(share, key=lambda thread: (-share[thread], thread))[:SIMILAR_THREADS]
    return {thread: share[thread] for thread in best if share[thread] >= LEAST_SIMILAR}


def _answers(unit: Unit, thread_id: str) -> Mapping[str, tuple[float, str]]:
    """Per author other than who opened the thread: their best answer's worth and its id."""
    thread = unit.talk.thread(thread_id)
    messages = unit.talk.thread_messages(thread_id)
    opener = next((message.author_id for message in messages if message.author_id), None)
    best: dict[str, tuple[float, str]] = {}
    for message in messages:
        author = message.author_id
        if author is None or author == opener or not _is_answer(message):
            continue
        accepted = thread is not None and thread.accepted_message_id == message.id
        worth = ACCEPTED if accepted else 1 + min(1.0, max(0, message.score) / FULL_SCORE)
        if author not in best or worth > best[author][0]:
            best[author] = (worth, message.id)
    return best


def _is_answer(message: Message) -> bool:
    return not (message.from_bot or message.deleted or message.kind in _NO_ANSWER)
