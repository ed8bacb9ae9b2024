"""Composing a question: it passes every gate, varies, builds on answers, and may be none."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.facets import CatalogueDetector, coverage_of, read_message
from agent.method.gates import GateContext, check_question, reads_alike
from agent.method.questions import compose
from agent.method.readings import AnswerQuality, AskContext, ComposedQuestion, ThreadView
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.people import Consent, Credit
from memory.records.talk import MessageKind
from prompts.catalogue import load_catalogue
from tests.builders import make_member, make_message, make_thread

CATALOGUE = load_catalogue()
DETECTOR = CatalogueDetector(CATALOGUE)
ANA, BO = make_member("ana"), make_member("bo")
LOWEST = 0.015
SUBJECTS = ("the filter", "the boiler", "the cup", "a dark roast", "the grinder", "skimmed milk")
FRAMES = (
    "You should rinse {} every morning.",
    "Never leave {} alone for a whole week, it spoils.",
    "If it tastes flat, {} is probably too cold.",
    "In my experience {} is better than anything else in the shop.",
    "The taste of {} will change within about two weeks.",
    "Warm {} slowly because a sudden change makes it crack.",
)


def a_context(text: str, native_id: str = "m", asked: str = "My espresso is sour.") -> AskContext:
    """A moment about a message with this text, with the coverage the detector finds."""
    thread = make_thread(title="Sour espresso")
    question = make_message(f"{native_id}-q", asked, BO, thread)
    anchor = make_message(native_id, text, ANA, thread)
    read = coverage_of([(anchor, read_message(anchor, DETECTOR))], CATALOGUE)
    return AskContext(ThreadView(thread, (question, anchor), {}), anchor, read)


def ask(context: AskContext, **options: object) -> ComposedQuestion | None:
    """Compose with the shipped catalogue at the method's least value."""
    return compose(context, CATALOGUE, DETECTOR, min_value=LOWEST, **options)  # type: ignore[arg-type]


def gate_of(question: ComposedQuestion, context: AskContext) -> GateContext:
    """The gate that this question must pass, put together apart from `compose`."""
    messages = {m.id: m for m in (*context.view.messages, *context.interview)}
    return GateContext(
        anchor=messages[question.quote.message_id],
        addressee_id=ANA.id,
        facet=question.facet,
        gates=CATALOGUE.gates,
        coverage={c.facet: CATALOGUE.coverage[c.status] for c in context.coverage},
        last_facet=context.asked_facets[-1] if context.asked_facets else None,
        asked=context.asked,
    )


def test_a_bare_directive_is_asked_about() -> None:
    """A directive without its reasoning gets a question that quotes it."""
    context = a_context("You should rinse the filter first.")
    question = ask(context)
    assert question is not None
    assert question.quote.quote == "rinse the filter first"
    assert f'"{question.quote.quote}"' in question.text
    assert question.minutes == CATALOGUE.facets[question.facet].minutes
    assert question.value > LOWEST
    assert "Sour espresso" in question.because
    assert check_question(question.text, question.quote.quote, gate_of(question, context)) == ()


def test_same_moment_same_question() -> None:
    """Composing is a pure function of the moment."""
    context = a_context("Descale the boiler every month.")
    assert ask(context) == ask(context)


@pytest.mark.parametrize("text", ["Thanks, that worked!", "lol", "", "https://example.org", "+1"])
def test_chatter_is_left_alone(text: str) -> None:
    """Where nothing can be quoted, nobody is bothered."""
    assert ask(a_context(text)) is None


def test_nothing_is_asked_when_all_is_known() -> None:
    """With every facet stated there is nothing left worth the expert's time."""
    known = tuple(FacetCoverage(facet=f, status=FacetStatus.STATED, confidence=1.0) for f in Facet)
    assert ask(replace(a_context("You should rinse the filter first."), coverage=known)) is None


def test_a_busy_expert_is_spared() -> None:
    """Questions of the last week raise the price until none is worth asking."""
    context = a_context("You should rinse the filter first.")
    assert ask(replace(context, asks_last_week=20)) is None


def test_an_interview_moves_on_and_ends() -> None:
    """Turn by turn the facet changes, no question comes twice, and the interview stops."""
    context = a_context("You should rinse the filter first.")
    facets, texts = [], []
    for _ in range(20):
        question = ask(context)
        if question is None:
            break
        facets.append(question.facet)
        texts.append(question.text)
        context = replace(
            context,
            asked=tuple(texts),
            asked_facets=tuple(facets),
            coverage=(
                *context.coverage,
                FacetCoverage(facet=question.facet, status=FacetStatus.STATED, confidence=1.0),
            ),
        )
    assert 2 <= len(facets) < 20
    assert len(set(facets)) == len(facets)
    assert len(set(texts)) == len(texts)


def test_a_follow_up_quotes_the_answer() -> None:
    """After an informative answer the next question builds on the answer's own words."""
    context = a_context("You should rinse the filter first.")
    reply = make_message(
        "r",
        "Pour the hot water slowly over the paper.",
        ANA,
        context.view.thread,
        kind=MessageKind.INTERVIEW,
    )
    context = replace(context, interview=(reply,), asked_facets=(Facet.WHY,))
    question = ask(context)
    assert question is not None
    assert question.quote.message_id == reply.id
    assert question.template.startswith("follow-up.")
    assert "last answer" in question.because
    assert check_question(question.text, question.quote.quote, gate_of(question, context)) == ()


def test_a_vague_answer_is_not_built_upon() -> None:
    """After a vague answer the next question goes back to the original message."""
    context = a_context("You should rinse the filter first.")
    reply = make_message("r", "Hard to say, it depends.", ANA, context.view.thread)
    question = ask(replace(context, interview=(reply,), asked_facets=(Facet.WHY,)))
    assert question is not None
    assert question.quote.message_id == context.anchor.id


def test_a_vague_answer_is_helped_with_one_case() -> None:
    """After a vague answer the same facet is asked again, of one concrete case."""
    context = a_context("You should rinse the filter first.")
    first = ask(context)
    assert first is not None
    reply = make_message("r", "It depends, really.", ANA, context.view.thread)
    again = ask(
        replace(
            context,
            interview=(reply,),
            asked=(first.text,),
            asked_facets=(first.facet,),
            last_answer=AnswerQuality.VAGUE,
        )
    )
    assert again is not None
    assert again.facet is first.facet
    assert again.template.startswith("concrete.")


@pytest.mark.parametrize("credit", Credit)
def test_words_of_another_are_ascribed(credit: Credit) -> None:
    """Who is asked about another's words is told whose they are, as far as the author agreed."""
    context = a_context("You should rinse the filter first.")
    author = ANA.model_copy(update={"consent": Consent(credit=credit), "name": "Ana Lima"})
    context = replace(context, view=replace(context.view, people={ANA.id: author}), addressee=BO)
    used: list[str] = []
    texts = []
    while question := ask(replace(context, templates_used=tuple(used))):
        used.append(question.template)
        texts.append(question.text)
        assert (
            check_question(
                question.text,
                question.quote.quote,
                replace(gate_of(question, context), addressee_id=BO.id),
            )
            == ()
        )
        assert not re.search(r"(?i)\byou (wrote|advised|warned|suggested)", question.text)
        assert "you wrote" not in question.because.lower()
    named = any(text.startswith("Ana Lima ") for text in texts)
    assert named is (credit is Credit.CREDITED)
    assert len(texts) >= 8
    assert all("Ana" not in text for text in texts) or named


def test_a_phrasing_read_this_month_is_not_used_again() -> None:
    """Asked about the same words time and again, somebody never reads the same phrasing twice."""
    context = a_context("You should rinse the filter first.")
    used: list[str] = []
    while question := ask(replace(context, templates_used=tuple(used))):
        assert question.template not in used
        used.append(question.template)
    assert len(used) >= 12


def test_a_month_of_questions_does_not_read_alike() -> None:
    """Of all questions of a month to one person no two share a phrasing or read alike."""
    asked: list[ComposedQuestion] = []
    for number in range(24):
        text = FRAMES[number % 6].format(SUBJECTS[(number // 6) % 6])
        context = replace(
            a_context(text, native_id=str(number)),
            asked=tuple(question.text for question in asked),
            templates_used=tuple(question.template for question in asked),
        )
        if question := ask(context):
            asked.append(question)
    assert len(asked) >= 9
    for one, two in itertools.combinations(asked, 2):
        assert one.template != two.template
        assert not reads_alike(one.text, two.text, CATALOGUE.gates.alike)


def test_how_old_a_live_moment_may_be_is_given() -> None:
    """Watching live, a message older than the policy allows is left alone."""
    context = a_context("You should rinse the filter first.")
    live = replace(context, now=context.anchor.sent_at + timedelta(days=8))
    assert ask(live, max_age_days=9) is not None
    assert ask(live, max_age_days=7) is None


def test_a_batch_does_not_read_alike() -> None:
    """Over a hundred messages no phrasing makes up more than a tenth."""
    used: Counter[str] = Counter()
    for number in range(216):
        text = FRAMES[number % 6].format(SUBJECTS[(number // 6) % 6])
        question = ask(a_context(text, native_id=str(number)))
        if question is not None:
            used[question.template] += 1
    assert used.total() >= 120
    assert used.most_common(1)[0][1] <= 0.10 * used.total()


TALK = st.lists(
    st.sampled_from(
        (
            "You should",
            "never",
            "use a burr grinder",
            "because",
            "it clogs",
            "rather than paper",
            "if it smells",
            "why did you",
            "isn't it?",
            ".",
            ",",
            "?",
            '"',
            "`rm -rf`",
            "right?",
            "@bo",
            "https://x.y",
            "wrong",
            "\u2019",
            "always",
            "between 90 and 96 C",
            "\n",
            "{q}",
            "keep it low",
            "and how",
            "Don't",
            "I'd",
            "VACUUM FULL",
            "e.g.",
            "obviously",
        )
    ),
    max_size=25,
).map(" ".join)


@settings(deadline=None)
@given(TALK | st.text(max_size=150), TALK, st.sampled_from((0, 1, 3)))
def test_no_input_makes_a_question_that_fails_a_gate(text: str, answer: str, turns: int) -> None:
    """Whatever was written and answered, a question that is asked passes every gate."""
    context = a_context(text, asked=answer)
    reply = make_message("r", answer, ANA, context.view.thread)
    context = replace(
        context,
        interview=(reply,) if turns else (),
        asked_facets=(Facet.CUES, Facet.WHY, Facet.BOUNDARY)[:turns],
    )
    question = ask(context)
    if question is not None:
        assert check_question(question.text, question.quote.quote, gate_of(question, context)) == ()
