"""Task `transfer`: whether a reader answers better with the guide than with the thread (5.7).

A frozen reader answers scenario questions five times: with nothing, with the thread, with the
thread and all answers that experts gave, with the guide, and with a summary of thread and answers
as long as the guide. `accuracy` is the share of answerable questions answered rightly and surely;
`normalised_gain` = (accuracy with the guide - with the thread) / (1 - with the thread); `overreach`
the share of boundary and unanswerable questions answered surely and wrongly. `forced` is accuracy
where the reader must choose. Intervals resample the threads. Items are a folder with
`experts.toml` and `archive` (see `evals.tasks.made_guides`) and `scenarios.jsonl` (see
`evals.labelled.scenarios`); questions about a thread of which no guide came are counted, not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import numpy as np

from agent.method.measures import count_words
from agent.method.sentences import split_text
from evals.labelled.scenarios import SCENARIOS, Scenario, ScenarioKind, read_scenarios
from evals.sample import SLACK_EXPORT
from evals.tasks.frozen_reader import FrozenReader
from evals.tasks.made_guides import MadeGuide, made_guides, source_files
from evals.tasks.matched_summary import summary_of
from evals.tasks.measurement import Case, Outcome, drawn
from evals.tasks.statistics import Array, Figures, Statistic, share, with_interval
from memory.errors import UserInputError


class Arm(StrEnum):
    """What the reader is given."""

    CLOSED_BOOK = "closed_book"
    THREAD = "thread"
    THREAD_ANSWERS = "thread_and_answers"
    SUMMARY = "summary"
    GUIDE = "guide"


_OVERREACHING = (ScenarioKind.BOUNDARY, ScenarioKind.UNANSWERABLE)


class TransferMeasurement:
    """Scenario questions, read with a guide and without."""

    name = "transfer"

    def __init__(self, items: Path | None, limit: int = 0, seed: int = 0) -> None:
        file = (items if items is not None else SLACK_EXPORT.parent) / SCENARIOS
        asked = drawn(read_scenarios(file), limit, seed)
        self.files = (*source_files(items), file)
        self._seed = seed
        guides = made_guides(items)
        found = {one.id: guide for one in asked if (guide := _about(one, guides)) is not None}
        self._asked = {one.id: one for one in asked if one.id in found}
        if not self._asked:
            raise UserInputError(f"no question of {str(file)!r} is about a thread with a guide")
        self._without = len(asked) - len(self._asked)
        self._guides = found
        self._texts = {guide.version.guide_id: texts_of(guide) for guide in found.values()}

    def cases(self) -> Sequence[Case]:
        return [
            Case(one.id, one.question, "" if one.answer is None else one.options[one.answer])
            for one in self._asked.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """What the reader says in each arm."""
        asked = self._asked[case_id]
        texts = self._texts[self._guides[case_id].version.guide_id]
        said: Outcome = {}
        for arm, text in texts.items():
            choice = _reader().answer(text, asked.question, asked.options)
            said[arm] = {"option": choice.option, "sure": choice.sure}
        return said

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Whether the guide led to the right option, and the same of each arm."""
        asked = self._asked[case_id]
        outcome: Outcome = {
            "guide_id": self._guides[case_id].version.guide_id,
            "kind": asked.kind.value,
            "words": {
                arm: count_words(text)
                for arm, text in self._texts[self._guides[case_id].version.guide_id].items()
            },
        }
        for arm in Arm:
            is_right = said[arm]["option"] == asked.answer
            outcome[arm] = {"right": is_right, "sure": said[arm]["sure"]}
        return float(outcome[Arm.GUIDE]["right"] and outcome[Arm.GUIDE]["sure"]), outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        threads = sorted({one["guide_id"] for one in outcomes})
        tallies = {arm: Tally(arm, outcomes, threads) for arm in Arm}
        measured = {arm: self._measures(tally, len(threads)) for arm, tally in tallies.items()}
        metrics = measured.pop(Arm.GUIDE)
        for name, arm in (
            ("", Arm.THREAD),
            ("_over_answers", Arm.THREAD_ANSWERS),
            ("_over_summary", Arm.SUMMARY),
        ):
            for of, part in (("normalised_gain", "accuracy"), ("forced_gain", "forced")):
                statistic = gain(tallies[Arm.GUIDE].of(part), tallies[arm].of(part))
                metrics |= with_interval(f"{of}{name}", statistic, len(threads), self._seed)
        metrics |= {"threads": float(len(threads)), "without_guide": float(self._without)}
        return Figures(metrics, {arm.value: numbers for arm, numbers in measured.items()})

    def _measures(self, tally: Tally, threads: int) -> dict[str, float]:
        found: dict[str, float] = {}
        for name in ("accuracy", "forced", "boundary_accuracy", "overreach", "words"):
            found |= with_interval(name, tally.of(name), threads, self._seed)
        return found


class Tally:
    """How often, by thread, an arm was right, and of how many."""

    def __init__(self, arm: Arm, outcomes: Sequence[Outcome], threads: Sequence[str]) -> None:
        self._parts: dict[str, tuple[list[float], list[float]]] = {}
        for name in ("accuracy", "forced", "boundary_accuracy", "overreach", "words"):
            above, below = [0.0] * len(threads), [0.0] * len(threads)
            for one in outcomes:
                place = threads.index(one["guide_id"])
                value = _counted(name, one, arm)
                if value is not None:
                    above[place] += value
                    below[place] += 1
            self._parts[name] = above, below

    def of(self, name: str) -> Statistic:
        """The share over all threads."""
        return share(*self._parts[name])


def _counted(name: str, outcome: Outcome, arm: Arm) -> float | None:
    """What one question adds to a share, or `None` where it is no case of it."""
    kind, said = ScenarioKind(outcome["kind"]), outcome[arm]
    right, sure = bool(said["right"]), bool(said["sure"])
    if name == "words":
        return float(outcome["words"][arm])
    if name == "overreach":
        return float(sure and not right) if kind in _OVERREACHING else None
    if kind is ScenarioKind.UNANSWERABLE:
        return None
    if name == "boundary_accuracy":
        return float(right and sure) if kind is ScenarioKind.BOUNDARY else None
    return float(right and (sure or name == "forced"))


def gain(better: Statistic, base: Statistic) -> Statistic:
    """Normalised gain: what was won of what could be won; NaN where nothing could."""

    def statistic(counts: Array) -> Array:
        with_it, without = better(counts), base(counts)
        room = np.where(without < 1, 1 - without, np.nan)
        return np.asarray((with_it - without) / room)

    return statistic


def texts_of(guide: MadeGuide) -> dict[Arm, str]:
    """What the reader is given in each arm."""
    told = "\n".join((guide.version.title, *(one.text for one in guide.version.sentences())))
    known = "\n".join((*guide.thread, *guide.answers))
    sentences = [known[start:end] for start, end in split_text(known)]
    return {
        Arm.CLOSED_BOOK: "",
        Arm.THREAD: "\n".join(guide.thread),
        Arm.THREAD_ANSWERS: known,
        Arm.SUMMARY: summary_of(sentences, count_words(told), _reader().embedder),
        Arm.GUIDE: told,
    }


def _about(scenario: Scenario, guides: Sequence[MadeGuide]) -> MadeGuide | None:
    wanted = " ".join(scenario.about.split())
    return next(
        (one for one in guides if any(wanted in " ".join(text.split()) for text in one.thread)),
        None,
    )


@lru_cache(maxsize=1)
def _reader() -> FrozenReader:
    from memory.index.minilm import MiniLmEmbedder

    return FrozenReader(MiniLmEmbedder())
