"""Taking one person out of every table, in one transaction.

The walk goes by the schema as it is in the file, not by a list: a table or column that nobody
thought of here is searched like any other. Rows of other communities are left as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import text

from memory.records.keeping import ForgetMode
from memory.store.connection import BATCH, Link
from memory.store.erasure_names import NameMask
from memory.store.erasure_plan import ErasurePlan
from memory.store.erasure_rows import clean_evidence, clean_messages, clean_people, clean_words
from memory.store.erasure_words import Cleanser, WordRuns

OF_FORGETTING = frozenset({"erasure_keys", "forgotten", "masked_messages", "copies"})
"""Tables that hold no name by construction."""
DONE_BEFORE = frozenset({"messages", "evidence_texts", "guide_versions", "members"})
CODES = frozenset(
    {"kind", "status", "state", "template", "reason", "action", "actor", "key", "holder"}
    | {"version_num", "facet", "scope", "level"}
)
"""Columns of fixed words or keys, in which only ids are replaced."""
COMMUNITY_BY_PARENT = {
    "coverage": ("inquiry_id", "inquiries"),
    "guide_versions": ("guide_id", "guides"),
    "evidence_texts": ("message_id", "messages"),
}
Row = dict[str, Any]


def erase(link: Link, plan: ErasurePlan) -> int:
    """Carry out `plan`; return how many rows of the walk were changed. Twice changes nothing."""
    mask = NameMask(plan.secret, plan.names)
    own = [
        (row["id"], row["text"])
        for row in link.rows(
            text(
                "SELECT id, text FROM messages WHERE author_id = :who AND community_id = :community"
            ).bindparams(who=plan.member_id, community=plan.community_id)
        )
    ]
    ids = frozenset(message_id for message_id, _ in own)
    deletes = plan.mode is ForgetMode.DELETE
    runs = WordRuns([*(said for _, said in own), *_kept_texts(link, ids)]) if deletes else None
    cleanser = Cleanser(plan.member_id, plan.opaque_id, mask, own_messages=ids, runs=runs)
    titles = clean_words(link, plan, cleanser) if deletes else frozenset[str]()
    clean_people(link, plan)
    changed = clean_messages(link, plan, cleanser, mask)
    changed += clean_evidence(link, plan, cleanser, mask)
    changed += _walk(link, plan, "questions", cleanser)
    changed += _versions(link, plan, cleanser, titles)
    for table in _tables(link):
        if table not in DONE_BEFORE | OF_FORGETTING:
            changed += _walk(link, plan, table, cleanser)
    return changed


def _kept_texts(link: Link, ids: frozenset[str]) -> list[str]:
    rows = link.rows(text("SELECT message_id, text FROM evidence_texts"))
    return [row["text"] for row in rows if row["message_id"] in ids]


def _tables(link: Link) -> list[str]:
    rows = link.rows(
        text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    )
    return [str(row["name"]) for row in rows]


def _columns(link: Link, table: str) -> dict[str, str]:
    """Columns of text and their declared types."""
    rows = link.rows(text(f'PRAGMA table_info("{table}")'))
    kinds = {str(row["name"]): str(row["type"]).upper() for row in rows}
    return {name: kind for name, kind in kinds.items() if not kind.startswith(("INT", "BIG", "FL"))}


def _walk(link: Link, plan: ErasurePlan, table: str, cleanser: Cleanser) -> int:
    columns = _columns(link, table)
    ways = {name: _way(table, name, kind, cleanser) for name, kind in columns.items()}

    def clean(row: Row) -> Row:
        return {
            name: ways[name](value) if isinstance(value, str) else value
            for name, value in row.items()
        }

    return change_rows(link, plan, table, list(columns), clean)


def _way(table: str, name: str, kind: str, cleanser: Cleanser) -> Callable[[str], str]:
    if kind == "JSON":
        return cleanser.json
    if name in CODES or (name == "source" and table == "threads"):
        return cleanser.codes
    return cleanser.string


def _versions(link: Link, plan: ErasurePlan, cleanser: Cleanser, titles: frozenset[str]) -> int:
    columns = _columns(link, "guide_versions")
    nested = [name for name, kind in columns.items() if kind == "JSON"]

    def clean(row: Row) -> Row:
        opened = {n: json.loads(v) if n in nested and v is not None else v for n, v in row.items()}
        after = cleanser.version(opened, titles)
        return {
            name: row[name] if after[name] == opened[name] else _stored(after[name], name in nested)
            for name in row
        }

    return change_rows(link, plan, "guide_versions", list(columns), clean)


def _stored(value: Any, is_nested: bool) -> Any:
    if not is_nested:
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def change_rows(
    link: Link,
    plan: ErasurePlan,
    table: str,
    columns: Sequence[str],
    clean: Callable[[Row], Row],
) -> int:
    """Put `clean(row)` in the place of every row of the community; return how many differ."""
    changed = 0
    for number, row in _rows(link, plan, table, columns):
        after = clean(row)
        fresh = {name: value for name, value in after.items() if value != row[name]}
        if fresh:
            places = ", ".join(f'"{name}" = :v_{name}' for name in fresh)
            values = {f"v_{name}": value for name, value in fresh.items()}
            statement = text(f'UPDATE "{table}" SET {places} WHERE rowid = :r_o_w')  # noqa: S608  names of the schema
            link.run(statement.bindparams(**values, r_o_w=number))
            changed += 1
    return changed


def _rows(
    link: Link, plan: ErasurePlan, table: str, columns: Sequence[str]
) -> Iterator[tuple[int, Row]]:
    """Rows of the community with their numbers, some hundred in memory at a time."""
    names = ", ".join(f'"{name}"' for name in columns)
    where = _of_community(link, table)
    last = -1
    while columns:
        found = link.rows(
            text(
                f'SELECT rowid AS r_o_w, {names} FROM "{table}" WHERE rowid > :last AND {where} '  # noqa: S608  names of the schema
                f"AND :community = :community ORDER BY rowid LIMIT {BATCH}"
            ).bindparams(last=last, community=plan.community_id)
        )
        for row in found:
            yield int(row["r_o_w"]), {name: row[name] for name in columns}
        if len(found) < BATCH:
            return
        last = int(found[-1]["r_o_w"])


def _of_community(link: Link, table: str) -> str:
    """The condition that a row is of the community; what is of none is looked at as well."""
    names = {str(row["name"]) for row in link.rows(text(f'PRAGMA table_info("{table}")'))}
    if "community_id" in names:
        return "(community_id IS NULL OR community_id = :community)"
    if table in COMMUNITY_BY_PARENT:
        column, parent = COMMUNITY_BY_PARENT[table]
        return f"{column} NOT IN (SELECT id FROM {parent} WHERE community_id <> :community)"  # noqa: S608  fixed
    return "1" if table != "communities" else "id = :community"
