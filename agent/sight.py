"""What one reader may see of a community, read in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from agent.policy.governance import Seen
from agent.policy.visibility import NOBODY, Reader, is_wide, may_see, wish_of
from memory.records.guide import Guide, GuideVersion
from memory.records.people import Member
from memory.records.talk import INTERVIEW_SOURCE, EvidenceSpan, Message, Thread
from memory.store.protocols import Unit

EVERYBODY = Reader()
"""What is open to everybody of a community is all that this reader sees."""


@dataclass(frozen=True)
class Sight:
    """Which guides and discussions one reader sees, as of one transaction."""

    reader: Reader
    walls: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    """By guide: who sees each discussion behind it that not everybody sees."""
    wide: frozenset[str] = frozenset()
    """Guides whose words were published wider, with everybody's consent."""

    def of(self, guide_id: str) -> Seen:
        """How much of a guide the reader sees."""
        walls = self.walls.get(guide_id, ())
        return may_see(self.reader, walls, widened=guide_id in self.wide)

    def sees(self, guide_id: str) -> bool:
        """Whether the reader sees the words of a guide."""
        return self.of(guide_id) is not Seen.NOTHING

    def hidden(self) -> frozenset[str]:
        """Ids of guides with walls that the reader sees nothing of."""
        return frozenset(guide_id for guide_id in self.walls if not self.sees(guide_id))


def reader_for(member: Member, community_id: str) -> Reader:
    """A member as a reader of a community; of another than their own they see nothing."""
    here = member.community_id == community_id
    return Reader(member.ids, inside=here, member=here)


def sight_in(
    unit: Unit, community_id: str, reader: Reader = EVERYBODY, guide_id: str | None = None
) -> Sight:
    """What a reader sees of a community, or of one guide in it."""
    walls: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    behind: defaultdict[str, set[str]] = defaultdict(set)
    for wall in unit.visibility.walls(community_id, guide_id):
        walls[wall.guide_id].append(frozenset(wall.seen_by or ()))
        behind[wall.guide_id].add(wall.thread_id)
    wide = {one for one in walls if _is_wide(unit, one, behind[one])}
    return Sight(reader, {one: tuple(found) for one, found in walls.items()}, frozenset(wide))


def _is_wide(unit: Unit, guide_id: str, behind: Collection[str]) -> bool:
    acts = unit.visibility.acts_about(guide_id)
    if wish_of(acts) is None:
        return False
    guide = unit.guides.guide(guide_id)
    return guide is not None and is_wide(acts, walled_words(unit, guide.current, behind))


def walled_words(
    unit: Unit, version: GuideVersion, behind: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """Messages behind walls whose words a version quotes, by author; bots agree to everything.

    `behind` are the ids of the discussions. What people told the agent about them is behind the
    same walls.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for message in unit.talk.messages(span.message_id for span in quoted(version)).values():
        if not is_walled(message, behind) or message.from_bot:
            continue
        found[message.author_id or NOBODY].add(message.id)
    return {author: frozenset(messages) for author, messages in found.items()}


def quoted(version: GuideVersion) -> tuple[EvidenceSpan, ...]:
    """Every stretch of talk whose words a version shows, each once."""
    spans = [version.title_evidence]
    spans += [span for sentence in version.sentences() for span in sentence.evidence]
    spans += [span for step in version.trail for span in step.quoted]
    return tuple(dict.fromkeys(spans))


def is_walled(message: Message, behind: Collection[str]) -> bool:
    """Whether a message of a guide with walls stands behind one of them."""
    return message.thread_id in behind or message.source == INTERVIEW_SOURCE


def threads_behind(unit: Unit, guide: Guide) -> frozenset[str]:
    """Ids of the discussions behind a guide that not everybody sees."""
    walls = unit.visibility.walls(guide.community_id, guide.id)
    return frozenset(wall.thread_id for wall in walls)


def sees_thread(unit: Unit, reader: Reader, thread: Thread) -> bool:
    """Whether a reader sees a discussion; an interview goes by what it is about, not by this."""
    return not unseen_threads(unit, reader, [thread.id])


def unseen_threads(unit: Unit, reader: Reader, thread_ids: Collection[str]) -> frozenset[str]:
    """Those of these discussions that a reader does not see."""
    if not reader.inside:
        return frozenset(thread_ids)
    seen_by = unit.visibility.seen_by(thread_ids)
    return frozenset(
        one for one, wall in seen_by.items() if may_see(reader, [wall]) is not Seen.ALL
    )
