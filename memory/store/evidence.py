"""Keeps every text that evidence was cut from, so that an edit at the source rewrites no evidence.

In a stored row a span carries `cut_from`, the hash of the text version it was cut from; that
version stays in `evidence_texts` for ever. Reading checks the span against that very text again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from memory.errors import StoreError
from memory.records.talk import EvidenceSpan, Message
from memory.store import sqlite
from memory.store.codec import Codec, Row
from memory.store.connection import Link, batches
from memory.store.tables import evidence_texts, messages

MESSAGES = Codec(Message, messages, apart=frozenset({"signed_id"}))
_SPAN = frozenset({"message_id", "start", "end", "quote"})
_SEALED = _SPAN | {"cut_from"}


class EvidenceTexts:
    """Seals the spans in rows on their way in, and opens them on their way out."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def seal(self, rows: Sequence[Row]) -> list[Row]:
        """Check every span in `rows`, keep the texts they were cut from, and mark them with it.

        A span has to be the author's own words where it stands in the message as it is now, else
        to stand verbatim in an earlier text that is kept. Raises `StoreError` naming the message
        otherwise.
        """
        spans = [span for row in rows for span in _find(row, _SPAN)]
        if not spans:
            return list(rows)
        ids = sorted({span["message_id"] for span in spans})
        kept = self._kept(ids)
        present = self._present(ids)
        fresh: dict[tuple[str, str], str] = {}
        marks: dict[tuple[str, int, int, str], str] = {}
        for span in spans:
            text, is_kept = _text_of(span, kept, present)
            mark = text_hash(text)
            marks[_place(span)] = mark
            if not is_kept:
                fresh[span["message_id"], mark] = text
        self._link.run(
            sqlite.insert_new(evidence_texts),
            [
                {"message_id": message_id, "text_hash": mark, "text": text}
                for (message_id, mark), text in fresh.items()
            ],
        )
        return [
            _replace(row, _SPAN, lambda span: span | {"cut_from": marks[_place(span)]})
            for row in rows
        ]

    def open(self, rows: Iterable[Any]) -> list[Row]:
        """Return the rows with every sealed span as an `EvidenceSpan`, verified again."""
        plain = [dict(row) for row in rows]
        ids = sorted({span["message_id"] for row in plain for span in _find(row, _SEALED)})
        if not ids:
            return plain
        kept = self._kept(ids)
        return [_replace(row, _SEALED, lambda span: _verified(span, kept)) for row in plain]

    def _kept(self, message_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Per message: hash to text of the versions that evidence was cut from."""
        kept: dict[str, dict[str, str]] = {}
        for batch in batches(message_ids):
            statement = select(evidence_texts).where(evidence_texts.c.message_id.in_(batch))
            for row in self._link.rows(statement):
                kept.setdefault(row["message_id"], {})[row["text_hash"]] = row["text"]
        return kept

    def _present(self, message_ids: Sequence[str]) -> dict[str, Message]:
        found: dict[str, Message] = {}
        for batch in batches(message_ids):
            statement = MESSAGES.select().where(messages.c.id.in_(batch))
            for row in self._link.rows(statement):
                found[row["id"]] = MESSAGES.record(row)
        return found


def text_hash(text: str) -> str:
    """128 bits of BLAKE2b over the UTF-8 text, in hex."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _text_of(
    span: Row, kept: dict[str, dict[str, str]], present: dict[str, Message]
) -> tuple[str, bool]:
    """The text that holds `span`, and whether it is kept already. The present text comes first."""
    message_id, start, end, quote = _place(span)
    versions = kept.get(message_id, {})
    message = present.get(message_id)
    if message is not None and message.text[start:end] == quote and quote:
        is_kept = text_hash(message.text) in versions
        if message.is_own(start, end) and (is_kept or not message.deleted):
            return message.text, is_kept
        raise StoreError(f"{quote!r} in message {message_id!r} is not its author's own words")
    for text in versions.values():
        if text[start:end] == quote and quote:
            return text, True
    if message is None:
        raise StoreError(f"message {message_id!r} is not stored, so it cannot be evidence")
    raise StoreError(
        f"{quote!r} does not stand at {start}..{end} of message {message_id!r} as it is stored"
    )


def _verified(span: Row, kept: dict[str, dict[str, str]]) -> EvidenceSpan:
    text = kept.get(span["message_id"], {}).get(span["cut_from"])
    try:
        return EvidenceSpan.model_validate(
            {name: span[name] for name in _SPAN}, context={"texts": {span["message_id"]: text}}
        )
    except ValidationError as error:
        raise StoreError(
            f"evidence from message {span['message_id']!r} no longer matches the text kept of it;"
            " the database is damaged"
        ) from error


def _place(span: Row) -> tuple[str, int, int, str]:
    return span["message_id"], span["start"], span["end"], span["quote"]


def _find(part: Any, shape: frozenset[str]) -> Iterator[Row]:
    """Yield every mapping inside `part` whose keys are exactly `shape`."""
    if isinstance(part, dict):
        if part.keys() == shape:
            yield part
        else:
            for value in part.values():
                yield from _find(value, shape)
    elif isinstance(part, list):
        for value in part:
            yield from _find(value, shape)


def _replace(part: Any, shape: frozenset[str], change: Callable[[Row], Any]) -> Any:
    if isinstance(part, dict):
        if part.keys() == shape:
            return change(part)
        return {name: _replace(value, shape, change) for name, value in part.items()}
    if isinstance(part, list):
        return [_replace(value, shape, change) for value in part]
    return part
