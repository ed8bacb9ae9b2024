"""Measure the engine on labelled messages and archives, beside plain baselines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from evals.tasks.measurement import Progress
    from evals.tasks.running import Report

WIDTH = 100
"""Columns; longer lines are hard to read however wide the terminal."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]


def register(app: typer.Typer) -> None:
    """Add `passdown eval`."""
    evaluate = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Measure the engine beside plain baselines.",
    )
    evaluate.command("list")(list_tasks)
    evaluate.command("run")(run)
    evaluate.command("report")(report_runs)
    app.add_typer(evaluate, name="eval")
    app.callback()(_group)


def _group() -> None:
    """Hold the commands together, so that one group of them stays a group."""


def list_tasks(
    as_json: JsonOption = False,
    names: Annotated[bool, typer.Option("--names", help="Names alone, for scripts.")] = False,
) -> None:
    """List the tasks and what each measures."""
    from rich.table import Table
    from rich.text import Text

    from evals.tasks.listing import TASKS

    if names:
        sys.stdout.write("".join(f"{name}\n" for name in TASKS))
        return
    if as_json:
        _print_json({name: {"measures": t.measures, "items": t.reads} for name, t in TASKS.items()})
        return
    table = Table.grid(padding=(0, 3))
    for name, task in TASKS.items():
        table.add_row(Text(name, style="bold"), task.measures)
    console = _console()
    console.print(table)
    console.print(Text("\n  passdown eval run NAME   measure, beside plain baselines"))


def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="See `passdown eval list`.")],
    items: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Labelled messages (items.jsonl, labels_a.jsonl and perhaps labels_b.jsonl), or "
            "an archive for `questions`, or passages.jsonl and queries.jsonl for `retrieval`; by "
            "default those of PASSDOWN_DATA, else a small sample.",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="What is measured: `embedded`; `model`, which OPENAI_BASE_URL and "
            "OPENAI_MODEL name; or `sabotaged`, worse on purpose, so that measures must fail.",
        ),
    ] = "embedded",
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most N items, drawn at random.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="For intervals and for drawing items.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep Inspect AI's logs in this folder.")
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, metavar="N", help="Show N composed questions, drawn at random.")
    ] = 0,
    as_json: JsonOption = False,
) -> None:
    """Run one task and print its measures with 95 % intervals."""
    from evals.tasks.running import run_task

    with _progress(quiet=as_json) as progress:
        report = run_task(
            name, items, engine=engine, limit=limit or 0, seed=seed, out=out, progress=progress
        )
    shown = _examples(report, examples, seed)
    if as_json:
        _print_json(report.as_json() | ({"examples": shown} if examples else {}))
        return
    from rich.text import Text

    from evals.tasks.tables import render_report

    console = _console()
    for part in render_report(report):
        console.print(part)
    for one in shown:
        console.print(Text(f"\n{one['facet']}  {one['question']}"))


def report_runs(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where `eval run --out DIR` kept its logs.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Write one page (report.html) and Markdown (report.md) of all runs in a folder."""
    from rich.text import Text

    from evals.reporting.runs import read_runs
    from evals.reporting.writing import write_report

    runs, unfinished = read_runs(folder)
    page, text = write_report(folder, runs, unfinished)
    if as_json:
        _print_json(
            {
                "page": str(page),
                "markdown": str(text),
                "runs": [{"task": run.task, "run": run.label, "n": run.n} for run in runs],
                "unfinished": [{"file": one.file, "why": one.why} for one in unfinished],
            }
        )
        return
    console = _console()
    console.print(Text(f"{len(runs)} runs reported in {page} and {text.name}"))
    for one in unfinished:
        console.print(Text(f"without figures: {one.file}, {one.why}"))


def _examples(report: Report, count: int, seed: int) -> list[dict[str, Any]]:
    """Composed questions with facet and quote, drawn by the seed."""
    from evals.tasks.measurement import drawn

    composed = [dict(said) for said in report.said if said.get("question")]
    return list(drawn(composed, count, seed)) if count else []


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar on stderr where that is a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=_console(stderr=True), transient=True) as bar:
        stages: dict[str, TaskID] = {}

        def advance(stage: str, done: int, of: int) -> None:
            if stage not in stages:
                stages[stage] = bar.add_task(stage, total=of)
            bar.update(stages[stage], completed=done, total=of)

        yield advance


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    colourless = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    console = Console(
        stderr=stderr,
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if colourless else "auto",
    )
    console.width = min(console.width, WIDTH)
    return console


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")
