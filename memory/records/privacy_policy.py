"""What `passdown.toml` says of personal data, secrets and terms that stay in a community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from memory.records.base import Record
from memory.records.people import Community

_FEWEST = 3


class PrivacyPolicy(Record):
    """The table `[privacy]`. What is sent to a model is masked whatever stands here."""

    hide_in_guides: bool = True
    """Mask what is private in a guide before it is stored."""
    hide_outside: bool = True
    """Mask it wherever words are shown outside their community: in exports and to others."""
    names_sent: Literal["possible", "likely", "certain"] = "possible"
    """How surely something has to be a name to be masked before a model is sent it. The placeholder
    is put back in the answer, so a word too many costs the model some of the sense, nobody else."""
    confidential: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Terms that a community keeps to itself, by its name: `[privacy.confidential]`."""

    @field_validator("confidential")
    @classmethod
    def _long_enough(cls, terms: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for name, listed in terms.items():
            for term in listed:
                if len(term.strip()) < _FEWEST:
                    raise ValueError(
                        f"the confidential term {term!r} of {name!r} is too short: it would hide "
                        f"ordinary words; {_FEWEST} letters are the least"
                    )
        return terms

    def terms(self, community_id: str) -> tuple[str, ...]:
        """The confidential terms of the community with this id."""
        return tuple(
            term
            for name, listed in self.confidential.items()
            if Community.id_of(name) == community_id
            for term in listed
        )

    def all_terms(self) -> tuple[str, ...]:
        """Those of every community, where words of several may meet."""
        return tuple(dict.fromkeys(t for listed in self.confidential.values() for t in listed))
