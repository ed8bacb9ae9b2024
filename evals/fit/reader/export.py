"""Turn fitted weights into the int8 graph that `agent.reader` runs, and hold it to them."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from agent.reader.encoder import Encoder
from agent.reader.windows import Window
from evals.fit.reader.network import TokenReadings
from evals.fit.reader.training import Weights
from memory.errors import StoreError

OPSET = 17
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "tokens"

MOST_MEAN_CHANGE, MOST_TURNED = 0.15, 0.02
"""What rounding weights to 8 bits may do to the facets of real sentences: the mean change of
their log-odds, and the share of them that change sign."""


@dataclass(frozen=True, slots=True)
class Change:
    """How far one graph's facets of sentences are from another's."""

    mean: float
    """Of the absolute differences of log-odds."""
    turned: float
    """Share of log-odds that have another sign."""


def export(weights: Weights, graph: Path, windows: Sequence[Window]) -> Change:
    """Write the int8 graph, whole or not at all, and return what rounding did on `windows`.

    Raises `StoreError` where that is more than `MOST_MEAN_CHANGE` or `MOST_TURNED`.
    """
    graph.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=graph.parent) as folder:
        exact, rounded = Path(folder, "float32.onnx"), Path(folder, graph.name)
        write_exact(weights, exact)
        _round(exact, rounded)
        change = change_between(exact, rounded, windows)
        if change.mean > MOST_MEAN_CHANGE or change.turned > MOST_TURNED:
            raise StoreError(
                f"the int8 graph {str(graph)!r} does not agree with the weights it was made of: "
                f"log-odds change by {change.mean:.3f} and {change.turned:.1%} change sign; "
                "fit anew with another seed"
            )
        rounded.replace(graph)
    return change


def write_exact(weights: Weights, graph: Path) -> None:
    """Write the graph in full precision: any batch, any length, `COLUMNS` figures a token."""
    network = TokenReadings(weights).eval()
    ids = torch.arange(5, 22).reshape(1, -1)
    axes = {0: "windows", 1: "tokens"}
    with torch.no_grad(), warnings.catch_warnings():
        # The exporter that traces is deprecated; the other one's graph does not quantize as well.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (ids, torch.ones_like(ids), torch.zeros_like(ids)),
            str(graph),
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys((*INPUTS, OUTPUT), axes),
            opset_version=OPSET,
            dynamo=False,
        )


def _round(exact: Path, rounded: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    level = logging.root.level
    logging.root.setLevel(logging.ERROR)  # it advises a preparation that changes nothing here
    try:
        quantize_dynamic(exact, rounded, weight_type=QuantType.QInt8, per_channel=True)
    finally:
        logging.root.setLevel(level)


def change_between(exact: Path, rounded: Path, windows: Sequence[Window]) -> Change:
    """Return how far the facets of sentences that `rounded` reads are from those of `exact`."""
    one, other = Encoder(exact), Encoder(rounded)
    before = np.concatenate([one.read(window).facets for window in windows])
    after = np.concatenate([other.read(window).facets for window in windows])
    return Change(float(np.abs(before - after).mean()), float(((before > 0) != (after > 0)).mean()))
