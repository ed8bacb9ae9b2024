"""What triage can see of one message: signals with values from 0 to 1 (method, section 4)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.method.facets import STATED_FROM
from agent.method.readings import ReadSentence, Standing, ThreadView
from agent.method.syntax import syntax_marks
from memory.records.inquiry import Facet
from memory.records.talk import Message, MessageKind
from prompts.catalogue import Catalogue

NEIGHBOURS = 10
"""Messages before and after that count as the talk around a message."""

TALK_CHARACTERS = 4000
"""Characters of a message that triage reads."""

TERSE_WORDS, LARGE_PROBLEM_WORDS = 40, 80
"""An answer below the first, to a problem towards the second, is terse."""

REASONING = (Facet.WHY, Facet.BOUNDARY, Facet.CUES, Facet.PITFALLS, Facet.OPTIONS, Facet.CHECK)
"""Facets that explain, as against those that only tell."""

_LINK = re.compile(r"https?://\S+|www\.\S+")
_WORD = re.compile(r"\w[\w'\u2019-]*")


class Wordlists:
    """The catalogue's triage patterns, compiled."""

    def __init__(self, patterns: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._patterns = {
            name: re.compile("|".join(f"(?:{p})" for p in alternatives), re.IGNORECASE)
            for name, alternatives in patterns
        }

    def has(self, name: str, text: str) -> bool:
        return self._patterns[name].search(text) is not None

    def count(self, name: str, text: str) -> int:
        return sum(1 for _ in self._patterns[name].finditer(text))


def wordlists(catalogue: Catalogue) -> Wordlists:
    """Return the catalogue's word lists, compiled once for each distinct set of patterns."""
    return _compiled(tuple(catalogue.triage.patterns.items()))


@lru_cache(maxsize=4)
def _compiled(patterns: tuple[tuple[str, tuple[str, ...]], ...]) -> Wordlists:
    return Wordlists(patterns)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a message in its thread."""

    problem: str
    """Title and own words of the message that opened the thread, or of those just before."""
    replies: tuple[str, ...]
    """Own words of other people in the messages that follow."""
    participants: int
    accepted: bool


def surroundings(view: ThreadView, position: int) -> Surroundings:
    """Describe what stands around the message at `position` of the thread."""
    message = view.messages[position]
    opening = view.messages[0]
    before = [opening] if opening.kind is MessageKind.QUESTION else []
    if not before:
        before = list(view.messages[max(0, position - 3) : position])
    problem = " ".join(
        (view.thread.title, *(own_text(m) for m in before if m.author_id != message.author_id))
    )
    after = view.messages[position + 1 : position + 1 + NEIGHBOURS]
    replies = tuple(own_text(m) for m in after if m.author_id != message.author_id)
    return Surroundings(
        problem=problem,
        replies=replies,
        participants=len({m.author_id for m in view.messages if m.author_id}),
        accepted=view.thread.accepted_message_id == message.id,
    )


def own_text(message: Message) -> str:
    """Return the author's own words, cut to what triage reads."""
    return message.own_words()[:TALK_CHARACTERS]


def words_of(text: str) -> list[str]:
    """Return the words of a text, links left out."""
    return _WORD.findall(_LINK.sub(" ", text))


def signal_values(
    message: Message,
    read: Sequence[ReadSentence],
    around: Surroundings,
    standing: Standing,
    lists: Wordlists,
) -> dict[str, float]:
    """Return every triage signal of a message that is about something, 0 to 1."""
    text = own_text(message)
    return {
        **_reasoning_signals(read, text, around),
        **_syntax_signals(read),
        **_wording_signals(text, lists),
        **_problem_signals(text, around, lists),
        **_social_signals(message, around, standing, lists),
    }


def _reasoning_signals(
    read: Sequence[ReadSentence], text: str, around: Surroundings
) -> dict[str, float]:
    stated = {r.facet for one in read for r in one.facets if r.confidence >= STATED_FROM}
    directive = Facet.ACTION in stated
    advice = directive or bool(stated & {Facet.HEURISTIC, Facet.WHY, Facet.OPTIONS})
    explained = sum(facet in stated for facet in REASONING)
    words, problem = len(words_of(text)), len(words_of(around.problem))
    return {
        "directive": float(directive),
        "directive_without_why": float(directive and Facet.WHY not in stated),
        "know_how": min(len(stated - {Facet.EVIDENCE, Facet.SITUATION}), 4) / 4,
        "limits_missing": float(advice and not stated & {Facet.BOUNDARY, Facet.PITFALLS}),
        "cues_missing": float(advice and not stated & {Facet.CUES, Facet.CHECK}),
        "well_explained": max(0, explained - 2) / 4,
        "experience": float(Facet.EVIDENCE in stated),
        "rough_number": float(Facet.HEURISTIC in stated),
        "terse": float(directive and words < TERSE_WORDS) * min(1.0, problem / LARGE_PROBLEM_WORDS),
        "substance": _saturating(words, 60),
    }


def _syntax_signals(read: Sequence[ReadSentence]) -> dict[str, float]:
    marks: list[Mapping[str, str]] = [syntax_marks(one.sentence.text) for one in read]

    def share(name: str) -> float:
        return sum(name in found for found in marks) / max(1, len(marks))

    return {
        "advice_to_you": share("second-person"),
        "instructs": share("imperative"),
        "conditions": share("if-clause"),
        "compares": share("comparative"),
        "modal": share("modal"),
        "own_past": share("first-person-past"),
        "asks_back": share("question"),
        "quotes": share("quoted"),
    }


def _wording_signals(text: str, lists: Wordlists) -> dict[str, float]:
    words = max(1, len(words_of(text)))
    links = sum(len(found[0]) for found in _LINK.finditer(text))
    return {
        "hedge": float(lists.has("hedge", text)),
        "surprise": float(lists.has("surprise", text)),
        "severity": float(lists.has("severity", text)),
        "own_problem": min(1.0, lists.count("own_problem", text) / 2),
        "chit_chat": min(1.0, 12 * lists.count("chit_chat", text) / words),
        "looks_up": min(1.0, lists.count("looks_up", text) / 3),
        "link_mostly": min(1.0, links / max(1, len(text)) * 1.5),
        "product_list": _capitalised_share(text),
    }


def _problem_signals(text: str, around: Surroundings, lists: Wordlists) -> dict[str, float]:
    return {
        "small_talk": float(lists.has("small_talk", f"{around.problem}\n{text}")),
        "asked_how": float(lists.has("asked_how", around.problem)),
        "asked_fact": float(lists.has("asked_fact", around.problem)),
        "asked_names": float(lists.has("asked_names", around.problem)),
        "asked_reason": float(lists.has("asked_reason", around.problem)),
    }


def _social_signals(
    message: Message, around: Surroundings, standing: Standing, lists: Wordlists
) -> dict[str, float]:
    worked = any(lists.has("worked", reply) for reply in around.replies)
    thanked = any(lists.has("thanks", reply) for reply in around.replies)
    reactions = sum(reaction.count for reaction in message.reactions)
    return {
        "accepted": float(around.accepted),
        "thanked": 1.0 if worked else 0.5 * float(thanked),
        "score": _saturating(max(0, message.score), 5),
        "reactions": _saturating(reactions, 3),
        "participants": _saturating(max(0, around.participants - 2), 3),
        "authority": _saturating(standing.answers + 2 * standing.accepted, 10),
    }


def _saturating(count: float, half: float) -> float:
    """Return 0 for none, 1/2 at `half`, towards 1 for many."""
    return count / (count + half) if count > 0 else 0.0


def _capitalised_share(text: str) -> float:
    """Return the share of words inside sentences that are names by their capital."""
    inner = re.findall(r"(?<=[a-z,;] )([A-Za-z][\w'-]+)", text)
    return sum(word[0].isupper() for word in inner) / len(inner) if inner else 0.0


def log_odds(values: Mapping[str, float], weights: Mapping[str, float], bias: float) -> float:
    """Return `bias + sum(weight * value)`; a signal without a weight counts nothing."""
    return bias + math.fsum(weights.get(name, 0.0) * value for name, value in values.items())
