"""After-action reviews: four questions to several people, apart and at once, and their lesson."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.engines.embedded import EmbeddedEngine
from agent.inquiry.dossier import read_dossier
from agent.services.answering import give_answer
from agent.services.confirming import confirm_guide
from agent.services.consent import opt_out
from agent.services.identity import Actor
from agent.services.incidents import ReviewReceipt, list_reviews, open_review
from agent.services.reviewing import review_guide
from agent.services.sweeping import sweep
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.incident import AfterAction
from memory.records.inquiry import (
    AnswerKind,
    CloseReason,
    Inquiry,
    InquiryStatus,
    Question,
    QuestionStatus,
)
from memory.records.people import Member
from memory.records.policy import AskPolicy, Policy
from prompts.incident import part_of
from tests.agent.conftest import ASKER, EXPERT, OTHER, STEWARD, Guild
from tests.builders import COMMUNITY, make_message, make_thread

TITLE = "Checkout was slow for an hour"
ABOUT = "Requests took three seconds until the release was rolled back; resolved by noon."
FREE = AskPolicy(questions_per_expert_and_week=50, monthly_share_free=50)
ALL = list(AfterAction)


@pytest.fixture
def team(guild: Guild) -> Guild:
    """The small community, with budgets that leave room for four questions in a row."""
    policy = Policy(ask=FREE)
    guild.work.policy = policy
    guild.work.__dict__["context"] = replace(guild.work.context, policy=policy)
    return guild


def opened(guild: Guild, *people: Member, about: str = ABOUT, **more: Any) -> ReviewReceipt:
    """Open a review as the steward."""
    handles = [member.handle for member in people]
    receipt = open_review(
        guild.work, COMMUNITY, Actor(STEWARD, acting_as=False), TITLE, handles, about=about, **more
    )
    guild.inquiry_id = receipt.progress.review.inquiry_id
    return receipt


def open_to(guild: Guild, member: Member) -> Question | None:
    """The open question of the review to this person, if there is one."""
    found = [q for q in guild.questions() if q.asked_of == member.id and q.status.value == "open"]
    assert len(found) <= 1
    return found[0] if found else None


def tell(guild: Guild, member: Member, text: str, kind: AnswerKind = AnswerKind.REPLY) -> None:
    """Let a person deal with the question that is open to them."""
    question = open_to(guild, member)
    assert question is not None
    words = text if kind is AnswerKind.REPLY else ""
    give_answer(guild.work, Actor(member, acting_as=False), question.id, kind, text=words)


def tell_all(guild: Guild, member: Member, parts: Sequence[AfterAction] = ALL) -> None:
    """Let a person answer all four, those that are not in `parts` by passing."""
    for part in AfterAction:
        question = open_to(guild, member)
        assert question is not None
        assert part_of(question.template) is part
        said = f"{member.handle} tells what was {part.value}"
        kind = AnswerKind.REPLY if part in parts else AnswerKind.SKIP
        tell(guild, member, said, kind)


def wait_long(guild: Guild) -> None:
    """Let the time for a reminder pass, and then the time that follows it."""
    for _ in range(2):
        guild.clock.forward(days=21)
        sweep(guild.work, COMMUNITY)


def lesson(guild: Guild) -> Guide:
    """The lesson as it stands."""
    with guild.work.store.reading() as unit:
        guide = read_dossier(unit, guild.inquiry_id).guide
    assert guide is not None
    return guide


def test_everybody_gets_the_first_question_at_once_and_apart(team: Guild) -> None:
    """People answer in parallel: nobody waits for another, and one question each is open."""
    opened(team, EXPERT, OTHER)
    assert {q.asked_of for q in team.questions()} == {EXPERT.id, OTHER.id}
    tell(team, EXPERT, "the release should have been quick")
    assert [q.turn for q in team.questions()] == [1, 2, 3]
    ahead, behind = open_to(team, EXPERT), open_to(team, OTHER)
    assert ahead is not None
    assert behind is not None
    assert part_of(ahead.template) is AfterAction.HAPPENED
    assert part_of(behind.template) is AfterAction.INTENDED
    assert TITLE in ahead.text


def test_the_answers_become_one_lesson_that_all_of_them_confirm(team: Guild) -> None:
    """From four questions to a published lesson in both names, called as its incident was."""
    opened(team, EXPERT, OTHER)
    tell_all(team, EXPERT)
    assert team.inquiry().status is InquiryStatus.WAITING_FOR_ANSWER
    tell_all(team, OTHER)
    draft = lesson(team)
    assert draft.current.title == TITLE
    assert draft.current.title_evidence.quote == TITLE
    assert set(draft.awaiting()) == {EXPERT.id, OTHER.id}
    for member in (EXPERT, OTHER):
        confirm_guide(team.work, Actor(member, acting_as=False), draft.id)
    after = review_guide(team.work, Actor(STEWARD, acting_as=False), draft.id, Decision.APPROVE)
    assert after.status is GuideStatus.PUBLISHED
    with team.work.store.reading() as unit:
        assert unit.guides.unindexed() == []
    assert [one.lesson for one in list_reviews(team.work, COMMUNITY)] == [GuideStatus.PUBLISHED]


def test_what_others_told_is_unknown_to_the_next(team: Guild) -> None:
    """Each remembers alone: an answer is read against the person's own words, not another's."""
    seen: list[set[str | None]] = []
    read = team.engine.read_answer

    def reading(answer, question, known):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - stands in for a method of the engine
        seen.append({message.author_id for message in known} - {answer.author_id})
        return read(answer, question, known)

    team.engine.read_answer = reading  # type: ignore[method-assign]
    opened(team, EXPERT, OTHER)
    tell(team, EXPERT, "it should have been quick")
    tell(team, OTHER, "it should have been quick")
    assert seen
    assert not set().union(*seen)


def test_who_keeps_silent_is_let_go_and_the_review_goes_on(team: Guild) -> None:
    """Time ends one person's part and not the others'."""
    opened(team, EXPERT, OTHER)
    tell_all(team, EXPERT)
    wait_long(team)
    assert open_to(team, OTHER) is None
    assert set(lesson(team).awaiting()) == {EXPERT.id}
    assert sum(q.asked_of == OTHER.id for q in team.questions()) == 1


def test_silence_of_all_ends_it_without_a_lesson(team: Guild) -> None:
    """Nothing is made of nothing, and nobody is pressed."""
    opened(team, EXPERT, OTHER)
    wait_long(team)
    assert team.inquiry().status is InquiryStatus.CLOSED
    assert team.inquiry().close_reason is CloseReason.TIMED_OUT


def test_being_named_does_not_override_opting_out(team: Guild) -> None:
    """Who asked not to be asked is left out, and a review of nobody else is refused."""
    opt_out(team.work, Actor(OTHER, acting_as=False))
    receipt = opened(team, EXPERT, OTHER)
    assert [member.id for member in receipt.left_out] == [OTHER.id]
    assert {q.asked_of for q in team.questions()} == {EXPERT.id}
    with pytest.raises(UserInputError, match="nobody is left to ask"):
        opened(team, OTHER, about="Another time; it was resolved.")


def test_the_budgets_hold_in_a_review_too(guild: Guild) -> None:
    """Two questions a week are two questions a week: the third waits for its time."""
    opened(guild, EXPERT)
    tell(guild, EXPERT, "it should have been quick")
    tell(guild, EXPERT, "it was slow")
    assert open_to(guild, EXPERT) is None
    assert guild.inquiry().status is InquiryStatus.WAITING_FOR_TURN
    guild.clock.forward(days=6)
    sweep(guild.work, COMMUNITY)
    assert open_to(guild, EXPERT) is None
    guild.clock.forward(days=1)
    sweep(guild.work, COMMUNITY)
    question = open_to(guild, EXPERT)
    assert question is not None
    assert part_of(question.template) is AfterAction.WHY


def test_skip_passes_one_question_and_not_me_the_rest(team: Guild) -> None:
    """Each way out does what it says, and whom somebody sends in their place is asked."""
    opened(team, EXPERT, OTHER)
    tell(team, EXPERT, "", AnswerKind.SKIP)
    question = open_to(team, EXPERT)
    assert question is not None
    assert part_of(question.template) is AfterAction.HAPPENED
    other = open_to(team, OTHER)
    assert other is not None
    actor = Actor(OTHER, acting_as=False)
    give_answer(team.work, actor, other.id, AnswerKind.NOT_ME, refer_to=ASKER.handle)
    assert open_to(team, OTHER) is None
    assert open_to(team, ASKER) is not None
    tell(team, EXPERT, "", AnswerKind.STOP)
    assert open_to(team, EXPERT) is None


def test_nothing_is_asked_twice_however_often_it_is_woken(team: Guild) -> None:
    """Waking, another process, and the loss of every checkpoint put no question again."""
    opened(team, EXPERT, OTHER)
    tell(team, EXPERT, "it should have been quick")
    before = team.questions()
    team.advance()
    for path in team.work.home.checkpoints.parent.glob(f"{team.work.home.checkpoints.name}*"):
        path.unlink()
    team.advance()
    sweep(team.work, COMMUNITY)
    assert team.questions() == before


def test_a_crash_while_asking_leaves_no_half_question(
    team: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question exists exactly where it was delivered; the next sweep asks who is left."""
    from agent.inquiry import asking, reviewing

    handed: list[str] = []
    real = asking.hand_over

    def dies_at_the_second(unit, context, question, member, inquiry):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - stands in for a function of the graph
        handed.append(member.id)
        if len(handed) > 1:
            raise KeyboardInterrupt
        real(unit, context, question, member, inquiry)

    with monkeypatch.context() as patch:
        patch.setattr(reviewing, "hand_over", dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            opened(team, EXPERT, OTHER)
    with team.work.store.reading() as unit:
        (review,) = unit.incidents.reviews(COMMUNITY.id)
    team.inquiry_id = review.inquiry_id
    assert team.questions() == []
    sweep(team.work, COMMUNITY)
    assert {q.asked_of for q in team.questions()} == {EXPERT.id, OTHER.id}
    assert all(q.status is QuestionStatus.OPEN for q in team.questions())


def test_the_same_review_twice_is_one(team: Guild) -> None:
    """A double submit opens nothing anew; who is named too late is told to be no part of it."""
    assert opened(team, EXPERT).new
    assert not opened(team, EXPERT).new
    assert [one.id for one in opened(team, EXPERT, OTHER).not_in_it] == [OTHER.id]
    assert len(list_reviews(team.work, COMMUNITY)) == 1
    assert len(team.questions()) == 1


def test_a_lesson_needs_why_and_next(team: Guild) -> None:
    """A steward cannot approve what does not say why; sent back, it is asked in other words."""
    opened(team, EXPERT)
    tell_all(team, EXPERT, [AfterAction.HAPPENED, AfterAction.NEXT])
    draft = lesson(team)
    confirm_guide(team.work, Actor(EXPERT, acting_as=False), draft.id)
    steward = Actor(STEWARD, acting_as=False)
    with pytest.raises(UserInputError, match="what made the difference"):
        review_guide(team.work, steward, draft.id, Decision.APPROVE)
    review_guide(team.work, steward, draft.id, Decision.REVISE, "say why")
    question = open_to(team, EXPERT)
    assert question is not None
    assert question.template == "review.why.2"
    tell(team, EXPERT, "the cache was cold")
    assert lesson(team).current.number > draft.current.number
    assert lesson(team).status is GuideStatus.DRAFT


def test_a_review_of_what_happened_alone_makes_no_lesson(team: Guild) -> None:
    """Without a why or a next time there is nothing to learn, and nobody has to confirm it."""
    opened(team, EXPERT)
    tell_all(team, EXPERT, [AfterAction.HAPPENED])
    assert team.inquiry().close_reason is CloseReason.TOO_LITTLE


def _discuss(guild: Guild, *said: str, hours: float = 30) -> str:
    """Store a thread in which the expert handles an incident; returns its id."""
    start = guild.clock.now() - timedelta(hours=hours)
    thread = make_thread("fire", started_at=start, last_at=start)
    messages = [
        make_message(f"f{n}", words, EXPERT, thread, sent_at=start + timedelta(minutes=n))
        for n, words in enumerate(said)
    ]
    with guild.work.store.writing() as unit:
        unit.talk.save_threads([thread])
        unit.talk.save_messages(messages)
    return thread.id


@pytest.mark.parametrize(
    ("said", "hours", "why"),
    [
        (["SEV2 open, checkout is slow", "still slow"], 30, "still open"),
        (["SEV2 open", "is it resolved?"], 30, "still open"),
        (["SEV2 open", "resolved", "SEV2 open again"], 30, "still open"),
        (["SEV2 open", "resolved, thanks"], 1, "still talking"),
        (["you are an idiot", "resolved"], 30, "nobody is asked"),
    ],
)
def test_an_incident_that_is_not_over_is_not_looked_back_on(
    team: Guild, said: list[str], hours: float, why: str
) -> None:
    """While the gate of triage is closed the review is refused, and nothing is stored."""
    thread_id = _discuss(team, *said, hours=hours)
    with pytest.raises(UserInputError, match=why):
        opened(team, EXPERT, about="", thread=thread_id)
    assert list_reviews(team.work, COMMUNITY) == []


def test_a_closed_incident_is_found_by_its_words_and_kept_in_the_trail(team: Guild) -> None:
    """The discussion of the incident is read along, and its moments are left to themselves."""
    thread_id = _discuss(team, "SEV2 open, checkout is slow", "resolved, back to normal")
    receipt = opened(team, EXPERT, about="", thread="checkout is slow")
    assert receipt.progress.review.discussed_id == thread_id
    with team.work.store.reading() as unit:
        dossier = read_dossier(unit, team.inquiry_id)
    assert [m.thread_id == thread_id for m in dossier.view.messages] == [True, True, False]


def test_what_differs_from_the_open_talk_is_noted(team: Guild) -> None:
    """Apart from each other they remember, but what was said openly is held against their words."""
    _discuss(team, "SEV2 open", "the cache keeps a page for 9 minutes", "resolved")
    engine = EmbeddedEngine(team.work.catalogue, team.work.policy)
    team.work.__dict__["context"] = replace(team.work.context, engine=engine)
    opened(team, OTHER, about="", thread="the cache keeps a page")
    tell(team, OTHER, "The cache keeps a page for 2 minutes.")
    tell(team, OTHER, "Requests piled up behind the lock, because the release held it.")
    with team.work.store.reading() as unit:
        log = [line for line in unit.log.decisions() if line.action is Action.ANSWER_DIFFERS]
    assert [(line.subject, line.reason) for line in log] == [
        (team.questions()[0].id, "number:other")
    ]


def test_only_who_was_part_of_it_or_coordinates_opens_a_review(team: Guild) -> None:
    """A stranger cannot have others asked."""
    with pytest.raises(PermissionDeniedError, match="part of it"):
        open_review(
            team.work,
            COMMUNITY,
            Actor(ASKER, acting_as=False),
            TITLE,
            [EXPERT.handle],
            about=ABOUT,
        )


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Outage", "2 to 12 words"),
        ("a " * 13, "2 to 12 words"),
        ("expert broke the checkout", "names 'expert'"),
        ('The "quick" release', "quoted in a question"),
        ("> a quoted line here", "quoted in a question"),
    ],
)
def test_a_title_that_cannot_be_quoted_is_refused(team: Guild, title: str, why: str) -> None:
    """Every question quotes the title, so it has to be short, plain and about nobody."""
    with pytest.raises(UserInputError, match=why):
        open_review(
            team.work,
            COMMUNITY,
            Actor(STEWARD, acting_as=False),
            title,
            [EXPERT.handle],
            about=ABOUT,
        )


def test_progress_tells_nobody_who_has_not_answered(team: Guild) -> None:
    """Among a few people a count of answers would give away the silent one."""
    opened(team, EXPERT, OTHER)
    tell(team, EXPERT, "it should have been quick")
    (progress,) = list_reviews(team.work, COMMUNITY)
    assert (progress.people, progress.answers) == (2, None)
    opened(team, EXPERT, OTHER, ASKER, about="Another hour; resolved.")
    with team.work.store.reading() as unit:
        inquiry = unit.inquiries.inquiry(team.inquiry_id)
    assert isinstance(inquiry, Inquiry)
    assert [one.answers for one in list_reviews(team.work, COMMUNITY)] == [None, 0]
