"""What goes on after a person has acted: the inquiry moves on while they do something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from memory.errors import PassdownError

if TYPE_CHECKING:
    from tui.app import PassdownApp


def meanwhile(
    app: PassdownApp, service: Callable[[], object], then: Callable[[], None] | None = None
) -> None:
    """Call a service in a thread that outlives the screen it was called from.

    What was done is recorded already, so nothing is lost if the program ends before it returns;
    a refusal is told in plain words. `then` is called in either case, unless the program ended.
    """

    def run() -> None:
        refused: PassdownError | None = None
        try:
            service()
        except PassdownError as error:
            refused = error
        app.call_later(_told, app, refused, then)

    app.run_worker(run, thread=True, group="meanwhile", exit_on_error=False)


def _told(app: PassdownApp, refused: PassdownError | None, then: Callable[[], None] | None) -> None:
    if refused is not None:
        app.tell(refused)
    if then is not None:
        then()
