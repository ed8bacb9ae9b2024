"""Whether an incident is over, and its talk fit for a lesson, by the word lists of triage."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from agent.method.sentences import split_text
from agent.method.surroundings import Said, Wordlists, wordlists
from agent.method.triage import SENSITIVE
from prompts.catalogue import Catalogue

_NOT_YET = re.compile(
    r"\?\s*$|n['\u2019]t\b|\b(?:not|never|nothing|un\w+ed|until|once|when|if|before|unless)\b",
    re.IGNORECASE,
)
"""What keeps a clause from saying that something is over, though it speaks of it."""
_PAUSE = re.compile(r"[,;:()\u2013\u2014]+\s*|\s-+\s|\s(?:and|but|so)\s")


class Obstacle(StrEnum):
    """Why an incident is not looked back on."""

    OPEN = "incident_open"
    SENSITIVE = "sensitive_topic"


def obstacle(texts: Iterable[str], catalogue: Catalogue) -> Obstacle | None:
    """Read what people wrote about an incident, in order; `None`: it may be looked back on.

    It is open where no clause after the last sentence that speaks of an open incident says that
    it is over; a sentence that says both closes it.
    """
    lists = wordlists(catalogue)
    is_open = False
    for text in texts:
        for start, end in split_text(text):
            said = Said(text[start:end], lists)
            if said.hits & SENSITIVE:
                return Obstacle.SENSITIVE
            if "incident_over" in said.hits and _is_over(said.text, lists):
                is_open = False
            elif "incident" in said.hits:
                is_open = True
    return Obstacle.OPEN if is_open else None


def _is_over(sentence: str, lists: Wordlists) -> bool:
    return any(
        "incident_over" in Said(clause, lists).hits and not _NOT_YET.search(clause)
        for clause in _PAUSE.split(sentence)
    )
