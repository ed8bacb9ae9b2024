"""Later messages that contradict published guides: found, kept once, settled, set aside.

Both sides stay where they were said; what is kept is where they stand. A sweep that is repeated,
or killed, finds the same contradiction under the same id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from agent.journal import note
from agent.method.contesting import contests
from agent.method.gainsaying import ToldSentences, is_question
from agent.method.readings import ContradictionKind, Sentence, ThreadView
from agent.method.sentences import own_sentences
from agent.policy.governance import Deed
from agent.services.challenging_marks import state_now
from agent.services.conflicts import MOST_SHARED_BY, SHARED, word_keys
from agent.services.governing import check_may
from agent.services.identity import Actor
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.challenge import Challenge, ChallengeState
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus, sentence_key
from memory.records.people import Community
from memory.records.stewarding import StewardAct, StewardActKind
from memory.records.talk import Message, MessageKind
from memory.store.protocols import Store, Unit

Compare = Callable[[str, str], tuple[ContradictionKind, float] | None]
"""Takes a guide's sentence and a later one; `None` where they do not contradict each other.

With another than `contests`, whole messages are not weighed either.
"""
AGAIN = frozenset({ChallengeState.SOURCE_GONE, ChallengeState.REWRITTEN})
"""States from which a contradiction that is found anew is open again."""
NOBODYS = frozenset({MessageKind.SYSTEM, MessageKind.INTERVIEW})


@dataclass(frozen=True, slots=True)
class _Told:
    """One sentence of a published guide, without its evidence."""

    guide_id: str
    key: str
    text: str


@dataclass
class PublishedSentences:
    """Sentences of a community's published guides, found by their words. Made once for a sweep."""

    store: Store
    told: tuple[_Told, ...]
    homes: dict[str, list[int]]
    compare: Compare = contests
    whole: ToldSentences | None = None
    """The same sentences, to weigh whole messages against."""
    _guides: dict[str, tuple[Guide, dict[str, datetime]] | None] = field(default_factory=dict)

    @classmethod
    def read(cls, store: Store, community_id: str, compare: Compare = contests) -> Self:
        """Read them as lines, without their evidence."""
        with store.reading() as unit:
            standings = unit.desk.standings(community_id, [GuideStatus.PUBLISHED])
            lines = unit.desk.lines((standing.id, standing.version) for standing in standings)
        told = {
            _Told(line.id, sentence_key(s.facet, s.text, s.asked), s.text): None
            for line in sorted(lines, key=lambda line: line.id)
            for s in line.sentences
        }
        homes: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(told):
            for word in word_keys(one.text):
                homes[word].append(place)
        whole = ToldSentences.of([one.text for one in told]) if compare is contests else None
        return cls(store, tuple(told), dict(homes), compare, whole)

    def against(self, view: ThreadView, at: datetime) -> tuple[Challenge, ...]:
        """What people say in a thread against sentences of guides, as of `at`."""
        if not self.told or view.thread.private:
            return ()
        return tuple(
            self._challenge(told, kind, message, sentence, at)
            for message in view.messages
            if not (message.from_bot or message.deleted or message.kind in NOBODYS)
            for told, kind, sentence in self._found_in(message)
        )

    def _found_in(self, message: Message) -> Iterator[tuple[_Told, str, Sentence]]:
        """What is contradicted, how, and where: sentence by sentence, then by the whole message.

        Of a guide that a sentence contradicts plainly, or one by weight, no more is told.
        """
        sentences = own_sentences(message)
        guides: set[str] = set()
        for sentence in sentences:
            if not is_question(sentence.text):
                for told, kind in self._opposed(sentence, message):
                    guides.add(told.guide_id)
                    yield told, kind, sentence
        if self.whole is None:
            return
        for one in self.whole.spoken_against([sentence.text for sentence in sentences]):
            told = self.told[one.told]
            if told.guide_id not in guides and self._is_later(told, message):
                guides.add(told.guide_id)
                yield told, one.kind.value, sentences[one.place]

    def _opposed(self, sentence: Sentence, message: Message) -> Iterator[tuple[_Told, str]]:
        counts: dict[int, int] = defaultdict(int)
        for word in word_keys(sentence.text):
            places = self.homes.get(word, ())
            if len(places) <= MOST_SHARED_BY:
                for place in places:
                    counts[place] += 1
        for place in sorted(place for place, shared in counts.items() if shared >= SHARED):
            told = self.told[place]
            verdict = self.compare(told.text, sentence.text)
            if verdict is not None and self._is_later(told, message):
                yield told, verdict[0].value

    def _is_later(self, told: _Told, message: Message) -> bool:
        """Whether it was said after what the sentence rests on, and is no part of the guide."""
        if told.guide_id not in self._guides:
            self._guides[told.guide_id] = self._rests_on(told.guide_id)
        known = self._guides[told.guide_id]
        if known is None:
            return False
        guide, times = known
        trail = {step.message_id for step in guide.current.trail}
        since = times.get(told.key)
        return since is not None and message.sent_at > since and message.id not in trail

    def _rests_on(self, guide_id: str) -> tuple[Guide, dict[str, datetime]] | None:
        """The guide, and when what each sentence rests on was last spoken of, by key."""
        with self.store.reading() as unit:
            guide = unit.guides.guide(guide_id)
            if guide is None or guide.status is not GuideStatus.PUBLISHED:
                return None
            spans = [span for s in guide.current.sentences() for span in s.evidence]
            messages = unit.talk.messages({span.message_id for span in spans})
        times: dict[str, datetime] = {}
        for facet, sentence in guide.current.placed():
            said = [messages[s.message_id].sent_at for s in sentence.evidence
                    if s.message_id in messages]  # fmt: skip
            if said:
                times[sentence_key(facet, sentence.text, sentence.asked)] = max(said)
        return guide, times

    def _challenge(
        self, told: _Told, kind: str, message: Message, sentence: Sentence, at: datetime
    ) -> Challenge:
        known = self._guides[told.guide_id]
        version = known[0].current.number if known is not None else 1
        return Challenge.model_validate(
            {
                "id": Challenge.id_of(
                    told.guide_id, told.key, message.id, sentence.start, sentence.text
                ),
                "community_id": message.community_id,
                "guide_id": told.guide_id,
                "version": version,
                "sentence": told.key,
                "message_id": message.id,
                "start": sentence.start,
                "end": sentence.end,
                "fingerprint": Challenge.fingerprint_of(sentence.text),
                "author_id": message.author_id,
                "kind": kind,
                "said_at": message.sent_at,
                "found_at": at,
            }
        )


def keep_challenges(unit: Unit, work: Workplace, found: Sequence[Challenge]) -> int:
    """Store what is new, and open again what was resolved and is said anew; returns how many."""
    kept = 0
    for challenge in found:
        known = unit.life.challenge(challenge.id)
        if known is not None and known.state not in AGAIN:
            continue
        guide = unit.guides.guide(challenge.guide_id)
        if guide is None or state_now(unit, guide, challenge) is not ChallengeState.OPEN:
            continue
        unit.life.save_challenge(challenge)
        reason = f"{challenge.kind}:{challenge.message_id}"
        now = work.clock.now()
        note(unit, now, guide.community_id, Action.GUIDE_CHALLENGED, guide.id, reason=reason)
        kept += 1
    return kept


def settle_challenges(work: Workplace, community: Community) -> int:
    """Resolve contradictions of which one side is gone; returns how many."""
    settled = 0
    with work.store.writing() as unit:
        for challenge in unit.life.challenges(community.id, [ChallengeState.OPEN]):
            guide = unit.guides.guide(challenge.guide_id)
            state = ChallengeState.REWRITTEN if guide is None else state_now(unit, guide, challenge)
            if state is not ChallengeState.OPEN:
                settle_challenge(unit, work, challenge, state)
                settled += 1
    return settled


def settle_challenge(
    unit: Unit,
    work: Workplace,
    challenge: Challenge,
    state: ChallengeState,
    by_id: str | None = None,
) -> None:
    """Store that a contradiction is open no more, and log it; `by_id`: whose word settled it."""
    now = work.clock.now()
    settled = {"state": state, "settled_at": now, "settled_by": by_id}
    unit.life.save_challenge(challenge.model_copy(update=settled))
    note(
        unit,
        now,
        challenge.community_id,
        Action.CHALLENGE_SETTLED,
        challenge.guide_id,
        on_behalf_of=by_id,
        reason=f"{state.value}:{challenge.id}",
    )


def set_aside(work: Workplace, actor: Actor, challenge_id: str, reason: str) -> Challenge:
    """Let a guide stand against later words, with a reason that stewards may read.

    Raises `UserInputError` without a reason or for one that is not open; `PermissionDeniedError`
    for somebody who is no steward.
    """
    if not reason.strip():
        raise UserInputError("say why the guide stands all the same")
    with work.store.writing() as unit:
        known = unit.life.challenge(challenge_id)
        if known is None or known.community_id != actor.member.community_id:
            raise UserInputError(f"there is no contradiction {challenge_id!r} in this community")
        guide = guide_in(unit, known.guide_id)
        check_may(unit, work, actor, Deed.TEND, guide)
        if known.state is not ChallengeState.OPEN:
            raise UserInputError(_settled_words(unit, known))
        keep_act(unit, work, actor, guide, StewardActKind.SET_ASIDE, reason, about=known.id)
        settle_challenge(unit, work, known, ChallengeState.SET_ASIDE, actor.member.id)
    with work.store.reading() as unit:
        after = unit.life.challenge(challenge_id)
    return after or known


def _settled_words(unit: Unit, known: Challenge) -> str:
    """Who was first, for somebody who comes second."""
    by = unit.people.member(known.settled_by) if known.settled_by else None
    who = f" by {by.name}" if by is not None else ""
    day = f" on {known.settled_at:%Y-%m-%d}" if known.settled_at is not None else ""
    state = known.state.value.replace("_", " ")
    return f"contradiction {known.id!r} is {state} already{who}{day}; nothing was changed"


def keep_act(
    unit: Unit,
    work: Workplace,
    actor: Actor,
    guide: Guide,
    kind: StewardActKind,
    reason: str,
    *,
    about: str,
) -> None:
    """Keep what a steward did to a guide and why; `about` tells acts of one kind apart."""
    number = guide.current.number
    unit.desk.save_act(
        StewardAct(
            id=StewardAct.id_of(guide.id, number, kind, actor.member.id, about),
            community_id=guide.community_id,
            guide_id=guide.id,
            version=number,
            kind=kind,
            by_id=actor.member.id,
            comment=reason.strip(),
            made_at=work.clock.now(),
        )
    )
