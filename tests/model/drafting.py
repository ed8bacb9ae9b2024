"""A small interview about a drip machine, and drafts of it with whatever a model proposes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from agent.engines.embedded import EmbeddedEngine
from agent.engines.model import ModelEngine
from agent.engines.model_guide_shown import Shown
from agent.engines.protocol import Exchange
from agent.method.claiming import claims_of
from agent.method.grounding import keep_grounded
from agent.method.readings import ThreadView
from agent.model.asking import StepAsker
from memory.records.guide import Claim, Guide, GuideSentence, GuideVersion
from memory.records.inquiry import Facet, FacetCoverage
from memory.records.model_call import StepTaken
from memory.records.model_policy import ModelStep, StepPolicy
from memory.records.policy import Policy
from memory.records.talk import Message, MessageKind
from tests.method import coffee
from tests.model.conftest import Bench, Make
from tests.model.server import Act, ModelServer, say

PEOPLE = (coffee.ASKER, coffee.EXPERT, coffee.OTHER)
EMBEDDED = EmbeddedEngine(coffee.CATALOGUE, Policy())
ADVICE = "I use about a tablespoon of citric acid to a quart for descaling, not vinegar."
PROBES = (
    (
        Facet.WHY,
        "citric acid",
        "I noticed that it leaves no smell. Because nothing stays in it, my coffee tastes clean.",
    ),
    (
        Facet.BOUNDARY,
        "citric acid",
        "I would not leave it in for more than 20 minutes if the boiler is aluminium.",
    ),
    (
        Facet.CHECK,
        "about a tablespoon",
        "First thing I check is whether the last of the water comes out clear. Usually it does.",
    ),
)
OPENING = "Hi all! The drip machine at the office gurgles and drips for 15 minutes. What now?"
STEPS = (
    ModelStep.WRITE_SECTION,
    ModelStep.MERGE_STATEMENTS,
    ModelStep.NAME_GUIDE,
    ModelStep.CHECK_SENTENCE,
)


@dataclass(frozen=True)
class Talk:
    """What a draft is made of."""

    view: ThreadView
    exchanges: tuple[Exchange, ...]
    claims: tuple[Claim, ...]
    coverage: tuple[FacetCoverage, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        return (*self.view.messages, *(one.message for one in self.exchanges))

    @property
    def texts(self) -> dict[str, str]:
        return {message.id: message.text for message in self.messages}


def a_talk(
    probes: tuple[tuple[Facet, str, str], ...] = PROBES,
    title: str = "How do I descale a drip machine?",
) -> Talk:
    """The expert's advice in a thread, and what they answered."""
    asked = coffee.message("q", coffee.ASKER, MessageKind.QUESTION, OPENING)
    moment = coffee.message("mm", coffee.EXPERT, MessageKind.ANSWER, ADVICE)
    told = coffee.interview(moment, probes)
    view = coffee.view(asked, moment, title=title)
    inquiry = coffee.inquiry(moment)
    claims = claims_of(inquiry, view, told, moment.id, coffee.DETECTOR, None)
    own = tuple(claim for claim in claims if claim.author_id == coffee.EXPERT.id)
    exchanges = tuple(Exchange(*one) for one in told)
    return Talk(view, exchanges, own, EMBEDDED.coverage(view, moment, exchanges))


TALK = a_talk()


def drafted(engine: EmbeddedEngine | ModelEngine, talk: Talk = TALK, number: int = 1) -> Any:
    """A version of the talk."""
    guide_id = Guide.id_of(talk.claims[0].inquiry_id)
    own = engine.draft(
        guide_id, number, talk.claims, talk.view, talk.exchanges, talk.coverage, coffee.START
    )
    assert own is not None
    return own


def using(*steps: ModelStep) -> dict[str, Any]:
    """A policy in which a model takes these steps."""
    on = {step: StepPolicy(use=step in steps) for step in ModelStep}
    return {"steps": on, "seconds_a_call": 5, "attempts": 1, "rest_after": 50}


def modelled(bench: Bench, shown: Shown | None = None) -> ModelEngine:
    """The engine with the model, and what people were shown before."""
    asker = StepAsker(bench.client, lambda _community: PEOPLE)
    known = shown or Shown()
    return ModelEngine(
        EMBEDDED,
        asker,
        bench.clock,
        coffee.CATALOGUE,
        bench.client.settings.policy,
        lambda _guide, _inquiry: known,
    )


def written(*sentences: tuple[str, list[int]]) -> Act:
    """An answer of `write_section`."""
    rows = [{"text": text, "rests_on": numbers} for text, numbers in sentences]
    return say({"sentences": rows})


def number_of(version: GuideVersion, words: str) -> int:
    """The number of the sentence that holds these words."""
    found = [n for n, (_, s) in enumerate(version.placed(), start=1) if words in s.text]
    assert len(found) == 1, (words, found)
    return found[0]


def sentence(version: GuideVersion, words: str) -> GuideSentence:
    """The sentence that holds these words."""
    return version.placed()[number_of(version, words) - 1][1]


def noted(bench: Bench) -> list[tuple[str, bool, str, tuple[str, ...]]]:
    """Who took which step, why not the model, and what was refused."""
    taken: list[StepTaken] = list(bench.ledger.steps())
    return [(one.step.value, one.by_model, one.reason, one.refused) for one in taken]


def assert_sound(version: GuideVersion, talk: Talk = TALK) -> None:
    """Every sentence leads to verbatim words of its people, and the gate cuts none of it."""
    authors = {message.id: message.author_id for message in talk.messages}
    for one in version.sentences():
        assert {authors[span.message_id] for span in one.evidence} <= set(one.author_ids)
        for span in one.evidence:
            assert talk.texts[span.message_id][span.start : span.end] == span.quote
    words = [word for m in talk.view.messages for word in m.own_words().split()]
    kept, cut = keep_grounded(version, talk.texts, coffee.CATALOGUE, words, talk.view.thread.title)
    assert (kept, cut) == (version, 0)


def all_cited(version: GuideVersion) -> set[Any]:
    """Everything that a version cites."""
    return {span for one in version.sentences() for span in one.evidence}


def draft_with(
    server: ModelServer, make_bench: Make, *acts: Act, steps: tuple[ModelStep, ...] = STEPS[:1]
) -> tuple[GuideVersion, Bench]:
    """The version that comes of a model which answers so, and the bench it was made on."""
    server.play(*acts)
    bench = make_bench(**using(*steps))
    return drafted(modelled(bench)), bench


def without_words(version: GuideVersion) -> GuideVersion:
    """A version as it is but for its time, to hold two against each other."""
    return version.model_copy(update={"created_at": coffee.START})


def prompt_lines(request: dict[str, Any], name: str) -> list[str]:
    """The lines of one slot of people's words, as they were sent."""
    found = re.search(
        rf"<<<{name} (\w+)\n(.*?)\n\1>>>", request["messages"][1]["content"], re.DOTALL
    )
    assert found is not None
    return found[2].splitlines()


def renamed(talk: Talk, title: str) -> Talk:
    """The talk in a thread of another title."""
    thread = talk.view.thread.model_copy(update={"title": title})
    return replace(talk, view=replace(talk.view, thread=thread))
