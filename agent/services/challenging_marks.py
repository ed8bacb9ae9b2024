"""How a published guide is marked for its readers: what contradicts it, and what its author says.

A mark is worked out from the messages as they are now, so that words which were edited, deleted
or made private are shown no more, before any sweep has noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.inquiry.dossier import corrections_for
from agent.policy.visibility import Reader
from agent.sight import EVERYBODY, sees_thread
from agent.stopped import stops_on_guide
from memory.records.challenge import Challenge, ChallengeState, RecheckState
from memory.records.correction import Correction
from memory.records.governance import StopWork
from memory.records.guide import Guide, GuideStatus, key_of
from memory.records.people import Credit, Member
from memory.records.talk import EvidenceSpan, Message, Thread
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class Contested:
    """A sentence of a guide beside later words that contradict it, both verbatim."""

    challenge: Challenge
    number: int
    """Of the guide's sentence, 1 being the summary."""
    text: str
    """The guide's sentence."""
    words: str
    """The later words."""
    message: Message
    thread: Thread
    author: Member | None

    @property
    def for_readers(self) -> bool:
        """Whether readers see the words: not of those who stay unnamed or opted out."""
        author = self.author
        return (
            author is not None
            and author.may_be_asked
            and author.consent.credit is not Credit.CHATHAM_HOUSE
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """What a reader of a guide has to know beside its words."""

    contested: tuple[Contested, ...] = ()
    """By time, the earliest first."""
    changed_since: datetime | None = None
    """When its author said that it holds no longer as it stands."""
    stopped: tuple[StopWork, ...] = ()
    """Orders to stop work that freeze it."""

    def __bool__(self) -> bool:
        return bool(self.contested or self.stopped) or self.changed_since is not None


def marks_of(unit: Unit, guide: Guide, reader: Reader = EVERYBODY) -> Marks:
    """The marks of a guide as of this transaction; none for one that is not published.

    Later words are shown to those who see the talk that they stand in.
    """
    if guide.status is not GuideStatus.PUBLISHED:
        return Marks()
    contested = [
        shown
        for challenge in unit.life.challenges_of(guide.id)
        if challenge.state is ChallengeState.OPEN
        and (shown := shown_of(unit, guide, challenge, reader)) is not None
    ]
    said = [
        one.settled_at
        for one in unit.life.rechecks_of(guide.id)
        if one.state is RecheckState.CHANGED and one.sentence in keyed(guide)
    ]
    since = min((at for at in said if at is not None), default=None)
    return Marks(tuple(contested), since, stops_on_guide(unit, guide))


def keyed(guide: Guide) -> Mapping[str, tuple[int, str]]:
    """Number and text of each sentence by its `sentence_key`; the first of equal ones."""
    found: dict[str, tuple[int, str]] = {}
    for number, (facet, sentence) in enumerate(guide.current.placed(), start=1):
        found.setdefault(key_of(facet, sentence), (number, sentence.text))
    return found


def shown_of(
    unit: Unit, guide: Guide, challenge: Challenge, reader: Reader = EVERYBODY
) -> Contested | None:
    """Both sides as they stand now; `None` where one of them is gone (see `state_now`), or where
    the reader does not see the later one.
    """
    if state_now(unit, guide, challenge) is not ChallengeState.OPEN:
        return None
    message = unit.talk.message(challenge.message_id)
    thread = unit.talk.thread(message.thread_id) if message else None
    if message is None or thread is None or not sees_thread(unit, reader, thread):
        return None
    number, text = keyed(guide)[challenge.sentence]
    return Contested(
        challenge,
        number,
        text,
        message.text[challenge.start : challenge.end],
        message,
        thread,
        unit.people.member(challenge.author_id),
    )


def state_now(unit: Unit, guide: Guide, challenge: Challenge) -> ChallengeState:
    """`OPEN` where both sides stand still; else what became of one of them."""
    if guide.status is not GuideStatus.PUBLISHED or challenge.sentence not in keyed(guide):
        return ChallengeState.REWRITTEN
    message = unit.talk.message(challenge.message_id)
    thread = unit.talk.thread(message.thread_id) if message else None
    if message is None or thread is None or thread.private:
        return ChallengeState.SOURCE_GONE
    if not _stands(message, challenge, corrections_for(unit, guide.id, guide.community_id)):
        return ChallengeState.SOURCE_GONE
    return ChallengeState.OPEN


def _stands(message: Message, challenge: Challenge, changes: Sequence[Correction]) -> bool:
    """Whether the words are there as they were, and nobody took them back."""
    start, end = challenge.start, challenge.end
    if message.deleted or end > len(message.text) or not message.is_own(start, end):
        return False
    if Challenge.fingerprint_of(message.text[start:end]) != challenge.fingerprint:
        return False
    span = EvidenceSpan.of(message, start, end)
    return not any(change.retires(span) for change in changes)
