"""What forbids a tandem before anything is weighed: tasks, hours, reporting lines. Pure."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from memory.records.tandem_policy import TandemGates

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]
Bits = NDArray[np.uint64]

DEEPEST = 16
"""Levels of a hierarchy that are looked at; a circle of chiefs ends there."""
HALF_HOURS = 48
"""Half hours of a day in UTC; bit n of a person's hours stands for the n-th."""


class Obstacle(StrEnum):
    """Why there is no tandem: for a task, or for a whole community."""

    NO_PEOPLE = "no_people"
    ONE_PERSON = "one_person"
    NOBODY_OPTED_IN = "nobody_opted_in"
    ONE_OPTED_IN = "one_opted_in"
    NO_TASK = "no_task"
    NOT_REVERSIBLE = "not_reversible"
    TOO_LONG = "too_long"
    URGENT = "urgent"
    NO_TOPIC = "no_topic"
    NOBODY_KNOWS = "nobody_knows"
    NO_SENIOR = "no_senior"
    SENIORS_BUSY = "seniors_busy"
    NO_JUNIOR = "no_junior"
    NO_COMMON_HOURS = "no_common_hours"
    REPORTING_LINE = "reporting_line"
    BEYOND_ALL = "beyond_all"
    WEAK_MATCH = "weak_match"
    ALL_TAKEN = "all_taken"


def task_obstacle(
    *, reversible: bool, days: float, urgent: bool, gates: TandemGates
) -> Obstacle | None:
    """Why a task is none for a tandem, if so."""
    if not reversible:
        return Obstacle.NOT_REVERSIBLE
    if days > gates.longest_days:
        return Obstacle.TOO_LONG
    return Obstacle.URGENT if urgent else None


def hours_bits(from_half: int, to_half: int) -> int:
    """The half hours of a day in UTC, wrapping round midnight, as bits; both may be negative."""
    bits = 0
    for half in range(from_half, to_half):
        bits |= 1 << (half % HALF_HOURS)
    return bits


def enough_overlap(juniors: Bits, seniors: Bits, gates: TandemGates) -> Mask:
    """Whether two people's working days share enough hours, shape (juniors, seniors)."""
    common = juniors[:, None] & seniors[None, :]
    halves = np.zeros(common.shape, dtype=np.int64)
    for shift in range(0, HALF_HOURS, 8):
        halves += _ONES[((common >> np.uint64(shift)) & np.uint64(255)).astype(np.int64)]
    return np.asarray(halves >= 2 * gates.overlap_hours)


_ONES = np.array([byte.bit_count() for byte in range(256)], dtype=np.int64)


def in_line(chief: Index, juniors: Index, seniors: Index) -> Mask:
    """Whether one of two people is above the other, shape (juniors, seniors).

    `chief` holds whom each person reports to, -1 for nobody.
    """
    return _above(chief, juniors, seniors) | _above(chief, seniors, juniors).T


def _above(chief: Index, below: Index, above: Index) -> Mask:
    """Whether each of `above` stands in the line over each of `below`."""
    found = np.zeros((len(below), len(above)), dtype=bool)
    at = chief[below]
    for _ in range(DEEPEST):
        alive = at >= 0
        if not alive.any():
            break
        found |= alive[:, None] & (at[:, None] == above[None, :])
        at = np.where(alive, chief[np.maximum(at, 0)], -1)
    return found
