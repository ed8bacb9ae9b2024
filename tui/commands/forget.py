"""Commands about what is private: forget, privacy export, privacy unmask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.commands.unmask import unmask
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.forgetting import Forgot
    from agent.services.workplace import Workplace
    from memory.records.keeping import KnownCopy


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("forget")(forget)
    privacy = typer.Typer(
        help="See what is known about a person.", no_args_is_help=True, rich_markup_mode=None
    )
    privacy.callback()(look_after_privacy)
    privacy.command("export")(export_person)
    privacy.command("unmask")(unmask)
    app.add_typer(privacy, name="privacy")


def look_after_privacy() -> None:
    """See what is known about a person."""


def forget(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="Handle, name or id.")],
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Keep their words, under an id of nobody.")
    ] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete their words, and what rests on them.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Forget a person: in the record, the index, the exports and the backups.

    This cannot be undone, and no later import brings them back. One that was killed is finished
    by the same command. Ends with code 1 where a copy could not be reached.
    """
    from agent.services.forgetting import find_to_forget, forget_member
    from agent.services.identity import actor_of, pick_community
    from memory.records.keeping import ForgetMode

    if anonymise == delete:
        raise UserInputError("say either --anonymise or --delete")
    mode = ForgetMode.DELETE if delete else ForgetMode.ANONYMISE
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        find_to_forget(work, chosen, member)
        if not yes:
            _ask(member, mode.value, as_json=as_json)
        done = forget_member(
            work, actor, chosen, member, mode, export_again=lambda copy: export_again(work, copy)
        )
    _tell(done, as_json=as_json)
    if done.unreached:
        raise typer.Exit(1)


def _ask(member: str, mode: str, *, as_json: bool) -> None:
    """Raises `UserInputError` unless somebody at a terminal says that it is meant."""
    import sys

    if as_json or not sys.stdin.isatty():
        raise UserInputError("forgetting cannot be undone; say --yes if that is meant")
    if not typer.confirm(f"Forget {member!r} for good ({mode})? This cannot be undone."):
        raise UserInputError("nothing was changed")


def _tell(done: Forgot, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": done.id, "mode": done.mode.value, "unreached": list(done.unreached)})
        return
    from rich.text import Text

    from tui.render.safe import one_line

    say(Text(f"Forgotten. In the log they are {done.id} from now on."))
    for place in done.unreached:
        say(Text(f"Not reached: {one_line(place)}", overflow="fold"))
    if done.unreached:
        say(Text("See to those by hand: nothing here knows how."))
    say_next((f"passdown log {done.id}", "what the log still says of it"))


def export_person(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="Handle, name or id.")],
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="A new folder to write to.")
    ] = None,
    because: Annotated[
        str, typer.Option("--because", metavar="WHY", help="A steward's reason, for the log.")
    ] = "",
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Write everything that is known about a person to a folder, for them.

    The person may, and a steward who says why.
    """
    from agent.services.identity import actor_of, find_member, pick_community
    from agent.services.portrait import write_portrait

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        with work.store.reading() as unit:
            person = find_member(unit.people.members(chosen.id), member)
        made = write_portrait(work, actor, person, folder or Path(f"about-{person.id}"), because)
    if as_json:
        print_json({"folder": str(made.folder), "records": dict(made.records)})
        return
    from rich.text import Text

    from tui.render.safe import one_line
    from tui.render.times import counted

    total = sum(made.records.values())
    kinds = counted(len(made.records), "kind")
    say(Text(f"{counted(total, 'record')} of {kinds} written."))
    say(Text(f"Begin with {one_line(str(made.folder / 'index.md'))}", overflow="fold"))


def export_again(work: Workplace, copy: KnownCopy) -> None:
    """Bring an export up to date with the record, as `passdown export` does."""
    from agent.services.export_folder import ExportFolder, one_export_at_a_time
    from agent.services.exporting import published_guides
    from agent.services.identity import pick_community
    from memory.records.keeping import CopyKind
    from tui.render.exported import file_names, markdown_files
    from tui.render.pages import guide_page
    from tui.render.site import check_generator, site_files

    is_site = copy.kind is CopyKind.SITE
    if is_site:
        check_generator()
    chosen = pick_community(work, copy.community_id)
    with one_export_at_a_time(work.home.lock_dir):
        folder = ExportFolder.open(Path(copy.path), chosen, "site" if is_site else "markdown")
        pages = [guide_page(one.page, one.questions) for one in published_guides(work, chosen)]
        names = file_names([page.guide for page in pages], {})
        make = site_files if is_site else markdown_files
        folder.write(make(chosen.name, pages, names, work.catalogue), names)
