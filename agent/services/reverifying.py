"""Does a published guide still hold? One question to its author, within every budget there is.

Asked when its date has come, or when later words contradict it; once for each. A yes puts the
date off. Where the author says otherwise the guide is marked for its readers at once, and their
words stand in a new version as soon as they have confirmed it and a steward has approved it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agent.inquiry.dossier import Dossier, read_dossier
from agent.inquiry.turns import verdict_on
from agent.inquiry.wakes import plan
from agent.journal import note
from agent.policy.budgets import Turn
from agent.policy.governance import Deed, Seen
from agent.policy.patience import ends_at, remind_at
from agent.services.challenging import keep_act, settle_challenge
from agent.services.challenging_marks import Contested, keyed, marks_of
from agent.services.correcting import put_in_place
from agent.services.governing import check_may
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.reverifying_replies import read_reply
from agent.services.settling import advance, guide_in, log_act
from agent.services.waiting import is_paused
from agent.services.workplace import Workplace
from agent.sight import reader_for, sight_in
from memory.errors import UserInputError
from memory.records.challenge import Challenge, ChallengeState, Recheck, RecheckState
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideSentence, GuideStatus
from memory.records.inquiry import DueKind, Facet, Question, QuestionStatus
from memory.records.people import Community, Member
from memory.records.stewarding import StewardActKind
from memory.records.talk import EvidenceSpan, Message
from memory.store.protocols import Unit
from prompts.life import load_life

WAITS = (RecheckState.ASKED, RecheckState.CHANGED, RecheckState.UNCLEAR, RecheckState.UNANSWERED)
"""While one of these stands for a version, nobody is asked about it again."""
TO_RENEW = (RecheckState.CHANGED, RecheckState.UNCLEAR)


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why a guide is asked about: one sentence of it, and what contradicts it if anything does."""

    key: str
    """Tells it from other causes; a function of what is stored."""
    number: int
    """Of the sentence, 1 being the summary."""
    authors: tuple[str, ...]
    contested: Contested | None = None


def ask_again(work: Workplace, community: Community) -> int:
    """Ask about every guide that is due or contested and whose author may be asked now."""
    now = work.clock.now()
    with work.store.reading() as unit:
        if is_paused(unit, work, community.id):
            return 0
        contested = {
            one.guide_id for one in unit.life.challenges(community.id, [ChallengeState.OPEN])
        }
        standings = unit.desk.standings(community.id, [GuideStatus.PUBLISHED])
        wanted = [
            standing.id
            for standing in standings
            if standing.id in contested
            or (standing.review_by is not None and standing.review_by <= now)
        ]
    asked = 0
    for guide_id in wanted:
        with work.store.writing() as unit:
            asked += _ask_about(unit, work, guide_in(unit, guide_id))
    return asked


def _ask_about(unit: Unit, work: Workplace, guide: Guide) -> bool:
    """Ask the first author who may be asked about the first cause; whether anybody was."""
    if guide.status is not GuideStatus.PUBLISHED or _waits(unit, guide):
        return False
    dossier = read_dossier(unit, guide.inquiry_id)
    if dossier.view.thread.private:
        return False
    for cause in _causes(unit, work, guide):
        if unit.life.recheck(Recheck.id_of(guide.id, cause.key)) is not None:
            continue
        for author_id in cause.authors:
            member = unit.people.member(author_id)
            if member is None or author_id in dossier.left:
                continue
            reader = reader_for(member, guide.community_id)
            if sight_in(unit, guide.community_id, reader, guide.id).of(guide.id) is not Seen.ALL:
                continue
            verdict = verdict_on(unit, work.context, member, dossier.view.thread)
            if verdict.turn is Turn.NOW:
                _put(unit, work, guide, dossier, member, cause)
                return True
            if verdict.turn is Turn.LATER:
                return False
    return False


def _waits(unit: Unit, guide: Guide) -> bool:
    """Whether this version is being asked about, or its author's word waits for a steward."""
    number = guide.current.number
    known = unit.life.rechecks_of(guide.id)
    return any(one.version == number and one.state in WAITS for one in known)


def _causes(unit: Unit, work: Workplace, guide: Guide) -> Iterator[_Cause]:
    """What calls the guide into question, contradictions before its date."""
    sentences = guide.current.sentences()
    for one in marks_of(unit, guide).contested:
        authors = sentences[one.number - 1].author_ids
        yield _Cause(one.challenge.id, one.number, authors, one)
    if guide.review_by is not None and guide.review_by <= work.clock.now():
        counts = Counter(author for s in sentences for author in s.author_ids)
        for author, _ in counts.most_common():
            number = next(n for n, s in enumerate(sentences, start=1) if author in s.author_ids)
            yield _Cause(f"due:{guide.review_by.date().isoformat()}", number, (author,))


def _put(
    unit: Unit, work: Workplace, guide: Guide, dossier: Dossier, member: Member, cause: _Cause
) -> None:
    """Open the question in its author's inbox, and keep what it is about."""
    now, asking = work.clock.now(), load_life().asking
    facet, sentence = guide.current.placed()[cause.number - 1]
    question = Question(
        **_place(dossier),
        community_id=guide.community_id,
        inquiry_id=guide.inquiry_id,
        asked_of=member.id,
        facet=facet or Facet.ACTION,
        text=_worded(member, sentence, cause.contested),
        quote=_quote(dossier, sentence),
        template="recheck.contested" if cause.contested else "recheck.due",
        because=asking.because_contested if cause.contested else asking.because_due,
        minutes=asking.minutes,
        value=asking.value,
        status=QuestionStatus.OPEN,
        composed_at=now,
        delivered_at=now,
    )
    work.context.channel.deliver(unit, question)
    policy = work.policy.ask
    for kind, at in (
        (DueKind.REMIND, remind_at(member, policy, question, now)),
        (DueKind.EXPIRE, ends_at(member, policy, question)),
    ):
        if at is not None:
            plan(unit, guide.community_id, kind, question.id, at)
    key = next(key for key, (number, _) in keyed(guide).items() if number == cause.number)
    unit.life.save_recheck(
        Recheck(
            id=Recheck.id_of(guide.id, cause.key),
            community_id=guide.community_id,
            guide_id=guide.id,
            version=guide.current.number,
            sentence=key,
            question_id=question.id,
            asked_of=member.id,
            challenge_id=cause.contested.challenge.id if cause.contested else None,
            asked_at=now,
        )
    )
    note(
        unit,
        now,
        guide.community_id,
        Action.QUESTION_DELIVERED,
        question.id,
        on_behalf_of=member.id,
        reason=question.template,
    )


def _place(dossier: Dossier) -> dict[str, object]:
    """Id and turn of the inquiry's next question; one that never reached anybody gives its own."""
    turn = max((q.turn for q in dossier.delivered), default=0) + 1
    stale = next((q for q in dossier.questions if q.turn == turn), None)
    return {"id": stale.id if stale else Question.id_of(dossier.inquiry.id, turn), "turn": turn}


def _worded(member: Member, sentence: GuideSentence, contested: Contested | None) -> str:
    asking = load_life().asking
    quote = sentence.text.rstrip(".")
    if contested is None:
        return asking.due.format(quote=quote)
    own = contested.challenge.author_id == member.id
    wording = asking.contested_own if own else asking.contested
    return wording.format(quote=quote, words=" ".join(contested.words.split()).rstrip("."))


def _quote(dossier: Dossier, sentence: GuideSentence) -> EvidenceSpan:
    """The words that the sentence rests on, of those that the question can be shown with."""
    known = {m.id for m in (*dossier.view.messages, *dossier.replies.values())}
    spans = [span for span in sentence.evidence if span.message_id in known]
    if spans:
        return spans[0]
    start, end = next(dossier.anchor.own_spans())
    return EvidenceSpan.of(dossier.anchor, start, end)


def settle_rechecks(work: Workplace, community: Community) -> int:
    """Act on every answer, and on the lack of one; returns on how many."""
    with work.store.reading() as unit:
        open_ones = unit.life.rechecks(community.id, [RecheckState.ASKED])
    return sum(settle_recheck(work, one.id) for one in open_ones)


def settle_recheck(work: Workplace, recheck_id: str) -> bool:
    """Act on what became of one question, once; whether anything did."""
    with work.store.writing() as unit:
        recheck = unit.life.recheck(recheck_id)
        question = unit.inquiries.question(recheck.question_id) if recheck else None
        if recheck is None or recheck.state is not RecheckState.ASKED:
            return False
        if question is not None and question.status is QuestionStatus.OPEN:
            return False
        state = RecheckState.UNANSWERED
        message = _reply(unit, recheck)
        if message is not None:
            state = read_reply(message.own_words())
        _keep(unit, work, recheck, state, recheck.asked_of)
        if state is RecheckState.HOLDS:
            _uphold(unit, work, recheck)
    return True


def _reply(unit: Unit, recheck: Recheck) -> Message | None:
    """The answer in words, if there is one that stands still."""
    answer = unit.inquiries.answer(recheck.question_id)
    if answer is None or answer.message_id is None:
        return None
    message = unit.talk.message(answer.message_id)
    return None if message is None or message.deleted else message


def _keep(unit: Unit, work: Workplace, recheck: Recheck, state: RecheckState, by_id: str) -> None:
    now = work.clock.now()
    unit.life.save_recheck(recheck.model_copy(update={"state": state, "settled_at": now}))
    note(
        unit,
        now,
        recheck.community_id,
        Action.GUIDE_RECHECKED,
        recheck.guide_id,
        on_behalf_of=by_id,
        reason=f"{state.value}:{recheck.id}",
    )


def _uphold(unit: Unit, work: Workplace, recheck: Recheck) -> None:
    """Put the date of the guide's next check off, and settle what contradicted it."""
    guide = unit.guides.guide(recheck.guide_id)
    if guide is None or guide.status is not GuideStatus.PUBLISHED:
        return
    if recheck.sentence not in keyed(guide):
        return
    later = work.clock.now() + timedelta(days=work.policy.guide.review_after_days)
    if guide.review_by is None or guide.review_by < later:
        unit.guides.save_guide(guide.model_copy(update={"review_by": later}))
    for challenge in unit.life.challenges_of(guide.id):
        known = challenge.found_at <= recheck.asked_at and challenge.sentence == recheck.sentence
        if known and challenge.state is ChallengeState.OPEN:
            settle_challenge(unit, work, challenge, ChallengeState.UPHELD, recheck.asked_of)


def _challenge(unit: Unit, recheck: Recheck) -> Challenge | None:
    """What contradicts the guide still, of a question that was asked about that."""
    known = unit.life.challenge(recheck.challenge_id) if recheck.challenge_id else None
    return known if known is not None and known.state is ChallengeState.OPEN else None


def let_stand(
    work: Workplace, actor: Actor, guide_id: str, reason: str, *, recheck_id: str | None = None
) -> Guide:
    """A steward says in its author's stead that a guide holds; puts its next check off.

    For guides whose author did not answer, answered unclearly, or cannot be asked. Raises
    `UserInputError` without a reason, for a guide that is not published, or where `recheck_id`
    names what they read and somebody else has settled it since.
    """
    known = find_guide(work, guide_id)
    if not reason.strip():
        raise UserInputError("say why the guide stands all the same")
    with work.store.writing() as unit:
        guide = _published(unit, work, actor, known.id)
        _check_waits(unit, guide, recheck_id)
        now = work.clock.now()
        about = f"stand@{now.isoformat()}"
        keep_act(unit, work, actor, guide, StewardActKind.SET_ASIDE, reason, about=about)
        for recheck in _waiting(unit, guide):
            _keep(unit, work, recheck, RecheckState.SETTLED, actor.member.id)
            challenge = _challenge(unit, recheck)
            if challenge is not None:
                state = ChallengeState.SET_ASIDE
                settle_challenge(unit, work, challenge, state, actor.member.id)
        later = now + timedelta(days=work.policy.guide.review_after_days)
        after = guide.model_copy(update={"review_by": max(guide.review_by or later, later)})
        unit.guides.save_guide(after)
        log_act(unit, work, actor, guide, Action.GUIDE_RECHECKED, "by_steward")
    return after


def renew(work: Workplace, actor: Actor, guide_id: str, *, recheck_id: str | None = None) -> Guide:
    """Make a new version with what its author answered in the place of the sentence.

    It waits for the author's yes and a steward's approval as any other, and is read by nobody
    else until then. Raises `UserInputError` where no author has said that the guide changed, and
    as `let_stand` does for a `recheck_id`.
    """
    known = find_guide(work, guide_id)
    with work.store.writing() as unit:
        guide = _published(unit, work, actor, known.id)
        _check_waits(unit, guide, recheck_id)
        for recheck in _waiting(unit, guide, TO_RENEW):
            message, found = _reply(unit, recheck), keyed(guide).get(recheck.sentence)
            author = unit.people.member(recheck.asked_of)
            if message is None or found is None or author is None:
                continue
            after = put_in_place(unit, work, guide, author, found[0], message)
            _keep(unit, work, recheck, RecheckState.RENEWED, author.id)
            log_act(
                unit, work, actor, guide, Action.GUIDE_RENEWED, f"version:{after.current.number}"
            )
            break
        else:
            raise UserInputError(
                f"no author of guide {guide.id!r} has said in words that it changed; there is "
                "nothing to make a new version of"
            )
    advance(work, after)
    return find_guide(work, guide.id)


def _waiting(unit: Unit, guide: Guide, states: Sequence[RecheckState] = WAITS[1:]) -> list[Recheck]:
    """Answers to this version, and the lack of one, on which nobody has decided."""
    number = guide.current.number
    known = unit.life.rechecks_of(guide.id)
    return [one for one in known if one.version == number and one.state in states]


def _check_waits(unit: Unit, guide: Guide, recheck_id: str | None) -> None:
    """Raises `UserInputError` where what somebody read was settled by another meanwhile."""
    if recheck_id is None or any(one.id == recheck_id for one in _waiting(unit, guide)):
        return
    raise UserInputError(
        f"what the author of guide {guide.id!r} was asked is settled already, perhaps by another "
        "steward; nothing was changed"
    )


def _published(unit: Unit, work: Workplace, actor: Actor, guide_id: str) -> Guide:
    guide = guide_in(unit, guide_id)
    check_may(unit, work, actor, Deed.TEND, guide)
    if guide.community_id != actor.member.community_id or (
        guide.status is not GuideStatus.PUBLISHED
    ):
        raise UserInputError(f"guide {guide.id!r} is not published here; nothing was changed")
    return guide
