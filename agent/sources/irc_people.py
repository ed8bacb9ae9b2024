"""Who is behind a nick: changes of name, bots, and how nicks compare."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TypeVar

V = TypeVar("V")

KNOWN_NICKS = 3_000
"""Names remembered in one channel; those unheard for longest are forgotten."""
_FOLDED = str.maketrans("{}|^", "[]\\~")
_BOT = re.compile(
    r"(?!(?:abb|talb|cab|jab|sab)ott?[\d_`]*\Z)"
    r"(?:[a-z]{0,3}bott?u[\d_`]*|.*bot[\d_`]*|bot[-_|\d].*|(?:chan|nick|memo|oper|host|info|sasl)serv"
    r"|services|alis|.*\[bot\])",
    re.IGNORECASE | re.DOTALL,
)
_NOBODYS = re.compile(r"(?:guest|user|webchat|mib_|qwebirc)[\d_-]*", re.IGNORECASE)


def nick_key(nick: str) -> str:
    """Return a nick as servers compare it (RFC 1459, section 2.2)."""
    return nick.casefold().translate(_FOLDED)


def is_bot(nick: str) -> bool:
    """Whether a nick is a bot's or a service's by its form."""
    return _BOT.fullmatch(nick) is not None


class People:
    """Whom the nicks of one channel stand for at this moment.

    Somebody who has spoken and takes a name that is not known yet stays who they are, until they
    leave or that name comes anew. A name that has been somebody before is that person.
    """

    def __init__(self) -> None:
        self._shown: OrderedDict[str, str] = OrderedDict()
        self._spoken: OrderedDict[str, None] = OrderedDict()
        self._aliases: OrderedDict[str, str] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._shown

    def who(self, key: str) -> str:
        """Return the key of the person whose nick this is."""
        return self._aliases.get(key, key)

    def shown(self, key: str) -> str:
        """Return a key's nick as it was first written."""
        return self._shown.get(key, key)

    def has_spoken(self, nick: str) -> bool:
        return self.who(nick_key(nick)) in self._spoken

    def meet(self, nick: str) -> str:
        """Remember that somebody of this nick is there; return who that is."""
        key = nick_key(nick)
        put(self._shown, key, self._shown.get(key, nick))
        return self.who(key)

    def speak(self, nick: str) -> str:
        """Remember that somebody of this nick speaks; return who that is."""
        who = self.meet(nick)
        put(self._spoken, who, None)
        return who

    def rename(self, old: str, new: str) -> None:
        """Take note that `old` calls themselves `new`."""
        before, after = self.who(nick_key(old)), nick_key(new)
        known = after in self._spoken or after == before
        self._aliases.pop(nick_key(old), None)
        self.meet(new)
        if before in self._spoken and not known and not _NOBODYS.fullmatch(old):
            put(self._aliases, after, before)

    def come_or_go(self, nick: str) -> None:
        """Take note that a nick has come or gone: who has it next may be another."""
        self._aliases.pop(nick_key(nick), None)
        self.meet(nick)


def put(kept: OrderedDict[str, V], key: str, value: V) -> None:
    """Set a key as the latest, and forget the oldest of too many."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > KNOWN_NICKS:
        kept.popitem(last=False)
