"""How well a model takes the steps of a guide, on the shipped sample and through the real gates.

The embedded engine says everything in people's own words and so cannot fail on these steps: a
model is worth its calls from a score on that the sample names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.engines.model_guide_prompts import checked_text, in_a_line, shown_text
from agent.engines.model_guide_shapes import (
    AlikePairs,
    CheckedSentences,
    NamedGuide,
    WordedTandem,
    WrittenGuide,
)
from agent.method.condensing import refusal
from agent.method.guide_wording import Statement, choose
from agent.method.tandem_wording import line_refusal
from agent.model.asking import StepAsker
from agent.model.failures import ModelFailure
from agent.model.shapes import Shape
from agent.services.model_samples import COMMUNITY_ID, a_thread
from memory.records.guide import GuideSentence
from memory.records.inquiry import Facet
from memory.records.model_policy import ModelStep
from memory.records.talk import EvidenceSpan
from prompts.steps.guide_samples import WritingSample, load_guide_samples
from prompts.steps.writing import load_writing

EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class GuideStepMeasured:
    """What a step came to on its sample; `model` and `least` are scores of at most 1."""

    step: ModelStep
    score: str
    """Which score it is."""
    items: int
    """Calls that the sample takes."""
    taken: int
    """Of these, how many were answered in the right shape."""
    model: float
    least: float
    why_not: tuple[str, ...]
    """Codes of calls that failed and of proposals that were refused, the most frequent first."""

    @property
    def chosen(self) -> bool:
        """Whether the step is worth its calls at this endpoint."""
        return self.taken == self.items and self.model >= self.least


@dataclass(slots=True)
class _Tally:
    """What became of the calls of one step."""

    asked: int = 0
    taken: int = 0
    codes: Counter[str] | None = None

    def note(self, *codes: str) -> None:
        self.codes = (self.codes or Counter()) + Counter(codes)

    def came_to(self, step: ModelStep, score: str, model: float) -> GuideStepMeasured:
        least = load_guide_samples().least[step.value]
        why = tuple(code for code, _ in (self.codes or Counter()).most_common())
        return GuideStepMeasured(step, score, self.asked, self.taken, max(0.0, model), least, why)


def measure_guide_steps(asker: StepAsker) -> tuple[GuideStepMeasured, ...]:
    """Take every step of a guide on the sample: seven calls, in the name of no inquiry.

    A call that fails counts as an answer of no use. Raises `StoreError` of the ledger.
    """
    return tuple(measured(asker) for measured in STEPS)


def _ask(
    asker: StepAsker,
    tally: _Tally,
    step: ModelStep,
    shape: type[Shape],
    community: dict[str, str],
    inputs: dict[str, str] | None = None,
) -> Shape | None:
    tally.asked += 1
    try:
        answer = asker.ask(
            step, shape, inputs or {}, community, community_id=COMMUNITY_ID, inquiry_id=None
        )
    except ModelFailure as failure:
        tally.note(failure.outcome.value)
        return None
    tally.taken += 1
    return answer


def _writing(asker: StepAsker) -> GuideStepMeasured:
    tally, stood, refused, offered = _Tally(), 0, 0, 0
    for number, sample in enumerate(load_guide_samples().writing):
        statements = _statements(f"writing{number}", sample)
        lines = [(one.facet, one) for one in statements.values()]
        offered += len(lines)
        texts = {"statements": shown_text(lines)}
        answer = _ask(asker, tally, ModelStep.WRITE_SECTION, WrittenGuide, texts)
        if answer is not None:
            proposals = [(one.text, one.rests_on) for one in answer.sentences]
            chosen, codes = choose(proposals, statements, EXPERT)
            tally.note(*codes)
            stood += sum(len(one.numbers) for one in chosen)
            refused += len(codes)
    score = (stood - refused) / offered
    return tally.came_to(ModelStep.WRITE_SECTION, "worded less refused", score)


def _statements(key: str, sample: WritingSample) -> dict[int, Statement]:
    """Statements of one person in one section, as an embedded draft would have them."""
    view = a_thread(key, "", [(EXPERT, said) for said in sample.said])
    found = {}
    for number, message in enumerate(view.messages, start=1):
        span = EvidenceSpan.of(message, 0, len(message.text))
        text = message.text[:1].upper() + message.text[1:]
        text = text if text.endswith(".") else f"{text}."
        said = GuideSentence(text=text, author_id=str(message.author_id), evidence=(span,))
        found[number] = Statement(number, Facet.WHY, said, (span.quote,))
    return found


def _merging(asker: StepAsker) -> GuideStepMeasured:
    tally, pairs = _Tally(), load_guide_samples().merging
    told = "\n".join(
        f"{n}. A: {pair.one}\n{n}. B: {pair.other}" for n, pair in enumerate(pairs, start=1)
    )
    answer = _ask(asker, tally, ModelStep.MERGE_STATEMENTS, AlikePairs, {"pairs": told})
    alike = set(answer.alike) if answer is not None else set()
    right = [(n in alike) == pair.same for n, pair in enumerate(pairs, start=1)]
    score = _share(right) if answer is not None else 0.0
    return tally.came_to(ModelStep.MERGE_STATEMENTS, "pairs told rightly", score)


def _naming(asker: StepAsker) -> GuideStepMeasured:
    tally, entry, named = _Tally(), load_writing(), 0
    limits = {"number": entry.titles, "fewest": entry.fewest_words, "most": entry.most_words}
    inputs = {name: str(value) for name, value in limits.items()}
    samples = load_guide_samples().naming
    for sample in samples:
        texts = {"opening": sample.opening, "advice": sample.advice}
        answer = _ask(asker, tally, ModelStep.NAME_GUIDE, NamedGuide, texts, inputs)
        codes = [_title_refusal(one, sample.opening) for one in answer.titles] if answer else []
        tally.note(*filter(None, codes))
        named += "" in codes
    score = named / len(samples)
    return tally.came_to(ModelStep.NAME_GUIDE, "openings with a title", score)


def _title_refusal(title: str, opening: str) -> str:
    """As in a guide: a title is words of one sentence, and may leave some of them out."""
    entry = load_writing()
    text = in_a_line(title).rstrip(" .")
    if not entry.fewest_words <= len(text.split()) <= entry.most_words:
        return "length"
    sentences = [f"{one.strip()}." for one in opening.replace("!", ".").split(".") if one.strip()]
    codes = [refusal(f"{text}.", [one], [one]) for one in sentences]
    return "" if any(code in ("", "drops") for code in codes) else "uncited"


def _checking(asker: StepAsker) -> GuideStepMeasured:
    tally, samples = _Tally(), load_guide_samples().checking
    rows = [((one.words,), one.sentence) for one in samples]
    texts = {"sentences": checked_text(rows)}
    answer = _ask(asker, tally, ModelStep.CHECK_SENTENCE, CheckedSentences, texts)
    said = {one.number: one.carried for one in answer.verdicts} if answer is not None else {}
    right = [(one.carried, said.get(n) is one.carried) for n, one in enumerate(samples, start=1)]
    good, bad = (_share([ok for is_good, ok in right if is_good is kind]) for kind in (True, False))
    score = (good + bad) / 2
    return tally.came_to(ModelStep.CHECK_SENTENCE, "told rightly, good and bad alike", score)


def _tandem(asker: StepAsker) -> GuideStepMeasured:
    tally, sample = _Tally(), load_guide_samples().tandem
    texts = {
        "lines": "\n".join(f"{n}. {line}" for n, line in enumerate(sample.lines, start=1)),
        "evidence": "\n".join(f"- {one}" for one in sample.evidence),
    }
    answer = _ask(asker, tally, ModelStep.SUGGEST_TANDEM, WordedTandem, texts)
    codes: list[str] = []
    for proposal in answer.lines if answer is not None else ():
        known = 1 <= proposal.number <= len(sample.lines)
        line = sample.lines[proposal.number - 1] if known else ""
        text = in_a_line(proposal.text)
        if text != line:
            told = line_refusal(text, line, sample.evidence, sample.people)
            codes.append(told if known else "number")
    tally.note(*filter(None, codes))
    score = (codes.count("") - sum(map(bool, codes))) / len(sample.lines)
    return tally.came_to(ModelStep.SUGGEST_TANDEM, "worded less refused", score)


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


STEPS: tuple[Callable[[StepAsker], GuideStepMeasured], ...] = (
    _writing,
    _merging,
    _naming,
    _checking,
    _tandem,
)
"""Every step by itself, for whoever tells how far it is."""
