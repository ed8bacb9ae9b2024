"""Who knows, what one has shown oneself, and the way in, as lines of text and as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from agent.method.skill import Topic
from agent.services.skill_mine import OwnSkills
from agent.services.skill_newcomer import Movement, WayIn
from agent.services.skill_who import Knows, TopicGap, WhoKnows
from memory.records.skill import SkillWordKind
from memory.records.talk import Thread
from prompts.skill import load_skill
from tui.render.listing import hanging, heading, indented, place_of, shorten
from tui.render.safe import one_line
from tui.render.times import counted, said_date

QUOTE_CELLS = 300
OPENING_CELLS = 60
GAPS = 15

Json = dict[str, Any]


def who_blocks(found: WhoKnows) -> list[RenderableType]:
    """People with what they have shown; in words where there is nobody."""
    say = load_skill().say
    lines: list[RenderableType] = []
    if not found.members:
        return [Text(say("nobody_at_all"))]
    if not found.people:
        lines.append(Text(say("nobody")))
    for one in found.people:
        lines += [*([Text()] if lines else []), *_person(one)]
    return [*lines, *gap_blocks(found.gaps)]


def _person(one: Knows) -> list[RenderableType]:
    say = load_skill().say
    title = f", {one_line(one.member.title)}" if one.member.title else ""
    lines: list[RenderableType] = [
        Text.assemble(
            (one_line(one.member.name), "bold"), f" (@{one_line(one.member.handle)}){title}"
        )
    ]
    facts = []
    if one.answers:
        facts.append(say("answered", answers=counted(one.answers, "question"), peers=one.validated))
    if one.endorsed_by:
        facts.append(say("endorsed", people=counted(one.endorsed_by, "person")))
    if one.says_so:
        facts.append(say("says_so"))
    if one.away_until is not None:
        facts.append(say("away", day=said_date(one.away_until)))
    if one.busy:
        facts.append(say("busy"))
    lines.append(indented(Text("; ".join(facts))))
    kinds = load_skill().weights.kinds
    for shown in one.shown:
        made = ", ".join(kinds[kind].says for kind in shown.kinds)
        words = Text.assemble(
            f"\u201c{shorten(shown.quote, QUOTE_CELLS)}\u201d ",
            (f"{made}, {said_date(shown.at)}, {shown.message_id}", "dim"),
        )
        lines.append(hanging("-", words))
    return lines


def gap_blocks(gaps: Sequence[TopicGap]) -> list[RenderableType]:
    """Topics that one person alone knows, then those that nobody does."""
    say = load_skill().say
    lines: list[RenderableType] = []
    alone = [gap for gap in gaps if gap.only is not None]
    nobody = [gap for gap in gaps if gap.only is None]
    if alone:
        lines += [Text(), heading(say("alone"))]
    for gap in alone[:GAPS]:
        who = one_line(gap.only.name) if gap.only else ""
        lines.append(hanging("-", Text(f"{one_line(gap.topic.name)}: {who}")))
    if nobody:
        names = ", ".join(one_line(gap.topic.name) for gap in nobody[:GAPS])
        lines += [Text(), heading(say("unknown")), indented(Text(names))]
    left = max(0, len(alone) - GAPS) + max(0, len(nobody) - GAPS)
    if left:
        lines.append(indented(Text(say("more", number=left), style="dim")))
    return lines


def gaps_told(found: WhoKnows) -> list[RenderableType]:
    """The gaps of a whole community, in words where there are none."""
    say = load_skill().say
    if not found.members:
        return [Text(say("nobody_at_all"))]
    if not found.has_topics:
        return [Text(say("no_topics"))]
    return gap_blocks(found.gaps)[1:] or [Text(say("no_gaps"))]


def topic_blocks(topics: Sequence[Topic]) -> list[RenderableType]:
    """Topics with the words that stand for them."""
    if not topics:
        return [Text(load_skill().say("no_topics"))]
    return [
        hanging(
            "-",
            Text.assemble(
                (one_line(topic.name), "bold"),
                f"  {', '.join(one_line(term) for term in topic.terms if term != topic.name)}",
            ),
        )
        for topic in topics
    ]


def mine_blocks(found: OwnSkills) -> list[RenderableType]:
    """What somebody has shown, for themselves."""
    entry = load_skill()
    lines: list[RenderableType] = []
    if found.used:
        lines += [Text(entry.say("used", times=counted(found.used, "time"))), Text()]
    if not found.topics and not found.words:
        return [*lines, Text(entry.say("mine_none"))]
    if found.topics:
        lines.append(heading(entry.say("shown_topics")))
    for one in found.topics:
        kinds = ", ".join(f"{entry.weights.kinds[k].says} ({n})" for k, n in one.kinds)
        lines.append(hanging("-", Text(f"{one_line(one.topic.name)}: {kinds}")))
    if found.words:
        lines += [Text(), heading(entry.say("said_of_you"))]
    for word, by in found.words:
        topic = one_line(word.topic)
        if word.kind is SkillWordKind.TAG:
            said = entry.say("tagged", topic=topic)
        else:
            who = one_line(by.name) if by else "Somebody"
            said = entry.say("vouched", who=who, topic=topic)
        because = f" \u201c{one_line(word.because)}\u201d" if word.because else ""
        lines.append(hanging("-", Text(said + because)))
    return lines


def mine_payload(found: OwnSkills) -> Json:
    """The same as JSON."""
    return {
        "member": found.member.id,
        "used": found.used,
        "topics": [
            {"topic": one.topic.name, "kinds": {kind.value: n for kind, n in one.kinds}}
            for one in found.topics
        ],
        "words": [
            {
                "id": word.id,
                "kind": word.kind.value,
                "topic": word.topic,
                "because": word.because,
                "by": by.handle if by else None,
                "said_at": word.said_at.isoformat(),
            }
            for word, by in found.words
        ],
    }


def who_payload(found: WhoKnows) -> Json:
    """The same as JSON; no score of a person is in it."""
    return {
        "question": found.question,
        "topics": [topic.name for topic in found.topics],
        "people": [
            {
                "id": one.member.id,
                "handle": one.member.handle,
                "name": one.member.name,
                "answers": one.answers,
                "validated": one.validated,
                "endorsed_by": one.endorsed_by,
                "says_so": one.says_so,
                "away_until": one.away_until.isoformat() if one.away_until else None,
                "busy": one.busy,
                "evidence": [
                    {
                        "message": shown.message_id,
                        "quote": shown.quote,
                        "at": shown.at.isoformat(),
                        "kinds": [kind.value for kind in shown.kinds],
                    }
                    for shown in one.shown
                ],
            }
            for one in found.people
        ],
        "gaps": [
            {
                "topic": gap.topic.name,
                "terms": list(gap.topic.terms),
                "only": gap.only.handle if gap.only else None,
            }
            for gap in found.gaps
        ],
    }


def way_blocks(way: WayIn) -> list[RenderableType]:
    """What to read, whom to follow, what to do first, and how far one has come."""
    say = load_skill().say
    names = ", ".join(one_line(topic.name) for topic in way.topics)
    lines: list[RenderableType] = [
        Text(say("about" if way.chosen else "about_common", topics=names) if names else say("bare"))
    ]
    if way.guides or way.threads:
        lines += [Text(), heading(say("read"))]
    for guide in way.guides:
        lines.append(hanging("-", Text(f"{one_line(guide.current.title)}  ({guide.id})")))
    for one in way.threads:
        place = _place(one.thread, one.opening)
        lines.append(hanging("-", Text(f"{place}, on {one_line(one.topic.name)}")))
    if way.follow:
        lines += [Text(), heading(say("follow"))]
    for who, topic in way.follow:
        lines.append(hanging("-", Text(f"{one_line(who.name)}, on {one_line(topic.name)}")))
    lines += [Text(), heading(say("first_task")), indented(Text(_task(way)))]
    lines += [indented(Text(say("then_tandem"))), Text(), heading(say("path"))]
    for stage, at in way.path:
        when = said_date(at) if at else say("to_come")
        lines.append(hanging("-", Text(f"{say('stage_' + stage.value)}: {when}")))
    return lines


def _task(way: WayIn) -> str:
    say = load_skill().say
    if way.task is None:
        return say("task_none")
    guide = one_line(way.task.guide.current.title) if way.task.guide else ""
    if way.task.thread is None:
        return say("task_guide", guide=guide, id=way.task.guide.id if way.task.guide else "")
    place = _place(way.task.thread, way.task.opening)
    return (
        say("task_answer_with", place=place, guide=guide)
        if guide
        else say("task_answer", place=place)
    )


def _place(thread: Thread, opening: str) -> str:
    """A discussion by its title, or where it has none by how it began."""
    if not thread.title.strip() and opening.strip():
        thread = thread.model_copy(update={"title": shorten(opening, OPENING_CELLS)})
    return place_of(thread) or thread.id


def way_payload(way: WayIn) -> Json:
    """The same as JSON."""
    task = way.task
    return {
        "member": way.member.id,
        "topics": [topic.name for topic in way.topics],
        "guides": [{"id": one.id, "title": one.current.title} for one in way.guides],
        "threads": [
            {"id": one.thread.id, "title": one.thread.title, "topic": one.topic.name}
            for one in way.threads
        ],
        "follow": [{"handle": who.handle, "topic": topic.name} for who, topic in way.follow],
        "task": {
            "thread": task.thread.id if task.thread else None,
            "guide": task.guide.id if task.guide else None,
        }
        if task
        else None,
        "path": {stage.value: at.isoformat() if at else None for stage, at in way.path},
    }


def movement_blocks(found: Movement) -> list[RenderableType]:
    """How many people stand where and moved there, nobody named."""
    say = load_skill().say
    lines: list[RenderableType] = [Text(say("moved_since", day=said_date(found.since)))]
    for stage in found.standing:
        stand, moved = (
            say("too_few") if number is None else str(number)
            for number in (found.standing[stage], found.moved[stage])
        )
        name = say("stage_" + stage.value)
        lines.append(hanging("-", Text(say("moved", stage=name, standing=stand, moved=moved))))
    return lines


def movement_payload(found: Movement) -> Json:
    """The same as JSON; `null` for fewer than five."""
    return {
        "since": found.since.isoformat(),
        "standing": {stage.value: number for stage, number in found.standing.items()},
        "moved": {stage.value: number for stage, number in found.moved.items()},
    }
