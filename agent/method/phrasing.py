"""Put a quote and a phrasing together: which suit, which comes first, and how one is filled."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.method.casts import Cast
from agent.method.readings import AskContext
from agent.method.spans import foils
from memory.records.people import Credit
from memory.records.talk import EvidenceSpan, Message
from prompts.phrasings import Probe

FOIL_SLOTS = ("a", "b", "c")
SOMEBODY = "Somebody"
AUTHOR_FIRST = re.compile(r"^You (\w+) (?=\")")
"""How a phrasing tells whose the words are: `You wrote "..."`."""
_PLAIN_NAME = re.compile(r"[^\W\d_][\w'\u2019-]*(?: [^\W\d_][\w'\u2019-]*){0,3}")
_BEFORE_QUOTE = re.compile(r'(\w+) "\{q\}"')
_SENTENCE_STARTS = frozenset({"wrote", "said", "warned", "advised", "suggested", "recommended"})


@dataclass(frozen=True, slots=True)
class Draft:
    """One filled phrasing."""

    probe: Probe
    span: EvidenceSpan
    text: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """A quote with a phrasing that suits it, and what the two are worth together."""

    message: Message
    cast: Cast
    probe: Probe
    worth: float


def addressee_of(context: AskContext) -> str:
    """Id of the person who is asked."""
    return context.addressee.id if context.addressee else context.anchor.author_id or ""


def author_name(message: Message, context: AskContext) -> str:
    """Who wrote the quoted words, as they agreed to appear; `Somebody` where that hides them."""
    author = context.view.people.get(message.author_id or "")
    if author is None or author.consent.credit is not Credit.CREDITED:
        return SOMEBODY
    return author.name if _PLAIN_NAME.fullmatch(author.name) else SOMEBODY


def suits(probe: Probe, cast: Cast) -> bool:
    """Whether a phrasing can stand around this quote as it is written."""
    if cast.form.value not in probe.forms:
        return False
    if not probe.needs <= cast.marks or probe.bars & cast.marks:
        return False
    before = _BEFORE_QUOTE.search(probe.text)
    embeds = before is not None and before[1] not in _SENTENCE_STARTS
    return not (embeds and "capital" in cast.marks)


def place_of(context: AskContext, probe: Probe, cast: Cast) -> tuple[bool, str]:
    """Where a phrasing stands in an order that differs by message, and is the same for each.

    Words asked about before come last.
    """
    quoted = any(cast.span.quote in earlier for earlier in context.asked)
    key = f"{context.anchor.id}/{probe.name}".encode()
    return quoted, hashlib.blake2b(key, digest_size=8).hexdigest()


def fill(pairing: Pairing, context: AskContext) -> Draft | None:
    """Put quote and foils into a phrasing, with the author's name where somebody else is asked.

    `None` where the thread has no foil for a slot, or where only the author could answer.
    """
    probe, quote, message = pairing.probe, pairing.cast.span.quote, pairing.message
    text = probe.text
    if message.author_id != addressee_of(context):
        if probe.only_author:
            return None
        name = author_name(message, context)
        text = AUTHOR_FIRST.sub(lambda found: f"{name} {found[1]} ", text)
    slots = {"q": quote}
    wanted = [slot for slot in FOIL_SLOTS if slot in probe.slots]
    if wanted:
        names = foils(context.view, context.anchor, quote)
        if len(names) < len(wanted):
            return None
        slots |= dict(zip(wanted, names, strict=False))
    return Draft(probe, pairing.cast.span, text.format(**slots))


def pairings(
    message: Message, casts: Sequence[tuple[float, Cast]], probes: Sequence[Probe]
) -> list[Pairing]:
    """Every quote with every phrasing that suits it; `casts` come with their clause's worth."""
    return [
        Pairing(message, cast, probe, worth + cast.worth + probe.bonus)
        for worth, cast in casts
        for probe in probes
        if suits(probe, cast)
    ]
