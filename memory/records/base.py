"""What all records share: frozen, strict about fields, and with ids that never change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A frozen value. Unknown fields are refused, so a typo cannot travel."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with changes, validated anew: an illegal record cannot be reached by copying."""
        if not update:
            return super().model_copy(deep=deep)
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_validate({**kept, **update})


def _as_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone; records hold UTC")
    return moment.astimezone(UTC)


UtcTime = Annotated[datetime, AfterValidator(_as_utc)]
Id = Annotated[str, Field(pattern=r"^[a-z]{2,4}_[0-9a-f]{16}$")]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


def stable_id(prefix: str, *parts: str) -> str:
    """Return an id that is a pure function of `parts`: `prefix` + `_` + 16 hex digits (64 bits).

    Parts are length-prefixed, so ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return f"{prefix}_{digest.hexdigest()}"
