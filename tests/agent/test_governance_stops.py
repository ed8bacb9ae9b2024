"""Stop-work: what it freezes, who may order it, and that nothing is lost when it is lifted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.stopping import covers
from agent.services.answering import give_answer
from agent.services.exporting import published_guides
from agent.services.guides import open_page
from agent.services.identity import Actor
from agent.services.recall import ask_memory
from agent.services.reviewing import review_guide
from agent.services.stopping import list_stops, resume_work, spoken_of, stop_work
from agent.services.sweeping import sweep
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.governance import GovernancePolicy
from memory.records.guide import Decision, GuideStatus, Review
from memory.records.inquiry import AnswerKind, InquiryStatus, QuestionStatus
from memory.records.people import Role
from memory.records.policy import Policy
from tests.agent.conftest import EXPERT, OTHER, Guild
from tests.agent.governance_world import as_stored, governed, logged, times_published
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import KETTLE, LENA, MILO, RISKY, TESS, World

TOPIC = "paper filters"
QUESTION = "how do I rinse the paper filter with hot water?"
WHY = "A kettle burst; wait for the new ones."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A guide on filters that waits, one that is out, and one on something else."""
    with governed(tmp_path / "home") as opened:
        opened.add("out", KETTLE, GuideStatus.PUBLISHED, title="Rinsing by the book")
        opened.add("other", RISKY[:3], GuideStatus.PUBLISHED, title="Old files on the roaster")
        yield opened


def stop(world: World) -> str:
    """Stop work on filters, as the technical authority."""
    return stop_work(world.work, as_stored(world, TESS), COMMUNITY, TOPIC, WHY).id


def exported(world: World) -> set[str]:
    """Ids of what an export would write."""
    return {one.page.guide.id for one in published_guides(world.work, COMMUNITY)}


def test_a_stopped_topic_is_frozen_at_once_and_comes_back_whole(world: World) -> None:
    """Its guides leave answers and exports, the reason is told, and lifting brings all back."""
    out, other = world.guides["out"].id, world.guides["other"].id
    assert out in {one.page.guide.id for one in ask_memory(world.work, COMMUNITY, QUESTION).guides}
    stop_id = stop(world)
    recall = ask_memory(world.work, COMMUNITY, QUESTION)
    assert not recall.guides
    assert [(one.id, one.because) for one in recall.stopped] == [(stop_id, WHY)]
    assert recall.held == 1
    assert exported(world) == {other}
    assert [one.id for one in open_page(world.work, out).marks.stopped] == [stop_id]
    (held,) = list_stops(world.work, COMMUNITY)
    assert [one.id for one in spoken_of(world.work, COMMUNITY, held.topic).guides] == [out]
    resume_work(world.work, as_stored(world, TESS), COMMUNITY, "Paper FILTERS")
    assert out in {one.page.guide.id for one in ask_memory(world.work, COMMUNITY, QUESTION).guides}
    assert exported(world) == {out, other}
    actions = [line.action for line in logged(world, stop_id)]
    assert actions == [Action.WORK_STOPPED, Action.WORK_RESUMED]


def test_nothing_is_published_on_a_stopped_topic(world: World) -> None:
    """Approving is refused; sending back is not, for that puts nothing out."""
    stop(world)
    guide = world.guides["kettle"]
    with pytest.raises(PermissionDeniedError, match="stopped"):
        review_guide(world.work, as_stored(world, LENA), guide.id, Decision.APPROVE)
    assert not logged(world, guide.id, Action.GUIDE_APPROVED)
    review_guide(world.work, as_stored(world, LENA), guide.id, Decision.REVISE, "Say when.")
    assert len(logged(world, guide.id, Action.GUIDE_RETURNED)) == 1


def test_what_was_approved_before_the_stop_waits_for_its_end(world: World) -> None:
    """An approval that a crash kept from publishing publishes once work goes on, and once."""
    guide = world.guides["kettle"]
    with world.work.store.writing() as unit:
        unit.guides.save_review(
            Review(
                id=Review.id_of(guide.id, 1, MILO.id),
                community_id=COMMUNITY.id,
                guide_id=guide.id,
                version=1,
                reviewer_id=MILO.id,
                decision=Decision.APPROVE,
                decided_at=world.clock.now(),
            )
        )
    stop(world)
    world.work.runner.advance(guide.inquiry_id)
    for _ in range(3):
        world.clock.forward(days=1)
        sweep(world.work)
    assert world.now("kettle").status is GuideStatus.CONFIRMED
    resume_work(world.work, as_stored(world, TESS), COMMUNITY, TOPIC)
    sweep(world.work)
    assert world.now("kettle").status is GuideStatus.PUBLISHED
    assert times_published(world, guide) == 1


def test_only_the_authority_stops_work_and_always_with_a_reason(world: World) -> None:
    """Without right, reason, topic or something to lift, nothing changes."""
    authority = as_stored(world, TESS)
    with pytest.raises(PermissionDeniedError, match="technical authority"):
        stop_work(world.work, as_stored(world, LENA), COMMUNITY, TOPIC, WHY)
    for topic, why in ((TOPIC, " "), ("the", WHY), ("x" * 300, WHY)):
        with pytest.raises(UserInputError):
            stop_work(world.work, authority, COMMUNITY, topic, why)
    with pytest.raises(UserInputError, match="not stopped"):
        resume_work(world.work, authority, COMMUNITY, TOPIC)
    stop(world)
    with pytest.raises(UserInputError, match="already"):
        stop(world)
    with pytest.raises(PermissionDeniedError, match="technical authority"):
        resume_work(world.work, as_stored(world, LENA), COMMUNITY, TOPIC)
    assert len(list_stops(world.work, COMMUNITY)) == 1


def test_nobody_is_asked_about_a_stopped_topic_until_it_goes_on(guild: Guild) -> None:
    """The inquiry waits however often the agent looks, and asks as soon as work goes on."""
    authority = Actor(
        OTHER.model_copy(update={"roles": (Role.TECHNICAL_AUTHORITY,)}), acting_as=False
    )
    with guild.work.store.writing() as unit:
        unit.people.update_member(authority.member)
    stop_work(guild.work, authority, COMMUNITY, "fillfactor", WHY)
    guild.open()
    for _ in range(3):
        guild.clock.forward(days=1)
        sweep(guild.work)
    assert guild.inquiry().status is InquiryStatus.WAITING_FOR_TURN
    assert not [q for q in guild.questions() if q.delivered_at is not None]
    resume_work(guild.work, authority, COMMUNITY, "fillfactor")
    sweep(guild.work)
    assert guild.open_question().asked_of == EXPERT.id


def test_an_open_question_gets_the_time_of_the_stop_back(guild: Guild) -> None:
    """It is neither reminded of nor lost meanwhile, and may be answered all the same."""
    authority = Actor(
        OTHER.model_copy(update={"roles": (Role.TECHNICAL_AUTHORITY,)}), acting_as=False
    )
    with guild.work.store.writing() as unit:
        unit.people.update_member(authority.member)
    guild.open()
    question = guild.open_question()
    stop_work(guild.work, authority, COMMUNITY, "fillfactor", WHY)
    guild.clock.forward(days=30)
    sweep(guild.work)
    (kept,) = [q for q in guild.questions() if q.id == question.id]
    assert (kept.status, kept.reminded_at) == (QuestionStatus.OPEN, None)
    resume_work(guild.work, authority, COMMUNITY, "fillfactor")
    sweep(guild.work)
    (kept,) = [q for q in guild.questions() if q.id == question.id]
    assert kept.status is QuestionStatus.OPEN
    give_answer(guild.work, Actor(EXPERT, acting_as=False), question.id, AnswerKind.SKIP)


def test_asking_and_answering_are_for_whom_the_rules_name(world: World, guild: Guild) -> None:
    """A community may keep its memory, and its questions, to some roles."""
    world.work.policy = Policy(governance=GovernancePolicy(ask=(Role.STEWARD,)))
    for asker in (None, TESS):
        with pytest.raises(PermissionDeniedError, match="steward"):
            ask_memory(world.work, COMMUNITY, QUESTION, asker)
    assert ask_memory(world.work, COMMUNITY, QUESTION, LENA).guides
    guild.open()
    guild.work.policy = Policy(governance=GovernancePolicy(answer=(Role.EXPERT,)))
    actor, question = Actor(EXPERT, acting_as=False), guild.open_question()
    with pytest.raises(PermissionDeniedError, match="expert"):
        give_answer(guild.work, actor, question.id, AnswerKind.REPLY, text="Because of bloat.")
    give_answer(guild.work, actor, question.id, AnswerKind.SKIP)


@given(st.text(max_size=40), st.lists(st.text(max_size=60), max_size=3))
def test_a_topic_covers_every_text_in_which_it_stands(topic: str, texts: list[str]) -> None:
    """In whatever case and space, and nothing that lacks one of its words."""
    if topic.split():
        assert covers(topic, [*texts, f"before {topic.upper().lower()} after"]) or (
            topic.casefold() != topic.upper().lower().casefold()
        )
    assert not covers("paper filters", ["cloth filters", "paper alone"])
    assert covers("Paper Filters", ["a filter made of paper"])


def test_a_stop_lasts_as_long_as_nobody_lifts_it(world: World) -> None:
    """Time alone lets nothing go on."""
    stop(world)
    world.clock.at += timedelta(days=400)
    sweep(world.work)
    assert not ask_memory(world.work, COMMUNITY, QUESTION).guides
