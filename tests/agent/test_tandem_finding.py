"""Tasks are found in the record, once each, and close when their reason is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from agent.services.identity import pick_community
from agent.services.importing import import_into
from agent.services.skills import read_skills
from agent.services.tandem_tasks import find_tasks, list_tasks
from agent.services.workplace import open_workplace
from evals.sample import SLACK_EXPORT
from evals.worlds.clock import SimulatedClock
from memory.records.tandem import TaskOrigin
from prompts.tandem import load_tandem

LATER = datetime(2025, 11, 3, 11, tzinfo=UTC)


def test_tasks_are_found_once_and_channels_are_no_gaps(tmp_path: Path) -> None:
    """Looking again adds nothing; a channel says where one talks, not what about."""
    with open_workplace(tmp_path / "home", clock=SimulatedClock(LATER)) as work:
        import_into(work, SLACK_EXPORT, "Guild", sample=True)
        community = pick_community(work)
        graph = read_skills(work, community)
        channels = {"pg help", "platform guild", "galley"}
        asked = {graph.topics[key].name: number for key, number in graph.talked_about.items()}
        often = load_tandem().finding.gap_questions
        assert any(asked.get(name, 0) >= often for name in channels), "this would show nothing"
        first = find_tasks(work, community, graph)
        gaps = [one for one in list_tasks(work, community) if one.origin is TaskOrigin.DOC_GAP]
        spoken_of = {graph.topics[share.topic_id].name for one in gaps for share in one.topics}
        assert not spoken_of & channels
        again = find_tasks(work, community, graph)
        assert (again.added, again.kept, again.closed) == (0, first.added, 0)
