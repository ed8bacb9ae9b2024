"""Task `retrieval`: whether questions find their answers, and foreign ones are told nothing.

Every question that a passage answers is put to all fields at once, for its rank, and to its own
field, where being told nothing is an error; questions of the other fields are put to each field,
where being told anything is one. What is fitted for a field is fitted on what was put to others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Literal
from weakref import finalize

from evals.labelled.queries import Query, read_lookup
from evals.tasks.chosen import sabotaged
from evals.tasks.comparing import TEN, Ground, Put, fitted_rules, put_to
from evals.tasks.measurement import Case, Outcome, drawn, tell
from evals.tasks.rivals import rival_ranks
from evals.tasks.statistics import Figures, Statistic, share, with_interval
from memory.index.chroma import ChromaIndex
from memory.index.minilm import MiniLmEmbedder
from memory.index.protocols import Embedder, Passage, Vectors
from memory.index.search import search_passages
from memory.records.policy import Policy, RetrievalPolicy

BODY_WORDS = 200
DEAF = "?"
"""What a search that is worse on purpose hears of any question; it always tells something."""
"""Words beneath a question that are read: with it about as many as the embedder takes."""
PASSAGES_A_TALE = 50


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question put to a memory for one purpose."""

    kind: Literal["rank", "own", "foreign"]
    query: Query
    memory: str
    """The field it is put to; for `rank`, its own, and it is put to all."""


class RetrievalMeasurement:
    """The shipped search over passages of one or more fields."""

    name = "retrieval"

    def __init__(self, folder: Path, limit: int = 0, seed: int = 0) -> None:
        self._lookup = read_lookup(folder)
        self.files: Sequence[Path] = self._lookup.files
        self._seed = seed
        home = Path(mkdtemp())
        self._embedder = _Remembering(MiniLmEmbedder())
        self._index = ChromaIndex(home / "index", home / "locks", self._embedder)
        finalize(self, _forget, self._index, home)
        self._index.rebuild(self._told_passages())
        self._ranked: dict[str, list[Put]] = {}
        self._grounds: dict[str, Ground] = {}
        for field, community in self._lookup.fields.items():
            answered = [q for q in self._lookup.queries if q.relevant and q.field == field]
            foreign = [q for q in self._lookup.queries if q.field != field]
            self._ranked[field] = self._put(answered, None)
            self._grounds[field] = Ground(
                self._put(answered, community), self._put(foreign, community)
            )
        self._shipped = Policy().retrieval
        self._rules = {field: self._fitted(leaving_out=field) for field in self._lookup.fields}
        plain = self._shipped.model_copy(update={"word_weight": 0.0})
        self._plain = {
            field: self._fitted(leaving_out=field, rules=plain) for field in self._lookup.fields
        }
        self._rivals = rival_ranks(self._lookup, self._ranked, self._embedder)
        self._asked = {
            f"{one.kind}/{one.memory}/{one.query.id}": one
            for one in drawn(list(self._all_asked()), limit, seed)
        }

    def _told_passages(self) -> Iterator[Passage]:
        count = len(self._lookup.passages)
        for done, passage in enumerate(self._lookup.passages, start=1):
            yield passage
            if done % PASSAGES_A_TALE == 0 or done == count:
                tell("embedding passages", done, count)

    def _put(self, queries: Sequence[Query], memory: str | None) -> list[Put]:
        found = []
        for put in put_to(self._index, self._lookup, queries, memory):
            found.append(put)
            tell("putting questions", len(found), len(queries))
        return found

    def _fitted(self, *, leaving_out: str, rules: RetrievalPolicy | None = None) -> RetrievalPolicy:
        """Rules fitted on all fields but one; with `rules`, their weight of words stays.

        Nothing that was put to the field left out takes part; its questions do as foreign ones.
        """
        others = [field for field in self._lookup.fields if field != leaving_out]
        return fitted_rules(
            [put for field in others for put in self._ranked[field]],
            [self._grounds[field] for field in others],
            rules or self._shipped,
            self._seed,
            fit_weight=rules is None,
        )

    def _all_asked(self) -> Iterator[_Asked]:
        for query in self._lookup.queries:
            if query.relevant:
                yield _Asked("rank", query, query.field)
                yield _Asked("own", query, query.field)
            for field in self._lookup.fields:
                if field != query.field:
                    yield _Asked("foreign", query, field)

    def cases(self) -> Sequence[Case]:
        return [
            Case(key, one.query.text, json.dumps({"relevant": list(one.query.relevant)}))
            for key, one in self._asked.items()
        ]

    def observe(self, case_id: str) -> Outcome:
        """The passages that are found, or whether anything is told, by fitted and shipped rules."""
        asked = self._asked[case_id]
        text = asked.query.text
        if asked.kind == "rank":
            beneath = asked.query.more.split()[:BODY_WORDS]
            more = " ".join([f"{text}.", *beneath]) if beneath else text
            return {
                "found": self._best(text, self._rules[asked.memory]),
                "found_as_shipped": self._best(text, self._shipped),
                "found_with_body": self._best(more, self._rules[asked.memory]),
            }
        return {
            "told": self._tells(text, asked.memory, self._rules[asked.memory]),
            "told_as_shipped": self._tells(text, asked.memory, self._shipped),
            "told_by_minilm": self._tells(text, asked.memory, self._plain[asked.memory]),
        }

    def _best(self, text: str, rules: RetrievalPolicy) -> list[str]:
        asked = DEAF if sabotaged() else text
        return [hit.passage.id for hit in search_passages(self._index, asked, TEN, rules).hits]

    def _tells(self, text: str, field: str, rules: RetrievalPolicy) -> bool:
        if sabotaged():
            return True
        community = self._lookup.fields[field]
        found = search_passages(self._index, text, 1, rules, community)
        return any(found.counts(hit) for hit in found.hits)

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """The reciprocal rank, or whether telling or keeping silent was right."""
        asked = self._asked[case_id]
        about = {"kind": asked.kind, "field": asked.memory}
        if asked.kind != "rank":
            right = said["told"] == (asked.kind == "own")
            return float(right), about | said
        ranks = {
            name.replace("found", "rank"): _reciprocal(found, asked.query.relevant)
            for name, found in said.items()
        }
        rivals = {name: ranks_of[asked.query.id] for name, ranks_of in self._rivals.items()}
        return ranks["rank"], about | ranks | {"rivals": rivals}

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        kinds = [one["kind"] for one in outcomes]

        def measure(name: str, statistic: Statistic) -> dict[str, float]:
            return with_interval(name, statistic, len(outcomes), self._seed)

        def mean(values: Sequence[float], kind: str, field: str = "") -> Statistic:
            counted = [
                float(of == kind and field in ("", one["field"]))
                for of, one in zip(kinds, outcomes, strict=True)
            ]
            return share([v * c for v, c in zip(values, counted, strict=True)], counted)

        def column(key: str) -> list[float]:
            return [float(one.get(key, 0)) for one in outcomes]

        def silence(key: str) -> list[float]:
            return [1 - value for value in column(key)]

        metrics = measure("mrr_at_10", mean(column("rank"), "rank"))
        metrics |= measure("recall_at_10", mean([float(v > 0) for v in column("rank")], "rank"))
        metrics |= measure("mrr_at_10_with_body", mean(column("rank_with_body"), "rank"))
        metrics |= measure("mrr_at_10_as_shipped", mean(column("rank_as_shipped"), "rank"))
        for suffix in ("", "_as_shipped"):
            silent = silence(f"told{suffix}")
            metrics |= measure(f"abstention_near{suffix}", mean(silent, "foreign"))
            metrics |= measure(f"false_abstention{suffix}", mean(silent, "own"))
        metrics |= measure("told_on_own_ground", mean(column("told"), "own"))
        several = self._lookup.fields if len(self._lookup.fields) > 1 else ()
        for field in several:
            metrics |= measure(f"mrr_at_10_{field}", mean(column("rank"), "rank", field))
            silent = silence("told")
            metrics |= measure(f"abstention_near_{field}", mean(silent, "foreign", field))
            metrics |= measure(f"false_abstention_{field}", mean(silent, "own", field))
            metrics |= _values(self._rules[field], f"_{field}")
        metrics |= _values(self._fitted(leaving_out=""), "_over_all")
        baselines: dict[str, dict[str, float]] = {}
        for name in self._rivals:
            ranks = [one.get("rivals", {}).get(name, 0.0) for one in outcomes]
            baselines[name] = measure("mrr_at_10", mean(ranks, "rank"))
        silent = silence("told_by_minilm")
        baselines["minilm"] |= measure("abstention_near", mean(silent, "foreign"))
        baselines["minilm"] |= measure("false_abstention", mean(silent, "own"))
        return Figures(metrics, baselines)


class _Remembering:
    """An embedder that reads each question once, however often it is put."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self._known: dict[str, Vectors] = {}
        self.name = real.name
        self.dimensions = real.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape `(len(texts), dimensions)`."""
        if len(texts) != 1:
            return self._real.embed(texts)
        (text,) = texts
        if text not in self._known:
            self._known[text] = self._real.embed(texts)
        return self._known[text]


def _forget(index: ChromaIndex, home: Path) -> None:
    index.close()
    rmtree(home, ignore_errors=True)


def _reciprocal(found: Sequence[str], relevant: Sequence[str]) -> float:
    place = next((n for n, one in enumerate(found, start=1) if one in relevant), 0)
    return 1 / place if place else 0.0


def _values(rules: RetrievalPolicy, suffix: str) -> dict[str, float]:
    return {
        f"{name}{suffix}": getattr(rules, name)
        for name in ("word_weight", "min_score", "min_score_growth")
    }
