"""Pictures of the screens for readers of the project: `python -m tui.picturing [--to FOLDER]`.

They show the shipped sample community, stopped halfway with its clock, so that every run draws
the same. Each picture is an SVG that reads nothing from another host.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from memory.errors import PassdownError, UserInputError

if TYPE_CHECKING:
    from textual.app import App
    from textual.pilot import Pilot

FOLDER = Path(__file__).with_name("pictures")
MAKER = "evals.halfway"
"""Module that furnishes the home; run as a program, for floors beside each other do not import."""
MARKER = "halfway.json"
"""File of that home, as JSON: the fields of `Halfway`, with `expert` and `steward` by handle."""
COLUMNS = 110
"""Of every picture, so that all stand in one size beside each other."""
FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
LOOKS = 100
"""How often a screen is looked at, a tenth of a second apart, until it shows something."""
STILL = 2
"""Looks at which a screen must be the same before it is drawn."""
_DRAWING = re.compile(r"terminal-\d+")
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}\s*")
_FONT_FAMILY = re.compile(r"font-family:\s*[^;]+;")

Steps = Callable[["Pilot[Any]", "Halfway"], Awaitable[None]]


class Who(Enum):
    """Who sits at the terminal."""

    EXPERT = "expert"
    STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class Halfway:
    """A home stopped at a moment: handles of who is there, and what is typed.

    The expert begins to answer with the words of `begins`; `asks` is what the library is asked.
    """

    at: datetime
    people: dict[Who, str]
    begins: str
    asks: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who sits there, at which part, and what they do before it is drawn."""

    name: str
    part: str
    who: Who
    lines: int
    steps: Steps


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """Tells one moment for ever."""

    at: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.at


def drawn(app: App[Any]) -> str:
    """The screen as SVG: ids that differ between drawings made equal, fonts of the reader's own."""
    picture = _DRAWING.sub("terminal", app.export_screenshot(title="Passdown"))
    picture = _FONT_FAMILY.sub(f"font-family: {FONTS};", _FONT_FACE.sub("", picture))
    return "".join(f"{line.rstrip()}\n" for line in picture.splitlines())


async def _nothing(pilot: Pilot[Any], stopped: Halfway) -> None:
    """The part as it opens."""


async def _to_the_list(pilot: Pilot[Any], stopped: Halfway) -> None:
    """One question alone opens at once; escape leads to the list."""
    del stopped
    await pilot.press("escape")


async def _begin_an_answer(pilot: Pilot[Any], stopped: Halfway) -> None:
    words = stopped.begins[: len(stopped.begins) * 2 // 3].rpartition(" ")[0]
    await _type(pilot, words)
    await _until(pilot, lambda: "Draft kept" in str(pilot.app.screen.query_one("#state").render()))


async def _open_the_second_sentence(pilot: Pilot[Any], stopped: Halfway) -> None:
    del stopped
    await pilot.press("enter")
    await _still(pilot)
    await pilot.press("down")


async def _ask(pilot: Pilot[Any], stopped: Halfway) -> None:
    from textual.widgets import ContentSwitcher

    await _type(pilot, stopped.asks)
    lists = pilot.app.screen.query_one(ContentSwitcher)
    await _until(pilot, lambda: lists.current == "passages")


async def _ask_and_read(pilot: Pilot[Any], stopped: Halfway) -> None:
    await _ask(pilot, stopped)
    await _still(pilot)
    await pilot.press("enter")


PICTURES = (
    Picture("inbox", "inbox", Who.EXPERT, 14, _to_the_list),
    Picture("question", "inbox", Who.EXPERT, 26, _begin_an_answer),
    Picture("mine", "mine", Who.EXPERT, 18, _nothing),
    Picture("desk", "desk", Who.STEWARD, 16, _nothing),
    Picture("judging", "desk", Who.STEWARD, 30, _open_the_second_sentence),
    Picture("library", "library", Who.STEWARD, 30, _ask),
    Picture("reader", "library", Who.STEWARD, 40, _ask_and_read),
    Picture("pulse", "pulse", Who.STEWARD, 28, _nothing),
)


def draw_all(home: Path, folder: Path, size: tuple[int, int] | None = None) -> list[Path]:
    """Draw every picture of a home stopped halfway, which is not changed; return their files.

    Without a `size` (columns, lines) each has its own. Raises `UserInputError` for another home.
    """
    stopped = read_halfway(home)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for picture in PICTURES:
        path = folder / f"{picture.name}.svg"
        with TemporaryDirectory() as beside:
            copied = Path(beside) / "home"
            shutil.copytree(home, copied)
            svg = asyncio.run(draw(copied, picture, stopped, size or (COLUMNS, picture.lines)))
        path.write_text(svg, encoding="utf-8")
        files.append(path)
    return files


def read_halfway(home: Path) -> Halfway:
    """What a home says about itself. Raises `UserInputError` for one that was never stopped."""
    try:
        told = json.loads((home / MARKER).read_text(encoding="utf-8"))
        return Halfway(
            datetime.fromisoformat(told["at"]),
            {Who.EXPERT: str(told["expert"]), Who.STEWARD: str(told["steward"])},
            str(told["begins"]),
            str(told["asks"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserInputError(
            f"{str(home)!r} is no home stopped halfway ({error}); make one with "
            f"python -m {MAKER} HOME"
        ) from error


async def draw(home: Path, picture: Picture, stopped: Halfway, size: tuple[int, int]) -> str:
    """One picture as SVG; what is typed for it is stored in `home`."""
    async with _opened(home, picture, stopped, size) as pilot:
        await _still(pilot)
        await picture.steps(pilot, stopped)
        return await _still(pilot)


@asynccontextmanager
async def _opened(
    home: Path, picture: Picture, stopped: Halfway, size: tuple[int, int]
) -> AsyncIterator[Pilot[Any]]:
    """The screens at one part, as somebody who is there themselves, not in another's place."""
    from agent.services.identity import Actor, actor_of, pick_community
    from agent.services.workplace import open_workplace
    from tui.app import PassdownApp
    from tui.seat import Seat

    with open_workplace(home, create=False, clock=StoppedClock(stopped.at)) as work:
        community = pick_community(work)
        member = actor_of(work, community, stopped.people[picture.who]).member
        seat = Seat(work, community, Actor(member, acting_as=False))
        async with PassdownApp(seat, picture.part).run_test(size=size) as pilot:
            yield pilot


async def _still(pilot: Pilot[Any]) -> str:
    """Wait until nothing is under way and the screen stays the same; return it drawn."""
    from textual.widgets import Input, TextArea

    seen, same = "", 0
    for _ in range(LOOKS):
        await pilot.app.workers.wait_for_complete()
        for field in pilot.app.screen.query("Input, TextArea"):
            if isinstance(field, Input | TextArea):
                field.cursor_blink = False
        await pilot.pause(0.1)
        now = drawn(pilot.app)
        same = same + 1 if now == seen else 0
        seen = now
        if same >= STILL:
            return seen
    raise UserInputError(f"{pilot.app.screen!r} never came to rest")


async def _until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    for _ in range(LOOKS):
        if holds():
            return
        await pilot.pause(0.1)
    raise UserInputError(f"{pilot.app.screen!r} never showed what it should")


async def _type(pilot: Pilot[Any], words: str) -> None:
    await pilot.press(*("space" if character == " " else character for character in words))


def main() -> int:
    """Furnish a home, or take one that was, and draw its pictures."""
    reader = argparse.ArgumentParser(description="Draw pictures of the screens.")
    reader.add_argument("--to", type=Path, default=FOLDER, metavar="FOLDER")
    reader.add_argument("--home", type=Path, help=f"made by python -m {MAKER}")
    reader.add_argument("--size", type=int, nargs=2, metavar=("COLUMNS", "LINES"))
    told = reader.parse_args()
    try:
        with TemporaryDirectory() as beside:
            home = told.home or Path(beside) / "home"
            if told.home is None:
                subprocess.run(  # noqa: S603 - this interpreter and a module of this project
                    [sys.executable, "-m", MAKER, str(home)], check=True, stdout=subprocess.DEVNULL
                )
            for path in draw_all(home, told.to, told.size and (told.size[0], told.size[1])):
                sys.stdout.write(f"{path}\n")
    except PassdownError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
