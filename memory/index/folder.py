"""The index directory on disk: which build is current, who may touch it, and whether it is whole.

```
DIRECTORY/state.json     what is current: build folder, generation, embedder, passages held
DIRECTORY/dirty          present only while a write is under way
DIRECTORY/build-*/       one Chroma database each, and its copy for reading (`shelf/`); only the
                         one named in state.json counts
LOCK_DIR/index.lock      held during every operation, reading included
```
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from memory.errors import StoreError
from memory.records.base import Record

REBUILD_HINT = "run `passdown memory rebuild`"
LAYOUT = 2
"""How a build is laid out: a collection for each community, beside it a copy for reading."""


class IndexState(Record):
    """What the directory holds. Every write raises `generation`, so open clients can tell."""

    build: str = Field(pattern=r"^build-[0-9a-f]{32}$")
    generation: int = Field(ge=1)
    embedder: str
    dimensions: int = Field(ge=1)
    passages: int = Field(ge=0)
    complete: bool
    """Built by a rebuild from the record, not merely begun by the first write."""
    layout: int = 1
    """Builds of another layout than `LAYOUT` are built anew."""


class IndexFolder:
    """Custody of one index directory, shared by all processes of a home.

    Raises `StoreError` where the disk refuses, or another process holds the lock for longer
    than `patience` seconds.
    """

    def __init__(self, directory: Path, lock_dir: Path, *, patience: float = 120.0) -> None:
        self.path = directory
        self._state_file = directory / "state.json"
        self._dirty = directory / "dirty"
        self._lock_file = lock_dir / "index.lock"
        self._patience = patience

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock; the same thread may nest it, also through another `IndexFolder`."""
        try:
            for folder in (self.path, self._lock_file.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._lock_file.resolve(), is_singleton=True)
            lock.acquire(timeout=self._patience, poll_interval=0.01)
        except Timeout as error:
            raise StoreError(
                f"the index {str(self.path)!r} has been busy for {self._patience:g} s, perhaps "
                "with a rebuild in another process; try again when that is done"
            ) from error
        except OSError as error:
            raise self._refused(error) from error
        try:
            yield
        finally:
            lock.release()

    def state(self) -> IndexState | None:
        """Return what is current; `None` if nothing was ever built or the note is unreadable."""
        try:
            return IndexState.model_validate_json(self._state_file.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        except OSError as error:
            raise self._refused(error) from error

    def save_state(self, state: IndexState) -> None:
        """Replace the note in one step: a kill leaves the old one or the new one."""
        fresh = self._state_file.with_suffix(".new")
        try:
            with fresh.open("wb") as file:
                file.write(state.model_dump_json().encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._state_file)
        except OSError as error:
            raise self._refused(error) from error

    @property
    def is_dirty(self) -> bool:
        """Whether a write began and never ended. Meaningful only under the lock."""
        return self._dirty.exists()

    @contextmanager
    def write_marked(self) -> Iterator[None]:
        """Mark a write as under way; the mark stays if the process dies or the write fails."""
        try:
            self._dirty.touch(mode=0o600)
        except OSError as error:
            raise self._refused(error) from error
        yield
        self.clear_dirty()

    def clear_dirty(self) -> None:
        """Take the mark away: the directory is whole."""
        try:
            self._dirty.unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def build_path(self, build: str) -> Path:
        return self.path / build

    def new_build(self) -> str:
        """Make an empty build folder and return its name."""
        build = f"build-{uuid.uuid4().hex}"
        try:
            self.build_path(build).mkdir(mode=0o700)
        except OSError as error:
            raise self._refused(error) from error
        return build

    def drop_builds_except(self, keep: str) -> None:
        """Delete every other build with all its text: this is how the index forgets."""
        for folder in self.path.glob("build-*"):
            if folder.name != keep:
                try:
                    shutil.rmtree(folder)
                except OSError as error:
                    raise StoreError(
                        f"an old index {str(folder)!r} could not be deleted ({error.strerror}); "
                        f"end other passdown processes and {REBUILD_HINT}"
                    ) from error

    def _refused(self, error: OSError) -> StoreError:
        return StoreError(
            f"cannot use the index {str(self.path)!r}: {error.strerror or error}; "
            "check free space and permissions of the home"
        )
