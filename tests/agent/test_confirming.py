"""What an expert may do with what will be published, or is published, in their name."""

from __future__ import annotations

import pytest

from agent.services.confirming import confirm_guide, numbered_sentences
from agent.services.correcting import correct_sentence, strike_sentences
from agent.services.mine import in_my_name
from agent.services.recall import ask_memory
from agent.services.withdrawing import withdraw_words
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Decision, GuideStatus
from memory.records.inquiry import CloseReason, InquiryStatus
from memory.records.people import Credit
from memory.records.talk import MessageKind
from tests.agent.conftest import ASKER, EXPERT, OTHER, STEWARD, Guild
from tests.agent.two_authors import SAID, Pair
from tests.builders import COMMUNITY

NEW = "small tables gain a little from it"


@pytest.fixture
def pair(guild: Guild) -> Pair:
    """A draft by two authors that waits for both."""
    made = Pair(guild)
    made.begin()
    return made


def published(pair: Pair) -> Pair:
    """The same after everybody's yes and the steward's approval."""
    pair.confirm(EXPERT)
    pair.confirm(OTHER)
    assert pair.review(Decision.APPROVE).status is GuideStatus.PUBLISHED
    return pair


def actions(pair: Pair) -> list[Action]:
    """What the log holds, oldest first."""
    with pair.guild.work.store.reading() as unit:
        return [line.action for line in unit.log.decisions(limit=1_000)]


def texts(pair: Pair) -> list[str]:
    """The sentences of the present version."""
    return [sentence.text for sentence in pair.guide.current.sentences()]


def test_every_sentence_is_shown_with_the_words_it_rests_on(pair: Pair) -> None:
    """A number, who stands behind it, whose yes is missing, and where each word was said."""
    guide, sentences = numbered_sentences(pair.guild.work, pair.guide.id)
    assert [each.number for each in sentences] == list(range(1, 6))
    assert sentences[0].sentence.author_ids == (EXPERT.id, OTHER.id)
    assert sentences[0].missing == (EXPERT.id, OTHER.id)
    for each in sentences:
        for source in each.sources:
            place = source.message.text[source.span.start : source.span.end]
            assert place == source.span.quote
            assert source.thread.id == source.message.thread_id
    assert guide.awaiting() == (EXPERT.id, OTHER.id)


def test_a_yes_is_given_sentence_by_sentence(pair: Pair) -> None:
    """The last sentence of the last author sends the guide on, and not one before."""
    first, *rest = pair.numbers_of(EXPERT)
    assert pair.confirm(EXPERT, first).missing(EXPERT.id)
    pair.confirm(OTHER)
    for number in rest:
        assert pair.status() is GuideStatus.DRAFT
        pair.confirm(EXPERT, number)
    assert pair.status() is GuideStatus.CONFIRMED
    assert pair.guild.inquiry().status is InquiryStatus.WAITING_FOR_REVIEW


def test_nobody_says_yes_for_somebody_else(pair: Pair) -> None:
    """Another's sentence is refused, with the numbers of one's own; strangers have none."""
    foreign = next(n for n in pair.numbers_of(OTHER) if n not in pair.numbers_of(EXPERT))
    with pytest.raises(PermissionDeniedError, match="yours: 1, 2, 3"):
        pair.confirm(EXPERT, foreign)
    with pytest.raises(PermissionDeniedError, match="somebody else's"):
        pair.strike(EXPERT, foreign)
    with pytest.raises(PermissionDeniedError, match="somebody else's"):
        pair.correct(EXPERT, foreign, "other words")
    for act in (confirm_guide, withdraw_words):
        with pytest.raises(PermissionDeniedError, match="none of your words"):
            act(pair.guild.work, pair.guild.actor(ASKER), pair.guide.id)
    with pytest.raises(UserInputError, match="1 to 5"):
        pair.confirm(EXPERT, 9)


def test_a_correction_is_an_answer_with_its_own_span(pair: Pair) -> None:
    """The new words are a private message of the author's, cited in the old sentence's place."""
    before = pair.guide.current.sentences()[3]
    pair.confirm(OTHER)
    pair.correct(OTHER, 4, NEW)
    after = pair.guide
    sentence = after.current.sentences()[3]
    assert sentence.text == f"{NEW}."
    (span,) = sentence.evidence
    with pair.guild.work.store.reading() as unit:
        message = unit.talk.message(span.message_id)
        kept = unit.guides.versions(after.id)
    assert message is not None
    assert (message.kind, message.author_id) == (MessageKind.INTERVIEW, OTHER.id)
    assert message.text[span.start : span.end] == NEW
    assert before in kept[0].sentences()
    assert after.current.number == 2
    assert after.missing(OTHER.id) == ()
    assert after.current.trail[-1].part == "corrected"
    pair.assert_all_is_well()


def test_a_correction_that_contradicts_is_taken_and_noted(pair: Pair) -> None:
    """People may change their mind; the difference is told and stands in the log."""
    changed = pair.correct(OTHER, 4, "small tables gain everything from it, not nothing")
    assert pair.guide.current.sentences()[3].text.startswith("small tables gain everything")
    assert bool(changed.differs) == (Action.ANSWER_DIFFERS in actions(pair))


@pytest.mark.parametrize(
    ("text", "told"),
    [(" \n", "needs words"), ("x" * 1_001, "1,000"), ("> quoted\n> words", "of your own")],
)
def test_a_bad_correction_changes_nothing(pair: Pair, text: str, told: str) -> None:
    """Empty, over-long or quoted words are refused, and the draft stays as it was."""
    before = pair.guide
    actor = pair.guild.actor(OTHER)
    with pytest.raises(UserInputError, match=told):
        correct_sentence(pair.guild.work, actor, before.id, 4, text)
    assert pair.guide == before


def test_corrections_and_strikes_survive_a_redraft_and_a_restart(pair: Pair) -> None:
    """A steward sends it back, checkpoints are lost, an engine drafts anew: they still hold."""
    pair.correct(OTHER, 4, NEW)
    pair.strike(EXPERT, 2)
    pair.confirm(EXPERT)
    pair.confirm(OTHER)
    pair.review(Decision.REVISE)
    for file in pair.guild.work.home.path.glob("checkpoints*"):
        file.unlink()
    pair.guild.clock.forward(days=14)
    pair.guild.advance()
    assert pair.answer("watch the bloat for a week")
    assert f"{NEW}." in texts(pair)
    assert "watch the bloat for a week" in texts(pair)
    assert SAID[EXPERT.id][1] not in texts(pair)
    assert SAID[OTHER.id][1] not in texts(pair)
    pair.assert_all_is_well()


def test_a_corrected_sentence_can_be_corrected_again_and_back(pair: Pair) -> None:
    """The latest words stand, even where they are the first ones again."""
    pair.correct(OTHER, 4, NEW)
    pair.correct(OTHER, 4, "tiny tables gain nothing")
    assert f"{NEW}." not in texts(pair)
    pair.correct(OTHER, 4, NEW)
    assert texts(pair).count(f"{NEW}.") == 1
    assert "tiny tables gain nothing." not in texts(pair)


def test_of_a_shared_sentence_only_ones_own_part_goes(pair: Pair) -> None:
    """Who struck theirs leaves the other's: unchanged where the wording is the other's."""
    pair.confirm(EXPERT)
    pair.strike(OTHER, 1)
    summary = pair.guide.current.summary
    assert summary.text == SAID[EXPERT.id][0]
    assert (summary.author_ids, len(summary.evidence)) == ((EXPERT.id,), 1)
    assert pair.guide.missing(EXPERT.id) == ()
    pair.assert_all_is_well()


def test_wording_goes_with_its_author(pair: Pair) -> None:
    """Without whose wording it was, the other's own words stand there and need their yes."""
    pair.confirm(OTHER)
    pair.strike(EXPERT, 1)
    assert pair.guide.current.summary.text == f"{SAID[OTHER.id][0]}."
    assert pair.guide.missing(OTHER.id) != ()
    pair.assert_all_is_well()


def test_without_its_summary_a_guide_begins_with_what_to_do(pair: Pair) -> None:
    """What to do takes the summary's place, and its yes stays valid."""
    pair.confirm(EXPERT)
    pair.confirm(OTHER)
    pair.strike(OTHER, 1)
    pair.strike(EXPERT, 1)
    assert pair.guide.current.summary.text == SAID[EXPERT.id][1]
    assert pair.status() is GuideStatus.CONFIRMED


def test_a_draft_with_too_little_left_is_let_go(pair: Pair) -> None:
    """The inquiry ends, and says why; nothing of the draft is shown any more."""
    pair.withdraw(EXPERT)
    assert pair.status() is GuideStatus.DRAFT
    assert pair.withdraw(OTHER).let_go
    assert pair.status() is GuideStatus.RETRACTED
    assert pair.guild.inquiry().close_reason is CloseReason.NOT_CONFIRMED
    with pytest.raises(UserInputError, match="withdrawn already"):
        withdraw_words(pair.guild.work, pair.guild.actor(OTHER), pair.guide.id)


def test_a_strike_after_publication_holds_at_once_and_needs_nobody(pair: Pair) -> None:
    """Taking words away keeps the guide out, approved as it was, and level with the index."""
    published(pair)
    pair.strike(OTHER, 5)
    after = pair.guide
    assert (after.status, after.current.number) == (GuideStatus.PUBLISHED, 2)
    assert SAID[OTHER.id][2] not in texts(pair)
    assert pair.guild.inquiry().status is InquiryStatus.PUBLISHED
    pair.assert_all_is_well()


def test_a_correction_after_publication_leaves_the_search_until_approved(pair: Pair) -> None:
    """The wrong sentence is served no more; the new one only after a steward's approval."""
    published(pair)
    pair.correct(OTHER, 4, NEW)
    assert pair.status() is GuideStatus.CONFIRMED
    assert pair.guild.work.index.count() == 0
    assert not ask_memory(pair.guild.work, COMMUNITY, SAID[OTHER.id][1]).guides
    assert pair.review(Decision.APPROVE).status is GuideStatus.PUBLISHED
    assert f"{NEW}." in texts(pair)
    assert actions(pair).count(Action.GUIDE_PUBLISHED) == 2
    pair.assert_all_is_well()


def test_a_withdrawal_after_publication_leaves_the_others_words(pair: Pair) -> None:
    """The guide goes on, published, in the words of the other, whose yes stays valid."""
    published(pair)
    pair.withdraw(OTHER)
    after = pair.guide
    assert (after.status, after.current.authors()) == (GuideStatus.PUBLISHED, (EXPERT.id,))
    assert all(step.author_id != OTHER.id for step in after.current.trail)
    with pair.guild.work.store.reading() as unit:
        told = [unit.talk.message(a.message_id or "") for a in unit.inquiries.answers_of(OTHER.id)]
    assert [message.text for message in told if message] == [""]
    pair.assert_all_is_well()


def test_the_last_withdrawal_retracts_a_published_guide(pair: Pair) -> None:
    """With nothing left, it leaves the search and every list, and the inquiry is closed."""
    published(pair)
    pair.withdraw(OTHER)
    assert pair.withdraw(EXPERT).let_go
    assert pair.guild.work.index.count() == 0
    assert pair.guild.inquiry().close_reason is CloseReason.WITHDRAWN
    mine = in_my_name(pair.guild.work, EXPERT)
    assert (mine.others, mine.answers, mine.withdrawn) == ((), (), 1)


def test_answers_may_stay_as_raw_notes(pair: Pair) -> None:
    """Only if their author says so are they kept, and even then they are quoted nowhere."""
    published(pair)
    actor = pair.guild.actor(OTHER)
    withdraw_words(pair.guild.work, actor, pair.guide.id, keep_answers=True)
    with pair.guild.work.store.reading() as unit:
        (told,) = [
            unit.talk.message(a.message_id or "") for a in unit.inquiries.answers_of(OTHER.id)
        ]
    assert told is not None
    assert told.text
    pair.taken_back |= set(SAID[OTHER.id])
    pair.assert_all_is_well()


def test_who_withdrew_is_not_drafted_from_again(pair: Pair) -> None:
    """A revision after a withdrawal neither asks nor quotes the one who left."""
    pair.withdraw(EXPERT)
    pair.confirm(OTHER)
    pair.review(Decision.REVISE)
    pair.guild.clock.forward(days=14)
    pair.guild.advance()
    while pair.answer("watch the bloat for a week"):
        pass
    assert pair.guide.current.authors() == (OTHER.id,)
    pair.assert_all_is_well()


def test_chatham_house_asks_for_a_yes_to_each_sentence(pair: Pair) -> None:
    """All at once is refused with how to do it; by number it works, or in one's own rewording."""
    pair.credit(EXPERT, Credit.CHATHAM_HOUSE)
    with pytest.raises(UserInputError, match="--sentence N"):
        pair.confirm(EXPERT)
    first, second, third = pair.numbers_of(EXPERT)
    pair.confirm(EXPERT, first)
    pair.confirm(EXPERT, second)
    pair.correct(EXPERT, third, "rows keep room to grow")
    assert pair.guide.missing(EXPERT.id) == ()


def test_going_over_to_chatham_house_takes_back_a_yes_to_all(pair: Pair) -> None:
    """Before publication, what was confirmed together has to be approved one by one."""
    pair.confirm(EXPERT)
    pair.confirm(OTHER)
    pair.credit(EXPERT, Credit.CHATHAM_HOUSE)
    assert pair.status() is GuideStatus.DRAFT
    assert len(pair.guide.missing(EXPERT.id)) == 3
    assert pair.guide.missing(OTHER.id) == ()
    pair.confirm(EXPERT, *pair.numbers_of(EXPERT))
    assert pair.status() is GuideStatus.CONFIRMED


def test_a_new_default_reaches_published_guides_but_names_nobody(pair: Pair) -> None:
    """Closer modes hold at once everywhere; a more open one only for guides to come."""
    published(pair)
    pair.credit(EXPERT, Credit.CHATHAM_HOUSE, default=True)
    assert pair.guide.credit_of(EXPERT.id, Credit.CREDITED) is Credit.CHATHAM_HOUSE
    assert pair.status() is GuideStatus.PUBLISHED
    pair.credit(EXPERT, Credit.CREDITED, default=True)
    assert pair.guide.credit_of(EXPERT.id, Credit.CREDITED) is Credit.CHATHAM_HOUSE
    pair.credit(EXPERT, Credit.ROLE_ONLY)
    assert pair.guide.credit_of(EXPERT.id, Credit.CREDITED) is Credit.ROLE_ONLY
    pair.credit(EXPERT, Credit.CHATHAM_HOUSE, default=True)
    assert pair.guide.credit_of(EXPERT.id, Credit.CREDITED) is Credit.ROLE_ONLY


def test_an_edit_stays_within_its_sources(pair: Pair) -> None:
    """A claim that is added is refused in words; a faithful one needs that author's yes again."""
    pair.confirm(EXPERT)
    pair.confirm(OTHER)
    with pytest.raises(UserInputError, match="not in the cited words"):
        pair.edit(4, "small tables gain nothing from it on Windows")
    assert pair.guide.current.number == 1
    pair.edit(4, "Small tables gain nothing")
    after = pair.guide
    assert (after.status, after.awaiting()) == (GuideStatus.DRAFT, (OTHER.id,))
    assert len(after.missing(OTHER.id)) == 1
    pair.confirm(OTHER)
    assert pair.review(Decision.APPROVE).status is GuideStatus.PUBLISHED


def test_only_a_steward_edits_and_only_before_deciding(pair: Pair) -> None:
    """Authors correct; stewards edit what waits for them."""
    with pytest.raises(UserInputError, match="does not wait"):
        pair.edit(4, "Small tables gain nothing")
    from agent.services.reviewing import edit_sentence

    with pytest.raises(PermissionDeniedError, match="steward"):
        edit_sentence(pair.guild.work, pair.guild.actor(ASKER), pair.guide.id, 4, "Nothing")


def test_of_two_at_once_the_second_is_told(pair: Pair) -> None:
    """Whoever looked at a version that has changed meanwhile changes nothing."""
    actor, work = pair.guild.actor(OTHER), pair.guild.work
    strike_sentences(work, actor, pair.guide.id, [5], version=1)
    before = pair.guide
    with pytest.raises(UserInputError, match="changed meanwhile"):
        strike_sentences(work, actor, before.id, [4], version=1)
    with pytest.raises(UserInputError, match="changed meanwhile"):
        correct_sentence(work, actor, before.id, 4, NEW, version=1)
    with pytest.raises(UserInputError, match="changed meanwhile"):
        confirm_guide(work, actor, before.id, version=1)
    assert pair.guide == before


def test_every_act_stands_in_the_log(pair: Pair) -> None:
    """Who did what, in codes; never a word of it."""
    pair.correct(OTHER, 4, NEW)
    pair.strike(EXPERT, 2)
    pair.credit(OTHER, Credit.ROLE_ONLY)
    pair.withdraw(EXPERT)
    done = actions(pair)
    for action in (
        Action.SENTENCE_CORRECTED,
        Action.SENTENCE_STRUCK,
        Action.CREDIT_CHOSEN,
        Action.GUIDE_WITHDRAWN,
    ):
        assert action in done
    assert STEWARD.id not in pair.guide.current.authors()
