"""Who may do what: acting for another, reviewing, giving roles."""

from __future__ import annotations

from datetime import timedelta

from agent.policy.access import may_act_as, may_give_roles
from memory.records.decisions import Grant
from memory.records.people import Role
from tests.builders import COMMUNITY, MONDAY, make_member

ANA = make_member("ana")
GRANT = Grant(
    id="grt_0000000000000001",
    community_id=COMMUNITY.id,
    account="root",
    member_id=ANA.id,
    granted_by=ANA.id,
    granted_at=MONDAY,
)


def test_acting_for_another_needs_a_grant() -> None:
    """Outside a sample community nobody acts for somebody else without a grant."""
    assert not may_act_as(COMMUNITY, [], ANA, MONDAY)
    assert may_act_as(COMMUNITY, [GRANT], ANA, MONDAY)


def test_a_revoked_grant_ends_at_once() -> None:
    """From the moment of revocation the grant is worth nothing, and before its start neither."""
    revoked = GRANT.model_copy(update={"revoked_at": MONDAY + timedelta(hours=1)})
    assert may_act_as(COMMUNITY, [revoked], ANA, MONDAY)
    assert not may_act_as(COMMUNITY, [revoked], ANA, MONDAY + timedelta(hours=1))
    assert not may_act_as(COMMUNITY, [GRANT], ANA, MONDAY - timedelta(hours=1))


def test_a_sample_lets_everybody_play_everybody() -> None:
    """The shipped sample has nobody to protect."""
    sample = COMMUNITY.model_copy(update={"sample": True})
    assert may_act_as(sample, [], ANA, MONDAY)


def test_the_first_steward_may_be_named_by_anybody_the_second_not() -> None:
    """A community without stewards can get one; from then on stewards decide."""
    steward = make_member("bea", roles=(Role.STEWARD,))
    assert may_give_roles(None, [ANA])
    assert not may_give_roles(None, [ANA, steward])
    assert not may_give_roles(ANA, [ANA, steward])
    assert may_give_roles(steward, [ANA, steward])
