"""Scripted people hear questions as a reader would, and answer honestly from what they know."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.worlds import hearing, script, scripted
from evals.worlds.hearing import Wanted, hear
from evals.worlds.script import Manner, Script, load_script
from evals.worlds.scripted import ALL_SAID, CANNOT_PLACE_IT, NOT_MY_FIELD, Reply, ScriptedPeople
from memory.errors import PromptError
from prompts.catalogue import load_catalogue

SCRIPT = load_script()
ANSWERING = [
    (expert.handle, topic)
    for expert in SCRIPT.experts
    for topic in expert.topics
    if (topic.manner or expert.manner) is Manner.ANSWERS
]

TEMPLATES = [
    ('You wrote "{q}": what kind of setup were you picturing?', Wanted.SETUP),
    ('On "{q}": what about this case made it fit?', Wanted.SETUP),
    ('About "{q}": which detail of the situation would change your advice first?', Wanted.LIMITS),
    ('With "{q}", what outcome were you after?', Wanted.AIM),
    ('When {a} and {b} pull apart, which wins for "{q}"?', Wanted.AIM),
    ('For "{q}", what would a good result look like here?', Wanted.WORKED),
    ('Before you said "{q}", what did you notice that pointed that way?', Wanted.NOTICED),
    ('For "{q}", which signal would you look at first next time?', Wanted.NOTICED),
    ('On "{q}": what would a newcomer overlook in {b}?', Wanted.NOTICED),
    ('For "{q}", what is the very first step you take?', Wanted.STEPS),
    ('Within "{q}", which step needs the most judgement?', Wanted.STEPS),
    ('Could you sketch "{q}" in three to six steps?', Wanted.STEPS),
    ('You chose "{q}": what was the next-best option?', Wanted.INSTEAD),
    ('What tipped it toward "{q}" rather than {a}?', Wanted.INSTEAD),
    ('Of {a}, {b} and {c}, which two belong together for "{q}"?', Wanted.INSTEAD),
    ('What makes "{q}" work here?', Wanted.WHY),
    ('You wrote "{q}": what would happen if someone skipped it?', Wanted.WHY),
    ('What does "{q}" give you that {a} would not?', Wanted.INSTEAD),
    ('When would "{q}" be the wrong advice?', Wanted.LIMITS),
    ('At what scale does "{q}" stop holding?', Wanted.LIMITS),
    ('What would have to change for you to drop "{q}"?', Wanted.LIMITS),
    ('Where do people usually trip up with "{q}"?', Wanted.MISTAKES),
    ('What is the most expensive mistake you have seen around "{q}"?', Wanted.MISTAKES),
    ('If "{q}" went badly, what would be the likeliest cause?', Wanted.MISTAKES),
    ('What shortcut for "{q}" is missing from the docs?', Wanted.RULE),
    ('You said "{q}": what rough number do you go by?', Wanted.RULE),
    ('What lets you do "{q}" faster than someone new to it?', Wanted.RULE),
    ('After "{q}", how do you know it worked?', Wanted.WORKED),
    ('How soon after "{q}" would you expect to see a difference?', Wanted.WORKED),
    ('What would tell you early that "{q}" is not working?', Wanted.WORKED),
    ('Which past case does "{q}" come from?', Wanted.PAST),
    ('What happened the last time you did "{q}"?', Wanted.PAST),
    ('How firmly would you stand behind "{q}", from hunch to measured?', Wanted.PAST),
    ('If "{q}" had not worked, what was your next move?', Wanted.FALLBACK),
    ('If {b} were the other way round, what would you do instead of "{q}"?', Wanted.FALLBACK),
    ('With half the time, which part of "{q}" would you keep?', Wanted.FALLBACK),
    ('You said "{q}": what changes below that size?', Wanted.LIMITS),
]


def _fill(template: str, quote: str) -> str:
    return template.format(q=quote, a="autovacuum", b="the replica", c="the pooler")


@pytest.mark.parametrize(("template", "wanted"), TEMPLATES)
def test_hears_what_is_asked(template: str, wanted: Wanted) -> None:
    """Each phrasing of the method is first heard as what its words ask for."""
    heard = hear(_fill(template, "drop the fillfactor on orders"))
    assert heard.wanted[0] is wanted
    assert heard.quotes == ("drop the fillfactor on orders",)


@pytest.mark.parametrize(("handle", "topic"), ANSWERING, ids=lambda value: str(value)[:30])
def test_answers_what_is_asked(handle: str, topic: script.TopicKnowledge) -> None:
    """Asked about their own words, people tell what fits, or admit to know no more."""
    expert = next(one for one in SCRIPT.experts if one.handle == handle)
    quote = " ".join(topic.wrote[0].split()[:12])
    for template, wanted in TEMPLATES:
        reply = ScriptedPeople(SCRIPT).respond(handle, _fill(template, quote))
        assert reply.kind == "reply"
        if wanted in topic.knows:
            assert reply.text == topic.knows[wanted], template
        else:
            assert reply.text in {*topic.knows.values(), *expert.nothing_more}, template


@given(data=st.data())
def test_recognises_any_quote_of_its_own_words(data: st.DataObject) -> None:
    """Any three to twelve words that somebody wrote bring up a topic which holds those words."""
    handle, topic = data.draw(st.sampled_from(ANSWERING))
    long_enough = [text for text in topic.wrote if len(text.split()) >= 3]
    words = data.draw(st.sampled_from(long_enough)).split()
    start = data.draw(st.integers(0, len(words) - 3))
    quote = " ".join(words[start : start + data.draw(st.integers(3, 12))])
    reply = ScriptedPeople(SCRIPT).respond(handle, f'What makes "{quote}" work here?')
    expert = next(one for one in SCRIPT.experts if one.handle == handle)
    fitting = [one for one in expert.topics if any(quote in text for text in one.wrote)]
    assert reply.text in {one.knows[Wanted.WHY] for one in fitting}


def test_most_shipped_phrasings_are_understood() -> None:
    """Nine of ten phrasings of the shipped catalogue are heard as a question about something."""
    probes = [
        probe.text
        for entry in load_catalogue().facets.values()
        for probe in (*entry.probes, *entry.follow_ups)
    ]
    understood = [text for text in probes if hear(_fill(text, "drop the fillfactor")).wanted]
    assert len(understood) >= 0.9 * len(probes)


def test_a_follow_up_quotes_an_answer() -> None:
    """A question that quotes an earlier answer is recognised by that answer's words."""
    people = ScriptedPeople(SCRIPT)
    told = people.respond("ines", 'What makes "put max_wal_size at 16GB" work here?').text
    quote = "multiplies the wal"
    assert quote in told
    reply = people.respond("ines", f'You said "{quote}": where does that stop being true?')
    assert "keep 2 to 3 times max_wal_size free" in reply.text


def test_nothing_is_told_twice() -> None:
    """Asked the same again, somebody says in other words that there is no more, then skips."""
    people = ScriptedPeople(SCRIPT)
    replies = [people.respond("priya", 'What makes "Green is not proof" work?') for _ in range(4)]
    assert [reply.kind for reply in replies] == ["reply", "reply", "reply", "skip"]
    assert len({reply.text for reply in replies}) == 4
    assert replies[-1].text == ALL_SAID


def test_same_questions_same_answers() -> None:
    """Two worlds from one script react alike."""
    asked = [("tomasz", _fill(template, "equality column first")) for template, _ in TEMPLATES]
    first, second = ScriptedPeople.load(), ScriptedPeople.load()
    assert [first.respond(*one) for one in asked] == [second.respond(*one) for one in asked]


def test_manners() -> None:
    """One skips, one refers, the one referred to knows, one never answers, strangers skip."""
    people = ScriptedPeople(SCRIPT)
    why = 'What makes "do the same for sessions" work here?'
    assert people.respond("dee", why).kind == "not_me"
    assert people.respond("dee", why).refer_to == "ines"
    assert "12 million dead ones" in people.respond("ines", why).text
    assert people.respond("kofi", 'What makes "never on the connection count" work?').kind == "skip"
    assert people.respond("oskar", 'What makes "Leave the global alone" work?') == Reply("silence")
    assert people.respond("lena", why) == Reply("skip", NOT_MY_FIELD)
    assert people.respond("ines", "How was lunch?") == Reply("skip", CANNOT_PLACE_IT)


def test_vague_first_then_useful() -> None:
    """The vague one says nothing at first and answers when asked again."""
    people = ScriptedPeople(SCRIPT)
    boundary = 'When would "Never run one naked" be the wrong advice?'
    assert people.respond("halvard", boundary).text == "It depends, really."
    assert people.respond("halvard", boundary).text.startswith("Not for VALIDATE CONSTRAINT")


def test_only_the_text_counts() -> None:
    """People are given a handle and a text, and their modules import nothing of the agent."""
    assert list(inspect.signature(ScriptedPeople.respond).parameters) == [
        "self",
        "handle",
        "question_text",
    ]
    for module in (hearing, script, scripted):
        tree = ast.parse(inspect.getsource(module))
        imported = {
            name
            for node in ast.walk(tree)
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        assert not {name for name in imported if name.split(".")[0] in {"agent", "tui"}}


ONE_TOPIC = '[[experts.topics]]\nname = "t"\nwrote = ["do it now"]\nwords = ["now"]\n'


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[[experts]", "experts.toml"),
        ('[[experts]]\nhandle = "a"\n', "topics"),
        ('[[experts]]\nhandle = "a"\nshoe = 1\n' + ONE_TOPIC, "shoe"),
        ('[[experts]]\nhandle = "a"\nmanner = "skips"\n[[experts.topics]]\n', "topics.0"),
    ],
)
def test_a_faulty_script_is_refused(tmp_path: Path, toml: str, complaint: str) -> None:
    """A script that cannot be played names its file and its key."""
    path = tmp_path / "experts.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(PromptError, match=complaint):
        load_script(path)


_TOPIC: dict[str, object] = {"name": "t", "wrote": ["do it now"], "words": ["now"]}


@pytest.mark.parametrize(
    "expert",
    [
        {"handle": "a", "manner": "skips", "topics": [_TOPIC]},
        {"handle": "a", "manner": "refers", "opening": "ask b", "topics": [_TOPIC]},
        {"handle": "a", "topics": [{**_TOPIC, "manner": "refers", "opening": "ask b"}]},
        {"handle": "a", "topics": [{**_TOPIC, "refer_to": "b"}]},
        {"handle": "a", "topics": [{**_TOPIC, "manner": "stops"}]},
        {"handle": "a", "topics": [_TOPIC, _TOPIC]},
    ],
)
def test_unplayable_manners_cannot_be_built(expert: dict[str, object]) -> None:
    """A refusal without words, a referral to nobody and a doubled topic are refused."""
    with pytest.raises(ValueError, match=r"opening|referral|refers|twice"):
        Script.model_validate({"experts": [expert]})


def test_somebody_may_stop() -> None:
    """A person who wants no more questions says so."""
    stops = {"handle": "a", "manner": "stops", "opening": "no more please", "topics": [_TOPIC]}
    people = ScriptedPeople(Script.model_validate({"experts": [stops]}))
    assert people.respond("a", 'What makes "do it now" work?') == Reply("stop", "no more please")
    assert people.handles == ("a",)
