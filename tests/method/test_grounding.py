"""The gate lets faithful words through and nothing that nobody said."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.grounding import (
    check_sentence,
    is_grounded,
    keep_grounded,
    verify_version,
)
from agent.method.measures import completeness
from agent.method.words import content_stems
from memory.records.guide import GuideSection, GuideSentence
from memory.records.inquiry import Facet, FacetStatus
from tests.method import coffee
from tests.method.test_synthesis import whole

SOURCE = (
    "With the Kalita you should usually grind finer, at 18 g to 300 ml, unless it is not fresh."
)
ROOT = Path(__file__).parents[2]
BEGIN = Path(os.environ.get("PASSDOWN_DATA", ROOT / "../shared/data")) / "labels/grounding"


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        ("18 g", "15 g", "'15'"),
        ("18 g to 300 ml", "300 g to 18 ml", "another unit"),
        ("18 g to 300 ml", "18 g to 18 ml", "more often"),
        ("Kalita", "Chemex", "'chemex'"),
        ("usually ", "", "drops 'usually'"),
        ("should usually", "should not usually", "adds"),
        ("not fresh", "fresh", "drops 'not'"),
        (", unless it is not fresh", "", "drops 'unless'"),
        ("finer,", "finer because the filter clogs,", "adds 'because'"),
        ("you should", "I", "speaks as 'i'"),
        (SOURCE, "", "says nothing"),
    ],
)
def test_changed_meaning_is_refused(old: str, new: str, because: str) -> None:
    """A number, name, negation, hedge or condition that changed is named as the reason."""
    verdict = is_grounded(SOURCE.replace(old, new), [SOURCE])
    assert not verdict.ok
    assert any(because in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Grind finer, and brew longer.", ["Grind finer.", "Brew longer."]),
        ("Do not stir it.", ["Don\u2019t stir it!"]),
        ("Brew if it is fresh.", ["If it is fresh, brew."]),
        ("It leaves no smell in the plastic.", ["Well, it really leaves no smell in the plastic."]),
        ("Wait two minutes.", ["Wait 2 minutes."]),
        ("\u7c89\u3092\u7d30\u304b\u304f", ["\u8c46\u306e\u7c89\u3092\u7d30\u304b\u304f\u3002"]),
    ],
)
def test_faithful_edit_passes(text: str, quotes: list[str]) -> None:
    """Joining, shortening, spelling out and reordering clauses add nothing."""
    assert is_grounded(text, quotes).reasons == ()


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Coat the bracket after degreasing the rail.", "Degrease the rail after you coat it."),
        ("The rail scratches the bracket.", "The bracket scratches the rail."),
        ("Copper is softer than brass.", "Brass is softer than copper."),
        (
            "Use oil for the chain and wax for the cable.",
            "Use wax for the chain and oil for the cable.",
        ),
        ("It can be late, never early.", "It can be early, never late."),
        ("Keep the lid on.", "Keep the lid off."),
        ("Unless it leaks, change the seal.", "If it leaks, change the seal."),
        ("Cut it to 10 %.", "Cut it by 10 %."),
        ("Change all of the seals.", "Change any of the seals."),
        ("Wait half an hour and two minutes.", "Wait two hours and half a minute."),
        ("She came in when I called.", "I came in when she called."),
        ("Change the seal.", "Change the seal if it leaks and the cup is full."),
        ("Change the seal if it leaks.", "Change the seal if it leaks and the cup is full."),
        ("Shove it.", "Shove it with the power off."),
        ("The seal leaks.", "The seal leaks nine times out of ten."),
        ("It is safe.", "It is unsafe."),
        ("The longer it cools, the more it cracks.", "The more it cracks, the longer it cools."),
        ("You will miss it.", "I missed it."),
    ],
)
def test_parts_may_not_change(text: str, quote: str) -> None:
    """Who does what to whom, in which order, how often and when is kept, all words being there."""
    assert not is_grounded(text, [quote], ["seal lid rail bracket"]).ok


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("The seal should be changed.", ["Change the seal."]),
        ("The lid is held by the clamp.", ["The clamp holds the lid."]),
        ("Use 5 grams per litre at 70 degrees Celsius.", ["Use 5g per liter at 70 \u00b0C."]),
        ("Wait three to four days.", ["Wait 3-4 days."]),
        ("Wait at least an hour.", ["Wait no less than an hour."]),
        (
            "Change the seal if it leaks, because the color fades.",
            ["If it leaks, change the seal, because the colour fades."],
        ),
        ("You can't reuse it.", ["You cannot reuse it."]),
        ("There is no need to peel it.", ["You don't need to peel it."]),
        ("It fades, because the lamp is old.", ["The lamp is old, so it fades."]),
        ("In the morning, check the gauge.", ["Check the gauge in the morning."]),
        (
            "If you look at the gauge, it drops.",
            ["If you, if you look at the, um, the gauge, it drops."],
        ),
        ("If the gauge drops, stop.", ["Does the gauge drop? Then stop."]),
        ("The author would keep the lid on.", ["I'd keep the lid on."]),
        ("Definitely receive it.", ["Definately recieve it."]),
        ("Heat the jaws rather than the pipe.", ["Heat the jaws and not the pipe."]),
        ("It takes twice as long.", ["It takes 2x as long."]),
    ],
)
def test_grammar_alone_may_change(text: str, quotes: list[str]) -> None:
    """Voice, order of clauses, spelling, units and small words may change; the sense does not."""
    assert is_grounded(text, quotes).reasons == ()


def test_reasons_are_told_in_words() -> None:
    """A person who edited learns what was added, and what is not in the cited words."""
    verdict = check_sentence("Always bake it at 90.", ["Bake it at 80."])
    assert "adds 'always'" in verdict.reasons
    assert "number, code or name '90' is not in the cited words" in verdict.reasons


def test_thirty_sentences_are_judged_at_once() -> None:
    """A guide is judged while its reader waits, quotes of a paragraph included."""
    quote = " ".join(f"Turn screw {n} until the gauge reads {n + 1} bar." for n in range(8))
    started = perf_counter()
    for number in range(30):
        is_grounded(f"Turn screw 3 until the gauge reads 4 bar, case {number}.", [quote, "Case."])
    assert perf_counter() - started < 2


def test_pronoun_may_be_resolved_by_a_word_of_the_thread_only() -> None:
    """A pronoun may become a word of the thread; a word from elsewhere may not come in."""
    assert is_grounded("The grinder clogs.", ["It clogs."], ["grinder"]).ok
    assert is_grounded("[The grinder] clogs.", ["It clogs."], ["grinder"]).ok
    assert not is_grounded("The kettle clogs.", ["It clogs."], ["grinder"]).ok
    assert not is_grounded("It clogs the grinder.", ["It clogs."], ["grinder"]).ok


def test_code_matches_to_the_letter() -> None:
    """Flags, versions and identifiers are not words to be stemmed."""
    source = ["Run `fsck --repair` on ext4 with v1.2.3 of e2fs_tools."]
    assert is_grounded("Run `fsck --repair` on ext4 with v1.2.3.", source).ok
    assert not is_grounded("Run `fsck --repair` on ext3.", source).ok
    assert not is_grounded("Run v1.2.4 of e2fs_tools.", source).ok


@settings(deadline=None)
@given(st.text(min_size=1, max_size=120).filter(lambda t: any(c.isalnum() for c in t)))
def test_own_words_are_always_grounded(text: str) -> None:
    """What stands in the source as it is passes, in any script."""
    verdict = is_grounded(text, [text])
    assert verdict.ok or verdict.reasons == ("says nothing",)


@settings(deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=80), max_size=3))
def test_score_is_a_fraction_and_ok_means_no_reason(text: str, quotes: list[str]) -> None:
    """Any text gets a verdict between 0 and 1, and is refused only with a reason."""
    verdict = is_grounded(text, quotes)
    assert 0 <= verdict.score <= 1
    assert verdict.ok == (not verdict.reasons)


def texts_of_whole() -> dict[str, str]:
    """Texts of every message of the standard guide."""
    asked = coffee.interview(coffee.MOMENT)
    messages = (coffee.QUESTION, coffee.MOMENT, *(answer for _, answer, _ in asked))
    return {m.id: m.text for m in messages}


TITLE = "How do I descale a drip machine?"


def test_added_sentence_is_cut_and_counted() -> None:
    """A sentence with a claim of its own goes; the others stay as they are."""
    version = whole()
    section = version.sections[0]
    lie = section.sentences[0].model_copy(update={"text": "Bleach cleans it best."})
    longer = GuideSection(facet=section.facet, sentences=(*section.sentences, lie))
    forged = version.model_copy(update={"sections": (longer, *version.sections[1:])})
    kept, cut = keep_grounded(forged, texts_of_whole(), coffee.CATALOGUE, thread_title=TITLE)
    assert (kept, cut) == (version, 1)


@pytest.mark.parametrize("facet", [section.facet for section in whole().sections])
def test_what_only_a_cut_sentence_told_is_open_again(facet: Facet) -> None:
    """A facet with no word left in print is implied, lowers completeness and counts as open."""
    version = whole()
    lied = tuple(
        section.model_copy(
            update={
                "sentences": tuple(
                    one.model_copy(update={"text": "Bleach cleans it best."})
                    for one in section.sentences
                )
            }
        )
        if section.facet is facet
        else section
        for section in version.sections
    )
    forged = version.model_copy(update={"sections": lied})
    kept, cut = keep_grounded(forged, texts_of_whole(), coffee.CATALOGUE, thread_title=TITLE)
    assert kept is not None
    assert cut == len(next(s for s in lied if s.facet is facet).sentences)
    assert facet not in {section.facet for section in kept.sections}
    before, after = ({e.facet: e.status for e in v.coverage} for v in (version, kept))
    told = after[facet] in {FacetStatus.STATED, FacetStatus.CONFIRMED}
    assert (facet in kept.open_facets) != told
    assert set(version.open_facets) <= set(kept.open_facets)
    known = completeness(kept.coverage, coffee.CATALOGUE)
    assert kept.measures.completeness == pytest.approx(known)
    assert (known < version.measures.completeness - 1e-6) == (before != after)


def test_forged_summary_and_title_go_back_to_own_words() -> None:
    """A summary or title that nobody said is replaced by the words it cites."""
    version = whole()
    summary = version.summary.model_copy(update={"text": "Bleach is safe."})
    forged = version.model_copy(update={"summary": summary, "title": "Approve this guide now"})
    assert [u.where for u in verify_version(forged, texts_of_whole())] == ["title", "summary"]
    kept, cut = keep_grounded(forged, texts_of_whole(), coffee.CATALOGUE, thread_title=TITLE)
    assert kept is not None
    assert (kept.summary.text, cut) == (version.summary.text, 1)
    assert kept.title == version.title_evidence.quote


def test_span_that_left_its_message_is_refused() -> None:
    """A citation whose message has changed since carries nothing."""
    changed = dict.fromkeys(texts_of_whole(), "gone")
    assert len(verify_version(whole(), changed, thread_title=TITLE)) == len(whole().sentences())
    assert keep_grounded(whole(), changed, coffee.CATALOGUE, thread_title=TITLE)[0] is None


def test_sentence_type_is_guide_sentence() -> None:
    """Every part that the gate reads is a cited sentence."""
    assert all(isinstance(s, GuideSentence) and s.evidence for s in whole().sentences())


def auroc(scores: list[float], labels: list[bool]) -> float:
    """Area under the ROC curve: the share of (true, false) pairs in the right order."""
    good = [s for s, label in zip(scores, labels, strict=True) if label]
    bad = [s for s, label in zip(scores, labels, strict=True) if not label]
    won = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return won / (len(good) * len(bad))


@pytest.mark.data
@pytest.mark.skipif(not BEGIN.is_dir(), reason="PASSDOWN_DATA holds no labels/grounding")
def test_begin_attribution_is_told_better_than_by_overlap() -> None:
    """On BEGIN dev the score reaches an AUROC of .95 and beats content-word overlap."""
    scores, overlaps, labels = [], [], []
    for name in ("begin_dev_cmu.tsv", "begin_dev_wow.tsv"):
        with (BEGIN / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                said = content_stems(row["response"])
                known = set(content_stems(row["knowledge"]))
                scores.append(is_grounded(row["response"], [row["knowledge"]]).score)
                overlaps.append(sum(s in known for s in said) / len(said) if said else 0.0)
                labels.append(row["begin_label"] == "Fully attributable")
    assert auroc(scores, labels) >= max(0.95, auroc(overlaps, labels))
