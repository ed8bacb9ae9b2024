"""Task `community`: what the agent finds out in a simulated organisation, at whose cost.

Each case is an organisation drawn by a seed. Its people answer through the same services as real
ones, on a simulated clock, and react to the text of a question alone. A folder of items holds
`topics.toml`, what can be known, in the form of `evals/community/topics.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from evals.community.measures import measure
from evals.community.organisation import Size, make_organisation
from evals.community.playing import POLICY, play
from evals.community.rivals import rivals
from evals.community.topics import TOPICS_FILE, load_topics
from evals.sabotaged.asking import Worst, engine_of
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import Case, Outcome
from evals.tasks.statistics import Figures, share, with_interval
from memory.errors import UserInputError

WORLDS = 3
"""Organisations that are played where no limit says otherwise."""
ITEMS = "topics.toml"
RATIOS = {
    "claim_recall": "claims",
    "facet_recall": "claims",
    "told_recall": "claims",
    "confirmed_recall": "claims",
    "contradictions_surfaced": "planted",
    "unsupported_rate": "guide_sentences",
}
"""Shares, and what of a world each is a share of: over all worlds they are weighed by it."""
SUMS = ("unsupported", "budget_breaches", "premature_stops", "wrong_in_guides")
"""Counts that are added up over the worlds."""


class CommunityMeasurement:
    """Organisations of one size, one a seed."""

    name = "community"

    def __init__(
        self,
        folder: Path | None = None,
        limit: int = 0,
        seed: int = 0,
        size: Size | None = None,
    ) -> None:
        file = folder / ITEMS if folder is not None else TOPICS_FILE
        if not file.exists():
            raise UserInputError(f"{str(folder)!r} holds no {ITEMS!r}")
        self.files: Sequence[Path] = (file,)
        self._topics = load_topics(file)
        self._size = size or Size()
        self._seed = seed
        self._seeds = {f"world-{seed + n}": seed + n for n in range(limit or WORLDS)}

    def cases(self) -> Sequence[Case]:
        return [
            Case(key, f"an organisation drawn by {seed}", "") for key, seed in self._seeds.items()
        ]

    def observe(self, case_id: str) -> Outcome:
        """Play one organisation with the shipped agent, and ask around in it in plain ways."""
        organisation = make_organisation(self._seeds[case_id], self._topics, self._size)
        worse = engine_of(Worst) if sabotaged() else None
        return {"agent": measure(play(organisation, POLICY, worse)), "rivals": rivals(organisation)}

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """The claim recall of a world."""
        del case_id
        return float(said["agent"]["claim_recall"]), said

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        worlds: list[Mapping[str, float]] = [dict(one["agent"]) for one in outcomes]
        metrics: dict[str, float] = {"worlds": float(len(worlds))}
        for name in worlds[0]:
            found = [world[name] for world in worlds]
            if name in SUMS:
                metrics[name] = sum(found)
            else:
                of = [world[RATIOS[name]] for world in worlds] if name in RATIOS else None
                right = [a * b for a, b in zip(found, of, strict=True)] if of else found
                metrics |= with_interval(name, share(right, of), len(worlds), self._seed)
        baselines = {
            rival: {
                name: fmean(one["rivals"][rival][name] for one in outcomes)
                for name in outcomes[0]["rivals"][rival]
            }
            for rival in outcomes[0]["rivals"]
        }
        metrics["questions_of_ask_everyone"] = (
            metrics["questions"] / baselines["ask_everyone"]["questions"]
        )
        return Figures(metrics, baselines)
