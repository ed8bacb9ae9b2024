"""The fuzzer of parsers finds what it looks for, can be taken up again, and damages as told."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest

from evals.bench import fuzz
from evals.bench.fuzz import Outcome, damaged, read_input, run_batch, run_inputs
from evals.bench.fuzz_seeds import seeds
from memory.errors import SourceError
from tests.sources.archives import write_files


@pytest.mark.parametrize("parser", sorted(seeds()))
def test_every_seed_is_sound(parser: str, tmp_path: Path) -> None:
    """A fuzzer that starts from what nobody can read would only test refusing."""
    assert read_input(parser, write_files(tmp_path / "a", seeds()[parser])) >= 1


def test_damage_follows_seed_and_number() -> None:
    """One number makes the same input every time, and most numbers another than sound."""
    files, others = seeds()["irc"], [b"other"]
    made = [damaged(files, others, random.Random(f"irc:0:{n}")) for n in range(30)]
    assert made == [damaged(files, others, random.Random(f"irc:0:{n}")) for n in range(30)]
    assert sum(one != dict(files) for one in made) > 25


def test_a_few_inputs_to_each_parser_are_survived() -> None:
    """No parser fails on a first handful; the hundred thousand are for `evals.bench.fuzz`."""
    for parser in seeds():
        outcome = run_inputs(parser, 7, range(6), 10)
        assert (outcome.inputs, outcome.failures) == (6, [])


def test_failures_are_told_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors of ours count as refused; any other, and one that takes too long, as failed."""

    def parse(_parser: str, folder: Path) -> int:
        sizes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        if sizes % 3 == 0:
            raise SourceError("refused")
        if sizes % 3 == 1:
            raise RecursionError("too deep")
        while True:
            pass

    monkeypatch.setattr(fuzz, "read_input", parse)
    outcome = run_inputs("jsonl", 0, range(12), 0.05)
    assert outcome.refused + len(outcome.failures) == 12
    assert {failure.split(": ")[1].split(" ")[0] for failure in outcome.failures} == {
        "RecursionError",
        "TooSlowError",
    }


def test_a_batch_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends without a word is a failure, not silence."""

    def die(*_: object) -> None:
        sys.exit(0)

    monkeypatch.setattr(fuzz, "_work", die)
    outcome = run_batch("jsonl", 0, 0, 10, seconds=1, megabytes=300)
    assert outcome.inputs == 10
    assert "ended before" in outcome.failures[0]


def test_a_run_is_taken_up_where_it_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Batches that are kept are not done again."""
    asked: list[tuple[int, int]] = []

    def batch(parser: str, seed: int, first: int, last: int, **limits: float) -> Outcome:
        assert (parser, seed) == ("jsonl", 3)
        assert limits == {"seconds": 5.0, "megabytes": 300}
        asked.append((first, last))
        return Outcome(inputs=last - first, messages=1, seconds=1.0)

    monkeypatch.setattr(fuzz, "run_batch", batch)
    keep = tmp_path / "kept.jsonl"
    for inputs in ("700", "1200"):
        words = ["fuzz", "jsonl", "--inputs", inputs, "--seed", "3", "--keep", str(keep)]
        monkeypatch.setattr(sys, "argv", words)
        fuzz.main()
    assert asked == [(0, 500), (500, 700), (700, 1200)]
    assert sum(json.loads(row)["inputs"] for row in keep.read_text().splitlines()) == 1200
    assert "1,200" in capsys.readouterr().out.splitlines()[-1]
