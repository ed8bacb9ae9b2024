"""The server as people start it: what it sends, to whom, and how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError

from tests.tui.conftest import passdown
from tests.tui.serving.serving import Served, serving

KINDS = ("/", "/static/page.js", "/static/textual.js", "/static/none", "/ws", "/download/x", "/x")
"""A page, files, the web socket, and what there is not."""


@pytest.fixture(scope="module")
def served(asked_home: Path) -> Iterator[Served]:
    """A server on loopback."""
    with serving(asked_home) as one:
        yield one


def visit(served: Served, script: Callable[[ClientSession], Awaitable[None]]) -> None:
    """Run a script of requests in a client that keeps cookies like a browser."""

    async def run() -> None:
        jar = CookieJar(unsafe=True)
        async with ClientSession(served.address, cookie_jar=jar) as client:
            await script(client)

    asyncio.run(run())


async def log_in(client: ClientSession, served: Served) -> None:
    """Follow the link that was printed."""
    async with client.get(served.link) as response:
        assert response.status == 200


def test_nothing_is_sent_without_the_token(served: Served) -> None:
    """Page, file, socket and download alike are refused, and so is a wrong token."""

    async def script(client: ClientSession) -> None:
        for path in (*KINDS, "/?token=", "/?token=wrong", f"{KINDS[1]}?token=wrong"):
            async with client.get(path, headers={"Origin": served.address}) as response:
                assert response.status == 403, path
                assert "passdown serve" in await response.text()
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect("/ws", origin=served.address)
        assert refused.value.status == 403

    visit(served, script)


def test_the_token_is_exchanged_for_a_cookie_out_of_reach_of_scripts(served: Served) -> None:
    """It leaves the address at once; the cookie is HttpOnly and SameSite=Strict, and other."""

    async def script(client: ClientSession) -> None:
        async with client.get(served.link, allow_redirects=False) as response:
            assert response.status == 303
            assert response.headers["Location"] == "/"
            cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert served.link.partition("token=")[2] not in cookie
        for path in KINDS[:3]:
            async with client.get(path) as response:
                assert response.status == 200, path
        for path in ("/static/none", "/static/%2e%2e%2fserver.py", "/download/x", "/x"):
            async with client.get(path) as response:
                assert response.status == 404, path

    visit(served, script)


def test_another_origin_and_another_host_are_refused(served: Served) -> None:
    """Even with the cookie: for the page, the files, and the socket."""

    async def script(client: ClientSession) -> None:
        await log_in(client, served)
        elsewhere = (
            {"Origin": "http://evil.example"},
            {"Host": f"evil.example:{served.port}"},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        )
        for headers in elsewhere:
            for path in KINDS:
                async with client.get(path, headers=headers) as response:
                    assert response.status == 403, (path, headers)
        for origin in ("http://evil.example", "null", None):
            with pytest.raises(WSServerHandshakeError) as refused:
                await client.ws_connect("/ws", origin=origin)
            assert refused.value.status == 403

    visit(served, script)


def test_the_page_refers_to_nobody_else_and_is_held_to_it(served: Served) -> None:
    """No other host, no web font, no script in the page; the policy allows none either."""

    async def script(client: ClientSession) -> None:
        await log_in(client, served)
        async with client.get("/") as response:
            page, headers = await response.text(), response.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        named = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert named
        assert all(name.startswith("/static/") or name == "data:," for name in named)
        assert "<style" not in page
        assert "<script>" not in page
        for name in (name for name in named if name.startswith("/")):
            async with client.get(name) as response:
                text = await response.text()
            assert "@font-face" not in text
            assert "Roboto" not in text
            assert "fonts.googleapis" not in text
            assert "url(http" not in text

    visit(served, script)


def test_what_is_malformed_ends_nothing(served: Served) -> None:
    """A socket that is sent nonsense goes on drawing the screens."""

    async def script(client: ClientSession) -> None:
        await log_in(client, served)
        async with client.ws_connect("/ws?width=x&height=-1", origin=served.address) as screens:
            nonsense = ("", "{", "7", "[]", '["stdin"]', '["stdin", 7]', '["resize", {"width": 0}]')
            for told in (*nonsense, '["resize", {"width": 1e9, "height": 1}]', '["unknown"]'):
                await screens.send_str(told)
            await screens.send_json(["ping", "7"])
            drawn = b""
            while b"Inbox" not in drawn:
                message = await screens.receive(60)
                if isinstance(message.data, bytes):
                    drawn += message.data
                else:
                    assert json.loads(message.data) == ["pong", "7"]

    visit(served, script)


def test_a_refusal_is_shown_in_the_browser(asked_home: Path) -> None:
    """A home that went away after the start is told in words."""
    with serving(asked_home) as served:

        async def script(client: ClientSession) -> None:
            await log_in(client, served)
            database = asked_home / "passdown.sqlite"
            aside = database.rename(asked_home / "aside")
            database.write_bytes(b"not a database" * 100)
            try:
                async with client.ws_connect("/ws", origin=served.address) as screens:
                    message = await screens.receive(60)
            finally:
                aside.rename(database)
            assert isinstance(message.data, bytes)
            assert b"passdown.sqlite" in message.data

        visit(served, script)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_and_keeps_what_is_typed(
    how: signal.Signals, community_copy: Path
) -> None:
    """Told to end in the middle of a sentence, it stores the sentence and leaves no program."""
    with serving(community_copy) as served:

        async def script(client: ClientSession) -> None:
            await log_in(client, served)
            async with client.ws_connect("/ws", origin=served.address) as screens:
                drawn = b""
                while b"Send ^s" not in drawn:
                    drawn += (await screens.receive_bytes(timeout=60)) or b""
                await screens.send_json(["stdin", "hum of the motor"])
                await asyncio.sleep(1)
                served.process.send_signal(how)
                async for _ in screens:
                    continue

        visit(served, script)
        assert served.process.wait(60) == 0
    with closing(sqlite3.connect(community_copy / "passdown.sqlite")) as record:
        assert record.execute("SELECT text FROM drafts").fetchone() == ("hum of the motor",)


def test_its_programs_end_with_it_even_when_it_is_killed(community_copy: Path) -> None:
    """A server that is gone at once leaves no screens behind, and what was typed is kept."""
    with serving(community_copy) as served:

        async def script(client: ClientSession) -> None:
            await log_in(client, served)
            async with client.ws_connect("/ws", origin=served.address) as screens:
                drawn = b""
                while b"Send ^s" not in drawn:
                    drawn += await screens.receive_bytes(timeout=60)
                await screens.send_json(["stdin", "kept"])
                await asyncio.sleep(1)
                assert _programs(community_copy)
                served.process.kill()

        visit(served, script)
        end = time.monotonic() + 30
        while _programs(community_copy):
            assert time.monotonic() < end, "the screens are still there"
            time.sleep(0.2)
    with closing(sqlite3.connect(community_copy / "passdown.sqlite")) as record:
        assert record.execute("SELECT text FROM drafts").fetchone() == ("kept",)


def _programs(home: Path) -> list[str]:
    """Processes of served screens at this home."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes()
        except OSError:
            continue
        if b"tui.serving.served" in words and str(home).encode() in words:
            found.append(file.parent.name)
    return found


def test_a_port_in_use_is_said_in_a_sentence(asked_home: Path) -> None:
    """It ends with code 2 and names the port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        outcome = passdown("--home", str(asked_home), "serve", "--port", port)
    assert outcome.code == 2
    assert f"port {port} of '127.0.0.1' is in use" in outcome.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "0.0.0.0"), "--expose"),  # noqa: S104 - the subject
        (("--part", "attic"), "'attic'"),
        (("--look", "pink"), "'pink'"),
        (("--as", "nobody"), "'nobody'"),
        (("--host", "256.1.1.1", "--expose"), "cannot listen"),
    ],
)
def test_bad_input_starts_nothing(asked_home: Path, options: tuple[str, ...], told: str) -> None:
    """A plain sentence and code 2, before anything listens."""
    outcome = passdown("--home", str(asked_home), "serve", *options)
    assert outcome.code == 2
    assert told in outcome.err
    assert not outcome.out
