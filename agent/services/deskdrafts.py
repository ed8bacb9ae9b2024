"""What a steward has typed about a guide and not sent: kept at every pause, whatever happens."""

from __future__ import annotations

from agent.services.workplace import Workplace
from memory.records.guide import Guide
from memory.records.people import Member
from memory.records.stewarding import DeskDraft


def keep_draft(work: Workplace, member: Member, guide: Guide, act: str, text: str) -> None:
    """Keep what is typed for an act, the latest alone; nothing but white space is dropped."""
    with work.store.writing() as unit:
        if not text.strip():
            unit.desk.drop_draft(member.id, guide.id, act)
            return
        unit.desk.save_draft(
            DeskDraft(
                member_id=member.id,
                guide_id=guide.id,
                act=act,
                community_id=guide.community_id,
                text=text,
                saved_at=work.clock.now(),
            )
        )


def drop_draft(work: Workplace, member: Member, guide_id: str, act: str) -> None:
    """Forget it: it was sent, or is not wanted any more."""
    with work.store.writing() as unit:
        unit.desk.drop_draft(member.id, guide_id, act)
