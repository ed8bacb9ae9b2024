"""Task `guide`: what guides tell and whether a reader can act on them (method, section 5).

`completeness` is the mean over guides; `actionability` the mean of four parts: steps that say what
to do, steps with a check or an expected result, a stop condition, and at most 700 words. `fidelity`
is the share of sentences whose hedges, negations, numbers and code are those of their citations.
Guides are made with scripted people, or read from a home (see `evals.tasks.made_guides`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent.method.actionability import actionability
from agent.method.fidelity import kept_to_the_letter
from agent.method.measures import count_words
from evals.tasks.made_guides import MadeGuide, made_guides, source_files
from evals.tasks.measurement import Case, Outcome, drawn
from evals.tasks.statistics import Figures, share, with_interval

_MEANS = ("completeness", "actionability", "words")


class GuideMeasurement:
    """Measures of guides, beside the threads that they were made from."""

    name = "guide"

    def __init__(self, items: Path | None, limit: int = 0, seed: int = 0) -> None:
        self.files = source_files(items)
        self._seed = seed
        guides = drawn(made_guides(items), limit, seed)
        self._guides: dict[str, MadeGuide] = {one.version.guide_id: one for one in guides}

    def cases(self) -> Sequence[Case]:
        return [Case(key, one.version.title, "") for key, one in self._guides.items()]

    def observe(self, case_id: str) -> Outcome:
        """The measures of one guide, taken anew."""
        made = self._guides[case_id]
        version = made.version
        sentences = version.sentences()
        words = sum(count_words(one.text) for one in sentences)
        acting = actionability(version.summary, version.sections, words)
        return {
            "completeness": version.measures.completeness,
            "actionability": acting.share,
            "steps": acting.steps,
            "instructing": acting.instructing,
            "checked": acting.checked,
            "stop_condition": float(acting.stop_condition),
            "within_words": float(acting.within_words),
            "sentences": len(sentences),
            "faithful": sum(
                kept_to_the_letter(one.text, [span.quote for span in one.evidence], made.context)
                for one in sentences
            ),
            "words": words,
            "thread_completeness": made.thread_completeness,
            "thread_words": made.thread_words,
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """The completeness of one guide."""
        del case_id
        return said["completeness"], dict(said)

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        def mean(name: str, key: str, of: str = "") -> dict[str, float]:
            below = [float(one[of]) for one in outcomes] if of else None
            statistic = share([float(one[key]) for one in outcomes], below)
            return with_interval(name, statistic, len(outcomes), self._seed)

        metrics: dict[str, float] = {}
        for name in _MEANS:
            metrics |= mean(name, name)
        metrics |= mean("fidelity", "faithful", "sentences")
        metrics |= mean("steps_instructing", "instructing", "steps")
        metrics |= mean("steps_checked", "checked", "steps")
        metrics |= mean("stop_condition", "stop_condition") | mean("within_words", "within_words")
        metrics |= {
            "guides": float(len(outcomes)),
            "sentences": float(sum(one["sentences"] for one in outcomes)),
            "longest": float(max(one["words"] for one in outcomes)),
        }
        thread = mean("completeness", "thread_completeness") | mean("words", "thread_words")
        return Figures(metrics, {"thread": thread})
