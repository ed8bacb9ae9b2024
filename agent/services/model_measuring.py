"""How well a model and the embedded engine take a step of the method on the shipped sample.

Both run in the same run on the same items. Where a model fails on one, the embedded engine takes
it, as it would at work; so a model that answers nothing is never better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from agent.engines.embedded import EmbeddedEngine
from agent.engines.model_answers import AnswerStep
from agent.engines.model_judging import JudgingStep
from agent.engines.model_questions import QuestionStep
from agent.engines.model_reading import ReadingStep
from agent.engines.model_steps import LEDGER_FAILED, Asked, Decided, ModelSteps, T
from agent.method.facets import STATED_FROM
from agent.method.readings import AskContext, MomentReading, ReadSentence
from agent.model.shapes import Shape
from agent.services.model_samples import a_thread, an_answer
from memory.errors import UserInputError
from memory.records.inquiry import Facet
from memory.records.model_call import CallOutcome
from memory.records.model_policy import ModelStep
from prompts.catalogue import Catalogue
from prompts.steps.calibrating import Calibration, MarkedSentence

EXPERT, ASKER = "expert", "asker"
MOST_UNANSWERED = 3
"""Calls in a row that nothing answers, after which measuring ends."""
_AWAY = frozenset(
    {
        CallOutcome.UNREACHABLE,
        CallOutcome.TIMED_OUT,
        CallOutcome.SERVER_ERROR,
        CallOutcome.RATE_LIMITED,
        CallOutcome.REJECTED,
    }
)
_ENDED = frozenset({CallOutcome.NOT_PERMITTED, CallOutcome.DAY_BUDGET, LEDGER_FAILED})
Marks = frozenset[tuple[str, Facet]]
"""Facets with the text of the sentence that states them."""
OnItem = Callable[[str, int, int], None]
"""Called with a step, how many of its items are done, and how many there are."""


class SampleSteps(ModelSteps):
    """Steps on made-up words: they are no inquiry's, and who took them is kept here alone."""

    outcomes: list[str]
    """Why the model did not take a step, empty where it did, in the order of the calls."""

    def begin(self) -> None:
        """Forget what was taken before."""
        self.outcomes = []

    def take(
        self, asked: Asked, shape: type[Shape], decide: Callable[[Shape], Decided[T]]
    ) -> T | None:
        return super().take(replace(asked, inquiry_id=None), shape, decide)

    def note(self, asked: Asked, decided: Decided[T], *, left: bool = False) -> None:
        """Raises `UserInputError` where nothing can be measured, for nothing answers."""
        del asked, left
        self.outcomes.append(decided.reason)
        tail = self.outcomes[-MOST_UNANSWERED:]
        if decided.reason in _ENDED or (
            len(tail) == MOST_UNANSWERED and all(reason in _AWAY for reason in tail)
        ):
            raise UserInputError(
                f"the endpoint cannot be measured ({decided.reason}) and nothing was written; see "
                "'passdown model check' and 'passdown model costs', then calibrate again"
            )

    def _was_left(self, key: str) -> bool:
        del key
        return False


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step came to on its sample. Scores are 0 to 1, and 1 is best."""

    step: ModelStep
    score: str
    """Which score it is."""
    items: int
    asked: int
    """Items with which the model was asked; where the embedded engine is sure, it is not."""
    taken: int
    """Of these, on how many its answer could be used."""
    embedded: float | None
    """`None` where the embedded engine speaks in people's own words, and so cannot fail."""
    model: float
    least: float
    """What the model's score has to exceed, or to reach where the sample names it."""
    why_not: tuple[str, ...]
    """Codes of why answers could not be used, the most frequent first."""
    chosen: bool
    """Whether the model takes this step from now on: only where that is better."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """Takes each step on its sample with both engines."""

    embedded: EmbeddedEngine
    steps: SampleSteps
    catalogue: Catalogue
    sample: Calibration
    limit: int = 0
    """Items of a step at most; 0 for all."""
    on_item: OnItem | None = None

    def all(self) -> tuple[Measured, ...]:
        """Every step that has a sample."""
        return (self.judge(), self.find_facets(), self.compose_question(), self.understand())

    def judge(self) -> Measured:
        """Share of pairs of messages that stand in the order of their worth."""
        step = JudgingStep(self.steps)
        ours: list[bool] = []
        theirs: list[bool] = []
        for item in self._each(ModelStep.JUDGE, self.sample.judge.items):
            said = [(f"author{n}", message.text) for n, message in enumerate(item.messages)]
            view = a_thread(item.id, item.title, said)
            worth = {m.id: w.worth for m, w in zip(view.messages, item.messages, strict=True)}
            own = self.embedded.judge(view, {})
            ours += _in_order(own, worth)
            theirs += _in_order(step.rank(own, view, 0.0), worth)
        return self._measured(ModelStep.JUDGE, "pairs in order", _share(ours), _share(theirs))

    def find_facets(self) -> Measured:
        """F1 of facets by sentence."""
        step = ReadingStep(self.steps, self.catalogue)
        gold, ours, theirs = _Counted(), _Counted(), _Counted()
        for item in self._each(ModelStep.FIND_FACETS, self.sample.find_facets.items):
            text = " ".join(sentence.text for sentence in item.sentences)
            view = a_thread(item.id, item.title, [(ASKER, item.asked), (EXPERT, text)])
            message = view.messages[-1]
            own = self.embedded.read(view, message)
            ((_, read),) = step.read([(message, own)], message)
            gold.add(_wanted(item.sentences))
            ours.add(_marks(own))
            theirs.add(_marks(read))
        scores = (gold.f1(ours), gold.f1(theirs))
        return self._measured(ModelStep.FIND_FACETS, "F1 by sentence", *scores)

    def understand(self) -> Measured:
        """F1 of facets by sentence of an answer."""
        step = AnswerStep(self.steps, self.catalogue)
        gold, ours, theirs = _Counted(), _Counted(), _Counted()
        for item in self._each(ModelStep.UNDERSTAND, self.sample.understand.items):
            question, answer = an_answer(item)
            own = self.embedded.read_answer(answer, question, ())
            gold.add(_wanted(item.sentences))
            ours.add(_marks(own.sentences))
            theirs.add(_marks(step.understand(own, question).sentences))
        scores = (gold.f1(ours), gold.f1(theirs))
        return self._measured(ModelStep.UNDERSTAND, "F1 by sentence", *scores)

    def compose_question(self) -> Measured:
        """Share of questions for which a wording of the model's own passes every gate."""
        step = QuestionStep(self.embedded, self.steps, self.catalogue)
        composed: list[bool] = []
        worded: list[bool] = []
        sample = self.sample.compose_question
        for item in self._each(ModelStep.COMPOSE_QUESTION, sample.items):
            view = a_thread(item.id, item.title, [(ASKER, item.asked), (EXPERT, item.said)])
            anchor = view.messages[-1]
            context = AskContext(view, anchor, self.embedded.coverage(view, anchor, ()))
            own = self.embedded.compose(context)
            composed.append(own is not None)
            if own is not None:
                worded.append(step.compose(own, context) != own)
        scores = (_share(composed), _share(worded))
        return self._measured(ModelStep.COMPOSE_QUESTION, "gates passed", *scores, sample.least)

    def _each(self, step: ModelStep, items: Sequence[T]) -> Iterable[T]:
        """The items of a step, telling how far it has come."""
        self.steps.begin()
        kept = items[: self.limit or None]
        for done, item in enumerate(kept, start=1):
            yield item
            if self.on_item is not None:
                self.on_item(step.value, done, len(kept))

    def _measured(
        self, step: ModelStep, score: str, ours: float, theirs: float, least: float | None = None
    ) -> Measured:
        items = getattr(self.sample, step.value).items
        outcomes = self.steps.outcomes
        taken = outcomes.count("")
        better = theirs > ours if least is None else theirs >= least
        return Measured(
            step=step,
            score=score,
            items=min(self.limit or len(items), len(items)),
            asked=len(outcomes),
            taken=taken,
            embedded=ours,
            model=theirs,
            least=ours if least is None else least,
            why_not=tuple(code for code, _ in Counter(filter(None, outcomes)).most_common()),
            chosen=bool(taken) and better,
        )


class _Counted:
    """Marks of one reader over all items."""

    def __init__(self) -> None:
        self._marks: list[Marks] = []

    def add(self, marks: Marks) -> None:
        self._marks.append(marks)

    def f1(self, said: _Counted) -> float:
        """Agreement of another reader with these marks: harmonic mean of precision and recall."""
        pairs = list(zip(self._marks, said._marks, strict=True))
        common = sum(len(gold & told) for gold, told in pairs)
        total = sum(len(gold) + len(told) for gold, told in pairs)
        return 2 * common / total if total else 1.0


def _wanted(sentences: Sequence[MarkedSentence]) -> Marks:
    return frozenset((one.text, facet) for one in sentences for facet in one.facets)


def _marks(read: Sequence[ReadSentence]) -> Marks:
    return frozenset(
        (one.sentence.text, facet.facet)
        for one in read
        for facet in one.facets
        if facet.confidence >= STATED_FROM
    )


def _in_order(read: Sequence[MomentReading], worth: dict[str, int]) -> list[bool]:
    """For each pair of messages of different worth, whether the worthier has the higher score."""
    scored = [(worth[one.message.id], one.score) for one in read]
    return [
        (left[1] > right[1]) == (left[0] > right[0])
        for left, right in combinations(scored, 2)
        if left[0] != right[0]
    ]


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
