"""Offers stay for those who have not answered yet, and go when somebody in them cannot any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.services.identity import Actor, pick_community
from agent.services.importing import import_into
from agent.services.tandem_suggesting import suggest_tandems
from agent.services.tandem_wishes import opt_in, opt_out
from agent.services.tandems import find_tandem
from agent.services.workplace import Workplace, open_workplace
from evals.sample import SLACK_EXPORT
from evals.worlds.clock import SimulatedClock
from memory.records.people import Member
from memory.records.tandem import Tandem, TandemState, TandemTask, TaskOrigin

START = datetime(2025, 11, 3, 11, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    """A Monday after the sample's last message."""
    return SimulatedClock(START)


@pytest.fixture
def work(tmp_path: Path, clock: SimulatedClock) -> Iterator[Workplace]:
    """The sample community."""
    with open_workplace(tmp_path / "home", clock=clock) as opened:
        import_into(opened, SLACK_EXPORT, "Guild", sample=True)
        yield opened


def offered(work: Workplace) -> tuple[Tandem, Member, Member]:
    """An open offer that no matching would choose: a backlog task about nothing known."""
    community = pick_community(work)
    with work.store.reading() as unit:
        known = {member.handle: member for member in unit.people.members(community.id)}
    senior, junior = known["ines"], known["jonas"]
    for one in (senior, junior):
        opt_in(work, Actor(one, acting_as=False))
    task = TandemTask(
        id=TandemTask.id_of(community.id, TaskOrigin.BACKLOG, "sails"),
        community_id=community.id,
        origin=TaskOrigin.BACKLOG,
        source="sails",
        title="Sew a sail",
        created_at=START,
    )
    tandem = Tandem(
        id=Tandem.id_of(task.id, senior.id, (junior.id,), START),
        community_id=community.id,
        task_id=task.id,
        senior_id=senior.id,
        junior_ids=(junior.id,),
        suggested_at=START,
        changed_at=START,
    )
    with work.store.writing() as unit:
        unit.tandems.save_task(task)
        unit.tandems.save_tandem(tandem)
    return tandem, senior, junior


def test_an_unanswered_offer_outlives_a_new_matching_for_its_time(
    work: Workplace, clock: SimulatedClock
) -> None:
    """People who are still thinking find it where it was; after two weeks it goes."""
    tandem, *_ = offered(work)
    found = suggest_tandems(work, pick_community(work))
    assert tandem.id in {one.id for one in found.offers}
    clock.move_to(START + timedelta(days=15))
    later = suggest_tandems(work, pick_community(work))
    assert tandem.id not in {one.id for one in later.offers}
    assert find_tandem(work, tandem.id).state is TandemState.WITHDRAWN


def test_an_offer_goes_with_whoever_takes_no_part_any_more(work: Workplace) -> None:
    """Opting out is a no to what was offered."""
    tandem, senior, _ = offered(work)
    opt_out(work, Actor(senior, acting_as=False))
    found = suggest_tandems(work, pick_community(work))
    assert tandem.id not in {one.id for one in found.offers}
    assert find_tandem(work, tandem.id).state is not TandemState.SUGGESTED
