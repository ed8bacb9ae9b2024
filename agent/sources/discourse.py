"""Discourse: topics as `/t/ID.json` gives them, posts as the posts API gives them, mixed or not.

A file is a topic with its `post_stream`, a list of `latest_posts`, one post, or a list of these.
A topic is a thread; post 12 of topic 7 has the native id `7/12`. Where an answer was accepted, the
first post is the question and that post the answer. `aside.quote` is quoted; small actions and
moderators' notes are the system's; whispers form a private thread of their own; accounts with
negative ids (`system`, `discobot`) are bots. Likes and reactions are counted. Files that are
neither topics nor posts are passed over, but for the names of categories.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.sources.archive import Archive, open_archive
from agent.sources.discourse_posts import NAME, PostReader, Topic
from agent.sources.json_exports import (
    DISCOURSE,
    dicts_at,
    export_of,
    holds_export,
    id_at,
    json_files,
    objects_of,
    text_at,
    value_at,
)
from agent.sources.json_lists import first_keys
from agent.sources.own_words import clean_line
from agent.sources.protocol import Item, Skipped
from agent.sources.reading import StreamedSource, Told
from agent.sources.stream import skip
from memory.records.talk import Origin

_CATEGORIES = frozenset({"category_list", "categories"})


class DiscourseFormat:
    """Recognises JSON files of topics or posts by their keys."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        return holds_export(open_archive(path), DISCOURSE)

    def open(self, path: Path, community_id: str) -> DiscourseSource:
        return DiscourseSource(open_archive(path), community_id)


class DiscourseSource(StreamedSource):
    """One archive of topics and posts."""

    name = NAME

    def told(self) -> Iterator[Told]:
        """Tell every post. Read twice: first for what later files say of a topic."""
        sizes = self._archive.sizes
        files = [name for name in json_files(self._archive) if _is_told(self._archive, name)]
        reader = PostReader(self._platform, _categories(self._archive))
        for file in files:
            for found in objects_of(self._archive, file):
                if not isinstance(found, Skipped):
                    _learn(found[2], reader)
        total, done = sum(sizes[name] for name in files) or 1, 0
        for file in files:
            index = 0
            for found in objects_of(self._archive, file):
                if isinstance(found, Skipped):
                    yield found, done / total
                    continue
                for post in _posts(found[2]):
                    index += 1
                    for item in _read(post, reader, file, index, found[1]):
                        yield item, (done + found[3]) / total
            done += sizes[file]


def _is_told(archive: Archive, name: str) -> bool:
    """Whether a file holds posts, or pretends to; a list of other things does not."""
    keys = first_keys(archive, name)
    return not keys or export_of(archive, name) == DISCOURSE


def _posts(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the posts of a topic, of a page of posts, or the one post this is."""
    if "post_stream" in raw:
        topic = id_at(raw, "id")
        for post in dicts_at(raw, "post_stream", "posts"):
            yield {"topic_id": topic, **post}
    elif "latest_posts" in raw:
        yield from dicts_at(raw, "latest_posts")
    else:
        yield raw


def _learn(raw: dict[str, Any], reader: PostReader) -> None:
    if "post_stream" in raw and (topic := id_at(raw, "id")):
        number = id_at(raw, "accepted_answer", "post_number")
        tags = value_at(raw, "tags")
        listed = tags if isinstance(tags, list) else []
        names = [text_at(tag, "name") if isinstance(tag, dict) else tag for tag in listed]
        reader.learn(
            topic,
            Topic(
                title=clean_line(text_at(raw, "title")),
                category=id_at(raw, "category_id"),
                tags=tuple(
                    dict.fromkeys(
                        name for one in names if isinstance(one, str) and (name := clean_line(one))
                    )
                ),
                private=text_at(raw, "archetype") == "private_message",
                accepted=number,
            ),
        )
    for post in _posts(raw):
        if topic := id_at(post, "topic_id"):
            accepted = id_at(post, "post_number") if post.get("accepted_answer") is True else ""
            reader.learn(
                topic,
                Topic(
                    title=clean_line(text_at(post, "topic_title")),
                    category=id_at(post, "category_id"),
                    private=text_at(post, "topic_archetype") == "private_message",
                    accepted=accepted,
                ),
            )


def _read(
    post: dict[str, Any], reader: PostReader, file: str, index: int, line: int
) -> Iterator[Item]:
    try:
        said = reader.read(post, Origin(file=file, line=index))
    except ValueError as error:
        yield skip(f"{file}:{line} post {id_at(post, 'id') or index}", error)
        return
    yield from said


def _categories(archive: Archive) -> dict[str, str]:
    """Return the names of categories by id, from the files that list them."""
    names: dict[str, str] = {}
    for file in json_files(archive):
        if not _CATEGORIES & first_keys(archive, file):
            continue
        for found in objects_of(archive, file):
            raw = {} if isinstance(found, Skipped) else found[2]
            for one in (
                *dicts_at(raw, "category_list", "categories"),
                *dicts_at(raw, "categories"),
            ):
                names[id_at(one, "id")] = clean_line(text_at(one, "name"))
    return names
