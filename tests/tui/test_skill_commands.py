"""The commands about who knows what, on a small home with escapes in its archive."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Run


@pytest.mark.parametrize(
    "args",
    [
        ("who",),
        ("who", "valves", "--gaps"),
        ("who", " "),
        ("skill", "endorse", "ann", "pumps"),
        ("skill", "endorse", "nobody", "pumps"),
        ("skill", "withdraw", "pumps"),
        ("skill", "tag", " "),
        ("skill", "name", "pumps", " "),
        ("newcomer", "--as", "dana"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(
    community: Run, args: tuple[str, ...]
) -> None:
    """Nothing to ask about, oneself, nobody, no words, and another's place are refused."""
    outcome = community(*args)
    assert outcome.code == 2
    assert outcome.err


def test_who_tells_evidence_and_prints_it_as_json(community: Run) -> None:
    """The accepted answer is shown, verbatim, without the escapes around it."""
    told = community("who", "the feed valve sticks")
    assert told.code == 0
    assert "Ann Lee" in told.out
    assert "accepted by who asked" in " ".join(told.out.split())
    assert "\x1b" not in told.out
    (ann,) = community("who", "the feed valve sticks", "--json").json["people"]
    assert ann["handle"] == "ann"
    assert ann["validated"] == 1
    assert "score" not in ann
    assert community("who", "quasars").out.startswith("Nobody")
    assert community("who", "--gaps").code == 0


def test_tag_show_and_withdraw(community: Run) -> None:
    """What one says of oneself is seen by oneself and goes when it is taken back."""
    assert community("skill", "tag", "pumps").code == 0
    (word,) = community("skill", "mine", "--json").json["words"]
    assert (word["kind"], word["topic"], word["by"]) == ("tag", "pumps", "ann")
    assert "You named pumps" in community("skill", "mine").out
    assert community("skill", "withdraw", "pumps").code == 0
    assert community("skill", "mine", "--json").json["words"] == []


def test_badges_go_off_and_on(community: Run) -> None:
    """The number of uses is told unless one does not want it."""
    assert community("skill", "mine", "--json").json["used"] == 2
    assert community("skill", "badges", "--off").code == 0
    assert community("skill", "mine", "--json").json["used"] is None


def test_newcomer_and_topics_speak_where_little_is_known(community: Run) -> None:
    """One thread makes no topic, and that is said in words."""
    assert "No topics can be told yet" in community("skill", "topics").out
    assert "A first task" in community("newcomer").out
    assert set(community("newcomer", "--json").json["path"]) == {
        "around",
        "answers",
        "trusted",
        "core",
    }
    assert "fewer than five" in community("newcomer", "--movement").out
