"""The gates every question passes before a person reads it (method, section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from agent.method.words import fold, jaccard, stem_set, stems, tokenise
from memory.records.inquiry import Facet
from memory.records.talk import Message, MessageKind
from prompts.catalogue import GateEntry

QUOTE_MARK = '"'
_HOLE = "\u241f"
_IDENTIFIER = re.compile(r"\d|[_/\\]|[a-z][A-Z]|\w\.\w|^--?\w")
_CLAUSE_END = re.compile(r"[:;,.!?()\u2013\u2014]+|\s-+\s")
_AS_OWN_WORDS = re.compile(
    r"\byou(?:'ve| have)? (?:wrote|write|said|say|chose|settled|advised?|suggest(?:ed)?|warned"
    r"|recommend(?:ed)?|mention(?:ed)?)\b"
    r"|\b(?:did|made) you (?:write|have in mind|think)\b|\bwere you (?:picturing|thinking)\b"
    r"|\byour (?:advice|words|answer|message|point)\b"
)
"""What tells a reader that the quoted words are their own."""
_QUOTING = re.compile(
    r'(?:^[\w ]{1,60} (?:wrote|said|advised|suggested|recommended|warned) )?"[^"]*"'
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


class Gate(StrEnum):
    """The criteria of section 3 that stop a question."""

    GROUNDED = "grounded"
    SINGLE = "single"
    OPEN = "open"
    NOT_LEADING = "not_leading"
    NOT_BLAMING = "not_blaming"
    NEW = "new"
    SHORT = "short"
    ANSWERABLE = "answerable"


@dataclass(frozen=True, slots=True)
class GateFailure:
    """One gate that a question fails, and why."""

    gate: Gate
    why: str


@dataclass(frozen=True, slots=True)
class GateContext:
    """What a question is held against: its anchor, its addressee, and what was asked before."""

    anchor: Message
    addressee_id: str
    facet: Facet
    gates: GateEntry
    coverage: Mapping[Facet, float]
    """Coverage 0 to 1 per facet; a facet left out counts as 0."""
    last_facet: Facet | None = None
    asked: tuple[str, ...] = ()
    """Questions the agent asked before, in this inquiry or of this person."""
    thread_questions: tuple[str, ...] = ()
    """Questions that people put in the thread."""
    now: datetime | None = None
    """Set when watching live; `None` works through an archive, where age does not count."""
    max_age: timedelta = timedelta(days=30)
    """Age of the anchor above which nobody is asked about it live."""


def outside_quote(text: str, quote: str) -> str:
    """The asker's own words: `text` with the quotation replaced by a placeholder."""
    marked = f"{QUOTE_MARK}{quote}{QUOTE_MARK}"
    return fold(text.replace(marked, f" {_HOLE} ", 1))


def question_sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` that end in a question mark."""
    return tuple(part.strip() for part in _SENTENCE_END.split(text) if part.rstrip().endswith("?"))


@lru_cache(maxsize=256)
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases as whole words."""
    parts = [
        (r"(?<!\w)" if p[0].isalnum() else "")
        + re.escape(p).replace(r"\ ", r"\s+")
        + (r"(?!\w)" if p[-1].isalnum() else "")
        for p in phrases
    ]
    return re.compile("|".join(parts) or r"(?!)")


def _clauses(sentence: str) -> tuple[str, ...]:
    return tuple(c.strip(f" {_HOLE}") for c in _CLAUSE_END.split(sentence) if c.strip(f" {_HOLE}"))


def _grounded(quote: str, context: GateContext) -> str | None:
    gates, anchor = context.gates, context.anchor
    words = tokenise(quote)
    if not words or QUOTE_MARK in quote or quote != quote.strip():
        return "the quote is empty or holds quotation marks or outer blanks"
    if len(words) < gates.min_quote_words and not _IDENTIFIER.search(quote):
        return f"{quote!r} is one plain word"
    if anchor.deleted:
        return f"message {anchor.id!r} is deleted"
    for start, end in anchor.own_spans():
        stretch = anchor.text[start:end]
        at = stretch.find(quote)
        while at >= 0:
            before, after = stretch[:at][-1:], stretch[at + len(quote) :][:1]
            cut_left = before.isalnum() and quote[0].isalnum()
            cut_right = after.isalnum() and quote[-1].isalnum()
            if not cut_left and not cut_right:
                return None
            at = stretch.find(quote, at + 1)
    return f"{quote!r} does not stand in the author's own words of {anchor.id!r}"


def _single(outside: str, gates: GateEntry) -> str | None:
    if outside.count("?") != 1 or not outside.rstrip(f" {_HOLE}").endswith("?"):
        return "a question ends in its only question mark"
    second = "|".join(map(re.escape, (*gates.question_words, *gates.auxiliaries)))
    if re.search(rf"\b(?:and|or)\b[\s,]+(?:then\s+|also\s+|if so,?\s+)?(?:{second})\b", outside):
        return "it asks two things"
    return None


def _open(outside: str, gates: GateEntry) -> str | None:
    asking = [s for s in _SENTENCE_END.split(outside) if "?" in s]
    clauses = _clauses(asking[-1]) if asking else ()
    if any(c.startswith(start) for c in clauses for start in gates.open_starts):
        return None
    if any(c.split()[0] in gates.auxiliaries for c in clauses):
        return "it can be answered by yes or no"
    if not any(w.text in gates.question_words for c in clauses for w in tokenise(c)):
        return "it has no question word"
    return None


def _not_leading(outside: str, gates: GateEntry) -> str | None:
    hit = _phrases(gates.leading).search(outside)
    return f"it leads: {hit.group()!r}" if hit else None


def _not_blaming(outside: str, gates: GateEntry) -> str | None:
    starts = _phrases(gates.blaming_starts)
    blamed = re.compile(rf"\byou\b.*\b(?:{'|'.join(map(re.escape, gates.blaming_words))})\b")
    for clause in _clauses(outside):
        if starts.match(clause) or blamed.search(clause):
            return f"it blames: {clause!r}"
    return None


@lru_cache(maxsize=1024)
def asking_part(question: str) -> frozenset[str]:
    """Stems of a question's words outside its quotations and the `You wrote` before them."""
    return frozenset(stems(_QUOTING.sub(" ", question)))


def same_question(text: str, earlier: str, similar: float) -> bool:
    """Whether a question of the agent repeats an earlier one, or reads like it."""
    content = jaccard(stem_set(text), stem_set(earlier))
    return content >= similar and jaccard(asking_part(text), asking_part(earlier)) >= similar


def reads_alike(text: str, earlier: str, alike: float) -> bool:
    """Whether two questions use much the same phrasing around different quotes."""
    return jaccard(asking_part(text), asking_part(earlier)) >= alike


def _answered_in_thread(text: str, thread: Iterable[str], similar: float) -> str | None:
    wanted = stem_set(text)
    for earlier in thread:
        if jaccard(wanted, stem_set(earlier)) >= similar:
            return f"the thread asks it already: {earlier[:60]!r}"
    return None


def _new(text: str, context: GateContext) -> str | None:
    gates = context.gates
    if context.coverage.get(context.facet, 0.0) >= gates.covered:
        return f"{context.facet} is known already"
    if context.facet is context.last_facet:
        return f"{context.facet} was asked last"
    for earlier in context.asked:
        if same_question(text, earlier, gates.similar) or reads_alike(text, earlier, gates.alike):
            return f"asked before: {earlier[:60]!r}"
    return _answered_in_thread(text, context.thread_questions, gates.similar)


def _short(outside: str, quote: str, gates: GateEntry) -> str | None:
    if len(tokenise(outside)) > gates.max_words_outside_quote:
        return f"more than {gates.max_words_outside_quote} words around the quote"
    if len(tokenise(quote)) > gates.max_quote_words:
        return f"a quote of more than {gates.max_quote_words} words"
    return None


def _answerable(outside: str, context: GateContext) -> str | None:
    anchor = context.anchor
    if anchor.author_id is None or anchor.from_bot:
        return f"no person wrote {anchor.id!r}"
    if anchor.author_id != context.addressee_id:
        if anchor.kind is MessageKind.INTERVIEW:
            return f"{anchor.id!r} was answered to the agent, not to {context.addressee_id!r}"
        if claimed := _AS_OWN_WORDS.search(outside):
            return f"{claimed.group()!r} to {context.addressee_id!r}, who did not write the quote"
    if context.now is not None and context.now - anchor.sent_at > context.max_age:
        return f"{anchor.id!r} is older than {context.max_age.days} days"
    return None


def check_question(text: str, quote: str, context: GateContext) -> tuple[GateFailure, ...]:
    """Return every gate that the question fails; none means it may be sent.

    Words inside the quotation are the author's and count for neither form nor manner.
    """
    gates = context.gates
    quoted = f"{QUOTE_MARK}{quote}{QUOTE_MARK}" in text
    outside = outside_quote(text, quote)
    checks = (
        (Gate.GROUNDED, _grounded(quote, context) if quoted else "the quote is not in the text"),
        (Gate.SINGLE, _single(outside, gates)),
        (Gate.OPEN, _open(outside, gates)),
        (Gate.NOT_LEADING, _not_leading(outside, gates)),
        (Gate.NOT_BLAMING, _not_blaming(outside, gates)),
        (Gate.NEW, _new(text, context)),
        (Gate.SHORT, _short(outside, quote, gates)),
        (Gate.ANSWERABLE, _answerable(outside, context)),
    )
    return tuple(GateFailure(gate, why) for gate, why in checks if why is not None)
