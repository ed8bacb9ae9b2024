"""What an inquiry has to tell: the engine's reading of an interview, or a review's four answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent.engines.protocol import Exchange
from agent.inquiry.dossier import Dossier
from agent.inquiry.state import AgentContext
from agent.method.leads import only_recorded
from agent.method.lessons import as_lesson, lesson_claims, lesson_coverage, worth_drafting
from memory.records.guide import Claim, Guide, GuideVersion
from memory.records.inquiry import FacetCoverage
from memory.records.talk import EvidenceSpan


def told(
    context: AgentContext, dossier: Dossier, exchanges: Sequence[Exchange]
) -> tuple[tuple[FacetCoverage, ...], tuple[Claim, ...]]:
    """What is known of each facet, and every sentence that states one."""
    if dossier.incident is None:
        engine, view, anchor = context.engine, dossier.view, dossier.anchor
        coverage = engine.coverage(view, anchor, exchanges)
        return coverage, engine.claims(dossier.inquiry, view, anchor, exchanges)
    answers = [(one.question, one.message, one.reading) for one in exchanges]
    claims = lesson_claims(dossier.inquiry, answers)
    kept = [claim for claim in claims if claim.author_id not in dossier.left]
    return lesson_coverage(kept), claims


def write(
    context: AgentContext,
    dossier: Dossier,
    number: int,
    claims: Sequence[Claim],
    exchanges: Sequence[Exchange],
    coverage: Sequence[FacetCoverage],
    now: datetime,
) -> GuideVersion | None:
    """A version of the guide, or of the lesson, which is called as its incident was."""
    guide_id = Guide.id_of(dossier.inquiry.id)
    version = context.engine.draft(guide_id, number, claims, dossier.view, exchanges, coverage, now)
    if version is None:
        return None
    recorded = only_recorded(version, [exchange.question.text for exchange in exchanges])
    return shaped(context, dossier, recorded)


def shaped(context: AgentContext, dossier: Dossier, version: GuideVersion) -> GuideVersion:
    """A version as its readers meet it: what comes of a review is a lesson, any other a guide."""
    if dossier.incident is None:
        return version
    title = EvidenceSpan.of(dossier.anchor, 0, len(dossier.view.thread.title))
    return as_lesson(version, title, context.policy.lesson)


def says_enough(context: AgentContext, dossier: Dossier, version: GuideVersion) -> bool:
    """Whether a version is worth the time of its authors."""
    if dossier.incident is not None:
        return worth_drafting(version.coverage, context.policy.lesson)
    return version.measures.completeness >= context.policy.guide.draft_completeness
