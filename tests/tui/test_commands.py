"""Every command on a real home: what it prints for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from tests.tui.conftest import MESSAGES, Run, let_act_as_yui
from tui.cli import build_app

GLOBAL = ("status", "doctor", "log", "graph", "me")
IN_COMMUNITY = ("moments", "members", "inbox", "guides", "sweep")


def test_import_json_has_exactly_the_promised_keys(run: Run, archive: Path) -> None:
    """`import --json` prints the counts that programs rely on."""
    outcome = run("import", str(archive), "--community", "Pumps", "--json")
    assert outcome.code == 0
    assert outcome.json == {
        "messages": 3,
        "threads": 1,
        "members": 4,
        "skipped": [],
        "added": 3,
        "changed": 0,
        "unchanged": 0,
        "community": "Pumps",
    }


def test_import_reports_skipped_records_with_their_place(run: Run, archive: Path) -> None:
    """A bad record is skipped, counted and reported with file and line."""
    with archive.open("a", encoding="utf-8") as stream:
        stream.write("{not json\n")
    outcome = run("import", str(archive), "--community", "Pumps", "--json")
    (skipped,) = outcome.json["skipped"]
    assert set(skipped) == {"where", "why"}
    assert "talk.jsonl" in skipped["where"]
    assert run("import", str(archive), "--community", "P2", "--strict").code == 2


def test_import_twice_says_that_nothing_changed(run: Run, archive: Path) -> None:
    """Importing twice changes nothing, and says so and what to do next."""
    run("import", str(archive), "--community", "Pumps")
    outcome = run("import", str(archive), "--community", "Pumps")
    assert "0 new, 0 changed, 3 as before" in outcome.out
    assert " sweep" in outcome.out


@pytest.mark.parametrize("command", GLOBAL + IN_COMMUNITY)
def test_json_of_every_reading_command_parses(community: Run, command: str) -> None:
    """`--json` prints one JSON object and nothing else."""
    outcome = community(command, "--json")
    assert outcome.code == 0
    assert isinstance(outcome.json, dict)
    assert outcome.err == ""


@pytest.mark.parametrize("command", GLOBAL + IN_COMMUNITY)
def test_every_reading_command_prints_for_people(community: Run, command: str) -> None:
    """Human output is there, is no JSON, and holds no escape code."""
    outcome = community(command)
    assert outcome.code == 0
    assert outcome.out.strip()
    assert "\x1b" not in outcome.out
    assert not outcome.out.startswith("{")


def test_commands_on_an_empty_home_say_how_to_begin(run: Run) -> None:
    """A fresh home tells the first step instead of failing."""
    assert "import PATH --community NAME" in run("status").out
    assert "import PATH --community NAME" in run("me").out


def test_me_binds_and_shows(community: Run) -> None:
    """`me` shows the person this account was bound to, with roles."""
    (bound,) = community("me", "--json").json["communities"]
    assert bound["member"]["handle"] == "ann"
    assert "coordinator" in bound["member"]["roles"]
    assert "Ann Lee (@ann) in Pumps" in community("me").out


def test_members_are_found_by_part_of_a_name(community: Run) -> None:
    """`members --find` narrows by handle, name or title, in any script."""
    found = community("members", "--find", "pump eng", "--json").json["members"]
    assert [member["handle"] for member in found] == ["ann"]
    found = community("members", "--find", "\u5c71\u7530", "--json").json["members"]
    assert [member["handle"] for member in found] == ["yui"]


def test_role_is_given_and_taken(community: Run) -> None:
    """A role goes on and comes off; one that is not known is refused with the known ones."""
    given = community("role", "yui", "technical-steward", "--json").json["member"]
    assert "technical_steward" in given["roles"]
    taken = community("role", "yui", "technical_steward", "--remove", "--json").json["member"]
    assert "technical_steward" not in taken["roles"]
    refused = community("role", "yui", "emperor")
    assert refused.code == 2
    assert "technical_authority" in refused.err


def test_grant_lets_an_account_act_and_is_revocable(community: Run) -> None:
    """Acting as somebody else works by a grant, and no longer when it is revoked."""
    account = community("me", "--json").json["account"]
    assert community("inbox", "--as", "yui").code == 2
    assert community("grant", "yui", "--to", account).code == 2
    assert community("grant", "yui", "--to", account, "--as", "bo").code == 2
    granted = let_act_as_yui(community, account)
    assert granted.json["grant"]["account"] == account
    assert community("inbox", "--as", "yui", "--json").code == 0
    assert community("grant", "yui", "--to", account, "--as", "bo", "--revoke").code == 0
    assert community("inbox", "--as", "yui").code == 2


def test_who_names_the_first_steward_may_act_as_them(community: Run) -> None:
    """Somebody who runs a community alone can go on; the grant stands in the log."""
    assert community("inbox", "--as", "bo", "--json").code == 0
    actions = [line["action"] for line in community("log", "--json").json["decisions"]]
    assert "grant_given" in actions


def test_inbox_shows_the_question_and_how_to_answer(asked: tuple[Run, str]) -> None:
    """The inbox holds the question's id in a form to copy and the command to answer it."""
    run, question = asked
    out = run("inbox").out
    assert f' answer {question} --text "..."' in out
    assert "Questions to you" in out


def test_show_puts_a_question_into_its_thread(asked: tuple[Run, str]) -> None:
    """`show` of a question prints the words before it; its short id is enough."""
    run, question = asked
    assert "The feed valve sticks again" in run("show", question).out
    shown = run("show", question.removeprefix("que_")[:8], "--json").json["question"]
    assert shown["id"] == question
    assert shown["quote"].casefold() in str(MESSAGES[6]["text"]).casefold()


def test_answer_is_recorded_and_leaves_the_inbox(asked: tuple[Run, str]) -> None:
    """An answer is taken, receipted and no longer asked for."""
    run, question = asked
    words = "Otherwise air gets trapped, because the check valve only opens under pressure."
    receipt = run("answer", question, "--text", words, "--json").json
    assert receipt["question"] == question
    assert receipt["kind"] == "reply"
    ids = [q["id"] for q in run("inbox", "--json").json["questions"]]
    assert question not in ids


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (["--skip"], "skip"),
        (["--not-me", "yui"], "not_me"),
        (["--not-me-unknown"], "not_me"),
        (["--stop"], "stop"),
    ],
)
def test_every_way_not_to_answer(asked: tuple[Run, str], options: list[str], kind: str) -> None:
    """Skip, refer, not me and stop are taken as such and close the question."""
    run, question = asked
    assert run("answer", question, *options, "--json").json["kind"] == kind
    assert run("answer", question, "--skip").code == 2


def test_answer_from_a_file(asked: tuple[Run, str], tmp_path: Path) -> None:
    """`--file` takes the answer from a text file."""
    run, question = asked
    file = tmp_path / "words.txt"
    file.write_text("Because trapped air keeps the valve shut.", encoding="utf-8")
    assert run("answer", question, "--file", str(file)).code == 0


def test_moments_carry_their_reasons_and_the_message(asked: tuple[Run, str]) -> None:
    """A moment tells in words why it is worth asking, and quotes the message whole in JSON."""
    run, _ = asked
    found = run("moments", "--json").json
    assert found["found"] >= 1
    assert any(
        moment["reasons"] and "purge the feed line" in moment["message"]["text"]
        for moment in found["moments"]
    )
    assert len(run("moments", "--limit", "1", "--json").json["moments"]) == 1


def test_log_tells_actions_by_subject(asked: tuple[Run, str]) -> None:
    """The log holds the delivery of the question, and of an unknown id nothing."""
    run, question = asked
    actions = [line["action"] for line in run("log", question, "--json").json["decisions"]]
    assert "question_delivered" in actions
    assert run("log", "que_0000000000000000").code == 2


def test_ask_names_who_might_know_when_nothing_is_known(community: Run) -> None:
    """Without a guide the memory says so, and does not invent an answer."""
    told = community("ask", "purge the feed line", "--json").json
    assert told["known"] is False
    assert "Nothing is known" in community("ask", "purge the feed line").out


def test_ask_says_that_it_was_asked_in_another_language(community: Run) -> None:
    """Otherwise one would take it that the community knows nothing."""
    asked = "Wie lange darf ich die Leitung nicht sp\u00fclen, bevor sie verstopft?"
    assert "try it in English" in community("ask", asked).out
    assert community("ask", asked, "--json").json["other_language"] is True


def test_memory_rebuild_counts_passages(community: Run) -> None:
    """The index is rebuilt from the store, here from no guide at all."""
    assert community("memory", "rebuild", "--json").json == {"passages": 0}


def test_graph_is_mermaid(run: Run) -> None:
    """`graph` prints the picture raw, ready for a file."""
    out = run("graph").out
    assert "graph TD" in out
    assert "await_answer" in out


def test_every_command_says_what_it_does() -> None:
    """Each command and each of its options has help text, and its first sentence is short."""
    group = get_command(build_app())
    assert isinstance(group, TyperGroup)
    commands = dict(group.commands)
    memory = commands.pop("memory")
    assert isinstance(memory, TyperGroup)
    commands |= {f"memory {name}": command for name, command in memory.commands.items()}
    assert {"import", "sweep", "inbox", "answer", "ask", "doctor"} <= set(commands)
    for name, command in commands.items():
        first = (command.help or "").partition("\n")[0]
        assert 15 < len(first) < 100, name
        for parameter in command.params:
            assert getattr(parameter, "help", ""), (name, parameter.name)


def test_words_survive_json_whole(community: Run) -> None:
    """Escapes and wide text are intact after parsing, and never raw in the output."""
    outcome = community("members", "--json")
    names = {member["name"] for member in outcome.json["members"]}
    assert "\u5c71\u7530\u512a\u8863" in names
    assert "\x1b" not in outcome.out
    assert json.loads(json.dumps(outcome.json)) == outcome.json


def test_doctor_reports_an_invalid_policy_as_a_failed_check(community: Run, tmp_path: Path) -> None:
    """Where every other command stops at the policy, `doctor` says what is wrong and goes on."""
    (tmp_path / "home/passdown.toml").write_text("[ask]\ntimezone = 'Berlin'\n", encoding="utf-8")
    assert "Berlin" in community("status").err
    outcome = community("doctor", "--json")
    failed = [check for check in outcome.json["checks"] if not check["passed"]]
    assert (outcome.code, [check["name"] for check in failed]) == (2, ["policy"])
    assert "'ask.timezone'" in failed[0]["found"]
