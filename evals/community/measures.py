"""What a run of the harder world comes to: what was found out, and at whose cost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from agent.method.words import content_stems
from evals.community.organisation import HeldClaim, Organisation
from evals.community.playing import Played, differing
from memory.records.guide import Guide, GuideSentence, GuideStatus
from memory.records.incident import AfterAction
from memory.records.inquiry import AnswerKind, Facet, Question
from memory.records.people import Member
from memory.records.talk import EvidenceSpan

SETTLED = (GuideStatus.CONFIRMED, GuideStatus.PUBLISHED)
WEEK = timedelta(days=7)
_BRACKETED = re.compile(r"\[[^\]]*\]")


def gini(burdens: Sequence[float]) -> float:
    """Gini coefficient of what each person was asked, 0 (all alike) to 1; 0 where nobody was."""
    total, count = sum(burdens), len(burdens)
    if not total:
        return 0.0
    ranked = sorted(burdens)
    weighted = sum(place * burden for place, burden in enumerate(ranked, start=1))
    return 2 * weighted / (count * total) - (count + 1) / count


def measure(played: Played) -> dict[str, float]:
    """Every measure of one run, by name."""
    organisation, questions = played.organisation, played.questions
    truths = organisation.claims
    settled = [guide for guide in played.guides if guide.status in SETTLED]
    spans = [span for guide in settled for s in guide.current.sentences() for span in s.evidence]
    confirmed = {claim.key for claim in truths if _stands(claim, spans)}
    told = {one.claim.key for one in played.people.told if one.claim.true}
    kept = {claim.key for claim in truths if _stands(claim, _recorded(played))}
    in_guides = sum(_stands(claim, spans) for claim in organisation.wrong)
    unsupported, sentences = _unsupported(played)
    burden = [played.people.asked[person.number] for person in organisation.people]
    found = {
        "claim_recall": len(kept) / len(truths),
        "facet_recall": _facet_recall(played, kept),
        "told_recall": len(told) / len(truths),
        "confirmed_recall": len(confirmed) / len(truths),
        "claims": float(len(truths)),
        "questions": float(len(questions)),
        "contacts": float(len({question.asked_of for question in questions})),
        "questions_per_claim": len(questions) / max(1, len(kept)),
        "questions_per_confirmed_claim": len(questions) / max(1, len(confirmed)),
        "unsupported": float(unsupported),
        "unsupported_rate": unsupported / max(1, sentences),
        "guide_sentences": float(sentences),
        "wrong_in_guides": float(in_guides),
        "provenance_kept": _provenance(played, settled),
        "simulated_days": played.days,
        "burden_mean": sum(burden) / len(burden),
        "burden_most": float(max(burden)),
        "burden_gini": gini(burden),
        "asked_around": float(len(played.reviews)),
        "premature_stops": _premature(played),
        "budget_breaches": float(len(budget_breaches(played))),
        "planted": float(len(organisation.wrong)),
    }
    return found | {"contradictions_surfaced": surfaced(played)}


def _recorded(played: Played) -> list[EvidenceSpan]:
    """The words that the agent has kept as claims or shows in a guide."""
    return [span for claim in played.claims for span in claim.evidence]


def _stands(claim: HeldClaim, spans: Iterable[EvidenceSpan]) -> bool:
    """Whether evidence holds the claim, or stretches of the claim that come to half of it."""
    shown: set[int] = set()
    for span in spans:
        if claim.sentence in span.quote:
            return True
        at = claim.sentence.find(span.quote)
        if at >= 0:
            shown |= set(range(at, at + len(span.quote)))
    return 2 * len(shown) >= len(claim.sentence)


def _facet_recall(played: Played, kept: set[tuple[int, Facet]]) -> float:
    """Share of the true claims that the agent keeps under the facet that they state."""
    under = 0
    for claim in played.organisation.claims:
        spans = [s for c in played.claims if c.facet is claim.facet for s in c.evidence]
        under += claim.key in kept and _stands(claim, spans)
    return under / len(played.organisation.claims)


def _unsupported(played: Played) -> tuple[int, int]:
    """Sentences that rest on nothing that their author said, and all sentences of guides.

    Every cited stretch has to stand, to the letter, in what the cited person wrote; and every
    content word has to be one of the cited words, but for words in brackets of the same topic.
    """
    said = _said(played)
    sentences = [s for guide in played.guides for s in _shown(guide)]
    handles = {member.id: member.handle for member in played.members}
    bad = 0
    for sentence in sentences:
        verbatim = all(_was_said(played, span, said, handles) for span in sentence.evidence)
        cited = {stem for span in sentence.evidence for stem in content_stems(span.quote)}
        own = set(content_stems(_BRACKETED.sub(" ", sentence.text)))
        bad += not verbatim or not own <= cited
    return bad, len(sentences)


def _shown(guide: Guide) -> tuple[GuideSentence, ...]:
    return tuple(guide.current.sentences()) if guide.status in SETTLED else ()


def _said(played: Played) -> dict[str, str]:
    """Everything that anybody wrote in the world's own record, by handle."""
    organisation = played.organisation
    said: dict[str, list[str]] = {person.handle: [] for person in organisation.people}
    handles = [person.handle for person in organisation.people]
    for number, topic in enumerate(organisation.topics):
        said[handles[organisation.askers[number]]].append(topic.ask)
        said[handles[organisation.authors[number]]].append(topic.said)
    for claim in organisation.wrong:
        said[handles[organisation.mistaken[claim.topic]]].append(claim.sentence)
    for handle, text in played.people.words:
        said[handle].append(text)
    return {handle: "\n".join(texts) for handle, texts in said.items()}


def _was_said(
    played: Played, span: EvidenceSpan, said: Mapping[str, str], handles: Mapping[str, str]
) -> bool:
    message = played.messages.get(span.message_id)
    author = handles.get(message.author_id or "") if message is not None else None
    return author is not None and span.quote in said[author]


def _provenance(played: Played, settled: Sequence[Guide]) -> float:
    """Share of guides' sentences whose author wrote each cited message."""
    right = total = 0
    for guide in settled:
        for sentence in guide.current.sentences():
            total += 1
            authors = {sentence.author_id, *sentence.also_ids}
            wrote = {
                message.author_id
                for span in sentence.evidence
                if (message := played.messages.get(span.message_id)) is not None
            }
            right += bool(wrote) and wrote <= authors
    return right / total if total else 1.0


def surfaced(played: Played) -> float:
    """Share of the planted contradictions that the agent brought to light.

    One is brought to light where the agent found an answer that holds one side to differ from
    what was said before. 1 where none was planted.
    """
    organisation: Organisation = played.organisation
    if not organisation.wrong:
        return 1.0
    differs = differing(played)
    answers = [m.text for m in played.messages.values() if m.native_id in differs]
    truths = {claim.key: claim.sentence for claim in organisation.claims}
    found = sum(
        any(truths[wrong.key] in text or wrong.sentence in text for text in answers)
        for wrong in organisation.wrong
    )
    return found / len(organisation.wrong)


def _premature(played: Played) -> float:
    """Inquiries that ended while somebody who was asked there still held an untold claim."""
    handles = {member.id: member.handle for member in played.members}
    numbers = {person.handle: person.number for person in played.organisation.people}
    early = 0
    for inquiry in played.inquiries:
        topic = played.topic_of.get(inquiry.id)
        asked = {q.asked_of for q in played.questions if q.inquiry_id == inquiry.id}
        early += topic is not None and any(
            played.people.knows_untold(numbers[handles[who]], topic) for who in asked
        )
    return float(early)


def budget_breaches(played: Played) -> list[str]:
    """Every question that broke a budget or the hours of its person, in words.

    Counted from what was delivered, apart from the code that keeps the budgets.
    """
    members = {member.id: member for member in played.members}
    by_person: dict[str, list[Question]] = {}
    for question in sorted(played.questions, key=lambda q: (str(q.delivered_at), q.id)):
        by_person.setdefault(question.asked_of, []).append(question)
    rules = played.policy.ask
    found = []
    for person, asked in by_person.items():
        for place, question in enumerate(asked):
            at = question.delivered_at
            before = [q for q in asked[:place] if q.delivered_at and at and q.delivered_at < at]
            week = [q for q in before if q.delivered_at and at and q.delivered_at > at - WEEK]
            still = [q for q in before if at and (q.closed_at is None or q.closed_at > at)]
            if len(week) >= rules.questions_per_expert_and_week:
                found.append(f"{question.id}: more than the week allows")
            if len(still) >= rules.open_questions_per_expert:
                found.append(f"{question.id}: another question is open")
            if not _in_hours(members[person], question, played):
                found.append(f"{question.id}: outside their hours")
    return [*found, *_after_a_stop(played), *_too_many(played)]


def _after_a_stop(played: Played) -> Iterator[str]:
    stopped = {a.member_id: a.given_at for a in played.answers if a.kind is AnswerKind.STOP}
    for question in played.questions:
        end = stopped.get(question.asked_of)
        if end is not None and question.delivered_at is not None and question.delivered_at > end:
            yield f"{question.id}: asked after a stop"


def _too_many(played: Played) -> Iterator[str]:
    """Inquiries that put more than the policy allows; a review has four for each person."""
    most = played.policy.ask.probes_per_inquiry
    many = Counter(
        (q.inquiry_id, q.asked_of if q.inquiry_id in played.reviews else "")
        for q in played.questions
    )
    for (inquiry, _), count in many.items():
        of = len(AfterAction) if inquiry in played.reviews else most
        if count > of + played.revisions.get(inquiry, 0):
            yield f"{inquiry}: more questions than an inquiry may put"


def _in_hours(member: Member, question: Question, played: Played) -> bool:
    """Whether a question reached its person on a day and at an hour of theirs."""
    if question.delivered_at is None:
        return True
    rules, free = played.policy.ask, member.availability
    local = question.delivered_at.astimezone(ZoneInfo(member.timezone or rules.timezone))
    days = free.weekdays if free.weekdays is not None else rules.weekdays
    from_hour = free.from_hour if free.from_hour is not None else rules.from_hour
    to_hour = free.to_hour if free.to_hour is not None else rules.to_hour
    away = (
        free.away_until is not None
        and (free.away_from is None or question.delivered_at >= free.away_from)
        and question.delivered_at < free.away_until
    )
    return local.isoweekday() in days and from_hour <= local.hour < to_hour and not away
