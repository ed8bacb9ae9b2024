"""Commands of governance as people and programs see them: grants, votes, stopped work."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory.records.guide import GuideStatus
from tests.agent.governance_world import governed
from tests.tui.conftest import Run, at_account, runner
from tests.tui.screens.desk_world import KETTLE, World

RULES = """
[governance]
model = "decentralised"
quorum = 2
"""


def test_a_grant_is_given_listed_and_taken_back(community: Run) -> None:
    """To a member until a day; the list tells who, for whom and until when, and the log both."""
    with at_account("yui-at-home"):
        assert community("me", "yui").code == 0
        given = community("grant", "yui", "--to", "ann", "--until", "2099-03-09")
    assert "@ann may act as @yui until" in given.out
    (line,) = [
        one
        for one in community("grants", "--as", "bo", "--json").json["grants"]
        if one["to"] == "ann"
    ]
    assert (line["member"], line["in_force"]) == ("yui", True)
    assert "@ann may act as @yui" in community("grants").out
    assert community("inbox", "--as", "yui").code == 0
    told = community("log", "--json").json["decisions"]
    assert any(
        one["action"] == "acted_as" and one["actor"] != "account" and one["on_behalf_of"]
        for one in told
    )
    assert community("revoke", "yui", "--from", "ann", "--as", "bo").code == 0
    assert community("inbox", "--as", "yui").code == 2
    assert "no longer" in community("grants", "--all", "--as", "bo").out


def test_a_grant_needs_a_day_to_come(community: Run) -> None:
    """A day that has passed, or is none, is refused."""
    for day in ("2001-01-01", "soon"):
        assert community("grant", "ann", "--to", "bo", "--until", day).code == 2
    assert community("grant", "ann", "--to", "bo", "--revoke", "--until", "2099-01-01").code == 2


def test_work_is_stopped_told_and_goes_on(community: Run) -> None:
    """`ask` and an export tell why; programs read it too; a steward alone may not."""
    why = "Two people \x1b[31mwere hurt."
    args = ["stop-work", "feed line", "--because", why, "--as", "bo"]
    refused = community(*args)
    assert refused.code == 2
    assert "technical authority" in refused.err
    assert community("role", "bo", "technical_authority").code == 0
    stopped = community(*args)
    assert "stopped" in stopped.out
    assert "\x1b" not in stopped.out
    asked = community("ask", "how do I purge the feed line?")
    assert "Two people" in asked.out
    assert "\x1b" not in asked.out
    told = community("ask", "how do I purge the feed line?", "--json").json
    assert [one["topic"] for one in told["stopped"]] == ["feed line"]
    assert "feed line" in community("stopped").out
    assert community("resume-work", "feed line", "--as", "bo").code == 0
    assert community("stopped", "--json").json["stopped"] == []
    assert "goes on since" in community("stopped", "--all").out


def test_a_topic_that_nothing_speaks_of_is_told(community: Run) -> None:
    """The order holds all the same; a hint says that it freezes nothing yet, and why."""
    assert community("role", "bo", "technical_authority").code == 0
    done = ("--because", "it hums", "--as", "bo")
    told = community("stop-work", "boiler valve", *done, "--json").json
    assert (told["frozen"], told["inquiries"]) == ([], 0)
    assert "boiler valve" in told["hint"]
    assert "nothing is frozen by it yet" in " ".join(
        community("stop-work", "siren", *done).out.split()
    )
    assert len(community("stopped", "--json").json["stopped"]) == 2


def test_rules_that_cannot_work_are_told_when_roles_change(community: Run, tmp_path: Path) -> None:
    """A quorum that nobody can reach is told by `role`, and by the doctor of the home."""
    policy = tmp_path / "home" / "passdown.toml"
    rules = '\n[governance]\nmodel = "decentralised"\nquorum = 7\ncentral_stewards = ["zoe"]\n'
    policy.write_text(policy.read_text(encoding="utf-8") + rules, encoding="utf-8")
    out = community("role", "ann", "core").out
    assert "7 votes decide" in out
    assert "'zoe'" in out


@pytest.fixture
def played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[World, Run]:
    """A home of which everybody may be anybody: a guide that waits, and one that is out."""
    home = tmp_path / "home"
    with governed(home) as world:
        world.add("out", KETTLE, GuideStatus.PUBLISHED, title="Rinsing by the book")
        with world.work.store.writing() as unit:
            (community,) = unit.people.communities()
            unit.people.save_community(community.model_copy(update={"sample": True}))
    return world, runner(home, capsys)


def test_an_export_says_what_is_stopped(played: tuple[World, Run], tmp_path: Path) -> None:
    """Frozen guides leave it, its index names topic and reason, and no markup of theirs works."""
    world, run = played
    out, why = tmp_path / "out", "See [this](http://evil.example)"
    assert len(run("export", "--to", str(out), "--json").json["guides"]) == 1
    stopped = run("stop-work", "paper filter", "--because", why, "--as", "tess", "--json").json
    assert stopped["frozen"] == [world.guides["out"].id]
    assert run("export", "--to", str(out), "--json").json["guides"] == []
    index = (out / "index.md").read_text(encoding="utf-8")
    assert "paper filter" in index
    assert "[this](http" not in index
    shown = run("show", world.guides["out"].id)
    assert "is stopped since" in " ".join(shown.out.split())


def test_votes_are_told_as_votes(played: tuple[World, Run]) -> None:
    """Where peers decide, one yes of two publishes nothing, and the command says how it stands."""
    world, run = played
    (world.work.home.path / "passdown.toml").write_text(RULES, encoding="utf-8")
    guide = world.guides["kettle"].id
    assert "So far: 1 to approve" in run("review", guide, "--approve", "--as", "bo").out
    voted = run("review", guide, "--reject", "Too thin.", "--as", "ben", "--json").json
    assert voted["votes"] == {"approve": 1, "revise": 0, "reject": 1, "quorum": 2, "voters": 5}
    assert run("review", guide, "--approve", "--as", "ada").code == 2
    decided = run("review", guide, "--approve", "--as", "lena", "--json").json
    assert decided["guide"]["status"] == "published"
    assert "votes" not in decided
