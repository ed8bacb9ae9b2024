"""Skill as a Beta mean: several validated pieces, lately, and never a claim alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.skill import Evidence, EvidenceKind, Skill, decay, skill_from
from prompts.skill import load_skill

NOW = datetime(2025, 3, 3, tzinfo=UTC)
WEIGHTS = load_skill().weights
TOPIC = "top_1"


def piece(kind: EvidenceKind, *, days: float = 0, share: float = 1.0) -> Evidence:
    """A piece of evidence on `TOPIC`, so many days old."""
    return Evidence("mem_1", {TOPIC: share}, kind, NOW - timedelta(days=days), "msg_1")


def skill(*evidence: Evidence) -> Skill:
    """The skill on `TOPIC` now."""
    return skill_from(evidence, TOPIC, NOW, 365, WEIGHTS)


def test_one_good_answer_is_not_mastery() -> None:
    """The prior speaks for a beginner; one accepted answer is far from what a tandem asks for."""
    none, one = skill(), skill(piece(EvidenceKind.ACCEPTED))
    many = skill(*[piece(EvidenceKind.ACCEPTED)] * 8)
    assert none.mean == pytest.approx(0.2)
    assert none.peer == 0
    assert none.mean < one.mean < 0.4
    assert many.mean > 0.6


def test_what_nobody_else_vouches_for_counts_up_to_a_limit() -> None:
    """A thousand self-tags and unnoticed answers stay below one who is known to know."""
    claims = [piece(EvidenceKind.TAGGED), piece(EvidenceKind.ANSWERED)] * 500
    assert skill(*claims).mean < skill(*[piece(EvidenceKind.ACCEPTED)] * 2).mean
    assert skill(*claims).peer == 0
    assert skill(*claims, piece(EvidenceKind.ACCEPTED)).peer == pytest.approx(0.5)


def test_a_guide_that_failed_somebody_counts_against() -> None:
    """Evidence may lower a skill, and never below nothing."""
    failed = [piece(EvidenceKind.FAILED)] * 50
    assert 0 < skill(*failed).mean < skill().mean


def test_evidence_halves_with_each_half_life_and_none_comes_from_the_future() -> None:
    """Old answers fade, later ones are not known yet, and other topics do not count."""
    assert decay(365, 365) == pytest.approx(0.5)
    new, old = skill(piece(EvidenceKind.ACCEPTED)), skill(piece(EvidenceKind.ACCEPTED, days=365))
    assert old.alpha - 1 == pytest.approx((new.alpha - 1) / 2)
    assert skill(piece(EvidenceKind.ACCEPTED, days=-1)) == skill()
    elsewhere = Evidence("mem_1", {"top_2": 1.0}, EvidenceKind.ACCEPTED, NOW, "msg_1")
    assert skill(elsewhere) == skill()


@given(
    st.lists(
        st.tuples(st.sampled_from(EvidenceKind), st.floats(-50, 5000), st.floats(0, 1)), max_size=30
    )
)
def test_a_skill_lies_between_nothing_and_all(
    given_: list[tuple[EvidenceKind, float, float]],
) -> None:
    """Whatever the evidence, mean and peer share are shares, and the prior is never undercut."""
    found = skill(*(piece(kind, days=days, share=share) for kind, days, share in given_))
    assert 0 < found.mean < 1
    assert 0 <= found.peer <= 1
    assert found.alpha >= WEIGHTS.prior_known
    assert found.beta >= WEIGHTS.prior_unknown


def test_every_kind_has_a_weight() -> None:
    """No piece of evidence is of a kind that the file does not weigh."""
    assert set(WEIGHTS.kinds) == {kind.value for kind in EvidenceKind}
