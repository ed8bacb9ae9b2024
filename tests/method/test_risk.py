"""Risk is a sum of plain signs, each told in words with the sentence that shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.risk import Risk, RiskLevel, Told, risk_of
from memory.records.inquiry import Facet
from prompts.desk import load_desk

ENTRY = load_desk().risk
CALM = Told(
    sentences=["Rinse the filter before you brew."],
    authors=2,
    disputed=False,
    edited=False,
    completeness=0.8,
    open_facets=(),
)


def signs(told: Told) -> list[str]:
    """Names of what was found."""
    return [reason.sign for reason in risk_of(told, ENTRY).reasons]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Run `purge` first.", "code"),
        ("Add --force and try again.", "code"),
        ("Look into /var/log/roaster before you start.", "code"),
        ("It changed with Postgres 14.", "version"),
        ("Firmware 2.4.1 does it.", "version"),
        ("Wait for 12 minutes.", "number"),
        ("You lose all of the data then.", "severe"),
        ("The belt may catch fire.", "severe"),
    ],
)
def test_wording_shows_a_sign_with_its_sentence(text: str, sign: str) -> None:
    """Commands, versions, numbers and harm are found where they stand."""
    told = replace(CALM, sentences=[*CALM.sentences, text])
    (reason,) = [r for r in risk_of(told, ENTRY).reasons if r.sign == sign]
    assert reason.sentence == 2


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"authors": 1}, "single_author"),
        ({"disputed": True}, "disputed"),
        ({"edited": True}, "edited"),
        ({"completeness": 0.1}, "incomplete"),
        ({"open_facets": (Facet.BOUNDARY,)}, "open_boundary"),
    ],
)
def test_the_standing_of_a_guide_shows_a_sign(changes: dict[str, object], sign: str) -> None:
    """What the guide as a whole lacks is told without a sentence."""
    told = replace(CALM, **changes)  # type: ignore[arg-type]
    (reason,) = risk_of(told, ENTRY).reasons
    assert (reason.sign, reason.sentence, reason.words) == (sign, None, ENTRY.signs[sign].words)


def test_a_calm_guide_has_no_sign() -> None:
    """Plain advice of two people that says when it is wrong is of low risk."""
    assert risk_of(CALM, ENTRY) == Risk(RiskLevel.LOW, 0, ())


@given(st.permutations(["`rm` it", "Wait 3 days.", "It may explode.", "Plain words."]))
def test_the_order_of_sentences_changes_no_level(texts: list[str]) -> None:
    """The level follows from which signs there are, and weightier signs are told first."""
    risk = risk_of(replace(CALM, sentences=texts), ENTRY)
    points = [ENTRY.signs[reason.sign].points for reason in risk.reasons]
    assert points == sorted(points, reverse=True)
    assert (risk.points, risk.level) == (sum(points), RiskLevel.SOME)


def test_signs_add_up_to_high() -> None:
    """Enough signs together make a guide of high risk."""
    told = replace(CALM, sentences=["You lose data with `drop 7`."], disputed=True)
    assert risk_of(told, ENTRY).level is RiskLevel.HIGH
    assert signs(told)[0] == "disputed"
