"""In words, what calls each published guide of a community into question: for stewards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from agent.policy.governance import Deed, Seen
from agent.services.challenging_marks import Contested, keyed, shown_of
from agent.services.governing import check_here, verdict_in
from agent.services.identity import Actor
from agent.services.seeing import sight_for
from agent.services.workplace import Workplace
from agent.sight import Sight
from memory.records.challenge import AlikePair, AlikeState, ChallengeState, Recheck, RecheckState
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Member
from memory.records.talk import Thread
from memory.store.protocols import Unit
from prompts.life import LifeEntry, load_life

WAITING = {
    RecheckState.CHANGED: "desk_changed",
    RecheckState.UNCLEAR: "desk_unclear",
    RecheckState.UNANSWERED: "desk_unanswered",
}
"""Answers, and the lack of one, that wait for a steward, with their wording."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer whether a guide holds, or the lack of one, that waits for a steward."""

    recheck: Recheck
    title: str
    text: str
    """The guide's sentence that was asked about."""
    words: str
    answer: str = ""
    """What its author said, as a steward may read it."""
    question: str = ""
    asked: Member | None = None
    """Who was asked."""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Words that a sentence of a guide rests on, verbatim."""

    words: str
    at: datetime
    author: Member | None
    thread: Thread | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of two guides that may be one."""

    guide_id: str
    title: str
    summary: str
    authors: tuple[str, ...]
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Twins:
    """Two guides that may be one."""

    pair: AlikePair
    first: str
    second: str
    why: str
    sides: tuple[Side, ...] = ()
    """Both, in the order of their ids."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Everything that calls guides of a community into question."""

    contested: tuple[tuple[str, Contested], ...] = ()
    """Titles of guides with what contradicts them, by time."""
    waiting: tuple[Waiting, ...] = ()
    twins: tuple[Twins, ...] = ()
    rests_on: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    """What each contradicted sentence rests on, by the contradiction's id."""
    replaceable: frozenset[str] = frozenset()
    """Ids of those guides that this person may have replaced by another."""

    def __bool__(self) -> bool:
        return bool(self.contested or self.waiting or self.twins)


@dataclass(frozen=True)
class Questioned:
    """What calls guides into question, by guide id."""

    by_guide: Mapping[str, tuple[str, ...]]

    def words(self, guide_id: str) -> tuple[str, ...]:
        """What calls one guide into question; empty for most."""
        return self.by_guide.get(guide_id, ())

    @classmethod
    def read(cls, unit: Unit, work: Workplace, sight: Sight, community_id: str) -> Self:
        """Read it for all guides of a community, as far as a reader sees both sides."""
        del work
        life = load_life()
        found: dict[str, list[str]] = defaultdict(list)
        for challenge in unit.life.challenges(community_id, [ChallengeState.OPEN]):
            guide = unit.guides.guide(challenge.guide_id)
            shown = shown_of(unit, guide, challenge, sight.reader) if guide is not None else None
            if shown is not None:
                day = f"{challenge.said_at:%Y-%m-%d}"
                found[challenge.guide_id].append(
                    life.say("desk_contested", day=day, words=shown.words)
                )
        for recheck in waiting_rechecks(unit, community_id):
            found[recheck.guide_id].append(life.say(WAITING[recheck.state]))
        for pair in proposed_pairs(unit, community_id):
            for mine, other in ((pair.first_id, pair.second_id), (pair.second_id, pair.first_id)):
                twin = unit.guides.guide(other)
                if twin is not None and sight.sees(other):
                    why = alike_words(pair, life)
                    title = twin.current.title
                    found[mine].append(life.say("desk_alike", title=title, why=why))
        return cls({one: tuple(dict.fromkeys(words)) for one, words in found.items()})


def waiting_rechecks(unit: Unit, community_id: str) -> Sequence[Recheck]:
    """Answers whether a guide holds that wait for a steward, of versions that stand still."""
    return [
        one
        for one in unit.life.rechecks(community_id, WAITING)
        if (guide := unit.guides.guide(one.guide_id)) is not None
        and guide.status is GuideStatus.PUBLISHED
        and guide.current.number == one.version
    ]


def proposed_pairs(unit: Unit, community_id: str) -> Sequence[AlikePair]:
    """Twins that wait for a steward, both published still, most alike first."""
    return [
        pair
        for pair in unit.life.pairs(community_id)
        if pair.state is AlikeState.PROPOSED
        and all(
            (guide := unit.guides.guide(one)) is not None and guide.status is GuideStatus.PUBLISHED
            for one in (pair.first_id, pair.second_id)
        )
    ]


def alike_words(pair: AlikePair, life: LifeEntry) -> str:
    """Why two guides may be one."""
    share = f"{pair.likeness:.0%}"
    if not pair.shared:
        return life.say("alike_meaning", share=share)
    count = f"{pair.shared} message{'' if pair.shared == 1 else 's'}"
    return life.say("alike_shared", share=share, count=count)


def open_upkeep(work: Workplace, actor: Actor) -> Upkeep:
    """Everything that calls guides into question, both sides in full, of what the actor sees.

    Raises `PermissionDeniedError` for somebody who is no steward.
    """
    community_id = actor.member.community_id
    with work.store.reading() as unit:
        check_here(unit, work, actor, Deed.TEND)
        sight = sight_for(unit, work, community_id, actor.member)

        def whole(*guide_ids: str) -> bool:
            return all(sight.of(one) is Seen.ALL for one in guide_ids)

        rechecks = [one for one in waiting_rechecks(unit, community_id) if whole(one.guide_id)]
        pairs = [
            one for one in proposed_pairs(unit, community_id) if whole(one.first_id, one.second_id)
        ]
        contested = _contested(unit, sight, community_id)
        waiting = tuple(_waiting(unit, one) for one in rechecks)
        twins = tuple(_twins(unit, one) for one in pairs)
        ids = {one.challenge.guide_id for _, one in contested}
        ids |= {one.recheck.guide_id for one in waiting}
        ids |= {side.guide_id for one in twins for side in one.sides}
        guides = [guide for one in sorted(ids) if (guide := unit.guides.guide(one)) is not None]
        replaceable = frozenset(
            guide.id
            for guide in guides
            if verdict_in(unit, work, actor, Deed.RETRACT, guide).allowed
        )
        rests_on = {one.challenge.id: _rests_on(unit, one) for _, one in contested}
        return Upkeep(contested, waiting, twins, rests_on, replaceable)


def _contested(unit: Unit, sight: Sight, community_id: str) -> tuple[tuple[str, Contested], ...]:
    found: list[tuple[str, Contested]] = []
    for challenge in unit.life.challenges(community_id, [ChallengeState.OPEN]):
        if sight.of(challenge.guide_id) is not Seen.ALL:
            continue
        guide = unit.guides.guide(challenge.guide_id)
        shown = shown_of(unit, guide, challenge, sight.reader) if guide is not None else None
        if guide is not None and shown is not None:
            found.append((guide.current.title, shown))
    return tuple(found)


def _rests_on(unit: Unit, one: Contested) -> tuple[Said, ...]:
    """The words behind a contradicted sentence, by time."""
    guide = unit.guides.guide(one.challenge.guide_id)
    if guide is None:
        return ()
    sentence = guide.current.sentences()[one.number - 1]
    messages = unit.talk.messages({span.message_id for span in sentence.evidence})
    said = [
        Said(
            span.quote,
            message.sent_at,
            unit.people.member(message.author_id) if message.author_id else None,
            unit.talk.thread(message.thread_id),
        )
        for span in sentence.evidence
        if (message := messages.get(span.message_id)) is not None and not message.deleted
    ]
    return tuple(sorted(said, key=lambda one: one.at))


def _waiting(unit: Unit, recheck: Recheck) -> Waiting:
    life, guide = load_life(), unit.guides.guide(recheck.guide_id)
    answer = unit.inquiries.answer(recheck.question_id)
    message = unit.talk.message(answer.message_id) if answer and answer.message_id else None
    _, text = keyed(guide).get(recheck.sentence, (0, "")) if guide is not None else (0, "")
    return Waiting(
        recheck,
        guide.current.title if guide is not None else "",
        text,
        life.say(WAITING[recheck.state]),
        "" if message is None or message.deleted else message.own_words(),
        question.text if (question := unit.inquiries.question(recheck.question_id)) else "",
        unit.people.member(recheck.asked_of),
        message.sent_at if message is not None else None,
    )


def _twins(unit: Unit, pair: AlikePair) -> Twins:
    first, second = unit.guides.guide(pair.first_id), unit.guides.guide(pair.second_id)
    titles = [guide.current.title if guide is not None else "" for guide in (first, second)]
    sides = tuple(_side(unit, guide) for guide in (first, second) if guide is not None)
    return Twins(pair, titles[0], titles[1], alike_words(pair, load_life()), sides)


def _side(unit: Unit, guide: Guide) -> Side:
    version = guide.current
    authors = (unit.people.member(author) for author in version.authors())
    names = tuple(author.name for author in authors if author is not None)
    return Side(guide.id, version.title, version.summary.text, names, guide.published_at)


def titles_in_place_of(work: Workplace, actor: Actor, guide_id: str) -> Sequence[tuple[str, str]]:
    """Ids and titles of published guides that may take one's place, by title."""
    with work.store.reading() as unit:
        check_here(unit, work, actor, Deed.TEND)
        community_id = actor.member.community_id
        sight = sight_for(unit, work, community_id, actor.member)
        guides = unit.guides.guides(community_id, [GuideStatus.PUBLISHED])
        others = [
            (guide.id, guide.current.title)
            for guide in guides
            if guide.id != guide_id and sight.of(guide.id) is Seen.ALL
        ]
    return sorted(others, key=lambda one: (one[1].casefold(), one[0]))
