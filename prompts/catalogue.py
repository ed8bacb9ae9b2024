"""The facet, probe, triage and gate catalogue: validated once, read by everything above.

Files: `facets.toml` (facets, signals, probes), `triage.toml` (weights and threshold),
`triage_meaning.toml` (weights over a message's vector),
`probes.toml` (more probes, and which quotes each fits), `gates.toml` (what a question may not
contain), `asking.toml` (choice of facet and quote), `wording.toml` (what people read).
Weights and thresholds are the method's [design] values until a fit replaces them.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from memory.errors import PromptError
from memory.records.base import Fraction, Record
from memory.records.inquiry import Facet, FacetStatus

SLOTS = frozenset({"q", "a", "b", "c"})
"""{q}: a verbatim quote of 2 to 12 words; {a}, {b}, {c}: names from the thread."""


class Probe(Record):
    """One phrasing of a question about a facet."""

    name: str
    """Unique in the catalogue, e.g. `WHY.1` or `follow-up.BOUNDARY.1`."""
    text: str
    fits: tuple[
        Literal["directive", "advice", "condition", "diagnosis", "claim", "phrase"], ...
    ] = ()
    """Shapes of quote it reads well around; empty means all."""
    only_author: bool = False
    """It asks what went on in the author's own mind, so nobody else can answer it."""

    @property
    def slots(self) -> frozenset[str]:
        """Names of the slots that must be filled."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name)

    @model_validator(mode="after")
    def _known_slots(self) -> Self:
        if "q" not in self.slots or not self.slots <= SLOTS:
            raise ValueError(f"probe {self.name!r} needs {{q}} and may use {{a}}, {{b}}, {{c}}")
        return self


class FacetEntry(Record):
    """Everything the agent knows about one facet."""

    weight: Fraction
    minutes: float = Field(gt=0)
    definition: str
    heading: str
    """Heading of the guide section, for a reader."""
    open_line: str
    """How a guide names this facet when nobody has stated it."""
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


class MeaningEntry(Record):
    """The second stage of triage: what a message's vector adds to its log-odds."""

    embedder: str
    """Name of the embedder whose vectors the weights were fitted on."""
    from_score: Fraction
    """Score of the first stage from which a message is embedded at all."""
    bias: float
    weights: tuple[float, ...]


class TriageEntry(Record):
    """Weights of the triage score: `sigmoid(bias + sum of weight * value)`."""

    bias: float
    threshold: Fraction
    weights: Mapping[str, float]
    reasons: Mapping[str, str]
    """Signal name to the words that explain it."""
    patterns: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Word lists behind gates and signals, as regular expressions, by name."""
    meaning: MeaningEntry | None = None


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
    covered: Fraction = 0.5
    """Coverage from which a facet is no longer asked."""


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
    because: Mapping[Facet, str]
    """Why a facet is asked, with the slots {said} (`what you wrote`) and {where}."""
    gap_weights: Mapping[str, Mapping[Facet, float]]
    """Feature of a message to log-odds that a facet is what it leaves out."""
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
        try:
            return self.wording[key].format(**slots)
        except KeyError as error:
            raise PromptError(f"wording {key!r}: {error} is missing") from error


def _read(name: str) -> dict[str, Any]:
    file = resources.files("prompts").joinpath(name)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"{name!r}: {error}") from error


def _with_more_probes(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Append the phrasings of `probes.toml` and set which quotes each phrasing fits."""
    unplaced = set(more["fits"])
    for facet, entry in base["facets"].items():
        added = more["facets"].get(facet, {})
        for kind in ("probes", "follow_ups", "concrete"):
            entry[kind] = [*entry.get(kind, ()), *added.get(kind, ())]
            for probe in entry[kind]:
                if probe["name"] in more["fits"]:
                    probe["fits"] = more["fits"][probe["name"]]
                    unplaced.discard(probe["name"])
    if unplaced:
        raise PromptError(f"'probes.toml': `fits` names no probe: {sorted(unplaced)}")
    return base


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Read and validate the shipped catalogue. Raises `PromptError` naming file and key."""
    merged = {
        **_with_more_probes(_read("facets.toml"), _read("probes.toml")),
        "triage": {**_read("triage.toml"), "meaning": _read("triage_meaning.toml")},
        "gates": _read("gates.toml"),
        "asking": _read("asking.toml"),
        "wording": _read("wording.toml"),
    }
    try:
        return Catalogue.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PromptError(f"catalogue key {where!r}: {first['msg']}") from error
