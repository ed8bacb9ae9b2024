"""A whole round in a real browser, by keys alone, and what a browser is refused."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.tui.serving.browser import Tab, browser, chromium
from tests.tui.serving.serving import Served, serving
from tui.cli import main

pytestmark = [
    pytest.mark.skipif(chromium() is None, reason="no Chromium is installed here"),
    pytest.mark.timeout(300),
]
ANSWERS = (
    "Because air in the line makes the pump run dry. Never do it while the line is hot.",
    "A trainee should call me first, since the valve may be hot without a sign.",
    "Check that the pressure is below 2 bar before you open it, otherwise the seal breaks.",
)


def browse(script: Callable[[Tab], Awaitable[None]]) -> None:
    """Run a script in a tab."""

    async def run() -> None:
        async with browser() as tab:
            await script(tab)

    asyncio.run(run())


def one(home: Path, query: str) -> object:
    """The first value that a query finds in the record."""
    with closing(sqlite3.connect(home / "passdown.sqlite", timeout=30)) as record:
        row = record.execute(query).fetchone()
    return row[0] if row else None


def change_seats(home: Path) -> None:
    """Ann goes home to her own account, and Bo sits down: whoever said the words cannot approve."""
    with closing(sqlite3.connect(home / "passdown.sqlite")) as record, record:
        record.execute("UPDATE bindings SET account = 'ann-at-home'")
    assert main(["--home", str(home), "me", "bo"]) == 0


def test_a_round_by_keys_alone(community_copy: Path) -> None:
    """Three answers, a yes to every sentence, a steward's approval, and the guide is found."""
    home = community_copy

    async def answer_and_confirm(tab: Tab) -> None:
        for number, words in enumerate(ANSWERS, 1):
            await tab.sees("Send ^s")
            tab.forget()
            await tab.type(words)
            await tab.press("ctrl+s")
            await tab.sees("Sent. Thank you")
            await tab.sees("That was all" if number == len(ANSWERS) else "One more question")
            tab.forget()
            await tab.press("ctrl+s")
        await tab.press("F3")
        await tab.sees("Wait for your yes (1)")
        tab.forget()
        await tab.press("Enter")
        await tab.sees("waits for your yes")
        await tab.press("a")
        await tab.sees("A steward decides next")

    async def approve_and_ask(tab: Tab) -> None:
        await tab.sees("Inbox")
        await tab.press("F5")
        await tab.sees("1 guide, oldest first")
        await tab.press("Enter")
        await tab.sees("Approve")
        await tab.sees("Source 1 of")
        await tab.press("a")
        published = "SELECT count(*) FROM guides WHERE status = 'published'"
        await tab.until(lambda: one(home, published) == 1)
        await tab.press("F6")
        await tab.sees("1 guide")
        tab.forget()
        await tab.type("why does the pump run dry?")
        await tab.sees("Because air in the line")
        await tab.press("Enter")
        await tab.sees("SOURCES")

    for script, who in ((answer_and_confirm, "ann"), (approve_and_ask, "bo")):
        if who == "bo":
            change_seats(home)
        with serving(home, "--as", who) as served:

            async def play(
                tab: Tab, script: Callable[[Tab], Awaitable[None]] = script, served: Served = served
            ) -> None:
                await tab.go(served.link)
                await script(tab)
                assert tab.complaints == []
                assert {request.split("/")[2] for request in tab.requests} == {
                    f"127.0.0.1:{served.port}"
                }

            browse(play)
    given = "SELECT group_concat(text, '|') FROM messages WHERE text LIKE '%' || ? || '%'"
    with closing(sqlite3.connect(home / "passdown.sqlite")) as record:
        for words in ANSWERS:
            assert record.execute(given, (words,)).fetchone()[0] == words


def test_no_editor_opens_from_a_browser(community_copy: Path) -> None:
    """F4 says so in words, and what is typed stays."""
    with serving(community_copy) as served:

        async def script(tab: Tab) -> None:
            await tab.go(served.link)
            await tab.sees("Send ^s")
            await tab.type("hum")
            await tab.press("F4")
            await tab.sees("not in a browser")
            await tab.until(lambda: one(community_copy, "SELECT text FROM drafts") == "hum")

        browse(script)


def test_other_pages_get_nothing(community_copy: Path) -> None:
    """Without the token there is no page; with it, a page of another origin gets no socket."""
    with serving(community_copy) as served, serving(community_copy) as other:
        socket = (
            "new Promise(done => {{ const s = new WebSocket('ws://127.0.0.1:{}/ws');"
            " s.onopen = () => done('open'); s.onclose = () => done('refused'); }})"
        )
        text = "document.body.innerText"

        async def script(tab: Tab) -> None:
            await tab.go(f"{served.address}/")
            assert "passdown serve" in await _shown(tab, text)
            await tab.go(served.link)
            await tab.sees("Send ^s")
            assert await tab.evaluate("document.cookie") == ""
            assert await tab.evaluate("location.href") == f"{served.address}/"
            await tab.go(other.link)
            await tab.until(lambda: any(str(other.port) in r for r in tab.requests))
            await asyncio.sleep(2)
            assert await tab.evaluate(socket.format(other.port)) == "open"
            await tab.go("about:blank")
            for port in (served.port, other.port):
                assert await tab.evaluate(socket.format(port)) == "refused"

        browse(script)


async def _shown(tab: Tab, text: str) -> str:
    """The words of a page, once there are any."""
    for _ in range(200):
        words = str(await tab.evaluate(text) or "")
        if words:
            return words
        await asyncio.sleep(0.05)
    return ""
