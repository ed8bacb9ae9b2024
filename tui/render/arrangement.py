"""How a section is laid out: steps numbered in order, points, and contradictions side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from memory.records.guide import Guide, GuideSentence
from memory.records.inquiry import Facet
from tui.render.guide import sentence_anchors


class Layout(StrEnum):
    """What a group of sentences is to a reader."""

    STEPS = "steps"
    POINTS = "points"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence with its lasting anchor and, for a step, its number."""

    sentence: GuideSentence
    anchor: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that stand together."""

    layout: Layout
    points: tuple[Point, ...]


def sections_of(guide: Guide) -> Iterator[tuple[Facet, list[Group]]]:
    """Each section with its groups, in the order of reading."""
    anchors = iter(sentence_anchors(guide))
    for section in guide.current.sections:
        yield section.facet, _groups([(s, next(anchors)) for s in section.sentences])


def _groups(sentences: Sequence[tuple[GuideSentence, str]]) -> list[Group]:
    """Neighbours of one kind together; a contradiction stands whole where it begins."""
    groups: list[tuple[Layout, list[Point]]] = []
    disputes: dict[int, list[Point]] = {}
    step = 0
    for sentence, anchor in sentences:
        layout = Layout.STEPS if sentence.step else Layout.POINTS
        step += sentence.step
        point = Point(sentence, anchor, step if sentence.step else 0)
        if sentence.dispute:
            if sentence.dispute not in disputes:
                disputes[sentence.dispute] = []
                groups.append((Layout.DISPUTE, disputes[sentence.dispute]))
            disputes[sentence.dispute].append(point)
        elif groups and groups[-1][0] is layout:
            groups[-1][1].append(point)
        else:
            groups.append((layout, [point]))
    return [Group(layout, tuple(points)) for layout, points in groups]
