"""Who sees a thread once it is told again, and once people who were joined are parted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.records.talk import Thread, Told
from memory.records.visibility import (
    Level,
    Scope,
    VisibilityAct,
    VisibilityActKind,
    told_again,
)
from memory.store.protocols import Unit
from memory.store.sql import SqlStore
from tests.memory.samples import ADA, BEN, COMMUNITY, HOUR, NOON, thread
from tests.memory.test_persons import apart, joining

TOLD = st.builds(
    Told,
    private=st.booleans(),
    seen_by=st.none() | st.lists(st.sampled_from([ADA.id, BEN.id]), unique=True).map(tuple),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """A community of two and nothing said yet."""
    made = SqlStore.open(tmp_path / "p.sqlite")
    with made.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([ADA, BEN])
    yield made
    made.close()


def decide(unit: Unit, about: Thread, level: Level, hour: int, **further: object) -> None:
    """Decide on one thread at an hour, in sight of what its source says."""
    fields: dict[str, object] = {
        "id": VisibilityAct.id_of(COMMUNITY.id, "set", about.id, ADA.id, NOON + hour * HOUR),
        "community_id": COMMUNITY.id,
        "kind": VisibilityActKind.SET,
        "scope": Scope.THREAD,
        "subject": about.id,
        "level": level,
        "opens": True,
        "by_id": ADA.id,
        "made_at": NOON + hour * HOUR,
    }
    unit.visibility.save_act(VisibilityAct.model_validate(fields | further))


def found(unit: Unit, about: Thread) -> Thread:
    """The thread as it is stored."""
    stored = unit.talk.thread(about.id)
    assert stored is not None
    return stored


@given(TOLD, TOLD)
def test_telling_once_more_closes_and_never_opens(before: Told, now: Told) -> None:
    """What was closed stays closed; only a list of people takes the place of another."""
    after = told_again(before, now)
    assert after.private == (before.private or now.private)
    assert after.seen_by in (before.seen_by, now.seen_by)
    assert (after.seen_by is None) == (before.seen_by is None and now.seen_by is None)
    assert told_again(after, now) == after


def test_no_import_opens_what_is_closed(store: SqlStore) -> None:
    """A later file that says nothing of who sees a thread leaves it to them, a list renews it."""
    members = thread("members", seen_by=(ADA.id,))
    private = thread("private", private=True)
    with store.writing() as unit:
        unit.talk.save_threads([members, private])
        unit.talk.save_threads([thread("members"), thread("private")])
        assert found(unit, members).seen_by == (ADA.id,)
        assert found(unit, private).private
        unit.talk.save_threads([thread("members", seen_by=(ADA.id, BEN.id))])
        assert found(unit, members).seen_by == (ADA.id, BEN.id)
        assert unit.talk.threads(COMMUNITY.id) == []


def test_a_steward_opens_what_no_import_does(store: SqlStore) -> None:
    """Their decision holds through imports that say nothing, and taking it back closes again."""
    members = thread(seen_by=(ADA.id,))
    with store.writing() as unit:
        unit.talk.save_threads([members])
        decide(unit, members, Level.COMMUNITY, 1)
    with store.writing() as unit:
        unit.talk.save_threads([thread()])
        assert found(unit, members).open_to_all
        decide(unit, members, Level.AS_TOLD, 2)
        assert found(unit, members).seen_by == (ADA.id,)


@pytest.mark.parametrize(
    ("level", "named"),
    [(Level.COMMUNITY, None), (Level.MEMBERS, None), (Level.MEMBERS, (ADA.id,))],
)
def test_a_decision_on_joined_people_keeps_whom_the_source_named(
    store: SqlStore, level: Level, named: tuple[str, ...] | None
) -> None:
    """Parted again, talk of one of them is open to that one and not to the other."""
    bens, one = thread(private=True, seen_by=(BEN.id,)), joining(ADA.id, BEN.id)
    with store.writing() as unit:
        unit.talk.save_threads([bens])
        unit.people.save_joining(one)
    with store.writing() as unit:
        decide(unit, bens, level, 1, member_ids=named)
        assert found(unit, bens).seen_by == (None if level is Level.COMMUNITY else (ADA.id,))
        unit.people.save_joining(apart(one))
    with store.writing() as unit:
        if level is Level.MEMBERS:
            assert found(unit, bens).seen_by == (BEN.id,)
        decide(unit, bens, Level.AS_TOLD, 2)
        assert (found(unit, bens).private, found(unit, bens).seen_by) == (True, (BEN.id,))
