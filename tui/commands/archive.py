"""Commands that take talk in and find what is worth asking: import, sweep, moments, graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tui.commands.people import actor_if_any
from tui.console import print_json, print_raw, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity
from tui.progress import shown_progress

if TYPE_CHECKING:
    from agent.services.sweeping import SweepReport
    from agent.sources.importer import ImportReport

STEPS = 1_000
"""Fineness of the bar for an archive."""
SKIPPED_SHOWN = 10
STAGES = {"judging": "reading threads", "asking": "moving inquiries on"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_talk)
    app.command("sweep")(sweep_once)
    app.command("moments")(show_moments)
    app.command("graph")(show_graph)


def import_talk(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="An export, a dump or a mailbox of messages.")],
    community: Annotated[
        str, typer.Option("--community", metavar="NAME", help="The community it belongs to.")
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first record that cannot be read.")
    ] = False,
    new: Annotated[
        bool, typer.Option("--new", help="Make the community, though one of a like name is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take in an archive of discussions. Doing it again takes in only what changed."""
    from agent.services.importing import import_into
    from agent.services.taking_in import community_to_fill

    with (
        workplace(ctx, create=True) as work,
        shown_progress(as_json=as_json) as report_stage,
    ):
        community = community_to_fill(work, community, new=new)
        report = import_into(
            work,
            path,
            community,
            strict=strict,
            on_progress=lambda done, _: report_stage("importing", round(done * STEPS), STEPS),
        )
    skipped = [{"where": one.where, "why": one.why} for one in report.skipped]
    unlisted = report.skipped_count - len(skipped)
    if as_json:
        if unlisted > 0:
            skipped.append({"where": "elsewhere", "why": f"{unlisted} more were skipped"})
        print_json(
            {
                "messages": report.messages,
                "threads": report.threads,
                "members": report.members,
                "skipped": skipped,
                "added": report.added,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "community": community,
            }
        )
        return
    _say_imported(report, community)


def _say_imported(report: ImportReport, community: str) -> None:
    from rich.text import Text

    from tui.render.listing import heading, indented
    from tui.render.safe import one_line
    from tui.render.times import counted

    say(heading(f"{community}: the archive is in"))
    holds = ", ".join(
        (
            counted(report.messages, "message"),
            counted(report.threads, "thread"),
            counted(report.members, "member"),
        )
    )
    say(indented(Text(holds)))
    change = f"{report.added:,} new, {report.changed:,} changed, {report.unchanged:,} as before"
    say(indented(Text(change)))
    if report.skipped_count:
        say(Text(f"{counted(report.skipped_count, 'record')} could not be read:"))
        for one in report.skipped[:SKIPPED_SHOWN]:
            say(indented(Text(f"{one_line(one.where)}: {one_line(one.why)}")))
        if report.skipped_count > SKIPPED_SHOWN:
            say(indented(Text(f"and {report.skipped_count - SKIPPED_SHOWN:,} more; see --json")))
    say_next(
        ("passdown sweep", "find what is worth asking, and ask it"),
        ("passdown me HANDLE", "say who you are in this community"),
    )


def sweep_once(ctx: typer.Context, community: InCommunity = None, as_json: AsJson = False) -> None:
    """Do all that can be done now.

    Finds moments, asks experts, reminds, and moves inquiries on. Safe to stop at any time.
    """
    from dataclasses import asdict

    from agent.services.identity import pick_community
    from agent.services.sweeping import sweep

    with workplace(ctx) as work, shown_progress(as_json=as_json) as report_stage:
        chosen = pick_community(work, community) if community else None
        report = sweep(
            work,
            chosen,
            on_progress=lambda stage, done, total: report_stage(
                STAGES.get(stage, stage), done, total
            ),
        )
    if as_json:
        print_json(asdict(report))
        return
    _say_swept(report)


def _say_swept(report: SweepReport) -> None:
    from rich.text import Text

    from tui.render.safe import visible
    from tui.render.times import counted

    done = [f"{counted(report.threads_judged, 'thread')} read"]
    done.append(f"{counted(report.moments_found, 'moment')} worth asking about")
    if report.contradictions:
        done.append(f"{counted(report.contradictions, 'message')} against published guides")
    if report.inquiries_opened:
        done.append(f"{counted(report.inquiries_opened, 'inquiry')} opened")
    if report.advanced:
        done.append(f"{counted(len(set(report.advanced)), 'inquiry')} moved on")
    if report.reminded:
        done.append(f"{counted(report.reminded, 'expert')} reminded")
    if report.expired:
        done.append(f"{report.expired:,} closed for want of an answer")
    if report.indexed:
        done.append(f"{counted(report.indexed, 'guide')} made searchable")
    say(Text(", ".join(done) + "."))
    for name in report.paused:
        say(Text(f"The agent is paused in {visible(name)}: it asked and reminded nobody there."))
    for problem in report.failed:
        say(Text(f"Left for the next sweep: {visible(problem)}"))
    say_next(
        ("passdown moments", "what was found, and why"),
        ("passdown inbox", "what waits for you"),
        ("passdown status", "what waits for whom"),
    )


def show_moments(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 10,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show the messages worth asking about, and why."""
    from agent.services.browsing import list_moments
    from agent.services.identity import pick_community

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        member = actor_if_any(work, chosen, as_who)
        total, seen = list_moments(work, chosen, limit, member)
        now = work.clock.now()
    if as_json:
        from tui.render.payloads import moment_payload

        print_json({"found": total, "moments": [moment_payload(one) for one in seen]})
        return
    from rich.text import Text

    from tui.render.listing import heading, moment_block, spaced

    if not seen:
        say(Text("No moment has been found yet. A sweep looks for them in settled threads."))
        say_next(("passdown sweep", ""))
        return
    say(heading(f"Worth asking about in {chosen.name}: {total:,} found, best first"), Text())
    say(*spaced(moment_block(number, one, now) for number, one in enumerate(seen, start=1)))
    if total > len(seen):
        say_next((f"passdown moments --limit {total}", "all of them"))


def show_graph(as_json: AsJson = False) -> None:
    """Print the way of an inquiry as a mermaid picture."""
    from agent.inquiry.graph import draw_mermaid

    picture = draw_mermaid()
    if as_json:
        print_json({"mermaid": picture})
    else:
        print_raw(picture)
