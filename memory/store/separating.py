"""What a guide needs so that it still stands when a person of several members is parted.

While they were one, one yes was a yes to the words of all their members, and one choice of how to
appear was a choice for all. Each of them keeps these where their own words stand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select, update

from memory.records.guide import Confirmation, CreditChoice, Guide, GuideVersion
from memory.records.people import Credit
from memory.store.guides import SqlGuides
from memory.store.personal import PersonalLink
from memory.store.tables import guides


def share_consents(link: PersonalLink, community_id: str, ids: Collection[str]) -> None:
    """Give each of these members, who are one person, what they said yes to as one."""
    person = link.persons.of(next(iter(ids)))
    plain = SqlGuides(link.plain)
    for guide in SqlGuides(link).guides(community_id):
        if person not in guide.current.authors():
            continue
        kept = next(v for v in plain.versions(guide.id) if v.number == guide.current.number)
        _share(link, guide, kept, person, [one for one in kept.authors() if one in ids])


def _share(
    link: PersonalLink, guide: Guide, kept: GuideVersion, person: str, theirs: Sequence[str]
) -> None:
    """Do so in one guide; `kept` is its present version as it names members."""
    row = link.plain.row(
        select(guides.c.confirmations, guides.c.credits).where(guides.c.id == guide.id)
    )
    if row is None:
        return
    said = [Confirmation.model_validate(one) for one in row["confirmations"]]
    chosen = [CreditChoice.model_validate(one) for one in row["credits"]]
    more = [yes for one in theirs for yes in _missing_yes(guide, kept, person, one, said)]
    ways = _missing_credit(guide, person, theirs, chosen)
    if not more and not ways:
        return
    told = {one.member_id for one in more}
    confirmations = [*(one for one in said if one.member_id not in told), *more]
    change = {
        "confirmations": [one.model_dump(mode="json") for one in confirmations],
        "credits": [one.model_dump(mode="json") for one in (*chosen, *ways)],
    }
    link.plain.run(update(guides).where(guides.c.id == guide.id).values(change))


def _missing_yes(
    guide: Guide, kept: GuideVersion, person: str, member_id: str, said: Sequence[Confirmation]
) -> list[Confirmation]:
    """The yes of a member with what they said as a person, where theirs alone lacks some of it."""
    own = [one for one in said if one.member_id == member_id]
    given = {yes.sentence: yes for one in own for yes in one.approvals(kept)}
    lacking = [key for key in kept.keys_of(member_id) if key not in given]
    together = [one for one in guide.confirmations if one.member_id == person]
    known = {yes.sentence: yes for one in together for yes in one.approvals(guide.current)}
    found = {key: known[key] for key in lacking if key in known}
    if not found:
        return []
    latest = max(together, key=lambda one: one.confirmed_at)
    approved = tuple((given | found).values())
    return [latest.model_copy(update={"member_id": member_id, "approved": approved})]


def _missing_credit(
    guide: Guide, person: str, theirs: Sequence[str], chosen: Sequence[CreditChoice]
) -> list[CreditChoice]:
    """How each member appears who chose nothing by themselves, where the person chose."""
    together = [one for one in guide.credits if one.member_id == person]
    if not together:
        return []
    way = guide.credit_of(person, Credit.CREDITED)
    own = any(one.own for one in together)
    known = {one.member_id for one in chosen}
    return [CreditChoice(member_id=one, credit=way, own=own) for one in theirs if one not in known]
