"""Which embedder the index of a home works with: an endpoint's only where the home names it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from agent.model.settings import BASE_URL, settings_of
from memory.clock import Clock
from memory.errors import PolicyError
from memory.home import Home
from memory.index.protocols import Embedder
from memory.records.model_policy import ModelPolicy
from memory.records.people import Community, Member
from memory.store.model_ledger import ModelLedger
from memory.store.protocols import Store


def embedder_for_home(
    home: Home,
    store: Store,
    clock: Clock,
    policy: ModelPolicy,
    opened: ExitStack,
    environ: Mapping[str, str] | None = None,
) -> Embedder | None:
    """The embedder of the home's index that `model.embedding` names; `None`: the embedded one.

    Guides of all communities are in one index. So where `model.local_only` names any, an endpoint
    on another machine is refused. Raises `PolicyError` for that, and where no endpoint is named.
    """
    if not policy.use or not policy.embedding:
        return None
    named = policy.model_copy(update={"name": policy.embedding})
    settings = settings_of(named, environ)
    if settings is None:
        raise PolicyError(
            f"'model.embedding' names {policy.embedding!r} and no endpoint is named: set "
            f"'model.base_url' or {BASE_URL!r}, or leave 'model.embedding' empty"
        )
    if any(not settings.may_send(Community.id_of(name)) for name in policy.local_only):
        raise PolicyError(
            "'model.local_only' keeps words on this machine, and 'model.embedding' would send them "
            f"to {settings.endpoint!r}; name an endpoint on this machine, or leave it empty"
        )
    from agent.model.embeddings import EndpointEmbedder
    from agent.model.transport import OpenAiTransport
    from agent.privacy.sending import private_in

    def members() -> tuple[Member, ...]:
        with store.reading() as unit:
            communities = tuple(unit.people.communities())
            return tuple(m for one in communities for m in unit.people.handles_in(one.id))

    transport = OpenAiTransport(settings)
    opened.callback(transport.close)
    return EndpointEmbedder(
        settings,
        ModelLedger(home.model_ledger),
        clock,
        transport,
        members,
        private=private_in(home.policy().privacy),
    )
