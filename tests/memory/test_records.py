"""Records refuse impossible states when they are built, copied or read back."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from memory.records.base import stable_id
from memory.records.guide import Claim, Decision, GuideStatus
from memory.records.inquiry import CloseReason, Facet
from memory.records.people import Availability
from memory.records.talk import EvidenceSpan, Message, Segment, SegmentKind
from tests.memory import samples


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_ids_of_different_parts_differ(one: list[str], other: list[str]) -> None:
    """An id is a function of its parts, and parts do not run into one another."""
    assert (stable_id("msg", *one) == stable_id("msg", *other)) == (one == other)


def test_a_time_without_a_zone_is_refused() -> None:
    """A record holds no time whose zone is unknown."""
    with pytest.raises(ValidationError, match="zone"):
        samples.thread(started_at=datetime(2024, 5, 6, 12))  # noqa: DTZ001 - what is refused


def test_an_unknown_field_is_refused() -> None:
    """A misspelt field cannot travel unnoticed."""
    with pytest.raises(ValidationError, match="titel"):
        samples.thread(titel="x")


def test_a_claim_without_evidence_cannot_be_built() -> None:
    """Nothing that no expert said becomes a claim."""
    with pytest.raises(ValidationError, match="evidence"):
        Claim(
            id=stable_id("clm", "x"),
            community_id=samples.COMMUNITY.id,
            inquiry_id=samples.inquiry().id,
            author_id=samples.ADA.id,
            facet=Facet.WHY,
            text="It oxidises.",
            evidence=(),
        )


def test_a_quote_that_is_not_in_its_message_cannot_be_built() -> None:
    """A span's quote is verbatim or the span does not exist."""
    said = samples.message()
    with pytest.raises(ValidationError, match="does not stand at"):
        EvidenceSpan.model_validate(
            {"message_id": said.id, "start": 0, "end": 5, "quote": "Always"},
            context={"texts": {said.id: said.text}},
        )


def test_a_quote_without_its_text_cannot_be_built() -> None:
    """A span is never taken on trust."""
    with pytest.raises(ValidationError, match="needs the text"):
        EvidenceSpan(message_id=samples.message().id, start=0, end=5, quote="Never")


def test_a_copied_span_is_checked_again() -> None:
    """Copying with a change is no way round the check."""
    with pytest.raises(ValidationError, match="needs the text"):
        samples.SPAN.model_copy(update={"quote": "Always open the kettle"})


@pytest.mark.parametrize("kind", [k for k in SegmentKind if k is not SegmentKind.OWN])
def test_only_own_words_are_evidence(kind: SegmentKind) -> None:
    """A quotation, code or a signature is not what the author says."""
    said = samples.message(segments=(Segment(kind=kind, start=0, end=20),))
    with pytest.raises(ValueError, match="own words"):
        EvidenceSpan.of(said, 0, 5)


def test_a_deleted_message_is_no_evidence() -> None:
    """What its author took back is not used."""
    with pytest.raises(ValueError, match="own words"):
        EvidenceSpan.of(samples.message(deleted=True), 0, 5)


@given(st.text(max_size=40), st.integers(-3, 45), st.integers(-3, 45))
def test_every_span_that_exists_is_verbatim(text: str, start: int, end: int) -> None:
    """Whatever range is asked for, a span is either verbatim or refused."""
    said = samples.message(text=text)
    try:
        span = EvidenceSpan.of(said, start, end)
    except ValueError:
        assert not (0 <= start < end <= len(text))
    else:
        assert span.quote == text[start:end] != ""


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=4))
def test_segments_never_overlap_nor_leave_the_text(ranges: list[tuple[int, int]]) -> None:
    """A message that exists has ordered, disjoint segments inside its text."""
    parts = tuple(Segment(kind=SegmentKind.OWN, start=a, end=b) for a, b in ranges)
    try:
        said = samples.message(text="x" * 20, segments=parts)
    except ValidationError:
        ordered = all(a < b <= 20 for a, b in ranges)
        assert not (ordered and all(x[1] <= y[0] for x, y in pairwise(ranges)))
    else:
        assert sum(end - start for start, end in said.own_spans()) <= len(said.text)


@pytest.mark.parametrize(
    "lacking",
    [
        {"review": None},
        {"review": samples.review(decision=Decision.REVISE)},
        {"review": samples.review(number=2)},
        {"confirmations": ()},
        {"confirmations": (samples.confirmation(number=2),)},
        {"review_by": None},
    ],
)
def test_published_means_confirmed_and_approved(lacking: dict[str, Any]) -> None:
    """No guide is public without its authors' yes and an approving review of this version."""
    with pytest.raises(ValidationError, match="without"):
        samples.published(**lacking)


def test_publishing_cannot_be_copied_into_being() -> None:
    """A draft does not become public by copying it with another status."""
    with pytest.raises(ValidationError, match="without"):
        samples.guide().model_copy(update={"status": GuideStatus.PUBLISHED})


def test_closed_means_with_a_reason() -> None:
    """An inquiry says why it closed, and only then."""
    with pytest.raises(ValidationError, match="close reason"):
        samples.inquiry(close_reason=CloseReason.SKIPPED)


def test_an_unknown_time_zone_is_refused() -> None:
    """Nobody is asked at an hour that cannot be computed."""
    with pytest.raises(ValidationError, match="time zone"):
        samples.member(timezone="Mars/Olympus")


def test_times_are_utc_whatever_their_zone_was() -> None:
    """The same instant is the same record."""
    elsewhere = samples.thread(started_at=datetime.fromisoformat("2024-05-06T14:00:00+02:00"))
    assert elsewhere == samples.thread()
    assert elsewhere.started_at.tzinfo is UTC
    assert isinstance(Message.model_validate(samples.message().model_dump()), Message)


def test_hours_of_asking_begin_before_they_end() -> None:
    """A person's own hours are never empty; only no weekday at all means never."""
    assert Availability(weekdays=(), from_hour=9).from_hour == 9
    for from_hour in (10, 11):
        with pytest.raises(ValidationError, match="'from_hour' 1"):
            Availability(from_hour=from_hour, to_hour=10)
