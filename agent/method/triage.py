"""Triage: is this message worth asking its author about? Gates first, then a weighted score.

A false ask costs trust and a missed one costs little, so every gate errs towards silence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.method.facets import FacetDetector, before_of, judge_message, read_message
from agent.method.firstpass import words_log_odds
from agent.method.languages import is_foreign
from agent.method.readings import Judgement, MomentReading, Standing, ThreadView
from agent.method.signals import log_odds, signal_values
from agent.method.surroundings import TALK_CHARACTERS, Said, Talk, own_text, wordlists, words_of
from memory.records.inquiry import Signal
from memory.records.talk import Message, MessageKind
from prompts.catalogue import Catalogue, ReaderEntry, TriageEntry

FEWEST_WORDS = 6
"""A message with fewer own words holds no advice to ask about."""

OWN_SHARE = 0.2
"""Below this share of own words, a message is a quotation or a listing."""

REFERENCE_WORDS = 40
"""Own words up to which a message that points elsewhere is only a pointer."""

SENSITIVE = frozenset({"conflict", "personnel", "legal", "security"})
"""Word lists of talk that is nobody's material."""

TOLD_FROM = 0.1
"""A signal that adds less than this to the log-odds is not named as a reason."""

MOST_REASONS = 4

READER = "reader"
"""Name of the signal that stands for what the fitted reader adds."""

_QUESTION_END = re.compile(r"\?[\s\"'\u201d)]*$")
_STATEMENT = re.compile(r"[^.!?\n]{25,}[.!\n]")
_COURTESY = re.compile(
    r"^\W*(?:thanks?|thank you|thx|ty|cheers|lol|haha|ok|okay|hi|hello|hey|welcome|congrats)\b",
    re.IGNORECASE,
)
_COURTESY_WORDS = 14


def _cheap_gate(message: Message) -> str | None:
    """The code of the gate that a message fails by itself, or `None`; no facets, no thread."""
    if message.from_bot:
        return "bot"
    if message.kind is MessageKind.SYSTEM or message.deleted:
        return "system"
    if message.author_id is None:
        return "no_author"
    if message.kind is MessageKind.QUESTION:
        return "question"
    return _wording_gate(message)


def _wording_gate(message: Message) -> str | None:
    text = own_text(message)
    words = words_of(text)
    if len(text) < OWN_SHARE * min(len(message.text), TALK_CHARACTERS):
        return "not_own_words"
    if len(words) < FEWEST_WORDS or (len(words) <= _COURTESY_WORDS and _COURTESY.match(text)):
        return "chit_chat"
    if is_foreign(text):
        return "language"
    if _QUESTION_END.search(text) and not _STATEMENT.search(text):
        return "question"
    return None


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads in triage: the quick one every message that is left, the other the survivors."""

    signals: FacetDetector
    whole: FacetDetector | None = None


def judge_thread(
    view: ThreadView,
    standings: Mapping[str, Standing],
    readers: Readers,
    catalogue: Catalogue,
) -> tuple[MomentReading, ...]:
    """Judge a settled thread, in message order.

    Of the messages that pass every gate, only the best of each author is returned; those that
    fail one are returned with its code, score 0 and no signals. Interview answers are left out.
    Three passes, each for what the one before left open: words, signals, the fitted reader.
    """
    talk = Talk(view, wordlists(catalogue))
    failed: dict[int, MomentReading] = {}
    best: dict[str, tuple[int, MomentReading]] = {}
    for position, message in enumerate(view.messages):
        if message.kind is MessageKind.INTERVIEW:
            continue
        reading = _first_pass(message, catalogue.triage)
        if reading is None:
            code = _gate(talk, position)
            if code is not None:
                failed[position] = MomentReading(message, 0.0, (), (), (code,))
                continue
            reading = _judge(talk, position, standings, readers, catalogue.triage)
        elif reading.gates_failed:
            failed[position] = reading
            continue
        author = message.author_id or ""
        if author not in best or reading.score > best[author][1].score:
            best[author] = (position, reading)
    kept = dict(best.values()) | failed
    return tuple(kept[position] for position in sorted(kept))


def _first_pass(message: Message, entry: TriageEntry) -> MomentReading | None:
    """Rule a message out by itself and its words alone; `None` where that cannot be done.

    Only chat is ruled out by words: posts are few, long, and often worth a look.
    """
    code = _cheap_gate(message)
    if code is not None:
        return MomentReading(message, 0.0, (), (), (code,))
    if entry.first_pass is None or message.kind is not MessageKind.CHAT:
        return None
    odds = words_log_odds(own_text(message), entry.first_pass)
    if odds >= entry.first_pass.passes_from:
        return None
    return MomentReading(message, round(1 / (1 + math.exp(-odds)), 4), (), ())


def _gate(talk: Talk, position: int) -> str | None:
    message = talk.view.messages[position]
    member = talk.view.people.get(message.author_id or "")
    if member is None:
        return "no_author"
    if member.is_bot:
        return "bot"
    if not member.may_be_asked:
        return "opted_out"
    if _only_refers(talk.said(position)):
        return "reference"
    return "sensitive_topic" if _is_sensitive(talk.near(position)) else None


def _only_refers(said: Said) -> bool:
    """Whether a short message sends the reader to what was said elsewhere, and adds little."""
    return said.words <= REFERENCE_WORDS and "refers" in said.hits


def _is_sensitive(near: Sequence[Said]) -> bool:
    """Whether the talk around a message is a conflict, about a person, the law, or an open fire."""
    if any(said.hits & SENSITIVE for said in near):
        return True
    fire = [n for n, said in enumerate(near) if "incident" in said.hits]
    over = [n for n, said in enumerate(near) if "incident_over" in said.hits]
    return bool(fire) and (not over or max(over) < fire[0])


def _judge(
    talk: Talk,
    position: int,
    standings: Mapping[str, Standing],
    readers: Readers,
    entry: TriageEntry,
) -> MomentReading:
    message, around = talk.view.messages[position], talk.around(position)
    standing = standings.get(message.author_id or "", Standing())
    read = read_message(message, readers.signals)
    values = signal_values(message, talk.said(position), read, around, standing)
    odds = log_odds(values, entry.weights, entry.bias)
    signals = [
        Signal(name=name, value=round(value, 4), weight=round(entry.weights[name] * value, 4))
        for name, value in values.items()
        if value and name in entry.weights
    ]
    told = {signal.name for signal in signals if signal.weight >= TOLD_FROM}
    if readers.whole is not None and entry.reader is not None:
        before = before_of(talk.view, message)
        judgement = None
        if message.kind is not MessageKind.CHAT or odds >= entry.reader.from_log_odds:
            judgement = judge_message(message, readers.whole, before)
        both = reader_log_odds(odds, judgement, entry.reader)
        added = round(both - odds, 4)
        signals.append(Signal(name=READER, value=added, weight=added))
        odds = both
        if 1 / (1 + math.exp(-odds)) >= entry.threshold:
            read = read_message(message, readers.whole, before)
            seen = signal_values(message, talk.said(position), read, around, standing)
            told = {name for name in told if seen[name]}
    reasons = tuple(words for name, words in entry.reasons.items() if name in told)
    return MomentReading(
        message, round(1 / (1 + math.exp(-odds)), 4), tuple(signals), reasons[:MOST_REASONS]
    )


def reader_log_odds(signals: float, judgement: Judgement | None, entry: ReaderEntry) -> float:
    """Return what signals (log-odds) and the fitted reader say together, as log-odds.

    A message that the signals rule out is not read: it gets what such messages mostly get.
    """
    worth = entry.unread
    if judgement is not None:
        worth = math.fsum(w * x for w, x in zip(entry.worth, judgement.worth, strict=True))
    return entry.bias + entry.signals * signals + worth
