"""Plain ways to name who might know, as baselines: counts of tags, the last to answer, counts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from agent.method.skill import DAY_SECONDS, decay
from agent.method.skill_ranking import Ranked
from agent.services.skill_evidence import ReadThread
from memory.records.talk import Message

RIVALS = ("tag_counts", "last_to_answer", "recency_weighted", "recency_and_score", "counts")
HALF_LIFE_DAYS = 30.0


def rival_order(
    rival: str, threads: Sequence[ReadThread], asked: ReadThread, people: Sequence[Ranked]
) -> Sequence[str]:
    """Ids of the same people that the ranking orders, by a baseline; ties by id.

    `recency_and_score` reads votes as they stand at the end, which nobody knew at the time.
    """
    score: defaultdict[str, float] = defaultdict(float)
    tags = frozenset(asked.thread.tags)
    for thread, message in _before(threads, asked):
        person = message.author_id or ""
        age = (asked.past.at - message.sent_at).total_seconds() / DAY_SECONDS
        faded = decay(age, HALF_LIFE_DAYS)
        if rival == "tag_counts":
            score[person] += len(tags.intersection(thread.thread.tags))
        elif rival == "last_to_answer":
            score[person] = max(score.get(person, -math.inf), -age)
        elif rival == "recency_weighted":
            score[person] += faded
        elif rival == "recency_and_score":
            score[person] += faded * (1 + math.log1p(max(0, message.score)))
        else:
            score[person] += 1
    return sorted((one.member_id for one in people), key=lambda person: (-score[person], person))


def _before(
    threads: Sequence[ReadThread], asked: ReadThread
) -> Iterator[tuple[ReadThread, Message]]:
    for thread in threads:
        if thread.past.at < asked.past.at:
            for message in thread.answers():
                if message.sent_at < asked.past.at:
                    yield thread, message
