"""Labelled items small enough to work out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ITEM: dict[str, Any] = {
    "id": "a",
    "site": "written-tea",
    "title": "Bitter tea",
    "question": "Why is it bitter?",
    "sentences": [
        "Pour at 80 degrees.",
        "Boiling water burns the leaf.",
        "Unless it is black tea.",
    ],
}
LABEL: dict[str, Any] = {
    "id": "a",
    "facets": {"ACTION": [0], "WHY": [1], "PITFALLS": [1], "BOUNDARY": [2]},
    "worth": 2,
    "gap": "CHECK",
    "anchor": "Pour at 80 degrees",
    "question": "How do you know that it is 80 degrees?",
}


def write_labels(
    folder: Path,
    items: Sequence[dict[str, Any]],
    first: Sequence[dict[str, Any]],
    second: Sequence[dict[str, Any]] | None = None,
) -> Path:
    """Write a folder of labels, and return it."""
    rows = {"items": items, "labels_a": first} | ({"labels_b": second} if second else {})
    for name, entries in rows.items():
        text = "".join(json.dumps(entry) + "\n" for entry in entries or ())
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder
