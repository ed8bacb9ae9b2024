"""Task `experts`: whether who was accepted comes first among the people known before a question.

Time-ordered: of each question only answers written before it count, and acceptances of such
answers (archives do not say when an answer was accepted). Votes bear no dates, so the ranking
makes no use of them; a baseline that does has the advantage of knowing their end. The asker is
left out, so whoever accepted their own answer is a miss. Weights are fitted on the other
communities; what is shipped is reported beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.method.skill_ranking import PastThread, Ranked, rank_people, score_of
from agent.services.importing import import_into
from agent.services.skill_evidence import ReadThread, read_threads
from agent.services.workplace import open_workplace
from evals.labelled.queries import DUMPS
from evals.sample import ANSWERED
from evals.tasks.chosen import sabotaged
from evals.tasks.experts_fitting import Choice, fitted_weights
from evals.tasks.experts_rivals import RIVALS, rival_order
from evals.tasks.measurement import Case, Outcome, data_folder, drawn, tell
from evals.tasks.statistics import Figures, difference, share, with_interval
from memory.errors import UserInputError
from prompts.skill import load_skill

FIRST = 5
RANKINGS_A_TALE = 25
SHIPPED = "as_shipped"


@dataclass(frozen=True)
class _Asked:
    """A question with an accepted answer, and everybody who had answered before it."""

    field: str
    thread: PastThread
    answerer_id: str
    ranked: Sequence[Ranked]
    before: bool
    """Whether the answerer had answered anything before, their own questions included."""
    rivals: Mapping[str, Sequence[str]]
    """Ids of the same people in the order of each baseline."""


class ExpertsMeasurement:
    """The shipped ranking of people, over archives with accepted answers."""

    name = "experts"
    files: Sequence[Path]

    def __init__(self, archive: Path | None, limit: int = 0, seed: int = 0) -> None:
        self._seed = seed
        archives = _archives(archive)
        self.files = tuple(path / "Posts.xml" for path in archives.values())
        self._rules = load_skill().ranking
        asked = [one for name, path in archives.items() for one in self._asked_in(name, path)]
        if not asked:
            raise UserInputError("no question of these archives has an accepted answer")
        self._fields = tuple(archives)
        self._weights = {field: self._fitted(asked, field) for field in self._fields}
        self._over_all = self._fitted(asked, "")
        self._asked = {one.thread.thread_id: one for one in drawn(asked, limit, seed)}

    def _asked_in(self, name: str, path: Path) -> Iterator[_Asked]:
        threads = _threads(name, path)
        past = [one.past for one in threads]
        questions = [one for one in threads if _answerer(one) is not None]
        for done, one in enumerate(questions, start=1):
            thread = one.past
            left_out = {thread.asker_id} if thread.asker_id else set()
            ranked = rank_people(past, thread.text, thread.at, self._rules, leave_out=left_out)
            rivals = {rival: rival_order(rival, threads, one, ranked) for rival in RIVALS}
            answerer = _answerer(one) or ""
            before = _answered_before(past, answerer, thread)
            yield _Asked(name, thread, answerer, ranked, before, rivals)
            if done % RANKINGS_A_TALE == 0 or done == len(questions):
                tell(f"ranking people of {name}", done, len(questions))

    def _fitted(self, asked: Sequence[_Asked], without: str) -> Mapping[str, float]:
        """Weights fitted on all communities but one; the shipped ones where there is no other."""
        others = [Choice(one.ranked, one.answerer_id) for one in asked if one.field != without]
        if not any(choice.place() >= 0 for choice in others):
            return self._rules.weights
        return fitted_weights(others)

    def cases(self) -> Sequence[Case]:
        return [
            Case(key, one.thread.text, json.dumps({"answerer": one.answerer_id}))
            for key, one in self._asked.items()
        ]

    def observe(self, case_id: str) -> Outcome:
        """The first five by fitted and by shipped weights, and the answerer's place in each."""
        asked = self._asked[case_id]
        fitted = _ordered(asked.ranked, self._weights[asked.field])
        shipped = [one.member_id for one in asked.ranked]
        if sabotaged():  # whoever fits least comes first
            fitted, shipped = fitted[::-1], shipped[::-1]
        return {
            "first": fitted[:FIRST],
            "rank": _place(fitted, asked.answerer_id),
            f"rank_{SHIPPED}": _place(shipped, asked.answerer_id),
            "known": len(fitted),
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """The reciprocal rank of who was accepted; 0 where they were not known."""
        asked = self._asked[case_id]
        own = asked.answerer_id == asked.thread.asker_id
        rivals = {name: _place(ids, asked.answerer_id) for name, ids in asked.rivals.items()}
        about = {"field": asked.field, "own": own, "before": asked.before, "rivals": rivals}
        return _reciprocal(said["rank"]), about | said

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        every = [1.0] * len(outcomes)
        seen = [float(one["rank"] > 0) for one in outcomes]
        others = [float(not one["own"]) for one in outcomes]
        ranks = [one["rank"] for one in outcomes]
        shipped = [one[f"rank_{SHIPPED}"] for one in outcomes]
        metrics = self._measures(ranks, every)
        before = [float(one["before"]) for one in outcomes]
        metrics |= with_interval("seen", share(seen), len(outcomes), self._seed)
        metrics |= with_interval("ceiling", share(before), len(outcomes), self._seed)
        metrics |= self._measures(ranks, seen, "_seen")
        metrics |= self._measures(ranks, others, "_by_others")
        metrics |= self._measures(shipped, every, f"_{SHIPPED}")
        baselines = {}
        for name in RIVALS:
            places = [one["rivals"][name] for one in outcomes]
            baselines[name] = self._measures(places, every) | self._measures(places, seen, "_seen")
            metrics |= self._gain(name, ranks, places)
        metrics |= {f"weight_{trait}_over_all": w for trait, w in self._over_all.items()}
        if len(self._fields) > 1:
            for field in self._fields:
                here = [float(one["field"] == field) for one in outcomes]
                metrics |= self._measures(ranks, here, f"_{field}")
        return Figures(metrics, baselines)

    def _measures(
        self, places: Sequence[int], of: Sequence[float], suffix: str = ""
    ) -> dict[str, float]:
        """MRR and R@5 over the outcomes that count."""
        pairs = list(zip(places, of, strict=True))
        mrr = share([_reciprocal(place) * counts for place, counts in pairs], of)
        first = share([float(0 < place <= FIRST) * counts for place, counts in pairs], of)
        found = with_interval(f"mrr{suffix}", mrr, len(pairs), self._seed)
        return found | with_interval(f"recall_at_{FIRST}{suffix}", first, len(pairs), self._seed)

    def _gain(self, name: str, ranks: Sequence[int], places: Sequence[int]) -> dict[str, float]:
        """MRR over that of a baseline, on the same questions."""
        gain = difference(
            share([_reciprocal(place) for place in ranks]),
            share([_reciprocal(place) for place in places]),
        )
        return with_interval(f"mrr_over_{name}", gain, len(ranks), self._seed)


def _threads(name: str, path: Path) -> Sequence[ReadThread]:
    with TemporaryDirectory() as home, open_workplace(Path(home)) as work:
        import_into(work, path, name)
        with work.store.reading() as unit:
            community = next(iter(unit.people.communities()))
            return read_threads(unit, community.id, work.clock.now())


def _answered_before(past: Sequence[PastThread], person: str, asked: PastThread) -> bool:
    return any(
        answer.member_id == person and answer.at < asked.at
        for thread in past
        for answer in thread.answers
    )


def _answerer(thread: ReadThread) -> str | None:
    """Who wrote the accepted answer, whoever that is; `None` without one."""
    accepted = thread.thread.accepted_message_id
    return next((m.author_id for m in thread.messages if m.id == accepted), None)


def _ordered(ranked: Sequence[Ranked], weights: Mapping[str, float]) -> list[str]:
    scores = {one.member_id: score_of(one.traits, weights) for one in ranked}
    return sorted(scores, key=lambda person: (-scores[person], person))


def _place(ids: Sequence[str], wanted: str) -> int:
    """Place from 1; 0 where they are not among them."""
    return ids.index(wanted) + 1 if wanted in ids else 0


def _reciprocal(place: int) -> float:
    return 1 / place if place else 0.0


def _archives(archive: Path | None) -> Mapping[str, Path]:
    """The named dump or folder of dumps, else those at hand, else the shipped sample."""
    if archive is not None:
        inside = {
            one.name: one for one in sorted(archive.glob("*")) if (one / "Posts.xml").exists()
        }
        return inside or {archive.resolve().name: archive}
    folder = data_folder() / "communities"
    at_hand = {name: folder / name for name in DUMPS if (folder / name).exists()}
    return at_hand or {ANSWERED.name: ANSWERED}
