"""What every system of record has to do, run over each one: people and talk."""

from __future__ import annotations

import pytest

from memory.errors import StoreError, UserInputError
from memory.records.base import stable_id
from memory.records.decisions import Grant
from memory.records.people import Availability, Community, Consent, Role
from memory.records.talk import MessageKind
from memory.store.protocols import ImportCursor, SaveCounts, Store
from tests.memory.samples import (
    ADA,
    BEN,
    COMMUNITY,
    HOUR,
    NOON,
    member,
    message,
    thread,
)


class TestUnits:
    """Units of work."""

    def test_an_exception_undoes_the_whole_unit(self, store: Store) -> None:
        """A step that fails half way leaves nothing behind."""

        def fail_half_way() -> None:
            with store.writing() as unit:
                unit.talk.save_messages([message("m2")])
                unit.inquiries.claim_effect("send:1", NOON)
                raise KeyError("stop")

        with pytest.raises(KeyError):
            fail_half_way()
        with store.writing() as unit:
            assert unit.talk.count_messages(COMMUNITY.id) == 1
            assert unit.inquiries.claim_effect("send:1", NOON)

    def test_a_reader_sees_one_state_while_others_write(self, store: Store) -> None:
        """What a reader has begun to read does not change under it."""
        with store.reading() as before:
            assert before.talk.count_messages(COMMUNITY.id) == 1
            with store.writing() as unit:
                unit.talk.save_messages([message("m2")])
            assert before.talk.count_messages(COMMUNITY.id) == 1
        with store.reading() as after:
            assert after.talk.count_messages(COMMUNITY.id) == 2

    def test_a_reader_may_not_write(self, store: Store) -> None:
        """Only a writing unit changes anything."""
        with store.reading() as unit, pytest.raises(StoreError):
            unit.people.save_community(COMMUNITY)

    def test_a_record_needs_its_parent(self, store: Store) -> None:
        """A message of a thread that is not stored is refused when the unit ends."""

        def save_orphan() -> None:
            with store.writing() as unit:
                unit.talk.save_messages([message("m2", thread_id=thread("t9").id)])

        with pytest.raises(StoreError, match="messages -> threads"):
            save_orphan()
        with store.reading() as unit:
            assert unit.talk.count_messages(COMMUNITY.id) == 1

    def test_parents_may_come_later_in_the_same_unit(self, store: Store) -> None:
        """A stream need not be sorted to be stored."""
        with store.writing() as unit:
            unit.talk.save_messages([message("m2", thread_id=thread("t9").id)])
            unit.talk.save_threads([thread("t9")])
        with store.reading() as unit:
            assert unit.talk.thread_messages(thread("t9").id) == [
                message("m2", thread_id=thread("t9").id)
            ]


class TestPeople:
    """Communities, members, accounts, grants."""

    def test_communities_come_back_whole(self, store: Store) -> None:
        """What is saved is what is read, by name."""
        other = Community(id=Community.id_of("A"), name="A", created_at=NOON, sample=True)
        with store.writing() as unit:
            unit.people.save_community(other)
            assert unit.people.communities() == [other, COMMUNITY]
            assert unit.people.community(other.id) == other
            assert unit.people.community(Community.id_of("none")) is None

    def test_an_import_keeps_what_was_decided_here(self, store: Store) -> None:
        """Importing again brings a new name, and undoes no role, consent, hours or zone."""
        decided = member(
            roles=(Role.STEWARD, Role.EXPERT),
            consent=Consent(opted_out_at=NOON),
            availability=Availability(weekdays=(2,), away_until=NOON),
            timezone="Asia/Tokyo",
        )
        with store.writing() as unit:
            unit.people.update_member(decided)
            counts = unit.people.save_members([member(name="Ada L.", timezone="UTC"), BEN])
            assert counts == SaveCounts(changed=1, unchanged=1)
            assert unit.people.member(ADA.id) == decided.model_copy(update={"name": "Ada L."})

    def test_an_import_fills_in_an_unknown_zone(self, store: Store) -> None:
        """A zone nobody decided on may be learnt."""
        with store.writing() as unit:
            unit.people.save_members([member(timezone="Europe/Oslo")])
            found = unit.people.member(ADA.id)
        assert found is not None
        assert found.timezone == "Europe/Oslo"

    def test_members_come_by_id_and_unknown_ones_are_refused(self, store: Store) -> None:
        """An update names somebody who is there."""
        with store.writing() as unit:
            assert [m.id for m in unit.people.members(COMMUNITY.id)] == sorted([ADA.id, BEN.id])
            assert unit.people.member(member("eve").id) is None
            with pytest.raises(UserInputError, match=member("eve").id):
                unit.people.update_member(member("eve"))
            with pytest.raises(UserInputError, match=member("eve").id):
                unit.people.bind_account("eve", member("eve").id)

    def test_an_account_is_one_member_per_community(self, store: Store) -> None:
        """Binding again moves the account."""
        with store.writing() as unit:
            unit.people.bind_account("ada", ADA.id)
            assert unit.people.bound_member("ada", COMMUNITY.id) == ADA
            unit.people.bind_account("ada", BEN.id)
            assert unit.people.bound_member("ada", COMMUNITY.id) == BEN
            assert unit.people.bound_member("eve", COMMUNITY.id) is None

    def test_a_grant_can_be_revoked(self, store: Store) -> None:
        """Saving a grant again replaces it; revoked ones stay on record."""
        grant = Grant(
            id=stable_id("gra", "1"),
            community_id=COMMUNITY.id,
            account="ada",
            member_id=BEN.id,
            granted_by=BEN.id,
            granted_at=NOON,
        )
        revoked = grant.model_copy(update={"revoked_at": NOON + HOUR})
        with store.writing() as unit:
            unit.people.save_grant(grant)
            assert unit.people.grants("ada") == [grant]
            unit.people.save_grant(revoked)
            assert unit.people.grants("ada") == [revoked]
            assert unit.people.grants("eve") == []


class TestTalk:
    """Threads and messages."""

    def test_importing_twice_changes_nothing(self, store: Store) -> None:
        """Counts are exact: new, changed, and as they were."""
        batch = [message(), message("m2"), message("m3", "Or so.")]
        with store.writing() as unit:
            assert unit.talk.save_messages(batch) == SaveCounts(added=2, unchanged=1)
            assert unit.talk.save_messages(batch) == SaveCounts(unchanged=3)
            edited = [message("m2", "Edited.", edited_at=NOON), message("m3", "", deleted=True)]
            assert unit.talk.save_messages(edited) == SaveCounts(changed=2)
            assert unit.talk.message(edited[0].id) == edited[0]
            assert unit.talk.count_messages(COMMUNITY.id) == 3

    def test_one_batch_may_hold_a_message_twice(self, store: Store) -> None:
        """The last state of a message in a stream is the one that stays."""
        twice = [message("m2"), message("m2", "Later."), message("m2", "Later.")]
        with store.writing() as unit:
            counts = unit.talk.save_messages(iter(twice))
            assert counts == SaveCounts(added=1, changed=1, unchanged=1)
            assert unit.talk.message(twice[0].id) == twice[1]

    def test_more_messages_than_one_statement_holds(self, store: Store) -> None:
        """A long list is saved, counted and found whole."""
        many = [message(f"n{i}", f"Message {i}") for i in range(1203)]
        with store.writing() as unit:
            assert unit.talk.save_messages(many).added == 1203
            found = unit.talk.messages([m.id for m in many] + [message("none").id])
        assert found == {m.id: m for m in many}

    def test_messages_of_a_thread_come_in_order_of_time(self, store: Store) -> None:
        """A thread reads as it was written."""
        later, first = message("m2", sent_at=NOON + HOUR), message("m3", sent_at=NOON - HOUR)
        with store.writing() as unit:
            unit.talk.save_messages([later, first])
            assert unit.talk.thread_messages(thread().id) == [first, message(), later]
            assert unit.talk.message(message("none").id) is None

    def test_a_thread_only_grows(self, store: Store) -> None:
        """Times widen; a title, tag or acceptance that is lacking now is kept."""
        told = thread(title="Kettles", tags=("a",), accepted_message_id=message().id)
        bare = thread(tags=("b",), started_at=NOON - HOUR, last_at=NOON - HOUR)
        with store.writing() as unit:
            assert unit.talk.save_threads([told]) == SaveCounts(changed=1)
            assert unit.talk.save_threads([bare]) == SaveCounts(changed=1)
            assert unit.talk.save_threads([bare, told]) == SaveCounts(unchanged=2)
            assert unit.talk.thread(told.id) == told.model_copy(
                update={"tags": ("a", "b"), "started_at": NOON - HOUR}
            )
            assert unit.talk.thread(thread("none").id) is None

    def test_threads_page_by_id_without_private_or_own_ones(self, store: Store) -> None:
        """Paging visits every public imported thread once."""
        public = [thread(f"p{i}") for i in range(5)]
        hidden = [thread("x1", private=True), thread("x2", source="passdown")]
        with store.writing() as unit:
            unit.talk.save_threads([*public, *hidden])
            seen: list[str] = []
            while page := unit.talk.threads(
                COMMUNITY.id, after_id=seen[-1] if seen else "", limit=2
            ):
                seen += [found.id for found in page]
            assert seen == sorted([thread().id, *(found.id for found in public)])
            assert unit.talk.count_threads(COMMUNITY.id) == 7

    def test_author_counts(self, store: Store) -> None:
        """Answers are replies to others; bots, deletions and system lines do not count."""
        asked = message("q", "How?", author_id=BEN.id, kind=MessageKind.QUESTION, score=-3)
        said = [
            asked,
            message("a", kind=MessageKind.ANSWER, score=4),
            message("b", reply_to_id=asked.id),
            message("c", reply_to_id=message().id),
            message("d", "", deleted=True, score=9),
            message("e", from_bot=True),
            message("f", kind=MessageKind.SYSTEM),
            message("g", author_id=None),
        ]
        with store.writing() as unit:
            unit.talk.save_messages(said)
            unit.talk.save_threads([thread(accepted_message_id=message("a").id)])
            assert unit.talk.author_counts(COMMUNITY.id) == {
                ADA.id: {"messages": 4, "answers": 2, "accepted": 1, "score": 4},
                BEN.id: {"messages": 1, "answers": 0, "accepted": 0, "score": 0},
            }

    def test_triage_sees_a_settled_thread_once_until_it_changes(self, store: Store) -> None:
        """Judged threads come back when a message is added or edited, and not otherwise."""
        late, private = thread("t2", last_at=NOON + HOUR), thread("t3", private=True)

        def waiting() -> list[str]:
            with store.reading() as unit:
                return [t.id for t in unit.talk.unjudged_threads(COMMUNITY.id, NOON)]

        with store.writing() as unit:
            unit.talk.save_threads([late, private, thread("t4", source="passdown")])
            both = [t.id for t in unit.talk.unjudged_threads(COMMUNITY.id, NOON + HOUR)]
        assert both == [thread().id, late.id]
        assert waiting() == [thread().id]
        with store.writing() as unit:
            unit.talk.mark_judged([thread().id], NOON)
        assert waiting() == []
        with store.writing() as unit:
            unit.talk.save_messages([message()])
            unit.talk.save_threads([thread()])
        assert waiting() == []
        with store.writing() as unit:
            unit.talk.save_messages([message(score=1)])
        assert waiting() == [thread().id]

    def test_unjudged_threads_stream_page_by_page(self, store: Store) -> None:
        """More threads than a page come once each, in order, even while they are marked."""
        many = [thread(f"n{i}", last_at=NOON - (i % 7) * HOUR) for i in range(1100)]
        with store.writing() as unit:
            unit.talk.save_threads(many)
            seen = []
            for found in unit.talk.unjudged_threads(COMMUNITY.id, NOON):
                seen.append((found.last_at, found.id))
                unit.talk.mark_judged([found.id], NOON)
        assert seen == sorted((t.last_at, t.id) for t in [thread(), *many])

    def test_an_import_cursor_is_kept_per_archive(self, store: Store) -> None:
        """A killed import finds where it was."""
        cursor = ImportCursor(
            community_id=COMMUNITY.id, archive="slack:x", position="3", updated_at=NOON
        )
        ended = cursor.model_copy(update={"position": "9", "finished": True, "skipped": 2})
        with store.writing() as unit:
            unit.talk.save_cursor(cursor)
            unit.talk.save_cursor(ended)
            assert unit.talk.cursor(COMMUNITY.id, "slack:x") == ended
            assert unit.talk.cursor(COMMUNITY.id, "slack:y") is None
            unit.talk.drop_cursor(COMMUNITY.id, "slack:x")
            assert unit.talk.cursor(COMMUNITY.id, "slack:x") is None
            unit.talk.drop_cursor(COMMUNITY.id, "slack:x")
