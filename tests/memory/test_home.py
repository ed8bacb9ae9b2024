"""The home: private, in the place that was asked for, and plain about what is wrong with it."""

from __future__ import annotations

import getpass
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from memory.errors import PolicyError, StoreError, UserInputError
from memory.home import Home
from memory.records.policy import Policy


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_home_and_its_files_are_private(tmp_path: Path) -> None:
    """Nobody else on the machine reads what experts said."""
    home = Home.open(tmp_path / "deep" / "home")
    home.store().close()
    assert _mode(home.path) == 0o700
    assert _mode(home.database) == 0o600
    assert _mode(home.lock_dir) == 0o700
    assert {_mode(file) for file in home.path.iterdir() if file.is_file()} == {0o600}


def test_a_home_that_is_too_open_is_tightened(tmp_path: Path) -> None:
    """A folder made by hand becomes private on first use."""
    tmp_path.chmod(0o755)
    assert _mode(Home.open(tmp_path).path) == 0o700


def test_the_path_comes_from_the_option_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--home` goes before `PASSDOWN_HOME`, which goes before the platform's folder."""
    monkeypatch.setenv("PASSDOWN_HOME", str(tmp_path / "named"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "platform"))
    assert Home.open(tmp_path / "given").path == tmp_path / "given"
    assert Home.open().path == tmp_path / "named"
    monkeypatch.delenv("PASSDOWN_HOME")
    assert Home.open().path.name == "passdown"


def test_a_file_in_the_homes_place_is_the_persons_to_mend(tmp_path: Path) -> None:
    """A file is not overwritten by a home."""
    (tmp_path / "home").write_text("notes")
    with pytest.raises(UserInputError, match="not a folder"):
        Home.open(tmp_path / "home")


def test_a_missing_home_is_not_made_unasked(tmp_path: Path) -> None:
    """A mistyped `--home` is reported instead of silently starting afresh."""
    with pytest.raises(UserInputError, match="no home"):
        Home.open(tmp_path / "mistyped", create=False)
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [(PermissionError(13, "Permission denied"), "Permission"), (OSError(28, "No space"), "space")],
)
def test_a_home_that_cannot_be_made_is_told_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    """A read-only or full disk is a store error with the folder's name, not a traceback."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(StoreError, match=words) as told:
        Home.open(tmp_path / "home")
    assert str(tmp_path / "home") in str(told.value)


def test_no_policy_file_means_the_defaults(tmp_path: Path) -> None:
    """A home works before anybody configures it."""
    assert Home.open(tmp_path).policy() == Policy()


def test_a_policy_file_changes_what_it_names(tmp_path: Path) -> None:
    """What people wrote stands, and the rest keeps its default."""
    home = Home.open(tmp_path)
    home.policy_file.write_text("[ask]\nprobes_per_inquiry = 2\nweekdays = [2, 4]\n")
    policy = home.policy()
    assert (policy.ask.probes_per_inquiry, policy.ask.weekdays) == (2, (2, 4))
    assert policy.guide == Policy().guide


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"[ask]\nprobes = 2\n", "'ask.probes'"),
        (b"[ask]\nprobes_per_inquiry = 0\n", "'ask.probes_per_inquiry'"),
        (b"[ask]\n\nprobes_per_inquiry = = 3\n", "line 3"),
        (b"[asks]\nfrom_hour = 3\n", "'asks'"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_wrong_policy_names_file_and_key(tmp_path: Path, written: bytes, words: str) -> None:
    """The person can go straight to what is wrong."""
    home = Home.open(tmp_path)
    home.policy_file.write_bytes(written)
    with pytest.raises(PolicyError, match=words) as told:
        home.policy()
    assert "passdown.toml" in str(told.value)


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container without a passwd entry a person can still be bound."""
    assert Home.account() == getpass.getuser()

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert Home.account() == f"uid-{os.getuid()}"
