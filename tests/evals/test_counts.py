"""The bench that holds every importer against a plain count, on made archives."""

from __future__ import annotations

from agent.sources.detect import FORMATS
from evals.bench.counts import COUNTERS, counts
from evals.bench.counts_made import MANY


def test_every_format_is_counted_and_nothing_is_lost() -> None:
    """What a plain count finds has arrived or is skipped with a reason, in every format."""
    found = list(counts(real=False))
    assert {one.format for one in found} == {*COUNTERS, "mixed"}
    assert {known.name for known in FORMATS} == set(COUNTERS)
    assert [one for one in found if not one.is_whole] == []
    for one in found:
        assert one.imported >= MANY
        assert bool(one.skipped) == bool(one.reasons)
