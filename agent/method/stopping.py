"""What an order to stop work covers: every text in which all words of its topic stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.method.words import content_stems
from memory.records.governance import StopWork


def topic_stems(topic: str) -> frozenset[str]:
    """Stems of the words that make the topic; none where it has no word of its own."""
    return frozenset(content_stems(topic))


def covers(topic: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts is about the topic: all of its words stand in it, in any form.

    Rather too much than too little is covered: stop-work is for what may do harm.
    """
    stems, words = topic_stems(topic), " ".join(topic.casefold().split())
    return any(
        (stems and stems <= set(content_stems(text))) or words in " ".join(text.casefold().split())
        for text in texts
    )


def covering(stops: Sequence[StopWork], texts: Sequence[str]) -> tuple[StopWork, ...]:
    """The orders that hold and cover one of the texts."""
    return tuple(stop for stop in stops if stop.holds and covers(stop.topic, texts))
