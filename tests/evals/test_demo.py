"""The demo does what it says, through the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evals.sample import SLACK_EXPORT
from memory.home import Home
from memory.records.guide import GuideStatus
from memory.records.inquiry import AnswerKind

MIN_GUIDES = 3


def passdown(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "tui.cli", "--home", str(home), *args],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def passdown_json(home: Path, *args: str) -> Any:
    """Run it with `--json` and parse what it prints."""
    done = passdown(home, *args, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The demo, played once for all tests here."""
    home = tmp_path_factory.mktemp("demo")
    return home, passdown_json(home, "demo")


@pytest.mark.timeout(300)
def test_the_loop_ends_in_published_guides(played: tuple[Path, dict[str, Any]]) -> None:
    """Several guides are published; people reply, skip, refer and stay silent on the way."""
    _, report = played
    assert report["messages"] >= 120
    assert report["guides"].get("approve", 0) >= MIN_GUIDES
    assert report["replies"]["reply"] > report["replies"].get("skip", 0)


@pytest.mark.timeout(300)
def test_every_published_sentence_stands_in_a_message(
    played: tuple[Path, dict[str, Any]],
) -> None:
    """The iron rule, read back from the store: each citation is verbatim, by an author who said
    yes and was asked.
    """
    home, _ = played
    store = Home.open(home).store()
    with store.reading() as unit:
        published = unit.guides.guides(statuses=[GuideStatus.PUBLISHED])
        assert published
        for guide in published:
            assert not guide.awaiting()
            for sentence in guide.current.sentences():
                for span in sentence.evidence:
                    message = unit.talk.message(span.message_id)
                    assert message is not None
                    assert message.text[span.start : span.end] == span.quote
                    assert message.author_id == sentence.author_id
    store.close()


@pytest.mark.timeout(300)
def test_no_question_reaches_a_sensitive_thread(played: tuple[Path, dict[str, Any]]) -> None:
    """The conflict, the open incident and the leaked credential are left alone."""
    home, _ = played
    store = Home.open(home).store()
    with store.reading() as unit:
        asked = [q for i in unit.inquiries.inquiries() for q in unit.inquiries.questions(i.id)]
        assert asked
        days = set()
        for question in asked:
            inquiry = unit.inquiries.inquiry(question.inquiry_id)
            moment = unit.inquiries.moment(inquiry.moment_id) if inquiry else None
            thread = unit.talk.thread(moment.thread_id) if moment else None
            assert thread is not None
            days.add((thread.channel, f"{thread.started_at:%m-%d}"))
    store.close()
    assert not days & {("migrations", "09-19"), ("incidents", "10-16"), ("incidents", "10-06")}


@pytest.mark.timeout(300)
def test_the_log_explains_every_answer(played: tuple[Path, dict[str, Any]]) -> None:
    """Each answer, skip and referral stands in the log, with opaque ids alone."""
    home, report = played
    store = Home.open(home).store()
    with store.reading() as unit:
        decisions = unit.log.decisions(limit=100_000)
    store.close()
    for kind, action in (("reply", "answered"), ("skip", "skipped"), ("not_me", "referred")):
        counted = sum(1 for d in decisions if d.action.value == action)
        assert counted == report["replies"].get(kind, 0), AnswerKind(kind)


@pytest.mark.timeout(300)
def test_a_demo_home_is_made_anew_and_nothing_else_is_touched(tmp_path: Path) -> None:
    """A folder with somebody's files is refused, and stays as it is."""
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    done = passdown(tmp_path, "demo")
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert "Traceback" not in done.stderr
    assert precious.read_text() == "mine"


@pytest.mark.timeout(300)
def test_ones_own_archive_stops_where_a_person_is_needed(tmp_path: Path) -> None:
    """With an export of one's own the agent asks, and waits for real people."""
    report = passdown_json(tmp_path / "own", "demo", "--export", str(SLACK_EXPORT))
    assert report["questions"] >= 1
    assert report["replies"] == {}
    assert report["guides"] == {}
