"""What every system of record has to do, run over each one: readers' words, titles, pauses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from memory.records.base import stable_id
from memory.records.decisions import Action, LoggedDecision
from memory.records.feedback import Feedback, FeedbackKind
from memory.records.guide import GuideStatus
from memory.records.inquiry import Due, DueKind
from memory.records.pause import Pause
from memory.records.people import Member
from memory.store.protocols import Store
from memory.store.reader_protocols import GuideTitle, Helpfulness
from tests.memory.samples import ADA, BEN, COMMUNITY, HOUR, NOON, guide, published, version

OTHER = stable_id("com", "other")


def _said(by: Member, number: int = 1, because: str = "", **changes: Any) -> Feedback:
    kind = FeedbackKind.FAILED if because else FeedbackKind.HELPED
    return Feedback(
        **{
            "id": Feedback.id_of(guide().id, number, by.id),
            "community_id": COMMUNITY.id,
            "guide_id": guide().id,
            "version": number,
            "member_id": by.id,
            "kind": kind,
            "because": because,
            "given_at": NOON + number * HOUR,
            **changes,
        }
    )


def _pause(**changes: Any) -> Pause:
    since = changes.pop("since", NOON)
    return Pause(
        **{
            "id": Pause.id_of(COMMUNITY.id, since),
            "community_id": COMMUNITY.id,
            "since": since,
            "paused_by": BEN.id,
            **changes,
        }
    )


class TestFeedback:
    """One word of each person counts: the one on the newest version they spoke of."""

    def test_the_newest_version_counts(self, store: Store) -> None:
        """Older words are kept, and count again when the newer ones are taken back."""
        first, second, other = _said(ADA, 1, "too hot"), _said(ADA, 2), _said(BEN, 1)
        with store.writing() as unit:
            unit.guides.save_guide(published())
            for said in (first, second, other):
                unit.feedback.save_feedback(said)
        with store.writing() as unit:
            assert unit.feedback.feedback_of(guide().id, ADA.id) == [first, second]
            assert unit.feedback.feedback(guide().id) == [second, other]
            assert unit.feedback.helpfulness(COMMUNITY.id) == {guide().id: Helpfulness(2, 0)}
            unit.feedback.drop_feedback(second.id)
            counted = {one.id for one in unit.feedback.feedback(guide().id)}
            assert counted == {first.id, other.id}
            assert unit.feedback.helpfulness(COMMUNITY.id) == {guide().id: Helpfulness(1, 1)}
            assert unit.feedback.helpfulness(OTHER) == {}

    def test_saying_it_again_replaces_it(self, store: Store) -> None:
        """A person has one word per guide and version."""
        with store.writing() as unit:
            unit.guides.save_guide(published())
            unit.feedback.save_feedback(_said(ADA, 1))
            unit.feedback.save_feedback(_said(ADA, 1, "too hot"))
            assert unit.feedback.feedback(guide().id) == [_said(ADA, 1, "too hot")]

    def test_a_failure_without_a_reason_cannot_be_made(self) -> None:
        """Nor a thank-you with one."""
        with pytest.raises(ValidationError, match="has a reason"):
            _said(ADA, kind=FeedbackKind.FAILED)
        with pytest.raises(ValidationError, match="has a reason"):
            _said(ADA, because="so", kind=FeedbackKind.HELPED)


class TestTitles:
    """The shelf without the words of its guides."""

    def test_published_guides_alone_newest_first(self, store: Store) -> None:
        """The title is that of the current version."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            assert unit.guides.titles(COMMUNITY.id) == []
            unit.guides.save_guide(published(version(2)))
            (one,) = unit.guides.titles(COMMUNITY.id)
            stored = published(version(2))
            title = GuideTitle(
                stored.id, "Cooling the kettle, 2", 2, stored.published_at, stored.review_by
            )
            assert one == title
            assert unit.guides.titles(OTHER) == []
            unit.guides.save_guide(stored.model_copy(update={"status": GuideStatus.RETRACTED}))
            assert unit.guides.titles(COMMUNITY.id) == []


class TestPauses:
    """What was paused when, and by whom."""

    def test_a_pause_is_open_until_its_end_is_recorded(self, store: Store) -> None:
        """Time running out is no record: whoever settles it finds it."""
        pause = _pause(until=NOON + HOUR)
        assert pause.holds(NOON)
        assert not pause.holds(NOON + HOUR)
        with store.writing() as unit:
            assert unit.pauses.open_pause(COMMUNITY.id) is None
            unit.pauses.save_pause(pause)
            assert unit.pauses.open_pause(COMMUNITY.id) == pause
            assert unit.pauses.open_pause(OTHER) is None
            ended = pause.model_copy(update={"ended_at": NOON + HOUR})
            unit.pauses.save_pause(ended)
            assert not ended.holds(NOON)
            assert unit.pauses.open_pause(COMMUNITY.id) is None
            later = _pause(since=NOON + 2 * HOUR)
            unit.pauses.save_pause(later)
            assert unit.pauses.pauses(COMMUNITY.id) == [ended, later]

    def test_a_pause_cannot_end_before_it_begins(self) -> None:
        """Illegal records cannot be built."""
        with pytest.raises(ValidationError, match="before it begins"):
            _pause(until=NOON - HOUR)


class TestPulse:
    """What the pulse is read from."""

    def test_the_log_by_community_and_time(self, store: Store) -> None:
        """Only what is asked for, from the time asked for, oldest first."""
        lines = [
            LoggedDecision(
                at=NOON + timedelta(minutes=minutes),
                community_id=community,
                actor="agent",
                action=action,
                subject=guide().id,
            )
            for minutes, action, community in (
                (-1, Action.ANSWERED, COMMUNITY.id),
                (5, Action.ANSWERED, COMMUNITY.id),
                (0, Action.GUIDE_PUBLISHED, COMMUNITY.id),
                (1, Action.MOMENT_FOUND, COMMUNITY.id),
                (1, Action.ANSWERED, OTHER),
            )
        ]
        wanted = (Action.ANSWERED, Action.GUIDE_PUBLISHED)
        with store.writing() as unit:
            for line in lines:
                unit.log.append(line)
            found = unit.log.decisions_since(COMMUNITY.id, NOON, wanted)
        assert found == [lines[2], lines[1]]

    def test_what_is_planned_for_one_community(self, store: Store) -> None:
        """Soonest first, no more than asked for."""
        dues = [
            Due(
                key=f"resume:{hours}",
                community_id=COMMUNITY.id,
                kind=DueKind.RESUME,
                subject_id=guide().id,
                at=NOON + hours * HOUR,
            )
            for hours in (3, 1, 2)
        ]
        with store.writing() as unit:
            for due in dues:
                unit.inquiries.plan(due)
            assert unit.inquiries.upcoming(COMMUNITY.id, 2) == [dues[1], dues[2]]
            assert unit.inquiries.upcoming(OTHER, 2) == []
