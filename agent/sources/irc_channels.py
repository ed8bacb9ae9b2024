"""One channel of a chat log, line by line: who speaks, what it answers, whom it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.sources.irc_answers import answered, shipped_weights
from agent.sources.irc_lines import LineKind, LogLine
from agent.sources.irc_people import is_bot
from agent.sources.irc_turns import Turn, Window

Decide = Callable[[Window, Turn], int | None]
"""From a turn and what came before it to the index of the turn that it answers."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Heard:
    """A line as the channel understood it."""

    index: int
    """Its place among all lines of the channel."""
    answers: int | None = None
    """Index of the turn that it answers."""
    turn: Turn | None = None
    """`None` for what nobody said."""


def shipped_decision(window: Window, turn: Turn) -> int | None:
    """Decide by the shipped weights."""
    return answered(window, turn, shipped_weights())


class IrcChannel:
    """What is known of a channel so far."""

    def __init__(self, decide: Decide = shipped_decision) -> None:
        self._window = Window()
        self._decide = decide

    def shown(self, who: str) -> str:
        """Return the nick of a person as it was first written."""
        return self._window.people.shown(who)

    def hear(self, line: LogLine | None, at: datetime) -> Heard:
        """Take in the next line; `None` for one in no known form."""
        people = self._window.people
        if line is None or not self._is_talk(line):
            if line is not None and line.kind is LineKind.RENAMED:
                people.rename(line.nick, line.renamed_to)
            elif line is not None and line.kind is LineKind.GONE:
                people.come_or_go(line.nick)
            return Heard(self._window.add(None))
        minutes = (at - _EPOCH).total_seconds() / 60
        turn = self._window.turn(line.nick, line.words, minutes, from_bot=is_bot(line.nick))
        answers = self._decide(self._window, turn)
        return Heard(self._window.add(turn), answers, turn)

    def _is_talk(self, line: LogLine) -> bool:
        """Whether somebody says or does something; behind a mark, only who has spoken before."""
        if line.kind is LineKind.MARKED:
            return self._window.people.has_spoken(line.nick)
        return line.kind in {LineKind.SAID, LineKind.ACT} and bool(line.words)
