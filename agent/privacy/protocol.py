"""What a look for private words needs of the libraries it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.method.naming import Entity


class EntityReader(Protocol):
    """Proposes names and numbers in running text."""

    def entities(self, text: str) -> Sequence[Entity]:
        """All that it takes for one, labelled as Presidio labels. Raises `PrivacyError`."""
        ...


class SecretReader(Protocol):
    """Proposes secrets."""

    def secrets(self, text: str) -> Sequence[str]:
        """The words it takes for one, as they stand in `text`. Raises `PrivacyError`."""
        ...
