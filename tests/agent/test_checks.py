"""What a steward is told to look at, with its reason and its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from agent.services.checks import GuideCheck, Verdict, check_guide, is_clean, refuse_stopped
from agent.services.conflicts import OtherGuides, opposed_in
from memory.errors import UserInputError
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Facet
from memory.records.people import Consent, Credit
from memory.records.talk import SegmentKind
from tests.tui.screens.desk_world import (
    ADA,
    BEN,
    DISPUTED,
    KETTLE,
    RISKY,
    Said,
    World,
    desk_world,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A community with no guide yet."""
    with desk_world(tmp_path / "home") as opened:
        yield opened


def checks(world: World, guide: Guide) -> Mapping[str, GuideCheck]:
    """The checks of a guide by key."""
    return {check.key: check for check in check_guide(world.work, guide.id)}


def verdicts(world: World, guide: Guide) -> dict[str, str]:
    """Those that did not pass."""
    found = checks(world, guide).values()
    return {c.key: c.verdict.value for c in found if c.verdict is not Verdict.PASSED}


def test_a_clean_guide_passes_every_check(world: World) -> None:
    """Nothing is to be looked at, and each check says in words what it found."""
    guide = world.add("kettle", KETTLE)
    found = check_guide(world.work, guide.id)
    assert is_clean(found)
    assert [check.key for check in found] == [
        *("needs", "agreed", "grounding", "citations", "completeness"),
        *("personal", "conflicts", "actionable"),
    ]
    assert all(check.words and check.name for check in found)
    refuse_stopped(found, guide)


def test_what_publishing_needs_stops_it(world: World) -> None:
    """What the policy misses is told in words, and approving is refused with them."""
    guide = world.add("risky", RISKY)
    found = checks(world, guide)
    assert found["needs"].verdict is Verdict.STOPS
    assert any("why it works" in finding.words for finding in found["needs"].findings)
    with pytest.raises(UserInputError, match="nobody has said why it works"):
        refuse_stopped(found.values(), guide)


def test_personal_data_is_told_with_its_sentence(world: World) -> None:
    """An address and the name of somebody else are found in the sentence they stand in."""
    found = checks(world, world.add("risky", RISKY))["personal"]
    assert found.verdict is Verdict.LOOK
    assert [(f.sentence, f.words) for f in found.findings] == [
        (2, "holds an e-mail address: desk@roast.example"),
        (2, "names Tess, whose words it does not stand on"),
    ]


def test_the_name_of_an_author_who_stays_unnamed_is_found(world: World) -> None:
    """Whoever wishes to stay unnamed is not named by a sentence either, their own least of all."""
    named: tuple[Said, ...] = (*KETTLE[:-1], (Facet.CHECK, ADA, "You can ask Berg how it tastes."))
    guide = world.add("named", named)
    assert "personal" not in verdicts(world, guide)
    with world.work.store.writing() as unit:
        unit.people.update_member(
            ADA.model_copy(update={"consent": Consent(credit=Credit.ROLE_ONLY)})
        )
    (finding,) = checks(world, guide)["personal"].findings
    assert (finding.sentence, finding.words) == (6, "names Berg, who wished to stay unnamed")


def test_contradictions_within_a_guide_are_told_at_both_sentences(world: World) -> None:
    """Each of the two sentences names the other."""
    found = checks(world, world.add("disputed", DISPUTED, dispute=(0, 3)))["conflicts"]
    assert [(f.sentence, "beside its contrary" in f.words) for f in found.findings] == [
        (1, True),
        (4, True),
    ]
    unmarked = checks(world, world.add("plain", DISPUTED))["conflicts"]
    assert [f.sentence for f in unmarked.findings] == [1, 4]
    assert "Never grind the beans finer" in unmarked.findings[0].words


def test_a_published_guide_that_says_the_contrary_is_found(world: World) -> None:
    """What another published guide denies is told with that guide's title."""
    against: tuple[Said, ...] = (
        *KETTLE[:-1],
        (Facet.PITFALLS, BEN, "Never pour the rinse water out before the coffee goes in."),
    )
    world.add("against", against, GuideStatus.PUBLISHED, title="Never pour it out")
    (finding,) = checks(world, world.add("kettle", KETTLE))["conflicts"].findings
    assert finding.sentence == 2
    assert "Never pour it out" in finding.words


def test_a_published_guide_does_not_contradict_itself(world: World) -> None:
    """The guide that is checked is none of the others, even when it is published."""
    guide = world.add("out", KETTLE, GuideStatus.PUBLISHED)
    with world.work.store.reading() as unit:
        assert not opposed_in(guide, OtherGuides.read(unit, guide.community_id))


def test_a_draft_that_lacks_a_yes_cannot_be_published(world: World) -> None:
    """Whose yes is missing is told by name."""
    found = checks(world, world.add("draft", KETTLE, GuideStatus.DRAFT))["agreed"]
    assert found.verdict is Verdict.STOPS
    assert found.findings[0].words == "waits for the yes of Ada Berg"


def test_a_deleted_source_stops_and_an_edited_one_is_looked_at(world: World) -> None:
    """What became of the messages is told at the sentences that rest on them."""
    guide = world.add("kettle", KETTLE)
    cited = guide.current.summary.evidence[0].message_id
    with world.work.store.writing() as unit:
        message = unit.talk.message(cited)
        assert message is not None
        segment = message.segments[0].model_copy(update={"kind": SegmentKind.OWN, "end": 4})
        edited = message.model_copy(update={"text": "Gone", "segments": (segment,)})
        unit.talk.save_messages([edited])
    assert verdicts(world, guide)["grounding"] == "look"
    with world.work.store.writing() as unit:
        blank = {"text": "", "segments": (), "deleted": True}
        unit.talk.save_messages([edited.model_copy(update=blank)])
    found = checks(world, guide)["grounding"]
    assert found.verdict is Verdict.STOPS
    assert {f.sentence for f in found.findings} == set(range(1, 7))


def test_what_is_said_and_what_is_open_is_told_by_facet(world: World) -> None:
    """Every facet is named once, those that are said with their sentence."""
    found = checks(world, world.add("kettle", KETTLE))["completeness"]
    assert len(found.findings) == len(Facet)
    said = [f for f in found.findings if f.verdict is Verdict.PASSED]
    assert {f.sentence for f in said} == {2, 3, 4, 5, 6}


def test_a_guide_that_cannot_be_acted_on_is_to_be_looked_at(world: World) -> None:
    """Without anything to do, to check or to stop at, each is told."""
    idle: tuple[Said, ...] = (
        (None, ADA, "The water is usually too hot for light coffee."),
        (Facet.WHY, ADA, "The bitter taste comes from the heat."),
    )
    found = checks(world, world.add("idle", idle))["actionable"]
    assert [f.words for f in found.findings] == [
        "nothing in it says what to do",
        "nothing says how to tell that it worked",
        "nothing says when to stop or when not to do it",
    ]
