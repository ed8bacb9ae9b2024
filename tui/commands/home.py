"""Commands of whoever looks after a home: status, doctor, log, memory rebuild."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson

memory = typer.Typer(
    help="Look after the searchable memory.", no_args_is_help=True, rich_markup_mode=None
)
FAILED = 2
"""Exit code of `doctor` when something is wrong and stays so."""
MENDED = 1
"""Exit code of `doctor --repair` when something was wrong and all of it was mended."""


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("status")(show_status)
    app.command("log")(show_log)
    app.command("doctor")(examine)
    app.add_typer(memory, name="memory")


def show_status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show how things stand, in numbers."""
    from agent.services.browsing import bound_members
    from agent.services.health import home_status
    from agent.services.pulse import pulse_of
    from tui.render.pulse import pulse_payload
    from tui.render.watching import watch_lines, watch_payload

    with workplace(ctx) as work:
        status = home_status(work)
        now = work.clock.now()
        pulses = [pulse_of(work, *bound) for bound in bound_members(work)]
    if as_json:
        from tui.render.payloads import status_payload

        payload = status_payload(status)
        for told, pulse in zip(payload["communities"], pulses, strict=True):
            told["pulse"] = pulse_payload(pulse)
        payload["watches"] = [watch_payload(one, now) for one in status.watches]
        print_json(payload)
        return
    from tui.render.listing import status_blocks
    from tui.render.pulse import status_lines

    say(*status_blocks(status, now))
    for pulse in pulses:
        say(*status_lines(pulse))
    for watched in status.watches:
        say(*watch_lines(watched, now))
    if not status.communities:
        say_next(("passdown import PATH --community NAME", "take in an archive"))
    elif status.next_due is None or status.next_due <= now:
        say_next(("passdown sweep", "do what can be done now"))
    else:
        say_next(("passdown inbox", "what waits for you"))


def examine(
    ctx: typer.Context,
    mend: Annotated[
        bool,
        typer.Option("--repair", help="Mend what can be made anew; evidence is never touched."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check this home and this installation, and mend it with --repair.

    Ends with code 2 when something is wrong, and with 1 when all of it was mended.
    """
    from agent.services.repair import Examined, repair
    from agent.services.repair import examine as look
    from memory.records.policy import Policy
    from tui.commands.forget import export_again

    with workplace(ctx, policy=Policy()) as work:
        found = (
            repair(work, lambda copy: export_again(work, copy)) if mend else Examined(look(work))
        )
    checks, passed = found.checks, found.passed
    if as_json:
        print_json(
            {
                "passed": passed,
                "checks": [
                    {
                        "name": check.name,
                        "passed": check.passed,
                        "found": check.found,
                        "advice": "" if check.passed else check.advice,
                    }
                    for check in checks
                ],
                "repairs": [{"name": one.name, "did": one.did} for one in found.repairs],
            }
        )
    else:
        from rich.text import Text

        from tui.render.listing import checks_table

        say(checks_table(checks), Text())
        for one in found.repairs:
            say(Text(f"Mended {one.name}: {one.did}.", overflow="fold"))
        say(Text("All is well." if passed else "Something is wrong: see FAILED above."))
    if not passed:
        raise typer.Exit(FAILED)
    if found.repairs:
        raise typer.Exit(MENDED)


def show_log(
    ctx: typer.Context,
    subject: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Only what was done to this record.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=10_000, help="The newest so many.")
    ] = 30,
    as_json: AsJson = False,
) -> None:
    """Show what was decided, by whom and when.

    The log holds ids and reasons, and no talk.
    """
    from agent.services.browsing import decisions

    with workplace(ctx) as work:
        lines = decisions(work, subject, limit)
    if as_json:
        from tui.render.payloads import decision_payload

        print_json({"decisions": [decision_payload(line) for line in lines]})
        return
    from rich.text import Text

    from tui.render.listing import log_lines

    if lines:
        say(*log_lines(lines))
    else:
        say(Text("Nothing has been decided or done yet."))


@memory.callback()
def look_after_memory() -> None:
    """Look after the searchable memory."""


@memory.command("rebuild")
def rebuild(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Build the search index anew from the published guides."""
    from agent.services.recall import rebuild_memory

    with workplace(ctx) as work:
        passages = rebuild_memory(work)
    if as_json:
        print_json({"passages": passages})
        return
    from rich.text import Text

    from tui.render.times import counted

    say(Text(f"The index is built anew: {counted(passages, 'passage')}."))
