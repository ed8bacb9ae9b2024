"""`passdown review --escalate` and `--retract`, as people and programs see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memory.records.guide import GuideStatus
from tests.tui.conftest import Run, runner
from tests.tui.screens.desk_world import World, desk_world, furnish


@pytest.fixture
def world_and_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[World, Run]:
    """A furnished home of which everybody may be anybody, and the command on it."""
    home = tmp_path / "home"
    with desk_world(home) as world:
        furnish(world)
        with world.work.store.writing() as unit:
            (community,) = unit.people.communities()
            unit.people.save_community(community.model_copy(update={"sample": True}))
    return world, runner(home, capsys)


def test_a_guide_is_put_to_the_authority(world_and_run: tuple[World, Run]) -> None:
    """Without `--to` the technical authority is asked; the answer names who."""
    world, run = world_and_run
    guide = world.guides["disputed"].id
    told = run("review", guide, "--as", "lena", "--escalate", "Which holds?")
    assert (told.code, "Put to Tess Ruiz" in told.out) == (0, True)
    again = run("review", guide, "--as", "lena", "--escalate", "You?", "--to", "milo", "--json")
    assert (again.json["decision"], again.json["to"]) == ("escalate", "milo")


def test_a_published_guide_is_taken_back(world_and_run: tuple[World, Run]) -> None:
    """It is shown no more, and taking it back twice is refused."""
    world, run = world_and_run
    guide = world.guides["out"].id
    told = run("review", guide, "--as", "lena", "--retract", "Recalled.", "--json").json
    assert told == {"guide": guide, "status": "retracted", "decision": "retract"}
    assert run("review", guide, "--as", "lena", "--retract", "Recalled.").code == 2
    listed = run("guides", "--status", "published", "--json", "--as", "lena").json["guides"]
    assert guide not in {one["id"] for one in listed}


@pytest.mark.parametrize(
    "args",
    [
        ("--escalate", " "),
        ("--escalate", "Why", "--to", "nobody"),
        ("--retract", "Why"),
        ("--retract", "Why", "--escalate", "Why"),
        ("--to", "milo"),
        ("--to", "milo", "--approve"),
    ],
)
def test_bad_input_is_a_sentence_and_changes_nothing(
    world_and_run: tuple[World, Run], args: tuple[str, ...]
) -> None:
    """Exit code 2, as JSON too, and the guide waits as before."""
    world, run = world_and_run
    guide = world.guides["kettle"].id
    refused = run("review", guide, "--as", "lena", *args, "--json")
    assert refused.code == 2
    assert json.loads(refused.out)["error"]["message"]
    shown = run("guides", "--as", "lena", "--json").json["guides"]
    status = {one["id"]: one["status"] for one in shown}
    assert status[guide] == GuideStatus.CONFIRMED.value
