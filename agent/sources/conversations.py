"""Grouping chat without threads into conversations, by silence and mention.

A message goes on with its channel's open conversation when it comes within `SILENCE` of the last
one, or within `MENTION_REACH` and it mentions somebody who took part. Otherwise, and after
`LONGEST` messages, it opens a new one, named after its own id. A decision looks at earlier
messages only, so a grown archive changes no id; at most the last conversation gets longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SILENCE = timedelta(hours=4)
"""As long as a thread must be quiet to count as settled (method, section 3)."""
MENTION_REACH = timedelta(hours=48)
LONGEST = 200


@dataclass(slots=True)
class _Open:
    native_id: str
    last_at: datetime
    length: int = 0
    people: set[str] = field(default_factory=set)


class Conversations:
    """The open conversation of each channel."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}

    def place(
        self,
        channel: str,
        native_id: str,
        author: str,
        at: datetime,
        mentions: Iterable[str],
        *,
        from_bot: bool = False,
    ) -> str:
        """Return the native id of the conversation this message belongs to.

        A bot's message does not prolong a conversation, or hourly alerts would never let it end.
        """
        current = self._open.get(channel)
        if current is None or not self._goes_on(current, at, mentions):
            current = self._open[channel] = _Open(native_id, at)
        if not from_bot:
            current.last_at = max(current.last_at, at)
        current.length += 1
        current.people.add(author)
        return current.native_id

    @staticmethod
    def _goes_on(current: _Open, at: datetime, mentions: Iterable[str]) -> bool:
        pause = at - current.last_at
        return current.length < LONGEST and (
            pause <= SILENCE or (pause <= MENTION_REACH and not current.people.isdisjoint(mentions))
        )
