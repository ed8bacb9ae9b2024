"""Stack Exchange dumps: posts, people, comments, votes, and rows that are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory.errors import SourceError
from memory.records.talk import MessageKind
from tests.sources.archives import (
    answer,
    members_of,
    messages_of,
    posts,
    question,
    read_all,
    row,
    skipped_of,
    threads_of,
    write_files,
    write_zip,
)


def test_a_question_is_a_thread_with_its_answers(tmp_path: Path) -> None:
    """Title, tags, acceptance, score and edit are kept; answers reply to their question."""
    rows = [
        question(1, AcceptedAnswerId=2, Score=7, LastEditDate="2020-01-03T00:00:00"),
        answer(2, 1),
    ]
    items = read_all(write_files(tmp_path, {"Posts.xml": posts(rows)}))
    asked, answered = messages_of(items)
    thread = threads_of(items)[0]
    assert (thread.native_id, thread.title, thread.tags) == ("q1", "Question 1", ("valve", "pump"))
    assert thread.accepted_message_id == answered.id
    assert (asked.kind, asked.native_id, asked.score) == (MessageKind.QUESTION, "q1", 7)
    assert asked.edited_at is not None
    assert (answered.kind, answered.native_id) == (MessageKind.ANSWER, "a2")
    assert answered.reply_to_id == asked.id
    assert answered.thread_id == asked.thread_id


def test_tags_in_both_spellings(tmp_path: Path) -> None:
    """Dumps wrote tags `<a><b>` and write them `|a|b|` now."""
    rows = [question(1, Tags="<valve><hot-water>"), question(2, Tags="|valve|hot-water|")]
    threads = threads_of(read_all(write_files(tmp_path, {"Posts.xml": posts(rows)})))
    assert {thread.tags for thread in threads} == {("valve", "hot-water")}


def test_authors_by_id_by_name_and_unknown(tmp_path: Path) -> None:
    """Without Users.xml people are named by id; of deleted accounts a name at most is left."""
    rows = [
        question(1, OwnerUserId=5),
        question(2, OwnerUserId="", OwnerDisplayName="Ann Lee"),
        question(3, OwnerUserId=""),
        question(4, OwnerUserId=-1),
    ]
    items = read_all(write_files(tmp_path, {"Posts.xml": posts(rows)}))
    people = members_of(items)
    assert people["5"].name == "user5"
    assert (people["name:Ann Lee"].name, people["name:Ann Lee"].handle) == ("Ann Lee", "AnnLee")
    assert people["-1"].is_bot
    assert [message.author_id is None for message in messages_of(items)] == [0, 0, 1, 0]


def test_users_comments_and_votes_where_present(tmp_path: Path) -> None:
    """Names come from Users.xml, comments join the thread of their post, votes are reactions."""
    files = {
        "Posts.xml": posts([question(1, OwnerUserId=5), answer(2, 1, OwnerUserId=6)]),
        "Users.xml": f"<users>{row(Id=5, DisplayName='Ann Lee')}</users>",
        "Comments.xml": "<comments>"
        + row(Id=9, PostId=2, Text="Why?", CreationDate="2020-03-01T00:00:00", UserId=5)
        + row(Id=10, PostId=77, Text="Lost", CreationDate="2020-03-01T00:00:00", UserId=5)
        + "</comments>",
        "Votes.xml": "<votes>"
        + "".join(row(Id=n, PostId=2, VoteTypeId=kind) for n, kind in enumerate((2, 2, 3, 1)))
        + "</votes>",
    }
    items = read_all(write_files(tmp_path, files))
    _, answered, comment = messages_of(items)
    people = members_of(items)
    assert (people["5"].name, people["6"].name) == ("Ann Lee", "user6")
    assert [(r.name, r.count) for r in answered.reactions] == [("downvote", 1), ("upvote", 2)]
    assert comment.kind is MessageKind.COMMENT
    assert (comment.reply_to_id, comment.thread_id) == (answered.id, answered.thread_id)
    (lost,) = skipped_of(items)
    assert "77" in lost.why


def test_other_posts_are_neither_messages_nor_errors(tmp_path: Path) -> None:
    """Tag descriptions and wiki pages are passed over silently."""
    rows = [question(1), *(question(10 + kind, PostTypeId=kind) for kind in range(3, 9))]
    items = read_all(write_files(tmp_path, {"Posts.xml": posts(rows)}))
    assert len(messages_of(items)) == 1
    assert skipped_of(items) == []


def test_one_bad_row_costs_one_row(tmp_path: Path) -> None:
    """Broken XML, a bad date, no id, no parent and bytes that are not UTF-8 are each skipped."""
    rows = [
        question(1),
        '<row Id="2" PostTypeId="1" Body="cut off',
        question(3, CreationDate="yesterday"),
        '<row PostTypeId="1" CreationDate="2020-01-01T00:00:00" Body="no id" />',
        '<row Id="5" PostTypeId="2" CreationDate="2020-01-01T00:00:00" Body="no parent" />',
        question(6, Body="LATIN"),
        question(7, Title="&undefined;").replace("&amp;undefined;", "&undefined;"),
        question(8),
    ]
    source = posts(rows).encode().replace(b"LATIN", "caf\xe9".encode("latin-1"))
    items = read_all(write_files(tmp_path, {"Posts.xml": source}))
    assert [message.native_id for message in messages_of(items)] == ["q1", "q8"]
    assert [skipped.where for skipped in skipped_of(items)] == [
        f"Posts.xml:{line}" for line in range(4, 10)
    ]


def test_rows_may_share_a_line_or_span_several(tmp_path: Path) -> None:
    """Layout of the file does not matter."""
    together = question(1).strip() + question(2).strip()
    spread = question(3).replace(" ", "\n")
    source = "<posts>" + together + "\n" + spread + "</posts>"
    items = read_all(write_files(tmp_path, {"Posts.xml": source}))
    assert [message.native_id for message in messages_of(items)] == ["q1", "q2", "q3"]


def test_references_to_controls_do_not_cost_the_row(tmp_path: Path) -> None:
    """Dumps contain `&#x1F;`, which XML forbids: the character goes, the row stays."""
    source = posts([question(1, Body="<p>aXYb</p>").replace("XY", "&#x1F;&#0;")])
    (message,) = messages_of(read_all(write_files(tmp_path, {"Posts.xml": source})))
    assert message.text == "ab"


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    """A document type in the file has no effect on any row."""
    rows = [question(1), question(2).replace("number 2", "&bomb;")]
    source = '<!DOCTYPE x [<!ENTITY bomb "ha">]>' + posts(rows).partition("?>")[2]
    items = read_all(write_files(tmp_path, {"Posts.xml": source}))
    assert [message.native_id for message in messages_of(items)] == ["q1"]
    assert len(skipped_of(items)) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_marked_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """A byte-order mark says how to read the file."""
    text = posts([question(1, Title="Crème")])
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path = write_files(tmp_path, {"Posts.xml": (mark + text).encode(encoding)})
    assert threads_of(read_all(path))[0].title == "Crème"


def test_a_zip_of_the_dump_reads_like_its_folder(tmp_path: Path) -> None:
    """A zip, also with everything in one folder inside, holds the same messages."""
    files = {"Posts.xml": posts([question(1), answer(2, 1)])}
    inside = {f"site/{name}": content for name, content in files.items()}
    plain = messages_of(read_all(write_files(tmp_path / "a", files)))
    assert messages_of(read_all(write_zip(tmp_path / "b.zip", inside))) == plain


def test_a_strange_position_is_refused(tmp_path: Path) -> None:
    """A position of another format is an error, not a silent start from somewhere."""
    path = write_files(tmp_path, {"Posts.xml": posts([question(1)])})
    with pytest.raises(SourceError, match="nowhere"):
        read_all(path, "nowhere")
