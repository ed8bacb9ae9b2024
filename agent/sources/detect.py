"""Which format an archive is in."""

from __future__ import annotations

from pathlib import Path

from agent.sources.archive import first_bytes, open_archive
from agent.sources.discord import DiscordFormat
from agent.sources.discourse import DiscourseFormat
from agent.sources.github import GithubFormat
from agent.sources.irc import IrcFormat
from agent.sources.jsonl import JsonlFormat
from agent.sources.matrix import MatrixFormat
from agent.sources.mbox import MboxFormat
from agent.sources.mixed import MixedFormat
from agent.sources.parts import sort_files
from agent.sources.protocol import SourceFormat
from agent.sources.slack import SlackFormat
from agent.sources.stackexchange import StackExchangeFormat
from agent.sources.zulip import ZulipFormat
from memory.errors import UserInputError

FORMATS: tuple[SourceFormat, ...] = (
    SlackFormat(),
    StackExchangeFormat(),
    MboxFormat(),
    DiscourseFormat(),
    ZulipFormat(),
    GithubFormat(),
    DiscordFormat(),
    MatrixFormat(),
    IrcFormat(),
    JsonlFormat(),
)
SUPPORTED = (
    "a Slack export (folder or zip), a Stack Exchange dump (Posts.xml, its folder or a zip of it), "
    "mail (mbox files or a maildir), Discourse topics or posts, a Zulip export or archive, GitHub "
    "issues or discussions, Discord channels or Matrix rooms (all as JSON), IRC logs, or a JSONL "
    "file"
)
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"


def recognise(path: Path) -> SourceFormat:
    """Return the format of the archive at `path`, or all that are mixed in it, each with its files.

    Raises `UserInputError` for nothing there, an empty file or folder, or an unknown format, and
    `SourceError` for an archive that is unsafe to open.
    """
    archive = open_archive(path)
    if not any(archive.sizes.values()):
        raise UserInputError(f"{str(path)!r} is empty; expected {SUPPORTED}")
    found = sort_files(archive)
    if len(found.parts) > 1:
        return MixedFormat(found)
    for known in FORMATS:
        if known.recognises(path):
            return known
    if found.parts:
        return MixedFormat(found)
    first = next(iter(archive.sizes))
    if len(archive.sizes) == 1 and first_bytes(archive, first).startswith(_SEVEN_ZIP):
        raise UserInputError(f"{str(path)!r} is a .7z file; unpack it and import the folder")
    raise UserInputError(f"{str(path)!r} is in no known format; expected {SUPPORTED}")
