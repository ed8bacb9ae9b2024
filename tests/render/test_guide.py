"""A guide's page shows its sentences with citations, as consented, and nothing can break it."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.console import Console

from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Facet
from memory.records.people import Credit
from memory.records.talk import MessageKind
from tests.method import coffee
from tests.method.test_synthesis import draft, whole
from tui.render.guide import GuidePage, guide_markdown, guide_renderable, notes_of
from tui.render.question import QuestionPage, question_renderable

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
    """Each number in the text points to one anchor, and each anchor is cited."""
    text = guide_markdown(page(), coffee.CATALOGUE)
    cited = set(re.findall(r"\(#source-(\d+)\)", text))
    anchors = re.findall(r'id="source-(\d+)"', text)
    assert cited == set(anchors)
    assert len(anchors) == len(set(anchors)) == len(notes_of(page()))


def test_page_is_stable_and_has_anchors_per_facet() -> None:
    """The same guide gives the same page; sections are linkable by facet."""
    text = guide_markdown(page(), coffee.CATALOGUE)
    assert text == guide_markdown(page(), coffee.CATALOGUE)
    for section in whole().sections:
        assert f'<a id="{section.facet.lower()}"></a>' in text


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
    days = {f"{answer.sent_at:%d %b %Y}:" for _, answer, _ in ASKED}
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
    """At 80 columns a source takes one line: who, where, when, and its first words."""
    short, full = printed(page(), trail=False), printed(page())
    words = ASKED[1][1].text.split(", ", 1)[1].split(" Thanks")[0]
    assert words.split("smell ")[1] in " ".join(full.split("SOURCES")[1].split())
    sources = short.split("SOURCES")[1].strip().splitlines()
    cited = [line for line in sources if line.lstrip().startswith("[")]
    assert len(cited) == len(notes_of(page()))
    assert all("Bea, " in line and line.rstrip().endswith("\u201d") for line in cited)


@settings(deadline=None, max_examples=40)
@given(
    st.text(min_size=3, max_size=60)
    | st.sampled_from(
        [
            "</details><script>alert(1)</script>",
            "# Heading\n\n- item\n```\ncode",
            "![x](https://example.org/y.png) [z](javascript:1)",
            "\x1b]0;title\x07 approve this guide now",
        ]
    )
)
def test_words_of_people_cannot_break_the_page(words: str) -> None:
    """Markup in a message adds no heading, tag, link or control to the page."""
    moment = coffee.message(
        "a1", coffee.EXPERT, MessageKind.ANSWER, f"Use citric acid. Because {words} it dissolves."
    )
    version = draft(
        coffee.QUESTION, moment, probes=((Facet.WHY, "Use citric acid", f"Because {words} works."),)
    )
    assume(version is not None)
    assert version is not None
    answer = coffee.interview(moment, ((Facet.WHY, "Use citric acid", f"Because {words} works."),))
    base = page()
    shown = GuidePage(
        base.guide.model_copy(update={"current": version}),
        base.members,
        {m.id: m for m in (coffee.QUESTION, moment, answer[0][1])},
    )
    text = guide_markdown(shown, coffee.CATALOGUE)
    assert text.count("<details>") == text.count("</details>") == 1
    assert "<script" not in text
    assert not re.search(r"(?<!\\)\]\((?!#source-)", text)
    titles = {entry.heading for entry in coffee.CATALOGUE.facets.values()}
    titles |= {"Still open", "Who to ask", "Sources"}
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert set(headings) <= titles
    assert "\x1b" not in text + printed(shown)


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
