"""The pulse in words and numbers: no name but that of who pressed the pause button."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from agent.services.pulse import Act, Coming, Done, Pulse
from memory.records.inquiry import DueKind, InquiryStatus
from memory.records.pause import Pause
from tui.render.blocks import Block
from tui.render.listing import hanging, heading, indented
from tui.render.safe import one_line
from tui.render.times import counted, said_date

DONE_SHOWN = 12
COMING_SHOWN = 8
_DONE: Mapping[Act, tuple[str, str]] = {
    Act.ASKED: ("asked", "question"),
    Act.REMINDED: ("reminded of", "question"),
    Act.ANSWERED: ("took in", "answer"),
    Act.DRAFTED: ("drafted", "guide"),
    Act.PUBLISHED: ("published", "guide"),
    Act.LET_GO: ("let go of", "thing"),
}
_COUNTED: Mapping[Act, str] = {
    Act.ASKED: "asked",
    Act.REMINDED: "reminded",
    Act.ANSWERED: "answered",
    Act.DRAFTED: "drafted",
    Act.PUBLISHED: "published",
    Act.LET_GO: "let go",
}
_COMING: Mapping[DueKind, tuple[str, str]] = {
    DueKind.TRY_TO_ASK: ("see whether it may ask in", "inquiry"),
    DueKind.REMIND: ("remind of", "question"),
    DueKind.EXPIRE: ("let go of", "question"),
    DueKind.RESUME: ("carry on with", "inquiry"),
}
_STATES: Mapping[InquiryStatus, str] = {
    InquiryStatus.WAITING_FOR_TURN: "waiting for a turn to ask",
    InquiryStatus.WAITING_FOR_ANSWER: "waiting for an answer",
    InquiryStatus.WAITING_FOR_CONFIRMATION: "waiting for their authors' yes",
    InquiryStatus.WAITING_FOR_REVIEW: "waiting for a steward",
}


def pause_words(pause: Pause, zone: str, now: datetime) -> str:
    """`paused through Sat 8 Mar`, `paused until 14:05`, or until somebody resumes it."""
    if pause.until is None:
        return "paused until somebody resumes it"
    last = _last_day(pause.until, zone)
    if last is not None:
        return f"paused through {last:%a} {last.day} {last:%b}"
    return f"paused until {said_clock(pause.until, zone, now)}"


def _last_day(until: datetime, zone: str) -> datetime | None:
    """The last day of a pause that ends with a day in `zone`."""
    local = until.astimezone(ZoneInfo(zone))
    ends_with_day = (local.hour, local.minute) == (0, 0)
    return local - timedelta(days=1) if ends_with_day else None


def said_clock(at: datetime, zone: str, now: datetime) -> str:
    """The time in `zone`: `14:05` today, else with its day: `Sun 9 Mar, 14:05`."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return clock
    year = f" {local.year}" if abs(local.date() - today) > timedelta(days=180) else ""
    return f"{local:%a} {local.day} {local:%b}{year}, {clock}"


def pulse_blocks(pulse: Pulse) -> list[RenderableType]:
    """Pause, today, what comes next, budget, open inquiries."""
    blocks: list[RenderableType] = []
    if pulse.pause is not None:
        blocks += [*_pause_block(pulse), Text()]
    blocks += [heading(f"Today, {_today(pulse)}"), *map(indented, _done_lines(pulse)), Text()]
    blocks += [heading("Next"), *map(indented, _coming_lines(pulse)), Text()]
    blocks += [heading("Questions this week"), indented(Text(budget_words(pulse))), Text()]
    blocks += [heading("Open inquiries"), *map(indented, _state_lines(pulse))]
    return blocks


def status_lines(pulse: Pulse) -> list[RenderableType]:
    """The pulse in a few lines, for a terminal that shows other things too."""
    lines: list[RenderableType] = [Text(), heading(f"The agent in {pulse.community.name}")]
    if pulse.pause is not None:
        words = pause_words(pulse.pause, pulse.zone, pulse.now)
        lines.append(indented(Text(words[0].upper() + words[1:], style="bold")))
    counts = [f"{word} {pulse.number(act)}" for act, word in _COUNTED.items()]
    lines.append(indented(Text(f"today: {', '.join(counts)}")))
    lines.append(indented(Text(f"questions this week: {budget_words(pulse)}")))
    return lines


def budget_words(pulse: Pulse) -> str:
    """What was asked in seven days and what the policy allows, for the community as a whole."""
    budget = pulse.budget
    each = f"at most {budget.per_person} a person"
    people = {1: "1 person"}.get(budget.people, f"{budget.people:,} people")
    return f"{budget.asked:,} of {budget.allowed:,} allowed ({each}, {people} who may be asked)"


def _pause_block(pulse: Pulse) -> Iterator[RenderableType]:
    if pulse.pause is None:
        return
    words = pause_words(pulse.pause, pulse.zone, pulse.now)
    since = said_clock(pulse.pause.since, pulse.zone, pulse.now)
    yield Text(f"The agent is {words}.", style="bold reverse")
    by = f" by {one_line(pulse.paused_by)}" if pulse.paused_by else ""
    yield Text(f"Since {since}{by}. It asks, sends and reminds of nothing; answers are taken.")


def _today(pulse: Pulse) -> str:
    local = pulse.now.astimezone(ZoneInfo(pulse.zone))
    return f"{said_date(local)} ({pulse.zone})"


def _done_lines(pulse: Pulse) -> Iterator[RenderableType]:
    """Counts of the day, then the newest acts with their times."""
    counts = [f"{word} {pulse.number(act)}" for act, word in _COUNTED.items()]
    yield Text(" \u00b7 ".join(counts))
    shown = pulse.today[-DONE_SHOWN:]
    earlier = len(pulse.today) - len(shown)
    if earlier:
        yield Text(f"{earlier:,} earlier", style="dim")
    for done in shown:
        clock = said_clock(done.at, pulse.zone, pulse.now)
        yield hanging(clock, Text(_done_words(done)))


def _done_words(done: Done) -> str:
    if done.act is Act.PAUSED:
        return "was paused"
    if done.act is Act.RESUMED:
        return "was resumed"
    verb, unit = _DONE[done.act]
    if done.title:
        return f"{verb} \u201c{one_line(done.title)}\u201d"
    if done.act is Act.LET_GO:
        return "let go of what nobody answered, or what came to nothing" + (
            f" ({done.number})" if done.number > 1 else ""
        )
    return f"{verb} {counted(done.number, unit)}"


def _coming_lines(pulse: Pulse) -> Iterator[RenderableType]:
    if not pulse.coming:
        yield Text("Nothing is planned; a sweep looks for what is new.")
        return
    for coming in pulse.coming[:COMING_SHOWN]:
        yield hanging(_when(coming, pulse), Text(_coming_words(coming)))
    later = sum(coming.number for coming in pulse.coming[COMING_SHOWN:])
    if later:
        yield Text(f"{later:,} more later", style="dim")


def _when(coming: Coming, pulse: Pulse) -> str:
    if coming.at > pulse.now:
        return said_clock(coming.at, pulse.zone, pulse.now)
    return "after the pause" if pulse.pause is not None else "now, with the next sweep"


def _coming_words(coming: Coming) -> str:
    verb, unit = _COMING.get(coming.kind, ("look at", "thing"))
    words = f"{verb} {counted(coming.number, 'draft' if coming.of_drafts else unit)}"
    return f"{words}, if nobody has answered" if coming.kind is DueKind.EXPIRE else words


def _state_lines(pulse: Pulse) -> Iterator[RenderableType]:
    known = [(n, words) for state, words in _STATES.items() if (n := pulse.inquiries.get(state, 0))]
    if not known:
        yield Text("none")
    width = max((len(f"{number:,}") for number, _ in known), default=0)
    for number, words in known:
        yield Text(f"{number:>{width},} {words}")
    if pulse.questions_open:
        yield Text(f"{counted(pulse.questions_open, 'question')} open in all", style="dim")


def pulse_payload(pulse: Pulse) -> dict[str, Any]:
    """The pulse for programs: the same counts, times in UTC."""
    pause = pulse.pause
    return {
        "timezone": pulse.zone,
        "paused": None
        if pause is None
        else {
            "since": pause.since.isoformat(),
            "until": pause.until.isoformat() if pause.until else None,
        },
        "today": {act.value: pulse.number(act) for act in Act},
        "next": [
            {
                "at": coming.at.isoformat(),
                "kind": coming.kind.value,
                "number": coming.number,
                "drafts": coming.of_drafts,
            }
            for coming in pulse.coming
        ],
        "questions_this_week": pulse.budget.asked,
        "questions_allowed_a_week": pulse.budget.allowed,
        "inquiries": {state.value: pulse.inquiries.get(state, 0) for state in _STATES},
        "questions_open": pulse.questions_open,
    }


def pause_notice(pause: Pause, zone: str, now: datetime) -> str:
    """The pause in a word or four, for the top line: `PAUSED through 24 Dec`."""
    if pause.until is None:
        return "PAUSED"
    last = _last_day(pause.until, zone)
    if last is not None:
        return f"PAUSED through {last.day} {last:%b}"
    local, today = pause.until.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    when = f"{local:%H:%M}" if local.date() == today else f"{local.day} {local:%b}"
    return f"PAUSED until {when}"


def pulse_keyed(blocks: list[RenderableType]) -> list[Block]:
    """The blocks for a screen; nothing in a pulse leads anywhere, so none has a key."""
    return [Block(block) for block in blocks]
