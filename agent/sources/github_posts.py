"""Issues, discussions and their comments to messages, whichever API wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.sources.json_exports import (
    dicts_at,
    id_at,
    number_at,
    optional_time_at,
    text_at,
    value_at,
)
from agent.sources.mail_text import segment_mail
from agent.sources.own_words import SegmentedText, clean_line, clean_text, segment_markdown
from agent.sources.protocol import Item
from agent.sources.reading import Platform
from agent.sources.stream import skip
from memory.records.people import Member
from memory.records.talk import MessageKind, Origin, Reaction, Thread

NAME = "github"
_PLACE = re.compile(r"/([\w.-]+/[\w.-]+)/(?:issues|pull|pulls|discussions)/(\d+)")
_COMMENT = re.compile(r"#[a-z_]*-?r?(\d+)\Z")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TIMES = ("created_at", "createdAt", "submitted_at", "submittedAt", "publishedAt")
_COUNTED = {
    "THUMBS_UP": "+1",
    "THUMBS_DOWN": "-1",
    "LAUGH": "laugh",
    "HOORAY": "hooray",
    "CONFUSED": "confused",
    "HEART": "heart",
    "ROCKET": "rocket",
    "EYES": "eyes",
}


@dataclass(frozen=True, slots=True)
class _Topic:
    """The thread a post stands in, its opening's facts among them."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    answer: str = ""
    """Id of the accepted comment."""
    answered: bool = False


class PostReader:
    """Reads posts; remembers the ids of those read."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._read: set[str] = set()
        self._file, self._index = "", 0

    def begin(self, file: str) -> None:
        """Go on with another file; places in it are counted from 1."""
        self._file, self._index = file, 0

    def read(self, posts: list[dict[str, Any]], line: int) -> Iterator[Item]:
        """Yield people, threads and messages of issues, discussions and comments."""
        if not posts:
            yield skip(f"{self._file}:{line}", "no issue, discussion or comment")
        for post in posts:
            if "number" in post and "title" in post:
                yield from self._opening(post, line)
            else:
                urls = ("issue_url", "pull_request_url", "html_url", "url")
                key = next((k for url in urls if (k := _key(text_at(post, url)))), "")
                yield from self._post(post, _Topic(key), line)

    def _opening(self, post: dict[str, Any], line: int) -> Iterator[Item]:
        number = id_at(post, "number")
        key = _key(text_at(post, "html_url")) or _key(text_at(post, "url")) or f"#{number}"
        answer = value_at(post, "answer")
        topic = _Topic(
            key,
            {
                "title": clean_line(text_at(post, "title")),
                "channel": clean_line(text_at(post, "category", "name")) or key.partition("#")[0],
                "tags": _labels(post),
            },
            answer=_comment_id(answer) if isinstance(answer, dict) else "",
            answered=isinstance(answer, dict),
        )
        yield from self._post(post, topic, line, opens=True)
        for name in ("comments", "reviews"):
            for comment in _listed(post, name):
                yield from self._post(comment, topic, line)
                for reply in _listed(comment, "replies"):
                    yield from self._post(reply, topic, line, parent=_comment_id(comment))

    def _post(
        self,
        post: dict[str, Any],
        topic: _Topic,
        line: int,
        *,
        opens: bool = False,
        parent: str = "",
    ) -> Iterator[Item]:
        self._index += 1
        number = "" if opens else _comment_id(post)
        sent_at = _first_time(post)
        if not topic.key or (not opens and not number) or sent_at is None:
            missing = "no issue it belongs to" if not topic.key else "no id or no time"
            yield skip(f"{self._file}:{line} post {number or self._index}", missing)
            return
        native_id = f"{topic.key}/{number}" if number else topic.key
        if native_id in self._read:
            return
        self._read.add(native_id)
        author = self._author(post)
        if author:
            yield author
        thread = self._thread(topic, sent_at)
        yield thread
        said = _segmented(text_at(post, "body"))
        parent = parent or id_at(post, "in_reply_to_id")
        yield self._platform.message(
            native_id,
            thread,
            author,
            kind=_kind(topic, post, number),
            text=said.text,
            segments=said.segments,
            sent_at=sent_at,
            edited_at=_edited_at(post, sent_at, opens=opens),
            reply_to_id=self._platform.message_id(f"{topic.key}/{parent}") if parent else None,
            reactions=_reactions(post),
            origin=Origin(file=self._file, line=self._index),
        )

    def _thread(self, topic: _Topic, at: datetime) -> Thread:
        accepted = f"{topic.key}/{topic.answer}" if topic.answer else ""
        facts = dict(topic.facts) or {"channel": topic.key.partition("#")[0]}
        return self._platform.thread(
            topic.key,
            at,
            accepted_message_id=self._platform.message_id(accepted) if accepted else None,
            **facts,
        )

    def _author(self, post: dict[str, Any]) -> Member | None:
        told = value_at(post, "user") or value_at(post, "author")
        login = clean_line(text_at(told, "login"))
        if not login:
            return None
        is_bot = (
            text_at(told, "type") == "Bot"
            or text_at(told, "__typename") == "Bot"
            or value_at(told, "is_bot") is True
            or login.endswith("[bot]")
        )
        return self._platform.member(login.lower(), login, text_at(told, "name"), is_bot=is_bot)


def _key(url: str) -> str:
    """Return `owner/repo#12` of an address of an issue or of a comment on it."""
    found = _PLACE.search(url)
    return f"{found[1]}#{found[2]}" if found else ""


def _comment_id(post: dict[str, Any]) -> str:
    """Return the number in a comment's address, which all APIs agree on, or else its id."""
    for url in ("html_url", "url"):
        if found := _COMMENT.search(text_at(post, url)):
            return found[1]
    return id_at(post, "databaseId") or id_at(post, "id")


def _listed(post: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return dicts_at(post, key) or dicts_at(post, key, "nodes")


def _first_time(post: dict[str, Any]) -> datetime | None:
    return next((at for key in _TIMES if (at := optional_time_at(post, key))), None)


def _edited_at(post: dict[str, Any], sent_at: datetime, *, opens: bool) -> datetime | None:
    """Return when the text was edited; of an issue only GraphQL tells it."""
    if "lastEditedAt" in post or opens:
        return optional_time_at(post, "lastEditedAt")
    changed = optional_time_at(post, "updated_at")
    return changed if changed and changed > sent_at else None


def _labels(post: dict[str, Any]) -> tuple[str, ...]:
    names = (clean_line(text_at(one, "name")) for one in _listed(post, "labels"))
    return tuple(dict.fromkeys(name for name in names if name))


def _kind(topic: _Topic, post: dict[str, Any], number: str) -> MessageKind:
    if topic.answered and not number:
        return MessageKind.QUESTION
    accepted = (number and number == topic.answer) or post.get("isAnswer") is True
    return MessageKind.ANSWER if accepted else MessageKind.CHAT


def _segmented(body: str) -> SegmentedText:
    """Segment Markdown without its hidden comments, and what mail programs add to it."""
    text = clean_text(_HIDDEN.sub("", body)).strip("\n")
    segments = segment_mail(text, known=segment_markdown(text).segments)
    return SegmentedText(text, segments)


def _reactions(post: dict[str, Any]) -> tuple[Reaction, ...]:
    counts = {name: number_at(post, "reactions", name) for name in _COUNTED.values()}
    for group in dicts_at(post, "reactionGroups"):
        name = _COUNTED.get(text_at(group, "content"), "")
        count = number_at(group, "users", "totalCount") or number_at(
            group, "reactors", "totalCount"
        )
        counts[name] = count
    return tuple(Reaction(name=n, count=c) for n, c in counts.items() if n and c > 0)
