"""The tasks by name: what each measures, and what it reads where nothing is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LABELS = "labelled messages"
ARCHIVES = "an archive"


@dataclass(frozen=True, slots=True)
class Described:
    """A task for whoever chooses one."""

    measures: str
    reads: str
    """What `--items` names."""
    headlines: tuple[str, ...]
    """The metrics that are told first."""


TASKS: Mapping[str, Described] = {
    "facets": Described(
        "which of the twelve facets an answer states, and which of its sentences",
        LABELS,
        ("macro_f1", "macro_f1_all", "sentence_macro_f1", "annotators"),
    ),
    "triage": Described(
        "whether the messages worth asking about come first, and what is asked at the threshold",
        LABELS,
        ("average_precision", "precision_at_threshold", "recall_at_threshold"),
    ),
    "gap": Described(
        "which missing facet is named, and which words are quoted",
        LABELS,
        ("agreement", "anchor_overlap", "composed", "composed_agreement", "annotators"),
    ),
    "masking": Described(
        "whether a question asks for what was hidden from an answer",
        LABELS,
        ("given_per_question", "given_by_declared", "given_counting_silence", "over_best_order"),
    ),
    "questions": Described(
        "what would be asked in whole communities: gates, variety, length",
        ARCHIVES,
        ("composed_share", "all_gates_pass", "top_phrasing_share"),
    ),
}
