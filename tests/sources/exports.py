"""Small archives of mail and of JSON exports, as the files they consist of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2023, 11, 14, 9, tzinfo=UTC)
Files = dict[str, str | bytes]


def mail(number: int, text: str, *, at: datetime | None = None, **headers: str) -> str:
    """Return one mail of an mbox, its `From ` line first; `_` in a header's name stands for `-`."""
    at = at or START + timedelta(hours=number)
    told = {
        "From": f"person{number % 5} at x.org (Person {number % 5})",
        "Date": at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "Subject": f"Valve {number}",
        "Message-ID": f"<{number}@x.org>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\n" for name, value in told.items() if value)
    return f"From person at x.org  {at.strftime('%a %b %d %H:%M:%S %Y')}\n{head}\n{text}\n\n"


def many_mails(count: int) -> str:
    """Return an mbox; two of three mails answer the one before."""
    mails = []
    for n in range(count):
        answers = f"<{n - 1}@x.org>" if n % 3 else ""
        text = f"Grease it, number {n}.\n\n> It sticks.\n-- \nPerson"
        mails.append(mail(n, text, In_Reply_To=answers))
    return "".join(mails)


def post(number: int, topic: int = 7, cooked: str = "", **more: Any) -> dict[str, Any]:
    """Return a Discourse post."""
    return {
        "id": topic * 10_000 + number,
        "name": f"Person {number % 5}",
        "username": f"person{number % 5}",
        "user_id": number % 5,
        "created_at": (START + timedelta(hours=number)).isoformat(),
        "cooked": cooked or f"<p>Grease it {number}</p><blockquote><p>sticks</p></blockquote>",
        "post_number": number,
        "post_type": 1,
        "topic_id": topic,
        **more,
    }


def topic(posts: Iterable[dict[str, Any]], number: int = 7, **more: Any) -> str:
    """Return a Discourse topic."""
    stream = {"posts": list(posts), "stream": []}
    told = {"post_stream": stream, "id": number, "title": f"Valve {number}", "tags": ["pump"]}
    return json.dumps({**told, **more}, indent=1)


def discourse_topics(count: int) -> Files:
    """Return topics of ten posts each."""
    return {
        f"t/{n}.json": topic([post(k, n) for k in range(1, 11)], n) for n in range(count // 10 + 1)
    }


def zulip_said(number: int, content: str = "", **more: Any) -> dict[str, Any]:
    """Return a message of the zulip-archive tool."""
    return {
        "id": number,
        "sender_full_name": f"Person {number % 5}",
        "timestamp": int(START.timestamp()) + number * 60,
        "content": content or f"<p>Grease it {number}</p>",
        **more,
    }


def zulip_folders(count: int) -> Files:
    """Return an archive of two streams with two topics each."""
    topics: dict[str, list[dict[str, Any]]] = {}
    for n in range(count):
        name = f"{n % 2 + 1}-help.20desk/valve.20{n % 4}.json"
        topics.setdefault(name, []).append(zulip_said(n))
    told = {name: json.dumps(said, indent=4) for name, said in topics.items()}
    return {**told, "stream_index.json": json.dumps({"time": 1, "streams": {}})}


def zulip_export(count: int, said: Iterable[dict[str, Any]] = ()) -> Files:
    """Return a server's export: three people, a public and an invite-only stream."""
    messages = list(said) or [
        {
            "id": n,
            "sender": n % 3,
            "recipient": 7,
            "subject": f"valve {n % 9}",
            "content": "*Grease*",
            "rendered_content": "<p><em>Grease</em></p>",
            "date_sent": START.timestamp() + n * 60,
        }
        for n in range(count)
    ]
    realm = {
        "zerver_realm": [{"id": 1}],
        "zerver_userprofile": [{"id": n, "full_name": f"Person {n}"} for n in range(3)],
        "zerver_userprofile_crossrealm": [{"id": 9, "email": "notification-bot@x.org"}],
        "zerver_stream": [
            {"id": 12, "name": "help", "invite_only": False},
            {"id": 13, "name": "secret", "invite_only": True},
        ],
        "zerver_recipient": [
            {"id": 7, "type": 2, "type_id": 12},
            {"id": 8, "type": 2, "type_id": 13},
            {"id": 9, "type": 1, "type_id": 1},
        ],
        "zerver_reaction": [{"id": 1, "message": 2, "emoji_name": "ok", "user_profile": 1}],
    }
    chunk = {"zerver_message": messages, "zerver_usermessage": [{"id": 1, "message": 1}]}
    return {"realm.json": json.dumps(realm), "messages-000001.json": json.dumps(chunk, indent=1)}


def issue(number: int, body: str = "It sticks.", **more: Any) -> dict[str, Any]:
    """Return an issue of the REST API."""
    return {
        "number": number,
        "title": f"Valve {number}",
        "body": body,
        "user": {"login": f"Person{number % 5}", "type": "User"},
        "created_at": (START + timedelta(hours=number)).isoformat(),
        "html_url": f"https://github.com/o/r/issues/{number}",
        "labels": [{"name": "pump"}],
        "comments": 2,
        **more,
    }


def comment(number: int, on: int, body: str = "Grease it.", **more: Any) -> dict[str, Any]:
    """Return a comment of the REST API."""
    return {
        "id": number,
        "body": body,
        "user": {"login": f"person{number % 5}"},
        "created_at": (START + timedelta(hours=number)).isoformat(),
        "html_url": f"https://github.com/o/r/issues/{on}#issuecomment-{number}",
        "issue_url": f"https://api.github.com/repos/o/r/issues/{on}",
        **more,
    }


def github_files(count: int) -> Files:
    """Return a third issues, two thirds comments in files of their own."""
    third = count // 3 + 1
    comments = [comment(n, n % third) for n in range(2 * third)]
    issues = json.dumps([issue(n) for n in range(third)])
    return {"issues.json": issues, "comments.json": json.dumps(comments, indent=2)}


def discord_said(number: int, content: str = "Grease it.", **more: Any) -> dict[str, Any]:
    """Return a message of a Discord channel."""
    return {
        "id": str(number),
        "type": "Default",
        "timestamp": (START + timedelta(minutes=number * 40)).isoformat(),
        "timestampEdited": None,
        "content": content,
        "author": {"id": f"u{number % 5}", "name": f"person{number % 5}", "isBot": False},
        "mentions": [],
        **more,
    }


def discord_channel(said: Iterable[dict[str, Any]], **more: Any) -> str:
    """Return an exported channel; `more` are further facts of the channel."""
    facts = {"id": "6", "type": "GuildTextChat", "category": "c", "name": "help", **more}
    told = {"guild": {"id": "5", "name": "G"}, "channel": facts, "messages": list(said)}
    return json.dumps({**told, "messageCount": 1}, indent=2)


def event(number: int, body: str = "Grease it.", **more: Any) -> dict[str, Any]:
    """Return a message event of a Matrix room."""
    return {
        "type": "m.room.message",
        "sender": f"@person{number % 5}:x.org",
        "content": {"msgtype": "m.text", "body": body},
        "origin_server_ts": int(START.timestamp() * 1_000) + number * 60_000,
        "event_id": f"$e{number}",
        "room_id": "!room:x.org",
        **more,
    }


def room(events: Iterable[dict[str, Any]]) -> str:
    """Return an exported room."""
    told = {"room_name": "Help", "exported_by": "@ann:x.org", "messages": list(events)}
    return json.dumps(told, indent=4)


IRC_NICKS = ("ann", "bo|work", "cy_", "dee")


def irc_line(number: int, words: str = "", nick: str = "", at: datetime | None = None) -> str:
    """Return a line as Ubuntu's logs have it."""
    nick = nick or IRC_NICKS[number % 4]
    other = IRC_NICKS[(number + 3) % 4]
    at = at or START + timedelta(minutes=number)
    return f"[{at:%H:%M}] <{nick}> {words or f'{other}: grease it, number {number}'}\n"


def irc_days(count: int) -> Files:
    """Return logs of one channel, a file a day, each with somebody who comes."""
    files: dict[str, str] = {}
    for n in range(count):
        at = START + timedelta(minutes=7 * n)
        name = f"#valves/{at:%Y-%m-%d}.log"
        begun = files.get(name) or f"[{at:%H:%M}] *** Joins: new{n} (u@x.org)\n"
        files[name] = begun + irc_line(n, at=at)
    return dict(files)
