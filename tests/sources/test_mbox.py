"""Mail archives: where mails begin, who wrote when, which thread, and what is left out."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from agent.sources.detect import recognise
from memory.errors import PassdownError
from memory.records.talk import Message
from tests.sources.archives import (
    COMMUNITY,
    marked,
    members_of,
    messages_of,
    read_all,
    skipped_of,
    threads_of,
    write_files,
)
from tests.sources.exports import START, Files, mail


def read_mbox(folder: Path, *mails: str | bytes) -> list[Message]:
    """Write these mails to one file and return the messages of it."""
    raw = b"".join(one.encode() if isinstance(one, str) else one for one in mails)
    return messages_of(read_all(write_files(folder, {"list.mbox": raw}) / "list.mbox"))


def threads(messages: list[Message]) -> list[list[str]]:
    """Return the native ids of each thread's messages."""
    found: dict[str, list[str]] = {}
    for one in messages:
        found.setdefault(one.thread_id, []).append(one.native_id)
    return list(found.values())


def test_a_sentence_that_begins_with_from_stays_in_its_mail(tmp_path: Path) -> None:
    """Only a `From ` line with a date that headers follow begins a mail; an escape is undone."""
    text = "From what I saw in 2004 at 10:00 it leaks.\n\nFrom there on:\n\n>From the maker: no."
    first, second = read_mbox(tmp_path, mail(1, text), mail(2, "Mine."))
    assert first.own_words() == (
        "From what I saw in 2004 at 10:00 it leaks.\nFrom there on:\nFrom the maker: no."
    )
    assert second.text == "Mine."


def test_an_escaped_from_among_quoted_lines_stays_quoted(tmp_path: Path) -> None:
    """What only looks like an escape, next to quoted lines, is somebody else's."""
    (message,) = read_mbox(tmp_path, mail(1, "> It leaks\n>From the top\n\nMine."))
    assert message.own_words() == "Mine."


def test_references_join_and_an_unknown_root_gathers(tmp_path: Path) -> None:
    """Replies meet in the thread of the nearest known mail, or under a root that is not there."""
    messages = read_mbox(
        tmp_path,
        mail(1, "a"),
        mail(2, "b", In_Reply_To="<1@x.org>"),
        mail(3, "c", References="<1@x.org>\n <2@x.org>"),
        mail(4, "d", References="<gone@x.org>"),
        mail(5, "e", References="<gone@x.org> <lost@x.org>"),
    )
    assert threads(messages) == [["1@x.org", "2@x.org", "3@x.org"], ["4@x.org", "5@x.org"]]
    assert messages[2].reply_to_id == messages[1].id


def test_the_subject_joins_replies_without_references(tmp_path: Path) -> None:
    """A reply joins by subject within reach; a new mail, or a late one, does not."""
    late = START + timedelta(days=400)
    messages = read_mbox(
        tmp_path,
        mail(1, "a", Subject="[R] Valve sticks"),
        mail(2, "b", Subject="Re: [R] valve sticks"),
        mail(3, "c", Subject="AW: Re: Valve sticks"),
        mail(4, "d", Subject="Valve sticks"),
        mail(5, "e", Subject="Re: Valve sticks", at=late),
    )
    assert threads(messages) == [["1@x.org", "2@x.org", "3@x.org"], ["4@x.org"], ["5@x.org"]]


def test_titles_lose_tags_and_reply_marks(tmp_path: Path) -> None:
    """A thread is titled as its first mail, however the reply marks and list tags stand."""
    write_files(tmp_path, {"a.mbox": mail(1, "a", Subject="Re: [R] Fwd: Valve [small] sticks")})
    assert {thread.title for thread in threads_of(read_all(tmp_path))} == {"Valve [small] sticks"}


def test_people_by_every_way_lists_write_them(tmp_path: Path) -> None:
    """One address is one person, named by the fullest name; programs are bots."""
    senders = (
        "ann at x.org (Ann Lee)",
        '"Ann Lee via R-help" <ann@x.org>',
        "=?utf-8?q?J=C3=B6rg_M=C3=BCller?= <jm@y.org>",
        '"Holm, Bo" <ann@z.org>',
        "noreply@x.org",
        "bot.tom@x.org (Tom Bott)",
    )
    mails = [mail(n, "a", From=sender) for n, sender in enumerate(senders)]
    write_files(tmp_path, {"a.mbox": "".join(mails)})
    people = members_of(read_all(tmp_path))
    assert {one.native_id: (one.handle, one.name, one.is_bot) for one in people.values()} == {
        "ann@x.org": ("ann", "Ann Lee", False),
        "jm@y.org": ("jm", "J\u00f6rg M\u00fcller", False),
        "ann@z.org": ("ann.z", "Bo Holm", False),
        "noreply@x.org": ("noreply", "noreply", True),
        "bot.tom@x.org": ("bot.tom", "Tom Bott", True),
    }


@pytest.mark.parametrize(
    ("declared", "raw", "read"),
    [
        ("utf-8", "\u00fcber".encode(), "\u00fcber"),
        ("iso-8859-1", b"\xfcber \x93it\x94", "\u00fcber \u201cit\u201d"),
        ("us-ascii", "\u00fcber".encode(), "\u00fcber"),
        ("", b"\xfcber", "\u00fcber"),
        ("x-unknown", "\u00fcber".encode(), "\u00fcber"),
        ("utf-8", b"\xfcber", "\u00fcber"),
        ("gb2312", "\u9600\u95e8".encode("gb18030"), "\u9600\u95e8"),
        ("unicode_escape", b"a\\u0041", "a\\u0041"),
    ],
)
def test_charsets_wrong_and_missing(tmp_path: Path, declared: str, raw: bytes, read: str) -> None:
    """A declared charset is believed as far as the bytes allow."""
    kind = f"text/plain; charset={declared}" if declared else "text/plain"
    source = mail(1, "@@", Content_Type=kind).encode().replace(b"@@", raw)
    (message,) = read_mbox(tmp_path, source)
    assert message.text == read


def test_parts_forwards_and_attachments(tmp_path: Path) -> None:
    """Plain text is preferred, a forwarded mail is quoted, attachments are named and left out."""
    inner = EmailMessage()
    inner["Subject"] = "Old"
    inner.set_content("It always stuck.")
    outer = EmailMessage()
    outer["From"], outer["Message-ID"] = "ann@x.org", "<1@x.org>"
    outer["Date"] = "Tue, 14 Nov 2023 09:00:00 +0000"
    outer.set_content("Grease it.")
    outer.add_alternative("<p>Grease <b>it</b>.</p>", subtype="html")
    outer.add_attachment(b"12", maintype="image", subtype="png", filename="p\u00efc.png")
    outer.add_attachment(inner)
    head = b"From ann@x.org Tue Nov 14 09:00:00 2023\n"
    (message,) = read_mbox(tmp_path, head + outer.as_bytes() + b"\n")
    assert marked(message.text, message.segments) == [
        ("own", "Grease it."),
        ("quote", "It always stuck."),
    ]
    assert [(one.name, one.mimetype) for one in message.attachments] == [
        ("p\u00efc.png", "image/png"),
        ("forwarded message", "message/rfc822"),
    ]


def test_html_alone_is_read(tmp_path: Path) -> None:
    """A mail of HTML keeps quotation and code apart, the client's "wrote:" included."""
    html = (
        "<p>Grease it.</p><div class='gmail_quote'>On Tue, Nov 14, 2023 at 9:00 Ann "
        "&lt;<a>ann@x.org</a>&gt; wrote:<br><blockquote>It sticks</blockquote></div>"
    )
    (message,) = read_mbox(tmp_path, mail(1, html, Content_Type="text/html; charset=utf-8"))
    assert message.own_words() == "Grease it."


def test_what_pipermail_scrubbed_leaves_a_mark(tmp_path: Path) -> None:
    """The attachment's name is kept, the list's notice is nobody's own words."""
    notice = (
        "Mine.\n-------------- next part --------------\nA non-text attachment was scrubbed...\n"
        "Name: leak.png\nType: image/png\nSize: 12 bytes\n"
    )
    (message,) = read_mbox(tmp_path, mail(1, notice))
    assert message.own_words() == "Mine."
    assert [(one.name, one.mimetype) for one in message.attachments] == [("leak.png", "image/png")]


def test_months_are_read_in_order_of_time(tmp_path: Path) -> None:
    """March comes before April though its name sorts after it, gzipped or not."""
    april = gzip.compress(mail(2, "b", Subject="Re: Valve").encode())
    files: Files = {"2023-April.txt.gz": april, "2023-March.txt": mail(1, "a", Subject="Valve")}
    messages = messages_of(read_all(write_files(tmp_path, files)))
    assert threads(messages) == [["1@x.org", "2@x.org"]]


def test_a_maildir_is_read(tmp_path: Path) -> None:
    """Files in `cur` and `new` hold one mail each."""
    bare = mail(1, "Mine.").split("\n", 1)[1]
    files = {"cur/1.x:2,S": bare, "new/2.x": bare.replace("<1@", "<2@")}
    assert len(messages_of(read_all(write_files(tmp_path, files)))) == 2


def test_nothing_is_lost_silently(tmp_path: Path) -> None:
    """A repeated id, a mail without a date and a broken gzip are named with file and line."""
    undated = mail(2, "b", Date="sometime").split("\n", 1)[1]
    (tmp_path / "z.mbox.gz").write_bytes(gzip.compress(mail(3, "c" * 9_000).encode())[:-20])
    mails = mail(1, "a") + mail(1, "a") + mail(4, "d", Message_ID="")
    write_files(tmp_path, {"a.mbox": mails, "b.eml": undated})
    items = read_all(tmp_path)
    assert [one.where for one in skipped_of(items)] == ["a.mbox:9", "b.eml:1", "z.mbox.gz"]
    assert len(messages_of(items)) == 2
    assert messages_of(items)[1].native_id.startswith("digest:")


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Mon, 5 Jan 2004 10:00:00 +0100", datetime(2004, 1, 5, 9, tzinfo=UTC)),
        ("5 Jan 04 10:00 EST", datetime(2004, 1, 5, 15, tzinfo=UTC)),
        ("Mon Jan  5 10:00:00 2004", datetime(2004, 1, 5, 10, tzinfo=UTC)),
        ("2004-01-05T10:00:00+01:00", datetime(2004, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 5 Jan 2004 10:00:60 +9999", datetime(2004, 1, 5, 10, 0, 59, tzinfo=UTC)),
        ("nonsense", START.replace(hour=10)),
    ],
)
def test_dates_as_mails_write_them(tmp_path: Path, date: str, moment: datetime) -> None:
    """Offsets, two-digit years and odd forms are read; else the `From ` line tells."""
    (message,) = read_mbox(tmp_path, mail(1, "a", Date=date))
    assert message.sent_at == moment


def test_terminal_escapes_are_inert(tmp_path: Path) -> None:
    """Neither text nor names nor subjects carry an escape to a screen, encoded words included."""
    escape = "=?utf-8?b?G1szMW0=?="
    source = mail(1, "a\x1b[31mb", From=f"{escape}Ann <a@x.org>", Subject=f"{escape}Valve")
    items = read_all(write_files(tmp_path, {"a.mbox": source}) / "a.mbox")
    told = [message.text for message in messages_of(items)]
    told += [thread.title for thread in threads_of(items)]
    told += [member.name for member in members_of(items).values()]
    assert told == ["ab", "Valve", "Ann"]


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    """What unpacks without end stops with a sentence, not with a full memory."""
    bomb = gzip.compress(mail(1, "").encode() + b"\0" * (40 * 1024 * 1024))
    path = write_files(tmp_path, {"a.mbox.gz": bomb}) / "a.mbox.gz"
    skipped = skipped_of(read_all(path))
    assert "bomb" in skipped[-1].why


def test_text_that_only_begins_like_mail_is_unknown(tmp_path: Path) -> None:
    """Prose that begins with "From" is no archive."""
    path = write_files(tmp_path, {"a.txt": "From here on 2004 10:00\nit is prose.\n"}) / "a.txt"
    with pytest.raises(PassdownError, match="no known format"):
        recognise(path).open(path, COMMUNITY)


def test_a_mail_that_answers_itself_begins_a_thread(tmp_path: Path) -> None:
    """A mail whose only reference is its own id answers nothing."""
    (message,) = read_mbox(tmp_path, mail(1, "Grease it.", In_Reply_To="<1@x.org>"))
    assert message.reply_to_id is None
