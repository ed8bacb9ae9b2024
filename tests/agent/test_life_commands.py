"""`passdown upkeep` and `show`: what stewards and readers type about the life of a guide."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.alike import propose_alike
from agent.services.indexing import index_guides
from memory.records.guide import GuideStatus
from memory.records.people import Community
from tests.agent.test_life_challenging import AGAINST, judge, say_later
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import BEN, KETTLE, World, desk_world
from tui.cli import main


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A contested guide and its twin, in a sample where anybody may be anybody."""
    home = tmp_path / "home"
    monkeypatch.setenv("PASSDOWN_HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    with desk_world(home) as opened:
        sample = Community.model_validate({**COMMUNITY.model_dump(), "sample": True})
        with opened.work.store.writing() as unit:
            unit.people.save_community(sample)
        opened.add("old", KETTLE, GuideStatus.PUBLISHED, title="The paper taste", hours=90)
        newer = tuple((facet, BEN, text) for facet, _, text in KETTLE)
        opened.add("new", newer, GuideStatus.PUBLISHED, title="The taste of paper", hours=9)
        say_later(opened)
        judge(opened)
        index_guides(opened.work)
        propose_alike(opened.work, COMMUNITY)
        yield opened


def told(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """What a command prints."""
    assert main(args) == 0
    return capsys.readouterr().out


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    """Everything that is open, as a program reads it."""
    found: dict[str, list[dict[str, object]]] = json.loads(
        told(capsys, "upkeep", "list", "--as", "lena", "--json")
    )
    return found


def test_what_is_open_is_listed_with_both_sides(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """People read both sentences whole; programs get the ids they need."""
    text = told(capsys, "upkeep", "list", "--as", "lena")
    assert AGAINST in text
    assert KETTLE[0][2] in text
    assert "two guides that may be one" in text
    found = listed(capsys)
    contested = {one["guide"] for one in found["contradictions"]}
    assert contested == {world.guides[name].id for name in ("old", "new")}
    assert len(found["alike"]) == 1
    assert main(["upkeep", "list", "--as", "bo"]) == 2


def test_a_contradiction_is_set_aside(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The guide's readers see the mark until then, and not after."""
    guide = world.guides["old"].id
    assert "Contested since" in told(capsys, "show", guide)
    for one in listed(capsys)["contradictions"]:
        told(capsys, "upkeep", "aside", str(one["id"]), "--because", "old", "--as", "lena")
    assert "Contested since" not in told(capsys, "show", guide)
    assert listed(capsys)["contradictions"] == []


def test_a_reader_is_led_to_what_took_a_guides_place(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """`show` tells that it leads on, and a program learns through which guides."""
    old, new = world.guides["old"].id, world.guides["new"].id
    told(capsys, "upkeep", "supersede", old, "--by", new, "--because", "newer", "--as", "lena")
    text = told(capsys, "show", old)
    assert "took the place of" in text
    assert "The taste of paper" in text
    shown = json.loads(told(capsys, "show", old, "--json"))
    assert shown["guide"]["id"] == new
    assert shown["in_place_of"] == [old]
    told(capsys, "upkeep", "restore", old, "--because", "better", "--as", "lena")
    assert json.loads(told(capsys, "show", old, "--json"))["guide"]["id"] == old


def test_twins_are_kept_apart_or_made_one(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A pair is answered by its id; an answered one is refused with exit code 2."""
    (pair,) = listed(capsys)["alike"]
    new = world.guides["new"].id
    told(
        capsys, "upkeep", "same", str(pair["id"]), "--keep", new, "--because", "one", "--as", "lena"
    )
    assert main(["upkeep", "apart", str(pair["id"]), "--because", "no", "--as", "lena"]) == 2
    assert world.now("old").status is GuideStatus.SUPERSEDED


def test_a_guide_without_an_answer_is_left_as_it_is(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to renew is told plainly; a steward's word puts the next check off."""
    guide = world.guides["new"].id
    assert main(["upkeep", "renew", guide, "--as", "lena"]) == 2
    told(capsys, "upkeep", "stand", guide, "--because", "brewed by it", "--as", "lena")
    assert world.now("new").review_by is not None
