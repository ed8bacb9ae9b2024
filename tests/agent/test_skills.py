"""Who knows what, read from a small community with the answers it accepted and thanked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.method.skill import EvidenceKind
from agent.services.identity import Actor
from agent.services.skill_mine import own_skills
from agent.services.skill_newcomer import Stage, movement, way_in
from agent.services.skill_who import known_gaps, who_knows
from agent.services.skill_words import (
    endorse,
    name_topic,
    show_badges,
    tag_skill,
    withdraw_word,
)
from agent.services.skills import SkillGraph, read_skills
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.home import Home
from memory.records.people import Availability, Consent, Member, Role
from memory.records.policy import Policy
from memory.records.privacy_policy import PrivacyPolicy
from memory.records.talk import MessageKind
from memory.records.visibility import Readers, VisibilityPolicy
from tests.builders import COMMUNITY, MONDAY, SettableClock, make_member, make_message, make_thread
from tests.index.support import HashingEmbedder

ASKER, ANA, BO, NEW = (make_member(name) for name in ("asker", "ana", "bo", "newby"))
STEWARD = make_member("steward", roles=(Role.STEWARD,))
PEOPLE = (ASKER, ANA, BO, NEW, STEWARD)
DAY = timedelta(days=1)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workplace]:
    """Ana was accepted on grinding three times; Bo answered on water and was thanked once."""
    home = Home.open(tmp_path / "home")
    made = Workplace(home, home.store(), SettableClock(MONDAY), Policy())
    made.__dict__["embedder"] = HashingEmbedder()
    with made.store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members(PEOPLE)
    for number in range(3):
        _answered(made, f"g{number}", "grinding", "How fine do I grind?", ANA, accepted=True)
        _answered(made, f"w{number}", "water", "Is hard water bad?", BO, thanked=number == 0)
        _answered(made, f"o{number}", "storage", "Where do I keep beans?", None)
    yield made
    made.close()


def _answered(
    work: Workplace,
    key: str,
    tag: str,
    question: str,
    answerer: Member | None,
    *,
    accepted: bool = False,
    thanked: bool = False,
) -> None:
    """A thread of the asker's, with an answer a day before now."""
    at = MONDAY - DAY
    thread = make_thread(key, tags=(tag,), title=question)
    said = [make_message(f"{key}q", question, ASKER, thread, kind=MessageKind.QUESTION)]
    if answerer is not None:
        text = f"Start with the {tag} itself. Then look at {tag} again."
        told = make_message(
            f"{key}a",
            text,
            answerer,
            thread,
            kind=MessageKind.ANSWER,
            sent_at=at + timedelta(hours=1),
        )
        said.append(told)
        if accepted:
            thread = thread.model_copy(update={"accepted_message_id": told.id})
    if thanked:
        said.append(
            make_message(
                f"{key}t", "Thanks, that worked!", ASKER, thread, sent_at=at + timedelta(hours=2)
            )
        )
    with work.store.writing() as unit:
        unit.talk.save_threads([thread])
        unit.talk.save_messages(said)


def _actor(member: Member) -> Actor:
    return Actor(member, acting_as=False)


def _change(work: Workplace, member: Member, **changes: object) -> None:
    with work.store.writing() as unit:
        unit.people.update_member(member.model_copy(update=changes))


def _topic(graph: SkillGraph, text: str) -> str:
    """Id of a text's main topic."""
    return next(iter(graph.weights(text)))


def test_accepted_and_thanked_answers_are_evidence_with_time_and_source(work: Workplace) -> None:
    """Each says whose it is, what became of it, when, and which message it is."""
    graph = read_skills(work, COMMUNITY)
    grinding, water = _topic(graph, "grinding"), _topic(graph, "water")
    found = graph.evidence(ANA.id, grinding)
    assert [one.kind for one in found] == [EvidenceKind.ACCEPTED] * 3
    assert all(one.source_id in graph.messages for one in found)
    assert {one.kind for one in graph.evidence(BO.id, water)} == {
        EvidenceKind.THANKED,
        EvidenceKind.ANSWERED,
    }
    assert graph.skill(ANA.id, grinding).mean > graph.skill(BO.id, water).mean
    assert graph.skill(NEW.id, water).mean == pytest.approx(0.2)
    assert [who.id for who, _ in graph.people(grinding)] == [ANA.id]


def test_nothing_after_a_time_counts_at_that_time(work: Workplace) -> None:
    """The graph of a day before anybody answered knows of nobody."""
    graph = read_skills(work, COMMUNITY, at=MONDAY - 2 * DAY)
    assert not graph.given
    assert not graph.threads


def test_who_shows_evidence_verbatim_with_its_source(work: Workplace) -> None:
    """Whom peers bear out is named with a line that stands in their message, and is not ranked."""
    found = who_knows(work, COMMUNITY, "how do I grind")
    (ana,) = found.people
    assert (ana.member.id, ana.answers, ana.validated) == (ANA.id, 3, 3)
    graph = read_skills(work, COMMUNITY)
    for shown in ana.shown:
        assert shown.quote in graph.messages[shown.message_id].text
        assert EvidenceKind.ACCEPTED in shown.kinds


def test_from_outside_private_words_of_the_evidence_are_barred(work: Workplace) -> None:
    """Where a community lets others ask who knows, its confidential terms stay with it."""
    line = who_knows(work, COMMUNITY, "how do I grind", asker=BO).people[0].shown[0].quote
    term = max(line.split(), key=len).strip(".,")
    zoe = make_member("zoe", id="mem_00000000000000aa", community_id="com_0000000000000aaa")
    work.policy = Policy(
        visibility=VisibilityPolicy(readers=Readers.ANYBODY),
        privacy=PrivacyPolicy(confidential={COMMUNITY.name: (term,)}),
    )
    inside = who_knows(work, COMMUNITY, "how do I grind", asker=BO)
    outside = who_knows(work, COMMUNITY, "how do I grind", asker=zoe)
    assert term in inside.people[0].shown[0].quote
    barred = outside.people[0].shown[0].quote
    assert term not in barred
    assert "\u2588" * len(term) in barred


def test_the_only_one_who_knows_is_named_and_so_is_what_nobody_knows(work: Workplace) -> None:
    """Single points of failure and gaps are topics, the one with its person."""
    gaps = {gap.topic.name: gap.only for gap in known_gaps(work, COMMUNITY).gaps}
    assert gaps["grinding"] == ANA
    assert gaps["storage"] is None
    assert who_knows(work, COMMUNITY, "grind").gaps[0].only == ANA


def test_who_opted_out_is_not_named_and_who_is_away_comes_last(work: Workplace) -> None:
    """Opt-out holds at once; a leave is told."""
    for number in range(3):
        _answered(work, f"b{number}", "grinding", "How fine do I grind?", BO, accepted=True)
    away = Availability(away_until=MONDAY + 9 * DAY)
    _change(work, BO, availability=away)
    found = who_knows(work, COMMUNITY, "grind").people
    assert [one.member.id for one in found] == [ANA.id, BO.id]
    assert found[1].away_until == MONDAY + 9 * DAY
    _change(work, ANA, consent=Consent(opted_out_at=MONDAY))
    assert [one.member.id for one in who_knows(work, COMMUNITY, "grind").people] == [BO.id]
    graph = read_skills(work, COMMUNITY)
    assert ANA.id not in graph.members
    assert not graph.evidence(ANA.id, _topic(graph, "grinding"))


def test_everybody_opted_out_and_nobody_at_all_are_said(work: Workplace, tmp_path: Path) -> None:
    """A community without anybody to ask, or without a word, breaks nothing."""
    for member in PEOPLE:
        _change(work, member, consent=Consent(opted_out_at=MONDAY))
    found = who_knows(work, COMMUNITY, "grind")
    assert (found.people, found.members) == ((), 0)
    home = Home.open(tmp_path / "empty")
    empty = Workplace(home, home.store(), SettableClock(MONDAY), Policy())
    with empty.store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([NEW])
    alone = who_knows(empty, COMMUNITY, "grind")
    assert (alone.people, alone.has_topics, alone.members) == ((), False, 1)
    way = way_in(empty, _actor(NEW), COMMUNITY)
    assert (way.topics, way.task, way.follow) == ((), None, ())
    empty.close()


def test_an_endorsement_counts_in_full_from_who_knows_the_topic(work: Workplace) -> None:
    """The same word of somebody without evidence is weak, and a tag of oneself alone weaker."""
    endorse(work, _actor(ANA), "newby", "grinding")
    endorse(work, _actor(BO), "newby", "storage")
    tag_skill(work, _actor(NEW), "water")
    graph = read_skills(work, COMMUNITY)
    kinds = {
        name: [one.kind for one in graph.evidence(NEW.id, _topic(graph, name))]
        for name in ("grinding", "storage", "water")
    }
    assert kinds == {
        "grinding": [EvidenceKind.ENDORSED],
        "storage": [EvidenceKind.VOUCHED],
        "water": [EvidenceKind.TAGGED],
    }
    found = {one.member.id: one for one in who_knows(work, COMMUNITY, "grinding").people}
    assert found[NEW.id].endorsed_by == 1
    assert next(iter(found)) == ANA.id


def test_nobody_endorses_themselves_a_bot_or_who_opted_out(work: Workplace) -> None:
    """Each is refused in words, and nothing is stored."""
    _change(work, BO, consent=Consent(opted_out_at=MONDAY))
    for who, reason in (("ana", "themselves"), ("bo", "does not want"), ("zed", "nobody called")):
        with pytest.raises(UserInputError, match=reason):
            endorse(work, _actor(ANA), who, "grinding")
    for topic, reason in (("  ", "in words"), ("!?", "in words"), ("grind " * 40, "at most")):
        with pytest.raises(UserInputError, match=reason):
            tag_skill(work, _actor(ANA), topic)
    with work.store.reading() as unit:
        assert not unit.skills.words(COMMUNITY.id)


def test_a_word_is_taken_back_by_who_said_it_and_by_whom_it_is_about(work: Workplace) -> None:
    """Afterwards it is nowhere; a second time there is nothing to take back."""
    endorse(work, _actor(ANA), "newby", "grinding", "She showed me.")
    endorse(work, _actor(BO), "newby", "grinding")
    mine = own_skills(work, _actor(NEW), COMMUNITY)
    assert {by.handle for _, by in mine.words if by} == {"ana", "bo"}
    withdraw_word(work, _actor(ANA), "Grinding", of="newby")
    withdraw_word(work, _actor(NEW), "grinding", by="bo")
    with work.store.reading() as unit:
        assert not unit.skills.words(COMMUNITY.id)
    with pytest.raises(UserInputError, match="nothing was said"):
        withdraw_word(work, _actor(ANA), "grinding", of="newby")


def test_the_same_word_twice_is_one(work: Workplace) -> None:
    """Repeating a tag changes neither the record nor the skill."""
    tag_skill(work, _actor(NEW), "water")
    before = read_skills(work, COMMUNITY)
    tag_skill(work, _actor(NEW), "Water ")
    after = read_skills(work, COMMUNITY)
    topic = _topic(after, "water")
    assert before.evidence(NEW.id, topic) == after.evidence(NEW.id, topic)
    assert len(after.evidence(NEW.id, topic)) == 1


def test_stewards_name_and_join_topics_and_nobody_else_does(work: Workplace) -> None:
    """The decision is kept with who and when, and shows at once."""
    with pytest.raises(PermissionDeniedError):
        name_topic(work, COMMUNITY, _actor(ANA), "water", name="Minerals")
    with pytest.raises(UserInputError, match="no topic here"):
        name_topic(work, COMMUNITY, _actor(STEWARD), "quasars", name="Minerals")
    decided = name_topic(work, COMMUNITY, _actor(STEWARD), "water", name="Minerals")
    assert (decided.by_id, decided.decided_at) == (STEWARD.id, MONDAY)
    name_topic(work, COMMUNITY, _actor(STEWARD), "storage", into="water")
    graph = read_skills(work, COMMUNITY)
    assert {topic.name for topic in graph.topics.values()} == {"Minerals", "grinding"}
    with pytest.raises(UserInputError, match="one topic already"):
        name_topic(work, COMMUNITY, _actor(STEWARD), "storage", into="water")


def test_use_is_told_to_oneself_and_can_be_switched_off(work: Workplace) -> None:
    """Three accepted answers are three uses; who does not want to know is not told."""
    assert own_skills(work, _actor(ANA), COMMUNITY).used == 3
    show_badges(work, _actor(ANA), shown=False)
    assert own_skills(work, _actor(ANA), COMMUNITY).used is None
    show_badges(work, _actor(ANA), shown=True)
    assert own_skills(work, _actor(ANA), COMMUNITY).used == 3


def test_a_newcomer_is_shown_reading_a_person_and_an_open_question(work: Workplace) -> None:
    """What they name decides; the task is one that nobody has answered yet."""
    way = way_in(work, _actor(NEW), COMMUNITY, "grinding and storage")
    assert {topic.name for topic in way.topics} == {"grinding", "storage"}
    assert [who.id for who, _ in way.follow] == [ANA.id]
    assert way.threads
    assert way.task is not None
    assert way.task.thread is not None
    assert way.task.thread.tags == ("storage",)
    assert all(at is None for _, at in way.path)
    common = way_in(work, _actor(NEW), COMMUNITY)
    assert not common.chosen
    assert common.topics


def test_a_path_leads_from_the_edge_to_the_core(work: Workplace) -> None:
    """Stages are reached in their order, each at its time."""
    path = dict(way_in(work, _actor(ANA), COMMUNITY).path)
    assert path[Stage.ANSWERS] is not None
    assert path[Stage.TRUSTED] is not None
    assert path[Stage.CORE] is None
    for number in range(3, 6):
        _answered(work, f"g{number}", "grinding", "How fine do I grind?", ANA, accepted=True)
    assert dict(way_in(work, _actor(ANA), COMMUNITY).path)[Stage.CORE] is not None


def test_movement_names_nobody_and_tells_no_number_below_five(work: Workplace) -> None:
    """Sponsors read counts of five and more; others read none."""
    with pytest.raises(PermissionDeniedError):
        movement(work, _actor(ANA), COMMUNITY)
    assert set(movement(work, _actor(STEWARD), COMMUNITY).moved.values()) == {None}
    many = [make_member(f"m{n}") for n in range(5)]
    with work.store.writing() as unit:
        unit.people.save_members(many)
    for number, member in enumerate(many):
        _answered(work, f"x{number}", "water", "Is hard water bad?", member)
    found = movement(work, _actor(STEWARD), COMMUNITY)
    assert found.moved[Stage.ANSWERS] == 7
    assert found.moved[Stage.TRUSTED] is None
