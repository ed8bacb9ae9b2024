"""Tasks worth doing together: found in the record, imported from a backlog, or proposed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agent.journal import note
from agent.policy.access import STEWARDS
from agent.services.identity import Actor
from agent.services.skill_evidence import ReadThread, read_threads
from agent.services.skills import SkillGraph
from agent.services.tandem_backlog import Backlog, Entry, read_backlog
from agent.services.workplace import Workplace
from agent.sight import sight_in
from agent.sources.own_words import clean_line, clean_text
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Community
from memory.records.talk import MessageKind
from memory.records.tandem import (
    HOLDING,
    MAX_TITLE,
    MAX_WORDS,
    TandemTask,
    TaskOrigin,
    TopicShare,
)
from memory.store.protocols import Unit
from prompts.tandem import load_tandem

O = TaskOrigin  # noqa: E741 - short, as it stands in many lines
FOUND = frozenset({O.OPEN_QUESTION, O.OPEN_FACET, O.REVIEW_DUE, O.DOC_GAP, O.LESSON})
"""Origins that the record itself shows; such a task goes when its reason goes."""
EDITABLE = ("title", "difficulty", "value", "days", "reversible", "urgent", "learners", "topics")
MOST_TOPICS = 3
LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class TasksFound:
    """What looking for tasks came to."""

    added: int
    kept: int
    closed: int


def find_tasks(work: Workplace, community: Community, graph: SkillGraph) -> TasksFound:
    """Look for tasks in the record and keep them; those whose reason is gone are closed.

    What a person set by hand stays; a task that somebody is at stays open.
    """
    now = work.clock.now()
    with work.store.writing() as unit:
        threads = read_threads(unit, community.id, now)
        hidden = sight_in(unit, community.id).hidden()
        guides = [one for one in unit.guides.guides(community.id) if one.id not in hidden]
        known = {one.id: one for one in unit.tandems.tasks(community.id, closed=True)}
        held = {one.task_id for one in unit.tandems.tandems(community.id, HOLDING)}
        lessons = {one.id for one in guides if unit.incidents.review_of(one.inquiry_id)}
        found = _candidates(community, graph, threads, guides, lessons, now)
        fresh = {one.id: one for one in found}
        added = kept = closed = 0
        for key, task in fresh.items():
            before = known.get(key)
            if before is None:
                unit.tandems.save_task(task)
                note(unit, now, community.id, Action.TANDEM_TASK_ADDED, key, reason=task.origin)
                added += 1
            elif before.closed_at is None:
                unit.tandems.save_task(_estimated(before, task))
                kept += 1
        for key, task in known.items():
            gone = task.origin in FOUND and key not in fresh and key not in held
            if gone and task.closed_at is None:
                unit.tandems.save_task(task.model_copy(update={"closed_at": now}))
                closed += 1
    return TasksFound(added, kept, closed)


def propose_task(
    work: Workplace, actor: Actor, graph: SkillGraph, title: str, description: str = ""
) -> TandemTask:
    """Propose a task. Raises `UserInputError` for a title without words."""
    words = clean_line(title, MAX_TITLE)
    if not any(character.isalnum() for character in words):
        raise UserInputError("say in a line what there is to do")
    task = _made(
        graph.community,
        graph,
        O.PROPOSED,
        words.casefold(),
        words,
        work.clock.now(),
        description=clean_text(description)[:MAX_WORDS],
    ).model_copy(update={"proposed_by": actor.member.id})
    with work.store.writing() as unit:
        known = unit.tandems.task(task.id)
        if known is not None and known.closed_at is None:
            return known
        unit.tandems.save_task(task)
        _log(unit, work, actor, task, Action.TANDEM_TASK_ADDED)
    return task


def import_backlog(
    work: Workplace, actor: Actor, graph: SkillGraph, path: Path
) -> tuple[Backlog, TasksFound]:
    """Take in a backlog file; twice changes nothing, entries done by now are closed."""
    backlog = read_backlog(path)
    now, added, kept = work.clock.now(), 0, 0
    with work.store.writing() as unit:
        for entry in backlog.entries:
            task = _of_entry(graph, entry, now)
            before = unit.tandems.task(task.id)
            if before is None:
                _log(unit, work, actor, task, Action.TANDEM_TASK_ADDED)
            unit.tandems.save_task(task if before is None else _estimated(before, task))
            added, kept = added + (before is None), kept + (before is not None)
    return backlog, TasksFound(added, kept, 0)


def edit_task(
    work: Workplace, actor: Actor, graph: SkillGraph, task_id: str, changes: Mapping[str, Any]
) -> TandemTask:
    """Set fields of `EDITABLE` by hand; `topics` are names or terms of topics.

    The proposer and stewards may. Raises `UserInputError` for a field or value that cannot be.
    """
    unknown = [key for key in changes if key not in EDITABLE]
    if unknown:
        raise UserInputError(f"{unknown[0]!r} cannot be set; there are {', '.join(EDITABLE)}")
    fields = dict(changes)
    if "topics" in fields:
        fields["topics"] = _named_topics(graph, fields["topics"])
    with work.store.writing() as unit:
        task = _task(unit, task_id)
        if task.proposed_by != actor.member.id and not STEWARDS & set(actor.member.roles):
            raise PermissionDeniedError("only its proposer or a steward changes a task")
        by_hand = tuple(sorted({*task.by_hand, *fields}))
        try:
            changed = task.model_copy(update={**fields, "by_hand": by_hand})
        except ValueError as error:
            raise UserInputError(f"task {task.id!r}: {_first(error)}") from error
        unit.tandems.save_task(changed)
        _log(unit, work, actor, changed, Action.TANDEM_TASK_CHANGED)
    return changed


def list_tasks(work: Workplace, community: Community) -> Sequence[TandemTask]:
    """Open tasks, the most worth first."""
    with work.store.reading() as unit:
        tasks = unit.tandems.tasks(community.id)
    return sorted(tasks, key=lambda one: (-one.value, one.created_at, one.id))


def _candidates(
    community: Community,
    graph: SkillGraph,
    threads: Sequence[ReadThread],
    guides: Sequence[Guide],
    lessons: Container[str],
    now: datetime,
) -> Iterator[TandemTask]:
    rules = load_tandem().finding
    out = [one for one in guides if one.status is GuideStatus.PUBLISHED]
    asked = [one for one in threads if _is_open_question(one, now, rules.quiet_days)]
    asked.sort(key=lambda one: (-_worth(one), one.thread.id))
    for one in asked[: rules.most_questions]:
        yield _open_question(community, graph, one, now)
    for guide in out:
        title = guide.current.title
        if guide.id in lessons:
            yield _made(community, graph, O.LESSON, guide.id, title, now)
        elif guide.current.open_facets:
            facet = guide.current.open_facets[0]
            task = _made(community, graph, O.OPEN_FACET, guide.id, title, now)
            yield task.model_copy(update={"facet": facet})
        if guide.review_by is not None and guide.review_by <= now + timedelta(days=rules.due_days):
            yield _made(community, graph, O.REVIEW_DUE, guide.id, title, now)
    yield from _gaps(community, graph, threads, out, now)


def _gaps(
    community: Community,
    graph: SkillGraph,
    threads: Sequence[ReadThread],
    guides: Sequence[Guide],
    now: datetime,
) -> Iterator[TandemTask]:
    """Topics that are asked about again and again and that no guide is about.

    A channel's name says where one talks, not what about.
    """
    rules = load_tandem().finding
    asked: Counter[str] = Counter()
    for one in threads:
        weights = graph.model.weights(one.discussed.text, one.discussed.labels)
        asked.update(topic for topic, share in weights.items() if share >= rules.gap_share)
    written = {
        topic
        for guide in guides
        for topic, share in graph.weights(guide.current.title).items()
        if share >= rules.gap_share
    }
    written |= graph.places
    for topic, number in asked.most_common(rules.most_gaps + len(written)):
        if number >= rules.gap_questions and topic not in written and topic in graph.topics:
            name = graph.topics[topic].name
            task = _made(community, graph, O.DOC_GAP, topic, name, now)
            yield task.model_copy(
                update={
                    "topics": (TopicShare(topic_id=topic, share=1.0),),
                    "value": min(1.0, 0.3 + 0.1 * math.log2(number)),
                }
            )


def _is_open_question(one: ReadThread, now: datetime, quiet_days: float) -> bool:
    opener = one.opener
    if opener is None or one.thread.accepted_message_id or opener.deleted:
        return False
    asks = opener.kind is MessageKind.QUESTION or "?" in opener.own_words()
    if not asks or one.thread.last_at > now - timedelta(days=quiet_days):
        return False
    answers = list(one.answers())
    if opener.kind is MessageKind.QUESTION:
        return all(answer.score < 1 or answer.kind is MessageKind.COMMENT for answer in answers)
    return not answers


def _worth(one: ReadThread) -> float:
    opener = one.opener
    score = max(0, opener.score) if opener else 0
    people = len({message.author_id for message in one.messages})
    return math.log2(1 + score) + 0.5 * people


def _open_question(
    community: Community, graph: SkillGraph, one: ReadThread, now: datetime
) -> TandemTask:
    opener = one.opener
    words = opener.own_words() if opener else ""
    title = one.thread.title or words
    tries = sum(message.kind is MessageKind.ANSWER for message in one.answers())
    task = _made(
        community,
        graph,
        O.OPEN_QUESTION,
        one.thread.id,
        title,
        now,
        description=words[:MAX_WORDS],
        labels=one.discussed.labels,
    )
    return task.model_copy(
        update={
            "difficulty": min(0.9, task.difficulty + 0.05 * min(3, tries)),
            "value": min(1.0, task.value + 0.08 * _worth(one)),
        }
    )


def _of_entry(graph: SkillGraph, entry: Entry, now: datetime) -> TandemTask:
    task = _made(
        graph.community,
        graph,
        O.BACKLOG,
        entry.source,
        entry.title,
        now,
        description=entry.description,
        labels=entry.labels,
    )
    names = ("difficulty", "value", "days", "reversible", "urgent", "learners")
    given = {name: getattr(entry, name) for name in names if getattr(entry, name) is not None}
    return task.model_copy(update={**given, "link": entry.link, "by_hand": tuple(sorted(given))})


def _made(
    community: Community,
    graph: SkillGraph,
    origin: TaskOrigin,
    source: str,
    title: str,
    now: datetime,
    *,
    description: str = "",
    labels: Iterable[str] = (),
) -> TandemTask:
    """A task with the estimates of its origin, and the topics that its words are about."""
    estimate = load_tandem().estimates[origin]
    weights = graph.model.weights(f"{title}\n{description}", labels)
    best = sorted(weights, key=lambda topic: (-weights[topic], topic))[:MOST_TOPICS]
    kept = [topic for topic in best if weights[topic] >= LEAST_SHARE]
    total = sum(weights[topic] for topic in kept) or 1.0
    return TandemTask(
        id=TandemTask.id_of(community.id, origin, source),
        community_id=community.id,
        origin=origin,
        source=source[:200],
        title=clean_line(title, MAX_TITLE) or "?",
        description=description,
        topics=tuple(
            TopicShare(topic_id=topic, share=min(1.0, weights[topic] / total)) for topic in kept
        ),
        difficulty=estimate.difficulty,
        value=estimate.value,
        days=estimate.days,
        learners=estimate.learners,
        created_at=now,
    )


def _estimated(before: TandemTask, fresh: TandemTask) -> TandemTask:
    """The task with new estimates, but for what a person set by hand."""
    names = [name for name in EDITABLE if name not in before.by_hand]
    return before.model_copy(update={name: getattr(fresh, name) for name in names})


def _named_topics(graph: SkillGraph, names: Iterable[str]) -> tuple[TopicShare, ...]:
    found: list[str] = []
    for name in names:
        weights = graph.weights(name)
        exact = [key for key, topic in graph.topics.items() if topic.name == name]
        if not (exact or weights):
            raise UserInputError(f"{name!r} is no topic that this community talks about")
        found.append(exact[0] if exact else max(weights, key=lambda key: weights[key]))
    each = list(dict.fromkeys(found))
    return tuple(TopicShare(topic_id=key, share=1 / len(each)) for key in each)


def _task(unit: Unit, task_id: str) -> TandemTask:
    task = unit.tandems.task(task_id)
    if task is None:
        raise UserInputError(f"there is no task {task_id!r}; see `passdown tandems tasks`")
    return task


def _first(error: ValueError) -> str:
    problems = getattr(error, "errors", None)
    if problems is None:
        return str(error)
    first = problems()[0]
    return f"{'.'.join(map(str, first['loc']))} {first['msg']}"


def _log(unit: Unit, work: Workplace, actor: Actor, task: TandemTask, action: Action) -> None:
    now = work.clock.now()
    note(unit, now, task.community_id, action, task.id, reason=task.origin, **actor.logged())
