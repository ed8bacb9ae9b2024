"""Lists for people: short blocks that stay readable at 80 columns, whatever people wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from memory.records.decisions import LoggedDecision
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Question
from memory.records.people import Member, Role
from memory.records.talk import Thread
from tui.render.safe import one_line
from tui.render.times import counted, said_date, said_time

if TYPE_CHECKING:
    from agent.services.browsing import SeenMoment
    from agent.services.health import Check, CommunityStatus, HomeStatus

QUOTE_CELLS = 220
"""How much of a message a list shows: about three lines."""

GUIDE_STATUS: Mapping[GuideStatus, str] = {
    GuideStatus.DRAFT: "draft, waits for its authors",
    GuideStatus.CONFIRMED: "confirmed, waits for a steward",
    GuideStatus.PUBLISHED: "published",
    GuideStatus.REJECTED: "let go",
    GuideStatus.RETRACTED: "withdrawn",
    GuideStatus.SUPERSEDED: "replaced by another guide",
}
INQUIRY_STATUS: Mapping[str, str] = {
    "waiting_for_turn": "wait for their turn to ask",
    "waiting_for_answer": "wait for an answer",
    "waiting_for_confirmation": "wait for an expert's yes",
    "waiting_for_review": "wait for a steward",
    "published": "became a guide",
    "closed": "ended without a guide",
}


def shorten(text: str, cells: int) -> str:
    """`text` on one line of at most `cells` columns, wide characters counted as two."""
    line = one_line(text)
    if cell_len(line) <= cells:
        return line
    return set_cell_size(line, cells - 1).rstrip() + "\u2026"


def heading(text: str) -> Text:
    """A heading, told from the rest by its place and weight."""
    return Text(one_line(text), style="bold")


def indented(content: RenderableType, columns: int = 2) -> Padding:
    """`content` set in from the left."""
    return Padding(content, (0, 0, 0, columns))


def spaced(blocks: Iterable[Sequence[RenderableType]]) -> list[RenderableType]:
    """Blocks one after another, an empty line between two."""
    lines: list[RenderableType] = []
    for block in blocks:
        lines += [Text(), *block] if lines else block
    return lines


def set_in(text: str, width: int, columns: int) -> str:
    """`text` on lines of at most `width` cells, each set in by `columns`; safe to print."""
    wrapped = Text(one_line(text)).wrap(_wrapping(), max(1, width - columns), overflow="fold")
    return "\n".join(f"{' ' * columns}{line.plain.rstrip()}" for line in wrapped)


@lru_cache(maxsize=1)
def _wrapping() -> Console:
    """Only to wrap with: nothing is printed on it."""
    return Console(width=80, color_system=None, legacy_windows=False)


def hanging(mark: str, text: Text) -> Padding:
    """`text` after a mark such as `-` or `[1]`, its further lines set in below the first."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(mark, text)
    return indented(grid)


def place_of(thread: Thread) -> str:
    """Where a discussion is: its title, its channel, or both."""
    channel = f"#{thread.channel}" if thread.channel else ""
    title = f"\u201c{shorten(thread.title, 60)}\u201d" if thread.title.strip() else ""
    return " in ".join(part for part in (title, one_line(channel)) if part)


def moment_block(number: int, seen: SeenMoment, now: datetime) -> list[RenderableType]:
    """One moment: who, when and where, their words, and why it is worth asking about."""
    author = one_line(seen.author.name) if seen.author else "somebody"
    where = place_of(seen.thread)
    head = f"{number:>3}. {author}, {said_time(seen.message.sent_at, now)}"
    words = shorten(seen.message.own_words(), QUOTE_CELLS)
    reasons = "; ".join(one_line(reason) for reason in seen.moment.reasons) or "its score alone"
    return [
        Text.assemble((head, "bold"), f", {where}" if where else ""),
        indented(Text(f"\u201c{words}\u201d"), 5),
        indented(Text(f"worth {seen.moment.score:.2f}: {reasons}", style="dim"), 5),
    ]


def question_block(question: Question, thread: Thread, now: datetime) -> list[RenderableType]:
    """One open question in the inbox."""
    asked = said_time(question.delivered_at, now) if question.delivered_at else "not sent yet"
    minutes = "1 minute" if question.minutes <= 1 else f"{question.minutes:g} minutes"
    where = place_of(thread)
    notes = [f"asked {asked}", f"about {minutes}"]
    if question.reminded_at is not None:
        notes.append("a second and last notice")
    lines: list[RenderableType] = [
        Text.assemble((question.id, "bold"), f"  {', '.join(notes)}"),
        indented(Text(one_line(question.text))),
    ]
    if where:
        lines.append(indented(Text(f"from {where}", style="dim")))
    return lines


def guide_block(guide: Guide, now: datetime) -> list[RenderableType]:
    """One guide: its id to copy, its title, and where it stands."""
    state = GUIDE_STATUS[guide.status]
    if guide.published_at is not None and guide.status is GuideStatus.PUBLISHED:
        state = f"published {said_time(guide.published_at, now)}"
        if guide.review_by is not None:
            late = "review was due" if guide.review_by < now else "valid until"
            state += f", {late} {said_date(guide.review_by)}"
    return [
        Text.assemble((guide.id, "bold"), f"  {state}"),
        indented(Text(one_line(guide.current.title))),
    ]


def role_words(roles: Sequence[Role]) -> str:
    """Roles as people say them."""
    return ", ".join(role.value.replace("_", " ") for role in roles)


def members_table(members: Sequence[Member]) -> Table:
    """Members by handle. Being on the periphery is where everybody starts, so it goes unsaid."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("handle", overflow="fold", max_width=20)
    table.add_column("name", overflow="fold", max_width=22)
    table.add_column("title", overflow="fold", max_width=22)
    table.add_column("roles", overflow="fold")
    for member in members:
        roles = [role for role in member.roles if role is not Role.PERIPHERAL]
        table.add_row(
            Text(one_line(member.handle)),
            Text(one_line(member.name)),
            Text(shorten(member.title, 60)),
            Text("bot" if member.is_bot else role_words(roles)),
        )
    return table


def log_lines(lines: Sequence[LoggedDecision]) -> list[RenderableType]:
    """The decision log, oldest first: when and what, then on which record and by whom."""
    shown: list[RenderableType] = []
    for line in lines:
        what = line.action.value.replace("_", " ")
        reason = f": {line.reason.replace('_', ' ')}" if line.reason else ""
        for_whom = f" for {line.on_behalf_of}" if line.on_behalf_of else ""
        shown.append(Text.assemble(f"{line.at:%Y-%m-%d %H:%M}  ", (f"{what}{reason}", "bold")))
        shown.append(indented(Text(f"{line.subject}  by {line.actor}{for_whom}", style="dim"), 18))
    return shown


def status_blocks(status: HomeStatus, now: datetime) -> list[RenderableType]:
    """The home in words and numbers."""
    lines: list[RenderableType] = []
    for each in status.communities:
        lines += [*_community_lines(each), Text()]
    if not status.communities:
        lines += [Text("This home holds no community yet."), Text()]
    waiting = f"next due {said_time(status.next_due, now)}" if status.next_due else "nothing is due"
    if status.next_due is not None and status.next_due <= now:
        waiting = "something is due now"
    late = f"; {counted(status.unindexed, 'guide')} not searchable yet" if status.unindexed else ""
    lines.append(Text(f"{waiting[0].upper()}{waiting[1:]}{late}."))
    lines.append(Text(f"Home: {one_line(status.path)}", style="dim"))
    return lines


def _community_lines(status: CommunityStatus) -> list[RenderableType]:
    talk = ", ".join(
        (
            counted(status.messages, "message"),
            counted(status.threads, "thread"),
            counted(status.members, "member"),
        )
    )
    sample = "  (sample)" if status.community.sample else ""
    found = [counted(status.moments, "moment") + " worth asking about"]
    found.append(counted(status.open_questions, "open question"))
    lines: list[RenderableType] = [
        heading(f"{status.community.name}{sample}"),
        indented(Text(talk)),
        indented(Text(", ".join(found))),
    ]
    inquiries = [
        f"{number} {INQUIRY_STATUS.get(name, name)}"
        for name in INQUIRY_STATUS
        if (number := status.inquiries.get(name, 0))
    ]
    if inquiries:
        lines.append(indented(Text(f"inquiries: {'; '.join(inquiries)}")))
    guides = [
        f"{number} {GUIDE_STATUS[name]}"
        for name in GuideStatus
        if (number := status.guides.get(name.value, 0))
    ]
    if guides:
        lines.append(indented(Text(f"guides: {'; '.join(guides)}")))
    return lines


def checks_table(checks: Sequence[Check]) -> Table:
    """Checks of the home, failures with what to do; said in words, not by colour alone."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        verdict = Text("ok", style="green") if check.passed else Text("FAILED", style="bold red")
        advice = f"; {check.advice}" if check.advice and not check.passed else ""
        table.add_row(verdict, Text(check.name), Text(one_line(f"{check.found}{advice}")))
    return table
