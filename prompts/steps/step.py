"""Read and fill the prompt of a step: front matter in TOML, a system part and a user part."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from string import Template
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from memory.errors import PromptError
from memory.records.base import Record
from prompts.files import read_toml, validated
from prompts.steps.fencing import Fence

_FRONT = "+++\n"
_USER = "\n=== user ===\n"


class Filled(NamedTuple):
    """The two texts of a prompt, as they are sent."""

    system: str
    user: str


class StepPrompt(Record):
    """One step's prompt. `community` names the slots of people's words, `inputs` the others."""

    id: str
    version: int = Field(ge=1)
    output: str = Field(pattern=r"^[a-z_.]+:[A-Za-z]+$")
    """Where the shape of the answer is defined."""
    inputs: tuple[str, ...] = ()
    community: tuple[str, ...] = ()
    system: str
    user: str

    @model_validator(mode="after")
    def _slots_are_declared(self) -> Self:
        used = {*Template(self.system).get_identifiers(), *Template(self.user).get_identifiers()}
        declared = {*self.inputs, *self.community}
        if used != declared:
            raise ValueError(
                f"step {self.id!r} uses {sorted(used)} and declares {sorted(declared)}"
            )
        if set(Template(self.system).get_identifiers()) & set(self.community):
            raise ValueError(f"step {self.id!r} puts people's words among the instructions")
        return self

    def fill(self, inputs: Mapping[str, str], community: Mapping[str, str]) -> Filled:
        """Put in `inputs`, which are the house's own words, and people's words between marks.

        Raises `PromptError` where the slots are not exactly those declared.
        """
        if set(inputs) != set(self.inputs) or set(community) != set(self.community):
            raise PromptError(f"step {self.id!r} takes {self.inputs!r} and {self.community!r}")
        fence = Fence(community.values())
        slots = dict(inputs) | {name: fence.around(name, text) for name, text in community.items()}
        return Filled(
            Template(self.system).substitute(slots), Template(self.user).substitute(slots)
        )


class ModelWording(Record):
    """What a model is told beside the steps' own prompts."""

    plain: str
    again: str
    lead: str
    example: str
    somebody: str
    asked_author: str
    asked_other: str
    general: tuple[str, ...]
    """Words that say nothing of any field."""


def parse_step(text: str, where: str) -> StepPrompt:
    """Read one file. Raises `PromptError` naming it."""
    parts = text.split(_FRONT, 2)
    if len(parts) != 3 or parts[0]:  # noqa: PLR2004  nothing, front matter, body
        raise PromptError(f"{where!r} has no front matter between two lines of '+++'")
    system, mark, user = parts[2].partition(_USER)
    if not mark:
        raise PromptError(f"{where!r} has no line {_USER.strip()!r}")
    try:
        front = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{where!r}: {error}") from error
    return validated(StepPrompt, {**front, "system": system.strip(), "user": user.strip()}, where)


@lru_cache(maxsize=16)
def load_step(name: str) -> StepPrompt:
    """The shipped prompt of a step. Raises `PromptError` naming the file."""
    where = f"steps/{name}.md"
    try:
        text = resources.files("prompts").joinpath(where).read_text(encoding="utf-8")
    except OSError as error:
        raise PromptError(f"{where!r}: {error}") from error
    return parse_step(text, where)


@lru_cache(maxsize=1)
def load_wording() -> ModelWording:
    """The shipped `steps/wording.toml`. Raises `PromptError` naming file and key."""
    return validated(ModelWording, read_toml("steps/wording.toml"), "steps/wording.toml")
