"""Who is one person with whom: members joined by stewards, as one name for each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from memory.records.decisions import TO_MEMBER
from memory.records.joining import Joining

VERBATIM = frozenset({"text", "quote"})
"""What people wrote: no id in it is read as one."""


class Persons:
    """The members of each person, by the joinings that hold. All others are by themselves.

    Joining says that two are one, so what is joined by a chain or in a circle is one person. It
    goes by the name that leads in the earliest joining of it.
    """

    def __init__(self, joinings: Iterable[Joining]) -> None:
        self._head: dict[str, str] = {}
        self._ids: dict[str, frozenset[str]] = {}
        held = sorted((one for one in joinings if one.holds), key=lambda j: (j.joined_at, j.id))
        groups: dict[str, set[str]] = {}
        for one in held:
            both = groups.get(one.leader_id, {one.leader_id}) | groups.get(
                one.member_id, {one.member_id}
            )
            groups |= dict.fromkeys(both, both)
        for one in held:
            for member_id in groups[one.leader_id]:
                self._head.setdefault(member_id, one.leader_id)
        for member_id, group in groups.items():
            self._ids[self._head[member_id]] = frozenset(group)

    def __bool__(self) -> bool:
        return bool(self._head)

    def of(self, member_id: str) -> str:
        """The id that stands for this person: their own for whoever is joined with nobody."""
        return self._head.get(member_id, member_id)

    def ids(self, member_id: str) -> frozenset[str]:
        """The ids of all members who are this person."""
        return self._ids.get(self.of(member_id), frozenset({member_id}))

    def renamed(self) -> Mapping[str, str]:
        """Ids that another stands for, with that other."""
        return {one: head for one, head in self._head.items() if one != head}

    def heads(self) -> frozenset[str]:
        """Ids that stand for a person of several members."""
        return frozenset(self._ids)

    def read(self, value: Any) -> Any:
        """A value with the id that stands for each person in place of the others; lists anew.

        A list of ids names nobody twice.
        """
        if isinstance(value, str):
            if value.startswith(TO_MEMBER):
                return TO_MEMBER + self.of(value.removeprefix(TO_MEMBER))
            return self.of(value)
        if isinstance(value, dict):
            whole = {
                self.read(name): part if name in VERBATIM else self.read(part)
                for name, part in value.items()
            }
            if "author_id" in whole and "also_ids" in whole:
                others = whole["also_ids"]
                whole["also_ids"] = [one for one in others if one != whole["author_id"]]
            return whole
        if isinstance(value, list):
            plain = all(isinstance(one, str) for one in value)
            parts = [self.read(one) for one in value]
            return list(dict.fromkeys(parts)) if plain and parts != value else parts
        return value

    def speaks_of(self, value: Any) -> bool:
        """Whether a person of several members is named somewhere in a value."""
        if isinstance(value, str):
            return value.removeprefix(TO_MEMBER) in self._head
        if isinstance(value, dict):
            return any(self.speaks_of(one) for pair in value.items() for one in pair)
        return isinstance(value, list) and any(self.speaks_of(one) for one in value)

    def kept(self, new: Any, stored: Any) -> Any:
        """`new` with the members that `stored` named wherever both name the same person.

        So whoever reads a record, changes a part and saves it rewrites nobody's name.
        """
        if isinstance(new, (str, list)) and self.read(stored) == new:
            return stored
        if isinstance(new, dict):
            before = stored if isinstance(stored, dict) else {}
            return {name: self.kept(part, before.get(name)) for name, part in new.items()}
        if isinstance(new, list) and isinstance(stored, list):
            return self._kept_list(new, stored)
        return new

    def _kept_list(self, new: list[Any], stored: list[Any]) -> list[Any]:
        left = list(stored)
        parts = []
        for place, one in enumerate(new):
            same = next((old for old in left if self.read(old) == one), None)
            if same is not None:
                left.remove(same)
                parts.append(same)
            else:
                parts.append(self.kept(one, stored[place] if place < len(stored) else None))
        return parts
