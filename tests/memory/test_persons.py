"""Members joined to one person: in the store, and put back as they were by separating."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.records.guide import Confirmation, CreditChoice, Guide, GuideStatus
from memory.records.joining import Joining
from memory.records.people import Consent, Credit, Role
from memory.records.talk import Message
from memory.store.persons import Persons
from memory.store.sql import SqlStore
from tests.memory import samples
from tests.memory.samples import ADA, BEN, COMMUNITY, NOON

NAMES = [samples.member(name).id for name in "abcdef"]
STEPS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(
        lambda step: step[1] != step[2]
    ),
    max_size=14,
)
BEN_ELSEWHERE = samples.member("ben", source="irc", id=samples.member("ben-irc").id)


def joining(one: str, other: str, minute: int = 0, **changes: Any) -> Joining:
    """A joining at a minute of the day."""
    at = NOON + timedelta(minutes=minute)
    return Joining(
        **{
            "id": Joining.id_of(one, other, at),
            "community_id": COMMUNITY.id,
            "leader_id": one,
            "member_id": other,
            "because": "the same address",
            "joined_by": ADA.id,
            "joined_at": at,
            **changes,
        }
    )


def apart(one: Joining) -> Joining:
    """The same, taken back."""
    return one.model_copy(update={"separated_by": ADA.id, "separated_at": one.joined_at})


def parts_of(held: Sequence[frozenset[str]]) -> set[frozenset[str]]:
    """Who is connected with whom, found by flooding: another way than the code's."""
    left, found = set(NAMES), set()
    while left:
        group = {left.pop()}
        while more := {b for pair in held for b in pair if pair & group} - group:
            group |= more
        left -= group
        found.add(frozenset(group))
    return found


@given(STEPS)
def test_persons_are_what_is_connected_in_any_order_and_with_circles(
    steps: list[tuple[bool, str, str]],
) -> None:
    """Joining and separating in any order leaves those as one who are connected, no others."""
    every: list[Joining] = []
    for minute, (joins, one, other) in enumerate(steps):
        if joins:
            every.append(joining(one, other, minute))
        else:
            every = [apart(j) if j.pair == {one, other} and j.holds else j for j in every]
    persons = Persons(every)
    held = [j.pair for j in every if j.holds]
    assert {persons.ids(name) for name in NAMES} == parts_of(held)
    for name in NAMES:
        assert persons.of(name) in persons.ids(name)
        assert persons.of(persons.of(name)) == persons.of(name)
        assert {persons.of(one) for one in persons.ids(name)} == {persons.of(name)}


@given(
    STEPS,
    st.recursive(
        st.sampled_from([*NAMES, "words", None, 3]),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=12,
    ),
)
def test_what_is_read_and_saved_unchanged_names_whom_it_named(
    steps: list[tuple[bool, str, str]], stored: Any
) -> None:
    """A record that is read as of one person and written again is the record as it was."""
    persons = Persons(joining(one, other, n) for n, (_, one, other) in enumerate(steps))
    assert persons.kept(persons.read(stored), stored) == stored
    assert persons.read(persons.read(stored)) == persons.read(stored)


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    """A published guide of Ada's, and Ben at two places."""
    made = SqlStore.open(tmp_path / "p.sqlite")
    with made.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([ADA, BEN, BEN_ELSEWHERE])
        unit.talk.save_threads([samples.thread()])
        unit.talk.save_messages([samples.message(), bens_message()])
        unit.inquiries.save_moments([samples.moment()])
        unit.inquiries.save_inquiry(samples.inquiry())
        unit.inquiries.save_question(samples.question())
    return made


def bens_message() -> Message:
    """A word of Ben's in the same thread."""
    return samples.message("m2", "Wait until it stops singing.", author_id=BEN.id)


def dump(store: SqlStore, *, but: frozenset[str] = frozenset({"joinings"})) -> str:
    """Every row of every table but those of who is joined."""
    with sqlite3.connect(store.path) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = sorted(str(name) for (name,) in tables)
        rows = {
            name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))  # noqa: S608  names of the schema
            for name in names
            if name not in but and not name.startswith("sqlite_")
        }
    connection.close()
    return json.dumps(rows)


@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.permutations([ADA.id, BEN.id, BEN_ELSEWHERE.id])), max_size=6
    )
)
def test_separating_everybody_puts_every_row_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, list[str]]]
) -> None:
    """Joining, reading, saving what was read, and separating changes no row but the joinings."""
    store = store_in(tmp_path_factory.mktemp("home"))
    before = dump(store)
    for minute, (joins, (one, other, _)) in enumerate(steps):
        with store.writing() as unit:
            if joins:
                unit.people.save_joining(joining(one, other, minute))
            else:
                for held in unit.people.joinings(COMMUNITY.id):
                    if held.pair == {one, other}:
                        unit.people.save_joining(apart(held))
            for known in unit.people.members(COMMUNITY.id):
                unit.people.update_member(known)
            unit.inquiries.save_moments(unit.inquiries.moments(COMMUNITY.id))
            unit.inquiries.save_question(unit.inquiries.questions(samples.inquiry().id)[0])
            counts = unit.talk.save_messages([samples.message(), bens_message()])
            assert counts.unchanged == 2
    with store.writing() as unit:
        for held in unit.people.joinings(COMMUNITY.id):
            unit.people.save_joining(apart(held))
    assert dump(store) == before
    store.close()


def store_in(folder: Path) -> SqlStore:
    """`store` for tests that need several."""
    fixture: Any = store
    made: SqlStore = fixture.__wrapped__(folder)
    return made


def test_a_person_of_several_members_is_one_to_every_reader(store: SqlStore) -> None:
    """Messages, questions, moments and counts name one id; the handle used stays known."""
    with store.writing() as unit:
        unit.people.save_joining(joining(ADA.id, BEN.id))
    with store.reading() as unit:
        people = {one.id: one for one in unit.people.members(COMMUNITY.id)}
        assert set(people) == {ADA.id, BEN_ELSEWHERE.id}
        assert people[ADA.id].ids == {ADA.id, BEN.id}
        assert unit.people.member(BEN.id) == people[ADA.id]
        said = unit.talk.message(bens_message().id)
        assert said is not None
        assert (said.author_id, said.signed_id) == (ADA.id, BEN.id)
        assert unit.talk.author_counts(COMMUNITY.id)[ADA.id]["messages"] == 2
        assert unit.inquiries.open_questions(BEN.id) == unit.inquiries.open_questions(ADA.id) != []


def test_consent_roles_and_hours_are_those_of_all_handles(store: SqlStore) -> None:
    """A stop under one handle holds for the person, and so does the most careful credit."""
    stopped = Consent(opted_out_at=NOON, credit=Credit.CHATHAM_HOUSE)
    with store.writing() as unit:
        unit.people.update_member(
            BEN.model_copy(update={"consent": stopped, "roles": (Role.STEWARD,), "timezone": "UTC"})
        )
        unit.people.save_joining(joining(ADA.id, BEN.id))
        one = unit.people.member(ADA.id)
        assert one is not None
        assert one.consent == stopped
        assert one.roles == (Role.STEWARD,)
        assert not one.may_be_asked
        unit.people.update_member(one.model_copy(update={"roles": (Role.CORE,)}))
        parts = [unit.people.handle(ADA.id), unit.people.handle(BEN.id)]
        assert [part.roles for part in parts if part] == [
            (Role.PERIPHERAL, Role.CORE),
            (Role.PERIPHERAL,),
        ]


def test_words_stand_in_the_name_of_who_wrote_them_after_all(store: SqlStore) -> None:
    """A guide made of a joined person's words keeps each author and their yes when parted."""
    with store.writing() as unit:
        unit.people.save_joining(joining(ADA.id, BEN.id))
        written = unit.talk.message(bens_message().id)
        assert written is not None
        span = type(samples.SPAN).of(written, 0, len(written.text))
        version = samples.version(span=span)
        yes = Confirmation(
            guide_id=version.guide_id,
            version=1,
            member_id=ADA.id,
            credit=Credit.CREDITED,
            confirmed_at=NOON,
        )
        unit.guides.save_guide(
            Guide(
                id=version.guide_id,
                community_id=COMMUNITY.id,
                inquiry_id=samples.inquiry().id,
                status=GuideStatus.CONFIRMED,
                current=version,
                confirmations=(yes,),
                credits=(CreditChoice(member_id=ADA.id, credit=Credit.ROLE_ONLY, own=True),),
            )
        )
    with store.writing() as unit:
        guide = unit.guides.guide(version.guide_id)
        assert guide is not None
        assert guide.current.authors() == (ADA.id,)
        unit.guides.save_guide(guide)
        unit.people.keep_consents(ADA.id)
        unit.people.save_joining(apart(joining(ADA.id, BEN.id)))
        parted = unit.guides.guide(version.guide_id)
        assert parted is not None
        assert parted.current.authors() == (BEN.id,)
        assert parted.awaiting() == ()
        assert parted.credit_of(BEN.id, Credit.CREDITED) is Credit.ROLE_ONLY
