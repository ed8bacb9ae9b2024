"""A sentence with a bare pronoun leans on another, and is resolved only where that is sure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.phrases import Part, noun_phrases, nouns_of
from agent.method.pronouns import leans, resolve

NOUNS = nouns_of(
    ["Clean the filter, the pump and the beans.", "Look at the screen.", "The head of the beer."]
)


@pytest.mark.parametrize(
    "text",
    [
        "It clogs then.",
        "That one is safe.",
        "They need a minute to sink.",
        "Same here.",
        "The former is cheaper.",
        "Once it has dried on, nothing helps.",
        "Wet it and sprinkle salt on the inside.",
        "Don't do that with flavoured coffee.",
        "Unfortunately, this lets the light in.",
        "Fresh ones hit you when the bag opens.",
        "The classic one is forgetting the salt.",
        "Only light does, so cans are safe.",
        "Washing your glasses by hand is the best approach to avoid this.",
        "Some pots are smaller than that, so nothing happens.",
        "Not much, ten crystals or less.",
        "If the holes have white crust on them, that's it.",
        "With less than three minutes between pulls the above process is enough.",
        "Do it this way.",
        "Never the failover one.",
        "Blade grinders cannot do this\u2014they give you powder.",
    ],
)
def test_bare_pronouns_and_demonstratives_lean(text: str) -> None:
    """Whoever reads such a sentence alone cannot know what it speaks of."""
    assert leans(text, NOUNS)


@pytest.mark.parametrize(
    "text",
    [
        "Under 100 000 rows take one UPDATE.",
        "If the filter clogs, clean it.",
        "It is easy to scorch the beans.",
        "It's the water that does the work, since it touches the bottle everywhere.",
        "It takes a minute.",
        "The oils go rancid as soon as oxygen gets to them.",
        "If you would rather get fancy with it, buy a lamp.",
        "If none of that works, try a different method.",
        "One slot in pg_replication_slots had active = f.",
        "The one thing I check is the screen.",
        "The trick that helps most is a clean filter.",
        "Grind and store the beans in a jar, they keep for months this way.",
        "IF NOT EXISTS finds the invalid one by its name.",
    ],
)
def test_sentences_that_say_what_they_speak_of_do_not(text: str) -> None:
    """An expletive `it`, a noun before its pronoun and code lean on nothing."""
    assert not leans(text, NOUNS)


@pytest.mark.parametrize(
    ("text", "source", "resolved"),
    [
        ("It clogs then.", "The filter sits in the tank.", "[The filter] clogs then."),
        ("It clogs then.", "use the filter", "[The filter] clogs then."),
        ("They clog it.", "Because the beans are too fine.", None),
        ("They need a minute.", "Because the beans float.", "[The beans] need a minute."),
        ("If it's full, stop.", "The filter sits in the tank.", "If [the filter] is full, stop."),
        ("It'll clog.", "use the filter", "[The filter] will clog."),
        ("It's clogged by then.", "use the filter", "[The filter] has clogged by then."),
    ],
)
def test_pronoun_takes_the_subject_or_the_object_of_an_order(
    text: str, source: str, resolved: str | None
) -> None:
    """The noun stands in brackets, in the words of the source, and agrees in number."""
    found = resolve(text, [source], NOUNS)
    assert (found.text if found else None) == resolved


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("They clog then.", "The filter sits in the tank."),
        ("It clogs then.", "The filter and the pump are dirty."),
        ("It works.", "use the filter"),
        ("It helps a lot.", "The filter sits in the tank."),
        ("That clogs then.", "The filter sits in the tank."),
        ("You smell it at once.", "The filter sits in the tank."),
        ("It clogs then.", "Nothing of the kind happens here."),
        ("It clogs then.", "My wife bought one."),
        ("But it clogs then.", "The filter sits in the tank."),
    ],
)
def test_what_is_not_sure_is_not_resolved(text: str, source: str) -> None:
    """Two nouns that fit, another number, or what happens rather than a thing: hands off."""
    assert resolve(text, [source], NOUNS) is None


def test_title_names_what_an_order_means_only_if_it_names_one_thing() -> None:
    """`Store it cool` under `How should I store whole bean coffee?` means the coffee."""
    nouns = nouns_of(["A bag of coffee."])
    title = "How should I store whole bean coffee?"
    found = resolve("Store it cool.", [title], nouns, anywhere=True)
    assert found is not None
    assert found.text == "Store [whole bean coffee] cool."
    several = "How do I store the coffee in a bag?"
    assert resolve("Store it cool.", [several], nouns, anywhere=True) is None


def test_noun_phrases_know_their_part() -> None:
    """The first is the subject, the one after the verb the object, one after `in` neither."""
    found = noun_phrases("The filter holds the beans in the tank.", NOUNS)
    assert [(p.text, p.part) for p in found] == [
        ("The filter", Part.SUBJECT),
        ("the beans", Part.OBJECT),
        ("the tank", Part.OTHER),
    ]


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=120), st.text(max_size=120))
def test_any_words_are_read_and_what_is_added_stands_in_the_source(text: str, source: str) -> None:
    """Nothing breaks it, and whatever it puts in brackets is verbatim from the words before."""
    nouns = nouns_of([text, source])
    for phrase in noun_phrases(source, nouns):
        assert source[phrase.start : phrase.end] == phrase.text
    leans(text, nouns)
    found = resolve(text, [source], nouns)
    if found is not None:
        (number, phrase), *_ = found.borrowed
        assert (number, phrase.text in source) == (0, True)
