"""Fitting the reader: labels become the right examples, folds keep apart, thresholds are best."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reader.artefact import read_artefact
from agent.reader.encoder import FACETS
from agent.reader.windows import NO_SENTENCE
from evals.fit.reader import __main__ as command
from evals.fit.reader.examples import (
    WRITTEN,
    batches_of,
    collate,
    examples_of,
    labels_folder,
    positive_weights,
)
from evals.fit.reader.fitting import FITTED_ON, READINGS, WEIGHTS, make_fold
from evals.fit.reader.folds import FOLDS, SHIPPED, fold_named
from evals.fit.reader.readings import Reading, load_readings, write_readings
from evals.fit.reader.shipping import GRAPH, ship
from evals.fit.reader.thresholds import (
    COMMON_COUNTS,
    best_threshold,
    common_threshold,
    f1_curve,
    fit_thresholds,
    site_weights,
    smoothed,
)
from evals.labelled.reading import LabelledMessage, read_labels
from memory.errors import UserInputError
from memory.index.minilm import bert_tokenizer
from memory.records.inquiry import Facet

HELD_OUT = {"written-bicycle", "written-photo", "written-dbops"}
MORE = labels_folder()
wants_labels = pytest.mark.skipif(
    not (MORE / "items.jsonl").exists(), reason="needs the labels of PASSDOWN_DATA"
)


def labelled(folder: Path, *rows: tuple[dict[str, Any], dict[str, Any]]) -> list[LabelledMessage]:
    """Messages read from files, as the fit reads them."""
    for name, which in (("items.jsonl", 0), ("labels_a.jsonl", 1)):
        lines = [json.dumps({"id": f"m{n}", **row[which]}) for n, row in enumerate(rows)]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return list(read_labels(folder))


def row(*sentences: str, site: str = "shop", **marks: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """An item and its label."""
    item = {"site": site, "title": "Chatter", "question": "Why?", "sentences": list(sentences)}
    label = {"facets": {}, "worth": 0, "gap": "NONE", "anchor": "", "question": ""}
    return item, {**label, **marks}


def reading(key: str, site: str, *sentences: dict[Facet, float]) -> Reading:
    """A reading with the log-odds given, and -9 for facets left out."""
    facets = [[one.get(facet, -9.0) for facet in FACETS] for one in sentences]
    return Reading(
        key, site, np.array(facets, np.float32), np.zeros(3, np.float32), np.zeros(12, np.float32)
    )


def test_an_example_marks_the_sentence_and_the_words(tmp_path: Path) -> None:
    """Facets stand at their sentence, the quoted words at their tokens, worth and gap beside."""
    marks: dict[str, Any] = {"facets": {"ACTION": [1], "WHY": [0, 1]}, "worth": 2, "gap": "CHECK"}
    messages = labelled(
        tmp_path, row("It sings.", "Drop the speed first.", anchor="the speed", **marks)
    )
    (example,) = examples_of(messages, bert_tokenizer())
    expected = np.zeros((2, 12))
    expected[1, FACETS.index(Facet.ACTION)] = 1
    expected[:, FACETS.index(Facet.WHY)] = 1
    assert (example.stated == expected).all()
    assert (example.worth, FACETS[example.gap]) == (2, Facet.CHECK)
    text = messages[0].sentences
    quoted = [
        text[sentence][slice(*place)]
        for sentence, place, told in zip(
            example.window.sentences, example.window.offsets, example.quoted, strict=True
        )
        if told
    ]
    assert quoted == ["the", "speed"]


def test_nothing_to_ask_is_no_gap_and_no_focus(tmp_path: Path) -> None:
    """A message that is worth no question teaches the reader neither a gap nor words to quote."""
    (example,) = examples_of(labelled(tmp_path, row("Thanks!")), bert_tokenizer())
    batch = collate([example])
    assert batch.gap.tolist() == [-1]
    assert batch.focused.tolist() == [0]
    assert not any(example.quoted)


def test_a_long_message_keeps_every_mark_once(tmp_path: Path) -> None:
    """Where a message needs several windows, each sentence's marks are in just one of them."""
    long = [f"Sentence {n} " + "holds the cutter steady " * 12 for n in range(20)]
    marks: dict[str, Any] = {"facets": {"ACTION": [0, 7, 19]}, "worth": 1, "gap": "WHY"}
    examples = examples_of(labelled(tmp_path, row(*long, **marks)), bert_tokenizer())
    assert len(examples) > 1
    stated = np.concatenate([example.stated for example in examples])
    assert np.flatnonzero(stated[:, FACETS.index(Facet.ACTION)]).tolist() == [0, 7, 19]


def test_padding_belongs_to_nothing(tmp_path: Path) -> None:
    """Padded tokens and sentences have no weight; the tokens of a sentence share a weight of 1."""
    messages = labelled(tmp_path, row("One."), row("Hold it hard.", "Then wait a while."))
    examples = examples_of(messages, bert_tokenizer())
    batch = collate(examples)
    assert np.allclose(batch.spread.sum(axis=2), batch.sentences)
    assert batch.sentences.tolist() == [[1, 0], [1, 1]]
    assert batch.attended.sum(axis=1).tolist() == [len(one.window.ids) for one in examples]
    own = [sum(n != NO_SENTENCE for n in one.window.sentences) for one in examples]
    assert batch.own.sum(axis=1).tolist() == own


def test_rare_facets_weigh_more_within_bounds(tmp_path: Path) -> None:
    """A facet weighs the root of the odds against it: one stated by a fifth weighs 2, at most 8."""
    marks: dict[str, Any] = {"facets": {"ACTION": [0], "WHY": [0, 1, 2, 3, 4]}}
    messages = labelled(tmp_path, row("One.", "Two.", "Three.", "Four.", "Five.", **marks))
    weights = positive_weights(examples_of(messages, bert_tokenizer()))
    told = {facet: weights[FACETS.index(facet)] for facet in (Facet.ACTION, Facet.WHY, Facet.GOAL)}
    assert told == {Facet.ACTION: pytest.approx(2.0), Facet.WHY: 1.0, Facet.GOAL: 8.0}


@given(st.integers(1, 12), st.integers(0, 5), st.integers(1, 40))
def test_an_epoch_shows_every_example_once(size: int, seed: int, count: int) -> None:
    """Batches hold each example once, none more than the size, and a seed repeats them."""
    examples = _WRITTEN[:count]
    batches = batches_of(examples, size, seed)
    assert sorted(place for batch in batches for place in batch) == list(range(count))
    assert max(map(len, batches)) <= size
    assert len(batches) == math.ceil(count / size)
    assert batches == batches_of(examples, size, seed)


_WRITTEN = examples_of(read_labels(WRITTEN)[:40], bert_tokenizer())


def test_the_written_messages_are_fit_to_fit_on() -> None:
    """Each is read without error, quotes its own words, and none is of a field held out."""
    messages = read_labels(WRITTEN)
    assert not {one.site for one in messages} & HELD_OUT
    for one in messages:
        marks = one.gold.marks[0]
        assert (marks.worth == 0) == (marks.gap is None)
        assert not marks.anchor or any(marks.anchor in text for text in one.sentences), one.id


@wants_labels
def test_folds_never_see_what_they_are_tried_on() -> None:
    """A fit holds no message of a site it leaves out, and no message is tried by two fits."""
    messages = (*read_labels(MORE), *read_labels(WRITTEN))
    tried = Counter(one.id for fold in FOLDS for one in fold.unseen(messages))
    assert set(tried.values()) == {1}
    assert set(tried) <= {one.id for one in read_labels(MORE)}
    for fold in FOLDS:
        seen, unseen = fold.seen(messages), fold.unseen(messages)
        assert not {one.site for one in seen} & {one.site for one in unseen}
        assert bool(unseen) == (fold is not SHIPPED)
        assert len(seen) + len(unseen) == len(messages)
    assert SHIPPED.seen(messages) == messages


def test_an_unknown_fold_is_named() -> None:
    """A fold that is none is told with those there are."""
    with pytest.raises(UserInputError, match=r"'without-tea' is no fold.*without-coffee"):
        fold_named("without-tea")


def test_a_threshold_is_the_best_f1() -> None:
    """By hand: at 1.0 two of two hits and one miss, F1 0.8, beats 2.0 (2/3) and 3.0 (2/3)."""
    odds, stated = np.array([0.0, 1.0, 2.0, 3.0]), np.array([False, True, False, True])
    thresholds, scores = f1_curve(odds, stated, np.ones(4))
    assert thresholds.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert scores == pytest.approx([2 / 3, 0.8, 0.5, 2 / 3])
    assert best_threshold(odds, stated, np.ones(4)) == 1.0


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.booleans(), st.sampled_from([0.5, 1.0])), min_size=1)
)
def test_the_curve_of_f1_is_that_of_counting(cases: list[tuple[int, bool, float]]) -> None:
    """Each point of the curve is what counting hits and misses at that threshold gives."""
    odds, stated, weights = (np.array(part) for part in zip(*cases, strict=True))
    for threshold, score in zip(*f1_curve(odds.astype(float), stated, weights), strict=True):
        passed = odds >= threshold
        doubled = 2 * weights[passed & stated].sum()
        assert score == pytest.approx(doubled / (weights[passed].sum() + weights[stated].sum()))


def test_a_common_threshold_serves_all_facets() -> None:
    """By hand: 1.0 is right for both columns, where each alone would do as well elsewhere."""
    odds = np.array([[0.0, 0.0], [1.0, 0.5], [2.0, 1.0]])
    stated = np.array([[False, False], [True, False], [True, True]])
    assert common_threshold(odds, stated, np.ones(3)) == 1.0


def test_a_site_weighs_the_root_of_its_size() -> None:
    """Nine messages of one site weigh 3 together, four of another 2."""
    weights = site_weights(["large"] * 9 + ["small"] * 4)
    assert weights[:9].sum() == pytest.approx(3)
    assert weights[9:].sum() == pytest.approx(2)


def test_a_rare_facet_keeps_to_the_common_threshold() -> None:
    """Without a message that states it a facet has the common threshold, with many its own."""
    assert smoothed(5.0, 0, 1.0) == 1.0
    assert smoothed(5.0, int(COMMON_COUNTS), 1.0) == pytest.approx(3.0)
    assert smoothed(5.0, 10**6, 1.0) == pytest.approx(5.0, abs=1e-3)


def test_a_message_states_what_its_surest_sentence_states(tmp_path: Path) -> None:
    """Thresholds are over the highest sentence of a message, and every facet has one."""
    messages = labelled(
        tmp_path,
        row("One.", "Two.", facets={"ACTION": [1]}),
        row("One.", "Two."),
    )
    readings = [
        reading("m0", "shop", {Facet.ACTION: -2.0}, {Facet.ACTION: 3.0}),
        reading("m1", "shop", {Facet.ACTION: -1.0}, {Facet.ACTION: 1.0}),
    ]
    thresholds = fit_thresholds(readings, messages)
    assert set(thresholds) == set(Facet)
    assert thresholds[Facet.ACTION] == pytest.approx(3.0)
    with pytest.raises(UserInputError, match="'lost' is read and is not labelled"):
        fit_thresholds([reading("lost", "shop", {})], messages)


def test_readings_come_back_as_they_were(tmp_path: Path) -> None:
    """What is kept of a reading is what was read, to four digits."""
    kept = [reading("a", "shop", {Facet.WHY: 0.12344}, {}), reading("b", "shed", {})]
    write_readings(kept, tmp_path / "readings.jsonl")
    found = load_readings(tmp_path / "readings.jsonl")
    assert [(one.id, one.site) for one in found] == [("a", "shop"), ("b", "shed")]
    for one, other in zip(kept, found, strict=True):
        assert other.facets == pytest.approx(one.facets, abs=1e-4)
        assert (other.worth.shape, other.gaps.shape) == ((3,), (12,))


def test_what_is_shipped_can_be_read(tmp_path: Path) -> None:
    """The card names the weights beside it, the sites fitted on and a threshold a facet."""
    graph = tmp_path / "graph"
    graph.write_bytes(b"weights")
    thresholds = {facet: column / 8 for column, facet in enumerate(FACETS)}
    name = ship(graph, ["shop", "shed"], thresholds, tmp_path / "out")
    artefact = read_artefact(tmp_path / "out")
    assert (artefact.name, artefact.sites) == (name, ("shed", "shop"))
    assert artefact.thresholds == thresholds
    assert (tmp_path / "out" / GRAPH).read_bytes() == b"weights"
    assert name.endswith(artefact.digest[:8])


def test_what_is_built_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fold with its files in the build folder is left alone, to the byte."""
    monkeypatch.setenv("PASSDOWN_BUILD", str(tmp_path))
    fold = fold_named("without-coffee")
    assert fold.folder == tmp_path / "without-coffee"
    fold.folder.mkdir()
    kept = {WEIGHTS: b"w", GRAPH: b"g", FITTED_ON: b"{}", READINGS: b""}
    for name, content in kept.items():
        (fold.folder / name).write_bytes(content)
    make_fold(fold, read_labels(WRITTEN), 1, pytest.fail)
    assert {file.name: file.read_bytes() for file in fold.folder.iterdir()} == kept


def test_without_the_extra_the_command_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where PyTorch is missing the command names it and the make target, and exits with 2."""
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "torch" else name)
    assert command.main([]) == 2
    assert "'torch'; run `make setup-fit`" in capsys.readouterr().err
