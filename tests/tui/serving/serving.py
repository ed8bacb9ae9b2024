"""`passdown serve` in a process of its own, as people start it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Served:
    """A server that listens."""

    process: subprocess.Popen[str]
    port: int
    link: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(home: Path, *options: str) -> Iterator[Served]:
    """Serve a home until the block ends; then it has to end by itself when it is told to."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tui.cli", "--home", str(home), "serve"),
            *("--port", str(port), "--json", *options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "EDITOR": "touch"},
    )
    try:
        told = _first_value(process)
        yield Served(process, port, told["url"])
    finally:
        if process.poll() is None:
            process.terminate()
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in out + err, err


def _first_value(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("}"):
            told: dict[str, Any] = json.loads(text)
            return told
    raise AssertionError(f"the server did not start: {text}")
