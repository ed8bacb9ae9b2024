"""Titles and statements that say the same: a model picks, code decides, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from agent.engines.model_guide_shown import Shown
from agent.engines.model_guides import GuideSteps
from agent.method.claiming import claims_of
from agent.method.facets import read_message
from agent.method.guide_merging import pairs_of
from agent.method.guide_wording import statements_of
from agent.model.asking import StepAsker
from memory.index.protocols import Vectors
from memory.records.guide import GuideVersion
from memory.records.inquiry import Facet
from memory.records.model_policy import ModelStep
from memory.records.talk import MessageKind
from tests.method import coffee
from tests.model.conftest import Bench, Make
from tests.model.drafting import (
    EMBEDDED,
    OPENING,
    PEOPLE,
    PROBES,
    Talk,
    a_talk,
    all_cited,
    assert_sound,
    drafted,
    modelled,
    noted,
    using,
)
from tests.model.server import Act, ModelServer, drop, say

MINE = "Hot water draws out bitter stuff."
ALIKE = "Bitterness gets extracted by water of high temperature."
MERGE, NAME = ModelStep.MERGE_STATEMENTS, ModelStep.NAME_GUIDE
TITLE = "The drip machine at the office gurgles"
SHORTER = "Drip machine gurgles and drips for 15 minutes"


class AllNear:
    """An embedder to which all texts mean the same: the other checks stand alone."""

    name, dimensions = "near", 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.tile(np.asarray([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def two_voices(theirs: str = ALIKE, mine: str = MINE) -> Talk:
    """A talk in which somebody else, who was asked as well, answers under the same heading."""
    talk = a_talk(((Facet.WHY, "citric acid", mine), *PROBES[1:]))
    said = coffee.message("interview-other", coffee.OTHER, MessageKind.INTERVIEW, theirs)
    first = talk.exchanges[0]
    asked = first.question.model_copy(update={"asked_of": coffee.OTHER.id})
    read = replace(first.reading, sentences=read_message(said, coffee.DETECTOR))
    exchanges = (*talk.exchanges, replace(first, question=asked, message=said, reading=read))
    moment = talk.view.messages[1]
    told = [(one.question, one.message, one.reading) for one in exchanges]
    found = claims_of(coffee.inquiry(moment), talk.view, told, moment.id, coffee.DETECTOR, None)
    answers = {first.message.id, said.id}
    claims = tuple(
        claim.model_copy(update={"facet": Facet.WHY})
        if claim.evidence[0].message_id in answers
        else claim
        for claim in found
        if claim.author_id in {coffee.EXPERT.id, coffee.OTHER.id}
    )
    return replace(talk, exchanges=exchanges, claims=claims)


def merging(
    server: ModelServer, make_bench: Make, talk: Talk, *acts: Act, shown: Shown | None = None
) -> tuple[GuideVersion, Bench]:
    """What comes of the talk's draft where a model is asked what says the same."""
    server.play(*acts)
    bench = make_bench(**using(MERGE))
    asker = StepAsker(bench.client, lambda _community: PEOPLE)
    policy = bench.client.settings.policy
    known = shown or Shown()
    steps = GuideSteps(
        asker, bench.clock, coffee.CATALOGUE, policy, lambda _g, _i: known, AllNear()
    )
    return steps.word(drafted(EMBEDDED, talk), talk.claims, talk.view, talk.exchanges), bench


def test_two_who_say_the_same_are_both_cited(server: ModelServer, make_bench: Make) -> None:
    """One sentence in one's own words stands for both, cites both, and asks both for their yes."""
    talk = two_voices()
    own = drafted(EMBEDDED, talk)
    version, bench = merging(server, make_bench, talk, say({"alike": [1]}))
    united = next(s for s in version.sentences() if s.also_ids)
    assert united.text in {MINE, ALIKE}
    assert {*united.author_ids} == {coffee.EXPERT.id, coffee.OTHER.id}
    assert all_cited(version) == all_cited(own)
    assert len(version.sentences()) == len(own.sentences()) - 1
    assert noted(bench) == [("merge_statements", True, "", ())]
    assert_sound(version, talk)


@pytest.mark.parametrize(
    ("act", "reason", "refused"),
    [
        (say({"alike": []}), "none_proposed", ()),
        (say({"alike": [0, 2, -7, 2]}), "none_passed", ("number", "number", "number")),
        (say({"alike": ["1"]}), "none_passed", ()),
        (drop, "unreachable", ()),
    ],
)
def test_what_a_model_may_not_pick_stays_apart(
    server: ModelServer, make_bench: Make, act: Act, reason: str, refused: tuple[str, ...]
) -> None:
    """Numbers of no pair, no answer, an endpoint that fails: both stand as they were said."""
    talk = two_voices()
    version, bench = merging(server, make_bench, talk, act)
    if reason == "none_passed" and not refused:
        assert all_cited(version) == all_cited(drafted(EMBEDDED, talk))
        return
    assert version == drafted(EMBEDDED, talk)
    assert noted(bench) == [("merge_statements", False, reason, refused)]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (MINE, "Hot water does not draw out bitter stuff."),
        ("Hot water of 96 degrees draws out bitter stuff.", "Water of 92 degrees extracts it all."),
        (MINE, "If the grind is fine, bitterness gets extracted by water of high temperature."),
        (MINE, "Bitterness usually gets extracted by water of high temperature."),
        ("Hot water ruins `pour_over` brews.", "High temperature is bad for `aero_press` brews."),
    ],
)
def test_what_differs_is_never_offered(
    server: ModelServer, make_bench: Make, mine: str, theirs: str
) -> None:
    """A `not`, a number, a condition, a hedge, a name more or less: code offers no such pair."""
    talk = two_voices(theirs, mine)
    own = drafted(EMBEDDED, talk)
    version, _ = merging(server, make_bench, talk, say({"alike": [1, 2, 3]}))
    assert version == own
    assert server.requests == []
    messages = {message.id: message for message in talk.messages}
    assert pairs_of(statements_of(own, messages, ()), AllNear()) == []


def test_what_was_united_or_left_apart_stays_so(server: ModelServer, make_bench: Make) -> None:
    """A later draft unites what people saw united, and asks nothing about what they saw apart."""
    talk = two_voices()
    first, _ = merging(server, make_bench, talk, say({"alike": [1]}))
    again, _ = merging(server, make_bench, talk, say({"alike": []}), shown=Shown(first))
    assert again == first
    own = drafted(EMBEDDED, talk)
    apart, _ = merging(server, make_bench, talk, say({"alike": [1]}), shown=Shown(own))
    assert apart == own
    assert len(server.requests) == 1


def naming(server: ModelServer, make_bench: Make, *titles: str) -> tuple[GuideVersion, Bench]:
    """The draft of the untitled talk, with these titles proposed."""
    server.play(say({"titles": [*titles]}))
    bench = make_bench(**using(NAME))
    return drafted(modelled(bench), a_talk(title="")), bench


def test_a_title_is_words_of_the_opening(server: ModelServer, make_bench: Make) -> None:
    """The title that tells most of the matter is taken, with the sentence that it comes from."""
    talk = a_talk(title="")
    version, bench = naming(server, make_bench, "Why not?", SHORTER)
    assert version.title == SHORTER
    assert version.title_evidence.quote in OPENING
    assert noted(bench) == [("name_guide", True, "", ("length",))]
    assert_sound(version, talk)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("How to repair a broken drip machine", "uncited"),
        ("The drip machine at the office does not gurgle and drip", "uncited"),
        ("The drip machine at the office gurgles for 20 minutes", "uncited"),
        ("Bea helps with the drip machine at the office", "names"),
        ("The drip machine of [PERSON_4] gurgles and drips", "names"),
        ("Drips", "length"),
        ("The drip machine " * 8, "length"),
        ("The office and nothing else", "uncited"),
        ("What now at the office", "uncited"),
        ("machine at the office", "vague"),
        ("Die Maschine im Büro gurgelt und tropft", "uncited"),
        ("Publish this guide at once, steward", "uncited"),
        ("<b>The drip machine at the office gurgles</b>", "uncited"),
    ],
)
def test_a_title_of_other_words_is_refused(
    server: ModelServer, make_bench: Make, title: str, code: str
) -> None:
    """Words nobody opened with, other numbers, names and mark-up leave the title as it was."""
    version, bench = naming(server, make_bench, title)
    assert version == drafted(EMBEDDED, a_talk(title=""))
    assert noted(bench) == [("name_guide", False, "none_passed", (code,))]


def test_a_thread_s_own_title_stays(server: ModelServer, make_bench: Make) -> None:
    """What people called their thread is what its guide is called; nobody is asked."""
    server.play(say({"titles": [TITLE]}))
    bench = make_bench(**using(NAME))
    assert drafted(modelled(bench)) == drafted(EMBEDDED)
    assert server.requests == []


def test_a_guide_keeps_its_title(server: ModelServer, make_bench: Make) -> None:
    """A later draft goes by the title that people were shown, without a call."""
    talk = a_talk(title="")
    first, _ = naming(server, make_bench, SHORTER)
    assert first.title == SHORTER
    again = drafted(modelled(make_bench(**using(NAME)), Shown(first)), talk)
    assert again == first
    assert len(server.requests) == 1
