"""Who sees what, as people and programs say it at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.services.identity import bind_account
from agent.services.visibility import set_visibility
from agent.services.widening import asked_to_agree, widen
from memory.records.visibility import Level
from tests.agent.seeing_world import ALPHA, seeing_world, talk, token
from tests.builders import COMMUNITY
from tests.tui.conftest import Run
from tests.tui.screens.desk_world import ADA, LENA
from tui.cli import main
from tui.commands.visibility import say_asked

WHY = "they were \x1b[31mpromised it"


def test_a_place_is_closed_and_what_was_said_there_is_gone_for_others(community: Run) -> None:
    """The list tells who sees it, programs read it too, and nothing is left to be found."""
    assert "pumps: open to the community" in community("visibility", "--as", "bo").out
    args = ["visibility", "pumps", "--to", "members", "--only", "bo", "--because", WHY]
    closed = community(*args, "--as", "bo")
    assert closed.code == 0
    assert "open to bo" in closed.out
    told = community("visibility", "--as", "bo", "--json").json
    (place,) = [one for one in told["places"] if one["channel"] == "pumps"]
    assert (place["level"], place["members"]) == ("members", ["bo"])
    assert told["decided"][-1]["because"] == "they were promised it"
    assert "@bo" in community("visibility", "--as", "bo").out
    assert community("who", "purge the feed line", "--json").json["people"] == []


def test_only_a_steward_decides_and_only_with_a_reason(community: Run) -> None:
    """Anybody else is refused, and so are unknown places, levels and halves of a command."""
    refused = community("visibility", "pumps", "--to", "unused", "--because", "x", "--as", "ann")
    assert refused.code == 2
    assert "only a steward" in refused.err
    for wrong in (
        ["pumps", "--to", "unused"],
        ["nowhere", "--to", "unused", "--because", "x"],
        ["pumps", "--to", "friends", "--because", "x"],
        ["pumps"],
        ["pumps", "--to", "unused", "--only", "ann", "--because", "x"],
    ):
        assert community("visibility", *wrong, "--as", "bo").code == 2


def test_nothing_waits_for_a_word_where_nothing_is_wished(community: Run) -> None:
    """A person sees that nobody asks them to show their words to more people."""
    assert "Nothing waits" in community("agree").out
    assert community("agree", "--json").json == {"guides": []}
    assert community("widen", "gui_0000000000000000", "--because", "x", "--as", "bo").code == 2


def test_whoever_is_asked_reads_what_would_be_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentences in their name stand with the wish, for people and for programs."""
    with seeing_world(tmp_path) as world:
        thread, actor = talk(world, ALPHA).id, world.actor(LENA)
        only = [ADA.handle, LENA.handle]
        set_visibility(world.work, COMMUNITY, actor, thread, Level.MEMBERS, WHY, only=only)
        guide = world.guides[ALPHA]
        widen(world.work, actor, guide.id, WHY)
        waiting = asked_to_agree(world.work, ADA)
    say_asked(waiting, as_json=False)
    say_asked(waiting, as_json=True)
    out = capsys.readouterr().out
    assert "Pour the" in out.partition("{")[0]
    assert token(ALPHA, ADA) in out.partition("{")[2]


def test_the_inbox_tells_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the words and the command, for people and for programs, until they said something."""
    home = tmp_path / "home"
    with seeing_world(home) as world:
        thread, actor = talk(world, ALPHA).id, world.actor(LENA)
        only = [ADA.handle, LENA.handle]
        set_visibility(world.work, COMMUNITY, actor, thread, Level.MEMBERS, WHY, only=only)
        guide = world.guides[ALPHA].id
        widen(world.work, actor, guide, WHY)
        bind_account(world.work, COMMUNITY, ADA.id)
    monkeypatch.setenv("PASSDOWN_HOME", str(home))

    def inbox(*more: str) -> str:
        code = main(["inbox", *more])
        told = capsys.readouterr()
        assert code == 0, told.err
        return told.out

    told = inbox()
    assert f"passdown agree {guide}" in told
    assert token(ALPHA, ADA) in told
    (asked,) = json.loads(inbox("--json"))["to_agree"]
    assert (asked["id"], asked["awaited"]) == (guide, [ADA.handle, "bo"])
    main(["agree", guide, "--no"])
    capsys.readouterr()
    assert json.loads(inbox("--json"))["to_agree"] == []
