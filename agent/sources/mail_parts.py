"""One mail to its headers, its text parts and marks for its attachments.

The modern policy of `email` parses addresses and dates as soon as a header is looked at, slowly
and with errors of many kinds on what real archives hold; so headers stay as they were sent, and
are decoded where they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy

from agent.sources.mail_charsets import decode_bytes, decode_header
from agent.sources.own_words import clean_line
from memory.records.talk import Attachment

MOST_PARTS = 500
DEEPEST = 20
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature"})


class _AsSent(EmailPolicy):
    """The modern policy, but for headers: they come out as they were sent."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002  the base names both
        return str(value)


_PARSER = BytesParser(policy=_AsSent(message_factory=EmailMessage))


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of a mail's text."""

    text: str
    html: bool = False
    foreign: bool = False
    """Of a forwarded mail, or of parts whose bounds are lost: nobody can tell whose words."""


@dataclass(slots=True)
class Mail:
    """A mail as it was sent, taken apart."""

    headers: dict[str, list[str]]
    """Lower-case name to the values as sent."""
    parts: list[TextPart] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def header(self, *names: str) -> str:
        """Return the first of these headers as one clean line, or an empty one."""
        return next((text for name in names if (text := self._line(name))), "")

    def _line(self, name: str) -> str:
        return next((t for raw in self.headers.get(name, ()) if (t := decode_header(raw))), "")


def read_mail(raw: bytes) -> Mail:
    """Take a mail apart. Raises `ValueError` where there are no headers or no end of parts."""
    try:
        parsed = _PARSER.parsebytes(raw)
    except (MessageError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"a mail that cannot be taken apart: {error}") from error
    headers: dict[str, list[str]] = {}
    for name, value in parsed.raw_items():
        headers.setdefault(str(name).lower(), []).append(str(value))
    if not headers:
        raise ValueError("a mail without headers")
    mail = Mail(headers)
    for count, (part, forwarded) in enumerate(_leaves(parsed)):
        if count >= MOST_PARTS:
            raise ValueError(f"a mail of more than {MOST_PARTS} parts")
        _take(mail, part, forwarded=forwarded)
    return mail


def _leaves(
    parsed: Message, *, forwarded: bool = False, depth: int = 0
) -> Iterator[tuple[Message, bool]]:
    """Yield the parts that hold something, of alternatives only the plainest that is not empty."""
    if depth > DEEPEST:
        raise ValueError(f"parts within parts, {DEEPEST} deep")
    below = parsed.get_payload() if parsed.is_multipart() else None
    if not isinstance(below, list):
        yield parsed, forwarded
        return
    parts = [part for part in below if isinstance(part, Message)]
    if parsed.get_content_type() == "multipart/alternative":
        parts = [_plainest(parts)] if parts else []
    inside = forwarded or parsed.get_content_maintype() == "message"
    if inside and not forwarded:
        yield parsed, True
    for part in parts:
        yield from _leaves(part, forwarded=inside, depth=depth + 1)


def _plainest(parts: list[Message]) -> Message:
    for part in parts:
        if part.get_content_type() == "text/plain" and _text(part).strip():
            return part
    for part in parts:
        if part.get_content_type() == "text/html" or part.is_multipart():
            return part
    return parts[0]


def _take(mail: Mail, part: Message, *, forwarded: bool) -> None:
    kind = part.get_content_type()
    if part.is_multipart():
        mail.attachments.append(Attachment(name="forwarded message", mimetype=kind))
    elif kind in {"text/plain", "text/html"} and not _is_file(part):
        mail.parts.append(TextPart(_text(part), html=kind == "text/html", foreign=forwarded))
    elif kind.startswith("multipart/"):
        mail.parts.append(TextPart(_text(part), foreign=True))
    elif kind not in _SIGNATURES and not forwarded:
        mail.attachments.append(Attachment(name=_file_name(part), mimetype=clean_line(kind)))


def _is_file(part: Message) -> bool:
    disposition = str(part.get("content-disposition", "")).strip().lower()
    return disposition.startswith("attachment") or (bool(disposition) and _file_name(part) != "")


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename("")
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""
    return clean_line(decode_header(str(name)))


def _text(part: Message) -> str:
    """Return the text of a part, by its charset or by what fits."""
    try:
        raw = part.get_payload(decode=True)
        charset = part.get_content_charset("")
    except (ValueError, LookupError, TypeError, AttributeError):
        raw, charset = part.get_payload(), ""
    if isinstance(raw, str):
        raw = raw.encode("utf-8", "surrogateescape")
    return decode_bytes(raw, str(charset or "")) if isinstance(raw, bytes) else ""
