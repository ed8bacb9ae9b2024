"""The sample community is a true Slack export that holds every situation the agent must meet."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from evals.sample import SLACK_EXPORT
from evals.worlds.script import Manner, load_script
from memory.records.people import Member
from tests.evals import export

TIME_STAMP = re.compile(r"\d{10}\.\d{6}")


def _at(stamp: str) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)


def test_size_and_span() -> None:
    """The sample is large enough: 8 people and a bot, 150 messages, six weeks, 4 channels."""
    people = export.users().values()
    written = [one for _, one in export.messages()]
    times = sorted(_at(one["ts"]) for one in written)
    assert sum(not user["is_bot"] for user in people) >= 8
    assert sum(user["is_bot"] for user in people) == 1
    assert len(written) >= 150
    assert times[-1] - times[0] >= timedelta(weeks=6)
    assert {time.year for time in times} == {2025}
    assert 4 <= len(export.load(SLACK_EXPORT / "channels.json")) <= 5


def test_files_stand_where_slack_puts_them() -> None:
    """Every folder is a listed channel, and every message lies in the file of its own day."""
    channels = {channel["name"] for channel in export.load(SLACK_EXPORT / "channels.json")}
    stamps = Counter(one["ts"] for _, one in export.messages())
    for path, one in export.messages():
        assert path.parent.name in channels
        assert path.stem == _at(one["ts"]).date().isoformat()
        assert TIME_STAMP.fullmatch(one["ts"])
        assert one["type"] == "message"
    assert set(stamps.values()) == {1}


def test_threads_are_consistent() -> None:
    """A thread's first message counts exactly its replies, and each reply names its parent."""
    for stamp, (first, *replies) in export.threads().items():
        assert first["ts"] == stamp
        assert first["reply_count"] == len(replies)
        assert [reply["ts"] for reply in first["replies"]] == [reply["ts"] for reply in replies]
        assert first["latest_reply"] == replies[-1]["ts"]
        assert set(first["reply_users"]) == {reply["user"] for reply in replies}
        assert all(reply["parent_user_id"] == first["user"] for reply in replies)


def test_everybody_named_exists() -> None:
    """Authors, mentions and reactions point to users of the export."""
    known = set(export.users())
    for _, one in export.messages():
        named = set(re.findall(r"<@(U\w+)>", one["text"]))
        named |= {user for mark in one.get("reactions", ()) for user in mark["users"]}
        named |= {one["user"]} if "user" in one else set()
        assert named <= known
        assert all(mark["count"] == len(mark["users"]) for mark in one.get("reactions", ()))


def test_people_write_at_hours_of_their_own() -> None:
    """People write on weekdays between 6:30 and 19:30 of their own, valid time zone."""
    people = export.users()
    assert len({user["tz"] for user in people.values()}) >= 5
    for _, one in export.messages():
        if one.get("subtype") is None:
            local = _at(one["ts"]).astimezone(ZoneInfo(people[one["user"]]["tz"]))
            assert local.isoweekday() <= 5, one["text"]
            assert 6.5 <= local.hour + local.minute / 60 < 19.5, one["text"]


def test_people_fit_the_records() -> None:
    """Each user becomes a member with handle, name, title and time zone."""
    community = "com_0000000000000000"
    for native_id, user in export.users().items():
        member = Member(
            id=Member.id_of(community, "slack", native_id),
            community_id=community,
            source="slack",
            native_id=native_id,
            handle=user["name"],
            name=user["real_name"],
            title=user["profile"]["title"],
            is_bot=user["is_bot"],
            timezone=user["tz"],
        )
        assert member.title
        assert member.may_be_asked is not user["is_bot"]


def test_message_shapes_occur() -> None:
    """The export holds bots, joins, edits, files, reactions, mentions, code and quotations."""
    written = [one for _, one in export.messages()]
    subtypes = {one.get("subtype") for one in written}
    assert {None, "bot_message", "channel_join"} <= subtypes
    for key in ("edited", "files", "reactions"):
        assert any(key in one for one in written), key
    for pattern in (r"<@U\w+>", r"<#C\w+\|", r"```", r"^&gt; ", r"<!channel>", r"&lt;|&gt;"):
        assert any(re.search(pattern, one["text"], re.MULTILINE) for one in written), pattern


def test_solved_problems() -> None:
    """At least 14 threads end with somebody saying that the advice worked."""
    solved = re.compile(r"that worked|solved|thanks|thank you|thx|merci", re.IGNORECASE)
    accepted = [
        members
        for members in export.threads().values()
        if any(solved.search(one["text"]) and one["user"] == members[0]["user"] for one in members)
        and len({one["user"] for one in members}) >= 2
    ]
    assert len(accepted) >= 14


@pytest.mark.parametrize(
    ("situation", "pattern"),
    [
        ("a conflict", r"this is disrespectful"),
        ("an open incident", r"investigating\. next update"),
        ("a leaked credential", r"password in clear text is in a public gist"),
        ("a lunch thread", r"lunch thread"),
        ("a full explanation", r"ignores your index"),
    ],
)
def test_situations_to_leave_alone(situation: str, pattern: str) -> None:
    """Threads that must not be asked about are in the sample, once each."""
    hits = [one for _, one in export.messages() if re.search(pattern, one["text"])]
    assert len(hits) == 1, situation


def test_no_secret_is_written_out() -> None:
    """The leaked credential's thread holds no credential."""
    written = "\n".join(one["text"] for _, one in export.messages())
    assert not re.search(r"://[^/\s]+:[^@\s]+@|password\s*[=:]|AKIA|BEGIN \w* ?PRIVATE", written)


def test_one_question_comes_three_times() -> None:
    """Three different people ask how to fill a column of a large table."""
    pattern = re.compile(r"(fill a new column|backfill a column)", re.IGNORECASE)
    askers = {
        members[0]["user"]
        for members in export.threads().values()
        if pattern.search(members[0]["text"])
    }
    assert len(askers) == 3


def test_one_member_only_asks() -> None:
    """The newcomer opens threads and thanks, and answers nobody else's question."""
    newcomer = next(user for user in export.users().values() if user["name"] == "jonas")
    advice = re.compile(r"\b(you should|don't|never|always|just)\b", re.IGNORECASE)
    elsewhere = [
        one["text"]
        for members in export.threads().values()
        for one in members[1:]
        if one["user"] == newcomer["id"] != members[0]["user"]
    ]
    assert not [text for text in elsewhere if advice.search(text)]


def test_script_quotes_the_export() -> None:
    """Each thing an expert is asked about stands word for word in a message of its author."""
    written = export.texts_by_handle()
    for expert in load_script().experts:
        assert expert.handle in written
        for topic in expert.topics:
            for quote in topic.wrote:
                assert quote in written[topic.said_by or expert.handle], quote
            said = " ".join(topic.wrote).casefold()
            assert any(words.casefold() in said for words in topic.words), topic.name


def test_script_is_rich_enough() -> None:
    """Six experts answer on three or more topics, six kinds of question each."""
    talkative = [
        expert
        for expert in load_script().experts
        if sum(len(topic.knows) >= 6 for topic in expert.topics) >= 3
    ]
    assert len(talkative) >= 6


def test_script_plays_every_manner() -> None:
    """One person skips, one refers to somebody in the script, one is vague first, one is silent."""
    script = load_script()
    handles = {expert.handle for expert in script.experts}
    assert {Manner.SKIPS, Manner.VAGUE_FIRST, Manner.SILENT} <= {e.manner for e in script.experts}
    referrals = [topic for e in script.experts for topic in e.topics if topic.refer_to]
    assert len(referrals) == 1
    assert {topic.refer_to for topic in referrals} <= handles


def test_answers_are_what_a_person_writes() -> None:
    """An answer has one to four sentences, no double quotes, and no two answers are alike."""
    answers = [
        text for e in load_script().experts for topic in e.topics for text in topic.knows.values()
    ]
    assert len(set(answers)) == len(answers)
    for text in answers:
        assert '"' not in text
        assert 5 <= len(text.split()) <= 90, text
        assert len(re.findall(r"[.!?](?=\s|$)", text)) <= 6, text


@pytest.mark.data
def test_shapes_match_a_real_export() -> None:
    """What every user, channel and message of a real Slack export has, the sample's have too."""
    real = export.LARGE_DATA / "communities" / "slack-export"
    if not real.is_dir():
        pytest.skip("the larger data sets are absent; set PASSDOWN_DATA to their folder")
    invented_since = {"status"}  # replaced by profile.status_text
    for name in ("users.json", "channels.json"):
        wanted = export.keys_of(export.load(real / name)) - invented_since
        assert wanted <= export.keys_of(export.load(SLACK_EXPORT / name)), name
    wanted = export.keys_of(one for _, one in export.messages(real))
    assert wanted <= export.keys_of(one for _, one in export.messages())
    for subtype in ("channel_join", "bot_message", None):
        theirs = [one for _, one in export.messages(real) if one.get("subtype") == subtype]
        ours = [one for _, one in export.messages() if one.get("subtype") == subtype]
        assert export.keys_of(theirs) <= export.keys_of(ours), subtype
