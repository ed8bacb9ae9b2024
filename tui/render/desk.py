"""The steward's queue as text: one line a guide, and in words why it is risky."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.cells import cell_len
from rich.text import Text

from agent.method.risk import Risk, RiskLevel
from agent.services.deciding import BulkApproval
from agent.services.desk import Desk, DeskRow, Order, Section
from tui.render.listing import shorten
from tui.render.safe import one_line
from tui.render.times import counted, said_date

SECTION_NAMES = {
    Section.WAITING: "Decide",
    Section.DUE: "Due",
    Section.QUESTIONED: "Questioned",
    Section.DISPUTED: "Disputed",
    Section.DRAFTS: "Experts",
    Section.PUBLISHED: "Published",
}
SECTION_EMPTY = {
    Section.WAITING: "Nothing waits for your decision.",
    Section.DUE: "No published guide is due for review.",
    Section.QUESTIONED: "Nothing calls a published guide into question.",
    Section.DISPUTED: "Nobody contradicts anybody.",
    Section.DRAFTS: "No draft waits for its authors.",
    Section.PUBLISHED: "Nothing is published yet.",
}
ORDER_NAMES = {
    Order.AGE: "oldest first",
    Order.RISK: "riskiest first",
    Order.COMPLETENESS: "least complete first",
    Order.TITLE: "by title",
}
RISK_STYLE = {RiskLevel.LOW: "", RiskLevel.SOME: "bold", RiskLevel.HIGH: "bold reverse"}
_WIDE = 100
"""Columns from which authors stand beside titles."""
_AUTHORS = 24
_NARROW = 44
"""Columns below which only risk and title are told."""


def sections_line(desk: Desk, chosen: Section, width: int) -> Text:
    """The sections with their keys and sizes; the chosen one between brackets."""
    parts = []
    for number, section in enumerate(desk.sections(), start=1):
        size = len(desk.listed(section))
        name = f"{number} {SECTION_NAMES[section]} ({size:,})"
        here = section is chosen
        parts.append(Text(f"[{name}]" if here else f" {name} ", style="bold" if here else ""))
    line = Text(" ").join(parts)
    if line.cell_len > width:
        line = next(part for part in parts if part.plain.startswith("["))
        line = Text.assemble("< ", line, " >")
    line.no_wrap = True
    return line


def row_heading(width: int, section: Section = Section.WAITING) -> Text:
    """What the columns of `row_line` are; of published guides the time is their review's."""
    if width < _NARROW:
        return Text("   risk  guide", style="dim", no_wrap=True)
    when = "review" if section in (Section.DUE, Section.PUBLISHED) else "since"
    line = f"   {'risk':<5} {when:>7} {'said':>5}  guide"
    if width >= _WIDE:
        line = f"{line:<{width - _AUTHORS}}authors"
    return Text(line, style="dim", no_wrap=True)


def row_line(
    row: DeskRow, width: int, now: datetime, *, marked: bool = False, here: bool = False
) -> Text:
    """One guide on one line of `width` columns. Mark and cursor are characters, not colours."""
    line = Text(f"{'>' if here else ' '}{'x' if marked else ' '} ", no_wrap=True)
    level = row.risk.level
    line.append(level.value, style=RISK_STYLE[level]).append(" " * (6 - len(level.value)))
    if width >= _NARROW:
        line.append(f"{age(row.since, now):>7} {row.completeness:>5.0%}  ")
    who = shorten(", ".join(row.authors), _AUTHORS - 1) if width >= _WIDE else ""
    room = width - line.cell_len - (_AUTHORS if who else 0)
    title = shorten(_title(row), max(1, room - bool(who)))
    line.append(title)
    if who:
        line.append(" " * (width - _AUTHORS - line.cell_len))
        line.append(who)
    return line


def _title(row: DeskRow) -> str:
    """The title, and before it to whom it was put or for whom it waits."""
    if row.put_by:
        return f"(from {row.put_by}) {row.title}"
    if row.put_to:
        return f"(with {row.put_to}) {row.title}"
    return row.title


def age(since: datetime, now: datetime) -> str:
    """How long ago, or in how long, in at most seven columns: `5 h`, `12 d`, `in 80 d`."""
    ahead = since > now
    distance = abs(now - since)
    if distance >= timedelta(days=1):
        told = f"{min(distance.days, 9999)} d"
    elif distance >= timedelta(hours=1):
        told = f"{distance // timedelta(hours=1)} h"
    else:
        told = f"{distance // timedelta(minutes=1)} min"
    return f"in {told}" if ahead else told


def row_reasons(row: DeskRow, width: int) -> Text:
    """Why the guide under the cursor stands where it does: put by whom, its risk, for whom."""
    parts = [risk_words(row.risk)]
    if row.put_by:
        parts.insert(0, f"{row.put_by} put it to you: \u201c{row.put_why}\u201d")
    elif row.put_to:
        parts.insert(0, f"put to {row.put_to}: \u201c{row.put_why}\u201d")
    if row.waits_for:
        parts.insert(0, f"waits for the yes of {', '.join(row.waits_for)}")
    if row.section is Section.DUE:
        parts.insert(0, f"review was due {said_date(row.since)}")
    parts = [*row.questioned, *parts]
    by = f"by {', '.join(row.authors)}"
    return Text(shorten("; ".join((*parts, by)), width * 2), overflow="fold")


def risk_words(risk: Risk) -> str:
    """`high risk: carries a command or code; carries numbers`."""
    reasons = "; ".join(reason.words for reason in risk.reasons)
    return f"{risk.level.value} risk: {reasons}" if reasons else f"{risk.level.value} risk"


def refused_text(desk: Desk) -> Text:
    """What somebody who is no steward reads here, and what they can do instead."""
    text = Text("The desk is for stewards: they decide what is published.\n\n", style="bold")
    if desk.stewards:
        names = ", ".join(one_line(name) for name in desk.stewards)
        text.append(f"Stewards here: {names}.\n\n", style="not bold")
    else:
        text.append("Nobody is a steward here yet.\n\n", style="not bold")
    text.append(
        "What you can do: answer what is asked of you (F2), confirm and correct your own words "
        "(F3), read and ask (F6).\nTo become one, ask a coordinator or a steward for "
        "`passdown role HANDLE steward`.",
        style="not bold",
    )
    return text


def bulk_words(done: BulkApproval) -> str:
    """What became of several guides: how many are approved, and each that was left and why."""
    lines = [f"{counted(len(done.approved), 'guide')} approved."]
    if done.voted:
        lines.append(f"Your vote counts on {counted(len(done.voted), 'guide')}; others vote too.")
    if done.left:
        lines.append(f"{counted(len(done.left), 'guide')} left to look at:")
        lines += [f"- {shorten(left.guide.current.title, 50)}: {left.why}" for left in done.left]
    return "\n".join(lines)


def desk_note(desk: Desk, shown: int, section: Section, order: Order, wanted: str) -> str:
    """How many are shown of how many, in which order, and what is not for this steward."""
    size = len(desk.listed(section))
    if not size:
        told = SECTION_EMPTY[section]
    elif wanted:
        told = f"{shown:,} of {counted(size, 'guide')} for \u201c{one_line(wanted)}\u201d"
    else:
        told = counted(size, "guide")
    told += f", {ORDER_NAMES[order]}" if size else ""
    if section is Section.WAITING and desk.own_words:
        told += f"; {counted(desk.own_words, 'guide')} of your own words alone, not yours to decide"
    return told


def fits(text: str, width: int) -> bool:
    """Whether a line fits."""
    return cell_len(text) <= width


def titles_line(titles: Sequence[str], width: int) -> str:
    """Several titles in as much room as there is."""
    first = f"\u201c{one_line(titles[0])}\u201d" if titles else ""
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"{shorten(first, max(8, width - len(more)))}{more}"
