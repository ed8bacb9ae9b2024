"""Published guides that may be one: proposed to stewards, never merged by anybody else.

A guide is looked at once for each of its versions, against those that the index finds near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from agent.journal import note
from agent.policy.governance import Deed
from agent.services.challenging import keep_act
from agent.services.governing import check_may
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.indexing import index_guides
from agent.services.questioned import proposed_pairs
from agent.services.settling import guide_in, log_act
from agent.services.superseding import supersede_in
from agent.services.workplace import Workplace
from memory.errors import StoreError, UserInputError
from memory.records.challenge import AlikePair, AlikeState
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Community
from memory.records.stewarding import StewardActKind
from memory.store.protocols import Unit
from prompts.life import AlikeEntry, load_life

if TYPE_CHECKING:
    from memory.index.protocols import Vectors

NEAR = 40
"""Passages that the index is asked for, to find guides near one."""
MOST_NEAR = 5
"""Guides near one that are read closely."""
FEWEST = 2
"""Guides of a community below which there is nothing to compare."""
MOST_AT_ONCE = 200
"""Guides looked at in one sweep; the others come with the next."""


def propose_alike(work: Workplace, community: Community) -> int:
    """Look at guides that were published or changed since; returns how many pairs are new."""
    with work.store.reading() as unit:
        standings = unit.desk.standings(community.id, [GuideStatus.PUBLISHED])
        keys = {f"alike:{one.id}:{one.version}": one.id for one in standings}
        fresh = sorted(keys.keys() - unit.life.looked_at(keys))
    if len(standings) < FEWEST:
        return 0
    found = 0
    for key in fresh[:MOST_AT_ONCE]:
        with work.store.reading() as unit:
            guide = unit.guides.guide(keys[key])
        pairs = _pairs_of(work, guide) if guide is not None else ()
        with work.store.writing() as unit:
            if unit.inquiries.claim_effect(key, work.clock.now()):
                found += sum(_propose(unit, work, pair) for pair in pairs)
    return found


def _pairs_of(work: Workplace, guide: Guide) -> Sequence[AlikePair]:
    """The guide with each of those near it that may say the same."""
    entry = load_life().alike
    version = guide.current
    query = f"{version.title}. {version.summary.text}"
    hits = work.index.search(query, NEAR, guide.community_id)
    near = dict.fromkeys(h.passage.guide_id for h in hits if h.passage.guide_id != guide.id)
    mine = _meaning(work, guide)
    pairs: list[AlikePair] = []
    for other_id in list(near)[:MOST_NEAR]:
        with work.store.reading() as unit:
            other = unit.guides.guide(other_id)
        if other is None or other.status is not GuideStatus.PUBLISHED:
            continue
        likeness = min(1.0, max(0.0, float(mine @ _meaning(work, other))))
        shared = len(_cited(guide) & _cited(other))
        if may_be_one(likeness, shared, entry):
            first, second = sorted((guide.id, other.id))
            pairs.append(
                AlikePair(
                    id=AlikePair.id_of(first, second),
                    community_id=guide.community_id,
                    first_id=first,
                    second_id=second,
                    likeness=likeness,
                    shared=shared,
                    found_at=work.clock.now(),
                )
            )
    return pairs


def may_be_one(likeness: float, shared: int, entry: AlikeEntry) -> bool:
    """Whether two guides are proposed as one: by meaning alone, or with evidence of both."""
    if likeness >= entry.by_meaning:
        return True
    return shared >= entry.fewest_shared and likeness >= entry.with_shared


def _meaning(work: Workplace, guide: Guide) -> Vectors:
    """The mean direction of a guide's sentences, of length 1."""
    import numpy as np

    texts = list(dict.fromkeys(s.text for s in guide.current.sentences()))
    mean = work.embedder.embed([guide.current.title, *texts]).mean(axis=0)
    direction: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return direction


def _cited(guide: Guide) -> set[str]:
    return {span.message_id for s in guide.current.sentences() for span in s.evidence}


def _propose(unit: Unit, work: Workplace, pair: AlikePair) -> bool:
    """Store a pair that nobody has decided on; whether it is new."""
    if unit.life.pair(pair.id) is not None:
        return False
    if len(proposed_pairs(unit, pair.community_id)) >= load_life().alike.most_proposed:
        return False
    unit.life.save_pair(pair)
    now = work.clock.now()
    note(unit, now, pair.community_id, Action.GUIDES_ALIKE, pair.first_id, reason=pair.second_id)
    return True


def say_same(work: Workplace, actor: Actor, pair_id: str, keep_id: str, reason: str) -> Guide:
    """A steward says that two guides are one: the other is superseded by the one to keep.

    Raises `UserInputError` for a pair that is decided, or where `keep_id` is none of the two.
    """
    kept = find_guide(work, keep_id)
    with work.store.writing() as unit:
        pair = _open_pair(unit, work, actor, pair_id)
        if kept.id not in (pair.first_id, pair.second_id):
            raise UserInputError(f"guide {kept.id!r} is none of the two that seem alike")
        other = pair.second_id if kept.id == pair.first_id else pair.first_id
        supersede_in(unit, work, actor, other, kept.id, reason)
        _decide(unit, work, actor, pair, AlikeState.SAME)
    with suppress(StoreError):
        index_guides(work)
    return find_guide(work, kept.id)


def say_apart(work: Workplace, actor: Actor, pair_id: str, reason: str) -> AlikePair:
    """A steward says that two guides are not the same: they are never proposed again.

    Raises `UserInputError` without a reason or for a pair that is decided.
    """
    if not reason.strip():
        raise UserInputError("say what tells the two apart")
    with work.store.writing() as unit:
        pair = _open_pair(unit, work, actor, pair_id)
        guide = guide_in(unit, pair.first_id)
        about = pair.second_id
        keep_act(unit, work, actor, guide, StewardActKind.KEPT_APART, reason, about=about)
        decided = _decide(unit, work, actor, pair, AlikeState.APART)
        log_act(unit, work, actor, guide, Action.GUIDES_KEPT_APART, pair.second_id)
    return decided


def _open_pair(unit: Unit, work: Workplace, actor: Actor, pair_id: str) -> AlikePair:
    pair = unit.life.pair(pair_id)
    if pair is None or pair.community_id != actor.member.community_id:
        raise UserInputError(f"there is no pair {pair_id!r} in this community")
    for guide_id in (pair.first_id, pair.second_id):
        check_may(unit, work, actor, Deed.TEND, guide_in(unit, guide_id))
    if pair.state is not AlikeState.PROPOSED:
        by = unit.people.member(pair.settled_by) if pair.settled_by else None
        who = f" by {by.name}" if by is not None else ""
        raise UserInputError(
            f"pair {pair_id!r} is decided already{who} ({pair.state}); nothing was changed"
        )
    return pair


def _decide(
    unit: Unit, work: Workplace, actor: Actor, pair: AlikePair, state: AlikeState
) -> AlikePair:
    settled = {"state": state, "settled_at": work.clock.now(), "settled_by": actor.member.id}
    decided = pair.model_copy(update=settled)
    unit.life.save_pair(decided)
    return decided
