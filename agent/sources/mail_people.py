"""Who sends the mails of an archive: addresses as lists write them, names, and programs."""

from __future__ import annotations

import re

from agent.sources.own_words import clean_line
from agent.sources.reading import Platform
from memory.records.people import Member

_ADDRESS = re.compile(
    r"([\w.!#$%&'*+/=?^`{|}~-]{1,128})(?:\s*@\s*| at |\(at\)|\(a\)|_at_)([\w-]+(?:\.[\w-]+)*)"
)
_MUNGED = re.compile(r"\s+(?:via|par|über)\s+\S.{0,80}\Z", re.IGNORECASE)
_PROGRAM = re.compile(
    r"(?:\A|[-_.+])(?:no-?reply|do-?not-?reply|mailer-daemon|daemon|postmaster|majordomo|listserv"
    r"|bot|cron|notifications?|bugzilla|jira|jenkins|buildbot|request|bounces?)(?:\Z|[-_.+])"
)
_QUOTES = "'\"\u2018\u2019\u201c\u201d "
LONGEST = 1_000


def split_sender(header: str) -> tuple[str, str]:
    """Return name and lower-case address of a decoded From header; either may be empty.

    Takes `Ann <ann@x.org>`, `ann@x.org (Ann)`, and pipermail's `ann at x.org (Ann)`; of a name that
    a list has made `Ann via List` the name before it.
    """
    header = header[:LONGEST]
    bracketed = re.search(r"<([^<>]*)>\s*\Z", header)
    found = _ADDRESS.search(bracketed[1] if bracketed else header)
    address = f"{found[1]}@{found[2]}".lower() if found else ""
    if bracketed:
        name = header[: bracketed.start()]
    elif commented := re.search(r"\((.*)\)\s*\Z", header):
        name = commented[1]
    else:
        name = "" if found else header
    name = _MUNGED.sub("", name.strip(_QUOTES).replace('\\"', '"').replace("\\", ""))
    if "," in name and name.count(",") == 1:
        family, given = (part.strip() for part in name.split(","))
        name = f"{given} {family}" if given and family else name
    name = clean_line(name.strip(_QUOTES))
    return ("" if _ADDRESS.fullmatch(name) else name), address


class Senders:
    """The members met so far; about 200 bytes each.

    One address is one member, named by the fullest name first seen with it. The handle is the part
    before the `@`, with the domain where another member has it already.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._handles: dict[str, str] = {}
        self._of: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def member(self, name: str, address: str) -> Member | None:
        """Return the sender; None where the header names nobody."""
        native_id = clean_line(address) or clean_line(name).casefold()
        if not native_id:
            return None
        known = self._names.get(native_id, "")
        if not known or (" " in name and " " not in known):
            known = self._names[native_id] = name or known
        if native_id not in self._of:
            self._of[native_id] = self._free_handle(native_id)
            self._handles[self._of[native_id]] = native_id
        local = "-".join(native_id.partition("@")[0].split())
        return self._platform.member(
            native_id,
            self._of[native_id],
            known,
            is_bot=_PROGRAM.search(local) is not None,
        )

    def _free_handle(self, native_id: str) -> str:
        local, _, domain = native_id.partition("@")
        local = "-".join(local.split())
        place = domain.partition(".")[0]
        whole = "-".join(native_id.replace("@", ".").split())
        choices = (local, f"{local}.{place}" if place else whole, whole, native_id)
        return next((one for one in choices if one and one not in self._handles), native_id)
