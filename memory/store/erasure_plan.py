"""Who is forgotten, and by which names they are known, so that all of them can be masked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from memory.records.keeping import ForgetMode, NamePattern
from memory.records.people import Member
from memory.store.connection import Link
from memory.store.erasure_names import name_pattern, words_in
from memory.store.tables import members, messages

SHORTEST_PART = 3
"""Letters of a part of a name that is masked by itself."""
CAPITALS = 3.0
"""A part of a name is one of the person if it is written with a capital so many times as often."""
SHORTEST_ID = 4


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """Who goes, from which community, and what stands in their place."""

    secret: str
    member_id: str
    opaque_id: str
    community_id: str
    mode: ForgetMode
    names: tuple[NamePattern, ...]
    stand_in: str
    """What the person is called from now on."""
    at: datetime


def names_of(
    link: Link, secret: str, member: Member, ordinary: Collection[str]
) -> tuple[NamePattern, ...]:
    """Patterns of the person's name, handle, id at the source, and parts of the name.

    A part counts only as it is capitalised, if nobody else in the community bears it, and where
    the community writes it with a capital: `Mark` is a name where nobody writes `mark`. A handle
    among `ordinary` words is one only after `@`.
    """
    found = [name_pattern(secret, member.name, exact=_is_ordinary(member.name, ordinary))]
    found.append(
        name_pattern(secret, member.handle, after_at=_is_ordinary(member.handle, ordinary))
    )
    if len(member.native_id) >= SHORTEST_ID and re.search(r"[^\W\d_]", member.native_id):
        found.append(name_pattern(secret, member.native_id))
    found += [name_pattern(secret, part, exact=True) for part in _own_parts(link, member)]
    return tuple(dict.fromkeys(pattern for pattern in found if pattern is not None))


def _is_ordinary(name: str, ordinary: Collection[str]) -> bool:
    words = [word.casefold() for word, _, _ in words_in(name)]
    return len(words) == 1 and words[0] in ordinary


def _own_parts(link: Link, member: Member) -> Sequence[str]:
    parts = [word for word, _, _ in words_in(member.name)]
    parts = [part for part in parts if len(part) >= SHORTEST_PART and part[0].isupper()]
    others = link.rows(
        select(members.c.name).where(
            members.c.community_id == member.community_id,
            members.c.id != member.id,
            members.c.name != member.name,
        )
    )
    borne = {word.casefold() for row in others for word, _, _ in words_in(row["name"])}
    return [
        part
        for part in dict.fromkeys(parts)
        if part.casefold() not in borne and _is_written_as_name(link, member.community_id, part)
    ]


def _is_written_as_name(link: Link, community_id: str, part: str) -> bool:
    rows = link.rows(
        select(messages.c.text).where(
            messages.c.community_id == community_id,
            func.lower(messages.c.text).contains(part.lower(), autoescape=True),
        )
    )
    alone = re.compile(rf"(?<!\S)\W?{re.escape(part)}(?!\S\w)", re.IGNORECASE)
    marks = "([{\"'*_@,;:-"
    seen = Counter(
        found.group().lstrip(marks) for row in rows for found in alone.finditer(row["text"])
    )
    return seen[part] >= CAPITALS * seen[part.lower()]
