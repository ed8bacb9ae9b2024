"""A tiny fit from end to end: it resumes exactly, and what it exports reads as it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.reader.encoder import COLUMNS, Encoder
from evals.fit.reader.examples import WRITTEN, Example, collate, examples_of
from evals.labelled.reading import read_labels
from memory.errors import StoreError
from memory.index.minilm import bert_tokenizer

torch = pytest.importorskip("torch", reason="needs the extra `fit`")

ITEMS = 12


class _KilledError(Exception):
    """Stands for a kill between two epochs."""


def say_nothing(line: str) -> None:
    """Tell nobody how far the fit has got."""


@pytest.fixture(scope="module")
def examples() -> tuple[Example, ...]:
    """The shortest written messages."""
    messages = sorted(read_labels(WRITTEN), key=lambda one: sum(map(len, one.sentences)))
    worthwhile = [one for one in messages if one.worth]
    return examples_of(worthwhile[:ITEMS], bert_tokenizer())


@pytest.fixture(scope="module")
def weights(examples: tuple[Example, ...], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What two steps make of the first weights."""
    from evals.fit.reader.training import Settings, fit

    state = tmp_path_factory.mktemp("fit") / "state.pt"
    return fit(examples, Settings(epochs=2, batch=ITEMS), state, 1, say_nothing)


def test_a_killed_fit_goes_on_to_the_same_weights(
    examples: tuple[Example, ...], weights: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after one of two epochs and run again, a fit ends as if nothing had happened."""
    from evals.fit.reader import training

    keep, state = training._keep, tmp_path / "state.pt"
    settings = training.Settings(epochs=2, batch=ITEMS)

    def keep_and_die(*kept: Any) -> None:
        keep(*kept)
        raise _KilledError

    monkeypatch.setattr(training, "_keep", keep_and_die)
    with pytest.raises(_KilledError):
        training.fit(examples, settings, state, 1, say_nothing)
    monkeypatch.setattr(training, "_keep", keep)
    told: list[str] = []
    again = training.fit(examples, settings, state, 1, told.append)
    assert told == ["goes on after epoch 1, step 1 of 2"]
    assert all(torch.equal(again[name], value) for name, value in weights.items())


def test_two_steps_move_what_is_fitted_and_nothing_else(weights: Any) -> None:
    """Encoder and heads learn; the embeddings stay those of the first weights."""
    from evals.fit.reader.network import ReaderNetwork

    torch.manual_seed(0)
    first = ReaderNetwork().state_dict()
    moved = {name for name, value in first.items() if not torch.equal(value, weights[name])}
    assert not any(name.startswith("enc.embeddings.") for name in moved)
    assert {"facet.weight", "worth.weight", "gap.weight", "anchor.weight"} <= moved
    assert any(name.startswith("enc.encoder.layer.0.") for name in moved)


def test_the_exported_graph_reads_as_the_network(
    examples: tuple[Example, ...], weights: Any, tmp_path: Path
) -> None:
    """The reader finds in the graph what the network says of sentences, message and tokens."""
    from evals.fit.reader.export import write_exact
    from evals.fit.reader.network import ReaderNetwork

    network = ReaderNetwork()
    network.load_state_dict(weights)
    network.eval()
    exact = tmp_path / "exact.onnx"
    write_exact(weights, exact)
    encoder = Encoder(exact)
    for example in examples[:3]:
        batch = collate([example])
        with torch.no_grad():
            facets, worth, gaps, focus = (
                one[0].numpy()
                for one in network(
                    *map(torch.from_numpy, (batch.ids, batch.types, batch.attended, batch.spread))
                )
            )
        read = encoder.read(example.window)
        assert read.facets == pytest.approx(facets, abs=1e-4)
        assert read.worth == pytest.approx(worth, abs=1e-4)
        assert read.gaps == pytest.approx(gaps, abs=1e-4)
        assert np.concatenate(read.focus) == pytest.approx(focus[batch.own[0] > 0], abs=1e-4)


def test_rounding_is_held_to_the_weights(
    examples: tuple[Example, ...], weights: Any, tmp_path: Path
) -> None:
    """Where a network has made up its mind, 8 bits keep what it says within the tolerance."""
    from evals.fit.reader.export import MOST_MEAN_CHANGE, export

    rounded, windows = tmp_path / "rounded.onnx", [one.window for one in examples]
    decided = {**weights, "facet.bias": weights["facet.bias"] - 3}
    change = export(decided, rounded, windows)
    assert 0 < change.mean <= MOST_MEAN_CHANGE
    assert change.turned == 0
    assert Encoder(rounded).tokens(windows[0]).shape == (len(windows[0].ids), COLUMNS)


def test_a_graph_that_says_something_else_is_refused(
    examples: tuple[Example, ...], weights: Any, tmp_path: Path
) -> None:
    """After two steps log-odds lie about 0, rounding turns many, and no graph is left behind."""
    from evals.fit.reader.export import export

    with pytest.raises(StoreError, match="does not agree with the weights"):
        export(weights, tmp_path / "rounded.onnx", [one.window for one in examples])
    assert not list(tmp_path.iterdir())
