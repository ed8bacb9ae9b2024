"""Task `contradictions`: whether a later message against a published guide is noticed.

Every pair is played through the shipped services: its first side, a sentence, stands in a published
guide, its second, a sentence or a whole message, is written by somebody else a month later, and the
thread is judged as a sweep does.

`surfaced`: shares of contradicting pairs that raise a contradiction; `surfaced_as_...` by how they
contradict. `false_alarms`: the same of pairs that are merely alike. `kept_both`: of all that is
raised, how often both sentences are read back from the store verbatim, each where it stands.
Beside it stand what the strict comparison of interviews finds, and plain likeness of words.
By default the reporting halves of the shipped later words are read, on the archives of
`PASSDOWN_DATA`; where those are not at hand, the shipped made-up pairs. `..._in_messages` tells of
whole messages, as people write them, `..._in_sentences` of single ones that say nearly the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.method.contesting import contests
from agent.method.contradictions import opposes
from agent.method.readings import ContradictionKind
from agent.method.sentences import split_text
from agent.method.words import jaccard, stem_set
from evals.labelled.pairs import (
    EDITS,
    MESSAGES,
    has_archives,
    pair_files,
    read_edited_pairs,
    read_pairs,
)
from evals.labelled.pairs_planted import PlantedHome
from evals.sample import CONTRADICTIONS
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import Case, Outcome, data_folder, drawn
from evals.tasks.statistics import HALF, Figures, share, with_interval


class ContradictionsMeasurement:
    """Pairs of sentences, each in a community of its own."""

    name = "contradictions"

    def __init__(
        self, items: Path | None, limit: int = 0, seed: int = 0, *, tuning: bool = False
    ) -> None:
        written, data = [CONTRADICTIONS / name for name in (EDITS, MESSAGES)], data_folder()
        if items is None and all(has_archives(file, data) for file in written):
            read = [pair for file in written for pair in read_edited_pairs(file, data)]
            pairs = [pair for pair in read if pair.for_tuning == tuning]
            self.files: Sequence[Path] = written
        else:
            self.files = pair_files(items or CONTRADICTIONS)
            pairs = list(read_pairs(items or CONTRADICTIONS))
        self._seed = seed
        self._pairs = {pair.id: pair for pair in drawn(pairs, limit, seed)}

    @cached_property
    def _played(self) -> Mapping[str, list[list[str]]]:
        """What every pair raised, both sides as they were read back."""
        compare = careless if sabotaged() else contests
        with TemporaryDirectory() as folder, closing(PlantedHome(Path(folder) / "home")) as home:
            return {
                key: [[one.text, one.words] for one in home.say_against(pair, compare)]
                for key, pair in self._pairs.items()
            }

    def cases(self) -> Sequence[Case]:
        return [
            Case(pair.id, f"{pair.told}\n{pair.said}", json.dumps(pair.contradicts))
            for pair in self._pairs.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """What was raised of a pair, both sides as they are read back."""
        pair = self._pairs[case_id]
        return {
            "raised": self._played[case_id],
            "strict": opposes(pair.told, pair.said) is not None,
            "alike": jaccard(stem_set(pair.told), stem_set(pair.said)) >= HALF,
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """1 where the pair was told from its opposite, and whether both sides were kept."""
        pair = self._pairs[case_id]
        raised = bool(said["raised"])
        kept = [told == pair.told and later in pair.said for told, later in said["raised"]]
        outcome: Outcome = {
            "contradicts": pair.contradicts,
            "how": pair.how.replace(" ", "_"),
            "raised": raised,
            "kept": all(kept),
            "form": "messages" if len(split_text(pair.said)) > 1 else "sentences",
            "strict": said["strict"],
            "alike": said["alike"],
        }
        return float(raised == pair.contradicts), outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        against = [one for one in outcomes if one["contradicts"]]
        beside = [one for one in outcomes if not one["contradicts"]]
        raised = [one for one in outcomes if one["raised"]]
        metrics = {"contradicting": float(len(against)), "alike": float(len(beside))}
        metrics |= self._share("surfaced", against, "raised")
        metrics |= self._share("false_alarms", beside, "raised")
        metrics |= self._share("kept_both", raised, "kept")
        for form in sorted({one["form"] for one in outcomes}):
            for name, pairs in (("surfaced", against), ("false_alarms", beside)):
                some = [one for one in pairs if one["form"] == form]
                metrics |= self._share(f"{name}_in_{form}", some, "raised")
        for how in sorted({one["how"] for one in against}):
            some = [one for one in against if one["how"] == how]
            metrics |= self._share(f"surfaced_as_{how}", some, "raised")
        baselines = {
            name: self._share("surfaced", against, name) | self._share("false_alarms", beside, name)
            for name in ("strict", "alike")
        }
        return Figures(metrics, baselines)

    def _share(self, name: str, outcomes: Sequence[Outcome], key: str) -> dict[str, float]:
        values = [float(one[key]) for one in outcomes]
        return with_interval(name, share(values), len(values), self._seed) if values else {}


def careless(told: str, said: str) -> tuple[ContradictionKind, float] | None:
    """Worse on purpose: takes likeness for contradiction, and what contradicts for nothing."""
    alike = jaccard(stem_set(told), stem_set(said))
    against = contests(told, said) is not None
    return (ContradictionKind.OPPOSITE, alike) if alike >= HALF and not against else None
