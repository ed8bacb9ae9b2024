"""Mending a home: what is derived is made anew, what is dead is cleared away, nothing is invented.

Evidence, and what people said and decided, is only looked at. Where it is damaged the check says
so, and a backup is the way back.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.holders import process_gone
from agent.inquiry.wakes import plan_wake
from agent.journal import note
from agent.services.backup import STAGE as BACKUP_STAGE
from agent.services.backup import one_keeper_at_a_time
from agent.services.forgetting import ExportAgain, finish_forgetting, unfinished
from agent.services.forgetting_copies import STAGE as RESTORE_STAGE
from agent.services.health import Check, examine_home
from agent.services.recall import rebuild_memory
from agent.services.workplace import Workplace
from memory.clock import SystemClock
from memory.errors import PassdownError, StoreError
from memory.index.differences import differences
from memory.index.passages import passages_of
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.store import backup_examining as files
from memory.store.erasure_files import forget_places

Mend = Callable[[Workplace], str]
"""Does what it can, and says in words what it did."""
SHOWN = 3
WIDE = 0o077


@dataclass(frozen=True, slots=True)
class Repair:
    """What was mended."""

    name: str
    did: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, what was mended of it, and how things stand now."""

    checks: Sequence[Check]
    repairs: Sequence[Repair] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong now."""
        return all(check.passed for check in self.checks)


def examine(work: Workplace) -> Sequence[Check]:
    """Every check of a home, with what to do where one fails. Changes nothing."""
    checks = list(examine_home(work))
    for name, look, _, advice in _CHECKS:
        try:
            checks.append(Check(name, passed=True, found=look(work)))
        except (PassdownError, OSError) as error:
            checks.append(Check(name, passed=False, found=str(error), advice=advice))
    return checks


def repair(work: Workplace, export_again: ExportAgain) -> Examined:
    """Mend what can be derived or cleared away, and check again.

    Each repair is safe to be killed in, and safe to do again.
    """
    repairs: list[Repair] = []
    with one_keeper_at_a_time(work.home):
        failed = {check.name for check in examine(work) if not check.passed}
        for name, _, mend, _ in _CHECKS:
            if name in failed and mend is not None:
                repairs += _done(work, name, mend)
        if "forgetting" in failed:
            repairs += _done(work, "forgetting", lambda home: _finish(home, export_again))
        if failed & {"index", "passages", "forgetting"}:
            repairs += _done(work, "index", _rebuild)
        if repairs:
            with work.store.writing() as unit:
                now = work.clock.now()
                note(unit, now, None, Action.HOME_REPAIRED, "home", actor="account")
        return Examined(examine(work), repairs)


def _done(work: Workplace, name: str, mend: Mend) -> list[Repair]:
    """What a repair did; one that fails leaves its check failed, which says why."""
    try:
        return [Repair(name, mend(work))]
    except (PassdownError, OSError):
        return []


def _permissions(work: Workplace) -> str:
    wide = _wide(work)
    if wide:
        raise StoreError(f"others may read or write {_some([str(path) for path in wide])}")
    return "for this account alone"


def _wide(work: Workplace) -> list[Path]:
    """What others may open; settings are files of people, behind the closed door of the home."""
    home = work.home
    inside = (path for path in sorted(home.path.rglob("*")) if path not in home.settings)
    paths = (path for path in (home.path, *inside) if not path.is_symlink())
    return [path for path in paths if path.stat().st_mode & WIDE]


def _narrow(work: Workplace) -> str:
    wide = _wide(work)
    for path in wide:
        path.chmod(path.stat().st_mode & ~WIDE)
    return f"made {len(wide)} private"


def _references(work: Workplace) -> str:
    found = files.dangling(work.home.database)
    if found:
        told = [f"{one.rows} in {one.table}.{one.column} ({one.example!r})" for one in found]
        raise StoreError(f"records are named that are not there: {_some(told)}")
    return "every record that is named is there"


def _evidence(work: Workplace) -> str:
    """Open everything that rests on evidence, which checks each quotation against its text."""
    with work.store.reading() as unit:
        inquiries = unit.inquiries.inquiries()
        for inquiry in inquiries:
            unit.inquiries.coverage(inquiry.id)
            unit.inquiries.questions(inquiry.id)
            unit.guides.claims(inquiry.id)
        guides = unit.guides.guides()
        versions = sum(len(unit.guides.versions(guide.id)) for guide in guides)
    return f"every quotation of {len(inquiries)} inquiries and {versions} versions stands"


def _passages(work: Workplace) -> str:
    with work.store.reading() as unit:
        published = unit.guides.guides(statuses=[GuideStatus.PUBLISHED])
        behind = {guide_id for guide_id, _ in unit.guides.unindexed(1_000_000)}
    if behind:
        return "not compared: some guides wait for the next sweep"
    wanted = [passage for guide in published for passage in passages_of(guide, work.heading)]
    if not wanted and not work.home.index_dir.exists():
        return "none, and none are wanted"
    found = differences(work.home.index_dir, work.home.lock_dir, wanted)
    if found:
        raise StoreError(
            f"against the record {found.missing} are missing, {found.surplus} surplus, "
            f"{found.stale} stale, {found.unfindable} cannot be found"
        )
    return f"{len(wanted)}, as the record has them"


def _rebuild(work: Workplace) -> str:
    return f"built the index anew from the record: {rebuild_memory(work)} passages"


def _leases(work: Workplace) -> str:
    dead = _dead(work)
    if dead:
        raise StoreError(f"{len(dead)} are held by processes that are gone")
    return "none is held by a process that is gone"


def _dead(work: Workplace) -> list[files.Lease]:
    now = SystemClock().now()
    held = files.leases(work.home.database)
    return [one for one in held if one.until <= now or process_gone(one.holder)]


def _drop_leases(work: Workplace) -> str:
    dead = _dead(work)
    with work.store.writing() as unit:
        for one in dead:
            unit.inquiries.drop_lease(one.key, one.holder)
    return f"dropped {len(dead)}"


def _half_done(work: Workplace) -> str:
    idle = files.idle_inquiries(work.home.database)
    if idle:
        raise StoreError(f"nothing will ever move on {_some(list(idle))}")
    return "every open inquiry is planned for"


def _wake(work: Workplace) -> str:
    idle = files.idle_inquiries(work.home.database)
    with work.store.writing() as unit:
        for inquiry_id in idle:
            inquiry = unit.inquiries.inquiry(inquiry_id)
            if inquiry is not None:
                plan_wake(unit, inquiry.community_id, inquiry.id, work.clock.now())
    return f"the next sweep goes on with {len(idle)}"


def _places(work: Workplace) -> str:
    files.check_file(work.home.checkpoints)
    stray = files.stray_places(work.home.checkpoints, work.home.database)
    if stray:
        raise StoreError(f"places are kept of what is no open inquiry: {_some(list(stray))}")
    return "sound"


def _drop_places(work: Workplace) -> str:
    """Without a place an inquiry finds its own from the record."""
    try:
        files.check_file(work.home.checkpoints)
        stray = files.stray_places(work.home.checkpoints, work.home.database)
    except StoreError:
        files.put_aside(work.home.checkpoints)
        return "put the damaged file aside; inquiries find their place from the record"
    forget_places(work.home.checkpoints, stray)
    return f"dropped {len(stray)}"


def _ledger(work: Workplace) -> str:
    files.check_file(work.home.model_ledger)
    return "sound" if work.home.model_ledger.exists() else "no model was ever used"


def _leftovers(work: Workplace) -> str:
    found = [path.name for path in _stages(work) if path.exists()]
    if found:
        raise StoreError(f"a run that was killed left {_some(found)}")
    return "none"


def _stages(work: Workplace) -> tuple[Path, ...]:
    return tuple(work.home.path / name for name in (BACKUP_STAGE, RESTORE_STAGE))


def _sweep_stages(work: Workplace) -> str:
    found = [path for path in _stages(work) if path.exists()]
    for path in found:
        shutil.rmtree(path)
    return f"removed {_some([path.name for path in found])}"


def _forgetting(work: Workplace) -> str:
    begun = unfinished(work)
    if begun:
        raise StoreError(f"forgetting was cut short: {_some([one.id for one in begun])}")
    return "nobody is half forgotten"


def _finish(work: Workplace, export_again: ExportAgain) -> str:
    begun = unfinished(work)
    unreached = [
        place for one in begun for place in finish_forgetting(work, one, None, export_again)
    ]
    left = f"; not reached: {_some(unreached)}" if unreached else ""
    return f"finished {len(begun)}{left}"


def _some(names: Sequence[str]) -> str:
    """The first few, and how many there are beside."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


_REPAIR = "run `passdown doctor --repair`"
_RESTORE = "restore a backup; nothing here can be derived"
_CHECKS: tuple[tuple[str, Callable[[Workplace], str], Mend | None, str], ...] = (
    ("permissions", _permissions, _narrow, _REPAIR),
    ("leftovers", _leftovers, _sweep_stages, _REPAIR),
    ("references", _references, None, _RESTORE),
    ("evidence", _evidence, None, _RESTORE),
    ("leases", _leases, _drop_leases, _REPAIR),
    ("half done", _half_done, _wake, _REPAIR),
    ("places", _places, _drop_places, _REPAIR),
    ("model ledger", _ledger, None, "move model.sqlite away: budgets begin anew"),
    ("passages", _passages, None, _REPAIR),
    ("forgetting", _forgetting, None, _REPAIR),
)
"""Name, how it is looked at, how it is mended, and what to do. The last two need what came before,
and are mended by `repair` itself."""
