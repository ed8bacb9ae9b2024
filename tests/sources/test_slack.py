"""Slack exports: threads, conversations, edits, deletions, people, privacy, damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agent.sources.slack_people import GONE
from memory.records.talk import Message, MessageKind
from tests.sources.archives import (
    chat,
    marked,
    members_of,
    messages_of,
    read_all,
    skipped_of,
    slack_files,
    threads_of,
    write_files,
)

HOUR = 3_600
DAY = "general/2023-11-14"


def read_days(folder: Path, days: dict[str, list[Any]], **lists: Any) -> list[Any]:
    """Write an export and read it."""
    return read_all(write_files(folder, slack_files(days, **lists)))


def one(folder: Path, record: dict[str, Any], **lists: Any) -> Message:
    """Read an export of one record."""
    (message,) = messages_of(read_days(folder, {DAY: [record]}, **lists))
    return message


def test_replies_form_the_thread_of_their_root(tmp_path: Path) -> None:
    """A reply names its root, and talk beside the thread stays out of it."""
    root = chat(0, "It leaks?", reply_count=1, thread_ts=chat(0, "")["ts"])
    reply = chat(90, "Seal it.", "U2", thread_ts=root["ts"])
    first, beside, second = messages_of(
        read_days(tmp_path, {DAY: [root, chat(60, "Lunch?"), reply]})
    )
    assert first.thread_id == second.thread_id != beside.thread_id
    assert (first.reply_to_id, second.reply_to_id) == (None, first.id)


def test_silence_parts_conversations_and_a_mention_joins_them(tmp_path: Path) -> None:
    """Four silent hours end a conversation, unless the next message mentions somebody in it."""
    said = [
        chat(0, "It leaks."),
        chat(3 * HOUR, "Where?", "U2"),
        chat(20 * HOUR, "<@U2> at the valve."),
        chat(30 * HOUR, "Lunch?"),
    ]
    a, b, c, d = messages_of(read_days(tmp_path, {DAY: said}))
    assert a.thread_id == b.thread_id == c.thread_id != d.thread_id


def test_ids_do_not_change_when_the_archive_grows(tmp_path: Path) -> None:
    """A later day changes no thread of what was there before."""
    days = {DAY: [chat(n * 2.5 * HOUR, f"{n}") for n in range(6)]}
    before = messages_of(read_days(tmp_path / "a", days))
    days["general/2023-11-15"] = [chat(16 * HOUR, "more"), chat(40 * HOUR, "later")]
    after = messages_of(read_days(tmp_path / "b", days))
    assert after[: len(before)] == before


def test_edits_and_deletions_reach_their_message(tmp_path: Path) -> None:
    """A later change or deletion event alters its message and is none itself."""
    first, second = chat(0, "Use oil"), chat(10, "Secret")
    events = [
        {
            **chat(DAY_LATER, ""),
            "subtype": "message_changed",
            "message": {**first, "text": "Use grease", "edited": {"ts": chat(50, "")["ts"]}},
        },
        {**chat(DAY_LATER, ""), "subtype": "message_deleted", "deleted_ts": second["ts"]},
        {**chat(DAY_LATER, ""), "subtype": "message_replied", "message": first},
    ]
    items = read_days(tmp_path, {DAY: [first, second], "general/2023-11-15": events})
    changed, deleted = messages_of(items)
    assert (changed.text, changed.edited_at is not None) == ("Use grease", True)
    assert (deleted.deleted, deleted.text, deleted.segments) == (True, "", ())
    assert skipped_of(items) == []


DAY_LATER = 86_400


def test_a_tombstone_keeps_id_and_place_only(tmp_path: Path) -> None:
    """A deleted root still holds its thread, without words."""
    message = one(tmp_path, chat(0, "This message was deleted.", subtype="tombstone"))
    assert message.deleted
    assert (message.text, message.segments) == ("", ())


def test_markup_becomes_readable(tmp_path: Path) -> None:
    """Mentions, channels, links and entities read as on the screen."""
    text = (
        "<@U2> see <#C1|general> and <https://x.y|the page> or <https://z.w> &lt;b&gt; &amp;amp; "
        "<!here> :smile:"
    )
    message = one(tmp_path, chat(0, text))
    assert message.text == ("@bo see #general and the page or https://z.w <b> &amp; @here :smile:")
    assert len(message.mentions) == 1


def test_code_and_quotes_are_not_own_words(tmp_path: Path) -> None:
    """Triple backticks are code and `>` lines quotes; inline code stays the author's own."""
    message = one(
        tmp_path, chat(0, "&gt; they said\nI use `x`\n```a\n&gt; b```\n&gt;&gt;&gt; c\nd")
    )
    assert marked(message.text, message.segments) == [
        ("quote", "they said"),
        ("own", "I use `x`"),
        ("code", "a\n> b"),
        ("quote", "c\nd"),
    ]


def test_words_slack_writes_are_not_the_authors(tmp_path: Path) -> None:
    """Of a shared file only what was said with it counts; of a file comment, the comment."""
    shared = chat(
        0,
        "<@U1|ann> uploaded a file: <https://s/f|seal.png> and commented: See the rim.",
        subtype="file_share",
        file={"name": "seal.png", "mimetype": "image/png"},
    )
    comment = chat(9, "<@U2|bo> commented on <@U1>'s file: Nice", None, subtype="file_comment")  # type: ignore[arg-type]
    comment["comment"] = {"user": "U2", "comment": "Nice"}
    first, second = messages_of(read_days(tmp_path, {DAY: [shared, comment]}))
    assert (first.text, first.attachments[0].name) == ("See the rim.", "seal.png")
    assert second.text == "Nice"
    assert second.author_id is not None


def test_events_stand_apart_from_talk(tmp_path: Path) -> None:
    """Joins are system messages in a thread of their own, and wake no conversation."""
    join = chat(3 * HOUR, "<@U2|bo> has joined the channel", "U2", subtype="channel_join")
    items = read_days(tmp_path, {DAY: [chat(0, "a"), join, chat(5 * HOUR, "b")]})
    a, event, b = messages_of(items)
    assert event.kind is MessageKind.SYSTEM
    assert event.segments == ()
    assert len({a.thread_id, event.thread_id, b.thread_id}) == 3
    assert "C1/events" in {thread.native_id for thread in threads_of(items)}


def test_bots_are_known_as_bots(tmp_path: Path) -> None:
    """Integrations, bot users and Slackbot are members that are never asked."""
    users = [{"id": "U1", "name": "ann"}, {"id": "U9", "name": "cron", "is_bot": True}]
    said = [
        {**chat(0, "Build failed"), "subtype": "bot_message", "bot_id": "B1", "username": "CI"},
        chat(1, "Backup done", "U9"),
        chat(2, "Reminder", "USLACKBOT"),
    ]
    del said[0]["user"]
    items = read_days(tmp_path, {DAY: said}, users=users)
    assert all(message.from_bot and message.author_id for message in messages_of(items))
    bots = {member.name for member in members_of(items).values() if member.is_bot}
    assert bots == {"CI", "cron", "USLACKBOT"}


def test_an_integration_is_one_member_under_both_its_ids(tmp_path: Path) -> None:
    """What a listed bot user posts by its bot id is that user's, not a second member's."""
    users = [{"id": "U9", "name": "cron", "is_bot": True, "profile": {"bot_id": "B9"}}]
    alert = {**chat(0, "Disk is full"), "subtype": "bot_message", "bot_id": "B9", "username": "c"}
    del alert["user"]
    items = read_days(tmp_path, {DAY: [alert, chat(60, "On it.", "U9")]}, users=users)
    assert len({message.author_id for message in messages_of(items)}) == 1


def test_people_come_with_names_zones_and_absence(tmp_path: Path) -> None:
    """Real name, title and zone are taken; who has left is away for good; strangers have ids."""
    users = [
        {
            "id": "U1",
            "name": "ann",
            "tz": "America/Chicago",
            "profile": {"real_name": "Ann Lee", "title": "Engineer"},
        },
        {"id": "U2", "name": "bo", "tz": "Nowhere/Land", "deleted": True},
    ]
    people = members_of(read_days(tmp_path, {DAY: [chat(0, "<@U7> hi", "U8")]}, users=users))
    ann = people["U1"]
    assert (ann.handle, ann.name, ann.title) == ("ann", "Ann Lee", "Engineer")
    assert ann.timezone == "America/Chicago"
    assert (people["U2"].timezone, people["U2"].availability) == (None, GONE)
    assert {people["U7"].name, people["U8"].name} == {"U7", "U8"}


def test_groups_direct_messages_and_unlisted_folders_are_private(tmp_path: Path) -> None:
    """Only what channels.json lists as open is public."""
    files = slack_files(
        {f"{folder}/2023-11-14": [chat(0, "x")] for folder in ("general", "team", "D1", "lost")}
    )
    files["groups.json"] = json.dumps([{"id": "G1", "name": "team"}])
    files["dms.json"] = json.dumps([{"id": "D1", "members": ["U1", "U2"]}])
    threads = threads_of(read_all(write_files(tmp_path, files)))
    assert {thread.native_id.split("/")[0]: thread.private for thread in threads} == {
        "C1": False,
        "G1": True,
        "D1": True,
        "lost": True,
    }


def test_reactions_and_files_are_kept(tmp_path: Path) -> None:
    """Counts and names are kept, nothing else of a file."""
    message = one(
        tmp_path,
        chat(
            0,
            "x",
            reactions=[{"name": "+1", "users": ["U1", "U2"], "count": 2}, {"name": "", "count": 1}],
            files=[{"name": "a.pdf", "mimetype": "application/pdf", "url_private": "https://x"}],
        ),
    )
    assert [(reaction.name, reaction.count) for reaction in message.reactions] == [("+1", 2)]
    assert message.attachments[0].model_dump() == {"name": "a.pdf", "mimetype": "application/pdf"}


def test_a_broken_day_loses_only_its_broken_records(tmp_path: Path) -> None:
    """Records before and after the damage are read, and other files go on."""
    sound = json.dumps([chat(0, "one"), chat(1, "two"), chat(2, "three")], indent=1)
    files = slack_files({"general/2023-11-15": [chat(DAY_LATER, "next day")]})
    files[f"{DAY}.json"] = sound.replace('"text": "two"', '"text": "two')
    items = read_all(write_files(tmp_path, files))
    assert [message.text for message in messages_of(items)] == ["one", "three", "next day"]
    (skipped,) = skipped_of(items)
    assert skipped.where == f"{DAY}.json:8"
    assert "JSON" in skipped.why


def test_a_day_cut_short_keeps_what_is_whole(tmp_path: Path) -> None:
    """A truncated file yields its complete records and one skipped one."""
    sound = json.dumps([chat(0, "one"), chat(1, "two"), chat(2, "three")], indent=1)
    files = slack_files({})
    files[f"{DAY}.json"] = sound[: sound.index("three")]
    items = read_all(write_files(tmp_path, files))
    assert [message.text for message in messages_of(items)] == ["one", "two"]
    assert [skipped.where for skipped in skipped_of(items)] == [f"{DAY}.json:14"]


def test_bad_records_are_skipped_with_their_line(tmp_path: Path) -> None:
    """No time, a wild time, not an object, not a message: each is named and the rest is read."""
    bad: list[Any] = [
        {"type": "message", "text": "no time", "ts": None},
        {"type": "message", "text": "x", "ts": "1700000000000.1"},
        7,
        {"type": "event", "ts": "1.0"},
    ]
    items = read_days(tmp_path, {DAY: [*bad, chat(0, "fine")]})
    assert [message.text for message in messages_of(items)] == ["fine"]
    assert [skipped.where for skipped in skipped_of(items)] == [
        f"{DAY}.json:{line}" for line in (2, 7, 12, 13)
    ]
