"""Taking words out of a guide: what goes, what stays as it was, and that nothing is added."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agent.method.retiring import (
    Retired,
    hollowed,
    rebuilt,
    said_in,
    sentence_of,
    shortened,
    taken_out,
    with_corrections,
)
from memory.records.correction import ChangeKind, Correction, Place
from memory.records.guide import (
    Guide,
    GuideMeasures,
    GuideSection,
    GuideSentence,
    GuideVersion,
    TrailStep,
    key_of,
    sentence_key,
)
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus, Inquiry, Question
from memory.records.talk import EvidenceSpan, Message
from prompts import load_catalogue
from tests.builders import COMMUNITY, MONDAY, make_member, make_message, make_thread

ANN, BO = make_member("ann"), make_member("bo")
THREAD = make_thread()
FROM_ANN = make_message(
    "a", "Purge the line first. The air has to leave. Not above 2 bar.", ANN, THREAD
)
FROM_BO = make_message("b", "First purge the line. Watch the gauge.", BO, THREAD)
GUIDE = Guide.id_of(Inquiry.id_of("mom_0000000000000001"))


def span(message: Message, words: str) -> EvidenceSpan:
    """Where some words stand."""
    start = message.text.index(words)
    return EvidenceSpan.of(message, start, start + len(words))


PURGE, AIR = span(FROM_ANN, "Purge the line first."), span(FROM_ANN, "The air has to leave.")
LIMIT, ALSO = span(FROM_ANN, "Not above 2 bar."), span(FROM_BO, "First purge the line.")
GAUGE = span(FROM_BO, "Watch the gauge.")
SHARED = GuideSentence(
    text=PURGE.quote, author_id=ANN.id, also_ids=(BO.id,), evidence=(PURGE, ALSO)
)
WHY = GuideSentence(text=AIR.quote, author_id=ANN.id, evidence=(AIR,))
LED = GuideSentence(
    text="[The air has to leave:] Not above 2 bar.", author_id=ANN.id, evidence=(LIMIT, AIR)
)
STEP = GuideSentence(text=GAUGE.quote, author_id=BO.id, evidence=(GAUGE,))
VERSION = GuideVersion(
    guide_id=GUIDE,
    number=1,
    title="Purging",
    title_evidence=PURGE,
    summary=SHARED,
    sections=(
        GuideSection(facet=Facet.ACTION, sentences=(STEP,)),
        GuideSection(facet=Facet.WHY, sentences=(WHY,)),
        GuideSection(facet=Facet.BOUNDARY, sentences=(LED,)),
    ),
    open_facets=(Facet.CHECK,),
    coverage=(
        FacetCoverage(facet=Facet.WHY, status=FacetStatus.STATED, confidence=1.0, evidence=(AIR,)),
        FacetCoverage(
            facet=Facet.BOUNDARY, status=FacetStatus.STATED, confidence=1.0, evidence=(LIMIT,)
        ),
    ),
    trail=(
        TrailStep(message_id=FROM_ANN.id, author_id=ANN.id, at=MONDAY, part="said"),
        TrailStep(message_id=FROM_BO.id, author_id=BO.id, at=MONDAY, part="said"),
    ),
    measures=GuideMeasures(completeness=0.5, citation_recall=1, citation_precision=1, words=20),
    created_at=MONDAY,
)


def change(
    author: str,
    spans: Sequence[EvidenceSpan],
    facet: Facet | None,
    text: str | None,
    **more: object,
) -> Correction:
    """A strike, a withdrawal (no text), or with `message_id` a correction."""
    kind = ChangeKind.STRUCK if text else ChangeKind.WITHDRAWN
    fields: dict[str, object] = {
        "id": Correction.id_of(GUIDE, 1, author, text),
        "community_id": COMMUNITY.id,
        "guide_id": GUIDE,
        "version": 1,
        "author_id": author,
        "kind": kind,
        "facet": facet,
        "sentence": sentence_key(facet, text) if text else None,
        "retired": [{"message_id": s.message_id, "start": s.start, "end": s.end} for s in spans],
        "made_at": MONDAY,
    }
    return Correction.model_validate(fields | more)


def apply(
    *changes: Correction, more: Sequence[Message] = (), reword: bool = True
) -> GuideVersion | None:
    """The sample version as some changes leave it."""
    messages = {m.id: m for m in (FROM_ANN, FROM_BO, *more)}
    retired = Retired(GUIDE, changes, messages)
    kept = with_corrections(taken_out(VERSION.placed(), retired, reword=reword), retired)
    return rebuilt(VERSION, kept, retired, load_catalogue(), number=2, at=MONDAY)


def texts(version: GuideVersion | None) -> list[str]:
    """Its sentences; none of no version."""
    return [] if version is None else [s.text for s in version.sentences()]


def test_without_a_change_nothing_changes() -> None:
    """The same sentences, in the same places."""
    again = apply()
    assert again is not None
    assert again.sections == VERSION.sections
    assert again.summary == VERSION.summary


def test_a_struck_sentence_takes_the_brackets_that_quote_it_along() -> None:
    """What stood in brackets goes with the words it comes from; the rest stays verbatim."""
    left = apply(change(ANN.id, [AIR], Facet.WHY, WHY.text))
    assert texts(left) == [PURGE.quote, GAUGE.quote, LIMIT.quote]
    assert left is not None
    assert Facet.WHY in left.open_facets
    pairs = shortened(VERSION.placed(), left.placed())
    assert pairs == (
        (sentence_key(Facet.BOUNDARY, LED.text), sentence_key(Facet.BOUNDARY, LIMIT.quote)),
    )


def test_brackets_are_no_part_of_what_a_sentence_says() -> None:
    """Who strikes the sentence that is led does not strike the one that leads it."""
    assert said_in(LED) == (LIMIT,)
    assert said_in(SHARED) == (PURGE, ALSO)


def test_of_a_shared_sentence_the_other_part_stays() -> None:
    """Unchanged where the wording stays; in the other's own words where it goes."""
    kept = apply(change(BO.id, [ALSO], None, SHARED.text))
    assert kept is not None
    assert (kept.summary.text, kept.summary.author_ids) == (PURGE.quote, (ANN.id,))
    other = apply(change(ANN.id, [PURGE], None, SHARED.text))
    assert other is not None
    assert (other.summary.text, other.summary.author_ids) == (ALSO.quote, (BO.id,))


def test_without_rewording_only_unchanged_words_stay() -> None:
    """What would need other words goes, and what to do takes the summary's place."""
    left = apply(change(ANN.id, [PURGE], None, SHARED.text), reword=False)
    assert left is not None
    assert left.summary.text == GAUGE.quote
    assert left.title == GAUGE.quote


def test_who_withdraws_is_nowhere() -> None:
    """Neither in a sentence nor in the coverage, the title's words or the debate."""
    left = apply(change(ANN.id, [PURGE, AIR, LIMIT], None, None))
    assert texts(left) == [ALSO.quote, GAUGE.quote]
    assert left is not None
    assert left.title == ALSO.quote
    assert not any(entry.evidence for entry in left.coverage)
    rest = apply(change(BO.id, [ALSO, GAUGE], None, None))
    assert rest is not None
    assert rest.authors() == (ANN.id,)
    assert [step.author_id for step in rest.trail] == [ANN.id]
    spans = [s for sentence in rest.sentences() for s in sentence.evidence]
    assert {s.message_id for s in spans} == {FROM_ANN.id}


def test_a_withdrawal_from_another_guide_takes_its_words_alone() -> None:
    """Words that were taken back elsewhere go here too; the author's others stay."""
    elsewhere = change(ANN.id, [AIR], None, None, guide_id="gui_00000000000000ff")
    assert texts(apply(elsewhere)) == [PURGE.quote, GAUGE.quote, LIMIT.quote]


def test_a_correction_stands_in_its_section_and_is_evidence() -> None:
    """Its words are the author's own message; the facet counts as told by them."""
    new = make_message("c", "The air must go.", ANN, THREAD)
    corrected = change(
        ANN.id, [AIR], Facet.WHY, WHY.text, kind=ChangeKind.CORRECTED, message_id=new.id
    )
    after = apply(corrected, more=[new])
    assert after is not None
    assert "The air must go." in texts(after)
    told = {entry.facet: entry.evidence for entry in after.coverage}
    assert [s.message_id for s in told[Facet.WHY]] == [new.id]
    assert after.trail[-1].part == "corrected"
    assert texts(apply(corrected)) == [PURGE.quote, GAUGE.quote, LIMIT.quote]


def test_a_corrected_summary_is_the_summary() -> None:
    """What an engine would put there instead moves to what to do."""
    new = make_message("c", "Purge it twice", ANN, THREAD)
    corrected = change(
        ANN.id, [PURGE], None, SHARED.text, kind=ChangeKind.CORRECTED, message_id=new.id
    )
    after = apply(corrected, more=[new])
    assert after is not None
    assert after.summary == sentence_of(new)
    assert after.summary.text == "Purge it twice."
    assert ALSO.quote in texts(after)


@given(st.lists(st.tuples(st.integers(0, 70), st.integers(1, 30)), max_size=5))
def test_a_hollowed_message_holds_just_what_was_not_taken_out(
    places: list[tuple[int, int]],
) -> None:
    """No character of a place is its author's word any more, and every other one still is."""
    gone = [Place(message_id=FROM_ANN.id, start=a, end=a + n) for a, n in places]
    left = hollowed(FROM_ANN, gone)
    out = {at for a, n in places for at in range(a, a + n)}
    own = {at for a, b in left.own_spans() for at in range(a, b)}
    assert left.text == FROM_ANN.text
    assert not own & out
    words = {at for at, character in enumerate(FROM_ANN.text) if character.strip()}
    assert words - out <= own


@given(st.data())
def test_taking_out_never_adds_a_word(data: st.DataObject) -> None:
    """Whatever is struck by whom, what is left was there before or is verbatim evidence."""
    placed = VERSION.placed()
    changes = []
    for facet, sentence in data.draw(st.lists(st.sampled_from(placed), max_size=3)):
        author = data.draw(st.sampled_from(sentence.author_ids))
        mine = FROM_ANN.id if author == ANN.id else FROM_BO.id
        spans = [s for s in said_in(sentence) if s.message_id == mine]
        changes.append(change(author, spans, facet, sentence.text))
    reword = data.draw(st.booleans())
    after = apply(*changes, reword=reword)
    quotes = {s.quote for _, sentence in placed for s in sentence.evidence}
    assert set(texts(after)) <= {sentence.text for _, sentence in placed} | quotes


def test_a_question_that_quotes_words_taken_out_is_printed_no_more() -> None:
    """The sentence that answers it stays as it was, without the question before it."""
    asked = Question(
        id=Question.id_of(Inquiry.id_of("mom_0000000000000001"), 1),
        community_id=COMMUNITY.id,
        inquiry_id=Inquiry.id_of("mom_0000000000000001"),
        turn=1,
        asked_of=BO.id,
        facet=Facet.CHECK,
        text='After "The air has to leave", how do you know it worked?',
        quote=AIR,
        template="CHECK.1",
        because="it is missing",
        minutes=1.0,
        value=0.1,
        composed_at=MONDAY,
    )
    led = STEP.model_copy(update={"asked": asked.text})
    strike = change(ANN.id, [AIR], Facet.WHY, WHY.text)
    retired = Retired(GUIDE, (strike,), {FROM_ANN.id: FROM_ANN, FROM_BO.id: FROM_BO}, (asked,))
    before = [(None, SHARED), (Facet.ACTION, led)]
    after = taken_out(before, retired, reword=False)
    assert after == [(None, SHARED), (Facet.ACTION, STEP)]
    assert shortened(before, after) == ((key_of(Facet.ACTION, led), key_of(Facet.ACTION, STEP)),)


def test_words_quoted_from_the_debate_go_with_what_was_taken_out() -> None:
    """A quotation beside the guide does not outlive the withdrawal of its words."""
    step = VERSION.trail[1].model_copy(update={"quoted": (GAUGE, ALSO)})
    before = VERSION.model_copy(update={"trail": (VERSION.trail[0], step)})
    elsewhere = {"guide_id": Guide.id_of(Inquiry.id_of("mom_0000000000000002"))}
    gone = change(BO.id, [GAUGE], None, None, **elsewhere)
    retired = Retired(GUIDE, (gone,), {m.id: m for m in (FROM_ANN, FROM_BO)})
    after = rebuilt(before, before.placed(), retired, load_catalogue(), number=2, at=MONDAY)
    assert after is not None
    assert [s.quoted for s in after.trail] == [(), (ALSO,)]
