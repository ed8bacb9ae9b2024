"""Small sound archives of every format, of our own making, for a fuzzer to damage."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

Files = Mapping[str, bytes]
WHEN = "2023-11-14T09:00:00+00:00"
_MAIL = """From ann at x.org  Tue Nov 14 09:00:0{n} 2023
From: =?utf-8?q?Ann_L=C3=A9e?= <ann@x.org>
Date: Tue, 14 Nov 2023 09:00:0{n} +0000
Subject: =?utf-8?B?UmU6IFZhbHZl?=
Message-ID: <{n}@x.org>
In-Reply-To: <{m}@x.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Grease it, caf=E9.

On Mon, 13 Nov 2023 at 10:00, Bo <bo@x.org> wrote:
> It sticks.
--=20
Ann
--b
Content-Type: text/html; charset=utf-8

<p>Grease <b>it</b></p><blockquote>It sticks</blockquote><pre>x = 1</pre>
--b
Content-Disposition: attachment; filename="a.c"

int x;
--b--

"""
_CAPTIONS = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
<v Ann>Grease it.</v>

00:00:05.000 --> 00:00:06.000
<v Bo>It sticks.
"""


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()


def _zip(files: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _slack() -> Files:
    said: list[dict[str, Any]] = [
        {"type": "message", "user": "U1", "text": "it sticks <@U2> `x`", "ts": "1700000000.000100"},
        {
            "type": "message",
            "user": "U2",
            "text": "> it sticks\ngrease it",
            "ts": "1700000060.000200",
            "thread_ts": "1700000000.000100",
            "reactions": [{"name": "ok", "users": ["U1"], "count": 1}],
        },
        {"type": "message", "subtype": "channel_join", "user": "U1", "ts": "1700000070.0"},
    ]
    return {
        "users.json": _json([{"id": "U1", "name": "ann"}, {"id": "U2", "name": "bo"}]),
        "channels.json": _json([{"id": "C1", "name": "general"}]),
        "general/2023-11-14.json": _json(said),
    }


def _sites() -> Files:
    rows = (
        '<row Id="1" PostTypeId="1" CreationDate="2020-01-01T10:00:00.000" Score="1" '
        'Body="&lt;p&gt;It sticks?&lt;/p&gt;" OwnerUserId="1" Title="Valve" Tags="&lt;pump&gt;" />'
        '\n<row Id="2" PostTypeId="2" ParentId="1" CreationDate="2020-01-02T10:00:00.000" '
        'Body="&lt;p&gt;Grease&lt;/p&gt;&lt;pre&gt;x&lt;/pre&gt;" OwnerUserId="2" />\n'
    )
    head = '<?xml version="1.0" encoding="utf-8"?>\n<posts>\n'
    return {"Posts.xml": f"{head}{rows}</posts>\n".encode()}


def _posts() -> Files:
    posts = [
        {
            "id": n,
            "name": "Ann",
            "username": "ann",
            "user_id": 1,
            "created_at": WHEN,
            "cooked": "<p>Grease it</p><aside class='quote'><blockquote>x</blockquote></aside>",
            "post_number": n,
            "reply_to_post_number": n - 1,
            "post_type": 1,
            "topic_id": 7,
        }
        for n in (1, 2)
    ]
    told = {"post_stream": {"posts": posts}, "id": 7, "title": "Valve", "tags": ["pump"]}
    return {"t/7.json": _json(told)}


def _zulip() -> Files:
    said = [
        {"id": n, "sender_full_name": "Ann", "timestamp": 1700000000 + n, "content": "<p>x</p>"}
        for n in (1, 2)
    ]
    realm = {
        "zerver_userprofile": [{"id": 1, "full_name": "Ann", "email": "a@x.org"}],
        "zerver_stream": [{"id": 12, "name": "help", "invite_only": False}],
        "zerver_recipient": [{"id": 7, "type": 2, "type_id": 12}],
    }
    sent = [
        {"id": 3, "sender": 1, "recipient": 7, "subject": "v", "content": "x", "date_sent": 17e8}
    ]
    return {
        "1-help/valve.json": _json(said),
        "realm.json": _json(realm),
        "messages-000001.json": _json({"zerver_message": sent}),
    }


def _issues() -> Files:
    comment = {"id": 2, "body": "> x\n\nGrease it.", "user": {"login": "bo"}, "created_at": WHEN}
    comment |= {"html_url": "https://github.com/o/r/issues/1#issuecomment-2"}
    told = {
        "number": 1,
        "title": "Valve",
        "body": "It sticks.\n```\nx\n```",
        "user": {"login": "ann", "type": "User"},
        "created_at": WHEN,
        "html_url": "https://github.com/o/r/issues/1",
        "labels": [{"name": "pump"}],
        "comments": [comment],
    }
    return {"issues.json": _json([told])}


def _discord() -> Files:
    said = {
        "id": "1",
        "type": "Reply",
        "timestamp": WHEN,
        "content": "Grease <@1> it",
        "author": {"id": "1", "name": "ann", "isBot": False},
        "mentions": [{"id": "2", "name": "bo"}],
        "reference": {"messageId": "9"},
        "reactions": [{"emoji": {"name": "ok"}, "count": 2}],
    }
    channel = {"id": "6", "type": "GuildTextChat", "name": "help"}
    told = {"guild": {"id": "5"}, "channel": channel, "messages": [said, said | {"id": "2"}]}
    return {"help.json": _json(told)}


def _matrix() -> Files:
    event = {
        "type": "m.room.message",
        "sender": "@ann:x.org",
        "content": {"msgtype": "m.text", "body": "> <@bo:x.org> it sticks\n\nGrease it"},
        "origin_server_ts": 1_700_000_000_000,
        "event_id": "$e1",
        "room_id": "!room:x.org",
    }
    return {
        "room.json": _json({"room_name": "Help", "messages": [event, event | {"event_id": "$2"}]})
    }


def _irc() -> Files:
    rows = (
        "=== ann [~a@x.org] has joined #v\n[10:00] <ann> it sticks?\n[10:01] <bo> ann: grease it\n"
        "=== bo is now known as bo_\n[10:02]  * bo_ waves\n--- Day changed Wed Nov 15 2023\n"
        "00:01 < cy> <ann> it sticks\n2023-11-16 12:34:56\tdee\thi\n[12:35] <caf\xe9> ok\n"
    )
    return {
        "#v.2023-11-14.raw.txt": rows.encode("cp1252"),
        "#v.2023-11-14.annotation.txt": b"1 1 -\n1 2 -\n",
    }


def _lines() -> Files:
    lines: list[dict[str, Any]] = [
        {"type": "member", "id": "ann", "name": "Ann", "timezone": "Europe/Berlin"},
        {"type": "thread", "id": "t", "title": "Valve", "tags": ["pump"]},
        {"id": 1, "author": "ann", "text": "> x\nGrease it", "time": 1_700_000_000, "thread": "t"},
        {"id": 2, "author": "bo", "text": "```\nx\n```", "time": WHEN, "reply_to": "1"},
    ]
    return {"talk.jsonl": b"\n".join(json.dumps(line).encode() for line in lines) + b"\n"}


def seeds() -> Mapping[str, Files]:
    """Sound files by the parser that reads them; `captions` are not an archive."""
    mails = "".join(_MAIL.format(n=n, m=n - 1) for n in (1, 2)).encode()
    return {
        "slack": _slack(),
        "slack-zip": {"export.zip": _zip(_slack())},
        "stackexchange": _sites(),
        "mbox": {"a.mbox": mails},
        "mbox-packed": {"a.mbox.gz": gzip.compress(mails, mtime=0)},
        "mail": {"cur/1.eml": mails.partition(b"\n")[2].partition(b"From ann at")[0]},
        "discourse": _posts(),
        "zulip": _zulip(),
        "github": _issues(),
        "discord": _discord(),
        "matrix": _matrix(),
        "irc": _irc(),
        "jsonl": _lines(),
        "captions": {"a.vtt": _CAPTIONS.encode()},
    }
