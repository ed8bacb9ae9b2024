"""A model that reads answers: it names facets, and never what kind of reply an answer is."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.engines.model_answers import _put, _Understood
from agent.method.readings import AnswerQuality, AnswerReading
from memory.records.inquiry import Facet, Inquiry, Moment, Question, QuestionStatus
from memory.records.talk import Message
from tests.builders import MONDAY, make_message
from tests.model.conftest import Bench, Make
from tests.model.misbehaviours import MISBEHAVIOURS
from tests.model.server import Act, ModelServer, raw, say
from tests.model.test_engine import ANA, EMBEDDED, a_context, engines

INQUIRY = Inquiry.id_of(Moment.id_of(a_context().anchor.id))
ON = {"understand": {"use": True}}
ANSWER = "The paper is a bit dusty. The cup stays warm for longer. It tastes of it."
EVERY = [facet.value for facet in Facet]
KINDS = {
    "refusal": "I would rather not talk about that.",
    "not knowing": "No idea, sorry.",
    "pointing elsewhere": "Ask Bo, he knows that much better than me.",
    "vagueness": "It depends.",
    "correction": "No, I did not mean the filter, you misunderstood what I wrote there.",
    "stop": "That is all there is to say.",
}


def a_question() -> Question:
    """The question about the sample moment."""
    context = a_context()
    own = EMBEDDED.compose(context)
    assert own is not None
    return Question(
        id=Question.id_of(INQUIRY, 1),
        community_id=context.anchor.community_id,
        inquiry_id=INQUIRY,
        turn=1,
        asked_of=ANA.id,
        facet=own.facet,
        text=own.text,
        quote=own.quote,
        template=own.template,
        because=own.because,
        minutes=own.minutes,
        value=own.value,
        composed_at=MONDAY,
        status=QuestionStatus.COMPOSED,
    )


QUESTION = a_question()


def an_answer(text: str = ANSWER) -> Message:
    """What Ana replies."""
    return make_message("a", text, ANA, a_context().view.thread)


def understanding(*told: tuple[int, str, list[str]]) -> Act:
    """An answer with what each sentence does and states."""
    return say({"sentences": [{"number": n, "does": does, "facets": f} for n, does, f in told]})


def read(bench: Bench, text: str = ANSWER) -> tuple[AnswerReading, AnswerReading]:
    """The answer as the engine with the model reads it, and as the embedded one does."""
    model, embedded = engines(bench)
    answer = an_answer(text)
    return model.read_answer(answer, QUESTION, ()), embedded.read_answer(answer, QUESTION, ())


def test_sentences_come_under_the_facets_they_state(server: ModelServer, make_bench: Make) -> None:
    """A facet that a model names is stated; what was asked for stays answered."""
    server.play(understanding((2, "states", ["GOAL"]), (1, "states", ["WHY"])))
    bench = make_bench(seconds_a_call=5, steps=ON)
    model, own = read(bench)
    assert own.quality is AnswerQuality.INFORMATIVE
    assert model.sentences[1].states(Facet.GOAL)
    assert any(one.states(QUESTION.facet) for one in model.sentences)
    assert [one.sentence for one in model.sentences] == [one.sentence for one in own.sentences]
    (taken,) = bench.ledger.steps(INQUIRY)
    assert (taken.step, taken.by_model) == ("understand", True)


def test_what_brings_nothing_is_left_out(server: ModelServer, make_bench: Make) -> None:
    """A sentence with no facet of its own goes where a model says so, and another is left."""
    server.play(understanding((1, "states", ["WHY"]), (3, "does_not_know", [])))
    model, own = read(make_bench(seconds_a_call=5, steps=ON))
    assert len(own.sentences) == 3
    assert [one.sentence for one in model.sentences] == [one.sentence for one in own.sentences[:2]]
    assert model.quality is AnswerQuality.INFORMATIVE


@pytest.mark.parametrize("kind", KINDS)
def test_what_kind_of_reply_it_is_stays_the_embedded_reading_s(
    server: ModelServer, make_bench: Make, kind: str
) -> None:
    """No refusal, stop, correction or pointing elsewhere reaches a model that could undo it."""
    server.play(understanding((1, "states", EVERY[:2])))
    model, own = read(make_bench(seconds_a_call=5, steps=ON), KINDS[kind])
    assert model == own
    assert not server.requests


@pytest.mark.parametrize(
    "told",
    [
        [(n, "refuses", []) for n in (1, 2, 3)],
        [(n, "does_not_know", ["WHY"]) for n in (1, 2, 3)],
        [(n, "states", EVERY) for n in (1, 2, 3)],
        [(n, "publishes", ["WHY"]) for n in (1, 2, 3)],
        [(7, "states", ["WHY"]), (1, "states", ["MAGIC"])],
    ],
)
def test_no_answer_is_made_into_none(
    server: ModelServer, make_bench: Make, told: list[tuple[int, str, list[str]]]
) -> None:
    """A model that says an answer refuses, or states everything, changes nothing."""
    server.play(understanding(*told))
    bench = make_bench(seconds_a_call=5, steps=ON)
    model, own = read(bench)
    assert model == own
    assert bench.ledger.steps()[0].reason == "none_passed"


@pytest.mark.parametrize("case", MISBEHAVIOURS)
def test_however_the_server_misbehaves_the_answer_is_read(
    server: ModelServer, make_bench: Make, case: str
) -> None:
    """The embedded reading stands, the record says why, and budgets hold."""
    act, reason = MISBEHAVIOURS[case]
    server.play(act)
    bench = make_bench(seconds_a_call=0.3, attempts=1, steps=ON)
    model, own = read(bench)
    assert model == own
    (taken,) = bench.ledger.steps()
    assert (taken.by_model, taken.reason) == (False, reason)
    assert 1 <= len(server.requests) == len(bench.ledger.calls()) <= 2


def test_an_answer_is_read_once(server: ModelServer, make_bench: Make) -> None:
    """A graph that reads an answer again, also in another process, asks nothing again."""
    server.play(understanding((1, "states", ["WHY"])), raw(b"", 500))
    bench = make_bench(seconds_a_call=5, steps=ON)
    assert read(bench)[0] == read(bench)[0]
    assert len(server.requests) == 1
    assert len(bench.ledger.steps()) == 1
    assert "Ana" not in json.dumps(server.requests)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.integers(0, 2), st.lists(st.sampled_from(list(Facet)), max_size=3).map(tuple)
    ),
    st.frozensets(st.integers(0, 2)),
)
def test_an_answer_stays_one(found: dict[int, tuple[Facet, ...]], empty: frozenset[int]) -> None:
    """Whatever a model says, sentences are left, in order, and what was asked stays answered."""
    own = EMBEDDED.read_answer(an_answer(), QUESTION, ()).sentences
    put = _put(own, _Understood(found, empty), QUESTION.facet)
    told = [one.sentence for one in put]
    assert told
    assert told == [one.sentence for one in own if one.sentence in told]
    assert any(one.states(QUESTION.facet) for one in put)
    assert all(one.facets for one in put)
