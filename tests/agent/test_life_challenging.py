"""Later messages against published guides: found once, both sides kept, resolved, set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.services.challenging import set_aside
from agent.services.challenging_marks import marks_of
from agent.services.checks import check_guide
from agent.services.desk import Section, open_desk
from agent.services.exporting import published_guides
from agent.services.guides import open_page
from agent.services.questioned import open_upkeep
from agent.services.sweeping import SweepReport, find_moments, sweep
from memory.errors import PermissionDeniedError, StoreError, UserInputError
from memory.records.challenge import Challenge, ChallengeState
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.records.people import Consent, Credit
from memory.records.privacy_policy import PrivacyPolicy
from memory.records.talk import Message
from memory.store.protocols import Unit
from tests.builders import COMMUNITY, MONDAY, make_message, make_thread
from tests.tui.screens.desk_world import ADA, BEN, BO, KETTLE, LENA, World, desk_world
from tui.render.guide_markdown import guide_markdown
from tui.render.marks import mark_lines, marks_payload
from tui.render.pages import guide_page

AGAINST = "Never rinse the paper filter with hot water before you brew."
SAID = f"We tried it for a month. {AGAINST} It changed nothing."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One published guide."""
    with desk_world(tmp_path / "home") as opened:
        opened.add("kettle", KETTLE, GuideStatus.PUBLISHED, title="The paper taste", hours=30)
        yield opened


def say_later(world: World, text: str = SAID, name: str = "later", **changes: Any) -> Message:
    """Somebody writes in a thread of their own, hours after the guide."""
    at = MONDAY - timedelta(hours=12)
    thread = make_thread(name, channel="brewing", started_at=at, last_at=at)
    message = make_message(f"{name}-1", text, BEN, thread, sent_at=at, **changes)
    with world.work.store.writing() as unit:
        unit.talk.save_threads([thread])
        unit.talk.save_messages([message])
    return message


def judge(world: World) -> SweepReport:
    """Judge settled threads as a sweep does."""
    report = SweepReport()
    find_moments(world.work, COMMUNITY, report, None)
    return report


def kept(world: World) -> list[Challenge]:
    """Everything that was found, by time."""
    with world.work.store.reading() as unit:
        return list(unit.life.challenges(COMMUNITY.id))


def logged(world: World, action: Action) -> list[str]:
    """Reasons of one kind of line in the log."""
    with world.work.store.reading() as unit:
        return [d.reason for d in unit.log.decisions(limit=500) if d.action is action]


def test_a_later_message_against_a_guide_is_kept_with_both_sides(world: World) -> None:
    """Both sentences are located, and read verbatim from where they stand."""
    message = say_later(world)
    assert judge(world).contradictions == 1
    (challenge,) = kept(world)
    assert message.text[challenge.start : challenge.end] == AGAINST
    upkeep = open_upkeep(world.work, world.actor(LENA))
    ((title, shown),) = upkeep.contested
    assert (title, shown.text, shown.words) == ("The paper taste", KETTLE[0][2], AGAINST)
    assert (shown.number, shown.message.id, shown.author) == (1, message.id, BEN)
    assert logged(world, Action.GUIDE_CHALLENGED) == [f"denial:{message.id}"]


def test_an_objection_in_own_words_is_kept_with_both_sides(world: World) -> None:
    """What a whole message says against a guide is kept and shown like a plain contradiction."""
    words = "With paper you don't have to rinse the filter any more before you brew."
    message = say_later(world, f"We asked the roaster about the new filters. {words} Saves water.")
    judge(world)
    (challenge,) = kept(world)
    assert message.text[challenge.start : challenge.end] == words
    page = guide_page(open_page(world.work, world.guides["kettle"].id))
    assert "Rinse the paper filter" in guide_markdown(page, world.work.catalogue)
    (line,) = mark_lines(page.marks)
    assert words in line


def test_outside_the_words_that_contradict_are_masked(world: World) -> None:
    """A private word of either side stands in no line that leaves the community."""
    say_later(world)
    judge(world)
    private = PrivacyPolicy(confidential={COMMUNITY.name: ("hot water",)})
    world.work.policy = world.work.policy.model_copy(update={"privacy": private})
    (published,) = published_guides(world.work, COMMUNITY)
    assert published.page.marks.contested
    assert "hot water" not in repr(published.page)
    shown = guide_markdown(guide_page(published.page), world.work.catalogue)
    assert "Never rinse the paper filter with" in shown
    assert "hot water" not in shown


def test_judging_again_adds_nothing(world: World) -> None:
    """However often a thread is judged, a contradiction is one record and one line of the log."""
    message = say_later(world)
    for _ in range(3):
        judge(world)
        with world.work.store.writing() as unit:
            unit.talk.save_messages([message.model_copy(update={"score": message.score + 1})])
            message = unit.talk.messages([message.id])[message.id]
    assert len(kept(world)) == 1
    assert len(logged(world, Action.GUIDE_CHALLENGED)) == 1


def test_a_crash_while_it_is_kept_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread is marked as judged in the transaction that keeps what it contradicts."""
    say_later(world)

    def killed(*_: object) -> None:
        raise StoreError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("memory.store.talk.SqlTalk.mark_judged", killed)
        with pytest.raises(StoreError, match="killed"):
            judge(world)
    assert kept(world) == []
    judge(world)
    assert len(kept(world)) == 1


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Is it true that you should never rinse the paper filter with hot water?", {}),
        ("If it is a cloth filter, never rinse the paper filter with hot water before you.", {}),
        ("Rinse the paper filter with hot water before you brew, as Ada says.", {}),
        (AGAINST, {"from_bot": True}),
        (AGAINST, {"sent_at": MONDAY - timedelta(days=9)}),
    ],
    ids=["question", "bound to a case", "agrees", "bot", "said before the guide's words"],
)
def test_what_does_not_contradict_raises_nothing(
    world: World, text: str, changes: dict[str, Any]
) -> None:
    """Questions, other cases, agreement, bots and earlier words are no contradictions."""
    at = changes.pop("sent_at", None)
    message = say_later(world, text, **changes)
    if at is not None:
        with world.work.store.writing() as unit:
            unit.talk.save_messages([message.model_copy(update={"sent_at": at})])
    assert judge(world).contradictions == 0
    assert kept(world) == []


def test_a_quotation_of_others_contradicts_nothing(world: World) -> None:
    """Only people's own words are held against a guide."""
    say_later(world, AGAINST, segments=())
    assert judge(world).contradictions == 0


def test_readers_see_the_later_words_beside_the_guide(world: World) -> None:
    """The mark names who said what since when, on every page of the guide."""
    say_later(world)
    judge(world)
    page = guide_page(open_page(world.work, world.guides["kettle"].id))
    (line,) = mark_lines(page.marks)
    assert "Contested since" in line
    assert "Ben Cole" in line
    assert AGAINST in line
    assert "Never rinse the paper filter" in guide_markdown(page, world.work.catalogue)
    (said,) = marks_payload(page.marks)["contested"]
    assert (said["said"], said["sentence"]) == (AGAINST, 1)


def test_words_of_somebody_who_stays_unnamed_are_not_shown_to_readers(world: World) -> None:
    """Readers learn that it is contested; the words are for stewards alone."""
    say_later(world)
    judge(world)
    with world.work.store.writing() as unit:
        veiled = BEN.model_copy(update={"consent": Consent(credit=Credit.CHATHAM_HOUSE)})
        unit.people.update_member(veiled)
    page = guide_page(open_page(world.work, world.guides["kettle"].id))
    (line,) = mark_lines(page.marks)
    assert "Never rinse" not in line
    assert "Ben" not in line
    assert marks_payload(page.marks)["contested"][0]["said"] is None
    assert open_upkeep(world.work, world.actor()).contested[0][1].words == AGAINST


def test_stewards_see_it_on_the_desk_and_in_the_checks(world: World) -> None:
    """The desk has a section for it, and the check quotes the later words."""
    say_later(world)
    judge(world)
    desk = open_desk(world.work, LENA)
    (row,) = desk.listed(Section.QUESTIONED)
    assert AGAINST in row.questioned[0]
    assert row in desk.listed(Section.PUBLISHED)
    conflicts = next(
        check
        for check in check_guide(world.work, world.guides["kettle"].id)
        if check.key == "conflicts"
    )
    assert [finding.sentence for finding in conflicts.findings] == [1]
    assert AGAINST in conflicts.findings[0].words


def gone(unit: Unit, message: Message, how: str) -> None:
    """The later words go in one of three ways."""
    if how == "edited":
        text = "It is a matter of taste."
        unit.talk.save_messages([make_message("later-1", text, BEN, make_thread("later"))])
    elif how == "deleted":
        blank = {"text": "", "segments": (), "deleted": True}
        unit.talk.save_messages([message.model_copy(update=blank)])
    else:
        thread = unit.talk.thread(message.thread_id)
        assert thread is not None
        unit.talk.save_threads([thread.model_copy(update={"private": True})])


@pytest.mark.parametrize("how", ["edited", "deleted", "made private"])
def test_later_words_that_are_gone_resolve_it(world: World, how: str) -> None:
    """The mark goes at once; the next sweep settles the record, and the log says why."""
    message = say_later(world)
    judge(world)
    with world.work.store.writing() as unit:
        gone(unit, message, how)
        assert not marks_of(unit, world.guides["kettle"])
    sweep(world.work, COMMUNITY)
    (challenge,) = kept(world)
    assert challenge.state is ChallengeState.SOURCE_GONE
    assert logged(world, Action.CHALLENGE_SETTLED) == [f"source_gone:{challenge.id}"]


def test_the_same_words_said_anew_open_it_again(world: World) -> None:
    """What was edited away and is written again contradicts again, under the same id."""
    message = say_later(world)
    judge(world)
    before = kept(world)
    with world.work.store.writing() as unit:
        gone(unit, message, "edited")
    sweep(world.work, COMMUNITY)
    with world.work.store.writing() as unit:
        unit.talk.save_messages([message])
    judge(world)
    assert kept(world) == before


def test_a_steward_sets_it_aside_with_a_reason(world: World) -> None:
    """It is settled for good, by whom and why; the same message never raises it again."""
    message = say_later(world)
    judge(world)
    (challenge,) = kept(world)
    with pytest.raises(UserInputError, match="say why"):
        set_aside(world.work, world.actor(), challenge.id, " ")
    with pytest.raises(PermissionDeniedError):
        set_aside(world.work, world.actor(ADA), challenge.id, "I know better")
    set_aside(world.work, world.actor(), challenge.id, "he used another paper")
    with pytest.raises(UserInputError, match="already"):
        set_aside(world.work, world.actor(), challenge.id, "once more")
    with world.work.store.writing() as unit:
        acts = unit.desk.acts(world.guides["kettle"].id)
        unit.talk.save_messages([message.model_copy(update={"score": 3})])
    assert [(act.by_id, act.comment) for act in acts] == [(LENA.id, "he used another paper")]
    judge(world)
    (after,) = kept(world)
    assert (after.state, after.settled_by) == (ChallengeState.SET_ASIDE, LENA.id)
    assert not open_page(world.work, world.guides["kettle"].id).marks
    assert open_desk(world.work, LENA).listed(Section.QUESTIONED) == ()


def test_only_stewards_see_what_calls_guides_into_question(world: World) -> None:
    """The list quotes people in full, so it is for those who decide."""
    with pytest.raises(PermissionDeniedError):
        open_upkeep(world.work, world.actor(BO))
