"""Looking back on an incident that is over: opening an after-action review, and its progress."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.inquiry.dossier import read_dossier, view_thread
from agent.inquiry.reviewing import people_of
from agent.inquiry.wakes import plan_wake
from agent.inquiry.walking import WALKS
from agent.journal import note
from agent.method.incidents import Obstacle, obstacle
from agent.method.lessons import compose_part
from agent.method.readings import ThreadView
from agent.method.words import tokenise
from agent.policy.access import ROLE_GIVERS
from agent.services.identity import Actor, find_member
from agent.services.workplace import Workplace
from agent.sources.incidents import OpenedReview, review_records
from agent.sources.own_words import clean_line, clean_text
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.records.incident import AfterAction, IncidentReview
from memory.records.inquiry import AnswerKind, InquiryStatus
from memory.records.people import Community, Member
from memory.store.protocols import Unit
from prompts.incident import load_incident

MAX_ABOUT = 4_000
"""Characters that say what an incident was about; what happened is for its people to tell."""
MAX_TITLE = 120
FEWEST_TO_COUNT = 3
"""People of a review below whom the number of answers would tell who has not answered yet."""
PHRASE_MESSAGES = 200
"""Messages looked through for the words by which a thread is meant."""


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """Where a review stands. Who has answered, passed or kept silent is nobody's business."""

    review: IncidentReview
    title: str
    status: InquiryStatus
    people: int
    answers: int | None
    """How many of the questions have been answered; `None` among so few that it would tell who."""
    guide_id: str | None
    """The lesson, once there is a draft of it."""
    lesson: GuideStatus | None = None


@dataclass(frozen=True, slots=True)
class ReviewReceipt:
    """What became of a request for a review."""

    progress: ReviewProgress
    new: bool
    """False where the same review had been opened before; nothing was stored then."""
    left_out: tuple[Member, ...] = ()
    """People who were named and are not asked, for they asked not to be."""
    not_in_it: tuple[Member, ...] = ()
    """People who were named for a review that had been opened without them."""


def open_review(
    work: Workplace,
    community: Community,
    actor: Actor,
    title: str,
    people: Sequence[str],
    *,
    about: str = "",
    thread: str = "",
    around: bool = False,
) -> ReviewReceipt:
    """Put the four questions of an after-action review to several people, each by themselves.

    With `around`, one person is asked at a time, and it goes on with those whom they name.

    `about` says what happened, or `thread` names the discussion (by id, or by words that stand
    in it alone). Raises `UserInputError` while the incident is still open or its talk private,
    and for anything that cannot be asked about; nothing is stored then.
    """
    words, heading = clean_text(about).strip(), clean_line(title, 4 * MAX_TITLE)
    now = work.clock.now()
    with work.store.reading() as unit:
        members = unit.people.members(community.id)
        named = list({m.id: m for m in (find_member(members, who) for who in people)}.values())
        discussed = _discussed(unit, community, thread) if thread else None
    _check_about(words, given=bool(about), discussed=discussed)
    _check_people(work, named)
    _check_may_open(actor.member, named, discussed)
    _check_is_over(work, heading, words, discussed, now)
    asked = [member for member in named if member.may_be_asked]
    opened = review_records(
        community,
        actor.member,
        heading,
        asked,
        now,
        about=words,
        discussed=discussed.thread if discussed else None,
        reason=load_incident().wording.reason,
    )
    _check_title(work, opened, asked)
    new = _store(work, actor, opened, WALKS if around else "")
    work.runner.advance(opened.inquiry.id)
    with work.store.reading() as unit:
        review = unit.incidents.review(opened.review.id) or opened.review
        progress = _progress(unit, review)
        asked_in_it = people_of(read_dossier(unit, review.inquiry_id))
    left_out = tuple(member for member in named if not member.may_be_asked)
    not_in_it = () if new else tuple(one for one in asked if one.id not in asked_in_it)
    return ReviewReceipt(progress, new, left_out, not_in_it)


def list_reviews(work: Workplace, community: Community) -> Sequence[ReviewProgress]:
    """Every review of a community, the oldest first."""
    with work.store.reading() as unit:
        return [_progress(unit, review) for review in unit.incidents.reviews(community.id)]


def _progress(unit: Unit, review: IncidentReview) -> ReviewProgress:
    dossier = read_dossier(unit, review.inquiry_id)
    people = len(people_of(dossier))
    told = sum(answer.kind is AnswerKind.REPLY for answer in dossier.answers.values())
    return ReviewProgress(
        review=review,
        title=dossier.view.thread.title,
        status=dossier.inquiry.status,
        people=people,
        answers=told if people >= FEWEST_TO_COUNT else None,
        guide_id=dossier.guide.id if dossier.guide else None,
        lesson=dossier.guide.status if dossier.guide else None,
    )


def _store(work: Workplace, actor: Actor, opened: OpenedReview, reason: str) -> bool:
    """Store the review whole, logged with `reason`; False: it is there already."""
    with work.store.writing() as unit:
        if unit.incidents.review(opened.review.id) is not None:
            return False
        at, community_id = opened.review.opened_at, opened.review.community_id
        unit.talk.save_threads([opened.thread])
        unit.talk.save_messages([opened.message])
        unit.talk.mark_judged([opened.thread.id], at)
        unit.inquiries.save_moments([opened.moment])
        unit.inquiries.save_inquiry(opened.inquiry)
        unit.incidents.save_review(opened.review)
        plan_wake(unit, community_id, opened.inquiry.id, at)
        subject, logged = opened.review.id, actor.logged()
        note(unit, at, community_id, Action.REVIEW_OPENED, subject, **logged, reason=reason)
        note(unit, at, community_id, Action.INQUIRY_OPENED, opened.inquiry.id)
    return True


def _discussed(unit: Unit, community: Community, wanted: str) -> ThreadView:
    """The thread with this id, or the only one in which these words stand."""
    found = unit.talk.thread(wanted)
    if found is None:
        phrase = " ".join(wanted.casefold().split())
        said = unit.talk.messages_with(community.id, phrase.split()[:8], PHRASE_MESSAGES)
        fitting = {
            m.thread_id for m in said if phrase and phrase in " ".join(m.text.casefold().split())
        }
        if len(fitting) != 1:
            problem = (
                "stand in several threads" if fitting else "are no thread's id, nor said in one"
            )
            known = f": {', '.join(sorted(fitting)[:5])}" if fitting else ""
            raise UserInputError(
                f"{clean_line(wanted, 80)!r}: the words {problem}{known}; give the id, or words "
                "that were said in this one alone"
            )
        found = unit.talk.thread(fitting.pop())
    if found is None or found.community_id != community.id or not found.open_to_all:
        raise UserInputError(f"no public thread {wanted!r} in {community.name!r}")
    return view_thread(unit, found.id)


def _check_about(words: str, *, given: bool, discussed: ThreadView | None) -> None:
    if (discussed is not None) == given:
        raise UserInputError("say what it is about: either --about WORDS or --thread ID, not both")
    if given and not words:
        raise UserInputError("--about is empty; say in a sentence or two what happened")
    if len(words) > MAX_ABOUT:
        raise UserInputError(
            f"--about has {len(words):,} characters, at most {MAX_ABOUT:,} are taken; what "
            "happened is for the people of the review to tell"
        )


def _check_people(work: Workplace, named: Sequence[Member]) -> None:
    bots = [member.handle for member in named if member.is_bot]
    most = work.policy.lesson.people_at_most
    if bots:
        raise UserInputError(f"{bots[0]!r} is a bot; only people are asked")
    if len(named) > most:
        raise UserInputError(f"{len(named)} people are named; at most {most} are asked at once")
    if not any(member.may_be_asked for member in named):
        who = ", ".join(repr(member.handle) for member in named)
        raise UserInputError(
            f"nobody is left to ask: {who} asked not to be" if who else "name people with --people"
        )


def _check_may_open(member: Member, named: Sequence[Member], discussed: ThreadView | None) -> None:
    """Whoever was part of it may look back on it, and whoever coordinates."""
    spoke = {m.author_id for m in discussed.messages} if discussed else set()
    took_part = member.id in spoke or member.id in {one.id for one in named}
    if not took_part and not ROLE_GIVERS & set(member.roles):
        raise PermissionDeniedError(
            "a review is opened by somebody who was part of it, by a coordinator or by a steward"
        )


def _check_is_over(
    work: Workplace, title: str, about: str, discussed: ThreadView | None, now: datetime
) -> None:
    said = [m.own_words() for m in discussed.messages if not m.deleted] if discussed else []
    found = obstacle([*said, about], work.catalogue) or (
        Obstacle.SENSITIVE if obstacle([title], work.catalogue) is Obstacle.SENSITIVE else None
    )
    if found is Obstacle.OPEN:
        where = "the thread does not say" if discussed else "what you wrote does not say"
        raise UserInputError(
            f"the incident reads as still open: {where} that it is over (such as resolved, "
            "mitigated, back to normal); a review begins once it is closed"
        )
    if found is Obstacle.SENSITIVE:
        raise UserInputError(
            "it touches a conflict, a person, the law or security; what is told in a review "
            "becomes a lesson that everybody reads, so nobody is asked about it here"
        )
    quiet = timedelta(hours=work.policy.ask.quiet_thread_hours)
    if discussed is not None and discussed.thread.last_at + quiet > now:
        raise UserInputError(
            f"people are still talking in thread {discussed.thread.id!r}; try again once it has "
            f"been quiet for {work.policy.ask.quiet_thread_hours:g} hours"
        )


def _check_title(work: Workplace, opened: OpenedReview, asked: Sequence[Member]) -> None:
    """The title is quoted in every question, and names nobody."""
    title, rules = opened.thread.title, work.catalogue.gates
    words = tokenise(title)
    if not rules.min_quote_words <= len(words) <= rules.max_quote_words or len(title) > MAX_TITLE:
        raise UserInputError(
            f"a title has {rules.min_quote_words} to {rules.max_quote_words} words: it is quoted "
            f"in every question; {clean_line(title, 80)!r} has {len(words)}"
        )
    for member in asked:
        for name in {member.handle, member.name.split()[0] if member.name else ""} - {""}:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title):
                raise UserInputError(
                    f"the title names {name!r}; a review looks at what happened, not at who did it"
                )
    quotable = opened.message.is_own(0, len(title)) and '"' not in title
    if not quotable or not all(
        compose_part(part, opened.message, title, asked[0], (), work.catalogue)
        for part in AfterAction
    ):
        raise UserInputError(
            f"the title {title!r} cannot be quoted in a question; use plain words, without "
            "quotation marks or markup"
        )
