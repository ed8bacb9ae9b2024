"""What a source says about who sees a place comes with its threads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from memory.records.people import Member
from tests.sources.archives import chat, read_all, slack_files, threads_of, write_files
from tests.sources.exports import zulip_export


def ids(source: str, community_id: str, *native: str) -> tuple[str, ...]:
    """Ids of members as a thread names them."""
    return tuple(sorted(Member.id_of(community_id, source, one) for one in native))


def test_slack_names_who_is_in_a_private_place(tmp_path: Path) -> None:
    """Groups and direct messages are seen by their members; where none are named, nobody is."""
    files = slack_files(
        {f"{folder}/2023-11-14": [chat(0, "x")] for folder in ("general", "team", "D1", "lost")}
    )
    files["groups.json"] = json.dumps([{"id": "G1", "name": "team", "members": ["U1", 7, "U2"]}])
    files["dms.json"] = json.dumps([{"id": "D1", "members": "nobody"}])
    threads = {
        one.native_id.split("/")[0]: one
        for one in threads_of(read_all(write_files(tmp_path, files)))
    }
    team = threads["G1"]
    assert team.private
    assert team.seen_by == ids("slack", team.community_id, "U1", "U2")
    assert [threads[one].seen_by for one in ("C1", "D1", "lost")] == [None, None, None]


def test_zulip_names_who_is_subscribed(tmp_path: Path) -> None:
    """Invite-only streams are seen by who is subscribed, direct messages by both."""
    base = {"subject": "valve", "content": "It sticks", "rendered_content": None, "date_sent": 1}
    said = [
        {**base, "id": 1, "sender": 1, "recipient": 7},
        {**base, "id": 2, "sender": 2, "recipient": 8},
        {**base, "id": 3, "sender": 0, "recipient": 9},
    ]
    files = zulip_export(0, said)
    realm = json.loads(files["realm.json"])
    realm["zerver_subscription"] = [
        {"id": 1, "recipient": 7, "user_profile": 1, "active": True},
        {"id": 2, "recipient": 8, "user_profile": 2, "active": True},
        {"id": 3, "recipient": 8, "user_profile": 1, "active": False},
        {"id": 4, "recipient": 9, "user_profile": 1},
    ]
    files["realm.json"] = json.dumps(realm)
    threads = {one.native_id: one for one in threads_of(read_all(write_files(tmp_path, files)))}
    community_id = threads["12/valve"].community_id
    assert threads["12/valve"].seen_by is None
    assert threads["13/valve"].seen_by == ids("zulip", community_id, "2")
    assert threads["direct-9/"].seen_by == ids("zulip", community_id, "0", "1")


def room(*events: dict[str, Any]) -> dict[str, Any]:
    """One exported Matrix room."""
    base = {"room_id": "!r:x.org", "origin_server_ts": 1_700_000_000_000}
    told = [{**base, "event_id": f"$e{n}", **event} for n, event in enumerate(events)]
    return {"room_name": "valves", "export_date": "today", "exported_by": "@a:x", "messages": told}


def test_a_matrix_room_that_is_not_for_everybody_is_seen_by_who_is_in_it(tmp_path: Path) -> None:
    """Who spoke is in it unless they left; without a rule a room is the community's."""
    said = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "It sticks"}}
    rule = {"type": "m.room.join_rules", "sender": "@ann:x.org", "state_key": ""}
    left = {"type": "m.room.member", "sender": "@cai:x.org", "state_key": "@cai:x.org"}
    events = (
        {**said, "sender": "@ann:x.org"},
        {**said, "sender": "@cai:x.org"},
        {**left, "content": {"membership": "leave"}},
        {**left, "state_key": "@dee:x.org", "content": {"membership": "join"}},
    )
    for name, join_rule in (("closed", "invite"), ("open", "public"), ("untold", "")):
        told = (*events, {**rule, "content": {"join_rule": join_rule}})
        files = {"room.json": json.dumps(room(*told))}
        threads = threads_of(read_all(write_files(tmp_path / name, files)))
        seen = {one.seen_by for one in threads}
        within = ids("matrix", threads[0].community_id, "@ann:x.org", "@dee:x.org")
        assert seen == {within if name == "closed" else None}
        assert not any(one.private for one in threads)


def test_jsonl_threads_name_who_sees_them(tmp_path: Path) -> None:
    """A list of ids, which may be empty; without it all do."""
    lines = [
        {"type": "thread", "id": "t1", "seen_by": ["ann", 7]},
        {"type": "thread", "id": "t2", "seen_by": []},
        *({"id": n, "thread": f"t{n}", "text": "x", "time": 60 * n} for n in (1, 2, 3)),
    ]
    path = tmp_path / "talk.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    threads = {one.native_id: one for one in threads_of(read_all(path))}
    community_id = threads["t1"].community_id
    assert threads["t1"].seen_by == ids("jsonl", community_id, "ann", "7")
    assert (threads["t2"].seen_by, threads["t3"].seen_by) == ((), None)
