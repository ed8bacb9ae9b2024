"""A message of a chat log as who answers whom is told from it, and the latest ones of a channel."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from agent.sources.irc_people import People, nick_key, put

REACH = 60
"""Messages that are looked back upon."""
LONGEST_GAP = 12 * 60.0
"""Minutes after which nothing is answered any more."""
SHORTEST_NAMED = 3
"""Characters from which a nick counts as a name without a mark behind it."""
_TOKEN = re.compile(r"[^\s,:;?!()\"<>]+")
_ADDRESS = re.compile(r"\s*@?(?P<nick>[^\s,:;>]+)\s*(?:[:,;>]|-{1,2}>)?(?:\s|$)")
_WORD = re.compile(r"[a-z0-9][a-z0-9._/+-]{3,}")
_ASKS = re.compile(
    r"\?|^(?:how|what|why|where|when|who|which|can|could|does|do|is|are|anyone|any)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\s*(?:hi|hello|hey|hola|greetings|good (?:morning|evening|day)|yo|howdy)\b"
    r"|\b(?:any ?(?:one|body)|some ?(?:one|body)|every ?(?:one|body)|guys|all|folks|people)\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(r"\b(?:thanks?|thx|ty|cheers|thank you|worked|works|fixed)\b", re.IGNORECASE)
_REACTS = re.compile(
    r"^(?:yes|yeah|yep|yup|no|nope|nah|ok|okay|ah|oh|right|sure|i see|lol|hm+|indeed|true|exactly"
    r"|well|but|and|so|then|because|or|it|that|thats|that's)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; people by the keys of `People`."""

    speaker: str
    at: float
    """Minutes since 1970."""
    targets: frozenset[str]
    """Whom it addresses: the name it begins with."""
    named: frozenset[str]
    """Whom else it names."""
    words: frozenset[str]
    length: int
    asks: bool
    opens: bool
    """Greets, or speaks to all."""
    closes: bool
    """Thanks, or tells that something worked."""
    reacts: bool
    """Begins as only an answer or a continuation does."""
    from_bot: bool = False


class Window:
    """The latest turns of one channel, and who called whom last."""

    def __init__(self) -> None:
        self.people = People()
        self.turns: deque[tuple[int, Turn]] = deque(maxlen=REACH)
        self.count = 0
        """Lines taken in so far; the index of the next."""
        self.last_said: OrderedDict[str, float] = OrderedDict()
        self.last_called: OrderedDict[str, tuple[float, str]] = OrderedDict()
        """Person to when and by whom they were last addressed."""
        self.last_targets: OrderedDict[str, frozenset[str]] = OrderedDict()
        """Person to whom they last addressed."""

    def turn(self, nick: str, text: str, at: float, *, from_bot: bool = False) -> Turn:
        """Read a message in the light of who is there."""
        speaker = self.people.speak(nick)
        targets, rest = self._addressed(text, speaker)
        named = frozenset(
            self.people.who(key)
            for key in map(nick_key, _TOKEN.findall(rest))
            if len(key) >= SHORTEST_NAMED and key in self.people
        )
        return Turn(
            speaker=speaker,
            at=at,
            targets=targets,
            named=named - targets - {speaker},
            words=frozenset(_WORD.findall(rest.lower())),
            length=len(text.split()),
            asks=_ASKS.search(rest) is not None,
            opens=_OPENS.search(rest) is not None,
            closes=_CLOSES.search(rest) is not None,
            reacts=_REACTS.search(rest) is not None,
            from_bot=from_bot,
        )

    def _addressed(self, text: str, speaker: str) -> tuple[frozenset[str], str]:
        """Return whom a text begins by naming, and what follows."""
        found = _ADDRESS.match(text)
        key = nick_key(found["nick"].strip("@*")) if found else ""
        who = self.people.who(key)
        if not found or key not in self.people or who == speaker:
            return frozenset(), text
        return frozenset((who,)), text[found.end() :]

    def add(self, turn: Turn | None) -> int:
        """Take in a turn, or a line that is none; return its index."""
        index, self.count = self.count, self.count + 1
        if turn is not None:
            self.turns.append((index, turn))
            put(self.last_said, turn.speaker, turn.at)
            for target in turn.targets:
                put(self.last_called, target, (turn.at, turn.speaker))
            if turn.targets:
                put(self.last_targets, turn.speaker, turn.targets)
        return index

    def candidates(self, at: float) -> Sequence[tuple[int, Turn]]:
        """Return the turns that a message at `at` may answer, with their indices, latest first."""
        return [one for one in reversed(self.turns) if abs(at - one[1].at) <= LONGEST_GAP]
