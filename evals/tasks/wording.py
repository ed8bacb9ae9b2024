"""Which facet does the wording of a question ask for? Rules of a reader's own, not the engine's."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from memory.records.inquiry import Facet

_QUOTED = re.compile('"[^"]*"|\u201c[^\u201d]*\u201d|\u2018[^\u2019]*\u2019')
_CLAUSE = re.compile(r"[:;\u2013\u2014]\s+")


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[Facet, re.Pattern[str]], ...]:
    file = Path(__file__).with_name("wording.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        (Facet(rule["facet"]), re.compile("|".join(f"(?:{one})" for one in rule["patterns"])))
        for rule in table["rules"]
    )


def wording_facet(question: str) -> Facet | None:
    """The facet that a question asks for by its own words; `None` where they do not say.

    Quoted words are the author's and do not count. What is asked last, after a colon, goes
    before what leads up to it.
    """
    own = _QUOTED.sub(" it ", question).lower().replace("\u2019", "'").strip(" ?")
    last = _CLAUSE.split(own)[-1]
    for text in (last, own):
        for facet, pattern in _rules():
            if pattern.search(text):
                return facet
    return None
