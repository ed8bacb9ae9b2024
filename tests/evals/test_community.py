"""The simulated organisation: a small one as a gate, worse engines, and how people react."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pytest

from agent.method.contradictions import opposes
from agent.method.sentences import split_text
from evals.community.hearing import hear
from evals.community.measures import gini, measure
from evals.community.organisation import BEGINS, Organisation, Size, make_organisation
from evals.community.people import CommunityPeople
from evals.community.playing import play
from evals.community.rivals import rivals
from evals.community.topics import load_topics
from evals.sabotaged.asking import Aimless, Heedless, engine_of
from evals.tasks import engines
from evals.tasks.community import CommunityMeasurement
from memory.errors import PromptError, UserInputError
from memory.records.inquiry import Facet
from prompts import load_catalogue

FLOORS = tomllib.loads(Path(engines.__file__).with_name("floors.toml").read_text(encoding="utf-8"))
SMALL = Size(people=8, topics=3)
SEED = 5


def small() -> Organisation:
    """The organisation that the gate plays."""
    return make_organisation(SEED, size=SMALL)


@lru_cache(maxsize=1)
def as_shipped() -> Mapping[str, float]:
    """What the shipped engine comes to in it."""
    return measure(play(small()))


@pytest.mark.timeout(300)
def test_the_shipped_agent_holds_its_floors_in_a_small_organisation() -> None:
    """No change may lose what is found out, add what nobody said, or break a budget."""
    found = as_shipped()
    for name, floor in FLOORS["community"].items():
        assert found[name] >= floor, name
    assert found["unsupported"] == 0
    assert found["provenance_kept"] == 1
    assert found["budget_breaches"] == 0
    assert found["questions"] <= rivals(small())["ask_everyone"]["questions"] / 2


@pytest.mark.timeout(300)
def test_one_seed_gives_identical_figures() -> None:
    """Nothing but the seed decides what happens."""
    assert measure(play(small())) == as_shipped()


@pytest.mark.timeout(300)
def test_an_engine_that_asks_for_nothing_in_particular_finds_out_less() -> None:
    """People react to the words of a question: the declared facet helps nobody."""
    shipped = measure(play(small(), around=False))
    found = measure(play(small(), make_engine=engine_of(Aimless), around=False))
    assert found["claim_recall"] < shipped["claim_recall"]


@pytest.mark.timeout(300)
def test_what_nobody_said_and_what_nobody_noticed_is_counted() -> None:
    """An invented sentence shows as unsupported, and no contradiction that the agent passes over.

    What it does not notice is not counted as brought to light.
    """
    assert as_shipped()["contradictions_surfaced"] > 0
    found = measure(play(small(), make_engine=engine_of(Heedless)))
    assert found["unsupported"] > as_shipped()["unsupported"]
    assert found["contradictions_surfaced"] == 0


def test_people_see_the_words_of_a_question_alone() -> None:
    """The same words get the same reply, and other words another."""
    organisation = make_organisation(2)
    topic, advice = 0, organisation.topics[0].said.rstrip(".")
    handle = organisation.people[organisation.authors[topic]].handle
    why = f'You wrote "{advice}": what makes that work?'
    first, second = (CommunityPeople(organisation, lambda: BEGINS) for _ in range(2))
    assert first.respond(handle, why) == second.respond(handle, why)
    assert hear(why, load_catalogue()).wanted is Facet.WHY
    assert first.respond(handle, "What about the weather?").kind == "skip"


def test_a_question_that_blames_or_leads_is_put_less_well() -> None:
    """Quality is what a reader feels: one open question with a quote is best."""
    catalogue = load_catalogue()
    good = hear('You wrote "open the vents": when would that be the wrong advice?', catalogue)
    leading = hear('You wrote "open the vents": that is obviously right, isn\'t it?', catalogue)
    bare = hear("What do you think?", catalogue)
    assert good.quality == 1
    assert leading.quality < good.quality > bare.quality


def test_what_is_known_is_spread_over_three_graphs() -> None:
    """Everybody is known to hold only what they hold, and every claim has a holder."""
    organisation = make_organisation(7)
    for claim in organisation.claims:
        assert any(claim.key in held for held in organisation.holds.values())
    for person, known in organisation.knows.items():
        assert all(key in organisation.holds[other] for key, other in known.items())
        assert person not in known.values()
    assert make_organisation(7) == organisation != make_organisation(8)


def test_wrong_claims_contradict_the_true_ones_in_plain_words() -> None:
    """Each planted contradiction is one in figures or by denial, on the topic of its claim."""
    told = 0
    for topic in load_topics():
        for facet, wrong in topic.wrong.items():
            claim = topic.claims[facet]
            parts = [claim[start:end] for start, end in split_text(claim)]
            told += any(opposes(wrong, part) for part in parts)
            same = set(re.findall(r"\w{3,}", wrong)) & set(re.findall(r"\w{3,}", claim))
            assert len(same) >= 2, wrong
    assert told >= 10


def test_burden_is_uneven_by_its_gini() -> None:
    """All alike is 0; everything on one of four is 3/4."""
    assert gini([2, 2, 2, 2]) == pytest.approx(0)
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert gini([0, 0]) == 0


def test_topics_of_ones_own_are_read_or_refused_by_name(tmp_path: Path) -> None:
    """A folder without topics and a wrong claim that contradicts nothing are told plainly."""
    with pytest.raises(UserInputError, match=r"topics\.toml"):
        CommunityMeasurement(tmp_path)
    (tmp_path / "topics.toml").write_text(
        '[[topics]]\ntitle = "A"\nwords = ["a"]\nask = "A?"\nsaid = "Do it."\n'
        'wrong = { WHY = "No." }\nclaims = { CUES = "It hums." }\n',
        encoding="utf-8",
    )
    with pytest.raises(PromptError, match="contradicted"):
        CommunityMeasurement(tmp_path)
