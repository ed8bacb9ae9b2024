"""The program behind one browser: the screens, without an editor, ending with their server."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from memory.errors import PassdownError
from tui.app import PassdownApp
from tui.render.safe import visible
from tui.seat import Seat, take_seat
from tui.themes import LOOKS

LOOK_EVERY = 1.0
"""Seconds between two looks at whether the server is still there."""


class ServedApp(PassdownApp):
    """The screens; a server that is gone is like a terminal that is gone."""

    CSS_PATH = str(Path(__file__).parents[1] / "app.tcss")

    def __init__(self, seat: Seat, part: str, look: str) -> None:
        super().__init__(seat, part, editor=False, look=look)
        self._server = os.getppid()

    def on_load(self) -> None:
        """Begin to watch the server."""
        self.set_interval(LOOK_EVERY, self._end_with_server)

    def _end_with_server(self) -> None:
        if os.getppid() == self._server:
            return
        for keep in list(self.writing):
            keep()
        # Nobody reads what a driver that leaves in order would write.
        os._exit(1)


def command(
    home: Path | None, part: str, community: str | None, as_who: str | None, look: str
) -> list[str]:
    """The words that start this program. `-P`: a folder one stands in is not imported from."""
    words = [sys.executable, "-P", "-m", "tui.serving.served", "--part", part, "--look", look]
    for option, value in (("--home", home), ("--community", community), ("--as", as_who)):
        if value is not None:
            words.append(f"{option}={value}")
    return words


def main() -> int:
    """Run the screens for one browser; a refusal is shown there, in words."""
    parser = argparse.ArgumentParser(prog="tui.serving.served", description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--part", default="inbox")
    parser.add_argument("--community")
    parser.add_argument("--as", dest="as_who")
    parser.add_argument("--look", default=LOOKS[0])
    given = parser.parse_args()
    try:
        with take_seat(given.home, given.community, given.as_who) as seat:
            app = ServedApp(seat, given.part, given.look)
            app.run()
            return app.return_code or 0
    except PassdownError as error:
        _show(f"{visible(error.title)}: {visible(str(error))}")
        return 2


def _show(words: str) -> None:
    """Show a line in the browser's terminal, as its protocol has it."""
    shown = f"\x1b[2J\x1b[H{words}\r\n".encode()
    sys.stdout.buffer.write(b"__GANGLION__\nD" + len(shown).to_bytes(4, "big") + shown)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
