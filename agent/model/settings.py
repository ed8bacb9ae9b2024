"""Which model is asked where: the home's `[model]` table, then the environment."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from memory.errors import PolicyError
from memory.records.model_policy import ModelPolicy, ModelStep
from memory.records.people import Community

BASE_URL, KEY, NAME = "OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """An endpoint that is named in full, with the policy it is used by."""

    policy: ModelPolicy
    base_url: str
    name: str
    key: str = field(repr=False)
    """Empty where the endpoint asks for none."""

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this very machine."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host.lower() == "localhost"

    @property
    def endpoint(self) -> str:
        """Scheme, host, port and path; what may stand in a ledger."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def model_for(self, step: ModelStep) -> str:
        return self.policy.of_step(step).name or self.name

    def may_send(self, community_id: str | None) -> bool:
        """Whether words of this community may go to this endpoint."""
        if community_id is None or self.is_local:
            return True
        kept = {Community.id_of(name) for name in self.policy.local_only}
        return community_id not in kept


def settings_of(
    policy: ModelPolicy, environ: Mapping[str, str] | None = None
) -> ModelSettings | None:
    """The endpoint that policy and environment name; `None` where either part is missing.

    A key alone names no endpoint, so one that lies in somebody's shell sends nothing anywhere.
    Raises `PolicyError` for an address or a key that cannot be used.
    """
    found = os.environ if environ is None else environ
    base_url = policy.base_url.strip() or found.get(BASE_URL, "").strip()
    name = policy.name.strip() or found.get(NAME, "").strip()
    key = found.get(KEY, "").strip()
    if not base_url or not name:
        return None
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise PolicyError(
            f"{base_url!r} is no address of an endpoint; write it as http://127.0.0.1:8080/v1 in "
            f"'model.base_url' or {BASE_URL!r}"
        )
    if key and not (key.isascii() and key.isprintable()):
        raise PolicyError(f"the key in {KEY!r} holds characters that no key has; set it anew")
    return ModelSettings(policy, base_url, name, key)
