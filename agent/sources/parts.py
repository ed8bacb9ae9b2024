"""Which files of an archive are of which format, where one folder holds several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import IO

from agent.sources.archive import Archive, first_bytes, kept_open
from agent.sources.discord import DiscordFormat
from agent.sources.discourse import DiscourseFormat
from agent.sources.github import GithubFormat
from agent.sources.irc import IrcFormat, belongs_to_log, is_log
from agent.sources.json_exports import DISCORD, DISCOURSE, GITHUB, MATRIX, ZULIP, export_of
from agent.sources.jsonl import ENDINGS, JsonlFormat
from agent.sources.matrix import MatrixFormat
from agent.sources.mbox import MboxFormat, is_mail_file
from agent.sources.protocol import SourceFormat
from agent.sources.slack import DAY_FILE, SlackFormat
from agent.sources.slack_people import CHANNEL_LISTS, USER_LISTS
from agent.sources.stackexchange import DUMP_FILES, StackExchangeFormat
from agent.sources.zulip import ZulipFormat

_EXPORTS: dict[str, SourceFormat] = {
    DISCOURSE: DiscourseFormat(),
    ZULIP: ZulipFormat(),
    GITHUB: GithubFormat(),
    DISCORD: DiscordFormat(),
    MATRIX: MatrixFormat(),
}
_MAIL, _LOG, _LINES, _STRANGE = "mail", "log", "lines", "strange"
_ALONE: dict[str, SourceFormat] = {
    _MAIL: MboxFormat(),
    **_EXPORTS,
    _LOG: IrcFormat(),
    _LINES: JsonlFormat(),
}
"""Formats whose files are told by themselves."""
SHARED = frozenset({"uploads", "attachments", "avatars", "emoji", "media", "assets"})
_LISTS = frozenset({*USER_LISTS, *CHANNEL_LISTS})
_MAY_TELL = (".json", ".jsonl", ".ndjson", ".xml", ".mbox", ".eml", ".log", ".txt", ".gz", ".html")
_PACKED = (".zip", ".7z", ".tar", ".tgz", ".rar")


class PartArchive:
    """Some files of an archive, those of the folder `below` by their names in it."""

    def __init__(self, archive: Archive, names: Iterable[str], below: str = "") -> None:
        self.path = archive.path
        self.top = archive.top + below
        self.sizes = {name.removeprefix(below): archive.sizes[name] for name in sorted(names)}
        self._archive = archive
        self._below = below

    def stamp(self, name: str) -> str:
        return self._archive.stamp(self._below + name)

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._below + name)


@dataclass(frozen=True, slots=True)
class Part:
    """The files of one format."""

    format: SourceFormat
    archive: PartArchive


@dataclass(frozen=True, slots=True)
class Sorted:
    """An archive by formats."""

    parts: tuple[Part, ...]
    unread: tuple[tuple[str, str], ...]
    """Files that may hold talk and are in no known format, each with why it is not read."""


def sort_files(archive: Archive) -> Sorted:
    """Tell each file's format; what needs its folder (Slack, Stack Exchange) takes that first.

    What people shared in an export lies in folders of its own, and is nobody's talk.
    """
    left = [name for name in archive.sizes if not SHARED & set(name.lower().split("/")[:-1])]
    parts: list[Part] = []
    for part, taken in [*_dumps(archive, left), *_slacks(archive, left)]:
        parts.append(part)
        gone = set(taken)
        left = [name for name in left if name not in gone]
    found: dict[str, list[str]] = defaultdict(list)
    for name in left:
        found[_format_of(archive, name)].append(name)
    _give_companions(archive, found)
    for kind, known in _ALONE.items():
        if names := found.get(kind):
            parts.append(Part(known, PartArchive(archive, names)))
    unknown = [*found.get("", ()), *found.get(_STRANGE, ())]
    return Sorted(tuple(parts), tuple(_unread(sorted(unknown))))


def _format_of(archive: Archive, name: str) -> str:
    """The format of a file that is looked at by itself; empty for none."""
    lowered = name.lower()
    if lowered.endswith(ENDINGS):
        return _LINES
    if lowered.endswith(".json"):
        return export_of(archive, name) or _STRANGE
    if is_mail_file(archive, name):
        return _MAIL
    return _LOG if is_log(archive, name) else ""


def _give_companions(archive: Archive, found: dict[str, list[str]]) -> None:
    """Give what belongs to a log to the logs, and strange JSON to the export beside it."""
    if found.get(_LOG):
        beside = [name for name in found.get("", ()) if belongs_to_log(archive, name)]
        found[_LOG] += beside
        found[""] = [name for name in found.get("", ()) if name not in set(beside)]
    export = next((one for one in _EXPORTS if found.get(one)), None)
    if export is not None:
        found[export] += found.pop(_STRANGE, [])


def _unread(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        lowered = name.lower()
        if lowered.endswith(_PACKED):
            why = (
                "an archive inside another is not read; take it out and import it by itself: "
                f"`passdown import {quote(name.rpartition('/')[2])} --community NAME`"
            )
            yield name, why
        elif lowered.endswith(_MAY_TELL):
            yield name, "it is in no known format, so it was not read"


def _dumps(archive: Archive, left: Iterable[str]) -> Iterator[tuple[Part, list[str]]]:
    """The Stack Exchange dumps, each in its folder."""
    for folder, names in _folders(left).items():
        files = [name for name in names if name.removeprefix(folder).lower() in DUMP_FILES]
        if any(name.removeprefix(folder).lower() == "posts.xml" for name in files):
            yield Part(StackExchangeFormat(), PartArchive(archive, files, folder)), files


def _slacks(archive: Archive, left: Sequence[str]) -> Iterator[tuple[Part, list[str]]]:
    """The Slack exports, each with the day files in the folders below its lists."""
    for folder, names in _folders(left).items():
        lists = [name for name in names if name.removeprefix(folder) in _LISTS]
        if not any(first_bytes(archive, name).lstrip().startswith(b"[") for name in lists):
            continue
        days = [
            name
            for name in left
            if name.startswith(folder)
            and DAY_FILE.fullmatch(name.removeprefix(folder))
            and not export_of(archive, name)
        ]
        others = [name for name in names if name.lower().endswith(".json")]
        others = [name for name in others if name in lists or not export_of(archive, name)]
        part = Part(SlackFormat(), PartArchive(archive, {*days, *others}, folder))
        with kept_open(part.archive):
            if part.format.recognises(archive.path):
                yield part, [*days, *others]


def _folders(files: Iterable[str]) -> dict[str, list[str]]:
    """Files by the folder that they lie in, with its `/`."""
    folders: dict[str, list[str]] = defaultdict(list)
    for name in files:
        folders[name[: name.rfind("/") + 1]].append(name)
    return folders
