"""The home: private, in the place that was asked for, and plain about what is wrong with it."""

from __future__ import annotations

import os
import pwd
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
        (b"[ask]\ntimezone = 'Berlin'\n", "'ask.timezone'.*'Berlin'"),
        (b"[ask]\nweekdays = []\n", "'ask.weekdays'"),
        (b"[ask]\nweekdays = [0, 9]\n", "'ask.weekdays'"),
        (b"[ask]\nfrom_hour = 15\nto_hour = 10\n", "'ask'.*'from_hour' 15"),
        (b"[ask]\nfrom_hour = 15\n", "'ask'.*'to_hour' 15"),
        (b"[ask]\nremind_after_workdays = 5\n", "'ask'.*'remind_after_workdays' 5"),
        (b"[guide]\ndefault_credit = 'credited'\n", "'guide.default_credit'"),
    ],
)
def test_a_wrong_policy_names_file_and_key(tmp_path: Path, written: bytes, words: str) -> None:
    """The person can go straight to what is wrong."""
    home = Home.open(tmp_path)
    home.policy_file.write_bytes(written)
    with pytest.raises(PolicyError, match=words) as told:
        home.policy()
    assert "passdown.toml" in str(told.value)


def test_an_account_is_the_systems_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment variable makes this account another; without a name it is its number."""
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    assert Home.account() == pwd.getpwuid(os.getuid()).pw_name

    def nameless(_number: int) -> pwd.struct_passwd:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(pwd, "getpwuid", nameless)
    assert Home.account() == f"uid-{os.getuid()}"


def test_a_folder_of_somebodys_files_is_no_home(tmp_path: Path) -> None:
    """Nothing is put into, and no mode is changed of, a folder that holds other files."""
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UserInputError, match="other files"):
        Home.open(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize("left", ["checkpoints.sqlite", "index"])
def test_a_home_that_lost_its_record_is_not_begun_anew(tmp_path: Path, left: str) -> None:
    """What is left of it may be the last copy, so nothing is made in its place."""
    (tmp_path / left).mkdir()
    with pytest.raises(StoreError, match=f"is gone from .* where {left} are left"):
        Home.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [left]
