"""Write the reader that `agent/reader` ships: the graph, and `reader.toml` beside it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.reader.encoder import FACETS
from memory.records.inquiry import Facet

GRAPH, CARD = "reader.onnx", "reader.toml"
PACKAGE = Path(__file__).parents[3] / "agent" / "reader"
"""Where the shipped reader lies."""

NAME_DIGITS = 8

_HEADER = (
    "# What `make fit` fitted: the weights beside this file, fine-tuned from all-MiniLM-L6-v2",
    "# (Apache-2.0) and rounded to 8 bits. No figure on a site named here is a held-out figure.",
    "",
)


def ship(graph: Path, sites: Sequence[str], thresholds: Mapping[Facet, float], out: Path) -> str:
    """Put the graph and its card into a folder and return the reader's name."""
    digest = hashlib.sha256(graph.read_bytes()).hexdigest()
    name = f"minilm-reader-{digest[:NAME_DIGITS]}"
    lines = [
        *_HEADER,
        f'name = "{name}"',
        f'sha256 = "{digest}"',
        "sites = [",
        *(f'  "{site}",' for site in sorted(sites)),
        "]",
        "",
        "[thresholds] # log-odds from which a sentence states a facet",
        *(f"{facet} = {thresholds[facet]:.3f}" for facet in FACETS),
    ]
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(graph, out / f"{GRAPH}.part")
    (out / f"{GRAPH}.part").replace(out / GRAPH)
    (out / CARD).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name
