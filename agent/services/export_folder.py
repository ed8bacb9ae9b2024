"""A folder that an export keeps up to date: only its own files, each whole, none of anybody's.

A manifest in the folder names every file that the export wrote and what may stand in it. It is
written before the files it names, so a run that is killed leaves nothing that the next one does
not know. What somebody else put there, or changed, is never touched.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator

from memory.errors import UserInputError
from memory.records.base import Id, Record
from memory.records.people import Community

MANIFEST = ".passdown-export.json"
_PART = ".passdown-export-"
"""How a file begins that is not whole yet; it is removed by the next export."""
FileName = Annotated[str, Field(pattern=r"^(?:[a-z0-9]+-)*gui_[0-9a-f]{16}$")]

ExportFormat = Literal["markdown", "site"]


class Manifest(Record):
    """What an export left in its folder. Anybody may have written it, so it is not trusted."""

    version: Literal[1] = 1
    community_id: Id
    community: str
    format: ExportFormat
    names: dict[Id, FileName] = Field(default_factory=dict)
    """File names without ending by guide; a guide keeps its own, whatever its title becomes."""
    files: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Relative paths with the fingerprints of what the export may have left there."""

    @field_validator("files")
    @classmethod
    def _inside(cls, files: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for name in files:
            path = PurePosixPath(name)
            if path.is_absolute() or not path.parts or {"..", "\\", "\0"} & {*path.parts, *name}:
                raise ValueError(f"{name!r} does not lie in the folder")
        return files


@dataclass(frozen=True, slots=True)
class Written:
    """What an export changed, by relative path."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportFolder:
    """A folder that is empty, new, or an earlier export of the same kind. See `open`."""

    path: Path
    before: Manifest

    @classmethod
    def open(cls, path: Path, community: Community, kind: ExportFormat) -> Self:
        """Look at a folder without changing it.

        Raises `UserInputError` where it holds anything but an export of this community and kind.
        """
        folder = path.expanduser().absolute()
        fresh = Manifest(community_id=community.id, community=community.name, format=kind)
        try:
            if not folder.exists():
                return cls(folder, fresh)
            if not folder.is_dir():
                raise UserInputError(f"{str(folder)!r} is not a folder; name a new one")
            known = folder / MANIFEST
            if not known.is_file() or known.is_symlink():
                _check_empty(folder)
                return cls(folder, fresh)
            before = _read(known)
        except OSError as error:
            raise _unusable(folder, error) from error
        if (before.community_id, before.format) != (community.id, kind):
            raise UserInputError(
                f"{str(folder)!r} holds the {before.format} export of {before.community!r}; name "
                "another folder"
            )
        return cls(folder, before)

    def write(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> Written:
        """Make the folder hold `files`, written in their order, and nothing else of an export.

        Before the first change it raises `UserInputError` where a file in the way is not, or no
        longer, what an export wrote. What an interrupted run did is whole and is taken up.
        """
        prints = {name: fingerprint(content) for name, content in files.items()}
        stale = tuple(name for name in self.before.files if name not in files)
        try:
            unchanged = {name for name in files if self._stands(name) == prints[name]}
            self._check_own((*files, *stale))
            self.path.mkdir(parents=True, exist_ok=True)
            self._sweep_parts()
            self._save(self._either(prints), names)
            for name, content in files.items():
                if name not in unchanged:
                    self._put(name, content)
            removed = tuple(name for name in stale if self._remove(name))
            self._save({name: (prints[name],) for name in sorted(files)}, names)
        except OSError as error:
            raise _unusable(self.path, error) from error
        return Written(
            tuple(name for name in files if name not in unchanged),
            tuple(sorted(unchanged)),
            removed,
        )

    def _stands(self, name: str) -> str | None:
        """The fingerprint of what stands there; nothing is `None`, and no plain file is empty."""
        file = self.path / name
        for parent in PurePosixPath(name).parents[:-1]:
            above = self.path / parent
            if above.is_symlink() or (above.exists() and not above.is_dir()):
                return ""
        if not os.path.lexists(file):
            return None
        if file.is_symlink() or not file.is_file():
            return ""
        return fingerprint(file.read_bytes())

    def _either(self, prints: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """What may stand in each file while it is being written: the old words or the new."""
        either = dict(self.before.files)
        for name, new in prints.items():
            either[name] = tuple(dict.fromkeys((*either.get(name, ()), new)))
        return either

    def _check_own(self, names: Iterable[str]) -> None:
        foreign: list[str] = []
        for name in names:
            stands = self._stands(name)
            if stands is not None and stands not in self.before.files.get(name, ()):
                foreign.append(name)
        if foreign:
            raise UserInputError(
                f"{', '.join(map(repr, foreign))} in {str(self.path)!r} "
                f"{'was' if len(foreign) == 1 else 'were'} put there or changed by somebody; move "
                "it elsewhere, then export again (nothing was written)"
            )

    def _put(self, name: str, content: bytes) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.parent / f"{_PART}{secrets.token_hex(6)}.part"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _remove(self, name: str) -> bool:
        """Remove a file and the folders that are empty without it; whether there was one."""
        file = self.path / name
        there = os.path.lexists(file)
        file.unlink(missing_ok=True)
        for parent in PurePosixPath(name).parents[:-1]:
            with suppress(OSError):
                (self.path / parent).rmdir()
        return there

    def _sweep_parts(self) -> None:
        """Remove what a killed export left unfinished."""
        folders = {self.path} | {(self.path / name).parent for name in self.before.files}
        for folder in folders:
            for part in folder.glob(f"{_PART}*.part"):
                part.unlink(missing_ok=True)

    def _save(self, files: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> None:
        manifest = self.before.model_copy(update={"files": dict(files), "names": dict(names)})
        self._put(MANIFEST, manifest.model_dump_json(indent=1).encode() + b"\n")


def fingerprint(content: bytes) -> str:
    """Of the text, whatever line ends a copy through version control gave it."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


@contextmanager
def one_export_at_a_time(lock_dir: Path) -> Iterator[None]:
    """Hold the lock on exporting from a home. Raises `UserInputError` where another run has it."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(lock_dir / "export.lock", timeout=0):
            yield
    except Timeout as error:
        raise UserInputError("another export is under way; wait until it has ended") from error


def _check_empty(folder: Path) -> None:
    others = sorted(p.name for p in folder.iterdir() if not p.name.startswith(_PART))
    if others:
        raise UserInputError(
            f"{str(folder)!r} holds other files ({others[0]!r}) and no export; name an empty or "
            "new folder"
        )


def _read(file: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise UserInputError(
            f"{str(file)!r} cannot be read as the list of an export's files; export to a new folder"
        ) from error


def _unusable(folder: Path, error: OSError) -> UserInputError:
    return UserInputError(
        f"{str(folder)!r} cannot be written: {error.strerror or error}; what was written is whole, "
        "export again when that is mended"
    )
