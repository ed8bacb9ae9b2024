"""Task `questions`: what the engine would ask whole communities, and how it varies.

Each archive is imported into a temporary home, its threads are judged, and a first question is
composed for every moment over the ask threshold. Gates are checked again on what was composed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from agent.engines.model import WORDED
from agent.inquiry.dossier import standings_of, view_thread
from agent.method.gaps import coverage_values
from agent.method.gates import (
    GateContext,
    GateFailure,
    check_question,
    outside_quote,
    question_sentences,
)
from agent.method.readings import AskContext, ComposedQuestion, ThreadView
from agent.services.importing import import_into
from agent.services.workplace import open_workplace
from evals.sample import SAMPLE_NAME, SLACK_EXPORT
from evals.tasks.engines import ask_threshold, engine_for
from evals.tasks.measurement import Case, Outcome, data_folder, drawn, tell
from evals.tasks.statistics import Figures, share, with_interval, words_of
from memory.errors import UserInputError
from memory.records.talk import Message
from prompts import load_catalogue

ARCHIVES = ("coffee.stackexchange", "beer.stackexchange", "slack-export")
"""Folders of `$PASSDOWN_DATA/communities`."""
THREADS_A_TALE = 50


@dataclass(frozen=True, slots=True)
class _Moment:
    """A message worth asking about, in its thread."""

    community: str
    view: ThreadView
    message: Message


class QuestionsMeasurement:
    """First questions about the moments of one archive, or of those at hand."""

    name = "questions"
    files: Sequence[Path] = ()

    def __init__(self, archive: Path | None, limit: int = 0, seed: int = 0) -> None:
        self._seed = seed
        self._sizes: dict[str, int] = {}
        found = [
            moment
            for name, path in _archives(archive).items()
            for moment in self._moments(name, path)
        ]
        if not found:
            raise UserInputError("no message of these archives is worth asking about")
        self._moments_by_id = {one.message.id: one for one in drawn(found, limit, seed)}

    def _moments(self, name: str, path: Path) -> Iterator[_Moment]:
        """The moments of an archive, as a sweep would find them."""
        with TemporaryDirectory() as home, open_workplace(Path(home)) as work:
            import_into(work, path, name)
            with work.store.reading() as unit:
                community = next(iter(unit.people.communities()))
                standings = standings_of(unit, community.id)
                threads = list(unit.talk.unjudged_threads(community.id, work.clock.now()))
                self._sizes[name] = len(threads)
                engine, threshold = engine_for(name), ask_threshold(name)
                for done, thread in enumerate(threads, start=1):
                    view = view_thread(unit, thread.id)
                    for reading in engine.judge(view, standings):
                        if not reading.gates_failed and reading.score >= threshold:
                            yield _Moment(name, view, reading.message)
                    if done % THREADS_A_TALE == 0 or done == len(threads):
                        tell(f"judging {name}", done, len(threads))

    def cases(self) -> Sequence[Case]:
        return [Case(key, one.message.text, "") for key, one in self._moments_by_id.items()]

    def observe(self, case_id: str) -> Outcome:
        """The first question about a moment, or nothing."""
        moment = self._moments_by_id[case_id]
        engine = engine_for(moment.community)
        coverage = engine.coverage(moment.view, moment.message, ())
        context = AskContext(moment.view, moment.message, coverage)
        question = engine.compose(context)
        if question is None:
            return {"question": None}
        return {
            "question": question.text,
            "quote": question.quote.quote,
            "facet": question.facet,
            "template": question.template,
            "failed": [failure.gate for failure in _failed_gates(question, context)],
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Whether every gate is passed; silence fails none."""
        outcome: Outcome = {"community": self._moments_by_id[case_id].community, **said}
        if said["question"] is None:
            return 1.0, outcome
        outcome["phrasing"] = outside_quote(said["question"], said["quote"])
        return float(not said["failed"]), outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        composed = [one for one in outcomes if one["question"] is not None]
        metrics = {
            "threads": float(sum(self._sizes.values())),
            "moments": float(len(outcomes)),
            "composed": float(len(composed)),
        }
        asked = [float(one["question"] is not None) for one in outcomes]
        metrics |= with_interval("composed_share", share(asked), len(outcomes), self._seed)
        if composed:
            phrasings = Counter(one["phrasing"] for one in composed)
            templates = Counter(one["template"] for one in composed)
            metrics |= {
                "all_gates_pass": float(not any(one["failed"] for one in composed)),
                "failing_a_gate": float(sum(bool(one["failed"]) for one in composed)),
                "top_phrasing_share": max(phrasings.values()) / len(composed),
                "top_template_share": max(templates.values()) / len(composed),
                "worded_by_model": float(
                    sum(one["template"].startswith(f"{WORDED}.") for one in composed)
                ),
                "distinct_phrasings": float(len(phrasings)),
                "median_words": float(median(len(words_of(one["question"])) for one in composed)),
            }
        for community in sorted(self._sizes):
            here = [one for one in outcomes if one["community"] == community]
            metrics[f"moments_{community}"] = float(len(here))
            metrics[f"composed_{community}"] = float(
                sum(one["question"] is not None for one in here)
            )
        return Figures(metrics, {})


def _archives(archive: Path | None) -> Mapping[str, Path]:
    """The named archive, else the communities at hand, else the shipped sample."""
    if archive is not None:
        return {archive.resolve().name: archive}
    folder = data_folder() / "communities"
    at_hand = {name: folder / name for name in ARCHIVES if (folder / name).exists()}
    return at_hand or {SAMPLE_NAME: SLACK_EXPORT}


def _failed_gates(question: ComposedQuestion, context: AskContext) -> Sequence[GateFailure]:
    catalogue, thread = load_catalogue(), context.view.thread
    said = [thread.title] if thread.title.endswith("?") else []
    for message in context.view.messages:
        said += question_sentences(message.own_words())
    return check_question(
        question.text,
        question.quote.quote,
        GateContext(
            anchor=context.anchor,
            addressee_id=context.anchor.author_id or "",
            facet=question.facet,
            gates=catalogue.gates,
            coverage=coverage_values(context.coverage, catalogue),
            thread_questions=tuple(said),
        ),
    )
