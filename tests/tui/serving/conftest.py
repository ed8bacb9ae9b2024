"""Homes with a question open to this account's person."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def community_copy(asked_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    return shutil.copytree(asked_home, tmp_path / "home")
