"""A first, plain look for personal data in a sentence: addresses, phone numbers, people's names.

Found by pattern and by the community's own list of members, so it knows nobody else. Precise
rather than complete: a word that is a name only with a capital is looked for with that capital.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from memory.records.people import Member
from prompts.desk import PersonalEntry


class PersonalKind(StrEnum):
    """What was found."""

    ADDRESS = "address"
    PHONE = "phone"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """Something in a text that may tell who somebody is."""

    kind: PersonalKind
    found: str
    member_id: str | None = None
    """Whose name it is."""


def personal_data(
    text: str, names: Mapping[str, str], entry: PersonalEntry
) -> tuple[PersonalFinding, ...]:
    """Everything found in `text`, each once, in order of kind. `names` are of `names_of`."""
    found: dict[PersonalFinding, None] = {}
    addresses = [match[0].rstrip(".") for match in _compiled(entry.address).finditer(text)]
    found |= {PersonalFinding(PersonalKind.ADDRESS, address): None for address in addresses}
    for match in _compiled(entry.phone).finditer(text):
        digits = sum(character.isdigit() for character in match[0])
        dated = _compiled(entry.not_phone).search(match[0])
        if digits >= entry.fewest_digits and not dated:
            found[PersonalFinding(PersonalKind.PHONE, match[0].strip())] = None
    found |= dict.fromkeys(_named(text, addresses, names))
    return tuple(found)


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


def _named(
    text: str, addresses: Iterable[str], names: Mapping[str, str]
) -> Iterator[PersonalFinding]:
    plain = text
    for address in addresses:
        plain = plain.replace(address, " " * len(address))
    told: set[str] = set()
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if name not in plain or names[name] in told:
            continue
        if any(_stands_alone(plain, name, start) for start in _places(plain, name)):
            told.add(names[name])
            yield PersonalFinding(PersonalKind.NAME, name, names[name])


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


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
