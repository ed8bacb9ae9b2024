"""The people and places of a Zulip server, and one of its messages to a message of ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from agent.sources.archive import Archive
from agent.sources.html_text import HtmlText, read_html
from agent.sources.json_exports import (
    id_at,
    optional_time_at,
    text_at,
    time_at,
    value_at,
)
from agent.sources.json_lists import ListWithin
from agent.sources.own_words import SegmentedText, clean_line, clean_text, segment_markdown
from agent.sources.protocol import Item, Skipped
from agent.sources.reading import Platform
from agent.sources.stream import read_object, skip
from memory.errors import SourceError
from memory.records.people import Member
from memory.records.talk import (
    Attachment,
    MessageKind,
    Origin,
    Reaction,
    Segment,
    SegmentKind,
)

NAME = "zulip"
PERSONAL, STREAM, HUDDLE = 1, 2, 3
DELETED = "(deleted)"
SYSTEM_BOTS = frozenset({"notification bot", "welcome bot"})
"""Accounts of Zulip itself, which tell of topics moved and people joined."""
_BOT_NAME = re.compile(r"(?:.*[\s(\[-])?bot[)\]]?\Z", re.IGNORECASE | re.DOTALL)
_MENTION = re.compile(r'<span class="user-mention" data-user-id="(\d+)">@([^<]{1,200})</span>')
_QUOTED = re.compile(r'<a href="[^"]*/near/(\d+)"[^>]*>said</a>')
_SAID = re.compile(r".{1,200}\bsaid\W{0,3}:\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: the id of its stream or conversation, its name, and the topic."""

    key: str
    channel: str
    topic: str
    private: bool = False
    seen_by: tuple[str, ...] | None = None


class Directory:
    """The people, streams, recipients and reactions of a server's export."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.people: dict[str, Member] = {}
        self.streams: dict[str, tuple[str, bool]] = {}
        """Id to name, and whether it is invite-only."""
        self.recipients: dict[str, tuple[int, str]] = {}
        """Id to type, and the id of the stream."""
        self.reactions: dict[str, Counter[str]] = {}
        self.subscribed: dict[str, set[str]] = {}
        """Recipient to the users who are in it."""

    def place(self, raw: dict[str, Any]) -> Place:
        """Return where a message of the server's export belongs; unknown places are private."""
        recipient = id_at(raw, "recipient")
        kind, target = self.recipients.get(recipient, (PERSONAL, ""))
        if kind != STREAM:
            within = self._seen_by(recipient, id_at(raw, "sender") if kind == PERSONAL else "")
            return Place(f"direct-{recipient}", "", "", private=True, seen_by=within)
        name, private = self.streams.get(target, ("", True))
        seen_by = self._seen_by(recipient) if private else None
        topic = clean_line(text_at(raw, "subject")).removeprefix("\N{HEAVY CHECK MARK} ")
        return Place(target, name, topic, private, seen_by)

    def _seen_by(self, recipient: str, sender: str = "") -> tuple[str, ...] | None:
        """Return the members to whom a recipient is open; `None` where it is not told."""
        users = self.subscribed.get(recipient)
        if users is None:
            return None
        within = users | ({sender} - {""})
        return tuple(sorted(self.platform.member(user, user).id for user in within))

    def sender(self, raw: dict[str, Any]) -> Member | None:
        """Return who wrote a message; None where it does not tell."""
        if user := id_at(raw, "sender"):
            return self.people.get(user) or self.platform.member(user, f"user{user}")
        return self.named(clean_line(text_at(raw, "sender_full_name")))

    def named(self, name: str) -> Member | None:
        """Return who is known by the full name alone."""
        if not name:
            return None
        return self.platform.member(name, name, is_bot=_BOT_NAME.fullmatch(name) is not None)

    def add(self, key: str, raw: dict[str, Any]) -> None:
        """Take an entry of one of the lists in `realm.json`."""
        entry = id_at(raw, "id")
        if key == "zerver_stream" and entry:
            private = raw.get("invite_only") is not False
            self.streams[entry] = (clean_line(text_at(raw, "name")), private)
        elif key == "zerver_recipient" and entry:
            kind = value_at(raw, "type")
            self.recipients[entry] = (kind if isinstance(kind, int) else 0, id_at(raw, "type_id"))
        elif key == "zerver_subscription":
            if raw.get("active") is not False and (user := id_at(raw, "user_profile")):
                self.subscribed.setdefault(id_at(raw, "recipient"), set()).add(user)
        elif key == "zerver_reaction" and (message := id_at(raw, "message")):
            name = clean_line(text_at(raw, "emoji_name"))
            self.reactions.setdefault(message, Counter())[name] += 1
        elif entry:
            address = text_at(raw, "delivery_email") or text_at(raw, "email")
            name = clean_line(text_at(raw, "full_name"))
            self.people[entry] = self.platform.member(
                entry,
                clean_line(address.partition("@")[0]) if key != "zerver_userprofile" else name,
                name,
                is_bot=raw.get("is_bot") is True or key == "zerver_userprofile_crossrealm",
            )


_LISTS = (
    "zerver_userprofile",
    "zerver_userprofile_mirrordummy",
    "zerver_userprofile_crossrealm",
    "zerver_stream",
    "zerver_recipient",
    "zerver_subscription",
    "zerver_reaction",
)


def read_realm(archive: Archive, file: str, directory: Directory) -> Iterator[Skipped]:
    """Read people and places; yield what cannot be read. No list has to be there."""
    for key in _LISTS:
        try:
            for record in ListWithin(archive, file, key).records():
                value = read_object(file, record) if record.raw is not None else None
                if isinstance(value, Skipped):
                    yield value
                elif value is not None:
                    directory.add(key, value)
        except SourceError as error:
            yield skip(file, error)
            return


class MessageReader:
    """Reads messages of either kind; remembers their ids."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._platform = directory.platform
        self._read: set[str] = set()

    def read(self, raw: dict[str, Any], place: Place, origin: Origin) -> list[Item]:
        """Return people, thread and message; nothing for a message that was read before.

        Raises `ValueError` for what is no message.
        """
        native_id = id_at(raw, "id")
        content, rendered = raw.get("content"), text_at(raw, "rendered_content")
        if not native_id or not isinstance(content, str):
            raise ValueError("no id or no content")
        sent_at = time_at(raw, "date_sent" if "date_sent" in raw else "timestamp")
        if native_id in self._read:
            return []
        self._read.add(native_id)
        author = self._directory.sender(raw)
        system = author is not None and author.is_bot and author.name.casefold() in SYSTEM_BOTS
        html = rendered or (content if "sender_full_name" in raw else "")
        said = _without_attributions(read_html(html)) if html else None
        plain = segment_markdown(clean_text(content)) if said is None else said.segmented
        people = self._mentioned(html)
        thread = self._platform.thread(
            f"{place.key}/{place.topic}",
            sent_at,
            channel=place.channel,
            title=place.topic,
            private=place.private,
            seen_by=place.seen_by,
        )
        quoted = _QUOTED.search(html)
        message = self._platform.message(
            native_id,
            thread,
            author,
            kind=MessageKind.SYSTEM if system else MessageKind.CHAT,
            text=plain.text,
            segments=() if system else plain.segments,
            sent_at=sent_at,
            edited_at=optional_time_at(raw, "last_edit_time"),
            deleted=plain.text == DELETED,
            reply_to_id=self._platform.message_id(quoted[1]) if quoted else None,
            mentions=tuple(dict.fromkeys(person.id for person in people)),
            reactions=self._reactions(native_id),
            attachments=tuple(
                Attachment(name=clean_line(n)) for n in (said.images if said else ())
            ),
            origin=origin,
        )
        return [*([author] if author else []), *people, thread, message]

    def _mentioned(self, html: str) -> list[Member]:
        """Return whom a message calls by name; silent mentions, as in quotations, call nobody."""
        known = self._directory.people
        found = (
            known.get(user) or (None if known else self._directory.named(clean_line(name)))
            for user, name in _MENTION.findall(html)
        )
        return [person for person in found if person]

    def _reactions(self, native_id: str) -> tuple[Reaction, ...]:
        counts = self._directory.reactions.get(native_id) or Counter[str]()
        return tuple(Reaction(name=name, count=count) for name, count in counts.items() if name)


def _without_attributions(read: HtmlText) -> HtmlText:
    """Make "Ann said:" a part of the quotation it stands over, for Zulip wrote it."""
    text, segments = read.segmented.text, list(read.segmented.segments)
    for n, (own, quote) in enumerate(pairwise(segments)):
        if (
            own.kind is SegmentKind.OWN
            and quote.kind is not SegmentKind.OWN
            and _SAID.fullmatch(text, own.start, own.end)
        ):
            segments[n] = Segment(kind=SegmentKind.QUOTE, start=own.start, end=own.end)
    return HtmlText(SegmentedText(text, tuple(segments)), read.images)
