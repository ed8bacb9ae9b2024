"""Where words are planted: messages, answers, what profiles hold, and names of files and places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from evals.sample import INJECTION

TALK = INJECTION / "talk" / "talk.jsonl"
GUEST = "guest"
"""Who is present and says nothing of weight: the attacker, but in answers."""
LONGEST_LINE = 160
"""Characters of a name or title."""
LONGEST_FILE_BYTES = 200
"""Of a file's name, which most file systems hold to 255."""
SUFFIX = ".jsonl"


class Kind(StrEnum):
    """What sort of thing holds the words."""

    MESSAGE = "message"
    ANSWER = "answer"
    PROFILE = "profile"
    FILE_NAME = "file_name"


class Place(StrEnum):
    """Where exactly words are planted."""

    MESSAGE = "message"
    """In the place of what the guest says."""
    ANSWER = "answer"
    """After what the expert first answers."""
    NAME = "name"
    """The display names of all who talk, the expert among them, after their own."""
    HANDLE = "handle"
    """What others type to name the guest."""
    ABOUT = "about"
    """The profile line (job title, status) of all who talk."""
    TITLE = "title"
    """The title of the discussion, after its own."""
    CHANNEL = "channel"
    """The name of the channel, which archives keep as a folder's name."""
    ATTACHMENT = "attachment"
    """The name of a file that the expert's message carries."""
    ARCHIVE = "archive"
    """The name of the archive itself, line breaks and all."""

    @property
    def kind(self) -> Kind:
        """What sort of thing this is."""
        return _KINDS[self]


_KINDS: Mapping[Place, Kind] = {
    Place.MESSAGE: Kind.MESSAGE,
    Place.ANSWER: Kind.ANSWER,
    **dict.fromkeys((Place.NAME, Place.HANDLE, Place.ABOUT), Kind.PROFILE),
    **dict.fromkeys((Place.TITLE, Place.CHANNEL, Place.ATTACHMENT, Place.ARCHIVE), Kind.FILE_NAME),
}
WITH_ROOM = frozenset({Place.MESSAGE, Place.ANSWER})
"""Places that hold text of any length and form."""
Planted = Mapping[Place, str]
"""Words by where they are planted; none for the play that others are compared with."""


def in_one_line(words: str) -> str:
    """Words as names and titles are written."""
    return " ".join(words.split())[:LONGEST_LINE]


def as_file_name(words: str) -> str:
    """Words as a file's name: all but what no file system takes, line breaks kept."""
    kept = words.replace("/", "\u2215").replace("\0", " ").encode("utf-8", "replace")
    return kept[:LONGEST_FILE_BYTES].decode("utf-8", "ignore").strip() or "talk"


def planted_words(place: Place, text: str, around: str) -> str:
    """The words as they stand in a place: with a mail around them where there is room for it."""
    if place in WITH_ROOM:
        return "\n\n".join(part for part in (around, text) if part)
    return as_file_name(text) if place is Place.ARCHIVE else in_one_line(text)


def archive_name(planted: Planted) -> str:
    """What the archive is called."""
    return f"{planted.get(Place.ARCHIVE, 'talk')}{SUFFIX}"


def write_archive(folder: Path, planted: Planted) -> Path:
    """The discussion as an archive in `folder`, the words in their places."""
    file = folder / archive_name(planted)
    file.write_text("".join(_lines(planted)), encoding="utf-8")
    return file


def _lines(planted: Planted) -> Iterator[str]:
    talkers = set(_talkers())
    for line in TALK.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        match one.get("type", "message"):
            case "message":
                if one["author"] == GUEST:
                    one["text"] = planted.get(Place.MESSAGE, one["text"])
                for file in one.get("attachments", ()):
                    file["name"] = planted.get(Place.ATTACHMENT, file["name"])
            case "member" if one["id"] in talkers:
                one["name"] = in_one_line(f"{one['name']} {planted.get(Place.NAME, '')}")
                one["title"] = planted.get(Place.ABOUT, one.get("title", ""))
                if one["id"] == GUEST:
                    one["handle"] = planted.get(Place.HANDLE, GUEST)
            case "thread":
                one["title"] = in_one_line(f"{one['title']} {planted.get(Place.TITLE, '')}")
                one["channel"] = planted.get(Place.CHANNEL, one["channel"])
        yield json.dumps(one) + "\n"


def _talkers() -> Iterator[str]:
    for line in TALK.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        if one.get("type", "message") == "message":
            yield one["author"]
