"""`passdown watch`: follow archives that grow, and let the agent do what comes of it."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tui.console import workplace
from tui.options import InCommunity

if TYPE_CHECKING:
    from agent.services.watching_events import WatchEvent
    from agent.services.workplace import Workplace

SHORTEST = 0.2
LONGEST = 86_400.0


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("watch")(watch)


def watch(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Exports, mailboxes or files of messages that grow.")
    ],
    interval: Annotated[
        float,
        typer.Option(
            "--interval", min=SHORTEST, max=LONGEST, help="Seconds between two looks at them."
        ),
    ] = 10.0,
    once: Annotated[bool, typer.Option("--once", help="Look once and end.")] = False,
    community: InCommunity = None,
    new: Annotated[
        bool, typer.Option("--new", help="Make the community, beside those that are there.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, for programs.")
    ] = False,
) -> None:
    """Follow archives that grow.

    Takes in what is new and whole, then sweeps, until it is stopped (ctrl+c or SIGTERM).
    """
    from agent.services.watching import Watcher

    stop = threading.Event()
    hear = _hear_json if as_json else _hear
    again = True
    with _stopped_by_signals(stop):
        while again and not stop.is_set():
            with workplace(ctx, create=community is not None) as work:
                watcher = Watcher(
                    work,
                    _community(work, community, new=new),
                    paths,
                    hear,
                    interval=interval,
                    stopping=stop.is_set,
                )
                again = watcher.run(stop.wait, once=once)


def _community(work: Workplace, name: str | None, *, new: bool) -> str:
    """The community to follow for; a name that is unknown has to be meant."""
    from agent.services.identity import pick_community
    from agent.services.taking_in import community_to_fill

    if name is None:
        return pick_community(work).name
    return community_to_fill(work, name, new=new, only_known=True)


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let the first SIGTERM or SIGINT end the watcher after its transaction; a second at once."""
    before: dict[signal.Signals, Callable[..., object] | int | None] = {}

    def ask_to_stop(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for each in (signal.SIGTERM, signal.SIGINT):
        before[each] = signal.signal(each, ask_to_stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _hear(event: WatchEvent) -> None:
    from tui.render.watching import event_line

    sys.stdout.write(f"{event_line(event)}\n")
    sys.stdout.flush()


def _hear_json(event: WatchEvent) -> None:
    from tui.render.watching import event_payload

    sys.stdout.write(json.dumps(event_payload(event), ensure_ascii=True) + "\n")
    sys.stdout.flush()
