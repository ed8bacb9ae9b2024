"""What is private in one guide, as its community's members, terms and citations have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from agent.method.concealing import Concealment, concealed, concealment_of
from agent.method.personal import PersonalSpan, names_of
from agent.privacy.look import PrivateLook, shipped_look
from memory.errors import PrivacyError
from memory.records.guide import Guide, GuideVersion
from memory.records.people import Credit, Member
from memory.records.privacy_policy import PrivacyPolicy
from memory.records.talk import Message
from memory.store.protocols import Store, Unit
from prompts.desk import load_desk
from prompts.privacy import load_privacy


def conceal_in(
    unit: Unit,
    policy: PrivacyPolicy,
    guide: Guide,
    version: GuideVersion,
    look: PrivateLook | None = None,
) -> GuideVersion:
    """The version as it may be stored: private words masked, with a reference that stewards open.

    `guide` says who is credited. A name is masked where the member list or the words around it
    tell it, unless the guide cites that person by name; see `agent.privacy.look`. Where a library
    of the look fails, what needs none is masked still: drafting goes on, and whatever is shown
    outside is looked at again then.
    """
    if not policy.hide_in_guides:
        return version
    messages = unit.talk.messages(sorted(_read(version)))
    members = unit.people.members(guide.community_id)
    terms = policy.terms(guide.community_id)
    try:
        found = concealment_for(guide, version, messages, members, terms, look or shipped_look())
    except PrivacyError:
        forms = PrivateLook.without_libraries()
        found = concealment_for(guide, version, messages, members, terms, forms)
    return concealed(version, found)


def look_ahead(store: Store, policy: PrivacyPolicy, guide_id: str, *said: str) -> None:
    """Look through a guide, and words that are about to stand in it, before they are stored.

    What is read once is not read again, so that no library loads while a transaction that writes
    keeps everybody else waiting.
    """
    with store.reading() as unit:
        guide = unit.guides.guide(guide_id)
        if guide is None or not policy.hide_in_guides:
            return
        conceal_in(unit, policy, guide, guide.current)
    with suppress(PrivacyError):
        for text in said:
            shipped_look().spans(text, {})


def concealment_for(
    guide: Guide,
    version: GuideVersion,
    messages: Mapping[str, Message],
    members: Iterable[Member],
    terms: Sequence[str],
    look: PrivateLook,
    beside: Iterable[Message] = (),
) -> Concealment:
    """What is hidden in a version of this guide and its messages. Raises `PrivacyError`.

    `beside` are messages that it does not cite and that are shown with it.
    """
    people = list(members)
    authors = set(version.authors())
    cited = [
        member
        for member in people
        if member.id in authors
        and guide.credit_of(member.id, member.consent.credit) is Credit.CREDITED
    ]
    ids = {member.id for member in cited}
    names = names_of((m for m in people if m.id not in ids), load_desk().personal)
    spared = [name for m in cited for name in (m.name, m.handle, f"@{m.handle}") if name]

    def find(text: str) -> Sequence[PersonalSpan]:
        return look.spans(text, names, terms)

    cited_ids = _order(version)
    order = [messages[key] for key in cited_ids if key in messages]
    order += [message for message in beside if message.id not in cited_ids]
    return concealment_of(order, find, spared, load_privacy().mask)


def _order(version: GuideVersion) -> Sequence[str]:
    """Ids of what it cites, in the order of its sentences; then of its trail."""
    spans = [span for sentence in version.sentences() for span in sentence.evidence]
    ids = [*(s.message_id for s in spans), version.title_evidence.message_id]
    return tuple(dict.fromkeys((*ids, *(step.message_id for step in version.trail))))


def _read(version: GuideVersion) -> frozenset[str]:
    return frozenset(_order(version))
