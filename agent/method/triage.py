"""Triage: is this message worth asking its author about? Gates first, then a weighted score.

A false ask costs trust and a missed one costs little, so every gate errs towards silence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.method.facets import FacetDetector, read_message
from agent.method.readings import MomentReading, Standing, ThreadView
from agent.method.signals import log_odds, signal_values
from agent.method.surroundings import TALK_CHARACTERS, Said, Talk, own_text, wordlists, words_of
from memory.errors import UserInputError
from memory.index.protocols import Embedder
from memory.records.inquiry import Signal
from memory.records.talk import Message, MessageKind
from prompts.catalogue import Catalogue, MeaningEntry, TriageEntry

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

LANGUAGE_WORDS = 10
"""Words from which the language of a text is told; a shorter one passes."""

LEAST_ENGLISH = 0.1
"""Share of function words below which a text is not taken for English."""

FUNCTION_WORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "go",
        "had",
        "has",
        "have",
        "he",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "just",
        "like",
        "make",
        "me",
        "more",
        "my",
        "no",
        "not",
        "of",
        "on",
        "one",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "she",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "too",
        "u",
        "up",
        "use",
        "want",
        "was",
        "we",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
"""Short words that English cannot do without and that other languages share little."""

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
    if _is_foreign(words):
        return "language"
    if _QUESTION_END.search(text) and not _STATEMENT.search(text):
        return "question"
    return None


def _is_foreign(words: Sequence[str]) -> bool:
    """Whether a text is long enough to tell, and has hardly a function word of English."""
    letters = [word.lower() for word in words if word.isalpha()]
    if len(letters) < LANGUAGE_WORDS:
        return False
    known = sum(word in FUNCTION_WORDS for word in letters)
    return known < LEAST_ENGLISH * len(letters)


def judge_thread(
    view: ThreadView,
    standings: Mapping[str, Standing],
    detector: FacetDetector,
    catalogue: Catalogue,
    embedder: Embedder | None = None,
) -> tuple[MomentReading, ...]:
    """Judge a settled thread, in message order.

    With the `embedder` that the catalogue's weights were fitted on, what a message means counts
    too. Raises `UserInputError` for another embedder.

    Of the messages that pass every gate, only the best of each author is returned; those that
    fail one are returned with its code, score 0 and no signals. Interview answers are left out.
    """
    talk = Talk(view, wordlists(catalogue))
    failed: dict[int, MomentReading] = {}
    best: dict[str, tuple[int, MomentReading]] = {}
    for position, message in enumerate(view.messages):
        if message.kind is MessageKind.INTERVIEW:
            continue
        code = _gate(talk, position)
        if code is not None:
            failed[position] = MomentReading(message, 0.0, (), (), (code,))
            continue
        reading = _judge(talk, position, standings, detector, catalogue.triage)
        if embedder is not None and catalogue.triage.meaning is not None:
            reading = _with_meaning(reading, catalogue.triage.meaning, embedder)
        author = message.author_id or ""
        if author not in best or reading.score > best[author][1].score:
            best[author] = (position, reading)
    kept = dict(best.values()) | failed
    return tuple(kept[position] for position in sorted(kept))


def _gate(talk: Talk, position: int) -> str | None:
    message = talk.view.messages[position]
    code = _cheap_gate(message)
    if code is not None:
        return code
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
    detector: FacetDetector,
    entry: TriageEntry,
) -> MomentReading:
    message = talk.view.messages[position]
    standing = standings.get(message.author_id or "", Standing())
    read = read_message(message, detector)
    values = signal_values(message, talk.said(position), read, talk.around(position), standing)
    score = 1 / (1 + math.exp(-log_odds(values, entry.weights, entry.bias)))
    signals = tuple(
        Signal(name=name, value=round(value, 4), weight=round(entry.weights[name] * value, 4))
        for name, value in values.items()
        if value and name in entry.weights
    )
    telling = {signal.name for signal in signals if signal.weight >= TOLD_FROM}
    reasons = tuple(words for name, words in entry.reasons.items() if name in telling)
    return MomentReading(message, round(score, 4), signals, reasons[:MOST_REASONS])


def _with_meaning(
    reading: MomentReading, meaning: MeaningEntry, embedder: Embedder
) -> MomentReading:
    """Add what the message's vector says, for a message that the first stage did not rule out."""
    if embedder.name != meaning.embedder:
        raise UserInputError(
            f"triage was fitted on the embedder {meaning.embedder!r}, not on {embedder.name!r}; "
            "judge without an embedder or run `make fit` with that one"
        )
    if reading.score < meaning.from_score:
        return reading
    vector = embedder.embed([own_text(reading.message)])[0]
    added = meaning.bias + math.fsum(
        float(x) * w for x, w in zip(vector, meaning.weights, strict=True)
    )
    before = math.log(reading.score / (1 - reading.score))
    signal = Signal(name="meaning", value=round(added, 4), weight=round(added, 4))
    score = round(1 / (1 + math.exp(-before - added)), 4)
    return replace(reading, score=score, signals=(*reading.signals, signal))
