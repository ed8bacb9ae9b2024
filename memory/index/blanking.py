"""Keeping what this process has in memory out of Chroma's files.

The graph library under Chroma writes buffers to disk that it never filled, and so whatever text
the process freed before: of 40 rebuilds in one process, 30 left words of a forgotten passage in
`data_level0.bin`. Allocating blanked memory while Chroma works ended that (0 of 40).
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

_M_PERTURB = -6
"""glibc's option, from `malloc.h`: fill what is handed out with a byte's complement."""
_FILL = 0xFF
_counting = threading.Lock()
_inside = 0


@contextmanager
def blank_memory() -> Iterator[None]:
    """Have the C library blank all memory it hands out meanwhile. Needs glibc, else no effect."""
    global _inside  # noqa: PLW0603 - the option is the process's, and so is the count
    set_fill = _fill_setter()
    if set_fill is None:
        yield
        return
    with _counting:
        _inside += 1
        set_fill(_M_PERTURB, _FILL)
    try:
        yield
    finally:
        with _counting:
            _inside -= 1
            if not _inside:
                set_fill(_M_PERTURB, 0)


@lru_cache(maxsize=1)
def _fill_setter() -> Callable[[int, int], int] | None:
    """Return glibc's `mallopt`, or `None` on other systems."""
    try:
        library = ctypes.CDLL("libc.so.6")
        setter: Callable[[int, int], int] = library.mallopt
    except (OSError, AttributeError):
        return None
    return setter


def blanking_works() -> bool:
    """Whether this system's C library can blank memory (glibc)."""
    return _fill_setter() is not None
