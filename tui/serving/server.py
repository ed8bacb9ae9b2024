"""The server: every request through the door, then the page, its files, or a web socket."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.typedefs import Handler

from memory.errors import UserInputError
from tui.serving.door import Door
from tui.serving.hosted import HostedApp
from tui.serving.page import HEADERS, HTML, page, static_file

MOST_OPEN = 16
"""Browser tabs at once; each is a program of its own."""
HEARTBEAT = 15.0
"""Seconds between two looks at whether a browser is still there."""
LARGEST = 4 * 1024 * 1024
"""Bytes of one message of a browser: the largest paste."""
SIZES = frozenset(str(size) for size in range(1, 1001))
"""Columns or lines that a browser may ask for."""
OPEN_AGAIN = "open the link that `passdown serve` printed when it started"

Opened = Callable[[], None]
"""Called once the server listens."""


class ScreensServer:
    """Serves the screens that `command` starts to browsers that come through `door`."""

    def __init__(self, door: Door, command: Sequence[str]) -> None:
        self._door = door
        self._command = command
        self._open: dict[HostedApp, web.WebSocketResponse] = {}

    def application(self) -> web.Application:
        """Its routes. Nothing is answered that has not gone through the door."""
        application = web.Application(middlewares=[self._at_the_door])
        application.add_routes(
            [
                web.get("/", self._page),
                web.get("/static/{name}", self._static),
                web.get("/ws", self._screens),
            ]
        )
        application.on_response_prepare.append(_add_headers)
        application.on_shutdown.append(self._end_all)
        return application

    @web.middleware
    async def _at_the_door(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        socket = request.headers.get("Upgrade", "").lower() == "websocket"
        refusal = self._door.refusal(request.headers, socket=socket or request.path == "/ws")
        if refusal:
            return _refused(refusal)
        token = request.query.get("token")
        if token is not None and request.path == "/":
            return self._let_in() if self._door.opens(token) else _refused(OPEN_AGAIN)
        if not self._door.knows(request.cookies.get(self._door.cookie)):
            return _refused(OPEN_AGAIN)
        return await handler(request)

    def _let_in(self) -> web.Response:
        """Exchange the token for the cookie; the address bar and the history keep no token."""
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            self._door.cookie, self._door.session, httponly=True, samesite="Strict", path="/"
        )
        return response

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=page(), content_type=HTML)

    async def _static(self, request: web.Request) -> web.Response:
        found = static_file(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        text, kind = found
        return web.Response(text=text, content_type=kind)

    async def _screens(self, request: web.Request) -> web.StreamResponse:
        """Run the screens for as long as the browser stays."""
        if len(self._open) >= MOST_OPEN:
            raise web.HTTPServiceUnavailable(text=f"{MOST_OPEN} tabs are open; close one\n")
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LARGEST)
        await socket.prepare(request)
        hosted = HostedApp(self._command, socket)
        self._open[hosted] = socket
        try:
            await hosted.start(_size(request, "width", 80), _size(request, "height", 24))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await hosted.take(message.data)
        finally:
            await hosted.stop()
            del self._open[hosted]
        return socket

    async def _end_all(self, _application: web.Application) -> None:
        """End every program in order before the server does."""
        for hosted, socket in list(self._open.items()):
            with suppress(ConnectionError):
                await socket.close(code=WSCloseCode.GOING_AWAY)
            await hosted.stop()

    async def serve(self, host: str, port: int, opened: Opened) -> None:
        """Listen until the process is told to end. Raises `UserInputError` where it cannot."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(name, ended.set)
        runner = web.AppRunner(self.application(), access_log=None, handle_signals=False)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port, reuse_address=True)
            await _listen(site.start, host, port)
            opened()
            await ended.wait()
        finally:
            await runner.cleanup()


async def _listen(start: Callable[[], Awaitable[None]], host: str, port: int) -> None:
    try:
        await start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserInputError(
                f"port {port!r} of {host!r} is in use; choose another with --port"
            ) from error
        raise UserInputError(f"cannot listen at {host!r}, port {port!r}: {error}") from error


def _size(request: web.Request, name: str, usual: int) -> int:
    given = request.query.get(name, "")
    return int(given) if given in SIZES else usual


def _refused(why: str) -> web.Response:
    return web.Response(status=403, text=f"Passdown: {why}\n")


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
