"""A mailbox that grows is read on from where it ended, with the same outcome as a whole reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.sources.archive import open_archive
from agent.sources.mbox_growing import GrowingMbox
from agent.sources.protocol import Item, Progress
from memory.records.talk import Message
from tests.sources.archives import COMMUNITY, read_all

AFTER_ALL = 3


def mail(number: int, words: str = "Rinse the paper.", answers: int | None = None) -> str:
    """One mail of an mbox."""
    reply = f"In-Reply-To: <{answers}@x>\n" if answers is not None else ""
    return (
        f"From a{number % 3}@x.org Mon May  6 12:00:{number:02} 2024\n"
        f"From: A{number % 3} <a{number % 3}@x.org>\nMessage-ID: <{number}@x>\n{reply}"
        f"Date: Mon, 6 May 2024 12:00:{number:02} +0000\nSubject: {'Re: ' if reply else ''}paper\n"
        f"\n{words} {number}\n\n"
    )


def said(items: list[Item]) -> list[Message]:
    """The messages alone."""
    return [item for item in items if isinstance(item, Message)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Rinse it.", "From here on\nit is wet.", ">From me"]),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.integers(0, 8), max_size=4),
)
def test_growing_step_by_step_ends_like_one_reading(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], cuts: list[int]
) -> None:
    """Threads, authors, lines and texts are those of a reading of the whole; each comes once."""
    path = tmp_path_factory.mktemp("mail") / "box.mbox"
    mails = [mail(n, text, n - 1 if n % 2 else None) for n, text in enumerate(words)]
    ends = sorted({*(cut for cut in cuts if 0 < cut < len(mails)), len(mails)})
    found: list[Message] = []
    source: GrowingMbox | None = None
    for end in ends:
        path.write_text("".join(mails[:end]))
        archive = open_archive(path)
        if source is None:
            source = GrowingMbox(archive, COMMUNITY)
        else:
            assert source.go_on(archive)
        found += said(list(source.read()))
        source.ended()
    assert found == said(read_all(path))


def grown(path: Path, before: str, after: str) -> tuple[bool, int]:
    """Whether reading goes on once a file that was read has become another; messages read."""
    path.write_text(before)
    source = GrowingMbox(open_archive(path), COMMUNITY)
    list(source.read())
    source.ended()
    path.write_text(after)
    goes_on = source.go_on(open_archive(path))
    return goes_on, len(said(list(source.read())))


def test_only_the_tail_is_read(tmp_path: Path) -> None:
    """What was read before is not read again, and its positions are no positions of a whole."""
    box = mail(0) + mail(1, answers=0)
    assert grown(tmp_path / "a", box, box + mail(2)) == (True, 1)
    source = GrowingMbox(open_archive(tmp_path / "a"), COMMUNITY)
    whole = {item.position for item in source.read() if isinstance(item, Progress)}
    source.ended()
    source.go_on(open_archive(tmp_path / "a"))
    assert not whole & {item.position for item in source.read() if isinstance(item, Progress)}


@pytest.mark.parametrize(
    "after",
    [
        mail(0, "Rinse the PAPER.") + mail(1) + mail(2),
        mail(1) + mail(0) + mail(2),
        mail(0) + mail(1) + "more of the last mail\n" + mail(2),
    ],
)
def test_a_rewritten_file_is_read_as_a_whole(tmp_path: Path, after: str) -> None:
    """A single byte before the place where reading ended, or no mail after it, and all is read."""
    assert grown(tmp_path / "a", mail(0) + mail(1), after) == (False, AFTER_ALL)


def test_a_shorter_file_is_read_as_a_whole(tmp_path: Path) -> None:
    """What was cut off is not taken for grown."""
    assert grown(tmp_path / "a", mail(0) + mail(1), mail(0)) == (False, 1)
