"""Random damage to mail and JSON exports ends in records, skipped records, or an error of ours."""

from __future__ import annotations

import gzip
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.sources.mail_charsets import decode_bytes, decode_header
from agent.sources.mail_people import split_sender
from tests.sources.exports import (
    Files,
    comment,
    discord_channel,
    discord_said,
    event,
    irc_line,
    issue,
    mail,
    post,
    room,
    topic,
    zulip_export,
    zulip_said,
)
from tests.sources.test_fuzz import CUTS, JSON, damaged, folder_of, survive

QUICK = settings(
    max_examples=15, deadline=5_000, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
PARTS = (
    'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nGrease it.\n--b\nContent-Type: '
    "message/rfc822\n\nSubject: x\n\nold\n--b\nContent-Disposition: attachment; filename=a.c\n\n"
    "x\n--b--\n"
)
SOUND: dict[str, str] = {
    "a.mbox": mail(1, "Grease it.") + mail(2, "> It\nYes.", Subject="=?utf-8?q?Re=3A?= Valve 1"),
    "parts.mbox": mail(1, "").replace("\n\n\n\n", f"\n{PARTS}\n"),
    "discourse.json": topic([post(1), post(2)]),
    "zulip/topic.json": json.dumps([zulip_said(1), zulip_said(2)]),
    "realm.json": str(zulip_export(1)["realm.json"]),
    "messages.json": str(zulip_export(2)["messages-000001.json"]),
    "issues.json": json.dumps([issue(1, comments=[comment(2, 1)])]),
    "discord.json": discord_channel([discord_said(1), discord_said(2)]),
    "matrix.json": room([event(1), event(2)]),
    "#v.2014-01-02.log": "".join(map(irc_line, range(4))) + "=== ann is now known as ann_\n",
    "2014-01-02.annotation.txt": "0 1 -\n1 1 -\n",
}
_TOPIC = ("tags", "id", "category_id", "archetype")
KEYS: dict[str, list[str]] = {
    "discourse": [*post(1), "accepted_answer", "actions_summary", "reactions", "version", *_TOPIC],
    "zulip": [*zulip_said(1), "sender", "recipient", "date_sent", "rendered_content"],
    "issues": [
        *issue(1),
        *comment(1, 1),
        "author",
        "reviews",
        "answer",
        "replies",
        "reactionGroups",
    ],
    "discord": [*discord_said(1), "reference", "attachments", "reactions"],
    "matrix": [*event(1), "state_key", "redacts", "unsigned"],
}
SHAPES = st.sampled_from(sorted(KEYS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.lists(st.dictionaries(st.sampled_from(KEYS[kind]), JSON, max_size=6), max_size=4),
    )
)


@QUICK
@given(st.sampled_from(sorted(SOUND)), st.binary(max_size=300))
def test_random_bytes_under_a_known_name(name: str, content: bytes) -> None:
    """A file that only pretends to be an archive is survived, also behind a sound beginning."""
    for source in (content, SOUND[name].encode()[:200] + content):
        with folder_of({name: source}) as folder:
            survive(folder)
            survive(folder / name)


@QUICK
@given(st.sampled_from(sorted(SOUND)), CUTS)
def test_damaged_exports(name: str, cuts: list[tuple[int, bytes]]) -> None:
    """An archive with bytes overwritten is read as far as it goes, packed ones too."""
    source = damaged(SOUND[name].encode(), cuts)
    files: Files = {name: source}
    if name == "a.mbox":
        packed = damaged(gzip.compress(SOUND[name].encode()), cuts)
        files |= {"b.mbox.gz": packed, "c.mbox.gz": gzip.compress(source)}
    with folder_of(files) as folder:
        survive(folder)


def _with_shapes(kind: str, shapes: list[dict[str, Any]]) -> Files:
    if kind == "discourse":
        posts = [post(n) | shape for n, shape in enumerate(shapes, 1)]
        facts = {key: value for shape in shapes for key, value in shape.items() if key in _TOPIC}
        return {"a.json": topic(posts, **facts), "b.json": json.dumps(posts)}
    if kind == "zulip":
        said = [zulip_said(n) | shape for n, shape in enumerate(shapes, 1)]
        return {"s/t.json": json.dumps(said), **zulip_export(0, said)}
    if kind == "issues":
        told = [issue(n, comments=[comment(n, n)]) | s for n, s in enumerate(shapes, 1)]
        return {"a.json": json.dumps(told)}
    if kind == "discord":
        return {"a.json": discord_channel([discord_said(n) | s for n, s in enumerate(shapes)])}
    return {"a.json": room([event(n) | shape for n, shape in enumerate(shapes)])}


@settings(QUICK, max_examples=40)
@given(SHAPES)
def test_records_of_any_shape(told: tuple[str, list[dict[str, Any]]]) -> None:
    """Any JSON value may stand under any key of a record."""
    with folder_of(_with_shapes(*told)) as folder:
        survive(folder)


HEADERS = st.lists(
    st.sampled_from(
        (
            *'<>()@",=? \t\\',
            " at ",
            "=?utf-8?b?",
            "=?x?q?",
            "?=",
            "\udcff",
            "\x1b[0m",
            "via L",
            "a.b",
        )
    )
).map("".join)


@settings(QUICK, max_examples=150)
@given(HEADERS)
def test_headers_of_any_kind(raw: str) -> None:
    """However a header is written, it becomes one clean line, and a sender two."""
    line = decode_header(raw)
    assert line == " ".join(line.split())
    assert line.isprintable() or not line.isascii()
    for part in split_sender(line):
        assert part == " ".join(part.split())


@QUICK
@given(st.binary(max_size=60), st.text(max_size=20))
def test_bytes_of_any_charset(raw: bytes, declared: str) -> None:
    """Decoding never fails, whatever is declared."""
    assert isinstance(decode_bytes(raw, declared), str)
