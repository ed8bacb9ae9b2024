"""Homes for tests of the screens, furnished once and copied."""

from __future__ import annotations

import pytest

from tests.tui.screens.desk_world import desk_world, furnish
from tests.tui.screens.library_world import Shelf, library_world


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A small library; a test works in a copy of it (`Shelf.copied`)."""
    home = tmp_path_factory.mktemp("shelf") / "home"
    with library_world(home) as world:
        guides = dict(world.guides)
    return Shelf(home, guides)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Guides in every state that a desk shows; a test works in a copy."""
    home = tmp_path_factory.mktemp("desk") / "home"
    with desk_world(home) as world:
        furnish(world)
        return Shelf(home, dict(world.guides))
