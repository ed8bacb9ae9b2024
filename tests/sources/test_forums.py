"""Discourse and GitHub: threads with posts, answers, what the system wrote, what is quoted."""

from __future__ import annotations

import json
from pathlib import Path

from tests.sources.archives import (
    marked,
    members_of,
    messages_of,
    read_all,
    skipped_of,
    threads_of,
    write_files,
)
from tests.sources.exports import comment, issue, post, topic

QUOTING = (
    '<aside class="quote" data-post="1"><div class="title">ann:</div><blockquote><p>It sticks</p>'
    '</blockquote></aside><p>Grease it <img class="emoji" alt=":ok:" src="/e/ok.png">, see '
    '<img src="/up/leak.png"><span class="filename">leak.png</span></p>'
    '<aside class="onebox"><p>A page</p></aside><pre><code>x = 1</code></pre>'
)


def test_a_topic_with_its_answer(tmp_path: Path) -> None:
    """The accepted post is the answer, the first the question; quotes and previews are not own."""
    posts = [
        post(1, actions_summary=[{"id": 2, "count": 3}, {"id": 3, "count": 9}]),
        post(2, cooked=QUOTING, reply_to_post_number=1, version=2, updated_at="2024-01-01T00:00Z"),
        post(3, cooked="<p>closed</p>", post_type=3, action_code="closed", user_id=-1),
    ]
    files = {
        "7.json": topic(posts, accepted_answer={"post_number": 2}, category_id=5),
        "c.json": json.dumps({"category_list": {"categories": [{"id": 5, "name": "Help"}]}}),
    }
    items = read_all(write_files(tmp_path, files))
    first, second, third = messages_of(items)
    (thread,) = {one.id: one for one in threads_of(items)}.values()
    assert (thread.title, thread.channel, thread.tags) == ("Valve 7", "Help", ("pump",))
    assert thread.accepted_message_id == second.id
    assert [one.kind.value for one in (first, second, third)] == ["question", "answer", "system"]
    assert [(one.name, one.count) for one in first.reactions] == [("like", 3)]
    assert second.reply_to_id == first.id
    assert second.edited_at is not None
    assert marked(second.text, second.segments) == [
        ("quote", "ann:"),
        ("quote", "It sticks"),
        ("own", "Grease it :ok:, see"),
        ("quote", "A page"),
        ("code", "x = 1"),
    ]
    assert [one.name for one in second.attachments] == ["leak.png"]
    assert (third.segments, third.from_bot) == ((), True)


def test_single_posts_make_the_same_messages(tmp_path: Path) -> None:
    """The posts API and the topic page name the same posts alike, and twice told counts once."""
    posts = [post(1), post(2, accepted_answer=True)]
    as_topic = write_files(tmp_path / "a", {"7.json": topic(posts)})
    files = {f"{one['id']}.json": json.dumps(one) for one in posts}
    single = write_files(tmp_path / "b", files)
    both = write_files(tmp_path / "c", {**files, "7.json": topic(posts)})
    page = write_files(tmp_path / "d", {"p.json": json.dumps({"latest_posts": posts})})
    told = [[one.id for one in messages_of(read_all(p))] for p in (as_topic, single, both, page)]
    assert told[0] == told[1] == told[2] == told[3]
    accepted = {one.accepted_message_id for one in threads_of(read_all(single))}
    assert accepted == {messages_of(read_all(single))[1].id}


def test_what_few_may_read_is_private(tmp_path: Path) -> None:
    """Private messages are private, and so are the staff's whispers in a public topic."""
    files = {
        "7.json": topic([post(1), post(2, post_type=4)]),
        "8.json": topic([post(1, 8)], 8, archetype="private_message"),
    }
    threads = {
        one.native_id: one.private for one in threads_of(read_all(write_files(tmp_path, files)))
    }
    assert threads == {"7": False, "7/whispers": True, "8": True}


def test_bad_posts_are_named(tmp_path: Path) -> None:
    """A post that cannot be read costs itself alone and says where it stands."""
    bad = post(2, created_at="never")
    files = {"7.json": topic([post(1), bad, post(3)]), "8.json": '{"post_stream": {"posts": ['}
    items = read_all(write_files(tmp_path, files))
    assert [one.where for one in skipped_of(items)] == ["7.json:1 post 70002", "8.json:1"]
    assert len(messages_of(items)) == 2


def test_issues_with_comments_beside_them(tmp_path: Path) -> None:
    """Comments in a file of their own join their issue; what a mail program added is not own."""
    body = "<!-- template -->\nIt sticks.\n\n```sh\nls\n```\n> before"
    by_mail = "Grease it.\r\n\r\nOn Mon, Jan 2, 2023 at 10:00 Ann <a@x.org> wrote:\r\n\r\n> It\r\n"
    bot = {"login": "stale[bot]", "type": "Bot"}
    files = {
        "issues.json": json.dumps([issue(3, body, reactions={"+1": 2, "total_count": 2})]),
        "comments.json": json.dumps(
            [comment(8, 3, by_mail, updated_at="2024-01-01T00:00:00Z"), comment(9, 3, user=bot)]
        ),
    }
    items = read_all(write_files(tmp_path, files))
    messages = {one.native_id: one for one in messages_of(items)}
    assert sorted(messages) == ["o/r#3", "o/r#3/8", "o/r#3/9"]
    assert len({one.thread_id for one in messages.values()}) == 1
    opening, reply = messages["o/r#3"], messages["o/r#3/8"]
    assert marked(opening.text, opening.segments) == [
        ("own", "It sticks."),
        ("code", "ls"),
        ("quote", "before"),
    ]
    assert [(one.name, one.count) for one in opening.reactions] == [("+1", 2)]
    assert reply.own_words() == "Grease it."
    assert reply.edited_at is not None
    assert messages["o/r#3/9"].from_bot
    assert {one.title for one in threads_of(items)} == {"", "Valve 3"}


def test_the_apis_agree_on_ids(tmp_path: Path) -> None:
    """REST with comments inside, and what `gh` prints, yield the same messages and people."""
    rest = [issue(3, comments=[comment(8, 3)])]
    printed = [
        {
            "number": 3,
            "title": "Valve 3",
            "body": "It sticks.",
            "author": {"login": "person3", "is_bot": False},
            "createdAt": "2023-11-14T12:00:00Z",
            "url": "https://github.com/o/r/issues/3",
            "comments": [
                {
                    "id": "IC_x",
                    "url": "https://github.com/o/r/issues/3#issuecomment-8",
                    "body": "Grease it.",
                    "author": {"login": "person3"},
                    "createdAt": "2023-11-14T17:00:00Z",
                }
            ],
        }
    ]
    one, other = (
        read_all(write_files(tmp_path / name, {"issues.json": json.dumps(told)}))
        for name, told in (("rest", rest), ("gh", printed))
    )
    assert [m.id for m in messages_of(one)] == [m.id for m in messages_of(other)]
    assert members_of(one).keys() == members_of(other).keys()


def test_discussions_of_the_graph(tmp_path: Path) -> None:
    """An answered discussion has a question, an answer and replies, wherever it lies."""
    answer = {
        "id": "DC_1",
        "body": "Grease it.",
        "author": None,
        "createdAt": "2023-01-02T00:00:00Z",
        "replies": {"nodes": [{"id": "DC_2", "body": "Ta.", "createdAt": "2023-01-03T00:00:00Z"}]},
    }
    discussion = {
        "number": 3,
        "title": "Valve",
        "body": "It sticks?",
        "url": "https://github.com/o/r/discussions/3",
        "author": {"login": "ann"},
        "createdAt": "2023-01-01T00:00:00Z",
        "category": {"name": "Q&A"},
        "answer": {"id": "DC_1"},
        "comments": {"nodes": [answer]},
    }
    told = {"data": {"repository": {"discussions": {"nodes": [discussion]}}}}
    items = read_all(write_files(tmp_path, {"d.json": json.dumps(told)}) / "d.json")
    question, accepted, reply = messages_of(items)
    assert [m.kind.value for m in (question, accepted, reply)] == ["question", "answer", "chat"]
    assert accepted.author_id is None
    assert reply.reply_to_id == accepted.id
    assert {one.accepted_message_id for one in threads_of(items)} == {accepted.id}


def test_a_second_list_in_a_file_is_told(tmp_path: Path) -> None:
    """Pages that were put one after another are not lost without a word."""
    pages = json.dumps([issue(1)]) + json.dumps([issue(2)])
    items = read_all(write_files(tmp_path, {"issues.json": pages}) / "issues.json")
    assert len(messages_of(items)) == 1
    assert "one list" in skipped_of(items)[0].why
