"""What every system of record has to do, run over each one: stop-work, grants of a community."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from memory.records.base import stable_id
from memory.records.decisions import Grant
from memory.records.governance import StopWork
from memory.store.protocols import Store
from tests.memory.samples import ADA, BEN, COMMUNITY, HOUR, NOON

OTHER = stable_id("com", "other")
STOP = StopWork(
    id=StopWork.id_of(COMMUNITY.id, "paper filters", NOON),
    community_id=COMMUNITY.id,
    topic="paper filters",
    because="A kettle burst.",
    stopped_by=ADA.id,
    stopped_at=NOON,
)


def test_an_order_holds_until_it_is_lifted_and_is_kept_after(store: Store) -> None:
    """What is stopped now is read by itself; what was stopped once is not forgotten."""
    lifted = STOP.model_copy(update={"lifted_by": BEN.id, "lifted_at": NOON + HOUR})
    with store.writing() as unit:
        unit.stops.save_stop(STOP)
    with store.writing() as unit:
        assert list(unit.stops.stops(COMMUNITY.id)) == [STOP]
        assert not unit.stops.stops(OTHER)
        unit.stops.save_stop(lifted)
        assert not unit.stops.stops(COMMUNITY.id)
        assert list(unit.stops.stops(COMMUNITY.id, lifted=True)) == [lifted]


@pytest.mark.parametrize(
    "changes",
    [
        {"because": ""},
        {"topic": ""},
        {"lifted_by": BEN.id},
        {"lifted_at": NOON + HOUR},
        {"lifted_by": BEN.id, "lifted_at": NOON - HOUR},
    ],
)
def test_an_impossible_order_cannot_be_made(changes: dict[str, object]) -> None:
    """It has a topic and a reason, and is lifted wholly, later, or not at all."""
    with pytest.raises(ValidationError):
        STOP.model_copy(update=changes)


def test_all_grants_of_a_community_are_listed_in_order(store: Store) -> None:
    """Whoever holds them, ended ones too."""
    grants = [
        Grant(
            id=stable_id("grt", account, ADA.id),
            community_id=COMMUNITY.id,
            account=account,
            member_id=ADA.id,
            granted_by=ADA.id,
            granted_at=NOON + place * HOUR,
            revoked_at=NOON + 2 * HOUR if place else None,
        )
        for place, account in enumerate(("zoe", f"member:{BEN.id}"))
    ]
    with store.writing() as unit:
        for grant in reversed(grants):
            unit.people.save_grant(grant)
        assert list(unit.people.grants_in(COMMUNITY.id)) == grants
        assert not unit.people.grants_in(OTHER)
