"""What `passdown.toml` says of a language model: whether, which, how much, and for whom not."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from memory.records.base import Record


class ModelStep(StrEnum):
    """What a model may be asked to do."""

    JUDGE = "judge"
    FIND_FACETS = "find_facets"
    COMPOSE_QUESTION = "compose_question"
    UNDERSTAND = "understand"
    WRITE_SECTION = "write_section"
    MERGE_STATEMENTS = "merge_statements"
    NAME_GUIDE = "name_guide"
    CHECK_SENTENCE = "check_sentence"
    SUGGEST_TANDEM = "suggest_tandem"
    EMBED = "embed"
    """Vectors of guides and of what is searched for; has no prompt."""
    CHECK = "check"
    """Find out what an endpoint can do; no words of people go with it."""


USED_UNMEASURED = frozenset({ModelStep.COMPOSE_QUESTION, ModelStep.CHECK})
"""Steps that a model takes before `passdown model calibrate` measured it on them."""


class StepPolicy(Record):
    """What differs for one step: `[model.steps.compose_question]`."""

    use: bool | None = None
    """Whether a model takes this step; left out, only where it needs no measuring."""
    name: str = ""
    """Another model for this step."""
    answer_tokens: int | None = Field(default=None, ge=16, le=8_000)


class PriceEntry(Record):
    """Money for a million tokens: `[model.price."NAME"]`."""

    prompt: float = Field(ge=0)
    answer: float = Field(ge=0)


class ModelPolicy(Record):
    """The table `[model]`. The key of the endpoint is never written here."""

    use: bool = False
    """Ask a model at all; it also needs an endpoint and a model's name."""
    base_url: str = ""
    """The endpoint, e.g. `http://127.0.0.1:8080/v1`; empty takes `OPENAI_BASE_URL`."""
    name: str = ""
    """The model; empty takes `OPENAI_MODEL`."""
    local_only: tuple[str, ...] = ()
    """Names of communities whose words go to no endpoint but one on this machine."""
    json_schema: bool | None = None
    """Whether the endpoint obeys a JSON schema; left out, it is asked for until it is refused."""
    seconds_a_call: float = Field(default=30.0, gt=0, le=90)
    seconds_a_step: float = Field(default=60.0, gt=0, le=90)
    """For all calls and pauses of one step together; less than an inquiry's lease."""
    attempts: int = Field(default=3, ge=1, le=6)
    """Calls at most, where an endpoint is down or asks for patience."""
    answer_tokens: int = Field(default=600, ge=16, le=8_000)
    answer_bytes: int = Field(default=200_000, ge=1_000)
    """An answer that is longer is not read to its end."""
    at_once: int = Field(default=2, ge=1, le=32)
    """Calls of one process at the same time."""
    candidates: int = Field(default=4, ge=1, le=8)
    """Wordings of a question that a model proposes."""
    calls_a_day: int = Field(default=500, ge=0)
    tokens_a_day: int = Field(default=1_000_000, ge=0)
    money_a_day: float = Field(default=5.0, ge=0)
    """In the currency of the prices; counts only models that have one."""
    calls_an_inquiry: int = Field(default=8, ge=0)
    tokens_an_inquiry: int = Field(default=40_000, ge=0)
    money_an_inquiry: float = Field(default=0.25, ge=0)
    rest_after: int = Field(default=3, ge=1)
    """Failures in a row after which an endpoint is left in peace."""
    rest_seconds: float = Field(default=300.0, ge=0)
    cache_days: int = Field(default=30, ge=0)
    """How long an answer serves again for exactly the same prompt."""
    embedding: str = ""
    """A model of the endpoint that makes the vectors of the index; empty: the embedded one does."""
    embedding_dimensions: int = Field(default=512, ge=8, le=8_192)
    """Length of its vectors."""
    keep_sent: bool = False
    """Keep exactly what was sent, in the home; never the key."""
    currency: str = "USD"
    price: Mapping[str, PriceEntry] = Field(default_factory=dict)
    steps: Mapping[ModelStep, StepPolicy] = Field(default_factory=dict)

    def of_step(self, step: ModelStep) -> StepPolicy:
        """What holds for a step, with `use` decided."""
        own = self.steps.get(step, StepPolicy())
        if own.use is not None:
            return own
        return own.model_copy(update={"use": step in USED_UNMEASURED})
