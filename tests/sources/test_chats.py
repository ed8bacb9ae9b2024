"""Zulip, Discord and Matrix: places, people, replies, and what the system or a bot wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sources.archives import (
    marked,
    members_of,
    messages_of,
    read_all,
    skipped_of,
    threads_of,
    write_files,
)
from tests.sources.exports import (
    discord_channel,
    discord_said,
    event,
    room,
    zulip_export,
    zulip_said,
)

SAID = (
    '<p><span class="user-mention silent" data-user-id="1">Person 1</span> '
    '<a href="https://z.org/#narrow/stream/12/topic/x/near/1">said</a>:</p><blockquote>'
    '<p>It sticks</p></blockquote><p>Grease it, <span class="user-mention" data-user-id="1">'
    "@Person 1</span>: "
    '<span class="katex"><math><semantics><mi>x</mi><annotation>x^2</annotation></semantics></math>'
    '<span class="katex-html">x2</span></span></p><pre>y</pre>'
)
SEGMENTS = [
    ("quote", "Person 1 said:"),
    ("quote", "It sticks"),
    ("own", "Grease it, @Person 1: $x^2$"),
    ("code", "y"),
]


def test_zulip_folders(tmp_path: Path) -> None:
    """Names are decoded, a resolved topic is the same thread, quoting links the reply."""
    said = [zulip_said(1), zulip_said(2, SAID), zulip_said(3, sender_full_name="Notification Bot")]
    name = "12-help.20desk/.E2.9C.94.20valve.20sticks.2E.json"
    items = read_all(write_files(tmp_path, {name: json.dumps(said), "13-x/y.json": "[]"}))
    first, second, third = messages_of(items)
    (thread,) = {one.id: one for one in threads_of(items)}.values()
    assert (thread.channel, thread.title) == ("help desk", "valve sticks.")
    assert thread.native_id == "12/valve sticks."
    assert second.reply_to_id == first.id
    assert marked(second.text, second.segments) == SEGMENTS
    assert second.mentions == (first.author_id,)
    assert (third.kind.value, third.from_bot, third.segments) == ("system", True, ())


def test_one_zulip_stream_alone_keeps_its_ids(tmp_path: Path) -> None:
    """A stream's folder imported by itself yields the ids that it has among others."""
    file = {"12-help/valve.json": json.dumps([zulip_said(1)])}
    whole = write_files(tmp_path / "all", {**file, "13-x/y.json": json.dumps([zulip_said(2)])})
    alone = write_files(tmp_path / "one", file)
    found = [threads_of(read_all(path))[0].id for path in (whole, alone, alone / "12-help")]
    assert found[0] == found[1] == found[2]


def test_a_zulip_server_export(tmp_path: Path) -> None:
    """People, streams and reactions come from the realm; direct and invite-only talk is private."""
    base = {"subject": "valve", "content": "It sticks", "rendered_content": None}
    said: list[dict[str, Any]] = [
        {**base, "id": 1, "sender": 1, "recipient": 7, "date_sent": 1_700_000_000.25},
        {**base, "id": 2, "sender": 2, "recipient": 7, "date_sent": 1, "rendered_content": SAID},
        {**base, "id": 3, "sender": 2, "recipient": 8, "date_sent": 1},
        {**base, "id": 4, "sender": 0, "recipient": 9, "date_sent": 1, "content": "(deleted)"},
        {**base, "id": 5, "sender": 9, "recipient": 404, "date_sent": 1},
    ]
    items = read_all(write_files(tmp_path, zulip_export(0, said)))
    messages = messages_of(items)
    places = {one.native_id: (one.channel, one.private) for one in threads_of(items)}
    assert places == {
        "12/valve": ("help", False),
        "13/valve": ("secret", True),
        "direct-9/": ("", True),
        "direct-404/": ("", True),
    }
    assert marked(messages[1].text, messages[1].segments) == SEGMENTS
    assert [(one.name, one.count) for one in messages[1].reactions] == [("ok", 1)]
    assert messages[1].mentions == (messages[0].author_id,)
    assert messages[3].deleted
    assert members_of(items)["9"].is_bot


def test_a_discord_channel(tmp_path: Path) -> None:
    """A late reply joins what it answers; quotes, code and joins are told apart."""
    said = [
        discord_said(0, "It sticks ```sh\nrm\n``` so", attachments=[{"fileName": "a.png"}]),
        discord_said(
            200,
            "> It sticks\nGrease it\n>>> all\nof it",
            type="Reply",
            reference={"messageId": "0"},
            reactions=[{"emoji": {"code": "ok", "name": "x"}, "count": 2}],
        ),
        discord_said(201, "Joined.", type="GuildMemberJoin"),
        discord_said(202, "ping", author={"id": "9", "name": "b", "isBot": True}),
    ]
    items = read_all(write_files(tmp_path, {"c.json": discord_channel(said)}) / "c.json")
    first, reply, joined, bot = messages_of(items)
    assert reply.thread_id == first.thread_id
    assert reply.reply_to_id == first.id
    assert marked(first.text, first.segments)[1] == ("code", "sh\nrm")
    assert reply.own_words() == "Grease it"
    assert [one.name for one in first.attachments] == ["a.png"]
    assert [(one.name, one.count) for one in reply.reactions] == [("ok", 2)]
    assert (joined.kind.value, joined.segments) == ("system", ())
    assert bot.from_bot
    assert bot.thread_id != first.thread_id


def test_discord_threads_and_private_places(tmp_path: Path) -> None:
    """A Discord thread is one thread with its name; direct and private ones are private."""
    files = {
        "a.json": discord_channel(
            [discord_said(0), discord_said(999)], id="1", type="GuildPublicThread", name="Valve"
        ),
        "b.json": discord_channel([discord_said(1)], id="2", type="GuildPrivateThread"),
        "c.json": discord_channel([discord_said(2)], id="3", type="DirectTextChat"),
    }
    items = read_all(write_files(tmp_path, files))
    assert [(t.native_id, t.title, t.private) for t in threads_of(items)] == [
        ("1", "Valve", False),
        ("1", "Valve", False),
        ("2", "help", True),
        ("3/2", "", True),
    ]


def test_a_matrix_room(tmp_path: Path) -> None:
    """Edits, reactions and redactions are applied; the reply's fall-back is a quotation."""
    fallback = (
        "<mx-reply><blockquote><a>In reply to</a> @a<br>It stiks</blockquote></mx-reply>Grease it"
    )
    answers = {"m.in_reply_to": {"event_id": "$e1"}}
    html = {"format": "org.matrix.custom.html", "formatted_body": fallback}
    new = {"msgtype": "m.text", "body": "It sticks"}
    change = {"rel_type": "m.replace", "event_id": "$e1"}
    annotation = {"rel_type": "m.annotation", "event_id": "$e1", "key": "ok"}
    joined = {"displayname": "Ann Lee", "membership": "join"}
    events = [
        event(0, type="m.room.member", state_key="@person1:x.org", content=joined),
        event(1, "It stiks"),
        event(2, content={"msgtype": "m.text", "body": "x", **html, "m.relates_to": answers}),
        event(6, content={"body": "* y", "m.new_content": new, "m.relates_to": change}),
        event(8, content={"body": "* z", "m.new_content": {}, "m.relates_to": change}),
        event(9, type="m.reaction", content={"m.relates_to": annotation}),
        event(10, content={"msgtype": "m.image", "body": "leak.png"}),
        event(11, content={"msgtype": "m.notice", "body": "built"}),
        event(12),
        event(13, type="m.room.redaction", content={}, redacts="$e12"),
        event(14, type="m.room.encrypted"),
    ]
    items = read_all(write_files(tmp_path, {"r.json": room(events)}) / "r.json")
    said = {one.native_id: one for one in messages_of(items)}
    assert list(said) == ["$e0", "$e1", "$e2", "$e10", "$e11", "$e12"]
    assert (said["$e1"].own_words(), said["$e1"].edited_at is not None) == ("It sticks", True)
    assert [(one.name, one.count) for one in said["$e1"].reactions] == [("ok", 1)]
    assert said["$e2"].own_words() == "Grease it"
    assert said["$e2"].reply_to_id == said["$e1"].id
    assert [one.name for one in said["$e10"].attachments] == ["leak.png"]
    assert said["$e11"].from_bot
    assert (said["$e12"].deleted, said["$e12"].text) == (True, "")
    assert members_of(items)["@person1:x.org"].name == "Ann Lee"
    assert [one.why for one in skipped_of(items)] == ["still encrypted"]


def test_a_matrix_thread_stays_together(tmp_path: Path) -> None:
    """A reply in a thread joins its root across any silence."""
    late = {"rel_type": "m.thread", "event_id": "$e1"}
    content = {"msgtype": "m.text", "body": "Later.", "m.relates_to": late}
    events = [event(1), event(5_000), event(9_000, content=content)]
    items = read_all(write_files(tmp_path, {"r.json": room(events)}) / "r.json")
    first, between, last = messages_of(items)
    assert first.thread_id == last.thread_id != between.thread_id


def test_an_export_without_its_list_is_told(tmp_path: Path) -> None:
    """A file that was cut before its messages says so."""
    path = write_files(tmp_path, {"r.json": '{"room_name": "x", "messages": 3}'}) / "r.json"
    assert [one.where for one in skipped_of(read_all(path))] == ["r.json:1"]
