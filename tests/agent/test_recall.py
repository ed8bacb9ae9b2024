"""Asking the memory: limits first, nothing twice, and people where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from agent.services.recall import Recall, apart, ask_memory
from agent.services.workplace import Workplace, open_workplace
from memory.errors import UserInputError
from memory.index.chroma import ChromaIndex
from memory.records.base import stable_id
from memory.records.guide import GuideSentence, GuideStatus
from memory.records.inquiry import Facet, Inquiry, InquiryStatus, Moment
from memory.records.people import Community, Member
from memory.records.talk import Thread
from tests.index.support import AUTHOR, COMMUNITY, NOON, guide_of, message_of, source_of

ROASTERS = Community(id=COMMUNITY, name="roasters", created_at=NOON)
SHOTS = {
    Facet.ACTION: ["Grind coarser until a double shot takes half a minute."],
    Facet.WHY: ["Fine particles clog the puck, so the water finds one path."],
    Facet.BOUNDARY: [
        "With a blade grinder a coarser setting does nothing, for it has none.",
        "Below 14 grams in the basket the shot runs too fast whatever you do.",
    ],
}
MILK = {
    Facet.ACTION: ["Stretch the milk before it is warm to the hand."],
    Facet.CHECK: ["Good foam shines like wet paint and pours in one piece."],
}


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workplace]:
    """A home with two published guides and one draft."""
    with open_workplace(tmp_path / "home") as opened:
        with opened.store.writing() as unit:
            unit.people.save_community(ROASTERS)
            unit.people.save_members(
                [
                    Member(
                        id=AUTHOR,
                        community_id=COMMUNITY,
                        source="test",
                        native_id="ada",
                        handle="ada",
                        name="Ada",
                    )
                ]
            )
            unit.talk.save_threads(
                [
                    Thread(
                        id=message_of("any").thread_id,
                        community_id=COMMUNITY,
                        source="test",
                        native_id="one",
                        started_at=NOON,
                        last_at=NOON,
                    )
                ]
            )
        save(opened, "shots", "Espresso shots choke the machine", SHOTS)
        save(opened, "milk", "Foam for flat whites", MILK)
        save(
            opened,
            "descale",
            "Descaling a boiler",
            {Facet.ACTION: ["Use citric acid, never vinegar, in the boiler."]},
            GuideStatus.DRAFT,
        )
        yield opened


def save(
    work: Workplace,
    name: str,
    title: str,
    sections: Mapping[Facet, Sequence[str]],
    status: GuideStatus = GuideStatus.PUBLISHED,
) -> None:
    """Keep a guide with all that it cites."""
    source, guide = source_of(name, title, sections), guide_of(name, title, sections, status=status)
    moment = Moment(
        id=stable_id("mom", name),
        community_id=COMMUNITY,
        thread_id=source.thread_id,
        message_id=source.id,
        author_id=AUTHOR,
        score=1,
        signals=(),
        reasons=(),
        found_at=NOON,
    )
    inquiry = Inquiry(
        id=guide.inquiry_id,
        community_id=COMMUNITY,
        moment_id=moment.id,
        status=InquiryStatus.PUBLISHED,
        opened_at=NOON,
        updated_at=NOON,
    )
    with work.store.writing() as unit:
        unit.talk.save_messages([source])
        unit.inquiries.save_moments([moment])
        unit.inquiries.save_inquiry(inquiry)
        unit.guides.save_guide(guide)


def titles(recall: Recall) -> list[str]:
    """Titles of the guides that are told, best first."""
    return [found.page.guide.current.title for found in recall.guides]


def test_a_question_finds_the_guide_that_speaks_to_it(work: Workplace) -> None:
    """Asked in other words than the guide's, the guide comes first, and no draft comes at all."""
    recall = ask_memory(work, ROASTERS, "my espresso takes two minutes for one cup")
    assert titles(recall)[0] == "Espresso shots choke the machine"
    assert recall.who == ()
    assert "Descaling a boiler" not in titles(ask_memory(work, ROASTERS, "vinegar in the boiler?"))


def test_the_case_in_which_advice_is_wrong_comes_with_its_limit(work: Workplace) -> None:
    """What the question comes up against is told as such, and not once more as what was said."""
    (found, *_) = ask_memory(
        work, ROASTERS, "my espresso chokes the machine and I have a blade grinder"
    ).guides
    (limit,) = found.applies.limits
    assert "blade grinder" in limit.text
    assert limit in found.boundaries()
    assert limit not in found.further()
    (found, *_) = ask_memory(work, ROASTERS, "espresso shots with 12 grams of coffee?").guides
    assert ["14 grams" in limit.text for limit in found.applies.limits] == [True]
    (found, *_) = ask_memory(work, ROASTERS, "espresso shots with 18 grams of coffee?").guides
    assert found.applies.limits == ()


@pytest.mark.parametrize("question", ["espresso", "Foam?", "flat whites"])
def test_one_word_finds_the_guide_that_is_about_it(work: Workplace, question: str) -> None:
    """A question of a word or two does not abstain where a title holds them."""
    assert len(titles(ask_memory(work, ROASTERS, question))) == 1


@pytest.mark.parametrize(
    "question", ["how do we season a cast-iron pan?", "pan", "wie viel Hefe braucht der Teig?"]
)
def test_nothing_is_told_where_nothing_fits(work: Workplace, question: str) -> None:
    """Foreign ground, in one word, in many or in another language, is met with silence."""
    assert titles(ask_memory(work, ROASTERS, question)) == []


def test_people_are_named_where_nothing_is_known(work: Workplace) -> None:
    """Who wrote about it is named, although what they wrote is no guide yet."""
    recall = ask_memory(work, ROASTERS, "does citric acid from lemons harm brass?")
    assert titles(recall) == []
    assert [knower.member.name for knower in recall.who] == ["Ada"]


def test_asking_again_opens_no_vector_database(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the index is level with the record, an answer needs neither Chroma nor a rebuild."""
    first = ask_memory(work, ROASTERS, "espresso")
    index = work.index
    assert isinstance(index, ChromaIndex)
    index.close()

    def opened(*_: object) -> None:
        raise AssertionError("Chroma was opened")

    monkeypatch.setattr("memory.index.chroma.open_client", opened)
    assert titles(ask_memory(work, ROASTERS, "espresso")) == titles(first)


@pytest.mark.parametrize(("question", "told"), [("  ", "ask something"), ("x" * 2_001, "2,000")])
def test_no_question_is_an_error(work: Workplace, question: str, told: str) -> None:
    """An empty or endless question is refused with a sentence."""
    with pytest.raises(UserInputError, match=told):
        ask_memory(work, ROASTERS, question)


def test_near_repeats_are_told_once_and_differences_twice() -> None:
    """The same said again goes; a `not`, another figure or a dispute is no repeat."""

    def said(text: str, dispute: int = 0) -> GuideSentence:
        evidence = guide_of("x", text, {Facet.WHY: ["because"]}).current.summary.evidence
        return GuideSentence(text=text, author_id=AUTHOR, evidence=evidence, dispute=dispute)

    plain = said("Grind coarser until a double shot takes half a minute.")
    again = said("Then grind coarser, until a double shot takes half a minute!")
    negated = said("Do not grind coarser until a double shot takes half a minute.")
    counted = said("Grind coarser until a double shot takes 30 seconds, half a minute.")
    against = said("Grind coarser until the double shot takes half a minute.", dispute=1)
    assert apart([plain, again]) == (plain,)
    assert apart([plain, negated]) == (plain, negated)
    assert apart([plain, counted]) == (plain, counted)
    assert apart([plain, against]) == (plain, against)
    assert apart([again, negated], told=[plain]) == (negated,)
