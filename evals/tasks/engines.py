"""The engine that is measured, how it was built, and the versions of all it rests on."""

from __future__ import annotations

import hashlib
import platform
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from agent.engines.embedded import EmbeddedEngine
from agent.engines.protocol import Engine
from agent.reader.artefact import shipped_artefact
from evals.fit.reader.folds import FOLDS, Fold, fold_without
from evals.tasks.chosen import EngineName, measured_engine, sabotaged
from evals.tasks.with_model import with_model
from memory.records.policy import Policy
from prompts import load_catalogue
from prompts.catalogue import Catalogue, ReaderEntry

DIGEST = 12
"""Hexadecimal digits that a digest is shown with."""


@lru_cache(maxsize=1)
def _shipped() -> EmbeddedEngine:
    from agent.engines.shipped import embedded_engine

    return embedded_engine(load_catalogue(), Policy())


@lru_cache(maxsize=1)
def _backwards() -> EmbeddedEngine:
    from evals.sabotaged.asking import engine_of
    from evals.sabotaged.reading import Backwards

    return engine_of(Backwards)(load_catalogue(), Policy())


def engine_for(site: str) -> Engine:
    """The engine that reads messages of a site: as it ships, or one that never saw the site.

    Where the build folder holds a fold without the site, its reader and triage are measured.
    While a sabotaged engine is measured, it is that one for every site.
    """
    if sabotaged():
        return _backwards()
    fold = fold_without(site)
    embedded = _shipped() if fold is None else _of_fold(fold)
    return with_model(embedded) if measured_engine() is EngineName.MODEL else embedded


@lru_cache(maxsize=4)
def _of_fold(fold: Fold) -> EmbeddedEngine:
    from agent.reader.artefact import read_artefact
    from agent.reader.detector import FittedDetector

    detector = FittedDetector(read_artefact(fold.reader))
    return EmbeddedEngine(catalogue_of(fold), Policy(), detector)


@lru_cache(maxsize=4)
def catalogue_of(fold: Fold) -> Catalogue:
    """The catalogue with the triage weights of a fold; no first pass, which saw every site."""
    shipped = load_catalogue()
    weights, reader = (
        tomllib.loads((fold.reader / name).read_text(encoding="utf-8"))
        for name in ("triage.toml", "triage_reader.toml")
    )
    fitted = {
        "bias": weights["bias"],
        "threshold": weights["threshold"],
        "weights": weights["weights"],
        "reader": ReaderEntry.model_validate(reader),
        "first_pass": None,
    }
    return shipped.model_copy(update={"triage": shipped.triage.model_copy(update=fitted)})


def ask_threshold(site: str = "") -> float:
    """The score from which the engine that reads a site asks."""
    fold = fold_without(site)
    catalogue = load_catalogue() if fold is None else catalogue_of(fold)
    return catalogue.triage.threshold


def versions(items: Iterable[Path] = ()) -> dict[str, str]:
    """What a measurement rests on, by name; `items` are the files of labels it was made on."""
    found = {
        "passdown": version("passdown"),
        "python": platform.python_version(),
        "inspect_ai": version("inspect_ai"),
        "catalogue": _digest(_catalogue_files()),
    }
    if reader := _reader_files():
        found["reader"] = _digest(reader)
        found["reader_fitted_on"] = ", ".join(shipped_artefact().sites)
    if folds := [fold.name for fold in FOLDS if any(map(fold_without, fold.left_out))]:
        found["held_out_readers"] = ", ".join(folds)
    if labelled := [file for file in items if file.exists()]:
        found["items"] = _digest(labelled)
    return found


def _catalogue_files() -> list[Path]:
    with resources.as_file(resources.files("prompts")) as folder:
        return sorted(folder.glob("*.toml"))


def _reader_files() -> list[Path]:
    """What a trained reader is made of, where the engine ships one."""
    spec = find_spec("agent.reader")
    places = spec.submodule_search_locations if spec is not None else None
    folders = [Path(place) for place in places or ()]
    shipped = (".onnx", ".npz", ".toml", ".json")
    return sorted(f for folder in folders for f in folder.rglob("*") if f.suffix in shipped)


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:DIGEST]
