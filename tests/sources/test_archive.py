"""Hostile and broken archives: refused or survived, never harmful."""

from __future__ import annotations

import stat
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from agent.sources.archive import MAX_RECORD_BYTES, open_archive, utf8_chunks
from agent.sources.detect import recognise
from agent.sources.mbox_scan import scan_mails
from agent.sources.scanning import scan_elements, scan_lines, scan_rows
from memory.errors import PassdownError, SourceError, UserInputError
from tests.sources.archives import (
    chat,
    messages_of,
    posts,
    question,
    read_all,
    skipped_of,
    slack_files,
    write_files,
    write_zip,
)

MEBI = 1024 * 1024


@pytest.mark.parametrize(
    "name", ["../Posts.xml", "/etc/Posts.xml", "a/../../b", "C:/x", "a\\..\\b"]
)
def test_a_zip_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    """Path traversal refuses the whole zip and names the entry."""
    path = write_zip(tmp_path / "a.zip", {"Posts.xml": posts([question(1)]), name: "x"})
    with pytest.raises(SourceError, match="outside the archive"):
        recognise(path)


def test_a_link_inside_a_zip_is_refused(tmp_path: Path) -> None:
    """A symbolic link in a zip can lead anywhere."""
    path = write_zip(tmp_path / "a.zip", {"Posts.xml": posts([question(1)])})
    link = zipfile.ZipInfo("general")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc")
    with pytest.raises(SourceError, match="outside"):
        recognise(path)


def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    """A file that only points elsewhere is not read; a link inside the folder is fine."""
    folder = write_files(tmp_path / "site", {"real.xml": posts([question(1)])})
    (folder / "Posts.xml").symlink_to(folder / "real.xml")
    assert len(messages_of(read_all(folder))) == 1
    secret = tmp_path / "secret"
    secret.write_text("x")
    (folder / "Users.xml").symlink_to(secret)
    with pytest.raises(SourceError, match="link that leaves"):
        recognise(folder)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    """A zip that would grow over 200-fold is refused before anything is unpacked."""
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("Posts.xml", "w") as entry,
    ):
        for _ in range(64):
            entry.write(b" " * MEBI)
    with pytest.raises(SourceError, match="zip bomb"):
        recognise(path)


def test_a_lying_zip_yields_no_more_than_it_declares(tmp_path: Path) -> None:
    """A declared size bounds what is read; a wrong checksum ends in an error of ours."""
    path = write_zip(tmp_path / "a.zip", {"Posts.xml": posts(question(n) for n in range(2_000))})
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 3] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(PassdownError):
        read_all(path)


def test_a_damaged_slack_zip_goes_on_with_other_files(tmp_path: Path) -> None:
    """A day that cannot be unpacked is skipped by name; the other days are read."""
    files = slack_files({f"general/2023-11-{day}": [chat(day, f"d{day}")] for day in (14, 15, 16)})
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(b'"d15"', b'"dXX"', 1))
    items = read_all(path)
    assert {"d14", "d16"} <= {message.text for message in messages_of(items)}
    assert [skipped.where for skipped in skipped_of(items)] == ["general/2023-11-15.json"]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "is empty"),
        ({"Posts.xml": ""}, "is empty"),
        ({"notes.txt": "hello"}, "no known format"),
        ({"site.7z": b"7z\xbc\xaf\x27\x1c" + b"x" * 50}, "unpack it"),
    ],
)
def test_what_cannot_be_imported_is_said_plainly(
    tmp_path: Path, files: dict[str, str | bytes], why: str
) -> None:
    """Nothing there, empty, unknown and .7z each get their own sentence."""
    (tmp_path / "in").mkdir()
    with pytest.raises(UserInputError, match=why):
        recognise(write_files(tmp_path / "in", files))
    with pytest.raises(UserInputError, match="no file or folder"):
        recognise(tmp_path / "missing")


def test_a_7z_file_is_named_as_such(tmp_path: Path) -> None:
    """A .7z given by its own path says what to do as well."""
    path = write_files(tmp_path, {"coffee.7z": b"7z\xbc\xaf\x27\x1c" + b"x" * 50}) / "coffee.7z"
    with pytest.raises(UserInputError, match="unpack it"):
        recognise(path)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    """A zip cut in half is an unknown file, not a crash."""
    path = write_zip(tmp_path / "a.zip", {"Posts.xml": posts([question(1)])})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(PassdownError):
        recognise(path)


def test_junk_of_operating_systems_is_left_out(tmp_path: Path) -> None:
    """What file managers leave in archives hides no export and is never read."""
    files: dict[str, str | bytes] = {
        "site/Posts.xml": posts([question(1)]),
        "__MACOSX/site/._Posts.xml": b"\0\0",
    }
    path = write_zip(tmp_path / "a.zip", files)
    assert list(open_archive(path).sizes) == ["Posts.xml"]


HUNGRY = """
import resource, sys
from pathlib import Path
from agent.sources.detect import recognise
from agent.sources.mbox_scan import scan_mails
from agent.sources.protocol import Skipped
from memory.records.talk import Message
path = Path(sys.argv[1])
source = recognise(path).open(path, "com_" + "0" * 16)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
counts = {"messages": 0, "skipped": 0}
for item in source.read():
    counts["messages"] += isinstance(item, Message)
    counts["skipped"] += isinstance(item, Skipped)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(counts["messages"], counts["skipped"], grown // 1024)
"""


@pytest.mark.parametrize("kind", ["jsonl", "posts", "slack"])
def test_a_line_of_100_mb_is_passed_over_in_constant_memory(tmp_path: Path, kind: str) -> None:
    """The record after it is read, the long one is skipped, and memory grows by little."""
    before, after, name = {
        "jsonl": (
            '{"id": 1, "text": "a", "time": 1}\n{"id": 2, "text": "',
            '"}\n{"id": 3, "text": "b", "time": 3}',
            "a.jsonl",
        ),
        "posts": (
            f'<posts>{question(1)}<row Id="2" Body="',
            f'"/>{question(3)}</posts>',
            "Posts.xml",
        ),
        "slack": (
            '[{"type":"message","ts":"1.0","text":"a"},{"type":"message","ts":"2.0","text":"',
            '"},{"type":"message","ts":"3.0","text":"b"}]',
            "general/2023-11-14.json",
        ),
    }[kind]
    path = write_files(tmp_path, slack_files({}) if kind == "slack" else {})
    file = write_files(tmp_path, {name: before}) / name
    with file.open("r+b") as sparse:
        sparse.seek(100 * MEBI)
        sparse.write(after.encode())
    ran = subprocess.run(
        [sys.executable, "-c", HUNGRY, str(path if kind == "slack" else file)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    messages, skipped, grown = map(int, ran.stdout.split())
    assert (messages, skipped) == (2, 1)
    assert grown < 40


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64])
def test_cutting_does_not_depend_on_chunks(size: int) -> None:
    """However the bytes arrive, the same records come out, with the same lines."""
    rows = b'<posts>\n<row Id="1"/><row\nId="2" Body="a > b"/>\n<rowdy/><row Id="3"></row></posts>'
    lines = b'\n{"a": 1}\r\n\n{"b": "x"}\nlast'
    elements = b' [ {"a": "},{\\"]"},\n 7,\n[1,\n2], "x,y" ] rest'
    for scan, source in ((scan_rows, rows), (scan_lines, lines), (scan_elements, elements)):
        whole = [(r.line, r.raw) for r in scan([source])]
        cut = [source[n : n + size] for n in range(0, len(source), size)]
        assert [(r.line, r.raw) for r in scan(cut)] == whole
        assert len(whole) >= 3
    assert [(r.line, r.raw) for r in scan_elements([elements])] == [
        (1, b'{"a": "},{\\"]"}'),
        (2, b"7"),
        (3, b"[1,\n2]"),
        (4, b'"x,y"'),
    ]


def test_the_limit_of_a_record_is_exact() -> None:
    """A record of the greatest length passes and one byte more does not."""
    fits, exceeds = b"x" * MAX_RECORD_BYTES, b"x" * (MAX_RECORD_BYTES + 1)
    assert [record.raw == fits for record in scan_lines([fits + b"\n"])] == [True]
    assert [record.raw for record in scan_lines([exceeds + b"\ny"])] == [None, b"y"]


@pytest.mark.parametrize("name", ["users.json", "list.mbox"])
@pytest.mark.parametrize("damage", ["name", "content"])
def test_a_damaged_entry_of_a_zip_ends_in_an_error_of_ours(
    tmp_path: Path, name: str, damage: str
) -> None:
    """Its name is no text where its bytes begin, or its checksum is wrong; mail is no exception."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(
            f"\u00e4-{name}", b"From ann@example.org Thu Mar  5 10:00:00 2026\n\nhello"
        )
    old, new = ("\u00e4".encode(), b"\xe4\xe4") if damage == "name" else (b"hello", b"HELLO")
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    whole = open_archive(path)
    (entry,) = whole.sizes
    reading = scan_mails(whole, entry) if name.endswith(".mbox") else utf8_chunks(whole, entry)
    with pytest.raises(SourceError, match="cannot be read"):
        list(reading)


@pytest.mark.parametrize("name", [b"\0", b"."])
def test_an_entry_without_a_name_is_refused_or_left_out(tmp_path: Path, name: bytes) -> None:
    """A zip that names an entry by nothing ends in an error of ours, or is read without it."""
    path = write_zip(tmp_path / "a.zip", {"Q": "x", "users.json": "[]"})
    path.write_bytes(path.read_bytes().replace(b"Q", name))
    with suppress(SourceError):
        assert "users.json" in open_archive(path).sizes
