"""Make what a fold lacks in its build folder; what is there is not made again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.fit.reader.examples import examples_of, layout
from evals.fit.reader.folds import FOLDS, Fold
from evals.fit.reader.readings import Reading, load_readings, read_messages, write_readings
from evals.fit.reader.shipping import GRAPH, ship
from evals.fit.reader.thresholds import fit_thresholds
from evals.labelled.reading import LabelledMessage
from memory.index.minilm import bert_tokenizer

if TYPE_CHECKING:
    from evals.fit.reader.training import Settings

Tell = Callable[[str], None]

WEIGHTS, STATE = "weights.pt", "state.pt"
FITTED_ON, READINGS = "fitted_on.json", "readings.jsonl"

MESSAGES_COMPARED = 200
"""Messages, evenly drawn, on which the int8 graph is held to the weights."""


def weights_of(
    fold: Fold,
    messages: Sequence[LabelledMessage],
    threads: int,
    tell: Tell,
    passes: Sequence[Settings] = (),
) -> Path:
    """Return the file of the fold's fitted weights; without `passes`, by those of the shipped."""
    weights, state = fold.folder / WEIGHTS, fold.folder / STATE
    if not weights.exists():
        from evals.fit.reader.training import PASSES, fit, load, save

        seen = fold.seen(messages)
        examples = examples_of(seen, bert_tokenizer())
        tokens = sum(len(example.window.ids) for example in examples)
        tell(f"fits {fold.name!r} on {len(examples)} windows, {tokens} tokens")
        found = None
        for number, settings in enumerate(passes or PASSES, start=1):
            done = fold.folder / f"pass-{number}.pt"
            if not done.exists():
                save(fit(examples, settings, state, threads, tell, found), done)
                state.unlink(missing_ok=True)
            found = load(done)
        fitted_on = {"messages": len(seen), "sites": sorted({one.site for one in seen})}
        (fold.folder / FITTED_ON).write_text(json.dumps(fitted_on) + "\n", encoding="utf-8")
        save(found, weights)
    return weights


def graph_of(fold: Fold, messages: Sequence[LabelledMessage], threads: int, tell: Tell) -> Path:
    """Return the fold's int8 graph."""
    graph = fold.folder / GRAPH
    if not graph.exists():
        weights = weights_of(fold, messages, threads, tell)
        from evals.fit.reader.export import export
        from evals.fit.reader.training import load

        tokenizer = bert_tokenizer()
        compared = messages[:: max(1, len(messages) // MESSAGES_COMPARED)]
        windows = [window for one in compared for window in layout(one, tokenizer)]
        change = export(load(weights), graph, windows)
        tell(
            f"exports {fold.name!r}: 8 bits change log-odds by {change.mean:.3f} "
            f"and the sign of {change.turned:.2%}"
        )
    return graph


def readings_of(
    fold: Fold, messages: Sequence[LabelledMessage], threads: int, tell: Tell
) -> tuple[Reading, ...]:
    """Return what the fold's reader makes of the messages whose sites it never saw."""
    file = fold.folder / READINGS
    unseen = fold.unseen(messages)
    if not file.exists():
        graph = graph_of(fold, messages, threads, tell)
        tell(f"reads {len(unseen)} messages with {fold.name!r}, which never saw their sites")
        write_readings(read_messages(unseen, graph, threads), file)
    return load_readings(file)


def make_fold(fold: Fold, messages: Sequence[LabelledMessage], threads: int, tell: Tell) -> None:
    """Make all that a fold leaves."""
    weights_of(fold, messages, threads, tell)
    graph_of(fold, messages, threads, tell)
    if fold.left_out:
        readings_of(fold, messages, threads, tell)


def make_reader(messages: Sequence[LabelledMessage], threads: int, out: Path, tell: Tell) -> None:
    """Make every fold, fit the thresholds on messages unseen, and write the reader to `out`.

    Each fold's own reader has thresholds that were fitted without its sites, too.
    """
    for fold in FOLDS:
        make_fold(fold, messages, threads, tell)
    unseen = [one for f in FOLDS if f.left_out for one in readings_of(f, messages, threads, tell)]
    for fold in FOLDS:
        others = [one for one in unseen if one.site not in fold.left_out]
        record = json.loads((fold.folder / FITTED_ON).read_text(encoding="utf-8"))
        place = fold.reader if fold.left_out else out
        thresholds = fit_thresholds(others, messages)
        name = ship(fold.folder / GRAPH, record["sites"], thresholds, place)
        tell(f"wrote {name!r} to {str(place)!r}")
