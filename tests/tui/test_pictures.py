"""Pictures of the screens for readers: all are drawn, they are the same, and links reach them."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agent.services.workplace import Workplace
from memory.errors import UserInputError
from tests.builders import COMMUNITY, MONDAY
from tests.tui.screens.desk_world import desk_world, furnish
from tests.tui.screens.inbox_world import ANN, LENA, inbox_world
from tests.tui.screens.library_world import PAPER
from tui.picturing import FOLDER, MARKER, PICTURES, Who, draw, draw_all, read_halfway

ROOT = Path(__file__).parents[2]
LINKED = re.compile(r"!\[[^\]]+\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"url\(['\"]?[^#]|href|src=|@import|@font-face")
BEGINS = "It hums before it sticks, so listen first."


def stopped(home: Path, work: Workplace) -> None:
    """Make a home a sample's, in which anybody may be looked at, and say who is there and when."""
    with work.store.writing() as unit:
        unit.people.save_community(COMMUNITY.model_copy(update={"sample": True}))
    expert, steward = ANN.handle, LENA.handle
    told = {
        "at": MONDAY.isoformat(),
        "expert": expert,
        "steward": steward,
        "begins": BEGINS,
        "asks": PAPER,
    }
    (home / MARKER).write_text(json.dumps(told), encoding="utf-8")


def words_of(svg: str) -> str:
    """Everything that stands in a picture."""
    words = "".join(ET.fromstring(svg).itertext())  # noqa: S314  drawn by this project
    return " ".join(words.replace("\xa0", " ").split())


def test_every_picture_is_kept_and_reads_nothing_from_elsewhere() -> None:
    """Each picture of the list is there as SVG, needs no other host, and no other lies about."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{one.name}.svg" for one in PICTURES}
    for path in FOLDER.glob("*.svg"):
        picture = path.read_text(encoding="utf-8")
        assert ET.fromstring(picture).tag.endswith("svg")  # noqa: S314  drawn by this project
        assert "Harbourline" in words_of(picture)
        assert not ELSEWHERE.search(picture)


def test_links_of_the_readme_reach_their_pictures() -> None:
    """Every picture that the README shows is a file of this repository."""
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    for link in (either or other for either, other in LINKED.findall(told)):
        assert (ROOT / link).is_file(), link


def test_pictures_show_what_they_are_called(tmp_path: Path) -> None:
    """An answer half typed and kept, a sentence beside its source, an answer of the library."""
    answering, judging = tmp_path / "answering", tmp_path / "judging"
    with inbox_world(answering) as asked:
        asked.ask("valve")
        stopped(answering, asked.work)
    with desk_world(judging) as desk:
        furnish(desk)
        stopped(judging, desk.work)
    seen = {}
    for picture in PICTURES:
        home = answering if picture.who is Who.EXPERT else judging
        told = read_halfway(home)
        seen[picture.name] = words_of(asyncio.run(draw(home, picture, told, (80, 24))))
    assert "Questions to you (1)" in seen["inbox"]
    assert "It hums before it" in seen["question"]
    assert "so listen first" not in seen["question"]
    assert "Draft kept" in seen["question"]
    assert "By default you appear" in seen["mine"]
    assert "[1 Decide (" in seen["desk"]
    assert re.search("\u00bb[^\u00ab]+\u00ab", seen["judging"])
    assert PAPER in seen["library"]
    assert "Today, " in seen["pulse"]
    assert len(set(seen.values())) == len(PICTURES)


def test_a_home_that_was_never_stopped_is_refused(tmp_path: Path) -> None:
    """Whoever names another home is told how to make the one that is wanted; nothing is drawn."""
    with pytest.raises(UserInputError, match=r"python -m evals\.halfway"):
        draw_all(tmp_path, tmp_path / "pictures")
    assert not (tmp_path / "pictures").exists()
