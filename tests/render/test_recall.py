"""An answer from the memory leads with the advice and prints nothing twice."""

from __future__ import annotations

from datetime import timedelta

from rich.console import Console, Group

from agent.method.applicability import Applicability
from agent.services.pages import GuidePage as CitedPage
from agent.services.recall import FoundGuide, Recall
from memory.records.guide import GuideSentence
from memory.records.inquiry import Facet
from prompts.recall import load_recall
from tests.method import coffee
from tests.render.test_guide import page
from tui.render.recall import recall_blocks


def told(*facets: Facet | None, late: bool = False, applies: Applicability | None = None) -> str:
    """What `ask` prints at 80 columns where these sections of the standard guide matched."""
    shown = page()
    guide = shown.guide.model_copy(
        update={"published_at": coffee.START, "review_by": coffee.START + timedelta(days=180)}
    )
    cited = CitedPage(guide, dict(shown.messages), dict(shown.members), ())
    found = FoundGuide(cited, facets, score=1.0, applies=applies or Applicability())
    now = coffee.START + timedelta(days=181 if late else 1)
    console = Console(width=80, no_color=True, color_system=None, highlight=False)
    with console.capture() as capture:
        blocks = recall_blocks(Recall("descale?", (found,), ()), {guide.id: shown}, now)
        console.print(Group(*blocks))
    return " ".join(capture.get().split())


def test_advice_is_told_whatever_matched() -> None:
    """The directive is shown even where only a reason matched, before its limits and the rest."""
    text = told(Facet.WHY)
    advice = page().guide.current.summary.text
    places = [text.index(advice), text.index("Limits of this advice"), text.index("What was")]
    assert places == sorted(places)


def test_nothing_is_printed_twice() -> None:
    """Sentences that match as summary or limit do not come again, and sources hold no words."""
    text = told(None, Facet.WHY, Facet.BOUNDARY, Facet.CHECK)
    for sentence in page().guide.current.sentences():
        assert text.count(sentence.text) <= 1
    assert text.split("Sources")[1].count("Bea") == len(
        {e.message_id for s in page().guide.current.sentences() for e in s.evidence}
    )


def test_a_limit_that_the_question_meets_opens_the_answer() -> None:
    """It stands before the advice, in fixed words, and not once more among the limits."""
    limits = cited(Facet.BOUNDARY)
    text = told(Facet.WHY, applies=Applicability(limits=limits[:1]))
    advice = page().guide.current.summary.text
    opening = load_recall().say("limit_met")
    places = [text.index(opening), text.index(limits[0].text), text.index(advice)]
    assert places == sorted(places)
    assert text.count(limits[0].text) == 1
    assert load_recall().say("limits_open") not in text
    assert opening not in told(Facet.WHY)


def test_another_case_and_unspoken_names_are_said_before_the_advice() -> None:
    """A reader from elsewhere learns it first; what they typed is escaped."""
    situation = cited(Facet.WHY)[:1]
    applies = Applicability(elsewhere=situation, unspoken=("MySQL", "\x1b[31mred"))
    text = told(Facet.CHECK, applies=applies)
    advice = text.index(page().guide.current.summary.text)
    assert text.index(load_recall().say("elsewhere")) < advice
    assert text.index("\u201cMySQL\u201d") < advice
    assert "\x1b" not in text


def cited(facet: Facet) -> tuple[GuideSentence, ...]:
    """The sentences of a section of the standard guide."""
    sections = page().guide.current.sections
    return next(section.sentences for section in sections if section.facet is facet)


def test_overdue_review_is_said() -> None:
    """A reader learns that a guide's review is overdue, and only then."""
    assert "its review was due" in told(Facet.WHY, late=True)
    assert "its review was due" not in told(Facet.WHY)
