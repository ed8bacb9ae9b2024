"""A real headless Chromium, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--enable-unsafe-swiftshader",
    "--no-first-run",
    "--disable-background-networking",
    "--window-size=1280,800",
    "--remote-debugging-port=0",
)
STARTS_WITHIN = 60.0
"""Seconds."""
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "Tab": ("Tab", 9, ""),
    "Down": ("ArrowDown", 40, ""),
    "Up": ("ArrowUp", 38, ""),
    **{f"F{number}": (f"F{number}", 111 + number, "") for number in range(1, 13)},
}
"""Name in tests -> name in the browser, its code, and the text it makes."""
CONTROL = 2
"""The modifier's bit in the protocol."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_])")


def chromium() -> str | None:
    """Where the browser is, if it is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Tab:
    """One tab: what it shows, and what happened in it."""

    socket: ClientWebSocketResponse
    requests: list[str] = field(default_factory=list)
    """Every address that was asked for."""
    complaints: list[str] = field(default_factory=list)
    """What the browser logged: errors, and what the page's policy refused."""
    _drawn: list[bytes] = field(default_factory=list)
    _answers: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _ids: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    @property
    def drawn(self) -> str:
        """All words that reached the screen, in order, without what places and colours them."""
        return _ESCAPES.sub("", b"".join(self._drawn).decode("utf-8", "replace"))

    def forget(self) -> None:
        """Look only at what is drawn from here on."""
        self._drawn.clear()

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        number = self._ids()
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": params})
        return await asyncio.wait_for(answer, STARTS_WITHIN)

    async def listen(self) -> None:
        """Take in answers and events for as long as the tab lives."""
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            waiting = self._answers.pop(told.get("id", 0), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(told.get("result", {"error": told.get("error")}))
            self._note(told.get("method", ""), told.get("params", {}))

    def _note(self, method: str, params: dict[str, Any]) -> None:
        match method:
            case "Network.webSocketFrameReceived" if params["response"]["opcode"] == 2:
                self._drawn.append(base64.b64decode(params["response"]["payloadData"]))
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(params["url"])
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.complaints.append(params["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(params["exceptionDetails"]))

    async def evaluate(self, expression: str) -> Any:
        """The value of a script in the page; a promise is waited for."""
        told = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        return told.get("result", {}).get("value")

    async def go(self, address: str) -> None:
        """Open an address."""
        await self.call("Page.navigate", url=address)

    async def type(self, words: str) -> None:
        """Type letters, one by one."""
        for letter in words:
            await self.call("Input.dispatchKeyEvent", type="char", text=letter, key=letter)

    async def press(self, key: str) -> None:
        """Press a key by its name in Textual: `ctrl+s`, `F2`, `Enter`, `y`."""
        if key.startswith("ctrl+"):
            letter = key.removeprefix("ctrl+")
            code = ord(letter.upper())
            pressed: dict[str, Any] = {
                "key": letter,
                "windowsVirtualKeyCode": code,
                "modifiers": CONTROL,
            }
        elif key in KEYS:
            name, code, text = KEYS[key]
            pressed = {"key": name, "code": name, "windowsVirtualKeyCode": code, "text": text}
        else:
            await self.type(key)
            return
        down = "keyDown" if pressed.get("text") else "rawKeyDown"
        await self.call("Input.dispatchKeyEvent", type=down, **pressed)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **{**pressed, "text": ""})

    async def until(self, holds: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something holds. Fails with what is on the screen."""
        end = asyncio.get_running_loop().time() + seconds
        while not holds():
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"{self.complaints}\n...{self.drawn[-3000:]}")
            await asyncio.sleep(0.05)

    async def sees(self, words: str, seconds: float = 60.0) -> None:
        """Wait until words are drawn."""
        await self.until(lambda: words in self.drawn, seconds)

    async def picture(self) -> bytes:
        """What the tab shows, as PNG."""
        told = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(told["data"])


@asynccontextmanager
async def browser() -> AsyncIterator[Tab]:
    """One tab of a browser that keeps nothing."""
    program = chromium()
    assert program is not None
    folder = Path(tempfile.mkdtemp(prefix="passdown-browser-"))
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        program,
        *OPTIONS,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=nothing,
        stderr=nothing,
    )
    try:
        port = await _port(folder / "DevToolsActivePort")
        async with ClientSession() as client:
            async with client.get(f"http://127.0.0.1:{port}/json/list") as response:
                tabs = await response.json()
            address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
            async with client.ws_connect(address, max_msg_size=0) as socket:
                tab = Tab(socket)
                listening = asyncio.create_task(tab.listen())
                for domain in ("Page", "Network", "Runtime", "Log"):
                    await tab.call(f"{domain}.enable")
                yield tab
                listening.cancel()
                with suppress(asyncio.CancelledError):
                    await listening
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def _port(file: Path) -> int:
    """Where the browser listens, once it has written it down."""
    end = asyncio.get_running_loop().time() + STARTS_WITHIN
    while not (written := _read(file)):
        assert asyncio.get_running_loop().time() < end, "the browser did not start"
        await asyncio.sleep(0.05)
    return int(written.splitlines()[0])


def _read(file: Path) -> str:
    return file.read_text(encoding="ascii").strip() if file.exists() else ""
