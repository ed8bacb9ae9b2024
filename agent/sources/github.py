"""GitHub issues, pull requests and discussions as its APIs and `gh` give them in JSON.

Files hold, alone or in lists: issues of the REST API, with `comments` as a list within them or in
files of their own (told apart by `issue_url`); what `gh issue list --json` prints; or answers of
the GraphQL API, in which issues and discussions are found wherever they stand. Each is a thread,
known as `owner/repo#12`; of an answered discussion the first post is the question. Text is
Markdown: fenced code, quotes, and what mail programs add to replies by mail are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.sources.archive import Archive, open_archive
from agent.sources.github_posts import NAME, PostReader
from agent.sources.json_exports import GITHUB, export_of, holds_export, json_files, objects_of
from agent.sources.json_lists import first_keys
from agent.sources.protocol import Skipped
from agent.sources.reading import StreamedSource, Told


class GithubFormat:
    """Recognises issues, comments and answers by their keys."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        return holds_export(open_archive(path), GITHUB)

    def open(self, path: Path, community_id: str) -> GithubSource:
        return GithubSource(open_archive(path), community_id)


class GithubSource(StreamedSource):
    """One archive of issues and discussions."""

    name = NAME

    def told(self) -> Iterator[Told]:
        """Tell every post, in the order of the files."""
        sizes = self._archive.sizes
        files = [name for name in json_files(self._archive) if _is_told(self._archive, name)]
        total, done = sum(sizes[name] for name in files) or 1, 0
        reader = PostReader(self._platform)
        for file in files:
            reader.begin(file)
            for found in objects_of(self._archive, file):
                if isinstance(found, Skipped):
                    yield found, done / total
                    continue
                _, line, raw, read = found
                for item in reader.read(_unwrapped(raw), line):
                    yield item, (done + read) / total
            done += sizes[file]


def _is_told(archive: Archive, name: str) -> bool:
    return not first_keys(archive, name) or export_of(archive, name) == GITHUB


def _unwrapped(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the issues, discussions and comments in an object: itself, or those deep within."""
    if "body" in raw:
        return [raw]
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict) and "number" in value and "body" in value:
            found.append(value)
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
    return found
