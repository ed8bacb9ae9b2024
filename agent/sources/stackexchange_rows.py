"""Rows of a Stack Exchange dump: parsed safely, one at a time, into plain values."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from agent.sources.own_words import clean_line
from agent.sources.scanning import RawRecord
from agent.sources.stream import from_iso

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
_WHOLE_NUMBER = re.compile(r"-?\d{1,15}")
_TAG = re.compile(r"[^<>|]+")


class BadRowError(ValueError):
    """A row that cannot be read; the text says why."""


def parse_row(record: RawRecord) -> dict[str, str]:
    """Return the attributes of one row. Raises `BadRowError`.

    The row is parsed alone, without document type, entities or network. References to control
    characters, which dumps do contain and XML forbids, are dropped.
    """
    if record.raw is None:
        raise BadRowError(record.why)
    source = _CONTROL_REFERENCE.sub(b"", record.raw)
    if not source.endswith(b"/>"):
        source += b"</row>"
    try:
        element = etree.fromstring(source, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadRowError(f"broken XML: {str(error).split(', line')[0]}") from error
    return {str(name): str(value) for name, value in element.attrib.items()}


def number(row: dict[str, str], key: str) -> int:
    """Return the whole number under `key`; raises `BadRowError` where it is missing or none."""
    text = row.get(key, "").strip()
    if not _WHOLE_NUMBER.fullmatch(text):
        raise BadRowError(f"no {key}" if not text else f"{key} is not a number: {text[:40]!r}")
    return int(text)


def optional_number(row: dict[str, str], key: str) -> int | None:
    """Return the whole number under `key`, or None where there is none."""
    text = row.get(key, "").strip()
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def moment(row: dict[str, str], key: str) -> datetime:
    """Return the UTC time under `key`. Raises `BadRowError`."""
    text = row.get(key, "")
    try:
        return from_iso(text)
    except ValueError as error:
        raise BadRowError(
            f"no {key}" if not text else f"{key} is no time: {text[:40]!r}"
        ) from error


def optional_moment(row: dict[str, str], key: str) -> datetime | None:
    """Return the UTC time under `key`, or None where there is none."""
    return moment(row, key) if row.get(key) else None


def tags(row: dict[str, str]) -> tuple[str, ...]:
    """Return the tags, written `<a><b>` in old dumps and `|a|b|` in new ones."""
    found = (clean_line(tag) for tag in _TAG.findall(row.get("Tags", "")))
    return tuple(dict.fromkeys(tag for tag in found if tag))
