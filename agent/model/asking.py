"""The one way in which words of people reach a model: masked, fenced, and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agent.model.client import ModelClient, Request
from agent.model.failures import ModelFailure
from agent.model.masking import Mask
from agent.model.shapes import Shape
from agent.privacy.sending import Private, private_in
from memory.errors import PrivacyError
from memory.records.model_call import CallOutcome
from memory.records.model_policy import ModelStep
from memory.records.people import Member
from prompts.desk import load_desk
from prompts.steps.step import load_step

Directory = Callable[[str], Iterable[Member]]
"""The members of a community, by its id."""


@dataclass(frozen=True, slots=True)
class StepAsker:
    """Takes a step of the method to a model."""

    client: ModelClient
    directory: Directory
    private: Private = field(default_factory=private_in)
    """What is masked beside members and forms; where it fails nothing is sent."""

    def ask(
        self,
        step: ModelStep,
        shape: type[Shape],
        inputs: Mapping[str, str],
        community: Mapping[str, str],
        *,
        community_id: str,
        inquiry_id: str | None,
        most: int = 0,
    ) -> Shape:
        """Return the answer with real names again. Raises `ModelFailure`.

        `inputs` are the house's own words, `community` is everything else; `most` is how many
        entries the answer's list can have, 0 where that is not known.
        """
        plain = {name: _encodable(text) for name, text in community.items()}
        mask = self._mask(plain.values(), community_id)
        hidden = {name: mask.hide(text) for name, text in plain.items()}
        filled = load_step(step.value).fill(inputs, hidden)
        request = Request(step, filled.system, filled.user, community_id, inquiry_id, most)
        return _restored(self.client.ask(request, shape), mask)

    def _mask(self, texts: Iterable[str], community_id: str) -> Mask:
        people, find = self.directory(community_id), self.private(community_id)
        try:
            return Mask.over(texts, people, load_desk().personal, find)
        except PrivacyError:
            raise ModelFailure(CallOutcome.NOT_MASKED) from None


def _encodable(text: str) -> str:
    """`text` without halves of characters, which no request can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _restored(answer: Shape, mask: Mask) -> Shape:
    """The answer with every placeholder in it put back."""
    return type(answer).model_validate(_put_back(answer.model_dump(), mask))


def _put_back(value: object, mask: Mask) -> object:
    if isinstance(value, str):
        return mask.restore(value)
    if isinstance(value, list):
        return [_put_back(part, mask) for part in value]
    if isinstance(value, dict):
        return {key: _put_back(part, mask) for key, part in value.items()}
    return value
