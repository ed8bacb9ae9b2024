"""Folders that mix formats: every file is read by its own, and what is not read is named."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from agent.sources.detect import recognise
from agent.sources.importer import import_archive
from agent.sources.protocol import Progress, Skipped
from memory.errors import UserInputError
from memory.records.people import Community
from memory.records.talk import Message
from memory.store.sql import SqlStore
from tests.sources.archives import FixedClock, read_all, write_files

COMMUNITY = Community.id_of("Mixed")
MBOX = (
    "From ana@x.org Mon May  6 12:00:00 2024\nFrom: Ana <ana@x.org>\nMessage-ID: <1@x>\n"
    "Date: Mon, 6 May 2024 12:00:00 +0000\nSubject: paper\n\nRinse the paper first.\n"
)
IRC = "[12:00] <ana> rinse the paper first\n[12:01] <bo> why is that so?\n"
LINES = json.dumps(
    {"type": "message", "id": "1", "channel": "c", "author": "cy", "text": "Rinse it first.",
     "time": "2024-05-06T12:00:00Z"}
)  # fmt: skip
DISCORD = json.dumps(
    {
        "guild": {"id": "1", "name": "g"},
        "channel": {"id": "2", "name": "c", "type": "GuildTextChat"},
        "messages": [
            {
                "id": "3",
                "type": "Default",
                "timestamp": "2024-05-06T12:00:00+00:00",
                "content": "Rinse it first.",
                "author": {"id": "4", "name": "di", "isBot": False},
            }
        ],
    }
)
POSTS = (
    '<posts><row Id="1" PostTypeId="1" CreationDate="2024-05-06T12:00:00.000" Title="t" '
    'Body="&lt;p&gt;Why rinse?&lt;/p&gt;" OwnerDisplayName="ed" Score="1" Tags="&lt;a&gt;" />'
    "</posts>"
)
FILES = {
    "mail/2024-May.mbox": MBOX,
    "irc/2024-05-06-#brew.txt": IRC,
    "chat.jsonl": LINES,
    "discord/c.json": DISCORD,
    "site/Posts.xml": POSTS,
    "notes.html": "<p>hello</p>",
    "old.zip": "PK",
    "uploads/shared.mbox": MBOX,
}


def test_every_file_is_read_by_its_own_format(tmp_path: Path) -> None:
    """Mail, IRC, JSONL, Discord and a dump in one folder all arrive in one import."""
    folder = write_files(tmp_path / "mixed", FILES)
    items = read_all(folder)
    sources = {item.source for item in items if isinstance(item, Message)}
    assert sources == {"mbox", "irc", "jsonl", "discord", "stackexchange"}
    said = [item for item in items if isinstance(item, Message)]
    assert len(said) == 6
    marks = [item for item in items if isinstance(item, Progress)]
    assert len({mark.position for mark in marks}) == len(marks)
    fractions = [mark.fraction for mark in marks]
    assert fractions == sorted(fractions)


def test_what_is_not_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    """An unknown format and an inner archive are named; what people shared is nobody's talk."""
    items = read_all(write_files(tmp_path / "mixed", FILES))
    skipped = {item.where: item.why for item in items if isinstance(item, Skipped)}
    assert set(skipped) == {"notes.html", "old.zip"}
    assert "passdown import old.zip --community NAME" in skipped["old.zip"]


def test_a_mixed_folder_is_taken_in_once_and_goes_on_from_any_mark(tmp_path: Path) -> None:
    """Importing twice changes nothing, and reading after a mark yields exactly the rest."""
    folder = write_files(tmp_path / "mixed", FILES)
    store = SqlStore.open(tmp_path / "p.sqlite")
    first = import_archive(store, folder, "Mixed", FixedClock())
    again = import_archive(store, folder, "Mixed", FixedClock())
    store.close()
    assert (first.added, again.added, again.unchanged) == (6, 0, 6)
    items = read_all(folder)
    for place, item in enumerate(items):
        if isinstance(item, Progress):
            assert read_all(folder, item.position) == items[place + 1 :]


def test_one_format_alone_is_read_as_before(tmp_path: Path) -> None:
    """A folder of one format keeps its own name and fingerprint."""
    only = {name: text for name, text in FILES.items() if name.startswith(("mail", "notes"))}
    assert recognise(write_files(tmp_path / "mail", only)).name == "mbox"


def test_pipes_sockets_and_devices_are_passed_over_at_once(tmp_path: Path) -> None:
    """Nothing that is no file is opened: in a folder it is skipped, alone it is refused."""
    folder = write_files(tmp_path / "mixed", {"2024-05-06-#brew.txt": IRC})
    os.mkfifo(folder / "pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))
        assert sum(isinstance(item, Message) for item in read_all(folder)) == 2
        for special in (folder / "pipe.jsonl", folder / "socket", Path("/dev/null")):
            with pytest.raises(UserInputError, match=r"is a (named pipe|socket|device)"):
                recognise(special)
