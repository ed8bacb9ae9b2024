"""Notes and transcripts: kept in their authors' names, asked about at once, and each once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.services.identity import Actor
from agent.services.notes import MAX_NOTE, NOBODY, NoteReceipt, submit_note
from agent.services.sweeping import sweep
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.home import Home
from memory.records.inquiry import InquiryStatus, QuestionStatus
from memory.records.people import Member
from memory.records.policy import AskPolicy, Policy, TriagePolicy
from tests.builders import COMMUNITY, SettableClock, make_member

INES, BO = make_member("ines"), make_member("bo")
ADVICE = (
    "Never boil the milk for the yoghurt. I keep it below ninety degrees, "
    "otherwise it turns grainy and nobody wants it."
)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workplace]:
    """An empty community of two, read by signals alone, at an hour at which people are asked."""
    home = Home.open(tmp_path / "home")
    store = home.store()
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([INES, BO])
    policy = Policy(triage=TriagePolicy(read_meaning=False))
    workplace = Workplace(home, store, SettableClock(), policy)
    yield workplace
    workplace.close()


def hand_in(
    work: Workplace, text: str, member: Member = INES, *, me: str = "", mine: bool = False
) -> NoteReceipt:
    """Submit a note as a member."""
    actor = Actor(member, acting_as=False)
    return submit_note(work, COMMUNITY, actor, text, me=me, mine=mine)


def test_a_note_is_asked_about_at_once(work: Workplace) -> None:
    """Its author offered it: no settling time, and the question quotes their own words."""
    receipt = hand_in(work, ADVICE)
    assert receipt.new
    assert receipt.question is not None
    assert receipt.question.asked_of == INES.id
    assert receipt.question.quote.quote in ADVICE
    assert [m.text for m in receipt.messages] == [ADVICE]


def test_the_budgets_hold_for_notes(work: Workplace) -> None:
    """One question is open at a time: the second note waits for its turn."""
    hand_in(work, ADVICE)
    second = hand_in(work, ADVICE.replace("milk for the yoghurt", "broth for the soup"))
    assert second.question is None
    assert second.ask_at is not None
    assert second.inquiry is not None
    assert second.inquiry.status is InquiryStatus.WAITING_FOR_TURN


def test_the_same_note_twice_is_one(work: Workplace) -> None:
    """A double submit stores nothing and asks nothing anew, whatever the spaces between."""
    first, again = hand_in(work, ADVICE), hand_in(work, ADVICE.replace(". ", ".  "))
    assert not again.new
    assert again.thread == first.thread
    assert again.question == first.question
    with work.store.reading() as unit:
        assert unit.talk.count_messages(COMMUNITY.id) == 1
        assert len(unit.inquiries.inquiries(COMMUNITY.id)) == 1


def test_a_kill_before_the_question_loses_and_repeats_nothing(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note and its inquiry are stored together; the next sweep asks, once."""

    def killed(inquiry_id: str) -> bool:
        raise KeyboardInterrupt(inquiry_id)

    with monkeypatch.context() as patch:
        patch.setattr(work.runner, "advance", killed)
        with pytest.raises(KeyboardInterrupt):
            hand_in(work, ADVICE)
    with work.store.reading() as unit:
        (inquiry,) = unit.inquiries.inquiries(COMMUNITY.id)
        assert unit.inquiries.questions(inquiry.id) == []
    sweep(work, COMMUNITY)
    sweep(work, COMMUNITY)
    with work.store.reading() as unit:
        (question,) = unit.inquiries.questions(inquiry.id)
    assert question.status is QuestionStatus.OPEN
    assert not hand_in(work, ADVICE).new


def test_a_sweep_does_not_judge_a_note_again(work: Workplace) -> None:
    """What was declined stays declined, and no second inquiry is opened about one note."""
    hand_in(work, ADVICE)
    work.clock.forward(days=2)  # type: ignore[attr-defined]
    report = sweep(work, COMMUNITY)
    assert report.threads_judged == 0
    assert report.inquiries_opened == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ok, thanks a lot", "chit_chat"),
        ("Has anybody an idea why the milk turns grainy at ninety degrees?", "question"),
        (f"{ADVICE} By the way, Bo was fired yesterday for it.", "sensitive_topic"),
        (f"We have an open incident, prod is down. {ADVICE}", "sensitive_topic"),
        ("> " + ADVICE.replace("\n", " "), "not_own_words"),
    ],
)
def test_a_gate_of_triage_forbids_to_ask_and_says_so(work: Workplace, text: str, code: str) -> None:
    """The note is kept all the same, nobody is asked, and the author reads why."""
    receipt = hand_in(work, text)
    assert receipt.declined == code
    assert receipt.why
    assert receipt.inquiry is None
    assert hand_in(work, text).declined == code


def test_turns_of_others_are_theirs_or_nobodys(work: Workplace) -> None:
    """In a transcript nobody's words stand in the author's name but their own."""
    text = f"Bo: How do you do it?\nInes: {ADVICE}\nGuest: I always boil it for an hour first."
    receipt = hand_in(work, text)
    assert [message.author_id for message in receipt.messages] == [BO.id, INES.id, None]
    assert receipt.question is not None
    assert receipt.question.quote.message_id == receipt.messages[1].id


def test_a_recording_without_ones_own_turn_is_kept_and_not_asked_about(work: Workplace) -> None:
    """Unknown labels are nobody; saying which of them one is makes the words one's own."""
    text = f"Speaker 1: How do you do it?\nSpeaker 2: {ADVICE}"
    assert hand_in(work, text).declined == NOBODY
    again = hand_in(work, text, me="Speaker 2")
    assert again.new
    assert [message.author_id for message in again.messages] == [None, INES.id]
    whole = hand_in(work, text, mine=True)
    assert [message.author_id for message in whole.messages] == [INES.id]


def test_turns_keep_their_order(work: Workplace) -> None:
    """However many turns there are, they are read in the order in which they were said."""
    text = "\n".join(f"{'Ines' if n % 2 else 'Bo'}: turn number {n}" for n in range(40))
    said = [message.text for message in hand_in(work, text).messages]
    assert said == [f"turn number {n}" for n in range(40)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\t ...", "empty"),
        ("abc\x00def", "binary"),
        ("word " * (MAX_NOTE // 4), f"{MAX_NOTE:,}"),
    ],
)
def test_what_is_no_note_is_refused_plainly(work: Workplace, text: str, why: str) -> None:
    """Bad input is named, with the limit, and nothing is stored."""
    with pytest.raises(UserInputError, match=why):
        hand_in(work, text)
    with work.store.reading() as unit:
        assert unit.talk.count_threads(COMMUNITY.id) == 0


def test_who_asked_not_to_be_asked_may_still_hand_in(work: Workplace) -> None:
    """Offering a note does not undo a stop."""
    with work.store.writing() as unit:
        consent = INES.consent.model_copy(update={"opted_out_at": work.clock.now()})
        silent = INES.model_copy(update={"consent": consent})
        unit.people.update_member(silent)
    receipt = hand_in(work, ADVICE, silent)
    assert receipt.declined == "opted_out"
    assert receipt.inquiry is None


def test_outside_of_asking_hours_the_question_waits(work: Workplace) -> None:
    """A note at night is taken at once and asked about in the morning."""
    work.clock.forward(hours=10)  # type: ignore[attr-defined]
    receipt = hand_in(work, ADVICE)
    assert receipt.question is None
    assert receipt.ask_at is not None
    opens = AskPolicy().from_hour
    assert receipt.ask_at.hour == opens
    assert receipt.ask_at - work.clock.now() < timedelta(days=1)
