"""A model server on loopback that does exactly what a test tells it to, however badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Handler"], None]
"""What the server does with one request."""


class Handler(BaseHTTPRequestHandler):
    """One request: it is written down, then the next act is played."""

    protocol_version = "HTTP/1.1"
    served: ModelServer

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        self.served.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.served.requests.append(json.loads(self.rfile.read(length)))
        acts = self.served.acts
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        try:
            act(self)
        except OSError:
            self.close_connection = True  # the client gave up, as it should

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def reply(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@dataclass
class ModelServer:
    """A running server: its address, what it was asked, and what it does next."""

    base_url: str = ""
    acts: list[Act] = field(default_factory=list)
    """In order; the last one is played for ever."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def play(self, *acts: Act) -> None:
        self.acts = list(acts)


@contextmanager
def serving() -> Iterator[ModelServer]:
    """Serve until the block is left; hanging answers are let go then."""
    state = ModelServer()
    handler = type("Bound", (Handler,), {"served": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def completion(
    content: str | None, *, finish: str = "stop", usage: object = None, **message: object
) -> bytes:
    """A chat completion with one choice."""
    return json.dumps(
        {
            "id": "c",
            "object": "chat.completion",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": content, **message},
                }
            ],
            "usage": {"prompt_tokens": 90, "completion_tokens": 10} if usage is None else usage,
        }
    ).encode()


def say(content: object, **rest: Any) -> Act:
    """Answer with a text, or with any value as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return raw(completion(text, **rest))


def raw(body: bytes, status: int = 200, **headers: str) -> Act:
    """Answer with exactly these bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.reply(status, body, named)


def hang(handler: Handler) -> None:
    """Say nothing until the test is over."""
    handler.served.over.wait(30)
    handler.close_connection = True


def drop(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def break_off(handler: Handler) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "5000")
    handler.end_headers()
    handler.wfile.write(completion('{"candidates": [')[:60])
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """Send headers one byte at a time, each well within any limit of a single read."""
    for byte in b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-slow: " + b"y" * 200:
        if handler.served.over.is_set():
            break
        handler.wfile.write(bytes([byte]))
        time.sleep(0.02)
    handler.close_connection = True


def flood(handler: Handler) -> None:
    """Send a megabyte in chunks, of no announced length."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    for _ in range(16):
        handler.wfile.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")
