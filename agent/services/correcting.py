"""What authors change of their own words, at any time: correct a sentence, or strike it.

A correction is an answer like any other: a message of its own in the interview, which the sentence
cites from then on. What it replaces stays in the record and is used no more. Taking words away
holds at once, on published guides too; a corrected one leaves the search until a steward has
approved the new words, because advice without the limit that is being corrected is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.inquiry.dossier import corrections_for, read_dossier, retired_in, spoken
from agent.inquiry.telling import says_enough
from agent.journal import note
from agent.method.contradictions import contradictions_in
from agent.method.differing import difference_in_words
from agent.method.retiring import (
    Placed,
    Retired,
    part_taken_out,
    rebuilt,
    said_in,
    sentence_of,
    shortened,
    taken_out,
)
from agent.method.sentences import own_sentences
from agent.privacy.guides import look_ahead
from agent.services.confirming import own_sentence_at, with_yes
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.reviewing import MAX_SENTENCE
from agent.services.settling import (
    advance,
    check_alive,
    check_unchanged,
    guide_with_words_of,
    keys_in,
    log_act,
    retract,
    settle,
)
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_text, segment_markdown
from memory.errors import UserInputError
from memory.records.correction import ChangeKind, Correction, Place
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus, GuideVersion, key_of
from memory.records.inquiry import Facet
from memory.records.people import Member
from memory.records.talk import INTERVIEW_SOURCE, EvidenceSpan, Message, MessageKind, Origin, Thread
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change."""

    guide: Guide
    gone: tuple[str, ...] = ()
    """Texts that stand in the guide no more."""
    differs: tuple[str, ...] = ()
    """What of a correction differs from what somebody said before, in words."""

    @property
    def let_go(self) -> bool:
        """Whether so little was left that the guide was let go."""
        return self.guide.status is GuideStatus.RETRACTED


def correct_sentence(
    work: Workplace,
    actor: Actor,
    guide_id: str,
    number: int,
    text: str,
    *,
    version: int | None = None,
) -> Changed:
    """Put other words of one's own in the place of a sentence; that is a yes to them as well.

    Raises `UserInputError` for an empty or over-long text, or a guide that changed meanwhile.
    """
    known = find_guide(work, guide_id)
    look_ahead(work.store, work.policy.privacy, known.id, text)
    with work.store.writing() as unit:
        guide = guide_with_words_of(unit, known.id, actor.member)
        check_alive(unit, guide)
        check_unchanged(guide, version)
        own_sentence_at(guide, actor.member, number)
        facet = guide.current.placed()[number - 1][0]
        message = _store_words(unit, work, guide, actor.member, number, text)
        change = _change(unit, work, guide, actor.member, number, message)
        unit.guides.save_correction(change)
        placed = _in_place(unit, guide, number, change, message)
        key = key_of(facet, sentence_of(message))
        mode = guide.credit_of(actor.member.id, actor.member.consent.credit)
        agreed = with_yes(guide, actor.member, [key], mode, work.clock.now(), one_by_one=True)
        log_act(unit, work, actor, guide, Action.SENTENCE_CORRECTED, f"sentence:{number}")
        differs = _note_differences(unit, work, guide, message)
        after = store_anew(unit, work, agreed, placed, least=False)
    advance(work, after)
    return Changed(find_guide(work, after.id), gone_from(guide, after), differs)


def put_in_place(
    unit: Unit, work: Workplace, guide: Guide, author: Member, number: int, message: Message
) -> Guide:
    """Put an answer of its author in the place of a sentence, without their yes to it yet."""
    change = _change(unit, work, guide, author, number, message)
    unit.guides.save_correction(change)
    placed = _in_place(unit, guide, number, change, message)
    return store_anew(unit, work, guide, placed, least=False)


def strike_sentences(
    work: Workplace,
    actor: Actor,
    guide_id: str,
    numbers: Sequence[int],
    *,
    version: int | None = None,
) -> Changed:
    """Leave out sentences of one's own, by number. Of a shared one only one's own part goes.

    Without its summary a guide goes on with what to do; where too little is left it is let go.
    """
    known = find_guide(work, guide_id)
    look_ahead(work.store, work.policy.privacy, known.id)
    with work.store.writing() as unit:
        guide = guide_with_words_of(unit, known.id, actor.member)
        check_alive(unit, guide)
        check_unchanged(guide, version)
        for number in dict.fromkeys(numbers):
            own_sentence_at(guide, actor.member, number)
            change = _change(unit, work, guide, actor.member, number, None)
            if change.sentence not in {c.sentence for c in _made_now(unit, change)}:
                unit.guides.save_correction(change)
            log_act(unit, work, actor, guide, Action.SENTENCE_STRUCK, f"sentence:{number}")
        after = store_anew(unit, work, guide, guide.current.placed(), least=True)
    advance(work, after)
    return Changed(find_guide(work, after.id), gone_from(guide, after))


def _made_now(unit: Unit, change: Correction) -> Iterable[Correction]:
    """Changes of the same version by the same author: one sentence may stand in two places."""
    return (
        c
        for c in unit.guides.corrections(change.guide_id)
        if (c.version, c.author_id) == (change.version, change.author_id)
    )


def gone_from(before: Guide, after: Guide) -> tuple[str, ...]:
    """Texts that stand in the guide no more; of one that was let go, all of them."""
    kept = {s.text for s in after.current.sentences()}
    if after.status is GuideStatus.RETRACTED:
        kept = set()
    texts = dict.fromkeys(s.text for s in before.current.sentences())
    return tuple(text for text in texts if text not in kept)


def places_of(spans: Iterable[EvidenceSpan], answers: Iterable[Message]) -> tuple[Place, ...]:
    """Where the spans stand, and the answers as a whole."""
    whole = [Place(message_id=m.id, start=0, end=len(m.text)) for m in answers if m.text]
    known = {place.message_id for place in whole}
    cited = [
        Place(message_id=span.message_id, start=span.start, end=span.end)
        for span in spans
        if span.message_id not in known
    ]
    return (*whole, *cited)


def _store_words(
    unit: Unit, work: Workplace, guide: Guide, member: Member, number: int, text: str
) -> Message:
    """Keep a correction as a message of the interview. Raises `UserInputError` for bad input."""
    if not text.strip():
        raise UserInputError("a correction needs words; to leave the sentence out, use --strike")
    if len(text) > MAX_SENTENCE:
        raise UserInputError(
            f"a correction has at most {MAX_SENTENCE:,} characters, this one {len(text):,}; "
            "nothing was changed"
        )
    now = work.clock.now()
    thread = Thread(
        id=Thread.id_of(guide.community_id, INTERVIEW_SOURCE, guide.inquiry_id),
        community_id=guide.community_id,
        source=INTERVIEW_SOURCE,
        native_id=guide.inquiry_id,
        private=True,
        started_at=now,
        last_at=now,
    )
    segmented = segment_markdown(clean_text(text))
    native = f"{guide.id}:{guide.current.number}:{number}:{member.id}"
    message = Message(
        id=Message.id_of(guide.community_id, INTERVIEW_SOURCE, native),
        community_id=guide.community_id,
        thread_id=thread.id,
        source=INTERVIEW_SOURCE,
        native_id=native,
        author_id=member.id,
        kind=MessageKind.INTERVIEW,
        text=segmented.text,
        segments=segmented.segments,
        sent_at=now,
        origin=Origin(file="correction", line=number),
    )
    if not any(True for _ in message.own_spans()):
        raise UserInputError("the correction holds no words of your own, only quotation or code")
    unit.talk.save_threads([thread])
    unit.talk.save_messages([message])
    return message


def _change(
    unit: Unit, work: Workplace, guide: Guide, member: Member, number: int, message: Message | None
) -> Correction:
    """The record of one sentence's change. It retires what no other sentence rests on too."""
    placed = guide.current.placed()
    facet, sentence = placed[number - 1]
    key = key_of(facet, sentence)
    same = [s for f, s in placed if key_of(f, s) == key]
    elsewhere = places_of((span for _, s in placed if s not in same for span in said_in(s)), ())
    spans = dict.fromkeys(span for s in same for span in said_in(s))
    messages = unit.talk.messages({span.message_id for span in spans})
    own = [
        span
        for span in spans
        if span.message_id in messages
        and messages[span.message_id].author_id == member.id
        and not any(place.touches(span) for place in elsewhere)
    ]
    return Correction(
        id=Correction.id_of(guide.id, guide.current.number, member.id, key),
        community_id=guide.community_id,
        guide_id=guide.id,
        version=guide.current.number,
        author_id=member.id,
        kind=ChangeKind.STRUCK if message is None else ChangeKind.CORRECTED,
        facet=facet,
        sentence=key,
        retired=places_of(own, ()),
        message_id=message.id if message else None,
        made_at=work.clock.now(),
    )


def _in_place(
    unit: Unit, guide: Guide, number: int, change: Correction, message: Message
) -> list[Placed]:
    """The sentences with the correction in its place, and after it what others said of the old."""
    placed = guide.current.placed()
    facet, old = placed[number - 1]
    retired = _retired(unit, guide, guide.current)
    gone = [span for span in old.evidence if retired.author_of(span) == change.author_id]
    rest = part_taken_out(old, gone, retired, reword=not guide.approved)
    found: list[Placed] = [*placed[: number - 1], (facet, sentence_of(message))]
    if rest is not None and rest is not old:
        found.append((facet or Facet.ACTION, rest))
    return [*found, *placed[number:]]


def _retired(unit: Unit, guide: Guide, version: GuideVersion) -> Retired:
    return retired_in(unit, version, corrections_for(unit, guide.id, guide.community_id))


def store_anew(
    unit: Unit, work: Workplace, guide: Guide, placed: Sequence[Placed], *, least: bool
) -> Guide:
    """Store the guide with what its authors' changes leave of some sentences.

    With `least`, one that says too little then is let go.
    """
    retired = _retired(unit, guide, guide.current)
    kept = taken_out(placed, retired, reword=not guide.approved)
    dossier = read_dossier(unit, guide.inquiry_id)
    version = rebuilt(
        guide.current,
        kept,
        retired,
        work.catalogue,
        number=guide.current.number + 1,
        at=work.clock.now(),
        thread_title=dossier.view.thread.title,
    )
    if version is None or (least and not says_enough(work.context, dossier, version)):
        return retract(unit, work, guide)
    pairs = shortened(placed, kept)
    return settle(unit, work, _still_agreed(guide, pairs), version)


def _still_agreed(guide: Guide, pairs: Sequence[tuple[str, str]]) -> Guide:
    """The guide, where a yes and an approval also hold for what a sentence was shortened to."""
    confirmations = []
    for said in guide.confirmations:
        given = said.approvals(guide.current)
        more = [
            yes.model_copy(update={"sentence": new})
            for old, new in pairs
            for yes in given
            if yes.sentence == old
        ]
        confirmations.append(said.model_copy(update={"approved": (*given, *more)}))
    approved = guide.approved
    if guide.status is GuideStatus.PUBLISHED:
        approved = approved or keys_in(guide.current)
    approved = (*approved, *(new for old, new in pairs if old in approved))
    return guide.model_copy(update={"confirmations": tuple(confirmations), "approved": approved})


def _note_differences(
    unit: Unit, work: Workplace, guide: Guide, message: Message
) -> tuple[str, ...]:
    """Log and tell what of a correction contradicts earlier words; it stands all the same."""
    dossier = read_dossier(unit, guide.inquiry_id)
    known = [*spoken(unit, dossier.view.thread.id), *dossier.replies.values()]
    found = contradictions_in(own_sentences(message), known)
    people = {m.id: m for m in unit.people.members(guide.community_id)}
    if found:
        whose = "own" if found[0].before_by == message.author_id else "other"
        note(
            unit,
            work.clock.now(),
            guide.community_id,
            Action.ANSWER_DIFFERS,
            guide.id,
            on_behalf_of=message.author_id,
            reason=f"{found[0].kind.value}:{whose}",
        )
    told = (difference_in_words(one, message.author_id or "", people) for one in found)
    return tuple(dict.fromkeys(told))
