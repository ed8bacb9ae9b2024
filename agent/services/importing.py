"""Taking an archive in: the service around the importer."""

from __future__ import annotations

from pathlib import Path

from agent.services.workplace import Workplace
from agent.sources.importer import ImportReport, OnProgress, import_archive


def import_into(
    work: Workplace,
    path: Path,
    community_name: str,
    *,
    strict: bool = False,
    sample: bool = False,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Import the archive at `path` into the named community, made where it is new.

    `on_progress` gets the share read so far (0 to 1) and the report up to there. Raises
    `UserInputError` for an empty archive, `SourceError` for one that cannot be read, and with
    `strict` at the first bad record.
    """
    return import_archive(
        work.store,
        path,
        community_name,
        work.clock,
        strict=strict,
        sample=sample,
        on_progress=on_progress,
    )
