"""The after-action review: questions fit to be asked, and answers that stay their speakers' own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.gates import GateContext, check_question
from agent.method.incidents import Obstacle, obstacle
from agent.method.lessons import (
    compose_part,
    lacking,
    lesson_claims,
    lesson_coverage,
    lesson_obstacles,
    parts_told,
    worth_drafting,
)
from agent.method.readings import (
    AnswerQuality,
    AnswerReading,
    FacetReading,
    ReadSentence,
    Sentence,
)
from memory.records.incident import ASKED_AS, TELLS, AfterAction
from memory.records.inquiry import Facet, Inquiry, InquiryStatus, Question
from memory.records.policy import LessonPolicy
from memory.records.talk import EvidenceSpan, Message
from prompts import load_catalogue
from prompts.incident import load_incident, part_of, template_of
from tests.builders import COMMUNITY, MONDAY, make_member, make_message, make_thread

CATALOGUE = load_catalogue()
OPENER, ANA = make_member("opener"), make_member("ana")
TITLES = ("Checkout was slow for an hour", "pg_wal 86 %", "the yeast died, twice")
OPENING = {
    title: make_message(title, f"{title}\n\nmore", OPENER, make_thread()) for title in TITLES
}
INQUIRY = Inquiry(
    id=Inquiry.id_of("x"),
    community_id=COMMUNITY.id,
    moment_id="mom_0000000000000000",
    status=InquiryStatus.WAITING_FOR_ANSWER,
    opened_at=MONDAY,
    updated_at=MONDAY,
)


def asked(part: AfterAction, times: int = 1) -> Question:
    """The question as it was put to Ana."""
    opening = OPENING[TITLES[0]]
    return Question(
        id=Question.id_of(part, times),
        community_id=COMMUNITY.id,
        inquiry_id=INQUIRY.id,
        turn=1,
        asked_of=ANA.id,
        facet=ASKED_AS[part],
        text=load_incident().questions[part].texts[times - 1].format(q=TITLES[0]),
        quote=EvidenceSpan.of(opening, 0, len(TITLES[0])),
        template=template_of(part, times),
        because="x",
        minutes=1,
        value=0.1,
        composed_at=MONDAY,
    )


def told(
    part: AfterAction, text: str, facet: Facet | None = None, sure: float = 0.9
) -> tuple[Question, Message, AnswerReading]:
    """Ana's answer to one of the four, whose words show `facet`."""
    message = make_message(f"{part}/{text}", text, ANA, make_thread())
    shown = (FacetReading(facet, sure, text),) if facet else ()
    read = ReadSentence(Sentence(message.id, 0, len(text), text), shown)
    return asked(part), message, AnswerReading(AnswerQuality.INFORMATIVE, (read,))


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("part", list(AfterAction))
def test_every_phrasing_passes_every_gate(part: AfterAction, title: str) -> None:
    """Each is one open question that neither leads nor blames, whatever the incident is called."""
    for text in load_incident().questions[part].texts:
        gate = GateContext(
            anchor=OPENING[title],
            addressee_id=ANA.id,
            facet=ASKED_AS[part],
            gates=CATALOGUE.gates,
            coverage={},
        )
        assert check_question(text.format(q=title), title, gate) == ()


@given(st.permutations(list(AfterAction)))
def test_the_four_do_not_repeat_each_other(order: list[AfterAction]) -> None:
    """In whatever order some were put, the next passes the gate against asking twice."""
    before: list[Question] = []
    for part in order:
        opening = OPENING[TITLES[0]]
        composed = compose_part(part, opening, TITLES[0], ANA, before, CATALOGUE)
        assert composed is not None
        assert part_of(composed.template) is part
        before.append(asked(part))


def test_a_question_that_is_put_again_has_other_words() -> None:
    """Nobody reads the same sentence twice."""
    opening = OPENING[TITLES[0]]
    again = compose_part(
        AfterAction.WHY, opening, TITLES[0], ANA, [asked(AfterAction.WHY)], CATALOGUE
    )
    assert again is not None
    assert again.template == "review.why.2"
    assert again.text != asked(AfterAction.WHY).text


@pytest.mark.parametrize(
    ("part", "shown", "sure", "facet"),
    [
        (AfterAction.NEXT, Facet.PITFALLS, 0.7, Facet.PITFALLS),
        (AfterAction.NEXT, Facet.CHECK, 0.5, Facet.ACTION),
        (AfterAction.NEXT, Facet.WHY, 0.9, Facet.ACTION),
        (AfterAction.HAPPENED, Facet.CUES, 0.7, Facet.SITUATION),
        (AfterAction.HAPPENED, Facet.CUES, 0.9, Facet.CUES),
        (AfterAction.WHY, Facet.BOUNDARY, 0.9, Facet.WHY),
        (AfterAction.INTENDED, None, 0.0, Facet.GOAL),
    ],
)
def test_an_answer_stands_under_a_facet_of_its_question(
    part: AfterAction, shown: Facet | None, sure: float, facet: Facet
) -> None:
    """What a sentence says decides among the facets of its question, and of no other."""
    (claim,) = lesson_claims(INQUIRY, [told(part, "we saw the light go out", shown, sure)])
    assert claim.facet is facet
    assert claim.facet in TELLS[part]
    assert (claim.text, claim.author_id) == ("we saw the light go out", ANA.id)


def test_a_lesson_is_measured_by_what_was_said() -> None:
    """Drafting takes a why or a next time, publishing both, as the policy has it."""
    policy = LessonPolicy()
    happened = told(AfterAction.HAPPENED, "it was dark")
    why = told(AfterAction.WHY, "the fuse was old")
    after = told(AfterAction.NEXT, "check the fuse", Facet.CHECK)
    for answers, draft, missing in (
        ([happened], False, (AfterAction.WHY, AfterAction.NEXT)),
        ([happened, why], True, (AfterAction.NEXT,)),
        ([why, after], True, ()),
    ):
        coverage = lesson_coverage(lesson_claims(INQUIRY, answers))
        assert worth_drafting(coverage, policy) is draft
        assert lacking(coverage, policy) == missing
        obstacles = lesson_obstacles(coverage, 9, policy, max_words=700)
        assert len(obstacles) == len(missing)
    assert parts_told(coverage) == {AfterAction.WHY, AfterAction.NEXT}
    assert lesson_obstacles(coverage, 701, policy, max_words=700)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["SEV2 open. checkout p95 at 3 s", "still at 2.4 s"], Obstacle.OPEN),
        (["SEV2 open", "is it resolved?"], Obstacle.OPEN),
        (["SEV2 open", "not fixed yet"], Obstacle.OPEN),
        (["SEV1 declared", "fixed.", "SEV1 open again"], Obstacle.OPEN),
        (["SEV2 open", "resolved, no customer did notice"], None),
        (["SEV2 open", "it's back to normal, didn't need the rollback"], None),
        (["the disk was full"], None),
        (["resolved", "he was fired for it"], Obstacle.SENSITIVE),
    ],
)
def test_an_incident_is_over_when_somebody_says_so(
    texts: list[str], found: Obstacle | None
) -> None:
    """Only a plain word that it is over, after the last word that it is not, opens a review."""
    assert obstacle(texts, CATALOGUE) is found
