"""What `make fit` wrote: which weights, fitted on what, and the thresholds that go with them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from memory.errors import StoreError
from memory.records.inquiry import Facet


@dataclass(frozen=True, slots=True)
class Artefact:
    """A fitted reader: weights and thresholds."""

    name: str
    digest: str
    """SHA-256 of the weights."""
    weights: Path | Traversable
    thresholds: Mapping[Facet, float]
    """Log-odds from which a facet counts as stated."""
    sites: tuple[str, ...] = ()
    """Sites whose labelled messages it was fitted on: no figure on them is a held-out figure."""
    threads: int = 1


def read_artefact(folder: Path | Traversable) -> Artefact:
    """Read `reader.toml` of a folder; its weights lie beside it.

    Raises `StoreError` where the file is missing or lacks something.
    """
    file = folder.joinpath("reader.toml")
    try:
        entry: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        thresholds = {Facet(name): float(at) for name, at in entry["thresholds"].items()}
        missing = set(Facet) - set(thresholds)
        artefact = Artefact(
            name=str(entry["name"]),
            digest=str(entry["sha256"]),
            weights=folder.joinpath("reader.onnx"),
            thresholds=thresholds,
            sites=tuple(map(str, entry.get("sites", ()))),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"cannot read the fitted reader {str(file)!r}: {error!r}; install passdown again "
            "or run `make fit`"
        ) from error
    if missing:
        raise StoreError(f"{str(file)!r} has no threshold for {sorted(missing)!r}")
    return artefact


@lru_cache(maxsize=1)
def shipped_artefact() -> Artefact:
    """Return the reader that is part of the package."""
    return read_artefact(resources.files("agent.reader"))
