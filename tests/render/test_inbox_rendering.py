"""What the inbox and My words say, without a terminal: rows, discussions, what comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from agent.method.readings import AnswerQuality
from agent.services.asked import AskedLine, Comes, Next
from agent.services.drafts import MAX_DRAFT, Unsent
from agent.services.understanding import Understood, UnderstoodSentence
from memory.records.inbox import Draft
from memory.records.inquiry import CloseReason, Facet, Question, QuestionStatus
from memory.records.people import Availability, Consent
from memory.records.policy import AskPolicy
from memory.records.talk import EvidenceSpan
from prompts.catalogue import load_catalogue
from tests.builders import COMMUNITY, MONDAY, make_member, make_message, make_thread
from tui.render.asked import (
    CLOSED,
    ENDED,
    next_told,
    question_row,
    question_why,
    refused_paste,
    size_told,
    unsent_row,
)
from tui.render.discussion import AROUND, DiscussionPage, Said, lit_lines, wrap_discussion
from tui.render.listing import set_in
from tui.render.mine import hours_told, thanks_told
from tui.render.understood import quality_told, sentence_row

ANN = make_member("ann", name="Ann Lee")
THREAD = make_thread(title="Valve \x1b[2Jsticks", channel="pumps")
SAID = make_message("m", "Always purge the feed line first.", ANN, THREAD)
BERLIN = ZoneInfo("Europe/Berlin")
CATALOGUE = load_catalogue()


def question(**changes: object) -> Question:
    """An open question about the feed line."""
    fields: dict[str, object] = {
        "id": Question.id_of("inq_0000000000000001", 1),
        "community_id": COMMUNITY.id,
        "inquiry_id": "inq_0000000000000001",
        "turn": 1,
        "asked_of": ANN.id,
        "facet": Facet.WHY,
        "text": 'What makes "purge the feed line" \x1b[31mwork?',
        "quote": EvidenceSpan.of(SAID, 7, 26),
        "template": "WHY.1",
        "because": "Nobody else knows.",
        "minutes": 1.5,
        "value": 0.1,
        "status": QuestionStatus.OPEN,
        "composed_at": MONDAY,
        "delivered_at": MONDAY,
    }
    return Question.model_validate(fields | changes)


class TestRows:
    """Lines of the list."""

    def test_a_question_tells_time_age_and_place(self) -> None:
        """How long, since when, from where; and whether an answer was begun."""
        line = AskedLine(question(), THREAD, begun=True)
        told = question_row(line, MONDAY + timedelta(hours=3), 200, BERLIN).plain
        assert "about 1.5 minutes; asked 3 hours ago; answer begun" in told
        assert "#pumps" in told
        assert "\x1b" not in told

    def test_a_question_put_off_tells_until_when_on_ones_own_clock(self) -> None:
        """The hour is the person's, not the server's."""
        later = question(snoozed_until=datetime(2025, 3, 10, 9, tzinfo=UTC))
        told = question_row(AskedLine(later, None, begun=False), MONDAY, 200, BERLIN).plain
        assert "put off until Mon 10 Mar, 10:00" in told

    @given(width=st.integers(1, 200), text=st.text(max_size=200))
    def test_rows_fit_their_width(self, width: int, text: str) -> None:
        """Whatever people wrote, a row is two lines that fit."""
        line = AskedLine(question(text=text), THREAD, begun=False)
        rows = question_row(line, MONDAY, width, BERLIN).plain.split("\n")
        assert len(rows) == 2
        assert all(cell_len(row) <= max(8, width) for row in rows)

    @pytest.mark.parametrize("status", sorted(CLOSED))
    def test_unsent_words_tell_why_they_were_not_sent(self, status: QuestionStatus) -> None:
        """Each way a question closes has its words."""
        closed = question(status=status, closed_at=MONDAY)
        draft = Draft(
            community_id=COMMUNITY.id,
            member_id=ANN.id,
            question_id=closed.id,
            text="half",
            saved_at=MONDAY,
        )
        told = unsent_row(Unsent(draft, closed), MONDAY, 200).plain
        assert CLOSED[status] in told
        assert "4 characters" in told

    def test_why_holds_the_three_things_one_wants_to_know(self) -> None:
        """Why me, how long, where it goes; and what a steward wrote."""
        told = question_why(question(), "a guide", ["more on \x1b[2Jlimits"]).plain
        assert told.startswith("Why you: Nobody else knows. It takes about 1.5 minutes. ")
        assert "Your answer goes to a guide." in told
        assert "A steward: more on" in told
        assert "\x1b" not in told

    def test_sizes_are_told_once_they_matter(self) -> None:
        """Nobody counts characters of a short answer."""
        assert size_told(100, 1000) == ""
        assert size_told(900, 1000) == "900 of 1,000 characters"
        assert "cut 5" in size_told(1005, 1000)
        assert f"{MAX_DRAFT:,}" in refused_paste(MAX_DRAFT + 1)


class TestNext:
    """What comes after an answer."""

    def test_every_turn_and_every_end_has_its_words(self) -> None:
        """No reason is told as a code."""
        assert "One more question" in next_told(Next(Comes.QUESTION, question=question())).plain
        for comes in (Comes.LATER, Comes.CONFIRM, Comes.OTHERS, Comes.ENDED):
            assert "_" not in next_told(Next(comes)).plain
        assert set(ENDED) == set(CloseReason)
        for reason in CloseReason:
            assert ENDED[reason] in next_told(Next(Comes.ENDED, ended=reason)).plain
        assert set(CLOSED) == set(QuestionStatus) - {QuestionStatus.COMPOSED, QuestionStatus.OPEN}


class TestDiscussion:
    """The thread around a question."""

    def test_quoted_words_are_marked_across_lines(self) -> None:
        """Every line of the quotation is lit, and marks stand at its ends without colour."""
        text = "One two. Purge the feed line before you restart the pump. Three."
        said = Said("Ann", MONDAY, text, lit=(9, 57))
        wrapped = wrap_discussion(DiscussionPage("", (said,)), 20)
        lit = lit_lines(wrapped)
        assert lit == list(range(lit[0], lit[-1] + 1))
        assert wrapped.quoted == lit[0]
        joined = " ".join(line.plain.strip() for line in wrapped.lines)
        assert ">>Purge the feed line before you restart the pump.<<" in joined

    @given(
        width=st.integers(1, 120),
        texts=st.lists(st.text(min_size=1, max_size=120), min_size=1, max_size=5),
        data=st.data(),
    )
    def test_any_words_fit_any_width(
        self, width: int, texts: list[str], data: st.DataObject
    ) -> None:
        """No line is wider than the view, and no control reaches the terminal."""
        start = data.draw(st.integers(0, len(texts[0]) - 1))
        end = data.draw(st.integers(start + 1, len(texts[0])))
        said = [Said("\x1b[2J", MONDAY, text) for text in texts]
        said[0] = Said("Ann", MONDAY, texts[0], "the accepted answer", (start, end))
        wrapped = wrap_discussion(DiscussionPage("", tuple(said)), width)
        assert lit_lines(wrapped)
        for line in wrapped.lines:
            assert line.cell_len <= max(width, 6)
            assert not any(ord(c) < 32 for c in line.plain if c != "\t")

    def test_what_is_left_out_is_counted(self) -> None:
        """A long discussion says how much of it is not shown."""
        page = DiscussionPage("", (Said("Ann", MONDAY, "x"),), earlier=1_200, later=AROUND)
        told = "\n".join(line.plain for line in wrap_discussion(page, 60).lines)
        assert "1,200 earlier messages" in told
        assert f"{AROUND} later messages" in told


class TestUnderstood:
    """Sentences and headings."""

    def test_a_row_names_its_headings_and_who_says_so(self) -> None:
        """The first heading stands first; the author's own word is marked in words."""
        both = UnderstoodSentence(
            2, "Because \x1b[2Jit hums.", (Facet.WHY, Facet.CUES), by_author=False
        )
        told = sentence_row(both, CATALOGUE, 60).plain
        assert told.startswith("2. Why it works (also: what to look for)\n   Because")
        assert "\x1b" not in told
        mine = UnderstoodSentence(1, "Thanks.", (), by_author=True)
        assert "1. Nothing for a guide" in sentence_row(mine, CATALOGUE, 60).plain
        assert "you said so" in sentence_row(mine, CATALOGUE, 60).plain

    @pytest.mark.parametrize("quality", list(AnswerQuality))
    def test_every_kind_of_answer_has_its_words(self, quality: AnswerQuality) -> None:
        """And so have what differs, and why it is settled."""
        understood = Understood(question(), SAID, quality, (), (), ("You said 3, now 4.",), "Done.")
        lines = quality_told(understood).plain.split("\n")
        assert len(lines) == 3
        assert lines[1:] == ["You said 3, now 4.", "Done."]

    @given(text=st.text(max_size=300), width=st.integers(4, 100))
    def test_set_in_lines_fit(self, text: str, width: int) -> None:
        """Each line begins with the margin and ends within the width."""
        for line in set_in(text, width, 3).split("\n"):
            assert line.startswith("   ")
            assert cell_len(line) <= max(width, 5)


class TestMine:
    """Hours and thanks."""

    def test_hours_by_policy_and_by_ones_own_word(self) -> None:
        """What was not said for oneself is the policy's; a leave and a stop are told."""
        policy = AskPolicy()
        assert "Mon, Tue, Wed, Thu, Fri, 10:00 to 15:00, UTC" in hours_told(ANN, policy)
        own = ANN.model_copy(
            update={
                "timezone": "Europe/Berlin",
                "availability": Availability(
                    weekdays=(1,), from_hour=9, away_until=datetime(2025, 3, 8, 23, tzinfo=UTC)
                ),
            }
        )
        told = hours_told(own, policy)
        assert "Mon, 9:00 to 15:00, Europe/Berlin" in told
        assert "On leave until 8 Mar 2025" in told
        stopped = ANN.model_copy(update={"consent": Consent(opted_out_at=MONDAY)})
        assert "you said stop on 3 Mar 2025" in hours_told(stopped, policy)

    def test_thanks_are_told_where_there_are_any(self) -> None:
        """No zero is counted at anybody."""
        assert thanks_told(0, 0, {}) == ""
        told = thanks_told(2, 1, {"Lena\x1b[2J": 3})
        assert "helped 2 readers" in told
        assert "1 reader said where" in told
        assert "(3 guides)" in told
        assert "\x1b" not in told
