"""Commands on people with several handles, as people and programs see them."""

from __future__ import annotations

from pathlib import Path

from tests.tui.conftest import Run


def test_people_are_joined_listed_and_separated(community: Run) -> None:
    """The list tells the handles with their places and the reason; afterwards there are two."""
    before = community("members", "--json").json["members"]
    joined = community(
        "people", "join", "yui", "dana", "--because", "same \x1b[31mdesk", "--as", "bo"
    )
    assert joined.code == 0
    assert "2 handles" in joined.out
    assert "\x1b" not in joined.out
    (person,) = community("people", "list", "--json").json["people"]
    assert {one["handle"] for one in person["handles"]} == {"dana", "yui"}
    assert person["joined"][0]["because"].endswith("desk")
    assert len(community("members", "--json").json["members"]) == len(before) - 1
    (found,) = community("members", "--find", "dana", "--json").json["members"]
    assert found["id"] == person["id"]
    assert community("people", "separate", "dana", "--because", "no", "--as", "bo").code == 0
    assert "one handle" in community("people", "list").out
    assert community("members", "--json").json["members"] == before


def test_bad_input_to_people_commands_ends_with_a_sentence(community: Run) -> None:
    """Somebody unknown, no steward, and nobody to part: exit code 2 and a reason each."""
    for args, why in (
        (("people", "join", "ann", "nobody", "--because", "x", "--as", "bo"), "nobody called"),
        (("people", "join", "ann", "yui", "--because", "x", "--as", "ann"), "only a steward"),
        (("people", "separate", "dana", "--because", "x", "--as", "bo"), "joined with nobody"),
    ):
        refused = community(*args)
        assert refused.code == 2
        assert why in refused.err
    assert community("people", "same", "--json").json["proposed"] == []


def test_a_typo_in_the_name_of_a_community_is_refused(community: Run, archive: Path) -> None:
    """Neither `import` nor `watch` makes a community of it, and both name what is near."""
    (known,) = community("me", "--json").json["communities"]
    typo = known["community"]["name"][:-1] + "_"
    for name in ("import", "watch"):
        refused = community(name, str(archive), "--community", typo)
        assert refused.code == 2
        assert repr(known["community"]["name"]) in refused.err
        assert "--new" in refused.err
    assert community("import", str(archive), "--community", typo, "--new").code == 0
