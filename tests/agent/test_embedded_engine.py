"""The embedded engine as a whole: whose words count as knowledge."""

from __future__ import annotations

from agent.engines.embedded import EmbeddedEngine
from agent.method.readings import ThreadView
from memory.records.inquiry import Facet, FacetStatus
from memory.records.policy import Policy
from prompts import load_catalogue
from tests.builders import make_member, make_message, make_thread

ANA, THREAD = make_member("ana"), make_thread()
ORDER = make_message("m1", "Rinse the filter before you pour.", ANA, THREAD)
REASON = "It works because the paper gives off a taste otherwise."


def coverage_of_why(*, from_bot: bool) -> FacetStatus:
    """How far WHY is known where the reason came by a bot under the author's name, or not."""
    reason = make_message("m2", REASON, ANA, THREAD, from_bot=from_bot)
    view = ThreadView(THREAD, (ORDER, reason), {ANA.id: ANA})
    engine = EmbeddedEngine(load_catalogue(), Policy())
    known = {one.facet: one.status for one in engine.coverage(view, ORDER, ())}
    return known[Facet.WHY]


def test_what_a_bot_says_in_somebody_s_name_is_not_known() -> None:
    """A bot's message under the author's own id covers nothing; the author's own does."""
    assert coverage_of_why(from_bot=False) is FacetStatus.STATED
    assert coverage_of_why(from_bot=True) is FacetStatus.ABSENT
