"""Versions that keep what authors changed: it outlives every draft that an engine makes."""

from __future__ import annotations

from collections.abc import Sequence

from agent.engines.protocol import Exchange
from agent.inquiry.dossier import Dossier, corrections_for, retired_in
from agent.inquiry.state import AgentContext
from agent.inquiry.telling import write
from agent.method.retiring import rebuilt, taken_out, with_corrections
from memory.records.guide import (
    Claim,
    Confirmation,
    CreditChoice,
    Guide,
    GuideStatus,
    GuideVersion,
)
from memory.records.inquiry import FacetCoverage
from memory.records.people import Credit
from memory.store.protocols import Unit


def draft_version(
    context: AgentContext,
    dossier: Dossier,
    number: int,
    claims: Sequence[Claim],
    exchanges: Sequence[Exchange],
    coverage: Sequence[FacetCoverage],
) -> GuideVersion | None:
    """The engine's version, without what authors took out of use and with their corrections.

    Where that leaves the engine nothing to draft from, the present version is the draft.
    """
    now = context.clock.now()
    usable = [
        claim
        for claim in claims
        if claim.author_id not in dossier.left
        and not any(c.retires(span) for c in dossier.corrections for span in claim.evidence)
    ]
    version = None
    if usable:
        version = write(context, dossier, number, usable, exchanges, coverage, now)
    if version is None and dossier.guide is not None and dossier.corrections:
        version = dossier.guide.current.model_copy(update={"number": number, "created_at": now})
    if version is None:
        return None
    with context.store.reading() as unit:
        return without_retired(unit, context, dossier, version)


def without_retired(
    unit: Unit, context: AgentContext, dossier: Dossier, version: GuideVersion
) -> GuideVersion | None:
    """The version as its authors' changes leave it, under the same number; `None`: nothing."""
    changes = corrections_for(unit, version.guide_id, dossier.inquiry.community_id)
    if not changes:
        return version
    retired = retired_in(unit, version, changes)
    placed = with_corrections(taken_out(version.placed(), retired, reword=True), retired)
    return rebuilt(
        version,
        placed,
        retired,
        context.catalogue,
        number=version.number,
        at=version.created_at,
        thread_title=dossier.view.thread.title,
    )


def still_given(guide: Guide, version: GuideVersion) -> tuple[Confirmation, ...]:
    """The yes of authors to sentences that a new version keeps word for word.

    None where it keeps them all: the authors look again at what a steward sent back.
    """
    kept = tuple(
        said.model_copy(
            update={"approved": said.approvals(guide.current), "version": version.number}
        )
        for said in guide.confirmations
    )
    drafted = guide.model_copy(
        update={"status": GuideStatus.DRAFT, "current": version, "confirmations": kept}
    )
    return kept if drafted.awaiting() else ()


def as_credited(guide: Guide, dossier: Dossier) -> Guide:
    """The draft with its authors as they chose to appear when they answered.

    Of several choices the one that tells least holds; one that was made in the guide later than
    an answer stands. Whoever goes over to Chatham House is asked for each sentence by itself.
    """
    since = dossier.guide.current.created_at if dossier.guide is not None else None
    authors = set(guide.current.authors())
    chosen = {
        choice.member_id: guide.credit_of(choice.member_id, choice.credit)
        for choice in guide.credits
    }
    before = dict(chosen)
    for answer in dossier.answers.values():
        late = since is None or answer.given_at >= since
        if answer.credit is not None and answer.member_id in authors and late:
            known = chosen.get(answer.member_id, answer.credit)
            chosen[answer.member_id] = max(known, answer.credit, key=list(Credit).index)
    if chosen == before:
        return guide
    own = {choice.member_id for choice in guide.credits if choice.own}
    own |= {member_id for member_id in chosen if chosen[member_id] is not before.get(member_id)}
    veiled = {member_id for member_id in own if chosen[member_id] is Credit.CHATHAM_HOUSE}
    return guide.model_copy(
        update={
            "credits": tuple(
                CreditChoice(member_id=member_id, credit=credit, own=member_id in own)
                for member_id, credit in chosen.items()
            ),
            "confirmations": tuple(
                _one_by_one(said, guide) if said.member_id in veiled else said
                for said in guide.confirmations
            ),
        }
    )


def _one_by_one(said: Confirmation, guide: Guide) -> Confirmation:
    """What of a yes was given to sentences by themselves."""
    alone = tuple(yes for yes in said.approvals(guide.current) if yes.one_by_one)
    return said.model_copy(update={"approved": alone})
