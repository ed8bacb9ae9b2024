"""Questions asked before and discussions a guide covers: few are missed, fewer taken wrongly."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.readings import ThreadView
from agent.method.repeats import AskedQuestions, PublishedGuides, in_words, question_of
from memory.index.minilm import MiniLmEmbedder
from memory.records.guide import Guide
from memory.records.talk import Message, MessageKind
from prompts.answers import load_answers
from tests.builders import MONDAY, make_member, make_message, make_thread
from tests.memory.samples import guide as sample_guide

ENTRY = load_answers().repeats
WRITTEN = tomllib.loads(Path(__file__).with_name("repeats.toml").read_text(encoding="utf-8"))
TOPICS = WRITTEN["topics"]
ANA, BEN = make_member("ana"), make_member("ben")
DAY = timedelta(days=1)


def guide_of(title: str, says: str) -> Guide:
    """A guide with this title that says one sentence."""
    plain = sample_guide()
    told = plain.current.summary.model_copy(update={"text": says})
    section = plain.current.sections[0].model_copy(update={"sentences": (told,)})
    version = plain.current.model_copy(
        update={"title": title, "summary": told, "sections": (section,)}
    )
    return plain.model_copy(update={"current": version})


def discussion(asked: str, answered: str) -> tuple[ThreadView, Message]:
    """A thread with one question and one statement, and the statement."""
    thread = make_thread()
    question = make_message("q", asked, BEN, thread, kind=MessageKind.QUESTION)
    answer = make_message("a", answered, ANA, thread)
    return ThreadView(thread, (question, answer), {}), answer


def covers(embedder: MiniLmEmbedder | None, place: int, asked: str, answered: str) -> bool:
    """Whether the guide at `place` covers a discussion."""
    guides = PublishedGuides([guide_of(*TOPICS[place][:2])], ENTRY, embedder)
    return guides.covering(*discussion(asked, answered)) is not None


def test_guides_cover_what_they_tell_and_no_more() -> None:
    """Of 40 paraphrases at most two are missed; of 115 others at most one is taken."""
    embedder = MiniLmEmbedder()
    missed = [n for n, topic in enumerate(TOPICS) if not covers(embedder, n, *topic[2])]
    others = [(n, *other) for n, topic in enumerate(TOPICS) for other in topic[3:]]
    others += [(n, *TOPICS[n + 1][2]) for n in range(0, 40, 2)]
    others += [tuple(one) for one in WRITTEN["otherwise"]]
    wrong = [one for one in others if covers(embedder, *one)]
    assert len(missed) <= 2, missed
    assert len(wrong) <= 1, wrong


def test_without_an_embedder_only_shared_words_count() -> None:
    """Where meaning may not be read, a guide covers what says the same in the same words."""
    title, says = TOPICS[0][:2]
    assert covers(None, 0, title, says)
    assert not covers(None, 0, *TOPICS[1][2])


def test_a_guide_does_not_cover_what_contradicts_it() -> None:
    """Who says the opposite of a guide has something to tell."""
    guides = PublishedGuides([guide_of("Rinsing", "Rinse the paper filter.")], ENTRY)
    view, answer = discussion("rinse it?", "Rinse the paper filter.")
    assert guides.covering(view, answer)
    view, answer = discussion("rinse it?", "Never rinse the paper filter.")
    assert guides.covering(view, answer) is None


def asked_like(first: str, second: str, others: Sequence[str] = ()) -> int:
    """How often `second` was asked before, where `first` was, among later unrelated questions."""
    asked = AskedQuestions(ENTRY)
    for n, other in enumerate(others):
        asked.add(f"o{n}", other, MONDAY + DAY)
    asked.add("first", first, MONDAY - DAY)
    return asked.times("second", second, MONDAY)


def test_repeated_questions_are_found() -> None:
    """Of 40 questions asked again at most two are missed; of 80 others at most two are taken."""
    others = [topic[0] for topic in TOPICS] + [one[1] for one in WRITTEN["asked_otherwise"]]
    missed = [p for p in WRITTEN["asked_again"] if not asked_like(p[0], p[1], others)]
    apart = WRITTEN["asked_otherwise"] + [(topic[3][0], topic[4][0]) for topic in TOPICS]
    wrong = [p for p in apart if asked_like(p[0], p[1], [o for o in others if o not in p])]
    assert len(missed) <= 2, missed
    assert len(wrong) <= 2, wrong


def test_only_earlier_threads_count() -> None:
    """A thread does not repeat itself, nor what was asked after it."""
    asked = AskedQuestions(ENTRY)
    for n in range(4):
        asked.add(f"t{n}", "How do I descale the boiler?", MONDAY + n * DAY)
        asked.add(f"t{n}", "How do I descale the boiler?", MONDAY + n * DAY)
    found = [asked.times(f"t{n}", "descale the boiler, how?", MONDAY + n * DAY) for n in range(4)]
    assert found == [0, 1, 2, 3]
    assert asked.times("x", "how?", MONDAY + 9 * DAY) == 0


@given(st.lists(st.text("abc ", max_size=12), max_size=60))
def test_memory_is_bounded(questions: list[str]) -> None:
    """However much is asked, no more than the latest threads are remembered, lists with them."""
    entry = ENTRY.model_copy(update={"remembered": 5, "fewest_stems": 1})
    asked = AskedQuestions(entry)
    for n, question in enumerate(questions):
        asked.add(f"t{n}", question, MONDAY + n * DAY)
        assert len(asked) <= entry.remembered
    assert sum(len(ids) for ids in asked._lists.values()) <= 12 * entry.remembered
    if len(asked):
        thread_id, latest = list(asked._by_thread.items())[-1]
        again = " ".join(latest.stems)
        assert asked.times("new", again, MONDAY + 99 * DAY) >= (thread_id in asked._by_thread)


@pytest.mark.parametrize(
    ("title", "opening", "question"),
    [
        ("Descaling", "anything", "Descaling"),
        ("", "Morning all. How do I descale it? Thanks!", "How do I descale it?"),
        ("", "I descaled it.", ""),
    ],
)
def test_a_thread_asks_its_title_or_its_first_questions(
    title: str, opening: str, question: str
) -> None:
    """A chat has no title: what its first message asks stands for it."""
    first = make_message("m", opening, ANA, make_thread())
    assert question_of(title, first) == question
    bot = make_message("m", opening, ANA, make_thread(), from_bot=True)
    assert question_of(title, bot) == title


def test_times_are_told_in_words() -> None:
    """A reader learns how often it was asked before."""
    assert in_words(1, ENTRY) == ENTRY.asked_once
    assert "3" in in_words(3, ENTRY)
