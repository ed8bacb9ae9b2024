"""Task `own_words`: whether the words taken for an author's own are, and whether all of them are.

By characters that are no blanks. A made-up mail is read as an import reads it; its words are
aligned with the marked ones in order (Ratcliff and Obershelp), so words that reading loses count
as missed and words that it adds as wrong. A real post is found in its archive by its id. What may
be either counts for nothing. By default the shipped mails, and the marked posts where
`PASSDOWN_DATA` holds their archives; measures are also told for each file (`..._FILE`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.sources.detect import recognise
from evals.labelled.own_words import (
    Marked,
    MarkedMail,
    MarkedPost,
    Whose,
    own_words_files,
    read_own_words,
    whose_characters,
)
from evals.sample import OWN_WORDS
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import Case, Outcome, data_folder, drawn
from evals.tasks.statistics import Figures, share, with_interval
from memory.errors import UserInputError
from memory.records.people import Community
from memory.records.talk import Message

COMMUNITY = Community.id_of("own words")
_TOKEN = re.compile(r"\S+")
_MARKED_ROW = re.compile(r"\s*>|\s*--\s*\Z")
Counts = dict[str, int]
"""Characters: `right` of `said`, and `own` there are."""


class OwnWordsMeasurement:
    """The shipped reading of mails and posts, beside two rules that need no thought."""

    name = "own_words"

    def __init__(self, items: Path | None, limit: int = 0, seed: int = 0) -> None:
        path = items or OWN_WORDS
        self.files = own_words_files(path)
        self._seed = seed
        marked = read_own_words(path)
        if items is None:
            marked = tuple(one for one in marked if _is_at_hand(one))
        self._items: Mapping[str, Marked] = {one.id: one for one in drawn(marked, limit, seed)}
        self._messages: dict[str, dict[str, Message]] = {}

    def cases(self) -> Sequence[Case]:
        return [
            Case(one.id, one.id, json.dumps({"file": one.group})) for one in self._items.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """The text as it was read, and the stretches that are taken for own words."""
        message = self._message(self._items[case_id])
        own = list(message.own_spans())
        if sabotaged():
            own = [(0, len(message.text))]
        return {"text": message.text, "own": own}

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """F1 of the characters, and all counts."""
        item, text = self._items[case_id], said["text"]
        ways = {
            "": [tuple(span) for span in said["own"]],
            "everything": [(0, len(text))],
            "unmarked_lines": _unmarked(text),
        }
        counts = {name: _counted(item, text, own) for name, own in ways.items()}
        shipped = counts[""]
        total = shipped["said"] + shipped["own"]
        return (2 * shipped["right"] / total if total else 1.0), {
            "group": item.group,
            "counts": counts,
        }

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        metrics = self._measures(outcomes, "", "")
        for group in sorted({one["group"] for one in outcomes}):
            of_group = [one for one in outcomes if one["group"] == group]
            metrics |= self._measures(of_group, "", f"_{group}")
            metrics[f"items_{group}"] = float(len(of_group))
        baselines = ("everything", "unmarked_lines")
        return Figures(metrics, {name: self._measures(outcomes, name, "") for name in baselines})

    def _measures(self, outcomes: Sequence[Outcome], way: str, suffix: str) -> dict[str, float]:
        right, said, own = (
            [float(one["counts"][way][key]) for one in outcomes] for key in ("right", "said", "own")
        )
        of, seed = len(outcomes), self._seed
        return with_interval(f"precision{suffix}", share(right, said), of, seed) | with_interval(
            f"recall{suffix}", share(right, own), of, seed
        )

    def _message(self, item: Marked) -> Message:
        if isinstance(item, MarkedMail):
            return read_mail_alone(item)
        if item.archive not in self._messages:
            wanted = {
                one.native_id
                for one in self._items.values()
                if isinstance(one, MarkedPost) and one.archive == item.archive
            }
            path = data_folder() / "communities" / item.archive
            self._messages[item.archive] = {
                one.native_id: one
                for one in recognise(path).open(path, COMMUNITY).read()
                if isinstance(one, Message) and one.native_id in wanted
            }
        found = self._messages[item.archive].get(item.native_id)
        if found is None:
            raise UserInputError(f"{item.archive!r} has no message {item.native_id!r}")
        return found


def read_mail_alone(item: MarkedMail) -> Message:
    """Read a made-up mail as an import of a folder that holds it alone does."""
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{item.id}.eml").write_bytes(item.raw)
        read = recognise(Path(folder)).open(Path(folder), COMMUNITY).read()
        found = next((one for one in read if isinstance(one, Message)), None)
    if found is None:
        raise UserInputError(f"the mail {item.id!r} cannot be read")
    return found


def _is_at_hand(one: Marked) -> bool:
    return isinstance(one, MarkedMail) or (data_folder() / "communities" / one.archive).exists()


def _unmarked(text: str) -> list[tuple[int, int]]:
    """Baseline: every line but those after `>`, up to a line of two dashes."""
    own, position = [], 0
    for row in text.split("\n"):
        if not _MARKED_ROW.match(row):
            own.append((position, position + len(row)))
        elif row.strip() == "--":
            break
        position += len(row) + 1
    return own


def _counted(item: Marked, text: str, own: Sequence[tuple[int, int]]) -> Counts:
    said = {n for start, end in own for n in range(start, end) if not text[n].isspace()}
    if isinstance(item, MarkedPost):
        whose = whose_characters(item, text)
        wanted = {n for n, kind in whose.items() if kind is Whose.OWN and not text[n].isspace()}
        said -= {n for n, kind in whose.items() if kind is Whose.EITHER}
        return {"right": len(said & wanted), "said": len(said), "own": len(wanted)}
    marked = [(token, kind) for kind, line in item.lines for token in _TOKEN.findall(line)]
    read = [(found.group(), found.start()) for found in _TOKEN.finditer(text)]
    matcher = SequenceMatcher(
        None, [token for token, _ in marked], [token for token, _ in read], autojunk=False
    )
    counts = {"right": 0, "said": 0, "own": 0}
    met: set[int] = set()
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            kind = marked[block.a + step][1]
            token, start = read[block.b + step]
            met.add(block.b + step)
            taken = len(said & set(range(start, start + len(token))))
            counts["right"] += taken if kind is Whose.OWN else 0
            counts["said"] += 0 if kind is Whose.EITHER else taken
    for place, (token, start) in enumerate(read):
        if place not in met:
            counts["said"] += len(said & set(range(start, start + len(token))))
    counts["own"] = sum(len(token) for token, kind in marked if kind is Whose.OWN)
    return counts
