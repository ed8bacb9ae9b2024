"""A first, plain look for personal data: numbers, addresses, people's names.

Found by pattern, check digits and the community's own list of members; of nobody else is a name
known, but where the words around it say that it is one. Precise rather than complete: a word that
is a name only with a capital is looked for with that capital.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from agent.method.check_digits import is_account, is_card, is_machine_of_somebody
from agent.method.naming import Confidence
from memory.records.people import Member
from prompts.desk import PersonalEntry


class PersonalKind(StrEnum):
    """What was found."""

    ADDRESS = "address"
    """An e-mail address."""
    ACCOUNT = "account"
    """A bank account (IBAN)."""
    CARD = "card"
    """A payment card."""
    MACHINE = "machine"
    """An internet address in public space."""
    IDENTITY = "identity"
    """A number that an authority gave to a person."""
    PHONE = "phone"
    PLACE = "place"
    """A postal address or code."""
    PERSON = "person"
    """A name that the words around it tell as one."""
    NAME = "name"
    """A member's."""
    SECRET = "secret"  # noqa: S105  the name of a kind
    """What opens something: a key, a token, a password."""
    TERM = "term"
    """What a community keeps to itself."""


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """Something in a text that may tell who somebody is."""

    kind: PersonalKind
    found: str
    member_id: str | None = None
    """Whose name it is."""


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """A finding and where it stands, in characters, the end excluded."""

    kind: PersonalKind
    start: int
    end: int
    found: str
    member_id: str | None = None
    confidence: Confidence = Confidence.CERTAIN


def personal_data(
    text: str, names: Mapping[str, str], entry: PersonalEntry
) -> tuple[PersonalFinding, ...]:
    """Everything found in `text`, each once, in order of kind. `names` are of `names_of`.

    Of somebody called several names, the longest is told.
    """
    spans = personal_spans(text, names, entry)
    rank = {kind: place for place, kind in enumerate(PersonalKind)}
    found: dict[PersonalFinding, None] = {}
    told: set[str] = set()
    by_kind = sorted(spans, key=lambda s: (rank[s.kind], -len(s.found) * bool(s.member_id)))
    for span in by_kind:
        if span.member_id not in told:
            told |= {span.member_id} if span.member_id is not None else set()
            found[PersonalFinding(span.kind, span.found.strip(), span.member_id)] = None
    return tuple(found)


def personal_spans(
    text: str, names: Mapping[str, str], entry: PersonalEntry
) -> tuple[PersonalSpan, ...]:
    """Every place of `text` in which something was found, in the order of the text.

    No two overlap: the kind that is surer stands, a member's name before other people's.
    """
    taken: list[PersonalSpan] = []
    for kind in SURE:
        take(taken, matching(kind, text, entry))
    take(taken, named(text, names))
    for kind in LIKELY:
        take(taken, matching(kind, text, entry))
    return tuple(sorted(taken, key=lambda span: span.start))


SURE = (
    PersonalKind.ADDRESS,
    PersonalKind.ACCOUNT,
    PersonalKind.CARD,
    PersonalKind.MACHINE,
    PersonalKind.IDENTITY,
    PersonalKind.PHONE,
)
"""What has a form of its own, the stricter form first."""
LIKELY = (PersonalKind.PLACE, PersonalKind.PERSON)


def take(taken: list[PersonalSpan], spans: Iterable[PersonalSpan]) -> None:
    """Keep those of `spans` that share no character with what is taken."""
    for span in spans:
        if all(span.end <= one.start or one.end <= span.start for one in taken):
            taken.append(span)


def matching(
    kind: PersonalKind, text: str, entry: PersonalEntry, patterns: Iterable[str] | None = None
) -> Iterator[PersonalSpan]:
    """What has a form of this kind: those of `entry`, or `patterns` in their place."""
    for pattern in _patterns(kind, entry) if patterns is None else patterns:
        for match in _compiled(pattern).finditer(text):
            start, end = match.span("it") if "it" in match.re.groupindex else match.span()
            start += len(text[start:end]) - len(text[start:end].lstrip())
            end = start + len(text[start:end].rstrip(" .,\n"))
            told = match.lastgroup == "it"
            if _is_one(kind, text[start:end], entry, told=told):
                yield PersonalSpan(kind, start, end, text[start:end])


def _patterns(kind: PersonalKind, entry: PersonalEntry) -> tuple[str, ...]:
    by_itself = {PersonalKind.ADDRESS: (entry.address,), PersonalKind.PHONE: (entry.phone,)}
    return (*by_itself.get(kind, ()), *entry.forms.get(kind.value, ()))


def _is_one(kind: PersonalKind, words: str, entry: PersonalEntry, *, told: bool) -> bool:
    """Whether what has the form of a kind is one, as far as its characters tell.

    `told`: the words before it say so. A phone number of threes is then no amount.
    """
    match kind:
        case PersonalKind.CARD:
            return is_card(words)
        case PersonalKind.ACCOUNT:
            return is_account(words)
        case PersonalKind.MACHINE:
            return is_machine_of_somebody(words, entry.known_machines)
        case PersonalKind.PHONE:
            digits = sum(character.isdigit() for character in words)
            spaced = told and words.replace(" ", "").isdecimal()
            dated = not spaced and _compiled(entry.not_phone).search(words)
            return entry.fewest_digits <= digits <= entry.most_digits and not dated
        case PersonalKind.PERSON:
            return all(word[:1].isupper() for word in words.split())
        case _:
            return bool(words)


def names_of(members: Iterable[Member], entry: PersonalEntry) -> Mapping[str, str]:
    """What people are called, to the member's id. A name that several share tells of nobody.

    Full names, handles after an `@`, and single names of enough letters with their capital.
    """
    called: dict[str, set[str]] = {}
    for member in members:
        if member.is_bot:
            continue
        parts = [p for p in member.name.split() if len(p) >= entry.fewest_letters]
        told = {f"@{member.handle}", *(p for p in parts if p[:1].isupper())}
        if " " in member.name.strip():
            told.add(member.name.strip())
        for name in told:
            called.setdefault(name, set()).add(member.id)
    return {name: next(iter(ids)) for name, ids in called.items() if len(ids) == 1}


def named(text: str, names: Mapping[str, str]) -> Iterator[PersonalSpan]:
    """Where people of `names_of` are named, longer names first.

    One word that begins a sentence may be an ordinary one there: it is likely, the others certain.
    """
    for name in sorted(names, key=lambda name: (-len(name), name)):
        for start in _places(text, name):
            if _stands_alone(text, name, start):
                end = start + len(name)
                plain = " " not in name and not name.startswith("@")
                doubt = plain and _opens(text, start)
                found = Confidence.LIKELY if doubt else Confidence.CERTAIN
                yield PersonalSpan(PersonalKind.NAME, start, end, name, names[name], found)


_BEFORE_A_SENTENCE = ".!?:\n-*\u2022>\"'\u201d)"


def _opens(text: str, start: int) -> bool:
    """Whether the word at `start` is the first of a sentence, a line or an item of a list."""
    before = text[:start].rstrip(" \t")
    return not before or before[-1] in _BEFORE_A_SENTENCE


def _places(text: str, name: str) -> Iterator[int]:
    start = text.find(name)
    while start >= 0:
        yield start
        start = text.find(name, start + 1)


def _stands_alone(text: str, name: str, start: int) -> bool:
    """Whether a name is a word of its own, and not the first of a sentence in ordinary use."""
    end = start + len(name)
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    whole = not (before.isalnum() or (before in "_-./" and before)) and not after.isalnum()
    opens = " " not in name and not name.startswith("@") and not text[:start].strip()
    return whole and not opens


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
