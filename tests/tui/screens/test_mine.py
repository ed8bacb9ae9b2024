"""My words: confirm, put in other words, leave out, take back; credit, thanks and being asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from agent.services.answering import give_answer
from agent.services.confirming import confirm_guide
from agent.services.correcting import strike_sentences
from agent.services.enough import say_enough
from agent.services.feedback import give_feedback
from agent.services.reviewing import review_guide
from agent.services.understanding import choose_meaning
from agent.services.withdrawing import withdraw_words
from memory.records.feedback import FeedbackKind
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.inquiry import AnswerKind, Facet
from memory.records.people import Credit, Member
from memory.records.policy import GuidePolicy
from tests.tui.screens.inbox_play import Script, text_of, until
from tests.tui.screens.inbox_world import ANN, ANSWER, BO, LENA, POLICY, InboxWorld, inbox_world
from tests.tui.screens.snapshots import SIZES, check_snapshot, settled
from tui.app import PassdownApp
from tui.screens.choosing import SureScreen
from tui.screens.mine import MineScreen
from tui.screens.other_words import OtherWordsScreen
from tui.screens.own_guide import OwnGuideScreen
from tui.screens.understood import OwnAnswerScreen
from tui.widgets.option_rows import OptionRows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[InboxWorld]:
    """Ann has answered once and said enough: a draft waits for her yes."""
    with inbox_world(tmp_path / "home") as made:
        made.work.policy = POLICY.model_copy(
            update={"guide": GuidePolicy(draft_completeness=0.0, publish_completeness=0.0)}
        )
        made.ask("valve")
        question = made.question()
        give_answer(made.work, made.actor(), question.id, AnswerKind.REPLY, text=ANSWER)
        say_enough(made.work, made.actor(), made.inquiries["valve"])
        yield made


def guide_of(world: InboxWorld) -> Guide:
    """The guide as it stands."""
    with world.work.store.reading() as unit:
        guide = unit.guides.guide(Guide.id_of(world.inquiries["valve"]))
    assert guide is not None
    return guide


def play(
    world: InboxWorld, script: Script, *, member: Member = ANN, size: tuple[int, int] = (80, 24)
) -> None:
    """Run My words for somebody."""

    async def run() -> None:
        app = PassdownApp(world.seat(member), "mine")
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await script(pilot)

    asyncio.run(run())


async def opened(pilot: Pilot[Any]) -> OwnGuideScreen:
    """Open the first row, a guide."""
    await pilot.press("enter")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, OwnGuideScreen)
    await until(pilot, lambda: screen.query_one(OptionRows).option_count > 0)
    return screen


def still_missing(world: InboxWorld, count: int) -> bool:
    """Whether so many sentences of the guide wait for Ann's yes."""
    return len(guide_of(world).missing(ANN.id)) == count


class TestTheList:
    """Everything in one's name."""

    def test_what_waits_comes_first_then_answers(self, world: InboxWorld) -> None:
        """A draft, and what was told; enter on an answer shows how it was understood."""

        async def script(pilot: Pilot[Any]) -> None:
            rows = pilot.app.screen.query_one(OptionRows)
            titles = [str(option.prompt).split("\n")[0] for option in rows.options]
            assert titles[0] == "Wait for your yes (1)"
            assert "What you told the agent (1)" in titles
            assert "You may be asked" in text_of(pilot.app.screen, "#person")
            await pilot.press("end", "enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, OwnAnswerScreen)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, MineScreen)

        play(world, script)

    def test_nothing_in_ones_name_says_so(self, world: InboxWorld) -> None:
        """An empty list explains itself."""

        async def script(pilot: Pilot[Any]) -> None:
            assert pilot.app.screen.query_one("#empty").display

        play(world, script, member=BO)

    def test_thanks_and_credits(self, world: InboxWorld) -> None:
        """How many it helped, where it did not work, and who approved it."""
        question = world.questions()[0]
        choose_meaning(world.work, world.actor(), question.id, 3, Facet.BOUNDARY)
        confirm_guide(world.work, world.actor(), guide_of(world).id)
        review_guide(world.work, world.actor(LENA), guide_of(world).id, Decision.APPROVE)
        give_feedback(world.work, world.actor(BO), guide_of(world).id, FeedbackKind.HELPED)

        async def script(pilot: Pilot[Any]) -> None:
            told = text_of(pilot.app.screen, "#person")
            assert "Your words helped 1 reader so far" in told
            assert "Approved by Lena Park (1 guide)" in told
            row = str(pilot.app.screen.query_one(OptionRows).get_option_at_index(1).prompt)
            assert "approved by Lena Park" in row

        play(world, script)

    def test_the_default_credit_is_chosen(self, world: InboxWorld) -> None:
        """c, a digit: from then on one appears so wherever a guide says nothing else."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("c")
            await settled(pilot)
            await pilot.press("2")
            await until(pilot, lambda: "title or role" in text_of(pilot.app.screen, "#person"))

        play(world, script)
        assert world.seat().member.consent.credit is Credit.ROLE_ONLY

    def test_stopping_is_asked_about_and_taken_back_at_once(self, world: InboxWorld) -> None:
        """O stops after a yes; o again lets one be asked."""

        async def script(pilot: Pilot[Any]) -> None:
            await pilot.press("o")
            await settled(pilot)
            assert isinstance(pilot.app.screen, SureScreen)
            await pilot.press("escape")
            await settled(pilot)
            assert world.seat().member.may_be_asked
            await pilot.press("o")
            await settled(pilot)
            await pilot.press("y")
            await until(pilot, lambda: not world.seat().member.may_be_asked)
            await until(pilot, lambda: "said stop" in text_of(pilot.app.screen, "#person"))
            await pilot.press("o")
            await until(pilot, lambda: world.seat().member.may_be_asked)

        play(world, script)


class TestOneGuide:
    """Sentence by sentence."""

    def test_yes_goes_from_sentence_to_sentence(self, world: InboxWorld) -> None:
        """Y confirms one and moves on; the last yes sends it to a steward."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = await opened(pilot)
            count = screen.query_one(OptionRows).option_count
            assert count == len(guide_of(world).current.sentences())
            for left in reversed(range(count)):
                await pilot.press("y")
                await until(pilot, partial(still_missing, world, left))
                await until(pilot, lambda: not screen._busy)
                await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)

        play(world, script)
        assert guide_of(world).status is GuideStatus.CONFIRMED
        (said,) = guide_of(world).confirmations
        assert all(yes.one_by_one for yes in said.approvals(guide_of(world).current))

    def test_yes_to_all(self, world: InboxWorld) -> None:
        """A confirms the whole."""

        async def script(pilot: Pilot[Any]) -> None:
            await opened(pilot)
            await pilot.press("a")
            await until(pilot, lambda: guide_of(world).status is GuideStatus.CONFIRMED)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, MineScreen)

        play(world, script)

    def test_other_words_take_a_sentences_place(self, world: InboxWorld) -> None:
        """E opens the sentence in a field; ctrl+s puts one's words there, escape nothing."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = await opened(pilot)
            await pilot.press("down", "e")
            await settled(pilot)
            field = pilot.app.screen.query_one(TextArea)
            assert isinstance(pilot.app.screen, OtherWordsScreen)
            assert field.text == guide_of(world).current.sentences()[1].text
            await pilot.press("escape")
            await settled(pilot)
            await pilot.press("e")
            await settled(pilot)
            pilot.app.screen.query_one(TextArea).load_text("The motor hums when it is dry.")
            await pilot.press("ctrl+s")
            await until(
                pilot,
                lambda: any(
                    s.text == "The motor hums when it is dry."
                    for s in guide_of(world).current.sentences()
                ),
            )
            await until(pilot, lambda: not screen._busy)

        play(world, script)

    def test_a_sentence_is_left_out_once_that_is_sure(self, world: InboxWorld) -> None:
        """X asks; no leaves it, yes takes it out."""
        before = len(guide_of(world).current.sentences())

        async def script(pilot: Pilot[Any]) -> None:
            screen = await opened(pilot)
            await pilot.press("end", "x")
            await settled(pilot)
            await pilot.press("n")
            await settled(pilot)
            assert len(guide_of(world).current.sentences()) == before
            await pilot.press("x")
            await settled(pilot)
            await pilot.press("y")
            await until(pilot, lambda: len(guide_of(world).current.sentences()) < before)
            await until(pilot, lambda: not screen._busy)

        play(world, script)

    def test_all_words_are_taken_back_once_that_is_sure(self, world: InboxWorld) -> None:
        """W takes back everything of one's own, and the page says that nothing is left."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = await opened(pilot)
            await pilot.press("w")
            await settled(pilot)
            await pilot.press("y")
            await until(pilot, lambda: guide_of(world).status is GuideStatus.RETRACTED)
            await until(pilot, lambda: "in your name any more" in text_of(screen, "#title"))
            await pilot.press("e", "x", "c", "w", "y", "a")
            await settled(pilot)
            assert pilot.app.screen is screen

        play(world, script)

    def test_the_credit_of_one_guide_is_chosen(self, world: InboxWorld) -> None:
        """c, a digit: going over to Chatham House asks for each sentence by itself."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = await opened(pilot)
            await pilot.press("c")
            await settled(pilot)
            await pilot.press("3")
            await until(pilot, lambda: "one by one" in text_of(screen, "#title"))
            await pilot.press("a")
            await until(pilot, lambda: not screen._busy)
            assert guide_of(world).missing(ANN.id)

        play(world, script)
        assert guide_of(world).credit_of(ANN.id, Credit.CREDITED) is Credit.CHATHAM_HOUSE

    def test_a_guide_that_changed_meanwhile_is_not_confirmed_unseen(
        self, world: InboxWorld
    ) -> None:
        """A yes to another version than the one shown is refused, and the new one is shown."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = await opened(pilot)
            records = screen._records
            count = len(guide_of(world).current.sentences())
            strike_sentences(world.work, world.actor(), guide_of(world).id, [count])
            screen._records = records
            await pilot.press("a")
            await until(pilot, lambda: not screen._busy)
            assert guide_of(world).status is GuideStatus.DRAFT
            await until(pilot, lambda: screen.query_one(OptionRows).option_count < count)

        play(world, script)

    def test_a_guide_taken_back_while_it_is_open(self, world: InboxWorld) -> None:
        """It says so within two seconds, and no key does anything to it."""

        async def script(pilot: Pilot[Any]) -> None:
            screen = await opened(pilot)
            withdraw_words(world.work, world.actor(), guide_of(world).id)
            await until(
                pilot, lambda: "in your name any more" in text_of(screen, "#title"), seconds=3
            )

        play(world, script)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_my_words(world: InboxWorld, size: tuple[int, int]) -> None:
    """The list, one guide, other words, and the question before something is let go."""

    async def script(pilot: Pilot[Any]) -> None:
        await check_snapshot(pilot, "mine")
        await opened(pilot)
        await check_snapshot(pilot, "mine-guide")
        await pilot.press("e")
        await check_snapshot(pilot, "mine-other-words")
        await pilot.press("escape", "w")
        await check_snapshot(pilot, "mine-take-back")

    play(world, script, size=size)
