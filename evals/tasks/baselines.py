"""Baselines that need no fit: one regular expression a facet, and one for what directs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from memory.records.inquiry import Facet


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    tables = tomllib.loads(Path(__file__).with_name("baselines.toml").read_text(encoding="utf-8"))
    return {
        name: {key: re.compile(pattern, re.IGNORECASE) for key, pattern in table.items()}
        for name, table in tables.items()
    }


def facets_by_pattern(sentence: str) -> frozenset[Facet]:
    """The facets whose expression is found in a sentence."""
    return frozenset(
        Facet(name) for name, found in _patterns()["facets"].items() if found.search(sentence)
    )


def directs_without_reason(text: str) -> bool:
    """Whether a text tells somebody what to do and holds no word of reason."""
    found = _patterns()["triage"]
    return bool(found["directive"].search(text)) and not found["reason"].search(text)
