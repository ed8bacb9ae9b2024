"""Whatever people typed, a guide's page has exactly the parts that we wrote."""

from __future__ import annotations

import re

from hypothesis import given, settings
from markdown_it.token import Token
from rich.cells import cell_len
from rich.console import Console

from memory.records.guide import (
    Guide,
    GuideMeasures,
    GuideSection,
    GuideSentence,
    GuideStatus,
    GuideVersion,
    TrailStep,
)
from memory.records.inquiry import Facet
from memory.records.people import Credit, Member
from memory.records.talk import EvidenceSpan, Message, MessageKind, Segment, SegmentKind
from tests.method import coffee
from tests.render.test_literal import EMPTY_COMMENT, PARSERS, WORDS
from tui.render.guide import GuidePage
from tui.render.guide_markdown import guide_markdown
from tui.render.guide_terminal import guide_renderable
from tui.render.safe import visible

HARD = "It takes judgement."
ANCHOR = re.compile(r'<a id="gui_[0-9a-f]{16}-[a-z0-9_-]+">')


def called(member: Member, name: str) -> Member:
    """The same person by another name."""
    return member.model_copy(update={"name": f"n {name}"})


def spoken(native_id: str, author: Member, words: str) -> Message:
    """A message that says `words`, shows them as code, and quotes them from somebody else."""
    own = f"a {words}"
    text = f"{own}\n\n{own}\n\n{own}"
    first, second = len(own) + 2, 2 * (len(own) + 2)
    return coffee.message(native_id, author, MessageKind.ANSWER, text).model_copy(
        update={
            "segments": (
                Segment(kind=SegmentKind.OWN, start=0, end=len(own)),
                Segment(kind=SegmentKind.CODE, start=first, end=first + len(own)),
                Segment(kind=SegmentKind.QUOTE, start=second, end=len(text)),
            )
        }
    )


def worded_page(words: str, credit: Credit = Credit.CREDITED) -> GuidePage:
    """A guide with every kind of part, all of whose words are `words`."""
    bea, cy = called(coffee.EXPERT, words), called(coffee.OTHER, words)
    said, other = spoken("a1", bea, words), spoken("a2", cy, words)
    own = len(f"a {words}")
    first, second = EvidenceSpan.of(said, 0, own), EvidenceSpan.of(other, 0, own)

    def sentence(span: EvidenceSpan = first, author: Member = bea, **more: object) -> GuideSentence:
        fields = {"text": f"a {words}", "author_id": author.id, "evidence": (span,), **more}
        return GuideSentence.model_validate(fields)

    moves = (sentence(step=True), sentence(step=True, hard=True), sentence(), sentence(step=True))
    against = (sentence(dispute=1), sentence(), sentence(second, cy, dispute=1))
    merged = (sentence(evidence=(first, second), also_ids=(cy.id,)),)
    inquiry = coffee.inquiry(said)
    guide_id = Guide.id_of(inquiry.id)
    at = coffee.START
    version = GuideVersion(
        guide_id=guide_id,
        number=1,
        title=f"t {words}",
        title_evidence=first,
        summary=sentence(),
        sections=(
            GuideSection(facet=Facet.ACTION, sentences=moves),
            GuideSection(facet=Facet.BOUNDARY, sentences=against),
            GuideSection(facet=Facet.WHY, sentences=merged),
        ),
        open_facets=(Facet.CUES, Facet.CHECK),
        coverage=(),
        trail=(
            TrailStep(message_id=said.id, author_id=bea.id, at=at, part="said"),
            TrailStep(message_id=other.id, author_id=cy.id, at=at, part="said"),
        ),
        measures=GuideMeasures(completeness=1, citation_recall=1, citation_precision=1, words=9),
        created_at=at,
    )
    guide = Guide(
        id=guide_id,
        community_id=coffee.COMMUNITY,
        inquiry_id=inquiry.id,
        status=GuideStatus.DRAFT,
        current=version,
    )
    return GuidePage(
        guide,
        {m.id: m for m in (bea, cy)},
        {m.id: m for m in (said, other)},
        {bea.id: credit},
    )


def blocks(markdown: str, dialect: str = "gfm") -> list[Token]:
    """The page as a reader's parser takes it."""
    return PARSERS[dialect].parse(markdown)


def skeleton(tokens: list[Token]) -> list[tuple[str, str, int]]:
    """The parts of a page and how they are nested, without any words."""
    return [(token.type, token.tag, token.level) for token in tokens]


PLAIN = skeleton(blocks(guide_markdown(worded_page("w"), coffee.CATALOGUE)))


@settings(deadline=None, max_examples=200)
@given(words=WORDS)
def test_any_words_leave_the_structure_as_it_was_written(words: str) -> None:
    """Headings, lists, code, the fold: any text gives the same parts as a harmless one."""
    text = guide_markdown(worded_page(words), coffee.CATALOGUE)
    for dialect in PARSERS:
        tokens = blocks(text, dialect)
        assert skeleton(tokens) == PLAIN
        for token in tokens:
            if token.type == "html_block":
                assert token.content.strip() in {
                    "<details>\n<summary>How we got here: 2 steps</summary>",
                    "</details>",
                }
            for child in token.children or ():
                check_inline(child)


def check_inline(token: Token) -> None:
    """Of what can act, only our own anchors and links within the page are there."""
    assert token.type != "image"
    if token.type == "html_inline":
        allowed = token.content in {"</a>", EMPTY_COMMENT} or ANCHOR.fullmatch(token.content)
        assert allowed, token.content
    if token.type == "link_open":
        assert str(token.attrs["href"]).startswith("#gui_")


@settings(deadline=None, max_examples=100)
@given(words=WORDS)
def test_code_of_a_message_is_told_to_the_letter(words: str) -> None:
    """The debate keeps code as code; what a message quotes of others is left out."""
    tokens = blocks(guide_markdown(worded_page(words), coffee.CATALOGUE))
    fences = [token.content for token in tokens if token.type == "fence"]
    assert len(fences) == 2
    assert fences[0] == fences[1]
    assert fences[0] == visible(f"a {words}") + "\n"


@settings(deadline=None, max_examples=60)
@given(words=WORDS)
def test_any_words_leave_the_terminal_alone(words: str) -> None:
    """No escape reaches the terminal, and no line is wider than it."""
    for width in (30, 80):
        console = Console(width=width, no_color=True, color_system=None, highlight=False)
        with console.capture() as capture:
            console.print(guide_renderable(worded_page(words), coffee.CATALOGUE, width, trail=True))
        assert "\x1b" not in capture.get()
        assert "\u202e" not in capture.get()
        assert max(map(cell_len, capture.get().splitlines())) <= width


def test_steps_are_numbered_and_the_hard_one_is_marked() -> None:
    """Steps count on past a remark between them; the hard one says so in words."""
    text = guide_markdown(worded_page("w"), coffee.CATALOGUE)
    part = text.split("## What to do\n\n")[1].split("\n\n<a")[0]
    lines = [re.sub(r"<a id=[^>]+></a>", "", line).split(" [")[0] for line in part.splitlines()]
    assert lines == ["1. a w", "2. **Take care here:** a w", "", "- a w", "", "3. a w"]


def test_disagreement_stands_as_disagreement() -> None:
    """Sentences that contradict each other stand together, each under its speaker's name."""
    text = guide_markdown(worded_page("w"), coffee.CATALOGUE)
    part = text.split("## Limits\n\n")[1].split("\n\n<a")[0]
    lines = [re.sub(r"<a id=[^>]+></a>", "", line).split(" [")[0] for line in part.splitlines()]
    assert lines == [
        "- Here the experts disagree:",
        "  - **n w**: a w",
        "  - **n w**: a w",
        "",
        "- a w",
    ]


def test_merged_sentence_carries_every_citation() -> None:
    """A sentence that several people said is one sentence with a mark for each of them."""
    text = guide_markdown(worded_page("w"), coffee.CATALOGUE)
    part = text.split("## Why it works\n\n")[1].split("\n\n<a")[0]
    assert re.findall(r"\[\\\[(\d)\\\]\]", part) == ["1", "2"]


def test_name_of_the_unnamed_is_veiled_in_the_words_of_others() -> None:
    """Somebody else's thanks in the debate does not tell whom the guide keeps unnamed."""
    bea = coffee.EXPERT
    base = worded_page("w", Credit.CHATHAM_HOUSE)
    thanks = coffee.message("t9", coffee.ASKER, MessageKind.COMMENT, "Thanks @bea, Bea! Or BEA's?")
    step = TrailStep(message_id=thanks.id, author_id=thanks.author_id, at=coffee.START, part="said")
    version = base.guide.current.model_copy(update={"trail": (step,)})
    shown = GuidePage(
        base.guide.model_copy(update={"current": version}),
        {bea.id: bea, coffee.ASKER.id: coffee.ASKER},
        {**base.messages, thanks.id: thanks},
        base.credit,
    )
    text = guide_markdown(shown, coffee.CATALOGUE)
    told = text.split("</summary>")[1]
    assert "bea" not in told.casefold()
    assert r"Thanks \[a colleague\], \[a colleague\]! Or \[a colleague\]'s?" in told
