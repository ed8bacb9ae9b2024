"""Commands of the tasks that tandems do: list, propose, set, take in a backlog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from memory.errors import UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

LEVELS = {"easy": 0.15, "moderate": 0.3, "hard": 0.5, "very-hard": 0.75}
"""Words for how hard a task is, as skill is measured."""


def register(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("tasks")(tasks)
    group.command("propose")(propose)
    group.command("task")(change)
    group.command("backlog")(backlog)


def tasks(ctx: typer.Context, community: InCommunity = None, as_json: AsJson = False) -> None:
    """List tasks worth doing together, the most worth first."""
    from rich.text import Text

    from agent.services.identity import pick_community
    from agent.services.seeing import check_open_to
    from agent.services.skills import read_skills
    from agent.services.tandem_tasks import list_tasks
    from prompts.tandem import load_tandem
    from tui.render.tandem import task_payload, task_text

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        check_open_to(work, chosen)
        found = list_tasks(work, chosen)
        names = {}
        if found and not as_json:
            names = {key: one.name for key, one in read_skills(work, chosen).topics.items()}
    if as_json:
        print_json([task_payload(one) for one in found])
        return
    if not found:
        say(Text(load_tandem().obstacles["no_task"]))
        return
    say(*(task_text(one, names) for one in found))


def propose(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What there is to do.")],
    text: Annotated[str, typer.Option("--text", help="More about it.")] = "",
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Propose a task; its topics and difficulty are estimated, and can be set."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skills import read_skills
    from agent.services.tandem_tasks import propose_task
    from tui.render.tandem import task_payload, task_text

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        graph = read_skills(work, chosen)
        task = propose_task(work, actor, graph, title, text)
    if as_json:
        print_json(task_payload(task))
        return
    say(task_text(task, {key: one.name for key, one in graph.topics.items()}))
    say_next(
        (f"passdown tandems task {task.id} --difficulty hard", "set what is estimated wrongly")
    )


def change(
    ctx: typer.Context,
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task's id.")],
    title: Annotated[str | None, typer.Option(help="Another title.")] = None,
    difficulty: Annotated[
        str | None, typer.Option(metavar="LEVEL", help="easy, moderate, hard or very-hard.")
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", metavar="NAME", help="A topic; repeatable.")
    ] = None,
    days: Annotated[float | None, typer.Option(help="How long it takes.")] = None,
    learners: Annotated[int | None, typer.Option(help="Juniors who can do it, 1 to 3.")] = None,
    urgent: Annotated[bool | None, typer.Option(help="Whether it is urgent.")] = None,
    reversible: Annotated[bool | None, typer.Option(help="Whether it can be undone.")] = None,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Set what was estimated of a task; it is not estimated again."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skills import read_skills
    from agent.services.tandem_tasks import edit_task
    from tui.render.tandem import task_payload, task_text

    if difficulty is not None and difficulty not in LEVELS:
        raise UserInputError(f"{difficulty!r} is none of {', '.join(LEVELS)}")
    given: dict[str, Any] = {
        "title": title,
        "difficulty": LEVELS[difficulty] if difficulty else None,
        "topics": topic or None,
        "days": days,
        "learners": learners,
        "urgent": urgent,
        "reversible": reversible,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise UserInputError("say what to set, for example --difficulty hard")
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        graph = read_skills(work, chosen)
        changed = edit_task(work, actor, graph, task, changes)
    if as_json:
        print_json(task_payload(changed))
        return
    say(task_text(changed, {key: one.name for key, one in graph.topics.items()}))


def backlog(
    ctx: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A Markdown list, .jsonl or .csv with a title each, or a JSON export of issues.",
        ),
    ],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Take in a backlog; twice changes nothing. What cannot be read is left out and named."""
    from rich.text import Text

    from agent.services.identity import actor_of, pick_community
    from agent.services.skills import read_skills
    from agent.services.tandem_tasks import import_backlog
    from tui.render.safe import one_line

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        read, counts = import_backlog(work, actor, read_skills(work, chosen), path)
    if as_json:
        print_json(
            {
                "added": counts.added,
                "known": counts.kept,
                "done": read.done,
                "problems": list(read.problems),
            }
        )
        return
    say(Text(f"{counts.added} new tasks, {counts.kept} known, {read.done} done already."))
    for problem in read.problems:
        say(Text(f"  left out: {one_line(problem)}"))
    say_next(("passdown tandems suggest", "look who could do them together"))
