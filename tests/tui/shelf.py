"""A home whose community has published guides, written straight into its store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from memory.home import Home
from memory.records.guide import (
    Confirmation,
    CreditChoice,
    Guide,
    GuideSection,
    GuideStatus,
    GuideVersion,
    Review,
    TrailStep,
)
from memory.records.inquiry import Facet, Inquiry
from memory.records.people import Credit
from memory.records.talk import EvidenceSpan, Message
from tests.memory import samples


def shelf(path: Path) -> Path:
    """A home with the sample world of records and no guide."""
    store = Home.open(path).store()
    samples.settle(store)
    store.close()
    return path


def said(native_id: str, words: str) -> Message:
    """A message of Ada's, all of it her own words."""
    return samples.message(native_id, words)


def publish(
    home: Path,
    native_id: str = "m1",
    words: str = samples.ADVICE,
    title: str = "Cooling the kettle",
    credit: Credit = Credit.CREDITED,
    number: int = 1,
    **changes: Any,
) -> Guide:
    """Publish a guide on what Ada said in the message `native_id`, with Ben's approval."""
    message = said(native_id, words)
    moment = samples.moment(message)
    inquiry = samples.inquiry(moment)
    span = EvidenceSpan.of(message, 0, len(words))
    sentence = samples.sentence(span)
    guide_id = Guide.id_of(Inquiry.id_of(moment.id))
    version = samples.version(
        number,
        span,
        guide_id=guide_id,
        title=title,
        sections=(GuideSection(facet=Facet.WHY, sentences=(sentence,)),),
        trail=(
            TrailStep(
                message_id=message.id, author_id=samples.ADA.id, at=samples.NOON, part="said"
            ),
        ),
    )
    fields: dict[str, Any] = {
        "id": guide_id,
        "inquiry_id": inquiry.id,
        "confirmations": (yes(version, credit),),
        "credits": (CreditChoice(member_id=samples.ADA.id, credit=credit, own=True),),
        "review": approval(version),
        **changes,
    }
    guide = samples.published(version, **fields)
    store = Home.open(home).store()
    with store.writing() as unit:
        unit.talk.save_messages([message])
        unit.inquiries.save_moments([moment])
        unit.inquiries.save_inquiry(inquiry)
        if guide.review is not None:
            unit.guides.save_review(guide.review)
        unit.guides.save_guide(guide)
    store.close()
    return guide


def yes(version: GuideVersion, credit: Credit) -> Confirmation:
    """Ada's yes to a version."""
    return samples.confirmation().model_copy(
        update={"guide_id": version.guide_id, "version": version.number, "credit": credit}
    )


def approval(version: GuideVersion) -> Review:
    """Ben's approval of a version."""
    fields = {
        "id": Review.id_of(version.guide_id, version.number, samples.BEN.id),
        "guide_id": version.guide_id,
        "version": version.number,
    }
    return samples.review().model_copy(update=fields)


def change(home: Path, guide: Guide, **changes: Any) -> Guide:
    """Store `guide` with changes, such as another status."""
    changed = guide.model_copy(update=changes)
    store = Home.open(home).store()
    with store.writing() as unit:
        unit.guides.save_guide(changed)
    store.close()
    return changed


def withdraw(home: Path, guide: Guide) -> Guide:
    """Take a guide back."""
    return change(home, guide, status=GuideStatus.RETRACTED)
