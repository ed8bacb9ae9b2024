"""The tasks by name: what each measures, and what it reads where nothing is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LABELS = "labelled messages"
ARCHIVES = "an archive"
EDITS = "labelled edits or responses"
GUIDES = "a home, or an archive with scripted people"
DUMPS_READ = "a Stack Exchange dump, or a folder of such"
SCENES = "an archive with scripted people and scenario questions"
QUERIES = "passages and questions to them"
SETTINGS = "nothing: its settings are built in"
TOPICS = "what can be known, in `topics.toml`"


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
    "retrieval": Described(
        "whether questions find the passages that answer them, and foreign ones are told nothing",
        QUERIES,
        ("mrr_at_10", "abstention_near", "false_abstention", "recall_at_10"),
    ),
    "experts": Described(
        "whether who was accepted comes first among the people known before a question",
        DUMPS_READ,
        ("mrr", "recall_at_5", "mrr_by_others", "recall_at_5_by_others", "mrr_seen", "ceiling"),
    ),
    "grounding": Described(
        "whether the gate tells what cited words carry from what was added, lost or turned round",
        EDITS,
        ("auroc", "caught", "accepted"),
    ),
    "privacy": Described(
        "whether personal data is found where it stands, and little else is taken for it",
        "texts with labelled spans",
        (
            "recall_structured",
            "recall_names",
            "recall_names_known",
            "recall_addresses",
            "precision",
        ),
    ),
    "replies": Described(
        "whether it is found who answers whom in a chat log that does not tell",
        "chat logs with marked answers",
        ("f1", "precision", "recall", "f1_answers"),
    ),
    "own_words": Described(
        "whether what is taken for an author's own words in mails and posts is, and all of it",
        "mails and posts with marked words",
        ("precision", "recall", "precision_blind", "recall_blind"),
    ),
    "injection": Described(
        "whether planted words change what the agent does or become its own",
        "attacks and look-alikes",
        ("withstood", "obeyed", "leaked_into_text", "benign_kept"),
    ),
    "contradictions": Described(
        "whether a later message against a published guide is noticed, and little else is",
        "pairs of a guide's sentence and a later one",
        ("surfaced", "false_alarms", "kept_both"),
    ),
    "citations": Described(
        "whether guides' sentences are carried by their citations, and each citation is of use",
        GUIDES,
        ("recall", "precision"),
    ),
    "guide": Described(
        "what guides tell, whether a reader can act on them, and whether they keep to the letter",
        GUIDES,
        ("completeness", "actionability", "fidelity", "words"),
    ),
    "tandems": Described(
        "whether tandems are offered that pass something on, in simulated communities",
        "nothing: the communities are simulated",
        (
            "planted_at_3",
            "gain_per_hour",
            "over_similarity",
            "over_random",
            "senior_load",
            "trapped",
        ),
    ),
    "community": Described(
        "what is found out in a simulated organisation, from whom, at whose cost",
        TOPICS,
        ("claim_recall", "questions_per_claim", "unsupported", "contradictions_surfaced"),
    ),
    "study": Described(
        "whether all is found out in the 864 settings of a published simulation",
        SETTINGS,
        ("full_recall", "questions", "contacts"),
    ),
    "transfer": Described(
        "whether a frozen reader answers better with the guide than with the thread",
        SCENES,
        ("accuracy", "normalised_gain", "overreach", "boundary_accuracy", "forced"),
    ),
}
