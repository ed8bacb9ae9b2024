"""A guide beside its evidence by keys: reading, checking, deciding, editing, and two at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from agent.services.judging import open_judging
from agent.services.retracting import retract_published
from agent.services.reviewing import review_guide
from memory.records.guide import Decision, GuideStatus
from memory.records.stewarding import StewardActKind
from tests.agent.governance_world import BY_QUORUM, governed
from tests.tui.screens.desk_world import (
    BEN,
    KETTLE,
    MILO,
    TESS,
    World,
)
from tests.tui.screens.judging_play import evidence, notes, pane, play, told, until
from tests.tui.screens.library_world import Shelf, type_words
from tests.tui.screens.snapshots import settled
from tui.screens.comment import CommentScreen, SureScreen
from tui.screens.judging import JudgingScreen
from tui.screens.reword import RewordScreen
from tui.widgets.answer_field import AnswerField
from tui.widgets.lines import LinePane

SUMMARY = KETTLE[0][2]


@pytest.fixture
def world(furnished: Shelf, tmp_path: Path) -> Iterator[World]:
    """A copy of it."""
    with furnished.copied(tmp_path / "home") as made:
        yield made


def test_moving_through_sentences_moves_the_evidence(world: World) -> None:
    """Arrows, j and k show the source of the sentence; n its next source; tab goes into it."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        assert f"\u00bb{SUMMARY}\u00ab" in evidence(screen)
        for key, number in (("down", 2), ("j", 3), ("k", 2), ("up", 1), ("end", 6)):
            await pilot.press(key)
            await settled(pilot)
            assert screen.number == number
            assert f"\u00bb{KETTLE[number - 1][2]}\u00ab" in evidence(screen)
        assert "Source 1 of 2" in evidence(screen)
        assert "The agent asked" in evidence(screen)
        await pilot.press("n")
        assert "Source 2 of 2" in evidence(screen)
        assert "#brewing" in evidence(screen)
        await pilot.press("n")
        assert "Source 1 of 2" in evidence(screen)
        await pilot.press("tab")
        assert screen.query_one("#judge-evidence").has_focus
        await pilot.press("down", "pagedown", "home", "end", "tab")
        assert screen.sentences.has_focus
        await pilot.press("enter")
        assert screen.query_one("#judge-evidence").has_focus

    play(world, script)


def test_checks_lead_to_their_sentences(world: World) -> None:
    """`c` shows the checks, enter on a reason goes to its sentence; c once more closes them."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("c")
        assert pane(screen) == "judge-checks"
        checks = screen.query_one("#judge-checks", OptionList)
        assert checks.has_focus
        place = next(n for n in range(checks.option_count) if _id(checks, n).endswith("-2"))
        checks.highlighted = place
        await pilot.press("enter")
        await settled(pilot)
        assert (screen.number, pane(screen)) == (2, "judge-evidence")
        await pilot.press("c", "c")
        assert pane(screen) == "judge-evidence"

    play(world, script, "risky")


def _id(options: OptionList, place: int) -> str:
    return options.get_option_at_index(place).id or ""


def test_changes_are_shown_beside_the_guide(world: World) -> None:
    """`d` shows what is different, and says so where there is nothing to compare with."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("d")
        shown = screen.query_one("#judge-difference", LinePane)
        assert shown.has_focus
        assert "first version" in shown.plain
        await pilot.press("d")
        assert pane(screen) == "judge-evidence"

    play(world, script)


def test_approving_goes_on_to_the_next_guide_and_can_be_taken_back(world: World) -> None:
    """`a` holds the approval for a moment; u brings the guide back, with nothing recorded."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("a")
        await settled(pilot)
        assert screen.judged is not None
        assert screen.judged.guide.id == world.guides["disputed"].id
        assert "u takes it back" in told(screen, "pending")
        await pilot.press("u")
        await settled(pilot)
        assert screen.judged.guide.id == world.guides["kettle"].id
        assert told(screen, "pending") == ""
        assert world.now("kettle").status is GuideStatus.CONFIRMED
        await pilot.press("a")
        screen.desk.grace.flush()
        await settled(pilot)
        assert world.now("kettle").status is GuideStatus.PUBLISHED
        assert "published" in notes(pilot)

    play(world, script)


def test_one_vote_of_several_is_not_called_an_approval(tmp_path: Path) -> None:
    """Where peers decide, the screen tells how the votes stand, and the guide waits on."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("a")
        screen.desk.grace.flush()
        await settled(pilot)
        assert peers.now("kettle").status is GuideStatus.CONFIRMED
        assert "So far: 1 to approve" in notes(pilot)

    with governed(tmp_path / "peers", **BY_QUORUM) as peers:
        play(peers, script)


def test_what_a_check_stops_is_not_approved(world: World) -> None:
    """`a` says what stops it and where to look."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("a")
        assert screen.desk.grace.pending is None
        assert "cannot be published" in notes(pilot)

    play(world, script, "risky")


def test_sending_back_to_the_expert_and_to_the_agent(world: World) -> None:
    """Words go to the authors; picked facets tell the agent what to ask about first."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("r", "ctrl+s")
        assert isinstance(pilot.app.screen, CommentScreen)
        await pilot.press("shift+tab", "enter")
        await pilot.press("tab")
        await type_words(pilot, "Say why.")
        await pilot.press("ctrl+s")
        screen.desk.grace.flush()
        await settled(pilot)

    play(world, script, "risky")
    with world.work.store.reading() as unit:
        (review,) = unit.guides.reviews(world.guides["risky"].id)
        (act,) = unit.desk.acts(world.guides["risky"].id)
    assert (review.decision, review.comment) == (Decision.REVISE, "Say why.")
    assert act.kind is StewardActKind.ASKED_ABOUT
    assert act.facets == (world.guides["risky"].current.open_facets[0],)


def test_rejecting_needs_a_word_and_what_is_typed_is_kept(world: World) -> None:
    """Escape keeps the words; they are there again, and are gone once they were sent."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("x", "ctrl+s")
        assert isinstance(pilot.app.screen, CommentScreen)
        await type_words(pilot, "Too thin")
        await pilot.press("escape")
        await until(pilot, lambda: bool(_drafts(world)))
        screen.reload()
        await settled(pilot)
        await pilot.press("x")
        assert pilot.app.screen.query_one(AnswerField).text == "Too thin"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert _drafts(world) == {"reject": "Too thin"}
        screen.desk.grace.flush()
        await settled(pilot)
        await until(pilot, lambda: not _drafts(world))

    play(world, script)
    assert world.now("kettle").status is GuideStatus.REJECTED


def _drafts(world: World) -> dict[str, str]:
    judged = open_judging(world.work, world.actor(), world.guides["kettle"].id)
    return dict(judged.drafts)


def test_a_guide_is_put_to_somebody(world: World) -> None:
    """`t` offers who decides, the authority first; the words are kept with the guide."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("t")
        await settled(pilot)
        await pilot.press("down", "enter")
        await type_words(pilot, "You know it better.")
        await pilot.press("ctrl+s")
        await settled(pilot)
        await until(pilot, lambda: "put it to Milo Varga" in told(screen))

    play(world, script)
    with world.work.store.reading() as unit:
        (act,) = unit.desk.acts(world.guides["kettle"].id)
    assert (act.to_id, act.comment) == (MILO.id, "You know it better.")


def test_a_sentence_is_edited_within_its_sources(world: World) -> None:
    """The verdict follows the typing; only what the sources carry is saved."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("e")
        await settled(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, RewordScreen)
        verdict = dialog.query_one("#reword-verdict", Static)
        assert "as it stands" in str(verdict.render())
        await pilot.press("ctrl+s")
        assert pilot.app.screen is dialog
        await type_words(pilot, " twice")
        await until(pilot, lambda: "Not yet" in str(verdict.render()))
        await pilot.press("ctrl+s")
        assert pilot.app.screen is dialog
        await pilot.press("ctrl+o")
        assert dialog.query_one(AnswerField).text == SUMMARY
        await pilot.press("backspace")
        await until(pilot, lambda: "ctrl+s saves" in str(verdict.render()))
        await pilot.press("ctrl+s")
        await settled(pilot)
        await until(pilot, lambda: screen.judged is not None and _version(screen) == 2)
        assert "reads that sentence again" in notes(pilot)

    play(world, script)
    after = world.now("kettle")
    assert (after.status, after.current.summary.text) == (GuideStatus.DRAFT, SUMMARY[:-1])


def _version(screen: JudgingScreen) -> int:
    return screen.judged.guide.current.number if screen.judged else 0


def test_what_was_typed_in_an_edit_is_kept(world: World) -> None:
    """Leaving an edit keeps its words for that sentence, and for no other."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("e")
        await settled(pilot)
        await type_words(pilot, " twice")
        await pilot.press("escape")
        await until(pilot, lambda: "edit" in _drafts(world))
        screen.reload()
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert pilot.app.screen.query_one(AnswerField).text == f"{SUMMARY} twice"
        await pilot.press("escape", "j", "e")
        await settled(pilot)
        assert pilot.app.screen.query_one(AnswerField).text == KETTLE[1][2]

    play(world, script)


def test_a_published_guide_is_taken_back_after_one_question(world: World) -> None:
    """`w` asks why and once more; no keeps it, yes takes it back and shows nothing of it."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        for answer in ("n", "y"):
            await pilot.press("w")
            await settled(pilot)
            if answer == "n":
                await type_words(pilot, "Recalled.")
            await pilot.press("ctrl+s")
            assert isinstance(pilot.app.screen, SureScreen)
            await pilot.press(answer)
            screen.reload()
            await settled(pilot)
            gone = answer == "y"
            assert (world.now("out").status is GuideStatus.RETRACTED) == gone
        await until(pilot, lambda: "took it back" in told(screen))
        assert screen.sentences.option_count == 0
        assert "roaster" not in told(screen, "title")
        await pilot.press("j", "n", "c", "d", "e", "a", "w")

    play(world, script, "out")


def test_keys_fit_what_the_guide_waits_for(world: World) -> None:
    """A published guide cannot be approved or edited, a waiting one not taken back."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        shown = {b.binding.key for b in screen.active_bindings.values() if b.binding.show}
        assert "w" in shown
        assert not {"a", "r", "x", "e"} & shown
        await pilot.press("a", "x", "e", "r", "t")
        assert pilot.app.screen is screen

    play(world, script, "due")


def test_a_draft_and_ones_own_words_are_not_decided_on(world: World) -> None:
    """Each key says why not."""

    async def draft(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("a", "x", "e", "t")
        assert pilot.app.screen is screen
        assert "does not wait for a decision" in notes(pilot)

    async def own(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        assert "your own" in told(screen)
        await pilot.press("a")
        assert "your own" in notes(pilot)

    play(world, draft, "draft")
    play(world, own, "own")


def test_next_and_previous_guide_without_the_queue(world: World) -> None:
    """Brackets go through the queue, and say at which end they are."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        for key, name in (
            ("right_square_bracket", "disputed"),
            ("left_square_bracket", "kettle"),
            ("left_square_bracket", "risky"),
        ):
            await pilot.press(key)
            await settled(pilot)
            assert screen.judged is not None
            assert screen.judged.guide.id == world.guides[name].id
        await pilot.press("left_square_bracket")
        assert "first one" in notes(pilot)

    play(world, script)


def test_of_two_stewards_the_second_sees_at_once_who_decided(world: World) -> None:
    """Within two seconds, while typing: by whom and how, and the words stay."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("r")
        await type_words(pilot, "My own words")
        guide = world.guides["kettle"]
        review_guide(world.work, world.actor(MILO), guide.id, Decision.REJECT, "Too thin.")
        dialog = pilot.app.screen
        line = dialog.query_one("#comment-told", Static)
        await until(pilot, lambda: "Milo Varga rejected it" in str(line.render()))
        assert "What you typed is kept" in str(line.render())
        assert dialog.query_one(AnswerField).text == "My own words"
        assert dialog.query_one(AnswerField).has_focus
        await pilot.press("ctrl+s")
        screen.desk.grace.flush()
        await settled(pilot)
        await until(pilot, lambda: "Milo Varga was quicker" in notes(pilot))
        assert _drafts(world) == {"revise": "My own words"}

    play(world, script)


def test_a_guide_that_is_retracted_while_open_is_shown_no_more(world: World) -> None:
    """Its words go within two seconds, with who took it back and why."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("w")
        await settled(pilot)
        await type_words(pilot, "Old")
        guide = world.guides["out"]
        retract_published(world.work, world.actor(TESS), guide.id, "It burns.")
        dialog = pilot.app.screen
        line = dialog.query_one("#comment-told", Static)
        await until(pilot, lambda: "Tess Ruiz took it back" in str(line.render()))
        assert dialog.query_one(AnswerField).text == "Old"
        await pilot.press("escape")
        await settled(pilot)
        assert screen.sentences.option_count == 0
        assert evidence(screen) == ""

    play(world, script, "out")


def test_an_edit_by_another_steward_is_told(world: World) -> None:
    """The new version is shown, and that it is another than was opened."""
    from agent.services.reviewing import edit_sentence

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        guide = world.guides["kettle"]
        await pilot.press("j", "j")
        edit_sentence(world.work, world.actor(MILO), guide.id, 1, SUMMARY[:-1], version=1)
        await until(pilot, lambda: "changed meanwhile" in told(screen))
        assert screen.number == 3
        await pilot.press("d")
        assert "[-brew.-] {+brew+}" in screen.query_one("#judge-difference", LinePane).plain

    play(world, script)


def test_narrow_and_low_windows_show_one_below_or_instead_of_the_other(world: World) -> None:
    """Below 100 columns the evidence stands below; below 18 lines o toggles it."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        side = screen.query_one("#judge-side")
        assert side.region.x > 0
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert side.region.y > screen.sentences.region.y
        assert side.region.x == 0
        await pilot.resize_terminal(80, 14)
        await settled(pilot)
        assert not side.display
        await pilot.press("o")
        assert side.display
        assert not screen.sentences.display
        await pilot.press("o")
        assert screen.sentences.display

    play(world, script)


def test_the_evidence_of_somebody_else_is_that_of_their_words(world: World) -> None:
    """A sentence of Ben's shows Ben's message."""

    async def script(pilot: Pilot[Any], screen: JudgingScreen) -> None:
        await pilot.press("j", "j", "j")
        await settled(pilot)
        assert f"> {BEN.name}" in evidence(screen)

    play(world, script, "disputed")
