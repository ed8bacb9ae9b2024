"""Ways of saying the same that the gate lets through, and beside each one that it does not."""

from __future__ import annotations

import pytest

from agent.method.entailing.grammar import grammar
from agent.method.entailment import is_grounded


@pytest.mark.parametrize(
    ("source", "same", "other"),
    [
        ("Remove the lid and split the dough.", "Take off the lid and divide the dough.",
         "Keep the lid and split the dough."),
        ("Figure out the ratio first.", "Calculate the ratio first.", "Ignore the ratio first."),
        ("Heat the oil slowly.", "Heat up the oil slowly.", "Turn up the oil slowly."),
        ("I think the belt is worn.", "The author thinks that the belt is worn.",
         "The author says that the belt is worn."),
        ("I'm not sure it works.", "The author is not sure that it works.", "It works."),
        ("The belt is worn.", "According to the author, the belt is worn.",
         "Most likely, the belt is worn."),
        ("It's probably worn.", "It is most likely worn.", "It is worn."),
        ("You shouldn't forget about the seal.", "You should not forget the seal.",
         "You should forget the seal."),
        ("The wax is about the same.", "The wax is roughly the same.", "The wax is the same."),
        ("Only use wax.", "Just use wax.", "Use wax."),
        ("Don't use more than 5 g.", "Use no more than 5 g.", "Use no less than 5 g."),
        ("Use 5 g max.", "Use at most 5 g.", "Use 5 g."),
        ("It gets a bit warm.", "It gets slightly warm.", "It gets warm."),
        ("Let it cure for a week.", "You should let it cure for a week.",
         "You should not let it cure for a week."),
        ("You can hear the valve.", "One can hear the valve.", "One valve can be heard."),
        ("My advice: heat it.", "The author's advice is to heat it.",
         "The author's advice is to cool it."),
    ],
)  # fmt: skip
def test_small_words_may_be_put_otherwise(source: str, same: str, other: str) -> None:
    """Another common word, phrase or person of the same meaning passes; a lost hedge does not."""
    assert is_grounded(same, [source]).reasons == ()
    assert not is_grounded(other, [source]).ok


@pytest.mark.parametrize(
    ("source", "same", "other"),
    [
        ("Heat the wax and then stir it.", "After heating the wax, stir it.",
         "Before heating the wax, stir it."),
        ("Drain the tank before opening the valve.", "Before opening the valve, drain the tank.",
         "Before draining the tank, open the valve."),
        ("Drain the tank before you open the valve.", "Drain the tank, then open the valve.",
         "Open the valve, then drain the tank."),
        ("Once the dough rises, knock it back.", "After the dough rises, knock it back.",
         "Before the dough rises, knock it back."),
        ("The wax melts because it is hot.", "As it is hot, the wax melts.",
         "The wax melts, so it is hot."),
        ("With a wide brush you see fewer streaks.",
         "When you have a wide brush you see fewer streaks.",
         "Unless you have a wide brush you see fewer streaks."),
        ("Skip this and it will crack.", "If you skip this, it will crack.",
         "Unless you skip this, it will crack."),
        ("Heat and time matter.", "Time and heat matter.", "Heat and time do not matter."),
        ("A cow that lifts her head is fine, one who lowers it is not.",
         "A cow who lifts her head is fine; one that lowers it is not.",
         "A cow that lowers her head is fine, one who lifts it is not."),
        ("Their letter arrives before yours does.", "Their letter arrives before yours.",
         "Your letter arrives before theirs does."),
    ],
)  # fmt: skip
def test_what_comes_first_and_what_follows_stay(source: str, same: str, other: str) -> None:
    """Order, cause and condition pass in another form, and not the other way round."""
    assert is_grounded(same, [source]).reasons == ()
    assert not is_grounded(other, [source]).ok


@pytest.mark.parametrize(
    ("source", "tidy", "other"),
    [
        ("run pw-top -n 5, and listen", "Run `pw-top -n 5`, and listen.",
         "Run `pw-top -n 6`, and listen."),
        ("Grip it with plirs.", "Grip it with pliers.", "Grip it with tongs."),
        ("Wait wehn it is hot.", "Wait when it is hot.", "Wait while it is cold."),
        ("leave it over night", "Leave it overnight.", "Leave it over lunch."),
        ("wait half an hour", "Wait 30 minutes.", "Wait 20 minutes."),
        ("it runs at 50 km/h", "It runs at 50 km per hour.", "It runs at 50 km per day."),
        ("it's >5cm", "It is more than 5 cm.", "It is less than 5 cm."),
        ("add 3 tbsp", "Add 3 tablespoons.", "Add 3 teaspoons."),
        ("add 1 1/2 cups", "Add one and a half cups.", "Add half a cup."),
        ("within a yr", "Within a year.", "Within an hour."),
        ("re-use CO\u2082", "Reuse CO2.", "Reuse CO3."),
        ("idk why, its better then oil", "I don't know why, it's better than oil.",
         "I know why, it's better than oil."),
        ("I'd put a strap on it, fifteen metres.", "I'd put a strap on it: use fifteen metres.",
         "I'd put a strap on it: use fifty metres."),
    ],
)  # fmt: skip
def test_notes_may_be_tidied(source: str, tidy: str, other: str) -> None:
    """Spelling, short forms, units and code in backticks pass; another amount does not."""
    assert is_grounded(tidy, [source]).reasons == ()
    assert not is_grounded(other, [source]).ok


@pytest.mark.parametrize(
    ("source", "named", "context"),
    [
        ("Pour a jug down each.", "Pour a jug down each trap.", "There's no water in your traps."),
        (
            "On a bigger bust it's more like four.",
            "On a bigger bust it's more like four cm.",
            "The tip should stop 2 to 3 cm short.",
        ),
        ("Neither works.", "Neither of the glues works.", "I tried two glues."),
        ("Its handle gets hot.", "The handle of the pan gets hot.", "Use the iron pan."),
        ("The first is safer.", "The first method is safer.", "There are two methods."),
        ("Those cost money.", "Certifications cost money.", "It was certified as fair trade."),
    ],
)
def test_nouns_left_to_be_understood_come_from_the_thread(
    source: str, named: str, context: str
) -> None:
    """A noun after a number, `each` or an owner passes if the thread names it, and only then."""
    assert is_grounded(named, [source], [context]).reasons == ()
    assert not is_grounded(named, [source], ["Another matter."]).ok


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("With a horse who's had an accident I'd get help from the start.",
         "With a horse I'd get help from the start."),
        ("At two in the afternoon with the summit in front of you people tire.",
         "With the summit in front of you people tire."),
        ("If you keep family photos on it I'd not run it at the edge.",
         "I'd not run it at the edge."),
        ("With a slightly corked wine there's no fruit.", "With a corked wine there's no fruit."),
    ],
)  # fmt: skip
def test_what_bounds_a_statement_does_not_go(source: str, kept: str) -> None:
    """A clause or phrase that tells where a statement applies, or how far, may not be left out."""
    assert not is_grounded(kept, [source]).ok


def test_no_word_stands_for_its_contrary() -> None:
    """No pair of words is both taken for the same and known to say the contrary."""
    words = grammar()
    assert not {
        (word, other)
        for word, others in words.forms.items()
        for other in others & words.opposites.get(word, frozenset())
    }
