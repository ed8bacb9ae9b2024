"""One browser's program: a process of its own, fed with what is typed, ended in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

if TYPE_CHECKING:
    from aiohttp.web import WebSocketResponse

LAST_MOMENT = 10.0
"""Seconds in which a program may store what is typed before it is ended by force."""
COLUMNS = range(1, 1001)
LINES = range(1, 501)
EDITORS = ("VISUAL", "EDITOR")


class HostedApp(AppService):
    """The screens for one web socket."""

    def __init__(self, command: Sequence[str], socket: WebSocketResponse) -> None:
        super().__init__(
            command[0],
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self.hang_up,
            download_manager=DownloadManager(),
        )
        self._words = tuple(command)
        self._socket = socket

    async def hang_up(self) -> None:
        """Close the web socket; the page then says so."""
        if not self._socket.closed:
            await self._socket.close()

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        """As for every program, but no editor: it would open on the server."""
        environment = super()._build_environment(width, height)
        return {name: value for name, value in environment.items() if name not in EDITORS}

    async def _open_app_process(
        self, width: int = 80, height: int = 24
    ) -> asyncio.subprocess.Process:
        """Start it without a shell, out of reach of this terminal's ctrl+c: the server ends it."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=self._build_environment(width, height),
            start_new_session=True,
        )
        self._process, self._stdin = process, process.stdin
        return process

    async def run(self) -> None:
        """Hand on what it draws until it ends, then close the socket."""
        await super().run()
        await self.hang_up()

    async def on_data(self, payload: bytes) -> None:
        """Hand on what was drawn; a browser that is gone must not keep the program waiting."""
        with suppress(ConnectionError):
            await super().on_data(payload)

    async def on_meta(self, data: bytes) -> None:
        """Let it end and open web pages; files are never sent."""
        told = json.loads(data)
        kind = told.get("type")
        if kind == "exit" or (
            kind == "open_url" and urlsplit(str(told.get("url"))).scheme in {"http", "https"}
        ):
            with suppress(ConnectionError):
                await super().on_meta(data)

    async def take(self, told: str) -> None:
        """Take what the browser tells: keys, size, focus. What is malformed is passed over."""
        match _envelope(told):
            case ["stdin", str(keys)]:
                await self.send_bytes(keys.encode("utf-8", errors="replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                if width in COLUMNS and height in LINES:
                    await self.set_terminal_size(width, height)
            case ["ping", str(when)]:
                await self._socket.send_json(["pong", when])
            case ["focus", *_]:
                await self.focus()
            case ["blur", *_]:
                await self.blur()

    async def stop(self) -> None:
        """Ask it to end and wait for it; by force where it does not."""
        with suppress(TimeoutError):
            await asyncio.wait_for(super().stop(), LAST_MOMENT)
        process = self._process
        if process is None:
            return
        try:
            await asyncio.wait_for(process.wait(), LAST_MOMENT)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _envelope(told: str) -> list[Any]:
    try:
        given = json.loads(told)
    except ValueError:
        return []
    return given if isinstance(given, list) else []
