"""What becomes of single tables when somebody is forgotten; the walk over the rest is `erasure`."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text

from memory.records.decisions import Grant
from memory.records.keeping import ForgetMode
from memory.store.connection import BATCH, Link
from memory.store.erasure_names import NameMask, cover, cover_all
from memory.store.erasure_plan import ErasurePlan
from memory.store.erasure_words import QUOTED_RUN, Cleanser, covered_mark
from memory.store.evidence import text_hash

Row = dict[str, Any]
FORGOTTEN_SOURCE = "forgotten"
"""`source` of the record that stands in for somebody who was forgotten."""
_THEIRS_ALONE = ("bindings", "drafts", "desk_drafts", "badge_choices", "tandem_profiles")


def _run(link: Link, statement: str, **values: Any) -> int:
    return link.run(text(statement).bindparams(**values))


def _rows(link: Link, statement: str, **values: Any) -> list[Row]:
    return [dict(row) for row in link.rows(text(statement).bindparams(**values))]


def clean_people(link: Link, plan: ErasurePlan) -> None:
    """Put a nameless record in the person's place; what only they had a use for goes."""
    who = plan.member_id
    accounts = _rows(link, "SELECT account FROM bindings WHERE member_id = :who", who=who)
    for row in accounts:
        _run(
            link,
            "DELETE FROM grants WHERE account = :account AND community_id = :community",
            account=row["account"],
            community=plan.community_id,
        )
    _run(
        link,
        "DELETE FROM grants WHERE member_id = :who OR account = :as_member",
        who=who,
        as_member=Grant.to_member(who),
    )
    for table in _THEIRS_ALONE:
        _run(link, f"DELETE FROM {table} WHERE member_id = :who", who=who)  # noqa: S608  fixed
    _run(link, "DELETE FROM skill_words WHERE member_id = :who OR by_id = :who", who=who)
    _run(link, "UPDATE tandem_profiles SET reports_to = NULL WHERE reports_to = :who", who=who)
    found = _rows(link, "SELECT consent FROM members WHERE id = :who", who=who)
    if not found:
        return
    consent = json.loads(found[0]["consent"]) | {"opted_out_at": plan.at.isoformat()}
    _run(
        link,
        "UPDATE members SET id = :new, source = :source, native_id = :new, handle = :handle,"
        " name = :name, title = '', roles = '[\"peripheral\"]', consent = :consent,"
        " availability = '{}', timezone = NULL WHERE id = :who",
        new=plan.opaque_id,
        source=FORGOTTEN_SOURCE,
        handle=plan.opaque_id,
        name=plan.stand_in,
        consent=json.dumps(consent),
        who=who,
    )


def clean_words(link: Link, plan: ErasurePlan, cleanser: Cleanser) -> frozenset[str]:
    """Delete what the person said beside their messages; return titles of threads they began."""
    who = plan.member_id
    for table in ("feedback", "sentence_meanings"):
        _run(link, f"DELETE FROM {table} WHERE member_id = :who", who=who)  # noqa: S608  fixed
    _run(link, "DELETE FROM claims WHERE author_id = :who", who=who)
    _run(link, "UPDATE moments SET reasons = '[]' WHERE author_id = :who", who=who)
    _run(link, "UPDATE reviews SET comment = '' WHERE reviewer_id = :who", who=who)
    _drop_citing(link, cleanser)
    _cover_columns(link, "steward_acts", "by_id", ("comment",), who)
    _cover_columns(link, "stop_works", "stopped_by", ("because",), who)
    _cover_columns(link, "tandem_tasks", "proposed_by", ("title", "description", "link"), who)
    _cover_questions(link, plan, cleanser)
    return _untitle(link, plan)


def _drop_citing(link: Link, cleanser: Cleanser) -> None:
    """Claims and meanings that rest on the person's messages, whoever made them."""
    for row in _rows(link, "SELECT id, evidence FROM claims"):
        if any(span["message_id"] in cleanser.own for span in json.loads(row["evidence"])):
            _run(link, "DELETE FROM claims WHERE id = :id", id=row["id"])
    for row in _rows(link, "SELECT id, message_id FROM sentence_meanings"):
        if row["message_id"] in cleanser.own:
            _run(link, "DELETE FROM sentence_meanings WHERE id = :id", id=row["id"])


def _cover_columns(link: Link, table: str, by: str, columns: tuple[str, ...], who: str) -> None:
    names = ", ".join(columns)
    for row in _rows(link, f"SELECT id, {names} FROM {table} WHERE {by} = :who", who=who):  # noqa: S608  fixed
        for name in columns:
            _run(
                link,
                f"UPDATE {table} SET {name} = :text WHERE id = :id",  # noqa: S608  fixed
                text=cover_all(row[name]),
                id=row["id"],
            )


def _cover_questions(link: Link, plan: ErasurePlan, cleanser: Cleanser) -> None:
    """Cover the person's words where a question quotes them."""
    rows = _rows(
        link,
        "SELECT id, text, because, quote FROM questions WHERE community_id = :community",
        community=plan.community_id,
    )
    for row in rows:
        quote = json.loads(row["quote"])
        if quote["message_id"] not in cleanser.own:
            continue
        after = {
            name: row[name].replace(quote["quote"], cover_all(quote["quote"]))
            for name in ("text", "because")
        }
        if after["text"] != row["text"]:
            cleanser.asked[row["text"]] = after["text"]
        _run(
            link,
            "UPDATE questions SET text = :text, because = :because WHERE id = :id",
            id=row["id"],
            **after,
        )


def _untitle(link: Link, plan: ErasurePlan) -> frozenset[str]:
    """Take the titles of threads that the person began; return them, as they compare."""
    rows = _rows(
        link,
        "SELECT id, title FROM threads WHERE community_id = :community AND title <> '' AND :who ="
        " (SELECT author_id FROM messages WHERE thread_id = threads.id ORDER BY sent_at, id LIMIT"
        " 1)",
        community=plan.community_id,
        who=plan.member_id,
    )
    for row in rows:
        _run(link, "UPDATE threads SET title = '' WHERE id = :id", id=row["id"])
    return frozenset(" ".join(row["title"].split()).casefold() for row in rows)


_MESSAGE = (
    "SELECT rowid AS number, id, author_id, native_id, text, segments, mentions, attachments,"
    " origin FROM messages WHERE community_id = :community AND rowid > :last ORDER BY rowid"
    " LIMIT :most"
)


def clean_messages(link: Link, plan: ErasurePlan, cleanser: Cleanser, mask: NameMask) -> int:
    """Delete or mask the person's messages, and mask the person in everybody else's."""
    changed, last = 0, -1
    while True:
        rows = _rows(link, _MESSAGE, community=plan.community_id, last=last, most=BATCH)
        for row in rows:
            last = row.pop("number")
            after = _message(row, plan, cleanser, mask)
            fresh = {name: value for name, value in after.items() if row.get(name) != value}
            if not fresh:
                continue
            changed += 1
            values = ", ".join(f"{name} = :{name}" for name in fresh)
            _run(link, f"UPDATE messages SET {values} WHERE id = :id", id=row["id"], **fresh)  # noqa: S608  fixed
            if row["author_id"] != plan.member_id and "text" in fresh:
                _run(
                    link,
                    "INSERT OR IGNORE INTO masked_messages VALUES (:id)",
                    id=row["id"],
                )
        if len(rows) < BATCH:
            return changed


def _message(row: Row, plan: ErasurePlan, cleanser: Cleanser, mask: NameMask) -> Row:
    """The columns of a message as they are from now on."""
    nested = {n: cleanser.json(row[n]) for n in ("mentions", "attachments", "origin")}
    after: Row = {"native_id": cleanser.codes(row["native_id"]), **nested}
    theirs = row["author_id"] == plan.member_id
    if theirs:
        after["author_id"] = plan.opaque_id
    if theirs and plan.mode is ForgetMode.DELETE:
        blank = dict.fromkeys(("segments", "mentions", "attachments", "reactions"), "[]")
        return after | blank | {"text": "", "deleted": 1}
    segments = json.loads(row["segments"])
    places = mask.places(row["text"])
    if theirs:
        places += [(s["start"], s["end"]) for s in segments if s["kind"] == "signature"]
    if cleanser.runs is not None:
        places += cleanser.runs.places(row["text"])
        for segment in segments:
            if segment["kind"] == "quote":
                start, end = segment["start"], segment["end"]
                found = cleanser.runs.places(row["text"][start:end], QUOTED_RUN)
                places += [(start + a, start + b) for a, b in found]
    return after | {"text": cover(row["text"], sorted(places))}


def clean_evidence(link: Link, plan: ErasurePlan, cleanser: Cleanser, mask: NameMask) -> int:
    """Do to kept texts what was done to messages, and note in `cleanser` what they are now."""
    present = {
        row["id"]: row["text"]
        for row in _rows(
            link,
            "SELECT id, text FROM messages WHERE community_id = :community"
            " AND id IN (SELECT message_id FROM evidence_texts)",
            community=plan.community_id,
        )
    }
    changed = 0
    for row in _rows(link, "SELECT message_id, text_hash, text FROM evidence_texts"):
        message_id = row["message_id"]
        if message_id not in present:
            continue
        now = (
            covered_mark(row["text"])
            if _is_gone(plan, cleanser, message_id)
            else _kept(row["text"], present[message_id], cleanser, mask)
        )
        if now[1] == row["text_hash"]:
            continue
        changed += 1
        cleanser.texts[message_id, row["text_hash"]] = now
        where = "message_id = :id AND text_hash = :mark"
        old = {"id": message_id, "mark": row["text_hash"]}
        _run(link, f"DELETE FROM evidence_texts WHERE {where}", **old)  # noqa: S608  fixed
        _run(
            link,
            "INSERT OR IGNORE INTO evidence_texts (message_id, text_hash, text)"
            " VALUES (:id, :mark, :text)",
            id=message_id,
            mark=now[1],
            text=now[0],
        )
    return changed


def _is_gone(plan: ErasurePlan, cleanser: Cleanser, message_id: str) -> bool:
    return plan.mode is ForgetMode.DELETE and message_id in cleanser.own


def _kept(before: str, present: str, cleanser: Cleanser, mask: NameMask) -> tuple[str, str]:
    """A kept text with its masks: those of the message where it is the same text, else anew."""
    if len(present) == len(before) and _same_but_masks(before, present):
        return present, text_hash(present)
    places = mask.places(before)
    if cleanser.runs is not None:
        places += cleanser.runs.places(before)
    covered = cover(before, sorted(places))
    return covered, text_hash(covered)


def _same_but_masks(before: str, present: str) -> bool:
    masked = cover_all("x")
    return all(now in (was, masked) for was, now in zip(before, present, strict=True))
