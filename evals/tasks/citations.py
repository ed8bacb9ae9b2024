"""Task `citations`: recall and precision of guides' citations (ALCE, Gao et al. 2023).

`recall` is the share of sentences that their citations carry together, `precision` the share of
citations that count, both over all guides; intervals resample the guides. Guides are made with
scripted people, or read from a home (see `evals.tasks.made_guides`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent.method.measures import citation_counts
from agent.method.words import content_stems
from evals.tasks.made_guides import MadeGuide, made_guides, source_files
from evals.tasks.measurement import Case, Outcome, drawn
from evals.tasks.statistics import Figures, share, with_interval
from memory.records.guide import GuideSentence


class CitationsMeasurement:
    """The citations of guides, beside citing one span a sentence and beside plain overlap."""

    name = "citations"

    def __init__(self, items: Path | None, limit: int = 0, seed: int = 0) -> None:
        self.files = source_files(items)
        self._seed = seed
        guides = drawn(made_guides(items), limit, seed)
        self._guides: dict[str, MadeGuide] = {one.version.guide_id: one for one in guides}

    def cases(self) -> Sequence[Case]:
        return [Case(key, one.version.title, "") for key, one in self._guides.items()]

    def observe(self, case_id: str) -> Outcome:
        """How many sentences are carried and how many citations count, and of how many."""
        made = self._guides[case_id]
        sentences = made.version.sentences()
        counts = citation_counts(sentences, made.context)
        alone = [one.model_copy(update={"evidence": one.evidence[:1]}) for one in sentences]
        return {
            "sentences": counts.sentences,
            "supported": counts.supported,
            "citations": counts.citations,
            "counting": counts.counting,
            "first_alone": citation_counts(alone, made.context).supported,
            "overlapping": sum(_overlaps(one) for one in sentences),
            "stored_recall": made.version.measures.citation_recall,
            "stored_precision": made.version.measures.citation_precision,
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """The recall of one guide."""
        del case_id
        return said["supported"] / max(1, said["sentences"]), dict(said)

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        def measure(name: str, above: str, below: str) -> dict[str, float]:
            of = [float(one[below]) for one in outcomes]
            statistic = share([float(one[above]) for one in outcomes], of)
            return with_interval(name, statistic, len(outcomes), self._seed)

        metrics = measure("recall", "supported", "sentences")
        metrics |= measure("precision", "counting", "citations")
        for name in ("recall", "precision"):
            stored = [one[f"stored_{name}"] for one in outcomes]
            metrics[f"stored_{name}"] = sum(stored) / len(stored)
        metrics |= {
            "guides": float(len(outcomes)),
            "sentences": float(sum(one["sentences"] for one in outcomes)),
            "citations": float(sum(one["citations"] for one in outcomes)),
        }
        return Figures(
            metrics,
            {
                "first_citation_alone": measure("recall", "first_alone", "sentences"),
                "word_overlap": measure("recall", "overlapping", "sentences"),
            },
        )


def _overlaps(sentence: GuideSentence) -> bool:
    """Whether all content words of a sentence stand in its citations, in any order."""
    known = {stem for span in sentence.evidence for stem in content_stems(span.quote)}
    return known.issuperset(content_stems(sentence.text))
