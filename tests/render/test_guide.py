"""A guide's page shows its sentences with citations, as consented, and nothing can break it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from memory.records.guide import Guide, GuideSection, GuideStatus
from memory.records.inquiry import Facet
from memory.records.people import Credit
from memory.records.talk import EvidenceSpan, MessageKind
from tests.method import coffee
from tests.method.test_synthesis import whole
from tui.render.guide import GuidePage, dateline
from tui.render.guide_markdown import guide_markdown
from tui.render.guide_terminal import guide_renderable
from tui.render.question import QuestionPage, question_renderable
from tui.render.times import said_date

ASKED = coffee.interview(coffee.MOMENT)


def page(credit: Credit = Credit.CREDITED) -> GuidePage:
    """The standard guide, with its expert credited like this."""
    version = whole()
    messages = (coffee.QUESTION, coffee.MOMENT, *(answer for _, answer, _ in ASKED))
    return GuidePage(
        guide=Guide(
            id=version.guide_id,
            community_id=coffee.COMMUNITY,
            inquiry_id=coffee.inquiry(coffee.MOMENT).id,
            status=GuideStatus.DRAFT,
            current=version,
        ),
        members={m.id: m for m in (coffee.ASKER, coffee.EXPERT)},
        messages={m.id: m for m in messages},
        credit={coffee.EXPERT.id: credit},
        questions={question.id: question.text for question, _, _ in ASKED},
        links={coffee.MOMENT.id: "https://example.org/a/1"},
    )


def printed(page_shown: GuidePage, width: int = 80, *, trail: bool = True) -> str:
    """The page as a terminal without colour shows it."""
    console = Console(width=width, no_color=True, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(guide_renderable(page_shown, coffee.CATALOGUE, width, trail=trail))
    return capture.get()


def test_every_citation_has_its_source() -> None:
    """Each mark in the text leads to one quoted span of the sources, and no anchor stands twice."""
    text = guide_markdown(page(), coffee.CATALOGUE)
    cited = set(re.findall(r"\]\(#([^)]+-c-[^)]+)\)", text))
    anchors = re.findall(r'id="([^"]+)"', text)
    assert cited
    assert cited <= set(anchors)
    assert len(anchors) == len(set(anchors))
    spans = {s for sentence in whole().sentences() for s in sentence.evidence}
    assert len([a for a in anchors if "-c-" in a]) == len(spans)


def test_anchors_of_sections_rest_on_guide_and_facet_alone() -> None:
    """The same guide gives the same page; a section's link is its guide's id and its facet."""
    text = guide_markdown(page(), coffee.CATALOGUE)
    assert text == guide_markdown(page(), coffee.CATALOGUE)
    for section in whole().sections:
        assert f'<a id="{page().guide.id}-{section.facet.lower()}"></a>' in text


def test_links_to_sentences_and_citations_outlive_a_new_version() -> None:
    """A later version that rewords, reorders and moves sentences keeps every anchor of them."""
    shown = page()
    version = shown.guide.current
    moved = [s for section in reversed(version.sections) for s in reversed(section.sentences)]
    reworded = tuple(s.model_copy(update={"text": f"[So] {s.text}"}) for s in moved)
    later = version.model_copy(
        update={
            "number": version.number + 1,
            "sections": (GuideSection(facet=Facet.WHATIF, sentences=reworded),),
        }
    )
    renewed = GuidePage(
        shown.guide.model_copy(update={"current": later}),
        shown.members,
        shown.messages,
        shown.credit,
    )
    kept = r'id="([^"]+-[cs]-[^"]+)"'
    before = re.findall(kept, guide_markdown(shown, coffee.CATALOGUE))
    after = re.findall(kept, guide_markdown(renewed, coffee.CATALOGUE))
    assert before
    assert set(before) == set(after)


def test_anchors_of_the_unnamed_tell_no_message() -> None:
    """The anchor of a citation is made of the quoted words, so it is the same in any message."""
    anchors = page(Credit.CHATHAM_HOUSE).sources.anchors
    told = {span.quote: anchor for span, anchor in anchors.items()}
    moved = coffee.message("zz", coffee.OTHER, MessageKind.CHAT, coffee.ADVICE)
    quote = next(q for q in told if q in moved.text)
    start = moved.text.index(quote)
    span = EvidenceSpan.of(moved, start, start + len(quote))
    version = whole().model_copy(
        update={"summary": whole().summary.model_copy(update={"evidence": (span,)})}
    )
    base = page()
    other = GuidePage(base.guide.model_copy(update={"current": version}), {}, {moved.id: moved})
    assert other.sources.anchors[span] == told[quote]


def test_source_says_no_words_twice() -> None:
    """A span inside another is not quoted again, and its link leads to the longer one."""
    version = whole()
    outer = version.summary.evidence[0]
    inner = EvidenceSpan.of(coffee.MOMENT, outer.start, outer.end - 5)
    changed = version.summary.model_copy(update={"evidence": (inner, outer)})
    base = page()
    guide = base.guide.model_copy(
        update={"current": version.model_copy(update={"summary": changed})}
    )
    text = guide_markdown(GuidePage(guide, base.members, base.messages), coffee.CATALOGUE)
    sources = text.split("## Sources")[1].split("<details>")[0]
    assert sources.count(inner.quote) == 1
    assert len(re.findall(r'-c-[^"]+"></a><a id', sources)) == 1


def test_unnamed_expert_has_a_number_for_every_citation() -> None:
    """Under the Chatham House rule nobody can tell which sentences were said together."""
    spans = {s for sentence in whole().sentences() for s in sentence.evidence}
    assert len(page(Credit.CHATHAM_HOUSE).sources.listed) == len(spans)
    messages = {span.message_id for span in spans}
    assert len(page().sources.listed) == len(messages) < len(spans)


def test_credited_expert_is_named_and_linked() -> None:
    """A credited expert's name and source link are shown."""
    text = guide_markdown(page(), coffee.CATALOGUE)
    assert "Bea" in text
    assert "https://example.org/a/1" in text


def test_role_only_shows_the_title() -> None:
    """With role-only credit the title stands for the name, on every surface."""
    shown = page(Credit.ROLE_ONLY)
    for text in (guide_markdown(shown, coffee.CATALOGUE), printed(shown)):
        assert "Head barista" in text
        assert "Bea" not in text


def test_chatham_house_reveals_nobody() -> None:
    """Neither name, title, source link, message id nor time of what was said is shown."""
    shown = page(Credit.CHATHAM_HOUSE)
    days = {said_date(answer.sent_at) for _, answer, _ in ASKED}
    for text in (guide_markdown(shown, coffee.CATALOGUE), printed(shown)):
        for secret in ("Bea", "Head barista", "example.org", coffee.MOMENT.id, ASKED[0][1].id):
            assert secret not in text
        lines = [line for line in text.splitlines() if "explained" in line]
        assert lines
        assert not any(day in line for day in days for line in lines)


def test_person_who_is_not_on_the_page_is_not_named() -> None:
    """An author whose record is missing appears as a member and no more."""
    shown = page()
    unknown = GuidePage(shown.guide, {}, shown.messages)
    assert "a member of this community" in guide_markdown(unknown, coffee.CATALOGUE)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_terminal_page_keeps_its_width(width: int) -> None:
    """No line is wider than the terminal, and sections are told by words, not by colour."""
    text = printed(page(), width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "WHY IT WORKS" in text


def test_sources_are_short_unless_the_trail_is_wanted() -> None:
    """At 80 columns a source takes one line: who, where, when; the words stand in the text."""
    short, full = printed(page(), trail=False), printed(page())
    sources = short.split("SOURCES")[1].split("How we got here")[0].strip().splitlines()
    assert len(sources) == len(page().sources.listed)
    assert all("Bea, " in line and "2015" in line for line in sources)
    words = ASKED[1][1].text.split(", ", 1)[1].split(" Thanks")[0]
    told = " ".join(full.split("SOURCES")[1].split("HOW WE GOT HERE")[0].split())
    assert words.split("smell ")[1] in told
    assert "--trail" in short
    assert "--trail" not in full


def test_source_keeps_its_words_where_the_sentence_has_others() -> None:
    """Where a sentence was reworded its source shows the words that were said, on one line."""
    version = whole()
    reworded = version.summary.model_copy(update={"text": "Take [citric] acid."})
    base = page()
    changed = base.guide.model_copy(
        update={"current": version.model_copy(update={"summary": reworded})}
    )
    text = printed(GuidePage(changed, base.members, base.messages), trail=False)
    assert "\u201cOrdinary white vinegar" in text.split("SOURCES")[1].splitlines()[1]


def test_one_dateline_tells_status_dates_and_size() -> None:
    """Below the title stands one line, and it says when a review is overdue."""
    base = page().guide
    dated = {"published_at": coffee.START, "review_by": coffee.START + timedelta(days=180)}
    shown = GuidePage(base.model_copy(update=dated), page().members, page().messages)
    line = dateline(shown, coffee.CATALOGUE)
    assert line.startswith("Draft \u00b7 review by 2 Aug 2015 \u00b7 version 1 \u00b7 ")
    late = dateline(shown, coffee.CATALOGUE, coffee.START + timedelta(days=181))
    assert "review was due 2 Aug 2015" in late
    assert len(late) <= 80
    assert guide_markdown(shown, coffee.CATALOGUE).splitlines()[4] == f"*{line}*"


def test_question_page_marks_the_quote_and_names_every_choice() -> None:
    """The inbox shows the words asked about, why, how long, where it goes and the ways out."""
    question = ASKED[0][0]
    console = Console(width=60, no_color=True, color_system=None)
    with console.capture() as capture:
        console.print(
            question_renderable(
                QuestionPage(question, coffee.MOMENT, "Descaling", "help"), coffee.CATALOGUE
            )
        )
    text = " ".join(capture.get().split())
    assert ">>about a tablespoon to a quart<<" in text
    for part in ("skip", "not me", "stop", question.because, "1.5 minutes", "guide", question.id):
        assert part in text


def test_question_about_words_of_somebody_else_names_their_author() -> None:
    """Who is asked about another's words is not told to have written them."""
    question = ASKED[0][0]

    def shown(asked_of: str) -> str:
        asked = question.model_copy(update={"asked_of": asked_of})
        console = Console(width=80, no_color=True, color_system=None)
        with console.capture() as capture:
            there = QuestionPage(asked, coffee.MOMENT, author="Bea\x1b")
            console.print(question_renderable(there, coffee.CATALOGUE))
        return capture.get()

    assert "You wrote on 3 Feb 2015:" in shown(coffee.EXPERT.id)
    assert "Bea\u241b wrote on 3 Feb 2015:" in shown(coffee.OTHER.id)
    assert "You wrote" not in shown(coffee.OTHER.id).splitlines()[0]


@settings(deadline=None)
@given(st.text(max_size=900), st.text(max_size=900))
def test_excerpt_of_any_message_holds_the_quote(before: str, after: str) -> None:
    """The quoted words are shown whole, wherever they stand in however long a message."""
    quote = "use citric acid"
    moment = coffee.message("a1", coffee.EXPERT, MessageKind.ANSWER, f"{before}{quote}{after}")
    question = coffee.interview(moment, ((Facet.WHY, quote, "Fine."),))[0][0]
    console = Console(width=2000, no_color=True, color_system=None)
    with console.capture() as capture:
        console.print(question_renderable(QuestionPage(question, moment), coffee.CATALOGUE))
    assert f">>{quote}<<" in capture.get()
    assert "\x1b" not in capture.get()
