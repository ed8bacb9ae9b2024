"""The whole loop on the sample community, or the first half of it on your own archive.

Everything a person would do goes through the services that the person's commands use, and what
is shown at the end is shown by those commands.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from agent.services.workplace import Workplace
    from evals.worlds.clock import SimulatedClock
    from evals.worlds.village import Asked
    from memory.records.guide import Guide
    from memory.records.people import Community, Member

Advance = Callable[[str, float], None]
"""Called with a stage and the share of it that is done, 0 to 1."""

MARKER = "demo.json"
STEWARDS = ("lena", "ruben")
SIMULATED_DAYS = 50
"""Long enough for most guides; somebody is left to be asked by hand."""
ANY_HOUR = """# Written by `passdown demo`, so that you can go on by hand at any hour.
[ask]
weekdays = [1, 2, 3, 4, 5, 6, 7]
from_hour = 0
to_hour = 24
"""
NOT_KNOWN = "How do we season a cast-iron pan?"


@dataclass
class DemoReport:
    """What the demo did, as `--json` prints it."""

    home: str
    messages: int = 0
    members: int = 0
    moments: int = 0
    questions: int = 0
    replies: Counter[str] = field(default_factory=Counter)
    guides: Counter[str] = field(default_factory=Counter)
    shown: str | None = None
    simulated_days: float = 0.0
    seconds: float = 0.0


def register(app: typer.Typer) -> None:
    """Add `passdown demo`."""

    @app.command("demo")
    def demo(
        ctx: typer.Context,
        export: Annotated[
            Path | None,
            typer.Option(help="Your own archive: find moments and ask, then stop for a person."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
    ) -> None:
        """Show the whole loop on a sample community, or begin it on your own archive."""
        started = time.monotonic()
        home = _demo_home(ctx.find_root().params.get("home_path"), own=export is not None)
        stage = Stage(ctx, home, quiet=as_json)
        report = _own_archive(stage, export) if export else _sample(stage)
        report.seconds = round(time.monotonic() - started, 1)
        if as_json:
            sys.stdout.write(json.dumps(vars(report), indent=2) + "\n")
        else:
            stage.console.print(f"\nDone in {report.seconds} s.")


def _demo_home(given: str | Path | None, *, own: bool) -> Path:
    """An empty folder; a sample's of an earlier demo is made anew, any other is refused."""
    from platformdirs import user_data_path

    home = (
        Path(given)
        if given
        else user_data_path("passdown-own" if own else "passdown-demo", appauthor=False)
    )
    if home.exists() and any(home.iterdir()):
        if not (home / MARKER).exists():
            raise UserInputError(
                f"{str(home)!r} is not empty and no sample's, so it is kept as it is; go on with "
                "it, or name an empty folder with --home"
            )
        shutil.rmtree(home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not own:
        (home / MARKER).write_text('{"made_by": "passdown demo"}\n', encoding="utf-8")
    return home


class Stage:
    """Where the demo happens and how it is told."""

    def __init__(self, ctx: typer.Context, home: Path, *, quiet: bool) -> None:
        from rich.console import Console

        self.home = home
        self.quiet = quiet
        self.console: Console = Console(
            quiet=quiet, markup=False, emoji=False, highlight=False, soft_wrap=False
        )
        self.console.width = min(self.console.width, 100)
        self._root = ctx.find_root().command
        called = Path(sys.argv[0])
        by_path = called.name == "passdown" and shutil.which("passdown") is None
        name = str(called) if by_path else "passdown"
        self.prefix = f"{shlex.quote(name)} --home {shlex.quote(str(home))}"

    def heading(self, text: str) -> None:
        """Begin a part."""
        from rich.text import Text

        self.console.print()
        self.console.print(Text(text, style="bold"))

    def command(self, *args: str) -> None:
        """Run a command of `passdown` as a person would type it, and show it."""
        from rich.text import Text

        if self.quiet:
            return
        shown = " ".join(f'"{arg}"' if " " in arg else arg for arg in args)
        self.console.print()
        self.console.print(Text(f"$ passdown {shown}", style="bold cyan"))
        self._root.main(
            args=["--home", str(self.home), *args],
            prog_name="passdown",
            standalone_mode=False,
        )

    def go_on(self, commands: list[tuple[str, str]]) -> None:
        """Say how to go on by hand."""
        from rich.text import Text

        self.heading("Go on by hand")
        for command, purpose in commands:
            self.console.print(Text(f"  {self.prefix} {command}", style="cyan"), soft_wrap=True)
            self.console.print(Text(f"      {purpose}"))


def _sample(stage: Stage) -> DemoReport:
    from agent.services.identity import pick_community, set_role
    from agent.services.importing import import_into
    from agent.services.workplace import open_workplace
    from evals.sample import SAMPLE_NAME, SLACK_EXPORT
    from evals.worlds.clock import SimulatedClock, next_monday
    from memory.records.people import Role

    report = DemoReport(str(stage.home))
    clock = SimulatedClock(datetime(2025, 10, 20, 11, tzinfo=UTC))
    with open_workplace(stage.home, clock=clock) as work:
        stage.heading(f"1. Import the sample community {SAMPLE_NAME!r} (a Slack export)")
        imported = import_into(work, SLACK_EXPORT, SAMPLE_NAME, sample=True)
        report.messages, report.members = imported.messages, imported.members
        stage.console.print(
            f"{imported.messages} messages in {imported.threads} threads by "
            f"{imported.members} members."
        )
        community = pick_community(work)
        lead, *others = STEWARDS
        first = set_role(work, community, None, lead, Role.STEWARD)
        stewards = [first, *(set_role(work, community, first, o, Role.STEWARD) for o in others)]
        clock.move_to(next_monday(clock.now()))
        _play(stage, work, clock, community, stewards, report)
        guide = _best_guide(work, community)
        opening = _opening_words(work, guide) if guide else ""
    (stage.home / "passdown.toml").write_text(ANY_HOUR, encoding="utf-8")
    if guide is not None:
        report.shown = guide.id
        stage.heading("3. A finished guide")
        stage.command("show", guide.id)
        stage.heading("4. Ask the memory")
        stage.command("ask", opening)
        stage.command("ask", NOT_KNOWN)
    waiting = _ask_somebody(stage)
    stage.command("status")
    stage.go_on(
        [
            *waiting,
            ("guides --as lena", "every guide and its state, as a steward sees them"),
            ('ask "why not just raise max_connections?"', "ask something else"),
            ("log", "every decision, by opaque ids"),
        ]
    )
    return report


def _ask_somebody(stage: Stage) -> list[tuple[str, str]]:
    """Leave a question open for whoever goes on by hand, now and at any hour."""
    from agent.services.sweeping import sweep
    from agent.services.workplace import open_workplace

    with open_workplace(stage.home) as work:
        sweep(work)
        with work.store.reading() as unit:
            questions = unit.inquiries.open_questions()
            member = unit.people.member(questions[-1].asked_of) if questions else None
    if member is None:
        return []
    who = shlex.quote(member.handle)
    return [
        (f"inbox --as {who}", "what this expert finds"),
        (f'answer {questions[-1].id} --as {who} --text "..."', "answer in their place"),
    ]


def _play(
    stage: Stage,
    work: Workplace,
    clock: SimulatedClock,
    community: Community,
    stewards: list[Member],
    report: DemoReport,
) -> None:
    from evals.worlds.scripted import ScriptedPeople
    from evals.worlds.village import Asked, Confirmed, Reviewed, Swept, Village

    stage.heading("2. The agent watches, asks one question at a time, and people answer")
    village = Village(work, clock, community, ScriptedPeople.load(), stewards)
    began = clock.now()
    for event in village.run(SIMULATED_DAYS):
        match event:
            case Swept(report=swept):
                report.moments += swept.moments_found
                if swept.moments_found:
                    stage.console.print(f"{swept.moments_found} moments worth asking about.")
            case Asked():
                report.questions += 1
                report.replies[event.reply.kind] += 1
                _tell_exchange(stage, event)
            case Confirmed():
                stage.console.print(
                    f"  {event.member.name} confirms the draft {event.guide.current.title!r}"
                )
            case Reviewed():
                report.guides[event.decision.value] += 1
                note = f": {event.comment}" if event.comment else ""
                stage.console.print(
                    f"  {event.member.name} {event.decision.value}s "
                    f"{event.guide.current.title!r}{note}"
                )
    report.simulated_days = round((clock.now() - began).total_seconds() / 86_400, 1)


def _tell_exchange(stage: Stage, event: Asked) -> None:
    """One question and what became of it."""
    from rich.padding import Padding
    from rich.text import Text

    question = event.item.question
    stage.console.print()
    stage.console.print(
        Text.assemble(
            (f"{event.at:%a %d %b %H:%M}  ", "dim"),
            (event.member.name, "bold"),
            (f"  about {question.minutes:g} min", "dim"),
        )
    )
    stage.console.print(
        Padding(Text.assemble(("asked  ", "cyan"), question.text), (0, 2), expand=False)
    )
    said = {
        "skip": "(skips)",
        "not_me": f"(not me, ask {event.reply.refer_to})",
        "stop": "(asks not to be asked again)",
        "silence": "(no answer)",
    }.get(event.reply.kind, "")
    words = Text.assemble(("says   ", "green"), f"{said} {event.reply.text}".strip())
    stage.console.print(Padding(words, (0, 2), expand=False))


def _best_guide(work: Workplace, community: Community) -> Guide | None:
    """The published guide that shows most of what a guide can: reasons, limits, signs, checks."""
    from agent.services.guides import list_guides
    from memory.records.guide import GuideStatus
    from memory.records.inquiry import Facet

    telling = {Facet.WHY, Facet.BOUNDARY, Facet.CUES, Facet.CHECK}

    def worth(guide: Guide) -> tuple[int, float, str]:
        printed = {section.facet for section in guide.current.sections}
        return len(printed & telling), guide.current.measures.completeness, guide.id

    published = list_guides(work, community.id, [GuideStatus.PUBLISHED])
    return max(published, key=worth, default=None)


def _opening_words(work: Workplace, guide: Guide) -> str:
    """The question that the guide's discussion began with, in its asker's words."""
    with work.store.reading() as unit:
        message = unit.talk.message(guide.current.trail[0].message_id)
    words = " ".join(message.own_words().split()) if message else guide.current.title
    return words[:300]


def _own_archive(stage: Stage, export: Path) -> DemoReport:
    from agent.services.identity import pick_community
    from agent.services.importing import import_into
    from agent.services.sweeping import sweep
    from agent.services.workplace import open_workplace

    report = DemoReport(str(stage.home))
    name = export.resolve().name or "archive"
    (stage.home / "passdown.toml").write_text(ANY_HOUR, encoding="utf-8")
    with open_workplace(stage.home) as work:
        stage.heading(f"1. Import {name!r}")
        with _progress(stage) as advance:
            imported = import_into(
                work, export, name, on_progress=lambda share, _: advance("importing", share)
            )
        report.messages, report.members = imported.messages, imported.members
        stage.console.print(
            f"{imported.messages:,} messages in {imported.threads:,} threads by "
            f"{imported.members:,} members; {imported.skipped_count:,} records skipped."
        )
        stage.heading("2. Find moments worth asking about, and ask")
        community = pick_community(work)
        with _progress(stage) as advance:
            swept = sweep(
                work, community, on_progress=lambda name, done, of: advance(name, done / of)
            )
        report.moments = swept.moments_found
        with work.store.reading() as unit:
            questions = unit.inquiries.open_questions()
            people = {q.asked_of: unit.people.member(q.asked_of) for q in questions}
        report.questions = len(questions)
    stage.console.print(
        f"{swept.moments_found:,} moments in {swept.threads_judged:,} settled threads; "
        f"{len(questions)} questions wait for {len(people)} people."
    )
    stage.command("moments", "--limit", "5")
    stage.heading("3. From here on people are needed")
    if not questions:
        stage.console.print(
            "No question passed every gate here; `moments` shows what came near, and why."
        )
    steps = [("moments", "what was found, and why")]
    if questions:
        member = people[questions[0].asked_of]
        handle = member.handle if member else "HANDLE"
        steps += [
            (f"me {shlex.quote(handle)}", "say who you are; here the first person with a question"),
            ("inbox", "read the question in its thread"),
            (f'answer {questions[0].id} --text "..."', "answer it, or --skip, --not-me, --stop"),
        ]
    stage.go_on([*steps, ("status", "how things stand")])
    return report


@contextmanager
def _progress(stage: Stage) -> Iterator[Advance]:
    """A progress bar on a terminal; nothing elsewhere."""
    from rich.progress import Progress

    with Progress(
        console=stage.console, transient=True, disable=not stage.console.is_terminal
    ) as progress:
        tasks: dict[str, TaskID] = {}

        def advance(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=1.0)
            progress.update(tasks[name], completed=share)

        yield advance
