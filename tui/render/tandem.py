"""Tandems as text and as JSON: one line in a list, a whole card, tasks, and what is in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from agent.services.tandem_board import Board, BoardRow, Part
from agent.services.tandem_cards import CardLine, TandemCard
from agent.services.tandem_suggesting import Suggested
from memory.records.tandem import Tandem, TandemProfile, TandemState, TandemTask
from tui.render.safe import one_line, visible

STATES: Mapping[TandemState, str] = {
    TandemState.SUGGESTED: "offered",
    TandemState.PICKED: "waits for the senior",
    TandemState.RUNNING: "running",
    TandemState.REVIEWED: "reviewed",
    TandemState.DECLINED: "declined",
    TandemState.WITHDRAWN: "withdrawn",
    TandemState.LEFT: "left",
    TandemState.LAPSED: "lapsed",
}
_LEVELS = ((0.2, "easy"), (0.4, "moderate"), (0.65, "hard"), (1.01, "very hard"))


def state_words(row: BoardRow) -> str:
    """What is to be done with it, from where one sits."""
    tandem = row.tandem
    if tandem.state is TandemState.SUGGESTED and row.part is Part.JUNIOR:
        return "you said yes" if row.agreed else "offered to you"
    if tandem.state is TandemState.SUGGESTED:
        return "not picked yet"
    if tandem.state is TandemState.PICKED:
        return "waits for your yes" if row.part is Part.SENIOR else "waits for the senior"
    return STATES[tandem.state]


def row_text(row: BoardRow) -> Text:
    """One line: where it stands, the task, with whom."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{state_words(row):20} ", style="bold" if row.waits_for_me else "")
    line.append(f"with {one_line(', '.join(one.name for one in row.others))}: ")
    line.append(one_line(row.task.title))
    return line


def card_text(card: TandemCard) -> Text:
    """The whole card."""
    text = Text()
    text.append(f"{one_line(card.title)}\n", style="bold")
    for part in card.parts:
        text.append(f"\n{one_line(part.heading)}\n", style="bold underline")
        for number, line in enumerate(part.lines, 1):
            _add_line(text, line, f"{number}. " if part.numbered else "")
    return text


def _add_line(text: Text, line: CardLine, number: str) -> None:
    if line.quote is not None:
        quote = line.quote
        text.append(f'  "{one_line(quote.span.quote)}"\n', style="italic")
        where = f"{quote.author}, {quote.at:%Y-%m-%d}, in {quote.title}"
        text.append(f"    {one_line(where)}\n", style="dim")
        return
    mark = "(the hard one) " if line.hard else ""
    text.append(f"  {number}{mark}{visible(line.text)}\n")


def card_payload(card: TandemCard) -> dict[str, Any]:
    """The card as JSON."""
    return {
        **tandem_payload(card.tandem),
        "title": card.title,
        "origin": card.task.origin.value,
        "senior": card.senior.handle,
        "juniors": [one.handle for one in card.juniors],
        "parts": [
            {
                "key": part.key,
                "heading": part.heading,
                "lines": [_line_payload(line) for line in part.lines],
            }
            for part in card.parts
        ],
    }


def _line_payload(line: CardLine) -> dict[str, Any]:
    if line.quote is None:
        return {"text": line.text, "hard": line.hard}
    return {
        "quote": line.quote.span.quote,
        "message": line.quote.span.message_id,
        "start": line.quote.span.start,
        "end": line.quote.span.end,
        "author": line.quote.author,
        "at": line.quote.at.isoformat(),
        "thread": line.quote.thread_id,
    }


def tandem_payload(tandem: Tandem) -> dict[str, Any]:
    """Where a tandem stands, as JSON; who ended it is told to nobody."""
    return {
        "tandem": tandem.id,
        "task": tandem.task_id,
        "state": tandem.state.value,
        "senior_id": tandem.senior_id,
        "junior_ids": list(tandem.junior_ids),
        "said_yes": [one.member_id for one in tandem.yes],
        "checkins": len(tandem.checkins),
        "answers": len(tandem.answers),
    }


def task_payload(task: TandemTask) -> dict[str, Any]:
    """A task as JSON."""
    return task.model_dump(mode="json", exclude={"community_id"})


def task_text(task: TandemTask, topics: Mapping[str, str]) -> Text:
    """A task in two lines: its title, then what it is taken for."""
    level = next(name for limit, name in _LEVELS if task.difficulty < limit)
    about = ", ".join(topics.get(one.topic_id, "?") for one in task.topics) or "no known topic"
    text = Text(f"{task.id}  {one_line(task.title)}\n")
    told = f"  {task.origin.value.replace('_', ' ')}; about {about}; {level}; {task.days:g} days"
    extra = [
        name
        for name, on in (("urgent", task.urgent), ("not reversible", not task.reversible))
        if on
    ]
    text.append(one_line("; ".join([told, *extra])), style="dim")
    return text


def wishes_text(profile: TandemProfile) -> Text:
    """What somebody wants of tandems."""
    if profile.opted_in_at is None:
        return Text("You are offered no tandems. Opt in with: passdown tandems optin")
    sides = [word for word, on in (("learn", profile.learns), ("help", profile.helps)) if on]
    text = Text(f"You take part, to {' and to '.join(sides)}.")
    if profile.wishes:
        text.append(f" You would like to learn about {one_line(', '.join(profile.wishes))}.")
    return text


def suggested_lines(found: Suggested) -> Iterator[Text]:
    """What a matching came to, and what is in the way, in words."""
    number = len(found.offers)
    yield Text(
        f"{number} {'tandem is' if number == 1 else 'tandems are'} on offer, {found.new} new."
    )
    for hindrance, count in found.summed():
        told = "" if hindrance.task is None else f"{count} {'task' if count == 1 else 'tasks'}: "
        yield Text(f"  {told}{hindrance.words}")


def board_lines(board: Board) -> Iterator[Text]:
    """The board as a list, for a terminal without screens."""
    for row in board.rows:
        text = Text(f"{row.tandem.id}  ")
        text.append_text(row_text(row))
        yield text
