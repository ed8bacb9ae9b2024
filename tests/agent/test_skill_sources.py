"""Evidence of guides, readers and tandems, and what credit keeps out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from agent.method.skill import Evidence, EvidenceKind
from agent.method.skill_topics import TopicModel
from agent.services.skill_evidence import read_evidence
from memory.records.feedback import Feedback, FeedbackKind
from memory.records.guide import CreditChoice, Guide
from memory.records.people import Credit
from memory.records.tandem import Tandem, TandemState, TandemTask, TaskOrigin, Yes
from memory.store.sql import SqlStore
from prompts.skill import load_skill
from tests.memory import samples

LATER = samples.NOON + timedelta(days=30)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """A store with two people and an open inquiry."""
    made = SqlStore.open(tmp_path / "p.sqlite")
    samples.settle(made)
    yield made
    made.close()


def found_in(store: SqlStore) -> Sequence[Evidence]:
    """All evidence, in a community without topics."""
    nothing = TopicModel({}, {}, {})
    with store.reading() as unit:
        return read_evidence(unit, samples.COMMUNITY.id, [], nothing, LATER, load_skill())


def publish(store: SqlStore, guide: Guide) -> None:
    """Store a guide and what Ben says of it."""
    with store.writing() as unit:
        unit.guides.save_guide(guide)
        unit.feedback.save_feedback(
            Feedback(
                id=Feedback.id_of(guide.id, 1, samples.BEN.id),
                community_id=guide.community_id,
                guide_id=guide.id,
                version=1,
                member_id=samples.BEN.id,
                kind=FeedbackKind.HELPED,
                given_at=LATER - timedelta(days=1),
            )
        )


def test_words_in_a_guide_and_its_readers_are_evidence_for_its_author(store: SqlStore) -> None:
    """A published guide speaks for whoever's words it holds, and so does a reader it helped."""
    publish(store, samples.published())
    kinds = {(one.member_id, one.kind) for one in found_in(store)}
    assert kinds == {
        (samples.ADA.id, EvidenceKind.CONFIRMED),
        (samples.ADA.id, EvidenceKind.HELPED),
    }


@pytest.mark.parametrize("credit", [Credit.CHATHAM_HOUSE, Credit.ROLE_ONLY])
def test_who_is_not_credited_by_name_is_not_given_away(store: SqlStore, credit: Credit) -> None:
    """A guide in which somebody wants to stay unnamed says nothing of their skill."""
    choice = CreditChoice(member_id=samples.ADA.id, credit=credit, own=True)
    publish(store, samples.published(credits=(choice,)))
    assert not found_in(store)


def test_a_reviewed_tandem_speaks_for_both_and_another_for_nobody(store: SqlStore) -> None:
    """Only a task that was done and looked back on counts."""
    task = TandemTask(
        id=f"tsk_{'0' * 16}",
        community_id=samples.COMMUNITY.id,
        origin=next(iter(TaskOrigin)),
        source="a list",
        title="Cool the kettle",
        created_at=samples.NOON,
    )
    people = (samples.ADA.id, samples.BEN.id)
    running = Tandem(
        id=Tandem.id_of(task.id, samples.ADA.id, (samples.BEN.id,), samples.NOON),
        community_id=samples.COMMUNITY.id,
        task_id=task.id,
        senior_id=samples.ADA.id,
        junior_ids=(samples.BEN.id,),
        state=TandemState.RUNNING,
        yes=tuple(Yes(member_id=who, at=samples.NOON) for who in people),
        suggested_at=samples.NOON,
        changed_at=samples.NOON,
        running_since=samples.NOON,
    )
    with store.writing() as unit:
        unit.tandems.save_task(task)
        unit.tandems.save_tandem(running)
    assert not found_in(store)
    with store.writing() as unit:
        unit.tandems.save_tandem(running.model_copy(update={"state": TandemState.REVIEWED}))
    done = found_in(store)
    assert {one.member_id for one in done} == set(people)
    assert {one.kind for one in done} == {EvidenceKind.TASK_DONE}
