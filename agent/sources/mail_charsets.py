"""Bytes of mail to text: charsets that are wrong, unknown or missing, and encoded header words."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re

from agent.sources.own_words import clean_line

_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "iso8859-9": "cp1254",
}
"""A declared charset to the wider one that such mail is in fact written in."""
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
LONGEST_HEADER = 16_000


def decode_bytes(raw: bytes, declared: str = "") -> str:
    """Decode by the declared charset if it fits, else as UTF-8, else as Windows Latin. Never fails.

    A declaration that fits only in parts is kept, its bad bytes as U+FFFD, if it is of a charset
    with more than one byte a character; a Latin one gives way to UTF-8 that fits.
    """
    name = _known(declared)
    for charset in (name, "utf-8"):
        try:
            if charset:
                return raw.decode(charset)
        except UnicodeError:
            continue
    if name and name not in {"utf-8", "cp1252"}:
        return raw.decode(name, "replace")
    return raw.decode("cp1252", "replace")


def _known(declared: str) -> str:
    """Return the codec to use for a declared charset, empty for none that is known."""
    try:
        name = codecs.lookup(declared.strip().strip("'\"")[:60]).name if declared else ""
        name = _WIDER.get(name, name)
        "".encode(name or "utf-8")
    except (LookupError, ValueError):
        return ""
    return "" if name.replace("-", "_") in _NO_CHARSETS else name


def decode_header(raw: str) -> str:
    """Return a header as one clean line; `raw` may hold bytes as surrogate escapes."""
    raw = raw[:LONGEST_HEADER]
    if any("\udc80" <= character <= "\udcff" for character in raw):
        raw = decode_bytes(raw.encode("utf-8", "surrogateescape"))
    joined = _BETWEEN_WORDS.sub(r"\1\2", raw)
    return clean_line(_ENCODED_WORD.sub(_word, joined), longest=LONGEST_HEADER)


def _word(found: re.Match[str]) -> str:
    charset, encoding, content = found.groups()
    source = content.encode("ascii", "ignore")
    try:
        if encoding in "bB":
            raw = base64.b64decode(source + b"=" * (-len(source) % 4))
        else:
            raw = quopri.decodestring(source, header=True)
    except (binascii.Error, ValueError):
        return found.group()
    return decode_bytes(raw, charset.partition("*")[0])
