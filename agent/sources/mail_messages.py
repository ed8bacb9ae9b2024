"""One mail of an archive to a message: its id, sender, time, text and whose words that is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from agent.sources.html_text import read_html
from agent.sources.mail_parts import Mail, TextPart, read_mail
from agent.sources.mail_people import Senders, split_sender
from agent.sources.mail_text import segment_mail
from agent.sources.mail_threads import LONGEST_ID, MailThreads, mail_ids
from agent.sources.mbox_scan import RawMail, unescape_from
from agent.sources.own_words import SegmentedText, clean_line, clean_text
from agent.sources.protocol import Item
from agent.sources.reading import Platform
from agent.sources.scanning import TOO_LONG
from agent.sources.stream import from_iso, skip
from memory.records.talk import Attachment, MessageKind, Origin, Segment, SegmentKind

_LIST_ID = re.compile(r"<([^<>.]+)[^<>]*>\s*\Z")
_NEXT_PART = re.compile(
    r"^-{5,} next part -{5,}$(.{0,1000}?)(?=^-{5,} next part|\Z)", re.MULTILINE | re.DOTALL
)
_SCRUBBED = re.compile(r"^(Name|Type): (.+)$", re.MULTILINE)
_TOLD = re.compile(
    r"\A\s*(?:An? [\w-]+ attachment was scrubbed|A non-text attachment was scrubbed)"
)
_REPORT = "multipart/report"
"""Type of a mail that tells what became of another."""
MOST_HOURS = 24


class MailReader:
    """Reads the mails of one archive, in order."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._senders = Senders(platform)
        self._threads = MailThreads()

    def read(self, file: str, raw: RawMail) -> Iterator[Item]:
        """Yield sender, thread and message of one mail, or why it is skipped."""
        where = f"{file}:{raw.line}"
        try:
            mail = read_mail(unescape_from(raw.raw))
            sent_at = sent_at_of(mail, raw.envelope)
        except ValueError as error:
            yield skip(where, error)
            return
        mail_id = _mail_id(mail, raw)
        if self._threads.knows(mail_id):
            yield skip(where, f"the Message-ID {mail_id!r} was read before")
            return
        if raw.cut and "multipart/" not in mail.header("content-type").lower():
            yield skip(where, TOO_LONG)
            return
        yield from self._items(mail, mail_id, sent_at, Origin(file=file, line=raw.line))

    def _items(self, mail: Mail, mail_id: str, sent_at: datetime, origin: Origin) -> Iterator[Item]:
        parents = mail_ids(mail.header("in-reply-to"))[:1]
        names = [name for name in mail_ids(mail.header("references")) if name not in parents]
        place = self._threads.place(
            mail_id,
            [*names, *parents],
            mail.header("subject"),
            sent_at,
            answers=bool(names or parents),
        )
        name, address = split_sender(
            mail.header("x-original-from", "from", "sender", "reply-to", "return-path")
        )
        automatic = mail.header("auto-submitted").lower() not in {"", "no"} or _REPORT in (
            mail.header("content-type").lower()
        )
        author = self._senders.member(name, address)
        thread = self._platform.thread(
            place.thread, sent_at, title=clean_line(place.title), channel=_channel(mail)
        )
        said, scrubbed = _said([part for part in mail.parts if part.text.strip()], name)
        if author:
            yield author
        yield thread
        yield self._platform.message(
            mail_id,
            thread,
            author,
            kind=MessageKind.CHAT,
            text=said.text,
            segments=said.segments,
            sent_at=sent_at,
            from_bot=automatic or bool(author and author.is_bot),
            reply_to_id=self._platform.message_id(place.reply_to) if place.reply_to else None,
            attachments=(*mail.attachments, *scrubbed),
            origin=origin,
        )


def _mail_id(mail: Mail, raw: RawMail) -> str:
    """Return the Message-ID, or a digest of the mail where it has none."""
    stated = mail.header("message-id")
    found = mail_ids(stated) or [clean_line(stated, LONGEST_ID).replace(" ", "")]
    return found[0] or f"digest:{hashlib.blake2b(raw.raw, digest_size=12).hexdigest()}"


def _channel(mail: Mail) -> str:
    listed = _LIST_ID.search(mail.header("list-id"))
    return clean_line(listed[1]) if listed else ""


def sent_at_of(mail: Mail, envelope: bytes = b"") -> datetime:
    """Return when a mail was sent, by its Date, else by its arrival. Raises `ValueError`."""
    arrivals = [value.rpartition(";")[2] for value in mail.headers.get("received", ())[:1]]
    enveloped = envelope.decode("ascii", "replace").partition("  ")[2].strip()
    enveloped = enveloped or envelope.decode("ascii", "replace").partition(" ")[2]
    for text in (mail.header("date"), enveloped, *arrivals):
        if moment := parse_date(text):
            return moment
    raise ValueError(f"no date that can be read: {mail.header('date')[:60]!r}")


def parse_date(text: str) -> datetime | None:
    """Return the UTC time of a date as mails write it, or ISO 8601; without a zone it is UTC."""
    text = clean_line(text, 100).strip()
    try:
        parts = parsedate_tz(text)
        if parts is None:
            return from_iso(text) if text[:1].isdigit() else None
        offset = timedelta(seconds=parts[9] or 0)
        zone = timezone(offset) if abs(offset) < timedelta(hours=MOST_HOURS) else UTC
        year, month, day, hour, minute, second = parts[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        return from_iso(moment.isoformat())
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def _said(parts: list[TextPart], sender: str) -> tuple[SegmentedText, list[Attachment]]:
    """Join the parts of a mail, a blank line between them, each segmented by itself."""
    text, segments, scrubbed = "", list[Segment](), list[Attachment]()
    for part in parts:
        known: tuple[Segment, ...] | None = None
        if part.html:
            html = read_html(part.text).segmented
            words, known = html.text, html.segments
        else:
            words = clean_text(part.text)
            scrubbed += _scrubbed(words)
        words = words.strip("\n") if known is None else words
        found = segment_mail(words, sender, known)
        if part.foreign:
            found = tuple(one.model_copy(update={"kind": SegmentKind.QUOTE}) for one in found)
        if not words:
            continue
        text += "\n\n" if text else ""
        segments += [
            Segment(kind=one.kind, start=one.start + len(text), end=one.end + len(text))
            for one in found
        ]
        text += words
    return SegmentedText(text, tuple(segments)), scrubbed


def _scrubbed(text: str) -> list[Attachment]:
    """Return the attachments that pipermail took out, by the marks it left."""
    found = []
    for part in _NEXT_PART.finditer(text) if " next part " in text else ():
        if _TOLD.match(part[1]):
            told = {key: clean_line(value) for key, value in _SCRUBBED.findall(part[1])}
            mimetype = "text/html" if "An HTML attachment" in part[1] else told.get("Type", "")
            found.append(Attachment(name=told.get("Name", ""), mimetype=mimetype))
    return found
