"""Everything a steward needs to judge one guide, read in one transaction.

Its sentences, the talk that each of them comes from, what the checks say, what is different since
a steward saw it last, and what others have done with it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.inquiry.dossier import corrections_for
from agent.method.retiring import hollowed
from agent.policy.governance import Deed
from agent.services.browsing import is_steward
from agent.services.checks import GuideCheck, all_checks, read_for_checks
from agent.services.conflicts import OtherGuides
from agent.services.governing import rules_in, verdict_in
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.seeing import check_sees_all, sight_for
from agent.services.settling import guide_in
from agent.services.versions import Difference, difference_in
from agent.services.wording_told import wording_told
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError
from memory.records.correction import Place
from memory.records.guide import Guide, GuideStatus, Review
from memory.records.inquiry import Question
from memory.records.people import Member
from memory.records.stewarding import DeskDraft, StewardAct
from memory.records.talk import INTERVIEW_SOURCE, EvidenceSpan, Message, Thread
from memory.store.protocols import Unit

AROUND = 40
"""Messages shown before and after a cited one; a longer discussion is cut there, and says so."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said: by a person, or asked by the agent."""

    who: str
    at: datetime
    text: str
    message_id: str | None = None
    """`None` for a question of the agent's."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The discussion around a cited message."""

    thread: Thread
    private: bool
    """Whether it was told to the agent alone."""
    turns: tuple[Turn, ...]
    before: int = 0
    """How many messages were said before the first that is shown."""
    after: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """One guide on a steward's desk."""

    guide: Guide
    members: Mapping[str, Member]
    """Everybody who is named, by id."""
    talks: Mapping[str, Talk]
    """By id of a cited message."""
    checks: tuple[GuideCheck, ...]
    difference: Difference
    reviews: tuple[Review, ...]
    acts: tuple[StewardAct, ...]
    drafts: Mapping[str, str]
    """What this steward has typed about it and not sent, by act."""
    refusal: str
    """Why this person may not decide on it, in words; empty if they may."""
    worded: tuple[str, ...] = ()
    """Who worded it where not its people alone did, in words."""

    @property
    def decidable(self) -> bool:
        """Whether it waits for a decision that this person may take."""
        return self.guide.status is GuideStatus.CONFIRMED and not self.refusal and not self.decided

    @property
    def decided(self) -> Review | None:
        """The decision on the present version, if there is one."""
        number = self.guide.current.number
        return next((r for r in self.reviews if r.version == number), None)

    def evidence(self, number: int) -> tuple[EvidenceSpan, ...]:
        """What the sentence with this number rests on, in order, each once."""
        return tuple(dict.fromkeys(self.guide.current.sentences()[number - 1].evidence))

    def name(self, member_id: str | None) -> str:
        """What somebody is called, for stewards."""
        member = self.members.get(member_id or "")
        return (member.name or member.handle) if member else "somebody"


def open_judging(
    work: Workplace, actor: Actor, guide_id: str, others: OtherGuides | None = None
) -> Judged:
    """Read one guide for judging.

    Raises `PermissionDeniedError` for somebody who is no steward or does not see all that it rests
    on, `UserInputError` for an unknown
    guide. Of a retracted guide nothing but its standing is meant to be shown.
    """
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        steward = unit.people.member(actor.member.id) or actor.member
        if not is_steward(steward, rules_in(unit, work.policy, steward.community_id)):
            raise PermissionDeniedError(
                "only stewards and the technical authority read the sources"
            )
        guide = guide_in(unit, known.id)
        sight = sight_for(unit, work, guide.community_id, steward, guide.id)
        check_sees_all(sight, guide)
        read = read_for_checks(unit, work, guide, others, sight.reader)
        gone = guide.status is GuideStatus.RETRACTED
        judged = Judged(
            guide=guide,
            members={member.id: member for member in read.members},
            talks={} if gone else _talks(unit, guide, read.members),
            checks=(),
            difference=difference_in(unit, guide),
            reviews=tuple(unit.guides.reviews(guide.id)),
            acts=tuple(unit.desk.acts(guide.id)),
            drafts=_by_act(unit.desk.drafts(steward.id, guide.id)),
            refusal=verdict_in(unit, work, actor, Deed.REJECT, guide).why,
            worded=wording_told(work, guide),
        )
    return judged if gone else _with_checks(judged, all_checks(read, work))


def _with_checks(judged: Judged, checks: tuple[GuideCheck, ...]) -> Judged:
    return replace(judged, checks=checks)


def _by_act(drafts: Sequence[DeskDraft]) -> Mapping[str, str]:
    return {draft.act: draft.text for draft in drafts}


def _talks(unit: Unit, guide: Guide, members: Sequence[Member]) -> Mapping[str, Talk]:
    """The discussion around every cited message, each thread read once."""
    ids = {span.message_id for s in guide.current.sentences() for span in s.evidence}
    cited = unit.talk.messages(ids)
    changes = corrections_for(unit, guide.id, guide.community_id)
    places = [place for change in changes for place in change.retired]
    names = {member.id: member.name or member.handle for member in members}
    turns: dict[str, tuple[Thread, tuple[Turn, ...]]] = {}
    talks: dict[str, Talk] = {}
    for message in cited.values():
        if message.thread_id not in turns:
            thread = unit.talk.thread(message.thread_id)
            if thread is None:
                continue
            turns[thread.id] = thread, _turns(unit, guide, thread, places, names)
        talks[message.id] = _around(*turns[message.thread_id], message)
    return talks


def _turns(
    unit: Unit, guide: Guide, thread: Thread, places: Sequence[Place], names: Mapping[str, str]
) -> tuple[Turn, ...]:
    """All that was said in a thread, in order; in an interview with what was asked."""
    said = [
        Turn(_who(message, names), message.sent_at, hollowed(message, places).text, message.id)
        for message in unit.talk.thread_messages(thread.id)
        if not message.deleted
    ]
    asked: list[Turn] = []
    if thread.source == INTERVIEW_SOURCE:
        questions = unit.inquiries.questions(guide.inquiry_id)
        asked = [_asked(question) for question in questions if question.delivered_at is not None]
    return tuple(sorted((*said, *asked), key=lambda turn: (turn.at, turn.message_id or "")))


def _asked(question: Question) -> Turn:
    return Turn("", question.delivered_at or question.composed_at, question.text)


def _who(message: Message, names: Mapping[str, str]) -> str:
    return names.get(message.author_id or "", "somebody")


def _around(thread: Thread, turns: tuple[Turn, ...], message: Message) -> Talk:
    place = next((n for n, turn in enumerate(turns) if turn.message_id == message.id), 0)
    first, last = max(0, place - AROUND), min(len(turns), place + AROUND + 1)
    private = thread.source == INTERVIEW_SOURCE
    return Talk(thread, private, turns[first:last], first, len(turns) - last)
