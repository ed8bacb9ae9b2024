"""People who answer from a script, reacting to nothing but the text of the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from evals.sample import EXPERTS_FILE
from evals.worlds.hearing import HeardQuestion, Wanted, hear
from evals.worlds.script import Manner, Script, ScriptedExpert, TopicKnowledge, load_script

Tokens = tuple[str, ...]
NOT_MY_FIELD = "not my field, sorry"
CANNOT_PLACE_IT = "can't place that one, sorry"
ALL_SAID = "nothing to add"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person does with a question. `silence` lets it time out."""

    kind: Literal["reply", "skip", "not_me", "stop", "silence"]
    text: str = ""
    refer_to: str = ""
    """Handle of the person named instead, for `not_me`."""


@dataclass(slots=True)
class _Conversation:
    """What one person has already said on one topic."""

    told: list[Wanted] = field(default_factory=list)
    was_vague: bool = False
    times_ended: int = 0


class ScriptedPeople:
    """The people of a script. Deterministic; nobody gives the same answer on a topic twice."""

    def __init__(self, script: Script) -> None:
        self._experts = {expert.handle: expert for expert in script.experts}
        self._conversations: dict[tuple[str, str], _Conversation] = {}

    @classmethod
    def load(cls, path: Path = EXPERTS_FILE) -> Self:
        """Read a script. Raises `PromptError` if it is invalid."""
        return cls(load_script(path))

    @property
    def handles(self) -> tuple[str, ...]:
        """Everybody the script speaks for, in its order."""
        return tuple(self._experts)

    def respond(self, handle: str, question_text: str) -> Reply:
        """React to a question's text. Somebody the script does not know skips."""
        expert = self._experts.get(handle)
        if expert is None:
            return Reply("skip", NOT_MY_FIELD)
        heard = hear(question_text)
        topic = self._recall(expert, heard)
        if topic is None:
            return _refuse(expert.manner, expert.opening) or Reply("skip", CANNOT_PLACE_IT)
        manner = topic.manner or expert.manner
        opening = topic.opening or expert.opening
        if refusal := _refuse(manner, opening, topic.refer_to):
            return refusal
        talk = self._conversations.setdefault((handle, topic.name), _Conversation())
        if manner is Manner.VAGUE_FIRST and not talk.was_vague:
            talk.was_vague = True
            return Reply("reply", opening)
        return _tell(expert, topic, talk, heard.wanted)

    def _recall(self, expert: ScriptedExpert, heard: HeardQuestion) -> TopicKnowledge | None:
        """Recognise the topic: by a quote of what was written or answered, else by its words."""
        ranked = [(self._familiarity(expert, topic, heard), topic) for topic in expert.topics]
        best, topic = max(ranked, key=lambda pair: pair[0])
        return topic if any(best) else None

    def _familiarity(
        self, expert: ScriptedExpert, topic: TopicKnowledge, heard: HeardQuestion
    ) -> tuple[int, int, int]:
        """Rank a topic: words quoted verbatim, then topic words quoted, then topic words at all."""
        talk = self._conversations.get((expert.handle, topic.name))
        told = [topic.knows[kind] for kind in talk.told] if talk else []
        said = [_tokens(text) for text in (*topic.wrote, *told)]
        quotes = [_tokens(quote) for quote in heard.quotes]
        recognised = [len(quote) for quote in quotes if any(_within(quote, text) for text in said)]
        return (
            max(recognised, default=0),
            _mentions(topic.words, quotes),
            _mentions(topic.words, [_tokens(heard.words)]),
        )


def _refuse(manner: Manner, opening: str, refer_to: str = "") -> Reply | None:
    """Return the reply of somebody who will not answer, or `None` if they will."""
    match manner:
        case Manner.SILENT:
            return Reply("silence")
        case Manner.SKIPS:
            return Reply("skip", opening)
        case Manner.STOPS:
            return Reply("stop", opening)
        case Manner.REFERS:
            return Reply("not_me", opening, refer_to)
        case _:
            return None


def _tell(
    expert: ScriptedExpert, topic: TopicKnowledge, talk: _Conversation, wanted: Iterable[Wanted]
) -> Reply:
    """Give the first fitting thing not told yet; then say that there is no more; then skip."""
    for kind in wanted:
        if kind in topic.knows and kind not in talk.told:
            talk.told.append(kind)
            return Reply("reply", topic.knows[kind])
    if talk.times_ended < len(expert.nothing_more):
        talk.times_ended += 1
        return Reply("reply", expert.nothing_more[talk.times_ended - 1])
    return Reply("skip", ALL_SAID)


def _tokens(text: str) -> Tokens:
    return tuple(re.findall(r"\w+", text.casefold()))


def _within(part: Tokens, whole: Tokens) -> bool:
    """Whether `part` is a contiguous, non-empty run of `whole`."""
    size = len(part)
    starts = range(len(whole) - size + 1)
    return size > 0 and any(whole[start : start + size] == part for start in starts)


def _mentions(phrases: Iterable[str], texts: Sequence[Tokens]) -> int:
    """Count the phrases that occur in any of the texts."""
    return sum(any(_within(_tokens(phrase), text) for text in texts) for phrase in phrases)
