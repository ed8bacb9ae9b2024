"""Shapes of answers: JSON schemas that every strict endpoint takes, and reading an answer."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from agent.model.failures import ModelFailure
from memory.records.inquiry import Facet
from memory.records.model_call import CallOutcome

Shape = TypeVar("Shape", bound=BaseModel)
_KEPT = frozenset(
    {"type", "properties", "items", "enum", "const", "anyOf", "$ref", "$defs", "description"}
)
"""Keywords of a schema that strict endpoints understand; Pydantic holds the rest afterwards."""
MOST_INSIDE = 6
"""Entries that a list inside an entry may have where an endpoint is told its end."""
_FENCE = "```"
STATES, NOT_KNOWING, REFUSES = "states", "does_not_know", "refuses"
FacetName = Annotated[
    str,
    Field(max_length=100),
    WithJsonSchema({"type": "string", "enum": [facet.value for facet in Facet]}),
]
"""An endpoint is told the twelve; whatever else comes back is left out by whoever reads it."""
Deed = Annotated[
    str,
    Field(max_length=100),
    WithJsonSchema({"type": "string", "enum": [STATES, NOT_KNOWING, REFUSES]}),
]


class Proposed(BaseModel):
    """What a model may say: the named fields and nothing beside them."""

    model_config = ConfigDict(extra="forbid")


class ProposedQuestion(Proposed):
    """One wording that a model proposes, and the number of the passage that it asks about."""

    passage: int
    question: str = Field(max_length=2_000)


class ProposedQuestions(Proposed):
    """What the step `compose_question` answers."""

    candidates: list[ProposedQuestion] = Field(max_length=16)


class RankedMoments(Proposed):
    """What the step `judge` answers: numbers of messages, most worth asking about first."""

    order: list[int] = Field(max_length=100)


class SentenceFacets(Proposed):
    """What one sentence states, by its number."""

    number: int
    facets: list[FacetName] = Field(max_length=100)


class FoundFacets(Proposed):
    """What the step `find_facets` answers."""

    sentences: list[SentenceFacets] = Field(max_length=200)


class UnderstoodSentence(Proposed):
    """What one sentence of an answer does and states, by its number."""

    number: int
    does: Deed
    facets: list[FacetName] = Field(max_length=100)


class UnderstoodAnswer(Proposed):
    """What the step `understand` answers."""

    sentences: list[UnderstoodSentence] = Field(max_length=200)


class Echo(Proposed):
    """What the step `check` answers."""

    word: str = Field(max_length=100)
    number: int


def schema_of(shape: type[BaseModel], most: int = 0) -> dict[str, Any]:
    """The JSON schema of a shape: every field required, none beside, simple keywords alone.

    With `most` its list is told to end after so many entries, and a list inside an entry after
    `MOST_INSIDE`: an endpoint that obeys cannot repeat itself until its tokens are used up.
    """
    strict: dict[str, Any] = _strict(shape.model_json_schema())
    if most:
        _end_lists(strict, most)
        for entry in strict.get("$defs", {}).values():
            _end_lists(entry, MOST_INSIDE)
    return strict


def _end_lists(node: dict[str, Any], most: int) -> None:
    for part in node.get("properties", {}).values():
        if part.get("type") == "array":
            part["maxItems"] = most


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            kept[key] = {name: _strict(part) for name, part in value.items()}
        elif key in _KEPT:
            kept[key] = _strict(value) if key != "enum" else value
    if "properties" in kept:
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    return kept


def read_shape(text: str, shape: type[Shape]) -> Shape:
    """Read an answer, also one in a code fence. Raises `ModelFailure`: not JSON, or misshapen.

    The failure names fields and rules, never what was said.
    """
    try:
        found = json.loads(_unfenced(text))
    except (ValueError, RecursionError):
        raise ModelFailure(CallOutcome.NOT_JSON) from None
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        known = [
            str(part) for part in first["loc"] if isinstance(part, int) or part in _names(shape)
        ]
        where = ".".join(known) or "answer"
        raise ModelFailure(CallOutcome.WRONG_SCHEMA, f"{where}: {first['type']}") from None


def _names(shape: type[BaseModel]) -> frozenset[str]:
    """Names of fields in a schema: what an error may tell of where it lies."""
    schema = shape.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", {}))


def _unfenced(text: str) -> str:
    stripped = text.strip()
    if stripped.startswith(_FENCE) and stripped.endswith(_FENCE):
        return stripped[len(_FENCE) : -len(_FENCE)].strip().removeprefix("json")
    return stripped
