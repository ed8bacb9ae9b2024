"""What a fitted reader makes of labelled messages, kept as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.reader.encoder import Encoder
from evals.fit.reader.examples import Floats, layout
from evals.labelled.reading import LabelledMessage
from memory.index.minilm import bert_tokenizer

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """Log-odds of one message."""

    id: str
    site: str
    facets: Floats
    """Shape (sentences, 12)."""
    worth: Floats
    """Shape (3,)."""
    gaps: Floats
    """Shape (12,)."""


def read_messages(
    messages: Sequence[LabelledMessage], graph: Path, threads: int
) -> tuple[Reading, ...]:
    """Read messages with a graph, as `agent.reader` reads them."""
    encoder, tokenizer = Encoder(graph, threads=threads), bert_tokenizer()
    found = []
    for message in messages:
        windows = [encoder.read(window) for window in layout(message, tokenizer)]
        found.append(
            Reading(
                message.id,
                message.site,
                np.concatenate([window.facets for window in windows]),
                np.max([window.worth for window in windows], axis=0),
                np.mean([window.gaps for window in windows], axis=0),
            )
        )
    return tuple(found)


def write_readings(readings: Iterable[Reading], file: Path) -> None:
    """Write one object a line: `id`, `site`, `facets`, `worth`, `gaps`; whole or not at all."""
    rows = [
        json.dumps(
            {
                "id": one.id,
                "site": one.site,
                "facets": [_rounded(row) for row in one.facets],
                "worth": _rounded(one.worth),
                "gaps": _rounded(one.gaps),
            }
        )
        for one in readings
    ]
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    unfinished.replace(file)


def load_readings(file: Path) -> tuple[Reading, ...]:
    """Read what `write_readings` wrote."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return tuple(
        Reading(
            row["id"],
            row["site"],
            *(np.array(row[key], dtype=np.float32) for key in ("facets", "worth", "gaps")),
        )
        for row in rows
    )


def _rounded(row: Floats) -> list[float]:
    return [round(float(value), DIGITS) for value in row]
