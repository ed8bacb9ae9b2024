"""Plots as SVG: each measure's value with its interval, beside baselines and earlier runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

Place = Callable[[float], float]
"""From a value to where it stands, in pixels from the left."""
WIDTH, LABELS, ROW, EDGE = 760, 250, 22, 12
"""Pixels: of the plot, of the names at its left, of a row, and of the margin."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One value of a plot."""

    label: str
    value: float
    interval: tuple[float, float] | None
    is_engine: bool
    """Whether the engine said it; baselines are drawn hollow."""


def dot_plot(title: str, dots: Sequence[Dot]) -> str:
    """An SVG of the dots, one a row on a common scale; shares are drawn from 0 to 1.

    The engine's dots are filled and baselines' hollow, so that colour tells nothing alone.
    """
    low, high = _scale(dots)
    height = ROW * (len(dots) + 1) + EDGE
    span = WIDTH - LABELS - 7 * EDGE

    def place(value: float) -> float:
        return LABELS + EDGE + span * (value - low) / (high - low)

    name = escape(title, quote=True)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [f'<svg role="img" {size} aria-label="{name}">']
    for tick in (low, (low + high) / 2, high):
        x = place(tick)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{height - ROW}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 6}">{told(tick)}</text>')
    for n, dot in enumerate(dots):
        parts += _row(dot, EDGE + ROW * n, place)
    return "".join((*parts, "</svg>"))


def told(value: float) -> str:
    """A number as people read it: whole numbers plainly, others with three digits."""
    return f"{value:,.0f}" if value == int(value) else f"{value:.3f}"


def _row(dot: Dot, y: float, place: Place) -> list[str]:
    x = place(dot.value)
    kind = "engine" if dot.is_engine else "baseline"
    parts = [
        f'<text class="name {kind}" x="{LABELS}" y="{y + 4:.0f}">{escape(_short(dot.label))}</text>'
    ]
    if dot.interval is not None:
        left, right = (place(bound) for bound in dot.interval)
        parts.append(
            f'<line class="interval" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.0f}" y2="{y:.0f}"/>'
        )
    parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.0f}" r="5"/>')
    edge = place(dot.interval[1]) if dot.interval is not None else x
    parts.append(
        f'<text class="value" x="{edge + 10:.1f}" y="{y + 4:.0f}">{told(dot.value)}</text>'
    )
    return parts


def _short(label: str, most: int = 36) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _scale(dots: Sequence[Dot]) -> tuple[float, float]:
    values = [bound for dot in dots for bound in (dot.value, *(dot.interval or ()))]
    low, high = min(0.0, *values), max(0.0, *values)
    if high <= 1.0:
        return (0.0, 1.0) if low >= 0 else (low, 1.0)
    return low, high
