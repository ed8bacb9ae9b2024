"""Taking one person out of values: ids, names, quotations, and sentences that rest on their words.

Masks keep the length of what they cover (`erasure_names`), so spans only have to be cut again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from memory import records
from memory.records.guide import sentence_key
from memory.records.inquiry import Facet
from memory.store.erasure_names import NameMask, cover, cover_all, words_in
from memory.store.evidence import text_hash

SPAN = frozenset({"message_id", "start", "end", "quote", "cut_from"})
RUN = 8
"""Words in a row that are somebody's own wherever they stand."""
QUOTED_RUN = 4
"""The same inside what is marked as a quotation."""
_ID = re.compile(r"[a-z]{2,4}_[0-9a-f]{16}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?")


def closed_words() -> frozenset[str]:
    """Every value of every closed list of the records: never a name, whoever is called so."""
    for module in iter_modules(records.__path__):
        import_module(f"{records.__name__}.{module.name}")
    lists = (kind for kind in StrEnum.__subclasses__() if kind.__module__.startswith("memory."))
    return frozenset(str(value) for kind in lists for value in kind)


class WordRuns:
    """Verbatim runs of words of some texts, to be found again in others."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: dict[int, set[int]] = {RUN: set(), QUOTED_RUN: set()}
        for text in texts:
            words = [word.casefold() for word, _, _ in words_in(text)]
            for length, known in self._runs.items():
                known.update(hash(run) for run in _runs(words, length))

    def places(self, text: str, length: int = RUN) -> list[tuple[int, int]]:
        """Where at least `length` words in a row stand in one of the texts too."""
        known = self._runs[length]
        if not known:
            return []
        placed = list(words_in(text))
        words = [word.casefold() for word, _, _ in placed]
        return [
            (placed[at][1], placed[at + length - 1][2])
            for at, run in enumerate(_runs(words, length))
            if hash(run) in known
        ]


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


class Cleanser:
    """What one person's going does to a value. Used inside one transaction."""

    def __init__(
        self,
        old_id: str,
        new_id: str,
        mask: NameMask,
        *,
        own_messages: Collection[str] = (),
        runs: WordRuns | None = None,
    ) -> None:
        """`runs` (and with them `own_messages`) are given exactly where words are deleted."""
        self._old, self._new, self._mask = old_id, new_id, mask
        self.own = own_messages
        self.runs = runs
        self._closed = closed_words()
        self.texts: dict[tuple[str, str], tuple[str, str]] = {}
        """Message and hash of a kept text to what it is now, and its hash."""
        self.keys: dict[str, str] = {}
        """`sentence_key` of sentences that changed."""
        self.kept: set[str] = set()
        """The same of sentences that stand unchanged somewhere, perhaps in a later version."""
        self.asked: dict[str, str] = {}
        """Texts of questions that changed."""

    @property
    def deletes(self) -> bool:
        return self.runs is not None

    def text(self, text: str) -> str:
        """Free text without the person's id, names, and long stretches of their words."""
        for before, after in self.asked.items():
            text = text.replace(before, after)
        text = self._mask.masked(text.replace(self._old, self._new))
        return text if self.runs is None else cover(text, self.runs.places(text))

    def string(self, text: str) -> str:
        """The same, but for ids, times and words of closed lists."""
        if _ID.fullmatch(text):
            if text in self.kept:
                return text
            return self._new if text == self._old else self.keys.get(text, text)
        return text if text in self._closed or _TIME.fullmatch(text) else self.text(text)

    def codes(self, text: str) -> str:
        """A code that may hold the person's id."""
        return text.replace(self._old, self._new)

    def json(self, stored: str) -> str:
        """A JSON column."""
        before = json.loads(stored)
        after = self.value(before)
        if after == before:
            return stored
        return json.dumps(after, ensure_ascii=False, separators=(",", ":"))

    def value(self, part: Any, field: str = "") -> Any:
        """Any JSON value; `field` is the key it stands under."""
        if isinstance(part, str):
            return self.string(part)
        if isinstance(part, list):
            kept = [one for one in part if not (self.deletes and self._goes(one, field))]
            return [self.value(one, field) for one in kept]
        if not isinstance(part, dict):
            return part
        if part.keys() == SPAN:
            return self._span(part)
        if {"text", "author_id", "evidence"} <= part.keys():
            return self._sentence(part)
        if self.deletes and self._old in (part.get("member_id"), part.get("by_id")):
            return {name: self._theirs(one, name) for name, one in part.items()}
        evidence = "covered" if "status" in part else ""
        return {
            name: self.value(one, evidence if name == "evidence" else name)
            for name, one in part.items()
        }

    def version(self, row: dict[str, Any], titles: Collection[str]) -> dict[str, Any]:
        """A version of a guide, whose nested columns are read; `titles` are the person's own.

        Notes in `keys` which sentences are known by another key from now on.
        """
        placed = list(_placed(row))
        before = [_key(facet, sentence) for facet, sentence in placed]
        after = {name: self.value(part, name) for name, part in row.items()}
        for key, (facet, sentence) in zip(before, _placed(after), strict=True):
            if key == (now := _key(facet, sentence)):
                self.kept.add(key)
            else:
                self.keys[key] = now
        title = " ".join(str(row["title"]).split()).casefold()
        if self.deletes and (row["title_evidence"]["message_id"] in self.own or title in titles):
            after["title"] = " ".join(after["summary"]["text"].split())
            after["title_evidence"] = after["summary"]["evidence"][0]
        return after

    def _goes(self, one: Any, field: str) -> bool:
        """Whether an element of a list goes altogether, where the list may be without it."""
        if not isinstance(one, dict):
            return False
        if field == "trail":
            return one.get("author_id") == self._old or one.get("message_id") in self.own
        return field in ("quoted", "covered") and one.get("message_id") in self.own

    def _theirs(self, part: Any, name: str) -> Any:
        """A field of something that the person said: words in it are covered."""
        changed = self.value(part, name)
        is_code = not isinstance(part, str) or bool(_ID.fullmatch(part) or _TIME.fullmatch(part))
        return changed if is_code or part in self._closed else cover_all(part)

    def _span(self, span: dict[str, Any]) -> dict[str, Any]:
        now = self.texts.get((span["message_id"], span["cut_from"]))
        if now is None:
            return span
        text, mark = now
        return span | {"quote": text[span["start"] : span["end"]], "cut_from": mark}

    def _sentence(self, sentence: dict[str, Any]) -> dict[str, Any]:
        """A sentence; one that somebody else said too is theirs alone from now on."""
        after: dict[str, Any] = {name: self.value(part, name) for name, part in sentence.items()}
        if not self.deletes:
            return after
        rest = [span for span in sentence["evidence"] if span["message_id"] not in self.own]
        also = [who for who in sentence.get("also_ids", ()) if who != self._old]
        if len(rest) == len(sentence["evidence"]) and self._old != sentence["author_id"]:
            return after | {"also_ids": also}
        said = any(_same(sentence["text"], span["quote"]) for span in rest)
        if said and self._old != sentence["author_id"]:
            return after | {"evidence": self.value(rest), "also_ids": also}
        return after | {n: cover_all(after[n]) for n in ("text", "asked") if n in after}


def _placed(version: dict[str, Any]) -> Iterator[tuple[Facet | None, dict[str, Any]]]:
    yield None, version["summary"]
    for section in version["sections"]:
        for sentence in section["sentences"]:
            yield Facet(section["facet"]), sentence


def _same(text: str, quote: str) -> bool:
    """Whether two texts have the same words in the same order."""
    ours, theirs = ([word.casefold() for word, _, _ in words_in(one)] for one in (text, quote))
    return ours == theirs


def _key(facet: Facet | None, sentence: dict[str, Any]) -> str:
    return sentence_key(facet, sentence["text"], sentence.get("asked", ""))


def covered_mark(text: str) -> tuple[str, str]:
    """A text with all of it covered, and the hash it is kept under."""
    covered = cover_all(text)
    return covered, text_hash(covered)
