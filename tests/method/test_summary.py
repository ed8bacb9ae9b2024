"""The summary takes along what leans on it, so that its words stand nowhere twice."""

from __future__ import annotations

from agent.method.passage import Passage
from agent.method.summary import carried_on
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, MessageKind
from tests.method import coffee

ADVICE = "Rinse the basket after every pull."
CARRIES = "This removes most of the oils."
ABOVE = "Within three minutes the above process is enough."
LATER = "Other beans are another matter."


def passages(*texts: str) -> tuple[Passage, list[Passage]]:
    """A summary and what stands behind it in its message, led by the summary's words."""
    whole = " ".join((ADVICE, *texts))
    said = coffee.message("a1", coffee.EXPERT, MessageKind.ANSWER, whole)
    spans = [
        EvidenceSpan.of(said, whole.index(t), whole.index(t) + len(t)) for t in (ADVICE, *texts)
    ]
    author = coffee.EXPERT.id
    summary = Passage(Facet.ACTION, author, (spans[0],), 1.0)
    behind = Passage(Facet.WHY, author, tuple(spans[1:]), 0.1, lead=spans[0])
    found, rest = carried_on(summary, [behind], said)
    return found, rest


def test_what_leans_on_the_summary_joins_it() -> None:
    """No bracketed lead repeats the summary where the next sentence can stand behind it."""
    summary, rest = passages(CARRIES)
    assert summary.text == f"{ADVICE} {CARRIES}"
    assert rest == []


def test_what_points_above_stands_in_the_summary_or_nowhere() -> None:
    """`the above process` away from its sentence would speak of something else."""
    long = CARRIES.removesuffix(".") + " and grounds" * 24 + "."
    summary, rest = passages(long, ABOVE)
    assert summary.text == f"{ADVICE} {long} {ABOVE}"
    assert rest == []
    longer = ABOVE.removesuffix(".") + " and more" * 20 + "."
    summary, rest = passages(long, longer)
    assert summary.text == f"{ADVICE} {long}"
    assert rest == []


def test_what_fits_nowhere_keeps_its_lead() -> None:
    """A long continuation is led by the summary's words as before."""
    long = CARRIES.removesuffix(".") + " and grounds" * 40 + "."
    summary, rest = passages(long)
    assert summary.text == ADVICE
    assert rest[0].lead is not None


def test_what_stands_elsewhere_does_not_join() -> None:
    """Only the sentence right behind it carries a summary on."""
    whole = f"{ADVICE} {LATER} {CARRIES}"
    said = coffee.message("a1", coffee.EXPERT, MessageKind.ANSWER, whole)
    at = whole.index(CARRIES)
    first = EvidenceSpan.of(said, 0, len(ADVICE))
    behind = EvidenceSpan.of(said, at, at + len(CARRIES))
    author = coffee.EXPERT.id
    led = Passage(Facet.WHY, author, (behind,), 0.1, lead=first)
    summary = Passage(Facet.ACTION, author, (first,), 1.0)
    assert carried_on(summary, [led], said) == (summary, [led])
