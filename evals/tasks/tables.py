"""A report for people: each measure with its interval beside the baselines, facet by facet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from evals.tasks.listing import TASKS
from memory.records.inquiry import Facet

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from evals.tasks.running import Report

_BY_FACET = ("support", "precision", "recall", "f1", "sentence_f1")


def render_report(report: Report) -> Iterator[RenderableType]:
    """A heading, the measures, the facets where there are any, the rest, and the versions."""
    from rich.text import Text

    yield Text.assemble((report.task, "bold"), f"  {report.n:,} items, engine {report.engine!r}\n")
    yield _measures(report)
    by_facet = _facets(report)
    if by_facet is not None:
        yield Text()
        yield by_facet
    if rest := _rest(report):
        yield Text("\n" + "\n".join(f"{_words(name)}: {_number(v)}" for name, v in rest.items()))
    told = ", ".join(f"{name} {value}" for name, value in report.versions.items())
    yield Text(f"\n{told}", style="dim")


def _measures(report: Report) -> Table:
    table = _table("measure", "by", "value", "95 % interval")
    for name in _headlines(report):
        rows = [(report.engine, report.figures.metrics)]
        rows += [
            (_words(who), numbers)
            for who, numbers in report.figures.baselines.items()
            if name in numbers
        ]
        for n, (who, numbers) in enumerate(rows):
            low, high = numbers.get(f"{name}_low"), numbers.get(f"{name}_high")
            interval = "" if low is None or high is None else f"{low:.3f} to {high:.3f}"
            style = "bold" if n == 0 else "dim"
            first = _words(name) if n == 0 else ""
            table.add_row(first, who, f"{numbers[name]:.3f}", interval, style=style)
    return table


def _headlines(report: Report) -> list[str]:
    return [name for name in TASKS[report.task].headlines if name in report.figures.metrics]


def _facets(report: Report) -> Table | None:
    metrics = report.figures.metrics
    if f"{Facet.WHY}_f1" not in metrics:
        return None
    table = _table("facet", *(_words(name) for name in _BY_FACET))
    for facet in Facet:
        values = [metrics[f"{facet}_{name}"] for name in _BY_FACET]
        support, *shares = values
        table.add_row(facet, f"{support:.0f}", *(f"{value:.3f}" for value in shares))
    return table


def _rest(report: Report) -> Mapping[str, float]:
    """What neither table tells."""
    told = {f"{facet}_{name}" for facet in Facet for name in _BY_FACET}
    for name in _headlines(report):
        told |= {name, f"{name}_low", f"{name}_high"}
    bounds = ("_low", "_high")
    return {
        name: value
        for name, value in report.figures.metrics.items()
        if name not in told and not name.endswith(bounds)
    }


def _table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for n, column in enumerate(columns):
        numeric = n > 0 and column != "by"
        table.add_column(column, justify="right" if numeric else "left", no_wrap=True)
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.3f}"
