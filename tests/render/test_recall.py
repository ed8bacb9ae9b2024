"""An answer from the memory leads with the advice and prints nothing twice."""

from __future__ import annotations

from datetime import timedelta

from rich.console import Console, Group

from agent.services.guides import GuidePage as CitedPage
from agent.services.recall import FoundGuide, Recall
from memory.records.inquiry import Facet
from tests.method import coffee
from tests.render.test_guide import page
from tui.render.recall import recall_blocks


def told(*facets: Facet | None, late: bool = False) -> str:
    """What `ask` prints at 80 columns where these sections of the standard guide matched."""
    shown = page()
    guide = shown.guide.model_copy(
        update={"published_at": coffee.START, "review_by": coffee.START + timedelta(days=180)}
    )
    cited = CitedPage(guide, dict(shown.messages), dict(shown.members), ())
    found = FoundGuide(page=cited, facets=facets, score=1.0)
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
    places = [text.index(advice), text.index("When this does not apply"), text.index("What was")]
    assert places == sorted(places)


def test_nothing_is_printed_twice() -> None:
    """Sentences that match as summary or limit do not come again, and sources hold no words."""
    text = told(None, Facet.WHY, Facet.BOUNDARY, Facet.CHECK)
    for sentence in page().guide.current.sentences():
        assert text.count(sentence.text) <= 1
    assert text.split("Sources")[1].count("Bea") == len(
        {e.message_id for s in page().guide.current.sentences() for e in s.evidence}
    )


def test_overdue_review_is_said() -> None:
    """A reader learns that a guide's review is overdue, and only then."""
    assert "its review was due" in told(Facet.WHY, late=True)
    assert "its review was due" not in told(Facet.WHY)
