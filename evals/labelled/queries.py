"""Questions and the passages that answer them: from JSON lines, or from Stack Exchange dumps.

A folder holds `passages.jsonl`, one record a line:

    {"id": "p1", "text": "...", "title": "...", "field": "bread", "guide": "g1"}

and `queries.jsonl`:

    {"id": "q1", "text": "...", "relevant": ["p1"], "field": "bread", "more": "..."}

`title`, `field`, `guide` and `more` may be left out. All passages stand in one memory, those of a
field in a community of their own. `guide` holds passages together that belong together. `more` is
what somebody wrote beneath the question. A question belongs to the field it names, else
to that of the passages which answer it, and is foreign to all others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.sources.stackexchange import StackExchangeFormat
from memory.errors import UserInputError
from memory.index.protocols import Passage
from memory.records.base import stable_id
from memory.records.inquiry import Facet
from memory.records.talk import Message, MessageKind, Thread

ONE_FIELD = "memory"
"""Field of passages that name none."""
PASSAGES, QUERIES = "passages.jsonl", "queries.jsonl"
DUMPS = ("coffee.stackexchange", "beer.stackexchange")
_STRINGS = ("id", "text", "title", "field", "guide", "more")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, and the ids of the passages that answer it."""

    id: str
    text: str
    field: str
    relevant: tuple[str, ...]
    more: str = ""
    """What was written beneath it."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Passages of one or more fields, and questions to them."""

    passages: tuple[Passage, ...]
    queries: tuple[Query, ...]
    files: tuple[Path, ...]
    fields: Mapping[str, str]
    """Id of the community of each field by its name."""


def read_lookup(folder: Path) -> Lookup:
    """Read a folder in the format above, else the archives in `DUMPS` beneath it.

    Raises `UserInputError` naming the file and line that cannot be read, a passage that is not
    there, and a folder that holds no question with an answer.
    """
    found = _from_lines(folder) if (folder / QUERIES).exists() else _from_dumps(folder)
    if not any(query.relevant for query in found.queries):
        raise UserInputError(f"{str(folder)!r} holds no question that a passage answers")
    return found


def _from_lines(folder: Path) -> Lookup:
    rows = dict(_rows(folder / PASSAGES))
    passages = {key: _passage(**row) for key, row in rows.items()}
    queries = []
    for key, row in _rows(folder / QUERIES):
        relevant = row["relevant"]
        unknown = [one for one in relevant if one not in passages]
        if unknown:
            raise UserInputError(
                f"question {key!r} names passage {unknown[0]!r}, which is not in {PASSAGES!r}"
            )
        queries.append(
            Query(
                id=key,
                text=row["text"],
                field=row["field"] or (rows[relevant[0]]["field"] if relevant else ""),
                relevant=tuple(passages[one].id for one in relevant),
                more=row["more"],
            )
        )
    files = (folder / PASSAGES, folder / QUERIES)
    return _lookup(list(passages.values()), [row["field"] for row in rows.values()], queries, files)


def _lookup(
    passages: Sequence[Passage],
    fields: Sequence[str],
    queries: Sequence[Query],
    files: Sequence[Path],
) -> Lookup:
    named = {field: _community(field) for field in dict.fromkeys(fields)}
    return Lookup(tuple(passages), tuple(queries), tuple(files), named)


def _community(field: str) -> str:
    return stable_id("com", "lookup", field)


def _passage(id: str, text: str, title: str, field: str, guide: str, **_: object) -> Passage:  # noqa: A002 - the record's own key
    """A section of a guide: a passage that stood by itself would be a guide's summary."""
    return Passage(
        id=stable_id("pas", "lookup", field, id),
        guide_id=stable_id("gui", "lookup", field, guide or id),
        version=1,
        community_id=_community(field),
        facet=Facet.ACTION,
        title=title,
        text=text,
    )


def _rows(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[str] = set()
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"cannot read {str(file)!r}: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{str(file)!r} line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UserInputError(f"{where}: {error}") from error
        checked = _checked(row, where, asks=file.name == QUERIES)
        if checked["id"] in seen:
            raise UserInputError(f"{where}: the id {checked['id']!r} is used twice")
        seen.add(checked["id"])
        yield checked["id"], checked


def _checked(row: object, where: str, *, asks: bool) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise UserInputError(f"{where}: a record is a JSON object")
    found: dict[str, Any] = {key: row.get(key, "") for key in _STRINGS}
    for key, value in found.items():
        if not isinstance(value, str) or (key in {"id", "text"} and not value.strip()):
            raise UserInputError(f"{where}: {key!r} has to be a text, not {value!r}")
    relevant = row.get("relevant", [])
    if asks and not (isinstance(relevant, list) and all(isinstance(one, str) for one in relevant)):
        raise UserInputError(f"{where}: 'relevant' has to be a list of ids, not {relevant!r}")
    if not asks:
        found["field"] = found["field"] or ONE_FIELD
    return found | {"relevant": relevant}


def _from_dumps(folder: Path) -> Lookup:
    """Question titles to accepted answers; every answer is a passage, a thread's stay together."""
    passages: list[Passage] = []
    fields: list[str] = []
    queries: list[Query] = []
    files = []
    for name in DUMPS:
        path = folder / name
        if not path.exists():
            continue
        files.append(path / "Posts.xml")
        threads: dict[str, Thread] = {}
        bodies: dict[str, str] = {}
        by_message: dict[str, str] = {}
        for item in StackExchangeFormat().open(path, _community(name)).read():
            if isinstance(item, Thread) and (item.title or item.id not in threads):
                threads[item.id] = item
            elif isinstance(item, Message) and item.kind is MessageKind.QUESTION:
                bodies[item.thread_id] = item.text
            elif isinstance(item, Message) and item.kind is MessageKind.ANSWER:
                passage = _passage(item.id, item.text, "", name, item.thread_id)
                by_message[item.id] = passage.id
                passages.append(passage)
                fields.append(name)
        for thread in threads.values():
            answer = by_message.get(thread.accepted_message_id or "")
            queries.append(
                Query(
                    id=f"{name}/{thread.native_id}",
                    text=thread.title,
                    field=name,
                    relevant=(answer,) if answer else (),
                    more=bodies.get(thread.id, ""),
                )
            )
    if not files:
        raise UserInputError(
            f"{str(folder)!r} holds neither {QUERIES!r} and {PASSAGES!r} nor a folder {DUMPS[0]!r}"
        )
    return _lookup(passages, fields, queries, files)
