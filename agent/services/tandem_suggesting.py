"""Offering tandems to a whole community at once, and saying in words where there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from agent.journal import note
from agent.method.tandem_assignment import offer, seat
from agent.method.tandem_gates import Obstacle, task_obstacle
from agent.method.tandem_search import search
from agent.services.skills import SkillGraph, read_skills
from agent.services.tandem_pool import Gathered, gather
from agent.services.tandem_tasks import TasksFound, find_tasks
from agent.services.tandems import settle_tandems, take_in_answers
from agent.services.workplace import Workplace
from memory.records.decisions import Action
from memory.records.people import Community
from memory.records.tandem import HOLDING, Tandem, TandemState, TandemTask
from prompts.tandem import load_tandem


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why there is no tandem for a task, or with no task for the whole community."""

    obstacle: Obstacle
    task: TandemTask | None = None

    @property
    def words(self) -> str:
        """The reason, and what would help."""
        return load_tandem().obstacles[self.obstacle]


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a matching came to."""

    offers: tuple[Tandem, ...]
    """All that are open to be picked now."""
    new: int
    tasks: TasksFound
    hindrances: tuple[Hindrance, ...]

    def summed(self) -> Sequence[tuple[Hindrance, int]]:
        """One hindrance of each kind with how many tasks it stands for, the most frequent first."""
        numbers = Counter(one.obstacle for one in self.hindrances)
        first = {one.obstacle: one for one in reversed(self.hindrances)}
        return [(first[obstacle], number) for obstacle, number in numbers.most_common()]


def suggest_tandems(work: Workplace, community: Community) -> Suggested:
    """Look for tasks, match everybody who opted in, and record what is offered to whom.

    An offer that nobody answered yet stays for the policy's `offer_days`, as long as those whom it
    names can do it, whatever a new matching would choose; one that stays keeps its id.
    """
    settle_tandems(work, community)
    take_in_answers(work, community)
    graph = read_skills(work, community)
    tasks = find_tasks(work, community, graph)
    gathered = gather(work, community, graph)
    with work.store.reading() as unit:
        every = unit.tandems.tasks(community.id)
    held = {one.task_id for one in gathered.tandems if one.state in HOLDING}
    free = [one for one in every if one.id not in held]
    whole = community_obstacle(gathered, graph, free)
    if whole is not None:
        return Suggested(_record(work, community, [], ()), 0, tasks, (Hindrance(whole),))
    wanted, hindrances = _match(work, gathered, free)
    before = {one.id for one in gathered.tandems}
    standing = {one.id for one in gathered.tandems if _stands(work, gathered, one, free)}
    offers = _record(work, community, wanted, standing)
    return Suggested(offers, sum(one.id not in before for one in offers), tasks, hindrances)


def community_obstacle(
    gathered: Gathered, graph: SkillGraph, tasks: Sequence[TandemTask]
) -> Obstacle | None:
    """Why a community can have no tandem at all, if so."""
    inside = int(gathered.pool.opted_in.sum())
    people = len(graph.members)
    if people < 2:  # noqa: PLR2004 - a tandem takes two
        return Obstacle.ONE_PERSON if people else Obstacle.NO_PEOPLE
    if inside < 2:  # noqa: PLR2004 - a tandem takes two
        return Obstacle.ONE_OPTED_IN if inside else Obstacle.NOBODY_OPTED_IN
    if not gathered.pool.helping.any():
        return Obstacle.SENIORS_BUSY
    if not gathered.pool.learning.any():
        return Obstacle.NO_JUNIOR
    return None if tasks else Obstacle.NO_TASK


Triple = tuple[str, str, tuple[str, ...]]
"""Ids of a task, a senior and the juniors."""


def _match(
    work: Workplace, gathered: Gathered, tasks: Sequence[TandemTask]
) -> tuple[list[Triple], tuple[Hindrance, ...]]:
    rules = work.policy.tandem
    hindrances: list[Hindrance] = []
    fit: list[TandemTask] = []
    for task in tasks:
        shut = task_obstacle(
            reversible=task.reversible, days=task.days, urgent=task.urgent, gates=rules.gates
        )
        if shut is None:
            fit.append(task)
        else:
            hindrances.append(Hindrance(shut, task))
    searched = search(gathered.pool, [gathered.need(task) for task in fit], rules)
    pairs, chosen = searched.pairs, set[int]()
    wanted: list[Triple] = []
    for rows in offer(pairs, rules.offers):
        beside = seat(pairs, rows, [task.learners for task in fit])
        for row in rows.tolist():
            juniors = (int(pairs.junior[row]), *beside.get(row, ()))
            names = tuple(gathered.members[one].id for one in juniors)
            number = int(pairs.task[row])
            wanted.append((fit[number].id, gathered.members[int(pairs.senior[row])].id, names))
            chosen.add(number)
    found = np.unique(pairs.task).tolist()
    for number, task in enumerate(fit):
        stopped = searched.obstacles[number]
        if stopped is not None:
            hindrances.append(Hindrance(stopped, task))
        elif number in found and number not in chosen:
            hindrances.append(Hindrance(Obstacle.ALL_TAKEN, task))
    return wanted, tuple(hindrances)


def _stands(
    work: Workplace, gathered: Gathered, tandem: Tandem, free: Sequence[TandemTask]
) -> bool:
    """Whether an open offer is young, its task free, and everybody in it still takes part."""
    pool, rules = gathered.pool, work.policy.tandem
    age = work.clock.now() - tandem.suggested_at
    if tandem.state is not TandemState.SUGGESTED or age > timedelta(days=rules.offer_days):
        return False
    senior = gathered.place(tandem.senior_id)
    juniors = [gathered.place(one) for one in tandem.junior_ids]
    return (
        tandem.task_id in {one.id for one in free}
        and senior is not None
        and bool(pool.opted_in[senior] and pool.helping[senior])
        and all(one is not None and pool.opted_in[one] and pool.learning[one] for one in juniors)
    )


def _record(
    work: Workplace, community: Community, wanted: Sequence[Triple], standing: Collection[str]
) -> tuple[Tandem, ...]:
    """Keep offers that are made again, stand or are answered; take back the rest; add new ones.

    Nobody has more of them to help, or to learn, than the policy's `offers`.
    """
    now, most = work.clock.now(), work.policy.tandem.offers
    with work.store.writing() as unit:
        open_now = unit.tandems.tandems(community.id, (TandemState.SUGGESTED,))
        kept = {(one.task_id, one.senior_id, one.junior_ids): one for one in open_now}
        offers: list[Tandem] = []
        for triple, one in kept.items():
            if triple in wanted or one.id in standing or one.yes:
                offers.append(one)
            else:
                unit.tandems.save_tandem(
                    one.model_copy(update={"state": TandemState.WITHDRAWN, "changed_at": now})
                )
        helping = Counter(one.senior_id for one in offers)
        learning = Counter(junior for one in offers for junior in one.junior_ids)
        for triple in wanted:
            _, senior, juniors = triple
            has_room = helping[senior] < most and all(learning[one] < most for one in juniors)
            if triple not in kept and has_room:
                helping[senior] += 1
                learning.update(juniors)
                made = _made(community, triple, now)
                unit.tandems.save_tandem(made)
                note(unit, now, community.id, Action.TANDEM_SUGGESTED, made.id)
                offers.append(made)
    return tuple(offers)


def _made(community: Community, triple: Triple, now: datetime) -> Tandem:
    task_id, senior_id, junior_ids = triple
    return Tandem(
        id=Tandem.id_of(task_id, senior_id, junior_ids, now),
        community_id=community.id,
        task_id=task_id,
        senior_id=senior_id,
        junior_ids=junior_ids,
        suggested_at=now,
        changed_at=now,
    )
