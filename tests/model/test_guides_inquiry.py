"""A guide worded by a model from the first draft to the steward: people decide on what they saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.engines.model import ModelEngine
from agent.engines.model_guide_shown import recall_from
from agent.model.asking import StepAsker
from agent.services.confirming import confirm_guide, numbered_sentences
from agent.services.judging import open_judging
from agent.services.reviewing import review_guide
from agent.services.sweeping import sweep
from agent.services.wording_told import wording_told
from memory.records.decisions import Action
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.model_policy import ModelStep
from tests.agent.conftest import ASKER, EXPERT, STEWARD, Guild
from tests.builders import COMMUNITY, MONDAY
from tests.model.conftest import Bench, Make
from tests.model.drafting import EMBEDDED as DRAFTING
from tests.model.drafting import TALK, drafted, using
from tests.model.server import Handler, ModelServer, drop, say
from tests.model.test_whole_inquiry import CATALOGUE, EMBEDDED, LENIENT, a_guild
from tui.render.judging import history_lines
from tui.render.mine import own_sentence_row

STEPS = (ModelStep.WRITE_SECTION, ModelStep.CHECK_SENTENCE)
REPLIES = (
    "Because the paper gives off a taste otherwise, and I find it warms the cup below.",
    "I noticed that it is done when the water below runs clear and smells of nothing.",
    "It is useless with a metal filter, because there is no paper that could taste.",
    "Only if the filter is made of cloth I would leave it, for cloth gives off no taste.",
)
INVENTED = "Chlorine ruins the crema, so never skip it."


@pytest.fixture
def guild(tmp_path: Path) -> Iterator[Guild]:
    """A community in which Expert gave an order without its reason."""
    made = a_guild(tmp_path)
    yield made
    made.work.close()


def shortening(handler: Handler) -> None:
    """Word what was noticed as what is, leave the rest as it stands, and invent one beside."""
    request = handler.served.requests[-1]
    asked = request["response_format"]["json_schema"]["schema"]["properties"]
    if "verdicts" in asked:
        say({"verdicts": [{"number": 1, "carried": True}]})(handler)
        return
    user = request["messages"][1]["content"]
    rows = [line.partition(". ") for line in user.splitlines() if line[:1].isdigit()]
    texts = [(text.replace("I noticed that it", "It"), int(n)) for n, _, text in rows]
    proposals = [{"text": text, "rests_on": [number]} for text, number in texts]
    proposals.append({"text": INVENTED, "rests_on": [texts[0][1]]})
    say({"sentences": proposals})(handler)


def work_with(guild: Guild, bench: Bench) -> None:
    """Let the engine with the model do the thinking of the community."""
    recall = recall_from(guild.work.store)
    asker = StepAsker(bench.client, lambda _community: (ASKER, EXPERT, STEWARD))
    policy = bench.client.settings.policy
    engine = ModelEngine(EMBEDDED, asker, bench.clock, CATALOGUE, policy, recall)
    guild.work.policy = LENIENT
    guild.work.__dict__["context"] = replace(guild.work.context, engine=engine, policy=LENIENT)


def the_guide(guild: Guild) -> Guide:
    """The inquiry's guide as it is stored."""
    with guild.work.store.reading() as unit:
        guide = unit.guides.guide(Guide.id_of(guild.inquiry_id))
    assert guide is not None
    return guide


def answered(guild: Guild, weeks: int = 3, first: int = 0) -> None:
    """Answer whatever is asked, until there is a draft."""
    for week in range(first, first + weeks):
        open_ones = [q for q in guild.questions() if q.status.value == "open"]
        if not open_ones:
            guild.clock.at = MONDAY + timedelta(days=7 * (week + 1), hours=1)
            sweep(guild.work)
            open_ones = [q for q in guild.questions() if q.status.value == "open"]
        if open_ones:
            guild.reply(REPLIES[week % len(REPLIES)])


def is_told(guild: Guild, guide: Guide) -> None:
    """A steward reads how many sentences a model worded, and the log tells it of the draft."""
    assert wording_told(guild.work, guide)[0] == (
        "The wording of one sentence was proposed by small."
    )
    _, numbered = numbered_sentences(guild.work, guide.id)
    (mine,) = (each for each in numbered if each.sentence.worded_by)
    shown = " ".join(own_sentence_row(mine, EXPERT.id, CATALOGUE, 60).plain.split())
    assert "proposed by small from your own" in shown
    assert REPLIES[1] in shown
    judged = open_judging(guild.work, guild.actor(STEWARD), guide.id)
    assert judged.worded == wording_told(guild.work, guide)
    assert judged.worded[0] in [*history_lines(judged)]
    with guild.work.store.reading() as unit:
        logged = [one for one in unit.log.decisions(guide.id) if one.action is Action.GUIDE_DRAFTED]
    assert [one.reason for one in logged] == ["version:1-worded:1"]


def test_people_decide_on_the_words_that_they_saw(
    server: ModelServer, make_bench: Make, guild: Guild
) -> None:
    """The stored draft is what is confirmed, approved and published; a steward is told of it."""
    server.play(shortening)
    bench = make_bench(**using(*STEPS))
    work_with(guild, bench)
    guild.open()
    answered(guild)
    draft = the_guide(guild)
    worded = [s for s in draft.current.sentences() if s.worded_by]
    assert [s.worded_by for s in worded] == ["small"]
    assert worded[0].text == REPLIES[1].replace("I noticed that it", "It")
    assert not any(INVENTED in s.text for s in draft.current.sentences())
    server.play(drop)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    is_told(guild, draft)
    review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.APPROVE)
    published = the_guide(guild)
    assert published.status is GuideStatus.PUBLISHED
    assert published.current == draft.current
    assert len(bench.ledger.calls(guild.inquiry_id)) <= 2


def test_sent_back_it_keeps_the_words_that_were_agreed_to(
    server: ModelServer, make_bench: Make, guild: Guild
) -> None:
    """What a steward sends back is drafted anew around the words that its author said yes to."""
    server.play(shortening)
    bench = make_bench(**using(*STEPS))
    work_with(guild, bench)
    guild.open()
    answered(guild)
    draft = the_guide(guild)
    worded = next(s for s in draft.current.sentences() if s.worded_by)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.REVISE, "When not?")
    bench.clock.at += timedelta(days=400)
    server.play(drop)
    answered(guild, weeks=2, first=3)
    again = the_guide(guild)
    assert again.current.number > draft.current.number
    assert worded in again.current.sentences()


def test_without_any_call_nothing_is_told(guild: Guild) -> None:
    """A guide that no model had a part in says nothing about models."""
    version = drafted(DRAFTING)
    guide = Guide(
        id=version.guide_id,
        community_id=COMMUNITY.id,
        inquiry_id=TALK.claims[0].inquiry_id,
        status=GuideStatus.DRAFT,
        current=version,
    )
    assert wording_told(guild.work, guide) == ()
