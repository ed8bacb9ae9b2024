"""The facet, probe, triage and gate catalogue: validated once, read by everything above.

Files: `facets.toml` (facets, signals), `probes/` (phrasings), `triage.toml` (weights, threshold),
`triage_reader.toml` and `first_pass.toml` (what a fitted reader adds, what is ruled out first),
`gates.toml` (what a question may not contain), `asking.toml` (choice of facet and quote),
`wording.toml` (what people read).
Weights and thresholds are the method's [design] values until a fit replaces them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from memory.records.base import Fraction, Record
from memory.records.inquiry import Facet, FacetStatus
from prompts.files import filled, read_toml, validated
from prompts.phrasings import Probe, read_phrasings


class FacetEntry(Record):
    """Everything the agent knows about one facet."""

    weight: Fraction
    minutes: float = Field(gt=0)
    definition: str
    heading: str
    """Heading of the guide section, for a reader."""
    open_line: str
    """How a guide names this facet when nobody has stated it: a clause after `have not said`."""
    because: str
    """Why it is asked, in words for the expert."""
    signals: tuple[str, ...]
    """Regular expressions; a hit says the facet is stated, a miss says nothing."""
    weak_signals: tuple[str, ...] = ()
    """Regular expressions that only hint at the facet."""
    probes: tuple[Probe, ...] = Field(min_length=3)
    follow_ups: tuple[Probe, ...] = ()
    """Phrasings that build on an answer just given; {q} quotes that answer."""
    concrete: tuple[Probe, ...] = ()
    """Phrasings that ask for one case, for somebody whose answer stayed vague."""

    @field_validator("signals", "weak_signals")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"signal {pattern!r}: {error}") from error
        return patterns


class ReaderEntry(Record):
    """How the fitted reader's word counts in triage, beside the signals."""

    name: str
    """The fitted reader that the weights belong to."""
    from_log_odds: float
    """Log-odds of the signals from which a chat message is read at all."""
    unread: float
    """What a message adds, in log-odds, that is not read."""
    bias: float
    signals: float
    """Factor on the log-odds of the signals."""
    worth: tuple[float, float, float]
    """Factors on the reader's log-odds that the message is worth at least 1, 2, 3."""


class FirstPassEntry(Record):
    """Weights of the words by which the first pass of triage rules messages out."""

    bias: float
    length: float
    """Times the logarithm of one more than the number of different words."""
    passes_from: float
    """Log-odds from which a message goes on to the next pass."""
    words: Mapping[str, float]


class TriageEntry(Record):
    """Weights of the triage score: `sigmoid(bias + sum of weight * value)`."""

    bias: float
    threshold: Fraction
    weights: Mapping[str, float]
    reasons: Mapping[str, str]
    """Signal name to the words that explain it."""
    patterns: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Word lists behind gates and signals, as regular expressions, by name."""
    reader: ReaderEntry | None = None
    first_pass: FirstPassEntry | None = None


class GateEntry(Record):
    """Limits and word lists of the question gates (method, section 3)."""

    max_words_outside_quote: int = Field(ge=5)
    min_quote_words: int = Field(ge=1)
    max_quote_words: int = Field(ge=2)
    leading: tuple[str, ...]
    blaming_starts: tuple[str, ...]
    question_words: tuple[str, ...]
    auxiliaries: tuple[str, ...]
    open_starts: tuple[str, ...]
    blaming_words: tuple[str, ...] = ("wrong", "mistake")
    """Words that blame when `you` stands before them in the same clause."""
    similar: Fraction = 0.6
    """Jaccard overlap of content stems from which two questions count as the same."""
    alike: Fraction
    """Jaccard overlap of all stems around the quotes from which two questions read alike."""
    covered: Fraction = 0.5
    """Coverage from which a facet is no longer asked."""


class GapEntry(Record):
    """What decides which facet is asked about, beside the gates."""

    value: float
    """Factor on the logarithm of the value of a question."""
    reader: float
    """Factor on what the fitted reader says of each facet, in log-odds about their mean."""
    prior: Mapping[Facet, float]
    """Log-odds that a facet is what a good interviewer asks about; 0 where left out."""


class AskingEntry(Record):
    """How facet and quote of the next question are chosen (`asking.toml`)."""

    model_config = ConfigDict(populate_by_name=True)

    lambda_: float = Field(alias="lambda", ge=0)
    """Price of a minute of an expert's time in the value formula (method, section 3)."""
    reply_prior: tuple[float, float]
    """Replies and asks that everybody starts with."""
    stated_penalty: float
    """Taken off a span whose sentence states the facet that is asked for already."""
    least_worth: float
    """Score below which a span is not quoted at all."""
    least_worth_answer: float
    """The same for the words of an answer."""
    slack: float = Field(ge=0)
    """Questions that are worth this much less than the best take turns with it."""
    part_worth: float
    """Added where a few words of a clause are quoted: they need less of a clause to carry them."""
    form_worth: Mapping[Facet, Mapping[str, float]]
    """Facet to how well a quote of each form (`prompts/probes/`) carries a question about it."""
    because: Mapping[Facet, str]
    """Why a facet is asked, with the slot {moment}: what was written, and where."""
    gap: GapEntry
    pairing: Mapping[Facet, Mapping[str, float]]
    """Facet to how well a quote of each shape carries a question about it."""
    unfit_penalty: float
    """Taken off a directive whose verb does not go with a facet."""
    unfit_verbs: Mapping[Facet, frozenset[str]] = Field(default_factory=dict)
    """Facet to verbs whose directives have nothing to tell about it: `ask` has no limits."""
    span_weights: Mapping[str, float]
    """Feature of a stretch of words to its weight in the choice of the quote."""

    @model_validator(mode="after")
    def _because_for_all(self) -> Self:
        missing = sorted(set(Facet) - set(self.because))
        if missing:
            raise ValueError(f"no `because` for facets {missing}")
        return self


class Catalogue(Record):
    """The whole catalogue, immutable."""

    facets: Mapping[Facet, FacetEntry]
    coverage: Mapping[FacetStatus, Fraction]
    order: tuple[Facet, ...]
    """Default order of asking."""
    triage: TriageEntry
    gates: GateEntry
    asking: AskingEntry
    wording: Mapping[str, str]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = sorted(set(Facet) - set(self.facets))
        if missing:
            raise ValueError(f"no entry for facets {missing}")
        total = sum(entry.weight for entry in self.facets.values())
        if not math.isclose(total, 1.0):
            raise ValueError(f"facet weights sum to {total}, not 1")
        names = [
            probe.name
            for entry in self.facets.values()
            for probe in (*entry.probes, *entry.follow_ups, *entry.concrete)
        ]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"probe names used twice: {doubled}")
        if set(self.triage.weights) != set(self.triage.reasons):
            raise ValueError("every triage weight needs its reason in words, and the reverse")
        return self

    def say(self, key: str, /, **slots: object) -> str:
        """Fill the wording `key`. Raises `PromptError` for an unknown key or a missing slot."""
        return filled(self.wording, key, slots, "wording")


def _with_phrasings(base: dict[str, Any]) -> dict[str, Any]:
    """Put the phrasings of `probes/` into the entries of their facets."""
    for facet, entry in base["facets"].items():
        entry.update(read_phrasings(facet))
    return base


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Read and validate the shipped catalogue. Raises `PromptError` naming file and key."""
    merged = {
        **_with_phrasings(read_toml("facets.toml")),
        "triage": {
            **read_toml("triage.toml"),
            "reader": read_toml("triage_reader.toml"),
            "first_pass": read_toml("first_pass.toml"),
        },
        "gates": read_toml("gates.toml"),
        "asking": read_toml("asking.toml"),
        "wording": read_toml("wording.toml"),
    }
    return validated(Catalogue, merged, "catalogue")
