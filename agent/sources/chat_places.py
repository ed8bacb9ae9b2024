"""Which conversation a chat message belongs to where it may say what it replies to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from agent.sources.conversations import Conversations

REMEMBERED = 10_000
"""Latest messages to which a reply is followed; one to an older message is placed by silence."""


class ChatPlaces:
    """Places the messages of an archive's channels: replies with what they answer, others by
    silence and mention (see `conversations`). Only earlier messages count.
    """

    def __init__(self) -> None:
        self._conversations = Conversations()
        self._latest: OrderedDict[str, str] = OrderedDict()

    def place(
        self,
        channel: str,
        native_id: str,
        author: str,
        at: datetime,
        *,
        mentions: Iterable[str] = (),
        reply_to: str = "",
        from_bot: bool = False,
    ) -> str:
        """Return the native id of the thread of message `native_id`."""
        thread = self._latest.get(reply_to) or self._conversations.place(
            channel, f"{channel}/{native_id}", author, at, mentions, from_bot=from_bot
        )
        self._latest[native_id] = thread
        if len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)
        return thread
