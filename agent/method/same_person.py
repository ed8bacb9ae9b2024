"""Which members of a community are likely one person, with the reasons; nothing is joined here.

A proposal rests on what people wrote down themselves: an address, a full name, a handle. None of
these is proof, so each comes with its reason for a steward to judge.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import combinations

from memory.records.people import Handle, Member

ALIKE = 0.75
"""Ratio of matching letters from which two handles are alike (difflib; 1 is equal)."""
SHORTEST_HANDLE = 4
"""Letters of a handle that says something of its owner by itself."""
CROWD = 12
"""Where more members share one sign, such as `admin`, it tells nobody from anybody."""
_ADDRESS = re.compile(r"([\w.!#$%&'*+/=?^`{|}~-]+)(?:@| at )([\w-]+(?:\.[\w-]+)+)")
_LETTERS = re.compile(r"[^\W_]+")


class Sign(StrEnum):
    """Why two members may be one person."""

    ADDRESS = "same_address"
    NAME_AND_HANDLE = "same_name_and_like_handle"
    NAME_IN_HANDLE = "handle_spells_name"
    HANDLE = "same_handle"


WEIGHTS: Mapping[Sign, int] = {
    Sign.ADDRESS: 4,
    Sign.NAME_AND_HANDLE: 3,
    Sign.NAME_IN_HANDLE: 2,
    Sign.HANDLE: 1,
}
"""How much each sign says beside the others: an order, not a probability."""


@dataclass(frozen=True, slots=True)
class Likely:
    """Two people who may be one, each with the handles that look alike."""

    one: Member
    other: Member
    signs: tuple[Sign, ...]
    """Strongest first."""
    shared: str
    """What the strongest sign rests on: an address, a name or a handle, as written."""

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return sum(WEIGHTS[sign] for sign in self.signs)


def likely_same(
    members: Iterable[Member], apart: Collection[frozenset[str]] = ()
) -> Sequence[Likely]:
    """Pairs of people who are likely one, what speaks most for it first.

    Bots, and pairs of member ids in `apart` (a steward has separated them), are left out. Costs
    time by how many share a sign, not by the square of the community.
    """
    people = {one.id: one for one in members if not one.is_bot}
    found: dict[tuple[str, str], dict[Sign, str]] = defaultdict(dict)
    for sign, shared, ids in _groups(people.values()):
        for first, second in combinations(sorted(set(ids)), 2):
            if not any({a, b} in apart for a in people[first].ids for b in people[second].ids):
                found[first, second].setdefault(sign, shared)
    likely = [_likely(people[a], people[b], signs) for (a, b), signs in found.items()]
    kept = [one for one in likely if one is not None]
    return sorted(kept, key=lambda one: (-one.weight, one.one.id, one.other.id))


def _likely(one: Member, other: Member, signs: Mapping[Sign, str]) -> Likely | None:
    """The pair, unless the only sign is a handle and their full names differ."""
    if set(signs) == {Sign.HANDLE}:
        names = [_full_names(one), _full_names(other)]
        if all(names) and not names[0] & names[1]:
            return None
    order = sorted(signs, key=lambda sign: -WEIGHTS[sign])
    return Likely(one, other, tuple(order), signs[order[0]])


def _groups(people: Iterable[Member]) -> Iterator[tuple[Sign, str, list[str]]]:
    """Every sign, what it rests on, and the people who share it."""
    addresses: dict[str, list[str]] = defaultdict(list)
    names: dict[str, list[tuple[str, Handle]]] = defaultdict(list)
    handles: dict[str, list[tuple[str, Handle]]] = defaultdict(list)
    for person in people:
        for one in person.handles:
            for address in addresses_of(one):
                addresses[address].append(person.id)
            if name := full_name(one):
                names[name].append((person.id, one))
            for written in _handles_of(one):
                handles[written].append((person.id, one))
    for address, ids in addresses.items():
        if len(set(ids)) <= CROWD:
            yield Sign.ADDRESS, address, ids
    yield from _by_name(names, handles)
    for handle, owners in handles.items():
        places = {(one.source, person) for person, one in owners}
        if len(handle) >= SHORTEST_HANDLE and 1 < len(places) <= CROWD:
            yield from _at_two_places(handle, owners)


def _at_two_places(
    handle: str, owners: Sequence[tuple[str, Handle]]
) -> Iterator[tuple[Sign, str, list[str]]]:
    """The same handle at two places; at one place two people bear it by chance."""
    for (one, here), (other, there) in combinations(owners, 2):
        if one != other and here.source != there.source:
            yield Sign.HANDLE, handle, [one, other]


def _by_name(
    names: Mapping[str, Sequence[tuple[str, Handle]]],
    handles: Mapping[str, Sequence[tuple[str, Handle]]],
) -> Iterator[tuple[Sign, str, list[str]]]:
    for name, owners in names.items():
        if len(owners) > CROWD:
            continue
        for (one, here), (other, there) in combinations(owners, 2):
            if one != other and _alike(here, there):
                yield Sign.NAME_AND_HANDLE, name, [one, other]
        for spelled in _spellings(name):
            for person, handle in handles.get(spelled, ())[:CROWD]:
                for owner, _ in owners:
                    if person != owner and not full_name(handle):
                        yield Sign.NAME_IN_HANDLE, name, [owner, person]


def _alike(one: Handle, other: Handle) -> bool:
    return any(
        first == second or SequenceMatcher(None, first, second).ratio() >= ALIKE
        for first in _handles_of(one)
        for second in _handles_of(other)
    )


def _spellings(name: str) -> set[str]:
    """Handles that people make of a full name: `anaperez`, `aperez`, `anap`, `pereza`."""
    first, *_, last = name.split()
    made = {first + last, last + first, first[0] + last, first + last[0], last + first[0]}
    return {one for one in made if len(one) >= SHORTEST_HANDLE}


def addresses_of(handle: Handle) -> frozenset[str]:
    """The mail addresses by which a member is known at a place, in small letters."""
    written = (handle.native_id, handle.handle, handle.name)
    found = (match for text in written for match in _ADDRESS.finditer(text[:1_000]))
    return frozenset(f"{match[1]}@{match[2]}".casefold() for match in found)


def full_name(handle: Handle) -> str:
    """A name of two words or more, without accents and case; empty for a nickname."""
    if _ADDRESS.search(handle.name[:1_000]):
        return ""
    words = _LETTERS.findall(plain(handle.name))
    return " ".join(words) if len(words) > 1 else ""


def _full_names(member: Member) -> set[str]:
    return {name for one in member.handles if (name := full_name(one))}


def _handles_of(handle: Handle) -> set[str]:
    """The handle, and what stands before the `@` of an address, as letters and digits."""
    written = {handle.handle.partition("@")[0]}
    written |= {address.partition("@")[0] for address in addresses_of(handle)}
    return {short for one in written if (short := "".join(_LETTERS.findall(plain(one))))}


def plain(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
