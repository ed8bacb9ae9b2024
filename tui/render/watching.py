"""What a watcher tells, as lines for people and as JSON lines for programs; its health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.text import Text

from agent.services.watching_events import Told
from tui.render.safe import one_line
from tui.render.times import counted, said_time

if TYPE_CHECKING:
    from rich.console import RenderableType

    from agent.services.health import WatchHealth
    from agent.services.watching_events import WatchEvent

_SWEPT = (
    ("threads_judged", "thread", "read"),
    ("moments_found", "moment", "worth asking about"),
    ("inquiries_opened", "inquiry", "opened"),
    ("advanced", "inquiry", "moved on"),
    ("reminded", "expert", "reminded"),
    ("expired", "question", "closed for want of an answer"),
    ("indexed", "guide", "made searchable"),
)
_LATE = 3
"""Passes that a healthy watcher may be behind."""
_SLACK = timedelta(seconds=90)


def event_line(event: WatchEvent) -> str:
    """`09:31:04  talk.jsonl: 3 new, 1 changed`, safe to print."""
    return one_line(f"{event.at.astimezone():%H:%M:%S}  {_said(event)}")


def event_payload(event: WatchEvent) -> dict[str, Any]:
    """One event, without what it has nothing to say about."""
    told = {"path": event.path, "what": event.what, "why": event.why}
    return {
        "event": event.kind.value,
        "at": event.at.isoformat(),
        **{name: value for name, value in told.items() if value},
        **event.counts,
    }


def _said(event: WatchEvent) -> str:
    where = f"{event.path}: " if event.path else ""
    alone = event.path.endswith(f"/{event.what.partition(':')[0]}")
    inside = f"{event.what}: " if event.what and (not alone or ":" in event.what) else ""
    match event.kind:
        case Told.STARTED:
            said = f"following {counted(event.counts['paths'], 'path')}"
        case Told.IMPORTED:
            skipped = event.counts["skipped"]
            said = f"{where}{event.counts['added']:,} new, {event.counts['changed']:,} changed"
            said += f", {counted(skipped, 'record')} could not be read" if skipped else ""
        case Told.WAITING:
            said = f"{where}{inside}waits until {event.why} is whole"
        case Told.REPLACED:
            said = f"{where}is shorter than before, so all of it was read anew"
        case Told.UNREADABLE:
            said = f"warning: {where}{event.why}; it is tried again when it changes"
        case Told.SKIPPED:
            said = f"warning: {where}{inside}{event.why}"
        case Told.FAILED:
            said = f"warning: {where}{event.why}; it is tried again"
        case Told.SWEPT:
            said = _swept(event.counts)
        case Told.STOPPED:
            said = "stopped; what was read is kept"
    return said


def _swept(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{counted(counts[name], unit)} {done}" for name, unit, done in _SWEPT if counts.get(name)
    )


def watch_lines(health: WatchHealth, now: datetime) -> Sequence[RenderableType]:
    """How the watcher of a community fares."""
    state = health.state
    seen = f"last look {said_time(state.last_pass, now)}" if state.last_pass else "no look yet"
    if health.holder:
        host, pid = health.holder.split("/")[:2]
        standing = f"watching (process {pid} on {host}), {seen}"
        if is_late(health, now):
            standing += ", which is late"
    elif state.stopped_at is not None:
        standing = f"watching stopped {said_time(state.stopped_at, now)}"
    else:
        standing = f"the watcher ended without being told to, {seen}"
    lines = [Text(f"{one_line(health.community)}: {one_line(standing)}")]
    for path in state.followed:
        taken = counted(path.messages, "message")
        brought = f", last {said_time(path.changed_at, now)}" if path.changed_at else ""
        lines.append(Text(f"  {one_line(path.path)}: {taken} taken in{brought}"))
        lines += [Text(f"    not whole yet: {one_line(name)}") for name in path.waiting]
        if path.problem:
            lines.append(Text(f"    cannot be read: {one_line(path.problem)}"))
    lines += [Text(f"  left for the next sweep: {one_line(each)}") for each in state.failed]
    return lines


def is_late(health: WatchHealth, now: datetime) -> bool:
    """Whether a watcher that should be at work has not looked for several passes."""
    state = health.state
    behind = now - (state.last_pass or state.since)
    return behind > _LATE * timedelta(seconds=state.interval) + _SLACK


def watch_payload(health: WatchHealth, now: datetime) -> dict[str, Any]:
    """The same for programs."""
    return {
        "community": health.community,
        "holder": health.holder or None,
        "late": bool(health.holder) and is_late(health, now),
        **health.state.model_dump(mode="json"),
    }
