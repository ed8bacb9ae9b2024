"""Everything that is known about one person, for that person to read and take along."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.journal import note
from agent.policy.governance import Deed
from agent.services.governing import check_here
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.people import Member
from prompts.keeping import load_keeping

INDEX = "index.md"
_REASON = re.compile(r"[^a-z0-9_.:-]+")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Portrait:
    """What was written, and where."""

    folder: Path
    records: Mapping[str, int]
    """How many of each kind."""


def write_portrait(
    work: Workplace, actor: Actor, member: Member, folder: Path, because: str = ""
) -> Portrait:
    """Write everything about `member` to a new folder: JSON by kind of record, and an index.

    The person may at any time, a steward with a reason, which the log keeps as a code. Raises
    `PermissionDeniedError` for anybody else, and `UserInputError` where the folder holds something.
    """
    with work.store.reading() as unit:
        check_here(unit, work, actor, Deed.SEE_TO, member.id)
    reason = _reason(actor, member, because)
    place = folder.expanduser().absolute()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise UserInputError(f"{str(place)!r} holds something already; name a new folder")
    with work.store.writing() as unit:
        now = work.clock.now()
        note(
            unit,
            now,
            member.community_id,
            Action.MEMBER_EXPORTED,
            member.id,
            **actor.logged(),
            reason=reason,
        )
    with work.store.reading() as unit:
        parts = [unit.people.handle(one.id) for one in member.handles]
        found = _together([unit.keeping.traces(one) for one in parts if one is not None])
    _write(place, found)
    return Portrait(place, {table: len(rows) for table, rows in found.items()})


def _together(parts: Sequence[Mapping[str, Sequence[Mapping[str, Any]]]]) -> Mapping[str, Any]:
    """What stands under each handle of a person, each row once."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for part in parts:
        for table, rows in part.items():
            kept = found.setdefault(table, [])
            kept += [row for row in rows if row not in kept]
    return found


def _reason(actor: Actor, member: Member, because: str) -> str:
    """The reason as the log keeps it. Raises `UserInputError` where a steward gives none."""
    if actor.member.id == member.id:
        return "own"
    reason = _REASON.sub("-", because.casefold()).strip("-")[:_LONGEST]
    if not reason:
        raise UserInputError("a steward says why, with --because: the log keeps the reason")
    return reason


def _write(place: Path, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write beside the place first, so that it holds all or nothing."""
    stage = place.with_name(f".{place.name}.part")
    words = load_keeping().portrait
    lines = ["# What is known about you", ""]
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        for table, rows in found.items():
            text = json.dumps(rows, ensure_ascii=False, indent=1, default=str)
            (stage / f"{table}.json").write_text(text + "\n", encoding="utf-8")
            told = words.get(table, table.replace("_", " "))
            lines.append(f"- [{table}.json]({table}.json): {told} ({len(rows):,})")
        (stage / INDEX).write_text("\n".join(lines) + "\n", encoding="utf-8")
        if place.exists():
            place.rmdir()
        stage.rename(place)
    except OSError as error:
        raise UserInputError(
            f"{str(place)!r} cannot be written: {error.strerror or error}"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
