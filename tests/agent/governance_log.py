"""What the log alone says: where guides stand, what is stopped, and who acts for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agent.method.stopping import covers
from memory.records.decisions import Action, LoggedDecision
from memory.records.guide import Guide, GuideStatus

LEADS_TO = {
    Action.GUIDE_DRAFTED: GuideStatus.DRAFT,
    Action.GUIDE_RETURNED: GuideStatus.DRAFT,
    Action.GUIDE_PUBLISHED: GuideStatus.PUBLISHED,
    Action.GUIDE_REJECTED: GuideStatus.REJECTED,
    Action.GUIDE_RETRACTED: GuideStatus.RETRACTED,
    Action.GUIDE_RESTORED: GuideStatus.PUBLISHED,
    Action.INQUIRY_CLOSED: GuideStatus.REJECTED,
}
WAITING = (GuideStatus.DRAFT, GuideStatus.CONFIRMED)
"""What an inquiry lets go of when it ends."""
OUT = (Action.GUIDE_PUBLISHED, Action.GUIDE_RESTORED)
WORDS = (Action.ANSWERED, Action.GUIDE_CONFIRMED)


@dataclass
class Known:
    """One guide as the log tells of it."""

    inquiry_id: str
    status: GuideStatus
    authors: tuple[str, ...]
    texts: tuple[str, ...]
    hands: dict[str, set[str]]
    """Who stands behind each author's words."""
    votes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Hand and choice of each voter on this version, the latest last."""
    disputed: bool = False
    approved_by: tuple[str, ...] = ()
    published: list[str] = field(default_factory=list)


class LogReader:
    """Reads the log line by line and refuses what no rule allows."""

    def __init__(
        self, guides: Collection[Guide], authorities: Collection[str], quorum: int | None
    ) -> None:
        self.guides = {g.id: _known(g) for g in guides}
        self._of = {g.inquiry_id: g.id for g in guides}
        self._authorities, self._quorum = authorities, quorum
        self.grants: set[tuple[str, str]] = set()
        """Who may act, and as whom."""
        self.stops: dict[str, str] = {}
        """Topics by id of the order."""
        self.read = 0

    def follow(self, lines: Sequence[LoggedDecision], topics: Mapping[str, str]) -> None:
        """Read on; `topics` are the words of orders to stop work, which no log holds."""
        for line in lines[self.read :]:
            self._step(line, topics)
        self.read = len(lines)

    def _step(self, line: LoggedDecision, topics: Mapping[str, str]) -> None:
        for_another = line.on_behalf_of is not None and line.actor.startswith("mem_")
        if for_another:
            assert (line.actor, line.on_behalf_of) in self.grants, "acted without a grant"
        if line.action is Action.GRANT_GIVEN:
            self.grants.add((line.reason.removeprefix("to:"), line.subject))
        elif line.action is Action.GRANT_REVOKED:
            self.grants.remove((line.reason.removeprefix("to:"), line.subject))
        elif line.action is Action.WORK_STOPPED:
            self.stops[line.subject] = topics[line.subject]
        elif line.action is Action.WORK_RESUMED:
            del self.stops[line.subject]
        known = self.guides.get(self._of.get(line.subject, line.subject))
        if known is not None:
            self._of_guide(line, known)

    def _of_guide(self, line: LoggedDecision, known: Known) -> None:
        who = line.on_behalf_of or line.actor
        hands = {who, line.actor}
        if line.action in WORDS and who in known.hands:
            known.hands[who] |= hands
        elif line.action is Action.GUIDE_VOTED:
            known.votes.pop(who, None)
            known.votes[who] = (line.actor, line.reason.rpartition(":")[2])
        elif line.action is Action.GUIDE_ESCALATED:
            known.disputed = True
        elif line.action is Action.GUIDE_APPROVED:
            self._check_apart(line, known, hands)
            known.approved_by = tuple(sorted(hands))
        if line.action in OUT:
            frozen = [topic for topic in self.stops.values() if covers(topic, known.texts)]
            assert not frozen, f"put out though work is stopped on {frozen}"
            self._check_nobody_alone(known, hands if line.action is OUT[1] else known.approved_by)
        if line.action is Action.GUIDE_PUBLISHED:
            assert line.reason not in known.published, "published twice"
            known.published.append(line.reason)
        if line.action is not Action.INQUIRY_CLOSED or known.status in WAITING:
            known.status = LEADS_TO.get(line.action, known.status)

    def _check_nobody_alone(self, known: Known, hands: Collection[str]) -> None:
        assert hands, "put out though nobody approved"
        for hand in hands:
            alone = all(hand in behind for behind in known.hands.values())
            assert not alone, f"{hand} put out alone what they said alone"

    def _check_apart(self, line: LoggedDecision, known: Known, hands: Collection[str]) -> None:
        """An approval is the authority's in a dispute, else a quorum's, else a steward's."""
        self._check_nobody_alone(known, hands)
        if known.disputed:
            assert (line.on_behalf_of or line.actor) in self._authorities
        elif self._quorum is not None:
            behind = set().union(*known.hands.values())
            last = {hand: choice for hand, choice in known.votes.values() if hand not in behind}
            agreed = [hand for hand, choice in last.items() if choice == "approve"]
            assert len(agreed) >= self._quorum, "approved without a quorum"


def _known(guide: Guide) -> Known:
    authors = guide.current.authors()
    texts = (guide.current.title, *(s.text for s in guide.current.sentences()))
    hands = {author: {author} for author in authors}
    return Known(guide.inquiry_id, guide.status, authors, texts, hands)
