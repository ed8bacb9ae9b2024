"""What every system of record has to do, run over each one: after-action reviews."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from memory.records.incident import IncidentReview
from memory.store.protocols import Store
from tests.memory.samples import ADA, BEN, COMMUNITY, HOUR, NOON, inquiry, message


def incident(title: str = "The kettle boiled over", **changes: object) -> IncidentReview:
    """A review of the sample inquiry with two people."""
    fields: dict[str, object] = {
        "id": IncidentReview.id_of(COMMUNITY.id, title, "about"),
        "community_id": COMMUNITY.id,
        "inquiry_id": inquiry().id,
        "message_id": message().id,
        "people": (BEN.id, ADA.id),
        "opened_by": ADA.id,
        "opened_at": NOON,
    }
    return IncidentReview.model_validate(fields | changes)


def test_a_review_comes_back_as_it_was(store: Store) -> None:
    """By its id and by its inquiry, with its people in the order in which they were named."""
    with store.writing() as unit:
        unit.incidents.save_review(incident())
    with store.reading() as unit:
        assert unit.incidents.review(incident().id) == incident()
        assert unit.incidents.review_of(inquiry().id) == incident()
        assert unit.incidents.reviews(COMMUNITY.id) == [incident()]


def test_any_other_inquiry_is_no_review(store: Store) -> None:
    """What is not a review is told by its absence, not by an error."""
    with store.reading() as unit:
        assert unit.incidents.review(incident().id) is None
        assert unit.incidents.review_of(inquiry().id) is None
        assert unit.incidents.reviews(COMMUNITY.id) == []


def test_saving_twice_is_saving_once(store: Store) -> None:
    """A review is replaced by id."""
    with store.writing() as unit:
        unit.incidents.save_review(incident())
        unit.incidents.save_review(incident(opened_at=NOON + HOUR))
    with store.reading() as unit:
        (kept,) = unit.incidents.reviews(COMMUNITY.id)
    assert kept.opened_at == NOON + HOUR


def test_nobody_is_in_a_review_twice() -> None:
    """Somebody who was named twice would be asked twice."""
    with pytest.raises(ValidationError, match="twice"):
        incident(people=(ADA.id, ADA.id))
    with pytest.raises(ValidationError):
        incident(people=())


def test_case_and_nothing_else_is_ignored_in_the_identity() -> None:
    """The same title about the same is one review; about something else it is another."""
    same = IncidentReview.id_of(COMMUNITY.id, "the KETTLE boiled over", "about")
    assert same == incident().id
    assert IncidentReview.id_of(COMMUNITY.id, "The kettle boiled over", "x") != same
