"""`python -m evals.bench [NAME ...] [--json]`: run benchmarks and print a table."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from evals.bench.asking import bench_asking
from evals.bench.counts import bench_counts
from evals.bench.imports import bench_imports
from evals.bench.inquiries import bench_inquiries
from evals.bench.measure import Row
from evals.bench.million import bench_million
from evals.bench.screens import bench_screens
from evals.bench.stream import SIZES, bench_stream
from evals.bench.study import bench_study
from evals.bench.tandems import bench_tandems

BENCHES: dict[str, Callable[[], list[Row]]] = {
    "inquiries": bench_inquiries,
    "import": bench_imports,
    "ask": bench_asking,
    "screens": bench_screens,
    "counts": bench_counts,
    "stream": bench_stream,
    "million": bench_million,
    "tandems": bench_tandems,
    "study": bench_study,
}
SIZED: dict[str, Callable[[Sequence[int]], list[Row]]] = {
    "stream": bench_stream,
    "million": bench_million,
}
ALONE = frozenset({"million"})
"""Run where they are named alone: they take longer than all others."""


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[*BENCHES, []], help="which benchmarks")
    parser.add_argument(
        "--sizes",
        type=lambda given: tuple(int(size.replace("_", "")) for size in given.split(",")),
        default=SIZES,
        help="of `stream` and `million`, in messages, e.g. 10000,1000000",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.name or (name for name in BENCHES if name not in ALONE):
        sys.stderr.write(f"measuring {name} ...\n")
        rows += SIZED[name](options.sizes) if name in SIZED else BENCHES[name]()
    if options.json:
        sys.stdout.write(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
        return
    sys.stdout.write(f"{'bench':10} {'what':34} {'value':>12} {'unit':12} {'baseline':30} ratio\n")
    for row in rows:
        against = f"{row.baseline} {row.baseline_value:,.1f}"
        sys.stdout.write(
            f"{row.bench:10} {row.what:34} {row.value:12,.1f} {row.unit:12} {against:30} "
            f"{row.ratio:.3f}\n"
        )


if __name__ == "__main__":
    main()
