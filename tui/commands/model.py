"""Commands about a language model: what an endpoint can do, what it cost, what was sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tui.console import Session, print_json, say
from tui.options import AsJson

if TYPE_CHECKING:
    from agent.services.model_calibrating import CalibrationReport
    from agent.services.models import Costs, EndpointReport, Way

model = typer.Typer(
    help="Look after the language model, where one is used.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
UNUSABLE = 2
"""Exit code of `check` where the endpoint does not do what is needed."""


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(model, name="model")


@model.callback()
def look_after_model() -> None:
    """Look after the language model, where one is used."""


@model.command("check")
def check(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Find out what the named endpoint can do.

    No words of people are sent. Ends with code 2 where there is none, or it does not answer.
    """
    from agent.services.models import check_endpoint

    report = check_endpoint(_path(ctx))
    if as_json:
        from dataclasses import asdict

        print_json({**asdict(report), "usable": report.usable})
    else:
        _tell_check(report)
    if not report.usable:
        raise typer.Exit(UNUSABLE)


@model.command("calibrate")
def calibrate(
    ctx: typer.Context,
    limit: Annotated[
        int, typer.Option("--limit", min=0, max=1_000, help="Items of a step at most; 0 for all.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure the named endpoint step by step, and let it take those at which it is better.

    Made-up samples are sent, and no words of people. The choice goes into passdown.toml as
    [model.steps.NAME] use; all else there stays as it is. Ends with code 2 where nothing answers.
    """
    from agent.services.model_calibrating import calibrate as measure
    from tui.progress import shown_progress

    with shown_progress(as_json=as_json) as on_item:
        report = measure(_path(ctx), limit=limit, on_item=on_item)
    if as_json:
        from dataclasses import asdict

        print_json(asdict(report))
        return
    _tell_calibration(report)


@model.command("costs")
def costs(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show what models have cost: in all, by step, and by inquiry and guide."""
    from agent.services.models import cost_report

    report = cost_report(_path(ctx))
    if as_json:
        from pydantic import TypeAdapter

        print_json(TypeAdapter(type(report)).dump_python(report, mode="json"))
        return
    from rich.text import Text

    if not report.total.calls and not report.inquiries:
        say(Text("No model was asked yet."))
        return
    say(Text(f"In all: {_cost_words(report.total, report.currency)}"))
    for step, spent in report.by_step.items():
        say(Text(f"  {step.value}: {_cost_words(spent, report.currency)}"))
    for one in report.inquiries:
        say(Text(f"{one.inquiry_id} ({one.guide_id}): {_cost_words(one.costs, report.currency)}"))
        for taken in one.steps:
            who = "the model" if taken.by_model else "the embedded engine"
            why = f" ({taken.reason})" if taken.reason else ""
            refused = f"; refused: {', '.join(taken.refused)}" if taken.refused else ""
            say(Text(f"  {taken.step.value}: by {who}{why}{refused}"))


@model.command("sent")
def sent(
    ctx: typer.Context,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000, help="The newest so many.")
    ] = 5,
    as_json: AsJson = False,
) -> None:
    """Show exactly what was sent to a model, where the home keeps it.

    It does so only while `model.keep_sent` is set in passdown.toml.
    """
    from agent.services.models import sent_payloads

    found = sent_payloads(_path(ctx), limit)
    if as_json:
        print_json({"sent": [{"at": one.at.isoformat(), "payload": one.payload} for one in found]})
        return
    from rich.text import Text

    from tui.render.safe import visible

    if not found:
        say(Text("Nothing is kept. Set 'keep_sent = true' under [model] in passdown.toml first."))
    for one in found:
        say(Text(f"{one.at:%Y-%m-%d %H:%M:%S} UTC", style="bold"), Text(visible(one.payload)))


def _path(ctx: typer.Context) -> Path | None:
    return (ctx.find_object(Session) or Session()).home


def _tell_check(report: EndpointReport) -> None:
    from rich.text import Text

    from tui.render.safe import one_line

    where = "on this machine" if report.local else "on another machine"
    rows: list[tuple[str, str]] = [
        ("Endpoint", f"{one_line(report.endpoint)} ({where})"),
        ("Model", one_line(report.model)),
        ("Key", "set" if report.has_key else "none"),
        ("Reachable", "yes" if report.reachable else "no"),
        ("JSON schema", _way_words(report.json_schema)),
        ("Plain JSON", _way_words(report.plain_json)),
        ("Used here", "yes" if report.in_use else "no: 'use = true' under [model] is not set"),
    ]
    width = max(len(name) for name, _ in rows)
    say(*(Text(f"{name:<{width}}  {words}") for name, words in rows))
    if report.usable and not report.json_schema.works:
        say(Text("'json_schema = false' under [model] in passdown.toml saves a call each time."))


def _tell_calibration(report: CalibrationReport) -> None:
    from rich.table import Table
    from rich.text import Text

    from tui.render.safe import one_line

    table = Table("Step", "Measured by", "Embedded", "Model", "Answers used", "Taken by", box=None)
    for one in report.measured:
        used = f"{one.taken} of {one.asked}"
        why = f" ({one.why_not[0]})" if one.why_not else ""
        table.add_row(
            one.step.value,
            one.score,
            "-" if one.embedded is None else f"{one.embedded:.2f}",
            f"{one.model:.2f}",
            used + why,
            "model" if one.chosen else "embedded",
        )
    say(Text(f"{one_line(report.model)} at {one_line(report.endpoint)}"), table)
    say(
        Text(
            f"{report.calls} calls, {report.tokens:,} tokens, {report.seconds:.1f} s. "
            f"Written to {one_line(report.written_to)}."
        )
    )
    if not report.in_use:
        say(Text("No model is used here yet: set 'use = true' under [model] in passdown.toml."))


def _way_words(way: Way) -> str:
    took = f"{way.seconds:.1f} s, {way.prompt_tokens} + {way.answer_tokens} tokens"
    if not way.works:
        return f"no ({way.outcome.value}; {took})"
    return f"yes ({took})" if way.said_so else f"in shape, but says something else ({took})"


def _cost_words(costs: Costs, currency: str) -> str:
    parts = [
        f"{costs.calls} calls",
        f"{costs.failed} of them failed",
        f"{costs.cached} answers used again",
        f"{costs.tokens:,} tokens",
        f"{costs.seconds:.1f} s",
        f"{costs.money:.4f} {currency}",
    ]
    return ", ".join(parts)
