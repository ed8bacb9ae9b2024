"""A guide says what experts said, once, in a reader's order, and each sentence stands alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.grounding import verify_version
from agent.method.leads import only_recorded
from agent.method.readings import AnswerQuality
from agent.method.standing import dangles, says_something, trimmed
from agent.method.synthesis import READING_ORDER, claims_of, draft_guide
from agent.method.titles import title_of
from memory.records.guide import Guide, GuideVersion
from memory.records.inquiry import Facet, FacetStatus
from memory.records.talk import EvidenceSpan, Message, MessageKind
from tests.method import coffee


def draft(
    *messages: Message,
    probes: tuple[tuple[Facet, str, str], ...] = coffee.PROBES,
    title: str = "How do I descale a drip machine?",
    quality: AnswerQuality = AnswerQuality.INFORMATIVE,
    max_words: int = 700,
) -> GuideVersion | None:
    """Draft a guide on the second message."""
    moment, view = messages[1], coffee.view(*messages, title=title)
    asked = coffee.interview(moment, probes, quality)
    claims = claims_of(coffee.inquiry(moment), view, asked, moment.id, coffee.DETECTOR)
    return draft_guide(
        Guide.id_of(coffee.inquiry(moment).id),
        1,
        claims,
        view,
        asked,
        coffee.coverage(moment, *(answer for _, answer, _ in asked)),
        coffee.CATALOGUE,
        coffee.START,
        max_words=max_words,
    )


def whole() -> GuideVersion:
    """The guide of the standard thread."""
    version = draft(coffee.QUESTION, coffee.MOMENT)
    assert version is not None
    return version


def test_guide_is_deterministic() -> None:
    """The same words give the same guide."""
    assert whole() == whole()


def test_every_sentence_is_grounded_and_cited() -> None:
    """A drafted guide passes its own gate, with full recall and precision of citations."""
    version = whole()
    asked = coffee.interview(coffee.MOMENT)
    messages = (coffee.QUESTION, coffee.MOMENT, *(answer for _, answer, _ in asked))
    texts = {m.id: m.text for m in messages}
    title = "How do I descale a drip machine?"
    assert verify_version(version, texts, thread_title=title) == ()
    assert (version.measures.citation_recall, version.measures.citation_precision) == (1.0, 1.0)


def test_asked_facets_become_sections_in_reading_order() -> None:
    """An answer stands under the facet that was asked, and sections keep the reader's order."""
    facets = [section.facet for section in whole().sections]
    assert {Facet.CHECK, Facet.WHY, Facet.BOUNDARY} <= set(facets)
    assert facets == sorted(facets, key=READING_ORDER.index)


def test_summary_is_the_advice_most_asked_about() -> None:
    """The sentence that most questions quote leads, with the one before that it needs."""
    assert whole().summary.text == (
        "Ordinary white vinegar works, but the smell bothers some people. If so, use citric acid."
    )


def test_no_sentence_stands_twice() -> None:
    """No span is printed as a sentence of its own in two places."""
    spans = [s.evidence[0] for s in whole().sentences()]
    assert len(spans) == len(set(spans))
    printed = " ".join(s.text for s in whole().sentences())
    assert printed.count("use citric acid.") == 1


def test_chatter_stays_out() -> None:
    """Greetings and thanks are not knowledge."""
    printed = " ".join(s.text for s in whole().sentences())
    for chatter in ("Hi there", "Hope this helps", "Thanks for asking", "Well,"):
        assert chatter not in printed


def test_answer_that_opens_with_a_pronoun_says_what_it_is_about() -> None:
    """`It ...` at the start of an answer stands behind the recorded question, in its own words."""
    why = next(s for s in whole().sections if s.facet is Facet.WHY).sentences[0]
    assert why.text.startswith("It leaves no smell")
    assert '"use citric acid"' in why.asked
    assert "use citric acid" not in [span.quote for span in why.evidence]


def test_open_facets_fall_by_weight_and_exclude_what_is_told() -> None:
    """A guide names what nobody has said, the weightiest first."""
    version = whole()
    told = {section.facet for section in version.sections}
    weights = [coffee.CATALOGUE.facets[facet].weight for facet in version.open_facets]
    assert weights == sorted(weights, reverse=True)
    assert not told & set(version.open_facets)


def test_trail_tells_the_debate_in_order() -> None:
    """Asked, said, then each question of the agent and its answer."""
    parts = [step.part for step in whole().trail]
    assert parts == ["asked", "said", *(["the agent asked", "explained"] * 3)]


def test_same_words_of_two_experts_are_merged_with_both_citations() -> None:
    """What somebody else said in the same words stands once and cites both."""
    said = "You should always rinse the machine with clean water because the acid stays inside."
    one = coffee.message(
        "a1", coffee.EXPERT, MessageKind.ANSWER, f"Use citric acid. I rinse twice. {said}"
    )
    two = coffee.message("a22", coffee.OTHER, MessageKind.ANSWER, said)
    version = draft(coffee.QUESTION, one, two, probes=((Facet.GOAL, "Use citric acid", "A lot."),))
    assert version is not None
    cited = [s for s in version.sentences() if said in s.text]
    assert len(cited) == 1
    assert {span.message_id for span in cited[0].evidence} == {one.id, two.id}
    assert cited[0].author_ids == (coffee.EXPERT.id, coffee.OTHER.id)
    assert version.authors() == (coffee.EXPERT.id, coffee.OTHER.id)


def test_summary_that_leans_on_the_question_names_what_it_means() -> None:
    """`Kill it.` says in brackets what was spoken of, in the asker's words, and stays grounded."""
    asked = coffee.message(
        "q",
        coffee.ASKER,
        MessageKind.CHAT,
        "How do I fill a column? The single UPDATE runs all day",
    )
    moment = coffee.message("a1", coffee.EXPERT, MessageKind.CHAT, "Kill it. Use small batches.")
    probes = ((Facet.WHY, "Use small batches", "Because each batch lets the replica catch up."),)
    version = draft(asked, moment, probes=probes, title="")
    assert version is not None
    assert version.summary.text == "Kill [the single UPDATE]. Use small batches."
    assert version.measures.citation_recall == 1.0


def test_word_limit_drops_the_lowest_value() -> None:
    """A guide never exceeds its words."""
    version = draft(coffee.QUESTION, coffee.MOMENT, max_words=45)
    assert version is not None
    assert version.measures.words <= 45


def test_very_long_answer_gives_a_guide_within_its_words() -> None:
    """An answer of a thousand sentences is cut to the limit, not printed whole."""
    long = "".join(f"Rinse {n} times because scale stays. " for n in range(1000))
    version = draft(coffee.QUESTION, coffee.MOMENT, probes=((Facet.WHY, "use citric acid", long),))
    assert version is not None
    assert 600 < version.measures.words <= 700


def test_endless_sentence_is_a_paste_and_stays_out() -> None:
    """A sentence of a hundred thousand characters is never printed."""
    paste = "".join(f"rinse the {n} part " for n in range(6000))
    moment = coffee.message("a1", coffee.EXPERT, MessageKind.ANSWER, f"Use citric acid. {paste}")
    said = "Because it leaves no smell in the plastic."
    version = draft(coffee.QUESTION, moment, probes=((Facet.WHY, "Use citric acid", said),))
    assert version is not None
    assert version.measures.words < 50


def test_vague_answers_add_nothing() -> None:
    """A hedged non-answer brings no claim into the guide."""
    version = draft(coffee.QUESTION, coffee.MOMENT, quality=AnswerQuality.VAGUE)
    answers = {coffee.interview(coffee.MOMENT)[n][1].id for n in range(3)}
    spans = [] if version is None else [e for s in version.sentences() for e in s.evidence]
    assert not answers & {span.message_id for span in spans}


def test_nothing_to_say_gives_no_guide() -> None:
    """One terse sentence without an answer is no guide."""
    terse = coffee.message("a1", coffee.EXPERT, MessageKind.ANSWER, "Use citric acid.")
    assert draft(coffee.QUESTION, terse, probes=()) is None


def test_thread_without_title_takes_the_question() -> None:
    """A chat thread's title is the question it opens with, verbatim, without its greeting."""
    asked = coffee.message(
        "q", coffee.ASKER, MessageKind.CHAT, "Hi all, how do I descale a drip machine?"
    )
    version = draft(asked, coffee.MOMENT, title="")
    assert version is not None
    assert version.title == "How do I descale a drip machine?"
    assert version.title_evidence.quote == "how do I descale a drip machine?"


@pytest.mark.parametrize(
    ("opener", "answer", "title"),
    [
        (
            "DELETE of all 2022 rows from `events` runs since 6 h, replica lag climbs. let it go?",
            "Stop the DELETE on `events`, detach the partitions.",
            "DELETE of all 2022 rows from `events` runs since 6 h, replica lag climbs",
        ),
        (
            "`pg_stat_user_indexes` says idx_scan = 0 for `orders_idx` (6 GB). May I drop it?",
            "Check idx_scan on the replicas, then drop it.",
            "`pg_stat_user_indexes` says idx_scan = 0 for `orders_idx`",
        ),
        (
            "hi team, so the payment jobs hang every night when the provider is slow. bigger pool?",
            "Get the provider call out of the payment transaction.",
            "The payment jobs hang every night when the provider is slow. bigger pool?",
        ),
        (
            "How do you fill a new column on a big table? The single UPDATE runs since today",
            "Fill the column in batches of 5000.",
            "How do you fill a new column on a big table?",
        ),
    ],
)
def test_title_of_a_chat_names_its_topic(opener: str, answer: str, title: str) -> None:
    """A stranger learns from the title what the matter is, in words of the first message."""
    asked = coffee.message("q", coffee.ASKER, MessageKind.CHAT, opener)
    moment = coffee.message("a1", coffee.EXPERT, MessageKind.CHAT, answer)
    central = EvidenceSpan.of(moment, 0, len(answer))
    told, basis = title_of(coffee.view(asked, moment, title=""), moment, central)
    assert told == title
    assert basis.quote.casefold() == title.casefold()


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.text(min_size=1, max_size=80))
def test_any_title_is_verbatim_and_whole(opener: str, answer: str) -> None:
    """Whatever opens a chat, its title is somebody's own words, with backticks in pairs."""
    asked = coffee.message("q", coffee.ASKER, MessageKind.CHAT, opener)
    moment = coffee.message("a1", coffee.EXPERT, MessageKind.CHAT, f"Use citric acid. {answer}")
    central = EvidenceSpan.of(moment, 0, len("Use citric acid."))
    told, basis = title_of(coffee.view(asked, moment, title=""), moment, central)
    assert basis.quote in (asked.text if basis.message_id == asked.id else moment.text)
    assert told[1:] == " ".join(basis.quote.split())[1:]
    assert told.count("`") % 2 == 0 or basis.message_id == moment.id


def test_summary_is_the_whole_directive() -> None:
    """Short orders that belong together stand together, each cited; reasons do not join them."""
    said = "Kill it. Use citric acid, rinse twice. Never vinegar. Because vinegar smells."
    moment = coffee.message("a1", coffee.EXPERT, MessageKind.ANSWER, said)
    version = draft(coffee.QUESTION, moment, probes=((Facet.WHY, "rinse twice", "Acid stays in."),))
    assert version is not None
    assert version.summary.text.startswith("Kill it. Use citric acid, rinse twice.")
    assert "Because" not in version.summary.text
    assert len(version.summary.evidence) >= len(("Kill it.", "Use citric acid, rinse twice."))
    sections = " ".join(s.text for section in version.sections for s in section.sentences)
    assert "Kill it" not in sections


def test_answer_stays_together_under_the_facet_that_was_asked() -> None:
    """A later sentence of an answer leaves the asked facet only where it is sure of another."""
    check = "The water comes out clear. If it stays cloudy, look for scale in the tank."
    version = draft(
        coffee.QUESTION, coffee.MOMENT, probes=((Facet.CHECK, "use citric acid", check),)
    )
    assert version is not None
    told = next(s for s in version.sections if s.facet is Facet.CHECK)
    assert "look for scale" in " ".join(s.text for s in told.sentences)


def test_limit_inside_another_answer_stands_under_its_own_heading() -> None:
    """A sure limit is not buried in a reason, and says what it is about."""
    said = "It leaves no smell. It won't work unless the tank is empty."
    version = draft(coffee.QUESTION, coffee.MOMENT, probes=((Facet.WHY, "use citric acid", said),))
    assert version is not None
    limit = next(s for s in version.sections if s.facet is Facet.BOUNDARY).sentences[0]
    assert limit.text == "It won't work unless the tank is empty."
    assert '"use citric acid"' in limit.asked
    assert "smell" not in limit.text


def test_condition_without_a_clause_of_its_own_stands_behind_its_question() -> None:
    """`Only if ...` is read with what was asked, and the question is none of its words."""
    moment = coffee.message(
        "a1", coffee.EXPERT, MessageKind.ANSWER, "Don't use vinegar. Use the citric acid."
    )
    said = "Only if the boiler is steel. It works in an hour."
    version = draft(coffee.QUESTION, moment, probes=((Facet.BOUNDARY, "Don't use vinegar", said),))
    assert version is not None
    told = version.sections[0].sentences[0]
    assert told.text.startswith("Only if the boiler is steel.")
    assert "Don't use vinegar" in told.asked


def test_what_is_not_printed_does_not_count_as_told() -> None:
    """`And this is why.` states a reason to the detector, but a reader learns none from it."""
    heard = coffee.message("b1", coffee.EXPERT, MessageKind.ANSWER, "And this is why.")
    probes = ((Facet.CHECK, "use citric acid", "The water comes out clear."),)
    asked = coffee.interview(coffee.MOMENT, probes)
    view = coffee.view(coffee.QUESTION, coffee.MOMENT, heard)
    inquiry = coffee.inquiry(coffee.MOMENT)
    claims = claims_of(inquiry, view, asked, coffee.MOMENT.id, coffee.DETECTOR)
    coverage = coffee.coverage(coffee.MOMENT, heard, asked[0][1])
    assert {c.facet: c.status for c in coverage}[Facet.WHY] is FacetStatus.STATED
    version = draft_guide(
        Guide.id_of(inquiry.id), 1, claims, view, asked, coverage, coffee.CATALOGUE, coffee.START
    )
    assert version is not None
    assert {c.facet: c.status for c in version.coverage}[Facet.WHY] is FacetStatus.IMPLIED
    assert Facet.WHY in version.open_facets


def test_question_stands_once_for_one_answer() -> None:
    """Two passages of one answer that lean on its question carry it once."""
    said = "Not for aluminium, the surface turns grey. Not for brass either, the copper comes out."
    probes = ((Facet.BOUNDARY, "use citric acid", said),)
    version = draft(coffee.QUESTION, coffee.MOMENT, probes=probes)
    assert version is not None
    assert sum(bool(sentence.asked) for sentence in version.sentences()) == 1


def test_question_that_nobody_recorded_is_taken_off() -> None:
    """Only a question of the interview may stand before an expert's words."""
    version = whole()
    asked = next(s.asked for s in version.sentences() if s.asked)
    assert not any(s.asked for s in only_recorded(version, []).sentences())
    kept = [s.asked for s in only_recorded(version, [asked]).sentences()]
    assert kept == [s.asked if s.asked == asked else "" for s in version.sentences()]


def test_aside_between_two_sentences_keeps_them_together() -> None:
    """`Also fine.` is too short to stand, and what `It` means is the sentence before it."""
    said = "White vinegar rather than citric acid. Also fine. It needs the same two rinses."
    version = draft(
        coffee.QUESTION, coffee.MOMENT, probes=((Facet.OPTIONS, "use citric acid", said),)
    )
    assert version is not None
    assert said in [s.text for s in version.sentences()]


@pytest.mark.parametrize(
    "ending",
    [
        "Nothing else.",
        "that's all i have on this one",
        "I don't know more than that, sorry.",
        "It depends, really.",
        "No more than that.",
        "I have told you everything I know here.",
        "nope, you've emptied me on this one :)",
        "No, this is all.",
    ],
)
def test_end_of_somebodys_knowledge_stays_out(ending: str) -> None:
    """What people say when they have no more to say is never printed."""
    probes = ((Facet.WHY, "use citric acid", f"The acid dissolves scale. {ending}"),)
    version = draft(coffee.QUESTION, coffee.MOMENT, probes=probes)
    assert version is not None
    assert ending.casefold() not in " ".join(s.text for s in version.sentences()).casefold()
    assert not says_something(ending)


def test_dangling_openings() -> None:
    """Pronouns and connectives dangle; expletives and names do not."""
    assert all(map(dangles, ("It clogs.", "That's why.", "So use less.", "But then stop.")))
    assert not any(map(dangles, ("It is easy to scorch it.", "Itai said so.", "Thatcher left.")))


def test_questions_and_lead_ins_say_nothing() -> None:
    """Questions, lead-ins, bare links and non-answers are not statements."""
    for text in ("What grinder?", "You need:", "https://example.org/x", "It depends.", "Thanks!"):
        assert not says_something(text)
    assert says_something("Grind finer when the shot runs fast.")


@given(st.text(), st.text())
def test_trimming_only_narrows(before: str, text: str) -> None:
    """A trimmed span lies inside the span it came from."""
    whole_text = before + text
    start, end = trimmed(whole_text, len(before), len(whole_text))
    assert len(before) <= start <= end <= len(whole_text)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4))
def test_any_words_give_a_grounded_guide_or_none(texts: list[str]) -> None:
    """Whatever people type, a draft holds only verbatim words, and never fails."""
    moment = coffee.message(
        "a1", coffee.EXPERT, MessageKind.ANSWER, "Use citric acid. " + " ".join(texts)
    )
    probes = tuple((Facet.WHY, "Use citric acid", text) for text in texts if text.strip())
    version = draft(coffee.QUESTION, moment, probes=probes)
    if version is not None:
        known = {coffee.QUESTION.id: coffee.QUESTION.text, moment.id: moment.text}
        known |= {answer.id: answer.text for _, answer, _ in coffee.interview(moment, probes)}
        title = "How do I descale a drip machine?"
        assert verify_version(version, known, thread_title=title) == ()
