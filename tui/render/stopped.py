"""In words and for programs, which work is stopped, by whom, since when and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memory.records.governance import StopWork
from prompts.governance import load_governance
from tui.render.safe import one_line
from tui.render.times import said_date


def frozen_lines(stops: Sequence[StopWork]) -> list[str]:
    """What stands above a guide that is frozen."""
    return [_told("frozen", stop) for stop in stops]


def asked_lines(stops: Sequence[StopWork], held: int) -> list[str]:
    """What is said in place of advice, and how many guides are held back."""
    say = load_governance().say
    lines = [_told("asked", stop) for stop in stops]
    if held:
        lines.append(say("held_one") if held == 1 else say("held_many", count=held))
    return lines


def exported_lines(stops: Sequence[StopWork]) -> list[str]:
    """What the index of an export says."""
    return [_told("exported", stop) for stop in stops]


def _told(key: str, stop: StopWork) -> str:
    topic, because = one_line(stop.topic), one_line(stop.because)
    day = said_date(stop.stopped_at)
    return load_governance().say(key, topic=topic, day=day, because=because)


def stop_payload(stop: StopWork) -> dict[str, Any]:
    """One order for programs."""
    return stop.model_dump(mode="json") | {"holds": stop.holds}
