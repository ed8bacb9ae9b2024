"""A report of runs as one self-contained HTML page, or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby

from evals.reporting.plots import Dot, dot_plot, told
from evals.reporting.runs import Run, Unfinished, interval_of

PLOTTED = 3
"""Measures of a task that are drawn where it does not name those it tells first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a task's table: a measure by the engine in one run, or by a baseline."""

    measure: str
    by: str
    run: str
    value: str
    interval: str
    is_engine: bool


@dataclass(frozen=True, slots=True)
class TaskPart:
    """What the page says of one task."""

    name: str
    measures: str
    runs: Sequence[Run]
    plots: Sequence[tuple[str, str]]
    """Measure and its plot, as SVG."""
    rows: Sequence[Row]


def parts_of(runs: Sequence[Run]) -> list[TaskPart]:
    """The tasks in the order of the runs; runs of one task stand beside each other."""
    parts = []
    for name, group in groupby(runs, key=lambda run: run.task):
        same = list(group)
        names = list(dict.fromkeys(measure for run in same for measure in run.names()))
        drawn = [m for m in same[0].described.headlines if m in names] or names[:PLOTTED]
        parts.append(
            TaskPart(
                name=name,
                measures=same[0].described.measures,
                runs=same,
                plots=[
                    (words(m), dot_plot(f"{name}: {words(m)}", list(_dots(m, same)))) for m in drawn
                ],
                rows=[row for measure in names for row in _rows(measure, same)],
            )
        )
    return parts


def render_html(runs: Sequence[Run], unfinished: Sequence[Unfinished]) -> str:
    """The page; it refers to nothing outside itself, and what it quotes is escaped."""
    from jinja2 import Environment

    folder = resources.files("evals.reporting")
    template = (folder / "page.html.jinja").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        parts=parts_of(runs),
        unfinished=unfinished,
        style=(folder / "page.css").read_text(encoding="utf-8"),
    )


def render_markdown(runs: Sequence[Run], unfinished: Sequence[Unfinished]) -> str:
    """The same without plots."""
    lines = ["# Evaluation report", ""]
    for part in parts_of(runs):
        lines += [f"## {part.name}", "", *([f"{part.measures}.", ""] if part.measures else [])]
        for run in part.runs:
            versions = ", ".join(f"{name} {value}" for name, value in run.versions.items())
            lines.append(f"- {run.label}: {run.n:,} items; {versions}")
        lines += ["", "| measure | by | run | value | 95 % interval |", "|---|---|---|---:|---|"]
        lines += [
            f"| {row.measure} | {row.by} | {row.run} | {row.value} | {row.interval} |"
            for row in part.rows
        ]
        lines.append("")
    if unfinished:
        lines += ["## Without figures", "", *(f"- {one.file}: {one.why}" for one in unfinished), ""]
    return "\n".join(lines)


def words(name: str) -> str:
    """A measure's name as words."""
    return name.replace("_", " ")


def _rows(measure: str, runs: Sequence[Run]) -> Iterator[Row]:
    for run in runs:
        told_run = run.label if len(runs) > 1 else ""
        numbers = run.figures.metrics
        if measure in numbers:
            bounds = _bounds(run.interval(measure))
            yield Row(
                words(measure), "engine", told_run, told(numbers[measure]), bounds, is_engine=True
            )
        for who, known in run.figures.baselines.items():
            if measure in known:
                bounds = _bounds(interval_of(known, measure))
                yield Row(
                    words(measure),
                    words(who),
                    told_run,
                    told(known[measure]),
                    bounds,
                    is_engine=False,
                )


def _dots(measure: str, runs: Sequence[Run]) -> Iterator[Dot]:
    for run in runs:
        if measure in run.figures.metrics:
            label = "engine" if len(runs) == 1 else f"engine, {run.label}"
            yield Dot(label, run.figures.metrics[measure], run.interval(measure), is_engine=True)
    last = runs[-1]
    for who, known in last.figures.baselines.items():
        if measure in known:
            yield Dot(words(who), known[measure], interval_of(known, measure), is_engine=False)


def _bounds(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"
