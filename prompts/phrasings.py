"""Phrasings of questions: read from `probes/<FACET>.toml`, where groups share what they suit."""

from __future__ import annotations

from string import Formatter
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from memory.errors import PromptError
from memory.records.base import Record
from prompts.files import read_toml

SLOTS = frozenset({"q", "a", "b", "c"})
"""{q}: a verbatim quote of 2 to 12 words; {a}, {b}, {c}: names from the thread."""
KINDS = {"probes": "", "follow_ups": "follow-up.", "concrete": "concrete."}
"""Kinds of phrasing in a file of `probes/`, with what their names start with."""

FormName = Literal[
    "order",
    "advice",
    "ban",
    "claim",
    "state",
    "condition",
    "diagnosis",
    "doing",
    "thing",
    "degree",
    "step",
    "amount",
]
MarkName = Literal[
    "acting",
    "choosing",
    "checking",
    "keeping",
    "ending",
    "asking",
    "amount",
    "time",
    "degree",
    "change",
    "often",
    "compare",
    "quality",
    "point",
    "capital",
    "me",
    "person",
    "vague",
    "rule",
]


class Probe(Record):
    """One phrasing of a question about a facet."""

    name: str
    """Unique in the catalogue, e.g. `WHY.skip` or `follow-up.BOUNDARY.hold`."""
    text: str
    forms: tuple[FormName, ...] = Field(min_length=1)
    """Forms of quote it reads well around."""
    needs: frozenset[MarkName] = frozenset()
    """Marks that the quote must bear."""
    bars: frozenset[MarkName] = frozenset()
    """Marks that the quote must not bear."""
    bonus: float = 0.0
    """How much more it is to the point than a general phrasing, on the scale of a quote's worth."""
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


def read_phrasings(facet: str) -> dict[str, list[dict[str, Any]]]:
    """Read the phrasings of one facet, as fields of `Probe` by kind.

    Raises `PromptError` naming the file.
    """
    name = f"probes/{facet}.toml"
    groups = read_toml(name)
    if unknown := sorted(set(groups) - set(KINDS)):
        raise PromptError(f"{name!r}: no kind of phrasing: {unknown}; known are {list(KINDS)}")
    return {
        kind: [
            {
                **{key: value for key, value in group.items() if key != "asks"},
                "name": f"{prefix}{facet}.{key}",
                "text": text,
            }
            for group in groups.get(kind, ())
            for key, text in group.get("asks", {}).items()
        ]
        for kind, prefix in KINDS.items()
    }
