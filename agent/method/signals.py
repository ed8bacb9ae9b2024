"""What triage can see of one message: signals with values from 0 to 1 (method, section 4)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from agent.method.facets import STATED_FROM
from agent.method.readings import ReadSentence, Standing
from agent.method.surroundings import Said, Surroundings
from agent.method.syntax import syntax_marks
from memory.records.inquiry import Facet
from memory.records.talk import Message, MessageKind

TERSE_WORDS, LARGE_PROBLEM_WORDS = 40, 80
"""An answer below the first, to a problem towards the second, is terse."""

CHAT_WORDS, POST_WORDS = 20, 60
"""Words at which a chat message, and a forum post, is half way to full substance."""

ASKED_OFTEN = 2
"""Earlier threads that ask the same at which a question is half way to being asked for ever."""

ENOUGH_REASONS = 3
"""Explaining facets from which a long message leaves little to ask."""

REASONING = (Facet.WHY, Facet.BOUNDARY, Facet.CUES, Facet.PITFALLS, Facet.OPTIONS, Facet.CHECK)
"""Facets that explain, as against those that only tell."""

_LINK = re.compile(r"https?://\S+|www\.\S+")
_NAME = re.compile(r"(?<=[a-z,;] )([A-Za-z][\w'-]+)")


def signal_values(
    message: Message,
    said: Said,
    read: Sequence[ReadSentence],
    around: Surroundings,
    standing: Standing,
) -> dict[str, float]:
    """Return every triage signal of a message that is about something, 0 to 1."""
    chat = message.kind is MessageKind.CHAT
    values = {
        "chat": float(chat),
        **_reasoning_signals(read, said, around),
        **_syntax_signals(read),
        **_wording_signals(said),
        **_problem_signals(said, around),
        **_social_signals(message, around, standing),
    }
    outcome = max(values["thanked"], 0.5 * values["accepted"])
    values["resolved"] = values["directive_without_why"] * outcome
    values["reply_to_asker"] = float(chat and around.first_reply)
    values["substance"] = saturating(said.words, CHAT_WORDS if chat else POST_WORDS)
    values["chat_substance"] = values["substance"] * values["chat"]
    return values


def _reasoning_signals(
    read: Sequence[ReadSentence], said: Said, around: Surroundings
) -> dict[str, float]:
    by_sentence = [{r.facet for r in one.facets if r.confidence >= STATED_FROM} for one in read]
    stated = set().union(*by_sentence)
    directive = Facet.ACTION in stated
    advice = directive or bool(stated & {Facet.HEURISTIC, Facet.WHY, Facet.OPTIONS})
    explained = sum(facet in stated for facet in REASONING)
    orders = sum(Facet.ACTION in facets for facets in by_sentence)
    unexplained = directive and Facet.WHY not in stated
    return {
        "directive": float(directive),
        "directive_without_why": float(unexplained),
        "several_orders": saturating(max(0, orders - 1), 2),
        "know_how": min(len(stated - {Facet.EVIDENCE, Facet.SITUATION}), 4) / 4,
        "limits_missing": float(advice and not stated & {Facet.BOUNDARY, Facet.PITFALLS}),
        "cues_missing": float(advice and not stated & {Facet.CUES, Facet.CHECK}),
        "warns": float(bool(stated & {Facet.PITFALLS, Facet.BOUNDARY})),
        "observes": float(bool(stated & {Facet.CUES, Facet.CHECK})),
        "well_explained": max(0, explained - ENOUGH_REASONS) / 3,
        "rough_number": float(Facet.HEURISTIC in stated),
        "terse": float(unexplained and said.words < TERSE_WORDS)
        * min(1.0, around.problem_words / LARGE_PROBLEM_WORDS),
    }


def _syntax_signals(read: Sequence[ReadSentence]) -> dict[str, float]:
    marks: list[Mapping[str, str]] = [syntax_marks(one.sentence.text) for one in read]

    def share(name: str) -> float:
        return sum(name in found for found in marks) / max(1, len(marks))

    return {
        "advice_to_you": share("second-person"),
        "instructs": share("imperative"),
        "forbids": float(any("negated-imperative" in found for found in marks)),
        "conditions": share("if-clause"),
        "compares": share("comparative"),
        "modal": share("modal"),
        "own_past": share("first-person-past"),
        "asks_back": share("question"),
        "quotes": share("quoted"),
    }


def _wording_signals(said: Said) -> dict[str, float]:
    words = max(1, said.words)
    links = sum(len(found[0]) for found in _LINK.finditer(said.text))
    return {
        "hedge": float("hedge" in said.hits),
        "surprise": float("surprise" in said.hits),
        "severity": float("severity" in said.hits),
        "own_problem": min(1.0, said.count("own_problem") / 2),
        "reports": float("reports" in said.hits),
        "chit_chat": min(1.0, 12 * said.count("chit_chat") / words),
        "looks_up": min(1.0, said.count("looks_up") / 3),
        "link_mostly": min(1.0, links / max(1, len(said.text)) * 1.5),
        "product_list": _capitalised_share(said.text),
    }


def _problem_signals(said: Said, around: Surroundings) -> dict[str, float]:
    asked = around.problem_hits
    return {
        "small_talk": float("small_talk" in said.hits or "small_talk" in asked),
        "asked_how": float("asked_how" in asked),
        "asked_fact": float("asked_fact" in asked),
        "asked_names": float("asked_names" in asked),
        "asked_reason": float("asked_reason" in asked),
        "asker": float(around.asker),
    }


def _social_signals(message: Message, around: Surroundings, standing: Standing) -> dict[str, float]:
    reactions = sum(reaction.count for reaction in message.reactions)
    return {
        "accepted": float(around.accepted),
        "thanked": 1.0 if around.worked else 0.5 * float(around.thanked),
        "score": saturating(max(0, message.score), 5),
        "reactions": saturating(reactions, 3),
        "participants": saturating(max(0, around.participants - 2), 3),
        "asked_again": saturating(around.asked_before, ASKED_OFTEN),
        "authority": saturating(standing.answers + 2 * standing.accepted, 10),
    }


def saturating(count: float, half: float) -> float:
    """Return 0 for none, 1/2 at `half`, towards 1 for many."""
    return count / (count + half) if count > 0 else 0.0


def _capitalised_share(text: str) -> float:
    """Return the share of words inside sentences that are names by their capital."""
    inner = _NAME.findall(text)
    return sum(word[0].isupper() for word in inner) / len(inner) if inner else 0.0


def log_odds(values: Mapping[str, float], weights: Mapping[str, float], bias: float) -> float:
    """Return `bias + sum(weight * value)`; a signal without a weight counts nothing."""
    return bias + math.fsum(weights.get(name, 0.0) * value for name, value in values.items())
