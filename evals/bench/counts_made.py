"""Made archives of every format with edges that count: repeats, damage, continuations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from evals.bench.fuzz_seeds import Files, seeds

MANY = 120
WHEN = "2024-05-06T12:{minute:02}:{second:02}+00:00"


def made() -> Mapping[str, Files]:
    """Files by format; each has `MANY` sound messages and some edges."""
    makers: Mapping[str, Callable[[], Files]] = {
        "slack": _slack,
        "stackexchange": _stackexchange,
        "mbox": _mbox,
        "discourse": _discourse,
        "zulip": _zulip,
        "github": _github,
        "discord": _discord,
        "matrix": _matrix,
        "irc": _irc,
        "jsonl": _jsonl,
    }
    return {name: make() for name, make in makers.items()}


def _when(number: int) -> str:
    return WHEN.format(minute=number // 60, second=number % 60)


def _words(number: int) -> str:
    return f"Rinse the paper {number} times, or it tastes of card."


def _file(value: Any) -> bytes:
    return json.dumps(value).encode()


def _slack() -> Files:
    said: list[dict[str, Any]] = [
        {"type": "message", "user": f"U{n % 3}", "text": _words(n), "ts": f"{1_715_000_000 + n}.0"}
        for n in range(MANY)
    ]
    said += [
        {"type": "message", "subtype": "channel_join", "user": "U1", "ts": "1715009000.0"},
        {"type": "message", "user": "U1", "text": "no time"},
    ]
    return {
        "users.json": _file([{"id": f"U{n}", "name": f"u{n}"} for n in range(3)]),
        "channels.json": _file([{"id": "C1", "name": "general"}]),
        "general/2024-05-06.json": _file(said[:70]),
        "general/2024-05-07.json": _file(said[70:]),
    }


def _stackexchange() -> Files:
    rows = [
        f'<row Id="{n}" PostTypeId="{1 if n == 1 else 2}" ParentId="1" Score="1" Title="t" Tags=""'
        f' CreationDate="2024-05-06T12:{n // 60:02}:{n % 60:02}.000" OwnerUserId="{n % 5}"'
        f' Body="&lt;p&gt;{_words(n)}&lt;/p&gt;" />'
        for n in range(1, MANY + 1)
    ]
    rows.append('<row Id="900" PostTypeId="2" ParentId="1" CreationDate="never" Body="x" />')
    return {"Posts.xml": ("<posts>\n" + "\n".join(rows) + "\n</posts>\n").encode()}


def _mbox() -> Files:
    mails = [
        f"From a{n % 4}@x.org Mon May  6 12:{n // 60:02}:{n % 60:02} 2024\n"
        f"From: A{n % 4} <a{n % 4}@x.org>\nMessage-ID: <{n}@x>\nIn-Reply-To: <{n - 1}@x>\n"
        f"Date: Mon, 6 May 2024 12:{n // 60:02}:{n % 60:02} +0000\nSubject: Re: paper\n\n"
        f"{_words(n)}\n>From here on it is wet.\n\n"
        for n in range(MANY)
    ]
    return {"a.mbox": "".join([*mails, mails[0]]).encode()}


def _discourse() -> Files:
    def post(number: int, topic: int) -> dict[str, Any]:
        return {
            "id": topic * 1_000 + number,
            "name": "Ann",
            "username": f"u{number % 4}",
            "user_id": number % 4,
            "created_at": _when(number),
            "cooked": f"<p>{_words(number)}</p>",
            "post_number": number,
            "post_type": 1,
            "topic_id": topic,
        }

    posts = [post(n, 7) for n in range(1, MANY // 2 + 1)]
    told = {"post_stream": {"posts": posts}, "id": 7, "title": "Paper", "tags": []}
    alone = {
        f"posts/{n}.json": _file(post(n, 8) | {"topic_slug": "wet"})
        for n in range(1, MANY // 2 + 1)
    }
    return {"t/7.json": _file(told), **alone}


def _zulip() -> Files:
    said = [
        {"id": n, "sender_full_name": f"A{n % 3}", "timestamp": 1_715_000_000 + n,
         "content": f"<p>{_words(n)}</p>"}
        for n in range(MANY)
    ]  # fmt: skip
    broken = [{"id": 900, "sender_full_name": "A", "timestamp": "never", "content": "x"}]
    return {"1-help/paper.json": _file(said[:50]), "1-help/wet.json": _file([*said[50:], *broken])}


def _github() -> Files:
    def comment(number: int) -> dict[str, Any]:
        url = f"https://github.com/o/r/issues/1#issuecomment-{number}"
        return {"id": number, "body": _words(number), "user": {"login": f"u{number % 3}"},
                "created_at": _when(number), "html_url": url}  # fmt: skip

    issue = {
        "number": 1,
        "title": "Paper",
        "body": "It tastes of card.",
        "user": {"login": "ann", "type": "User"},
        "created_at": _when(0),
        "html_url": "https://github.com/o/r/issues/1",
        "comments": [comment(n) for n in range(2, MANY + 1)],
    }
    return {"issues.json": _file([issue])}


def _discord() -> Files:
    said = [
        {"id": str(n), "type": "Default", "timestamp": _when(n), "content": _words(n),
         "author": {"id": str(n % 3), "name": f"u{n % 3}", "isBot": False}}
        for n in range(1, MANY + 1)
    ]  # fmt: skip
    broken = {**said[0], "id": "900", "timestamp": "never"}
    channel = {"id": "6", "type": "GuildTextChat", "name": "help"}
    told = {"guild": {"id": "5"}, "channel": channel, "messages": [*said, broken]}
    return {"help.json": _file(told)}


def _matrix() -> Files:
    events = [
        {"type": "m.room.message", "sender": f"@u{n % 3}:x.org", "event_id": f"$e{n}",
         "content": {"msgtype": "m.text", "body": _words(n)}, "room_id": "!room:x.org",
         "origin_server_ts": 1_715_000_000_000 + n * 1_000}
        for n in range(MANY)
    ]  # fmt: skip
    return {"room.json": _file({"room_name": "Help", "messages": events})}


def _irc() -> Files:
    rows = [f"[12:{n // 60:02}:{n % 60:02}] <u{n % 3}> {_words(n)}" for n in range(MANY)]
    rows[7] += "\n           and pour it out"
    rows += ["[12:59:00] *** u9 has joined #v", "no line of a log"]
    return {"#v.2024-05-06.log": ("\n".join(rows) + "\n").encode()}


def _jsonl() -> Files:
    lines = [
        {"id": n, "author": f"u{n % 3}", "text": _words(n), "time": _when(n), "thread": "t"}
        for n in range(MANY)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    return {"talk.jsonl": (text + "{broken\n").encode()}


def mixed() -> Files:
    """Several formats in one folder."""
    files = made()
    kept = {f"{name}/{file}": text for name in ("mbox", "irc", "jsonl", "discord")
            for file, text in files[name].items()}  # fmt: skip
    return kept | {f"site/{file}": text for file, text in seeds()["stackexchange"].items()}
