"""The home: the one folder that holds everything Passdown remembers, for one account."""

from __future__ import annotations

import getpass
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import ValidationError

from memory.errors import PolicyError, StoreError, UserInputError
from memory.records.policy import Policy

if TYPE_CHECKING:
    from memory.store.sql import SqlStore

FOLDER_MODE = 0o700
PRIVATE_UMASK = 0o077
DATABASE = "passdown.sqlite"
CHECKPOINTS = "checkpoints.sqlite"
INDEX = "index"
OWN_FILES = frozenset(
    {"passdown.toml", "demo.json", "locks", "index", "checkpoints.sqlite", f"{DATABASE}.lock"}
    | {"checkpoints.sqlite-wal", "checkpoints.sqlite-shm", "checkpoints.damaged"}
    | {"model.sqlite", "model.sqlite-wal", "model.sqlite-shm"}
    | {"backup.part", "restore.part"}
)
"""What may lie in a folder that is to become a home; anything else is somebody's own."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where each part of the memory lies. Build it with `Home.open`."""

    path: Path

    @classmethod
    def open(cls, path: Path | None = None, *, create: bool = True) -> Self:
        """Use `path`, else `PASSDOWN_HOME`, else the platform's data folder of this account.

        The folder is for this account alone (mode 0700, tightened where it is wider), and so is
        every file that this process makes from now on. Raises `UserInputError` where something
        else stands at the path, or nothing and `create` is false; `StoreError` where the folder
        can be neither made nor used, and where a home has lost its record.
        """
        home = (path or usual_home()).expanduser().absolute()
        if home.exists() and not home.is_dir():
            raise UserInputError(f"{str(home)!r} is not a folder, so it cannot be a home")
        if path is not None and not str(path).strip("."):
            raise UserInputError("the home has no name; give the path of a folder of its own")
        known = (home / DATABASE).exists()
        if home.exists() and not known and {p.name for p in home.iterdir()} - OWN_FILES:
            raise UserInputError(
                f"{str(home)!r} holds other files and is no home; name an empty folder"
            )
        if not create and not home.exists():
            raise UserInputError(
                f"there is no home at {str(home)!r}; begin with `passdown import PATH --community "
                "NAME`, or check --home"
            )
        if not known:
            _check_nothing_is_gone(home)
        os.umask(PRIVATE_UMASK)
        try:
            home.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
            if home.stat().st_mode & PRIVATE_UMASK:
                home.chmod(FOLDER_MODE)
        except OSError as error:
            raise StoreError(
                f"the home {str(home)!r} cannot be used: {error.strerror or error};"
                " make it writable, or choose another with --home"
            ) from error
        return cls(home)

    @property
    def database(self) -> Path:
        """The system of record."""
        return self.path / DATABASE

    @property
    def checkpoints(self) -> Path:
        """Where running inquiries stand; losing it loses no knowledge."""
        return self.path / CHECKPOINTS

    @property
    def model_ledger(self) -> Path:
        """What calls to a language model cost; losing it loses no knowledge."""
        return self.path / "model.sqlite"

    @property
    def index_dir(self) -> Path:
        """The vector index, which can be rebuilt from the database."""
        return self.path / INDEX

    @property
    def lock_dir(self) -> Path:
        """Locks between processes. Made when asked for."""
        folder = self.path / "locks"
        try:
            folder.mkdir(exist_ok=True, mode=FOLDER_MODE)
        except OSError as error:
            raise StoreError(
                f"{str(folder)!r} cannot be made: {error.strerror or error}"
            ) from error
        return folder

    @property
    def policy_file(self) -> Path:
        """What the people of this home changed of the defaults."""
        return self.path / "passdown.toml"

    @property
    def databases(self) -> tuple[Path, ...]:
        """Every database file, in the order in which a copy has to take them.

        A checkpoint behind the record is caught up with; one ahead of it would skip a step.
        """
        return (self.checkpoints, self.database, self.model_ledger)

    @property
    def settings(self) -> tuple[Path, ...]:
        """Plain files that belong to the home."""
        return (self.policy_file, self.path / "demo.json")

    def store(self) -> SqlStore:
        """Open the system of record, creating or migrating it first. The caller closes it."""
        from memory.store.sql import SqlStore

        return SqlStore.open(self.database)

    def policy(self) -> Policy:
        """Read `passdown.toml`; the defaults where there is none.

        Raises `PolicyError` naming the file and the key, or the line of invalid TOML.
        """
        name = str(self.policy_file)
        try:
            written = tomllib.loads(self.policy_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Policy()
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(f"{name!r} is not valid TOML: {error}") from error
        except UnicodeDecodeError as error:
            raise PolicyError(f"{name!r} is not UTF-8 text (byte {error.start})") from error
        except OSError as error:
            raise PolicyError(f"{name!r} cannot be read: {error.strerror or error}") from error
        try:
            return Policy.model_validate(written)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(str(part) for part in problem['loc'])!r}: {problem['msg']}"
                for problem in error.errors()
            )
            raise PolicyError(f"{name!r}: {problems}") from error

    @staticmethod
    def account() -> str:
        """The operating system's account, by its number: no variable can claim another name."""
        try:
            import pwd
        except ImportError:
            return getpass.getuser()
        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"uid-{os.getuid()}"


def _check_nothing_is_gone(home: Path) -> None:
    """Raises `StoreError` where what is made from a record lies here without the record.

    To begin anew there would throw away the last copy of the passages.
    """
    left = [name for name in (CHECKPOINTS, INDEX) if (home / name).exists()]
    if left:
        raise StoreError(
            f"the record {DATABASE!r} is gone from {str(home)!r}, where {' and '.join(left)} are "
            "left of it; nothing was changed. Put it back, or restore a backup into a folder of "
            "its own with `passdown restore BACKUP --into HOME`; to begin anew, empty this one"
        )


def usual_home() -> Path:
    """`PASSDOWN_HOME`, else the platform's data folder of this account."""
    named = os.environ.get("PASSDOWN_HOME")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("passdown", appauthor=False)
