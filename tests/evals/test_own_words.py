"""Whose words mails and posts hold is measured by characters, and clears its floors."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from evals.labelled.own_words import (
    MarkedMail,
    MarkedPost,
    Whose,
    read_own_words,
    text_digest,
    whose_characters,
)
from evals.sample import OWN_WORDS
from evals.tasks import engines
from evals.tasks.chosen import EngineName, measuring
from evals.tasks.own_words import OwnWordsMeasurement, read_mail_alone
from evals.tasks.statistics import Figures
from memory.errors import UserInputError
from tests.sources.archives import many_posts

FLOORS = tomllib.loads(Path(engines.__file__).with_name("floors.toml").read_text(encoding="utf-8"))[
    "own_words"
]
MAIL = """==== one a mail
= From: Ann <ann@x.example>
= Date: Tue, 01 Mar 2011 10:40:00 +0000
= Message-ID: <1@x.example>
=
+ Grease the valve.
=
? Ann
=
- > It sticks.
"""


def figures_of(measurement: OwnWordsMeasurement) -> Figures:
    """Put every mail to the reading, as the task does."""
    return measurement.figures(
        [measurement.compare(one.id, measurement.observe(one.id))[1] for one in measurement.cases()]
    )


@pytest.mark.parametrize("half", ["blind", "second"])
def test_the_shipped_reading_clears_its_floors(half: str) -> None:
    """No change may lose own words, or take a quotation, code or a signature for them."""
    measurement = OwnWordsMeasurement(OWN_WORDS / f"{half}.txt")
    found = figures_of(measurement)
    assert len(measurement.cases()) == 20
    for name, floor in FLOORS.items():
        assert found.metrics[name] >= floor, name
        assert found.metrics[f"{name}_{half}"] == found.metrics[name]
    for baseline in found.baselines.values():
        assert baseline["precision"] < 0.6


def test_a_reading_that_keeps_everything_falls_below_the_floors() -> None:
    """The measure can fail: quotations that are taken for own words cost precision."""
    with measuring(EngineName.SABOTAGED):
        found = figures_of(OwnWordsMeasurement(OWN_WORDS / "blind.txt"))
    assert found.metrics["precision"] < 0.6
    assert found.metrics["recall"] == 1


def test_what_may_be_either_counts_for_nothing(tmp_path: Path) -> None:
    """A name below a mail is neither missed nor wrong, whatever is made of it."""
    file = tmp_path / "mails.txt"
    file.write_text(MAIL, encoding="utf-8")
    measurement = OwnWordsMeasurement(file)
    text = read_mail_alone(next(m for m in read_own_words(file) if isinstance(m, MarkedMail))).text
    name, words, quote = text.index("Ann"), text.index("Grease"), text.index("It sticks")

    def counts(*spans: tuple[int, int]) -> dict[str, int]:
        said = {"text": text, "own": list(spans)}
        found: dict[str, int] = measurement.compare("one", said)[1]["counts"][""]
        return found

    own = (words, words + len("Grease the valve."))
    whole = len("Greasethevalve.")
    assert counts(own) == {"right": whole, "said": whole, "own": whole}
    assert counts(own, (name, name + 3)) == counts(own)
    assert counts(own, (quote, quote + 2))["said"] == whole + 2
    assert counts() == {"right": 0, "said": 0, "own": whole}


def test_words_that_are_lost_or_added_count(tmp_path: Path) -> None:
    """Reading that drops a line misses it; reading that makes one up is wrong."""
    file = tmp_path / "mails.txt"
    file.write_text(MAIL, encoding="utf-8")
    measurement = OwnWordsMeasurement(file)
    said = {"text": "Never do it", "own": [(0, 11)]}
    counts = measurement.compare("one", said)[1]["counts"][""]
    assert counts == {"right": 0, "said": 9, "own": 15}


def test_posts_are_found_by_id_and_checked_by_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks of a post ship without its words, and never apply to another text."""
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path))
    folder = tmp_path / "communities" / "valves"
    folder.mkdir(parents=True)
    (folder / "Posts.xml").write_text(many_posts(3), encoding="utf-8")
    text = "Grease it, because of friction 2."
    marks = {"archive": "valves", "id": "a2", "digest": text_digest(text), "own": [[0, 9]]}
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps(marks) + "\n", encoding="utf-8")
    measurement = OwnWordsMeasurement(file)
    said = measurement.observe("valves/a2")
    assert said["text"] == text
    counts = measurement.compare("valves/a2", said)[1]["counts"][""]
    assert counts == {"right": 8, "said": 29 - 1, "own": 8}
    (post,) = read_own_words(file)
    assert isinstance(post, MarkedPost)
    assert whose_characters(post, text)[0] is Whose.OWN
    with pytest.raises(UserInputError, match="valves/a2"):
        whose_characters(post, text + "!")


def test_shipped_marks_hold_no_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two hundred posts are marked by numbers alone, and stay out where their archives are not."""
    rows = (OWN_WORDS / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 200
    for row in rows:
        marks = json.loads(row)
        assert set(marks) <= {"archive", "id", "digest", "own", "unsure"}
        assert len(marks["id"]) < 40
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path))
    assert len(OwnWordsMeasurement(None).cases()) == 40


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "==== one\n* no mark"),
        ("a.jsonl", '{"archive": "a"}'),
        ("a.jsonl", "no JSON"),
    ],
)
def test_marks_that_cannot_be_read_are_refused(tmp_path: Path, name: str, content: str) -> None:
    """A line without a mark, or marks without a part, are told with file and line."""
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserInputError, match="line"):
        read_own_words(file)
    with pytest.raises(UserInputError, match="holds no marked"):
        read_own_words(_empty(tmp_path))


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"
