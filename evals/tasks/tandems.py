"""Task `tandems`: whether the matching finds pairs that learn from each other, in simulation.

Cases are communities of 200 (`evals.tandems.world`), which learn as `evals.tandems.learning` says.
Gain is told per hour of the seniors' help, beside pairing like with like and pairing anybody,
under the same gates; every term of the match is left out once. Intervals resample communities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.method.tandem_search import TERMS
from evals.tandems.trial import NOISY, RANDOM, SHIPPED, SIMILAR, trial
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import Case, Outcome
from evals.tasks.statistics import Array, Figures, Statistic, share, with_interval

COMMUNITIES = 30


class TandemsMeasurement:
    """The shipped matching on simulated communities."""

    name = "tandems"
    files: tuple[Path, ...] = ()

    def __init__(self, limit: int = 0, seed: int = 0) -> None:
        self._seed = seed
        self._count = min(limit or COMMUNITIES, COMMUNITIES)

    def cases(self) -> Sequence[Case]:
        return [
            Case(str(number), f"simulated community {number}", "") for number in range(self._count)
        ]

    def observe(self, case_id: str) -> Outcome:
        """Outcomes of every matching in one community."""
        found = {name: dict(one) for name, one in trial(self._seed + int(case_id)).items()}
        if sabotaged():  # matched by chance
            found |= {SHIPPED: found[RANDOM], NOISY: found[RANDOM]}
        return found

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """The share of planted pairs that are offered."""
        del case_id
        return said[SHIPPED]["found"] / said[SHIPPED]["planted"], said

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        def of(name: str) -> Mapping[str, Statistic]:
            each = [one[name] for one in outcomes]
            return {
                "gain_per_hour": _over(each, "gain", "hours"),
                "planted_at_3": _over(each, "found", "planted"),
                "trapped": _over(each, "trapped", "offers"),
                "senior_load": _over(each, "load", "tandems"),
                "tandems": share([one["tandems"] for one in each]),
            }

        def told(statistics: Mapping[str, Statistic]) -> dict[str, float]:
            found: dict[str, float] = {}
            for name, statistic in statistics.items():
                found |= with_interval(name, statistic, len(outcomes), self._seed)
            return found

        ours = of(SHIPPED)
        gains = {name: of(name)["gain_per_hour"] for name in (SHIPPED, SIMILAR, RANDOM)}
        metrics = told(ours)
        metrics |= told({"over_similarity": _times(gains[SHIPPED], gains[SIMILAR])})
        metrics |= told({"over_random": _times(gains[SHIPPED], gains[RANDOM])})
        metrics |= told({"planted_at_3_noisier": of(NOISY)["planted_at_3"]})
        metrics["most_offers_to_one_senior"] = float(
            max((one[SHIPPED]["most_offers"] for one in outcomes), default=0)
        )
        baselines = {name: told(of(name)) for name in (SIMILAR, RANDOM)}
        baselines |= {f"no_{term}": told(of(f"no_{term}")) for term in TERMS}
        return Figures(metrics, baselines)


def _over(each: Sequence[Mapping[str, float]], above: str, below: str) -> Statistic:
    return share([one[above] for one in each], [one[below] for one in each])


def _times(first: Statistic, second: Statistic) -> Statistic:
    """The first measure over the second, over the same communities."""

    def statistic(counts: Array) -> Array:
        return first(counts) / second(counts)

    return statistic
