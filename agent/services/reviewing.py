"""A steward's part: decide on a confirmed guide, or edit a sentence of it within its evidence."""

from __future__ import annotations

from agent.inquiry.wakes import plan_wake
from agent.method.entailment import is_grounded, stems_of
from agent.method.lessons import lesson_obstacles
from agent.method.measures import measure, publishable
from agent.policy.governance import Deed
from agent.privacy.guides import look_ahead
from agent.services.governing import check_may, rules_in
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.settling import advance, check_unchanged, guide_in, log_act, settle
from agent.services.voting import cast_vote, is_voted_on
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_text
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.guide import (
    Decision,
    Guide,
    GuideSection,
    GuideSentence,
    GuideStatus,
    GuideVersion,
    Review,
)
from memory.store.protocols import Unit

DECISION_ACTION = {
    Decision.APPROVE: Action.GUIDE_APPROVED,
    Decision.REVISE: Action.GUIDE_RETURNED,
    Decision.REJECT: Action.GUIDE_REJECTED,
}
DEEDS = {
    Decision.APPROVE: Deed.APPROVE,
    Decision.REVISE: Deed.RETURN,
    Decision.REJECT: Deed.REJECT,
}
MAX_SENTENCE = 1_000
"""Characters of one sentence of a guide."""


def review_guide(
    work: Workplace, actor: Actor, guide_id: str, decision: Decision, comment: str = ""
) -> Guide:
    """Decide on a confirmed guide. Of two stewards at once the first decides.

    Where peers decide by quorum this is one vote, which may be changed until enough agree.
    Raises `PermissionDeniedError` without the right, `UserInputError` for a guide that does not
    wait for a decision, or a revision or rejection without a comment.
    """
    known = find_guide(work, guide_id)
    if decision is not Decision.APPROVE and not comment.strip():
        raise UserInputError("say in a comment what has to change, or why it is rejected")
    now = work.clock.now()
    with work.store.writing() as unit:
        guide = _to_decide(unit, work, actor, known.id, DEEDS[decision])
        obstacles = publishing_obstacles(work, guide)
        if decision is Decision.APPROVE and obstacles:
            raise UserInputError(
                f"guide {guide.id!r} cannot be published yet: {'; '.join(obstacles)}; send it back "
                "with --revise"
            )
        version = guide.current.number
        rules = rules_in(unit, work.policy, guide.community_id)
        if is_voted_on(unit, rules, actor, guide):
            tally = cast_vote(unit, work, actor, guide, decision, comment.strip())
            reached = tally.reached
            if reached is None or (reached is Decision.APPROVE and obstacles):
                return guide
            decision, comment = reached, comment if reached is decision else ""
        unit.guides.save_review(
            Review(
                id=Review.id_of(guide.id, version, actor.member.id),
                community_id=guide.community_id,
                guide_id=guide.id,
                version=version,
                reviewer_id=actor.member.id,
                decision=decision,
                comment=comment.strip(),
                decided_at=now,
            )
        )
        if decision is not Decision.APPROVE:
            status = GuideStatus.DRAFT if decision is Decision.REVISE else GuideStatus.REJECTED
            unit.guides.save_guide(guide.model_copy(update={"status": status}))
        plan_wake(unit, guide.community_id, guide.inquiry_id, now)
        log_act(unit, work, actor, guide, DECISION_ACTION[decision], f"version:{version}")
    advance(work, guide)
    return find_guide(work, guide.id)


def _to_decide(unit: Unit, work: Workplace, actor: Actor, guide_id: str, deed: Deed) -> Guide:
    """The guide, if it waits for a decision that this person may take; else it says why not."""
    guide = guide_in(unit, guide_id)
    check_may(unit, work, actor, deed, guide)
    if guide.status is not GuideStatus.CONFIRMED:
        raise UserInputError(
            f"guide {guide.id!r} does not wait for a decision; it is {guide.status}"
        )
    version = guide.current.number
    if any(review.version == version for review in unit.guides.reviews(guide.id)):
        raise UserInputError(f"version {version} of guide {guide.id!r} is decided already")
    return guide


def publishing_obstacles(work: Workplace, guide: Guide) -> tuple[str, ...]:
    """What the policy still misses before a guide may be published, in words."""
    version = guide.current
    with work.store.reading() as unit:
        is_lesson = unit.incidents.review_of(guide.inquiry_id) is not None
    if is_lesson:
        words, most = version.measures.words, work.policy.guide.max_words
        return lesson_obstacles(version.coverage, words, work.policy.lesson, max_words=most)
    return publishable(version.measures, version.coverage, work.policy.guide)[1]


def edit_sentence(
    work: Workplace,
    actor: Actor,
    guide_id: str,
    number: int,
    text: str,
    *,
    version: int | None = None,
) -> Guide:
    """Reword one sentence within its evidence; its authors then confirm it again, and only it.

    `number` counts from 1, the summary first. Raises `UserInputError`, with the reasons in words,
    for an edit that its cited words do not carry.
    """
    known = find_guide(work, guide_id)
    words = " ".join(clean_text(text).split())
    if not words or len(words) > MAX_SENTENCE:
        raise UserInputError(f"an edit has 1 to {MAX_SENTENCE:,} characters; nothing was changed")
    look_ahead(work.store, work.policy.privacy, known.id)
    with work.store.writing() as unit:
        guide = _to_decide(unit, work, actor, known.id, Deed.EDIT)
        check_unchanged(guide, version)
        sentence = sentence_at(guide, number)
        if words == sentence.text:
            raise UserInputError(f"sentence {number} says just that already")
        _check_grounded(unit, guide, number, sentence, words)
        edited = _with_sentence(work, guide.current, number, words)
        log_act(unit, work, actor, guide, Action.SENTENCE_EDITED, f"sentence:{number}")
        guide = settle(unit, work, guide, edited)
    advance(work, guide)
    return find_guide(work, guide.id)


def sentence_at(guide: Guide, number: int) -> GuideSentence:
    """The sentence with this number, 1 being the summary. Raises `UserInputError`."""
    sentences = guide.current.sentences()
    if not 1 <= number <= len(sentences):
        raise UserInputError(
            f"guide {guide.id!r} has sentences 1 to {len(sentences)}, no {number!r}"
        )
    return sentences[number - 1]


def _check_grounded(
    unit: Unit, guide: Guide, number: int, sentence: GuideSentence, words: str
) -> None:
    messages = unit.talk.messages({step.message_id for step in guide.current.trail})
    context = stems_of(m.own_words() for m in messages.values() if not m.deleted)
    verdict = is_grounded(words, sentence.quotes(), context)
    if not verdict.ok:
        raise UserInputError(
            f"sentence {number} was not changed, for its sources do not carry the edit: "
            f"{'; '.join(verdict.reasons)}. Stay within the words cited, or send the guide back "
            "with --revise to ask for more"
        )


def _with_sentence(work: Workplace, version: GuideVersion, number: int, words: str) -> GuideVersion:
    """The next version, with other words for one sentence and its measures taken anew."""
    count = 1

    def reworded(sentence: GuideSentence) -> GuideSentence:
        return sentence.model_copy(update={"text": words, "worded_by": ""})

    summary = reworded(version.summary) if number == count else version.summary
    sections: list[GuideSection] = []
    for section in version.sections:
        here = []
        for sentence in section.sentences:
            count += 1
            here.append(reworded(sentence) if number == count else sentence)
        sections.append(section.model_copy(update={"sentences": tuple(here)}))
    return version.model_copy(
        update={
            "number": version.number + 1,
            "summary": summary,
            "sections": tuple(sections),
            "measures": measure(summary, sections, version.coverage, work.catalogue),
            "created_at": work.clock.now(),
        }
    )
