"""Bots, quotations, the platform and the agent's own output never count as knowledge."""

from __future__ import annotations

import pytest

from agent.engines.embedded import EmbeddedEngine
from agent.engines.protocol import Exchange
from agent.method.readings import AnswerQuality, ThreadView
from agent.method.surroundings import Talk, wordlists
from agent.sources.own_words import segment_markdown
from memory.records.inquiry import Facet, FacetStatus, Question, QuestionStatus
from memory.records.people import Member
from memory.records.policy import Policy
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.catalogue import load_catalogue
from tests.builders import COMMUNITY, MONDAY, make_member, make_message, make_thread
from tests.memory.samples import inquiry, moment

CATALOGUE = load_catalogue()
ENGINE = EmbeddedEngine(CATALOGUE, Policy())
ANA, BEN = make_member("ana"), make_member("ben")
ROBOT = make_member("robot", is_bot=True)
THREAD = make_thread()
ADVICE = "Always rinse the filter first, because the paper taste ruins the cup otherwise."


def say(native_id: str, text: str, author: Member | None = ANA, **changes: object) -> Message:
    """A message as it is stored, with quoted lines and code apart."""
    segmented = segment_markdown(text)
    fields = {"segments": segmented.segments, **changes}
    return make_message(native_id, segmented.text, author, THREAD, **fields)


ASKED = say("q", "How do I keep the paper taste out of the cup?", BEN)
FOREIGN_WORDS = {
    "a bot's post": say("x", ADVICE, ANA, from_bot=True),
    "a bot member's post": say("x", ADVICE, ROBOT),
    "a quotation": say("x", f"> {ADVICE}", ANA),
    "code": say("x", f"```\n{ADVICE}\n```", ANA),
    "a platform line": say("x", ADVICE, ANA, kind=MessageKind.SYSTEM),
    "an answer to the agent": say("x", ADVICE, ANA, kind=MessageKind.INTERVIEW),
    "nobody's post": say("x", ADVICE, None),
}


@pytest.mark.parametrize("message", FOREIGN_WORDS.values(), ids=FOREIGN_WORDS)
def test_only_peoples_own_words_make_moments(message: Message) -> None:
    """The same advice is a moment from a person, and none quoted, posted by a bot or told us."""
    people = {m.id: m for m in (ANA, BEN, ROBOT)}
    found = ENGINE.judge(ThreadView(THREAD, (ASKED, message), people), {})
    assert not [r for r in found if not r.gates_failed and r.message.id == message.id]
    person = ENGINE.judge(ThreadView(THREAD, (ASKED, say("x", ADVICE)), people), {})
    assert [r for r in person if not r.gates_failed and r.message.author_id == ANA.id]


def exchange(text: str) -> Exchange:
    """A question about `ADVICE` and what was answered."""
    anchor = say("a", ADVICE)
    question = Question(
        id=Question.id_of(inquiry().id, 1),
        community_id=COMMUNITY.id,
        inquiry_id=inquiry().id,
        turn=1,
        asked_of=ANA.id,
        facet=Facet.BOUNDARY,
        text='When would "rinse the filter first" be the wrong advice?',
        quote=EvidenceSpan.of(anchor, 7, 29),
        template="BOUNDARY.1",
        because="a limit lurks",
        minutes=1.5,
        value=0.1,
        status=QuestionStatus.ANSWERED,
        composed_at=MONDAY,
        delivered_at=MONDAY,
        closed_at=MONDAY,
    )
    message = say("r", text, ANA, kind=MessageKind.INTERVIEW)
    return Exchange(question, message, ENGINE.read_answer(message, question, (ASKED, anchor)))


@pytest.mark.parametrize(
    "text",
    [
        '> When would "rinse the filter first" be the wrong advice?\n\nno idea',
        'When would "rinse the filter first" be the wrong advice? no idea',
        f"> {ADVICE}\n\nas I said",
        "> It won't work unless the water is hot.\n\nhm, hard to say",
    ],
)
def test_what_an_answer_quotes_is_no_claim(text: str) -> None:
    """The agent's question and others' words, quoted back, state nothing and cover nothing."""
    told = exchange(text)
    assert told.reading.quality is not AnswerQuality.INFORMATIVE
    view = ThreadView(THREAD, (ASKED, say("a", ADVICE)), {ANA.id: ANA, BEN.id: BEN})
    coverage = ENGINE.coverage(view, say("a", ADVICE), (told,))
    boundary = next(one for one in coverage if one.facet is Facet.BOUNDARY)
    assert all(span.message_id != told.message.id for span in boundary.evidence)
    claims = ENGINE.claims(inquiry(moment(say("a", ADVICE))), view, say("a", ADVICE), (told,))
    assert all(span.message_id != told.message.id for one in claims for span in one.evidence)


def test_the_answer_itself_is_a_claim() -> None:
    """What stands beside the quotation counts."""
    told = exchange("> no idea\n\nIt won't work unless the water is hot.")
    assert told.reading.quality is AnswerQuality.INFORMATIVE
    view = ThreadView(THREAD, (ASKED, say("a", ADVICE)), {ANA.id: ANA, BEN.id: BEN})
    coverage = ENGINE.coverage(view, say("a", ADVICE), (told,))
    boundary = next(one for one in coverage if one.facet is Facet.BOUNDARY)
    assert boundary.status in (FacetStatus.STATED, FacetStatus.CONFIRMED)


@pytest.mark.parametrize(
    "machine",
    [
        say("m", "Thanks, that worked!", ROBOT),
        say("m", "Thanks, that worked!", BEN, from_bot=True),
        say("m", "> Thanks, that worked!", BEN),
        say("m", "Thanks, that worked!", BEN, kind=MessageKind.SYSTEM),
        say("m", "", BEN, deleted=True),
    ],
)
def test_machines_and_quotations_thank_nobody(machine: Message) -> None:
    """Thanks, success, and company count where a person says so in their own words."""
    people = {m.id: m for m in (ANA, BEN, ROBOT)}
    view = ThreadView(THREAD, (say("a", ADVICE), machine), people)
    around = Talk(view, wordlists(CATALOGUE)).around(0)
    assert not around.thanked
    assert not around.worked
    person = ThreadView(THREAD, (say("a", ADVICE), say("m", "Thanks, that worked!", BEN)), people)
    assert Talk(person, wordlists(CATALOGUE)).around(0).worked


def test_a_bots_reply_leaves_the_first_reply_to_a_person() -> None:
    """An automatic `we got your question` takes nothing from who answers first."""
    people = {m.id: m for m in (ANA, BEN, ROBOT)}
    auto = say("m", "Your question was received.", ROBOT)
    view = ThreadView(THREAD, (ASKED, auto, say("a", ADVICE)), people)
    around = Talk(view, wordlists(CATALOGUE)).around(2)
    assert around.first_reply
    assert around.participants == 2
