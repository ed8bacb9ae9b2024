"""What a browser is given: the page, its scripts and styles, and headers that hold it to them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType

FONTS = (
    "ui-monospace,Menlo,Consolas,'Cascadia Mono','DejaVu Sans Mono','Noto Sans Mono',"
    "'Liberation Mono',monospace"
)
"""The system's own, in place of the one that textual.js asks for."""
_ITS_FONTS = "'Roboto Mono', Monaco, 'Courier New', monospace"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Only what this server sends. The terminal writes its own style elements, so those may stand."""

HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Server": "passdown",
    }
)
"""Sent with every answer, refusals too."""

HTML, STYLE, SCRIPT = "text/html", "text/css", "text/javascript"


def page() -> str:
    """The page itself."""
    return _own("page.html")


@cache
def static_file(name: str) -> tuple[str, str] | None:
    """Text and type of a file that the page refers to, or nothing."""
    match name:
        case "page.css":
            return _own(name), STYLE
        case "page.js":
            return _own(name), SCRIPT
        case "xterm.css":
            return _served("css", name), STYLE
        case "textual.js":
            return _served("js", name).replace(_ITS_FONTS, FONTS), SCRIPT
        case _:
            return None


def _own(name: str) -> str:
    return (files(__package__) / "page" / name).read_text(encoding="utf-8")


def _served(folder: str, name: str) -> str:
    return (files("textual_serve") / "static" / folder / name).read_text(encoding="utf-8")
