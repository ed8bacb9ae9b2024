"""Which community an archive goes to: the one that is meant, and none made out of a typo."""

from __future__ import annotations

from difflib import get_close_matches

from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.people import Community

NEAR = 0.6
"""Share of matching letters from which a name may be another mistyped (difflib)."""
NAMED_AT_MOST = 5


def community_to_fill(
    work: Workplace, name: str, *, new: bool = False, only_known: bool = False
) -> str:
    """The name of the community that `name` (name or id) means; a new one is as it was typed.

    Where the home holds communities, a name that is like one of them needs `new`, and with
    `only_known` so does any other. Raises `UserInputError` naming those that are near.
    """
    if not name.strip():
        raise UserInputError("a community needs a name")
    with work.store.reading() as unit:
        known = unit.people.communities()
    for community in known:
        if name == community.id or Community.id_of(name) == community.id:
            return community.name
    names = {community.name.casefold(): community.name for community in known}
    wanted = get_close_matches(name.casefold(), list(names), n=NAMED_AT_MOST, cutoff=NEAR)
    near = [names[one] for one in wanted]
    if new or not known or (not near and not only_known):
        return name
    meant = ", ".join(map(repr, near or sorted(names.values())[:NAMED_AT_MOST]))
    raise UserInputError(
        f"no community {name!r} in this home; {'did you mean' if near else 'known:'} {meant}"
        f"{'?' if near else '.'} Say --new to make it"
    )
