"""Who holds a lease: names of processes, and whether one of this machine is still there."""

from __future__ import annotations

import os
import socket
import uuid


def new_holder() -> str:
    """A name for one holder in this process: host, process and a random part."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def process_gone(holder: str) -> bool:
    """Whether a lease holder was a process of this machine that no longer runs."""
    host, _, rest = holder.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
