"""Topics are made of tags and phrases, the same each time, and named by stewards."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.skill_topics import Discussed, Named, TopicModel, central, make_topics
from prompts.skill import load_skill
from tests.builders import COMMUNITY
from tests.index.support import HashingEmbedder

RULES = load_skill().topics
THREADS = [
    Discussed(f"t{n}", tags, text, text)
    for n, (tags, text) in enumerate(
        [
            (("grinding", "espresso"), "How fine should I grind for espresso?"),
            (("grinding", "espresso"), "My grinder clumps, what about espresso?"),
            (("grinding",), "Burr grinder or blade grinder for filter?"),
            (("water",), "Is hard water bad for a kettle?"),
            (("water",), "Which water filter is right?"),
            (("water", "cold-brew"), "Water for cold brew, hot or cold?"),
            (("cold-brew",), "How long does cold brew keep?"),
            (("cold-brew",), "Cold brew tastes of paper, why?"),
        ]
    )
]


def model(threads: Sequence[Discussed] = THREADS, *named: Named) -> TopicModel:
    """Topics of these threads, by words alone."""
    return make_topics(COMMUNITY.id, threads, RULES, HashingEmbedder().embed, named)


def name_of(found: TopicModel, text: str) -> str:
    """The main topic of a text."""
    return found.topics[next(iter(found.weights(text)))].name


def test_words_of_a_tag_lead_to_its_topic() -> None:
    """A text without tags is placed by words that tags are made of, in any form."""
    found = model()
    assert name_of(found, "what do you brew cold, a cold-brew?") == "cold brew"
    assert name_of(found, "grind it") == "grinding"
    assert found.weights("about something else entirely") == {}
    assert found.weights("") == {}


def test_topics_are_the_same_whatever_the_order_of_threads() -> None:
    """Ids and names depend on what was said alone."""
    assert model(THREADS[::-1]).topics == model().topics


@given(st.text(max_size=200))
def test_shares_sum_to_one_or_there_are_none(text: str) -> None:
    """Weights of any text are shares."""
    shares = FOUND.weights(text)
    assert not shares or sum(shares.values()) == pytest.approx(1)


FOUND = model()


def test_a_steward_names_a_topic_and_joins_two() -> None:
    """The last decision holds, joined topics share terms, and unknown words change nothing."""
    named = model(
        THREADS,
        Named("water", name="Minerals"),
        Named("cold brew", into="water"),
        Named("no such topic", name="x"),
    )
    topic = named.topics[named.of_term["water",]]
    assert topic.name == "Minerals"
    assert {"water", "cold brew"} <= set(topic.terms)
    assert len(named.topics) == len(FOUND.topics) - 1


def test_few_threads_make_no_topic() -> None:
    """A term that too few threads hold is none, and no thread at all makes none."""
    assert model(THREADS[:1]).topics == {}
    assert model([]).topics == {}


def test_the_main_topic_counts_whole() -> None:
    """How central topics are is told beside the main one, and few are kept."""
    assert central({"a": 0.1, "b": 0.6, "c": 0.3}, 2) == {"b": 1.0, "c": 0.5}
    assert central({}, 2) == {}
