"""Holding every running inquiry of a community, so that none goes on with what is being erased."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from agent.holders import new_holder, process_gone
from agent.services.workplace import Workplace
from memory.clock import SystemClock
from memory.errors import StoreError
from memory.store.protocols import Unit

LEASE = timedelta(minutes=30)
"""Longer than cleaning takes; a dead holder on this machine is noticed at once."""
PATIENCE = 150.0
"""Seconds to wait for processes that are moving an inquiry: longer than their leases last."""


@contextmanager
def inquiries_held(work: Workplace, community_id: str) -> Iterator[None]:
    """Take the leases of all inquiries of a community, and give them back.

    Raises `StoreError` where another process keeps one for longer than `PATIENCE`.
    """
    holder, until = new_holder(), time.monotonic() + PATIENCE
    with work.store.reading() as unit:
        wanted = {one.id for one in unit.inquiries.inquiries(community_id)}
    held: set[str] = set()
    try:
        while wanted - held:
            with work.store.writing() as unit:
                held |= {one for one in wanted - held if _take(unit, one, holder)}
            if wanted - held:
                if time.monotonic() >= until:
                    raise StoreError(
                        f"inquiry {min(wanted - held)!r} has been worked on by another process for "
                        "a long time; try again when that is done"
                    )
                time.sleep(0.05)
        yield
    finally:
        with work.store.writing() as unit:
            for inquiry_id in held:
                unit.inquiries.drop_lease(inquiry_id, holder)


def _take(unit: Unit, inquiry_id: str, holder: str) -> bool:
    other = unit.inquiries.lease_holder(inquiry_id)
    if other is not None and other != holder and process_gone(other):
        unit.inquiries.drop_lease(inquiry_id, other)
    now = SystemClock().now()
    return unit.inquiries.take_lease(inquiry_id, holder, now, now + LEASE)
