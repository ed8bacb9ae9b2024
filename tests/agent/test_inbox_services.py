"""What people do beside answering: drafts, putting off, enough for now, credit, and meaning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines.embedded import EmbeddedEngine
from agent.inquiry.state import AgentContext
from agent.method.meaning import as_meant
from agent.method.readings import AnswerQuality, AnswerReading, ReadSentence
from agent.method.sentences import own_sentences
from agent.services.answering import MAX_ANSWER, give_answer, go_on, inbox, record_answer
from agent.services.asked import Comes, asked_of, on_desk, what_next
from agent.services.confirming import confirm_guide
from agent.services.drafts import MAX_DRAFT, draft_of, drop_draft, keep_draft, unsent
from agent.services.enough import record_enough, say_enough
from agent.services.guides import drafts_to_confirm
from agent.services.snoozing import snooze, snooze_choices, until_when
from agent.services.sweeping import sweep
from agent.services.understanding import choose_meaning, record_meaning, understand
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import (
    Answer,
    AnswerKind,
    CloseReason,
    Facet,
    InquiryStatus,
    QuestionStatus,
)
from memory.records.people import Credit
from memory.records.policy import AskPolicy, GuidePolicy, Policy
from tests.agent.conftest import EXPERT, OTHER, Guild
from tests.builders import MONDAY, make_message, make_thread

BERLIN = EXPERT.model_copy(update={"timezone": "Europe/Berlin"})
THREE = (
    "You can tell by the hum of the motor. Because air in the line makes the pump run dry. "
    "Never do it while the line is hot."
)


def logged(guild: Guild, action: Action) -> int:
    """How often the log holds an action."""
    with guild.work.store.reading() as unit:
        return sum(1 for line in unit.log.decisions(limit=1_000) if line.action is action)


def only_draft(guild: Guild) -> Guide:
    """The guide of the inquiry."""
    with guild.work.store.reading() as unit:
        guide = unit.guides.guide(Guide.id_of(guild.inquiry_id))
    assert guide is not None
    return guide


@pytest.fixture
def asked(guild: Guild) -> Guild:
    """The expert has an open question."""
    guild.open()
    return guild


@pytest.fixture
def read(guild: Guild) -> Guild:
    """The same, with the engine that reads answers by the catalogue's signals."""
    old = guild.work.context
    policy = Policy(ask=AskPolicy(min_value=-100.0), guide=GuidePolicy(draft_completeness=0.0))
    engine = EmbeddedEngine(old.catalogue, policy)
    said = make_message(
        "m2",
        "Always purge the feed line before you restart the pump. Then open the valve by hand.",
        EXPERT,
        make_thread(),
        sent_at=guild.messages[1].sent_at,
    )
    with guild.work.store.writing() as unit:
        unit.talk.save_messages([said])
    guild.work.policy = policy
    guild.work.__dict__["context"] = AgentContext(
        old.store, old.clock, policy, old.catalogue, engine, old.channel
    )
    guild.open()
    return guild


class TestDrafts:
    """Unsent words."""

    def test_the_last_words_are_kept_and_blanks_end_them(self, asked: Guild) -> None:
        """A draft is what was written last; an emptied field leaves none."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        keep_draft(asked.work, me, question.id, "it")
        keep_draft(asked.work, me, question.id, "it leaves room")
        draft = draft_of(asked.work, EXPERT, question.id)
        assert draft is not None
        assert draft.text == "it leaves room"
        assert asked_of(asked.work, EXPERT).open[0].begun
        assert keep_draft(asked.work, me, question.id, " \n ") is None
        assert draft_of(asked.work, EXPERT, question.id) is None

    def test_sending_ends_the_draft_and_a_late_save_does_not_bring_it_back(
        self, asked: Guild
    ) -> None:
        """After a reply nothing is kept, whatever a slow save still brings."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        keep_draft(asked.work, me, question.id, "it leaves")
        record_answer(asked.work, me, question.id, AnswerKind.REPLY, text="it leaves room")
        assert draft_of(asked.work, EXPERT, question.id) is None
        assert keep_draft(asked.work, me, question.id, "it leaves") is None
        assert draft_of(asked.work, EXPERT, question.id) is None

    def test_a_question_that_closed_keeps_its_draft(self, asked: Guild) -> None:
        """What time cut off stays to be read, and goes only when its writer lets it go."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        keep_draft(asked.work, me, question.id, "half a thought")
        assert not unsent(asked.work, EXPERT)
        asked.clock.at = MONDAY + timedelta(days=20)
        sweep(asked.work)
        assert [one.draft.text for one in unsent(asked.work, EXPERT)] == ["half a thought"]
        keep_draft(asked.work, me, question.id, "half a thought, and more")
        drop_draft(asked.work, me, question.id)
        assert not unsent(asked.work, EXPERT)

    def test_a_refused_answer_leaves_the_draft(self, asked: Guild) -> None:
        """What is too long to be sent says by how much, and is kept."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        words = "x" * (MAX_ANSWER + 7)
        keep_draft(asked.work, me, question.id, words)
        with pytest.raises(UserInputError, match="cut 7"):
            give_answer(asked.work, me, question.id, AnswerKind.REPLY, text=words)
        draft = draft_of(asked.work, EXPERT, question.id)
        assert draft is not None
        assert len(draft.text) == MAX_ANSWER + 7

    def test_a_draft_has_a_stated_limit(self, asked: Guild) -> None:
        """Beyond it nothing is stored, and what was stored before stays."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        keep_draft(asked.work, me, question.id, "before")
        with pytest.raises(UserInputError, match="cut 1"):
            keep_draft(asked.work, me, question.id, "x" * (MAX_DRAFT + 1))
        draft = draft_of(asked.work, EXPERT, question.id)
        assert draft is not None
        assert draft.text == "before"

    def test_nobody_writes_in_anothers_name(self, asked: Guild) -> None:
        """A draft belongs to whom the question was put to."""
        with pytest.raises(PermissionDeniedError):
            keep_draft(asked.work, asked.actor(OTHER), asked.open_question().id, "hello")

    def test_half_a_character_is_no_reason_to_lose_a_draft(self, asked: Guild) -> None:
        """A lone surrogate, as some terminals paste it, is stored as a question mark."""
        question = asked.open_question()
        draft = keep_draft(asked.work, asked.actor(EXPERT), question.id, "a\ud800b")
        assert draft is not None
        assert draft.text == "a?b"


class TestPuttingOff:
    """Snoozing."""

    def test_a_question_put_off_comes_back_and_waits_as_long_again(self, asked: Guild) -> None:
        """It leaves the inbox, nothing else is asked, and its end moves with it."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        until = MONDAY + timedelta(days=7)
        snooze(asked.work, me, question.id, until)
        assert not inbox(asked.work, EXPERT)
        page = asked_of(asked.work, EXPERT)
        assert (len(page.open), len(page.snoozed)) == (0, 1)
        asked.clock.at = until + timedelta(hours=1)
        sweep(asked.work)
        assert [item.question.id for item in inbox(asked.work, EXPERT)] == [question.id]
        assert inbox(asked.work, EXPERT)[0].question.reminded_at is None
        asked.clock.at = until + timedelta(days=3, hours=1)
        sweep(asked.work)
        assert asked.open_question().reminded_at is not None
        asked.clock.at = until + timedelta(days=20)
        sweep(asked.work)
        assert [q.status for q in asked.questions()] == [QuestionStatus.EXPIRED]
        assert logged(asked, Action.SNOOZED) == 1

    def test_a_question_put_off_can_be_answered_all_the_same(self, asked: Guild) -> None:
        """Putting off takes no choice away."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        snooze(asked.work, me, question.id, MONDAY + timedelta(days=3))
        give_answer(asked.work, me, question.id, AnswerKind.REPLY, text="it leaves room")
        assert asked.questions()[0].status is QuestionStatus.ANSWERED

    def test_nobody_puts_off_for_ever(self, asked: Guild) -> None:
        """Beyond the policy's longest wait there is skip, and the message says so."""
        question, me = asked.open_question(), asked.actor(EXPERT)
        with pytest.raises(UserInputError, match="skip it"):
            snooze(asked.work, me, question.id, MONDAY + timedelta(days=61))
        with pytest.raises(PermissionDeniedError):
            snooze(asked.work, asked.actor(OTHER), question.id, MONDAY)
        asked.reply("it leaves room")
        with pytest.raises(UserInputError, match="not open"):
            snooze(asked.work, me, question.id, MONDAY + timedelta(days=1))

    @pytest.mark.parametrize(
        ("words", "day"),
        [("tomorrow", 4), ("Tue", 4), ("mon", 10), ("sunday", 9), ("2025-03-20", 20)],
    )
    def test_days_are_named_on_ones_own_calendar(self, asked: Guild, words: str, day: int) -> None:
        """A named day begins when its person may be asked, in their own time zone."""
        until = until_when(asked.work, BERLIN, words)
        assert until == datetime(2025, 3, day, 9, tzinfo=UTC)

    def test_midnight_is_ones_own(self, asked: Guild) -> None:
        """Late in the evening of UTC it is tomorrow already further east."""
        asked.clock.at = datetime(2025, 3, 3, 23, 30, tzinfo=UTC)
        assert until_when(asked.work, BERLIN, "tomorrow").day == 5

    @pytest.mark.parametrize("words", ["", "soon", "2025-03-03", "1999-01-01", "mo", "9999-12-31x"])
    def test_other_words_are_refused_plainly(self, asked: Guild, words: str) -> None:
        """What is no day to come is told, with an example."""
        with pytest.raises(UserInputError, match=r"no day|not to come"):
            until_when(asked.work, BERLIN, words)

    def test_the_choices_are_days_to_come_each_once(self, asked: Guild) -> None:
        """On a Friday, in three days is Monday: it is offered once."""
        asked.clock.at = datetime(2025, 3, 7, 11, tzinfo=UTC)
        choices = snooze_choices(asked.work, EXPERT)
        assert [choice.until.day for choice in choices] == [8, 10]


class TestEnough:
    """Enough for now."""

    def test_enough_on_an_open_question_goes_on_to_the_draft(self, asked: Guild) -> None:
        """What was told before becomes a draft; nobody has opted out."""
        asked.reply("it leaves room on the page")
        asked.act(AnswerKind.ENOUGH)
        assert [q.status for q in asked.questions()] == [
            QuestionStatus.ANSWERED,
            QuestionStatus.ENOUGH,
        ]
        assert only_draft(asked).status is GuideStatus.DRAFT
        assert logged(asked, Action.SAID_ENOUGH) == 1
        with asked.work.store.reading() as unit:
            member = unit.people.member(EXPERT.id)
        assert member is not None
        assert member.may_be_asked

    def test_enough_before_anything_was_told_closes_silently(self, asked: Guild) -> None:
        """Nobody else is bothered, and it is no opting out."""
        asked.act(AnswerKind.ENOUGH)
        assert asked.inquiry().close_reason is CloseReason.SKIPPED
        assert logged(asked, Action.OPTED_OUT) == 0

    def test_enough_between_two_questions_stops_the_next_one(self, asked: Guild) -> None:
        """Said after sending and before the agent goes on, no further question is delivered."""
        question = asked.open_question()
        answer = record_answer(
            asked.work, asked.actor(EXPERT), question.id, AnswerKind.REPLY, text="it leaves room"
        )
        record_enough(asked.work, asked.actor(EXPERT), asked.inquiry_id)
        record_enough(asked.work, asked.actor(EXPERT), asked.inquiry_id)
        go_on(asked.work, answer)
        assert len(asked.questions()) == 1
        assert only_draft(asked).status is GuideStatus.DRAFT
        assert logged(asked, Action.SAID_ENOUGH) == 1

    def test_enough_with_a_question_waiting_closes_it(self, asked: Guild) -> None:
        """The service for the inquiry closes what is open to the person, too."""
        asked.reply("it leaves room on the page")
        say_enough(asked.work, asked.actor(EXPERT), asked.inquiry_id)
        assert asked.questions()[-1].status is QuestionStatus.ENOUGH
        assert asked.inquiry().status is InquiryStatus.WAITING_FOR_CONFIRMATION

    def test_only_who_was_asked_says_enough(self, asked: Guild) -> None:
        """Nobody ends an inquiry that is not about them."""
        with pytest.raises(PermissionDeniedError):
            say_enough(asked.work, asked.actor(OTHER), asked.inquiry_id)
        with pytest.raises(UserInputError, match="no inquiry"):
            say_enough(asked.work, asked.actor(EXPERT), "inq_0000000000000000")


class TestCredit:
    """How one appears with an answer."""

    def test_the_closest_choice_with_an_answer_holds_in_the_draft(self, asked: Guild) -> None:
        """An answer given by role makes the guide's default for its author; a name does not."""
        me = asked.actor(EXPERT)
        for credit, words in (
            (Credit.ROLE_ONLY, "it leaves room"),
            (Credit.CREDITED, "not on append-only tables"),
        ):
            question = asked.open_question()
            give_answer(asked.work, me, question.id, AnswerKind.REPLY, text=words, credit=credit)
        say_enough(asked.work, me, asked.inquiry_id)
        assert only_draft(asked).credit_of(EXPERT.id, Credit.CREDITED) is Credit.ROLE_ONLY
        confirm_guide(asked.work, me, only_draft(asked).id)
        assert only_draft(asked).confirmations[0].credit is Credit.ROLE_ONLY

    def test_an_answer_under_chatham_house_is_confirmed_one_by_one(self, asked: Guild) -> None:
        """The choice with the answer asks for a yes to each sentence by itself."""
        me, question = asked.actor(EXPERT), asked.open_question()
        give_answer(
            asked.work,
            me,
            question.id,
            AnswerKind.REPLY,
            text="it leaves room",
            credit=Credit.CHATHAM_HOUSE,
        )
        say_enough(asked.work, me, asked.inquiry_id)
        with pytest.raises(UserInputError, match="Chatham House"):
            confirm_guide(asked.work, me, only_draft(asked).id)

    def test_only_words_are_credited(self, asked: Guild) -> None:
        """A skip has no author to name; the record cannot hold it either."""
        question = asked.open_question()
        me, skip = asked.actor(EXPERT), AnswerKind.SKIP
        with pytest.raises(UserInputError, match="only an answer"):
            give_answer(asked.work, me, question.id, skip, credit=Credit.CREDITED)
        with pytest.raises(ValueError, match="only words"):
            Answer(
                id=Answer.id_of(question.id),
                community_id=question.community_id,
                question_id=question.id,
                member_id=EXPERT.id,
                kind=AnswerKind.SKIP,
                credit=Credit.CREDITED,
                given_at=MONDAY,
            )


class TestMeaning:
    """What an answer is understood to say."""

    def test_every_sentence_is_shown_with_what_it_is_about(self, read: Guild) -> None:
        """What is shown is what the guide would put it under."""
        question = read.open_question()
        read.reply(THREE)
        found = understand(read.work, EXPERT, question.id)
        assert [each.number for each in found.sentences] == [1, 2, 3]
        assert found.sentences[1].facets[0] is Facet.WHY
        assert not any(each.by_author for each in found.sentences)
        with read.work.store.reading() as unit:
            claims = {c.text.rstrip("."): c.facet for c in unit.guides.claims(read.inquiry_id)}
        for each in found.sentences:
            assert claims[each.text.rstrip(".")] is each.facets[0]

    def test_an_authors_word_outweighs_the_reading(self, read: Guild) -> None:
        """Coverage and claims follow it; the message stays as it was written."""
        question = read.open_question()
        read.reply(THREE)
        before = understand(read.work, EXPERT, question.id)
        after = choose_meaning(read.work, read.actor(EXPERT), question.id, 2, Facet.WHATIF)
        assert after.message == before.message
        assert after.sentences[1].facets == (Facet.WHATIF,)
        assert after.sentences[1].by_author
        with read.work.store.reading() as unit:
            known = {c.facet: c for c in unit.inquiries.coverage(read.inquiry_id)}
        assert any("run dry" in span.quote for span in known[Facet.WHATIF].evidence)
        assert logged(read, Action.MEANING_CHOSEN) == 1

    def test_nothing_for_a_guide_keeps_a_sentence_out(self, read: Guild) -> None:
        """What its author says is nothing is no claim and stands in no draft."""
        question, me = read.open_question(), read.actor(EXPERT)
        read.reply(THREE)
        choose_meaning(read.work, me, question.id, 3, None)
        say_enough(read.work, me, read.inquiry_id)
        printed = " ".join(s.text for s in only_draft(read).current.sentences())
        assert "line is hot" not in printed
        assert "run dry" in printed

    def test_a_draft_that_stands_is_written_anew(self, read: Guild) -> None:
        """Said before a yes, it moves the sentence to its section in a new version."""
        question, me = read.open_question(), read.actor(EXPERT)
        read.reply(THREE)
        say_enough(read.work, me, read.inquiry_id)
        first = only_draft(read).current
        choose_meaning(read.work, me, question.id, 2, Facet.PITFALLS)
        second = only_draft(read).current
        assert second.number > first.number
        pitfalls = [
            s for part in second.sections if part.facet is Facet.PITFALLS for s in part.sentences
        ]
        assert any("run dry" in s.text for s in pitfalls)
        assert read.inquiry().status is InquiryStatus.WAITING_FOR_CONFIRMATION

    def test_said_while_the_draft_is_written_it_is_not_lost(self, read: Guild) -> None:
        """A word between the answer and the draft is in the very first version."""
        question, me = read.open_question(), read.actor(EXPERT)
        answer = record_answer(read.work, me, question.id, AnswerKind.REPLY, text=THREE)
        record_enough(read.work, me, read.inquiry_id)
        record_meaning(read.work, me, question.id, 2, Facet.PITFALLS)
        go_on(read.work, answer)
        sections = {part.facet: part.sentences for part in only_draft(read).current.sections}
        assert any("run dry" in s.text for s in sections[Facet.PITFALLS])
        assert not only_draft(read).current.number > 2

    def test_past_its_draft_the_guide_itself_is_corrected(self, read: Guild) -> None:
        """After the yes of its author an answer's meaning is settled, and it says where to go."""
        question, me = read.open_question(), read.actor(EXPERT)
        read.reply(THREE)
        say_enough(read.work, me, read.inquiry_id)
        confirm_guide(read.work, me, only_draft(read).id)
        with pytest.raises(UserInputError, match="My words"):
            record_meaning(read.work, me, question.id, 1, None)

    def test_bad_input_changes_nothing(self, read: Guild) -> None:
        """An unknown sentence, an unanswered question, another's answer: each is told."""
        question, me = read.open_question(), read.actor(EXPERT)
        with pytest.raises(UserInputError, match="no answer in words"):
            understand(read.work, EXPERT, question.id)
        read.reply(THREE)
        with pytest.raises(UserInputError, match="sentences 1 to 3"):
            record_meaning(read.work, me, question.id, 4, None)
        with pytest.raises(PermissionDeniedError):
            record_meaning(read.work, read.actor(OTHER), question.id, 1, None)
        with pytest.raises(PermissionDeniedError):
            understand(read.work, OTHER, question.id)
        assert logged(read, Action.MEANING_CHOSEN) == 0


@given(st.dictionaries(st.integers(0, 3), st.sampled_from([*Facet, None])))
def test_only_what_its_author_spoke_of_changes(chosen: dict[int, Facet | None]) -> None:
    """Whatever is said of some sentences, the others are read as before, in order."""
    text = "First one here. Second one there. Third one too. Fourth one last."
    message = make_message("a", text, EXPERT, make_thread())
    sentences = own_sentences(message)
    reading = AnswerReading(
        AnswerQuality.INFORMATIVE, tuple(ReadSentence(s, ()) for s in sentences[:3])
    )
    meant = {sentences[n].start: facet for n, facet in chosen.items()}
    after = as_meant(reading, message, meant)
    starts = [read.sentence.start for read in after.sentences]
    assert starts == sorted(starts)
    for place, sentence in enumerate(sentences):
        found = [read for read in after.sentences if read.sentence == sentence]
        if place not in chosen:
            assert found == [read for read in reading.sentences if read.sentence == sentence]
        elif (facet := chosen[place]) is None:
            assert not found
        else:
            assert [reading.facet for reading in found[0].facets] == [facet]
            assert found[0].by_author
    informative = after.quality is AnswerQuality.INFORMATIVE
    assert informative == bool(after.sentences)


class TestWhatComesNext:
    """What is told after an answer."""

    def test_each_turn_has_its_word(self, asked: Guild) -> None:
        """One more question, then another day, then the draft to confirm, then the steward."""
        asked.reply("it leaves room")
        coming = what_next(asked.work, EXPERT, asked.inquiry_id)
        assert coming.comes is Comes.QUESTION
        assert coming.question == asked.open_question()
        asked.reply("not on append-only tables")
        assert what_next(asked.work, EXPERT, asked.inquiry_id).comes is Comes.LATER
        say_enough(asked.work, asked.actor(EXPERT), asked.inquiry_id)
        coming = what_next(asked.work, EXPERT, asked.inquiry_id)
        assert (coming.comes, coming.guide_id) == (Comes.CONFIRM, only_draft(asked).id)
        assert [g.id for g in on_desk(asked.work, EXPERT).to_confirm] == [only_draft(asked).id]
        assert [g.id for g in drafts_to_confirm(asked.work, EXPERT)] == [only_draft(asked).id]
        confirm_guide(asked.work, asked.actor(EXPERT), only_draft(asked).id)
        assert what_next(asked.work, EXPERT, asked.inquiry_id).comes is Comes.OTHERS

    def test_an_end_has_its_reason(self, asked: Guild) -> None:
        """A skipped inquiry says why it ended."""
        asked.act(AnswerKind.SKIP)
        coming = what_next(asked.work, EXPERT, asked.inquiry_id)
        assert (coming.comes, coming.ended) == (Comes.ENDED, CloseReason.SKIPPED)
