"""A guide says what experts said, once, in a reader's order, and each sentence stands alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.grounding import verify_version
from agent.method.passages import dangles, says_something, trimmed
from agent.method.readings import AnswerQuality
from agent.method.synthesis import READING_ORDER, claims_of, draft_guide
from memory.records.guide import Guide, GuideVersion
from memory.records.inquiry import Facet
from memory.records.talk import Message, MessageKind
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
    """`It ...` at the start of an answer is led by the quoted words, and cites them."""
    why = next(s for s in whole().sections if s.facet is Facet.WHY).sentences[0]
    assert why.text.startswith("[On \u201cuse citric acid\u201d] It leaves no smell")
    assert "use citric acid" in [span.quote for span in why.evidence]


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
        "a1", coffee.EXPERT, MessageKind.ANSWER, f"Use citric acid. Rinse twice. {said}"
    )
    two = coffee.message("a22", coffee.OTHER, MessageKind.ANSWER, said)
    version = draft(coffee.QUESTION, one, two, probes=((Facet.GOAL, "Use citric acid", "A lot."),))
    assert version is not None
    cited = [s for s in version.sentences() if said in s.text]
    assert len(cited) == 1
    assert {span.message_id for span in cited[0].evidence} == {one.id, two.id}


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
