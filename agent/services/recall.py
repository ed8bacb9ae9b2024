"""Asking the memory: passages of published guides with their citations, or who might know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.expertise import Knower, who_might_know
from agent.journal import note
from agent.method.applicability import LIMITS, Applicability, applicability
from agent.method.contradictions import negates
from agent.method.languages import is_foreign
from agent.method.stopping import covering
from agent.method.words import jaccard, stem_set
from agent.policy.governance import Deed, may
from agent.services.governing import refuse, rules_of
from agent.services.guides import open_page
from agent.services.indexing import index_guides
from agent.services.pages import GuidePage
from agent.services.seeing import check_inside, sight_for
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.governance import StopWork
from memory.records.guide import GuideSentence, GuideStatus
from memory.records.inquiry import Facet
from memory.records.people import Community, Member

if TYPE_CHECKING:
    from memory.index.protocols import Hit
    from memory.index.search import Found

MAX_QUESTION = 2_000
NEARLY_THE_SAME = 0.8
"""Share of common content words from which two sentences are not told both."""
PASSAGES_EACH = 8
"""Passages looked at for each guide that may be told: a guide has about as many."""


@dataclass(frozen=True, slots=True)
class FoundGuide:
    """A guide that speaks to the question, with the sections that matched."""

    page: GuidePage
    facets: tuple[Facet | None, ...]
    """Matching sections, best first; `None` is the title and summary."""
    score: float
    """Of its best passage; see `memory.index.search`."""
    applies: Applicability = field(default_factory=Applicability)
    """What of the question lies outside the advice; it is told before the advice."""

    def sentences(self) -> tuple[GuideSentence, ...]:
        """The matching sentences, each once: sections in order of match."""
        version = self.page.guide.current
        found: list[GuideSentence] = []
        for facet in self.facets:
            if facet is None:
                found.append(version.summary)
            for section in version.sections:
                if section.facet is facet:
                    found += section.sentences
        return apart(found)

    def boundaries(self) -> tuple[GuideSentence, ...]:
        """When the guide does not apply; empty if nobody has said."""
        return tuple(
            sentence
            for section in self.page.guide.current.sections
            if section.facet is Facet.BOUNDARY
            for sentence in section.sentences
        )

    def further(self) -> tuple[GuideSentence, ...]:
        """What is told beside advice and limits: what matched, else how the guide begins."""
        version = self.page.guide.current
        told = (version.summary, *self.applies.limits, *self.applies.elsewhere, *self.boundaries())
        begins = [s for section in version.sections[:2] for s in section.sentences]
        return apart(self.sentences(), told) or apart(begins, told)


@dataclass(frozen=True, slots=True)
class Recall:
    """What the memory says. Without guides it names who might know."""

    question: str
    guides: tuple[FoundGuide, ...]
    who: tuple[Knower, ...]
    stopped: tuple[StopWork, ...] = ()
    """Orders to stop work on what was asked; what they freeze is held back."""
    held: int = 0
    """How many guides are held back."""

    @property
    def is_foreign(self) -> bool:
        """Whether it was asked in another language than the memory is written in."""
        return is_foreign(self.question)


def ask_memory(
    work: Workplace, community: Community, question: str, asker: Member | None = None
) -> Recall:
    """Search published guides of a community.

    Abstains, in favour of people, where neither meaning nor words come near enough. Guides on
    which work is stopped are held back, with the reason. What the asker may not see is not there:
    it is neither ranked nor counted, and names nobody who might know.
    Raises `UserInputError` for an empty or over-long question, `PermissionDeniedError` where the
    community's rules do not let the asker ask, or nothing of it is open to them.
    """
    roles = asker.roles if asker is not None else ()
    refuse(may(roles, Deed.ASK, rules_of(work, community.id)))
    question = question.strip()
    if not question:
        raise UserInputError('ask something, for example: passdown ask "when should I ..."')
    if len(question) > MAX_QUESTION:
        raise UserInputError(f"a question has at most {MAX_QUESTION:,} characters")
    from memory.index.search import search_passages

    with work.store.reading() as unit:
        sight = sight_for(unit, work, community.id, asker)
    check_inside(sight, community)
    index_guides(work)
    rules = work.policy.retrieval
    wanted = rules.passages * PASSAGES_EACH
    found = search_passages(
        work.index, question, wanted, rules, community.id, without=sight.hidden()
    )
    guides: list[FoundGuide] = []
    held: dict[str, tuple[StopWork, ...]] = {}
    for guide_id, hits in _by_guide(found, question).items():
        page = open_page(work, guide_id, asker)
        if page.marks.stopped:
            held[guide_id] = page.marks.stopped
        elif page.guide.status is GuideStatus.PUBLISHED:
            guides.append(_found_guide(page, hits, question, found))
        if len(guides) == rules.passages:
            break
    who: Sequence[Knower] = ()
    with work.store.reading() as unit:
        if not guides:
            who = who_might_know(unit, community.id, question)
        named = covering(unit.stops.stops(community.id), [question])
    every = (*named, *(stop for stops in held.values() for stop in stops))
    stopped = tuple({stop.id: stop for stop in every}.values())
    return Recall(question, tuple(guides), tuple(who), stopped, len(held))


def apart(
    sentences: Iterable[GuideSentence], told: Iterable[GuideSentence] = ()
) -> tuple[GuideSentence, ...]:
    """The sentences in order, without those that nearly repeat one before or one already told."""
    known, kept = list(told), []
    for sentence in sentences:
        if not any(_repeats(sentence, other) for other in known):
            kept.append(sentence)
            known.append(sentence)
    return tuple(kept)


def _repeats(one: GuideSentence, other: GuideSentence) -> bool:
    """Whether two sentences say nearly the same; a `not` or a figure more or less is another."""
    if one.text == other.text:
        return True
    alike = jaccard(stem_set(one.text), stem_set(other.text)) >= NEARLY_THE_SAME
    return (
        alike
        and not (one.dispute or other.dispute)
        and negates(one.text) == negates(other.text)
        and _figures(one.text) == _figures(other.text)
    )


def _figures(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _by_guide(found: Found, question: str) -> dict[str, list[Hit]]:
    """The hits of each guide that fits, best guide first."""
    from memory.index.search import is_about

    every: dict[str, list[Hit]] = {}
    for hit in found.hits:
        every.setdefault(hit.passage.guide_id, []).append(hit)
    fitting: dict[str, list[Hit]] = {}
    for guide_id, hits in every.items():
        good = [hit for hit in hits if found.counts(hit)]
        if good or is_about(question, hits):
            fitting[guide_id] = good or hits[:1]
    return fitting


def _found_guide(page: GuidePage, hits: Sequence[Hit], question: str, found: Found) -> FoundGuide:
    facets = tuple(dict.fromkeys(hit.passage.facet for hit in hits))
    spoken = [message.own_words() for message in page.messages.values() if not message.deleted]
    nearest = facets[0] if facets[0] in LIMITS else None
    return FoundGuide(
        page=page,
        facets=facets,
        score=found.score(hits[0]),
        applies=applicability(question, page.guide.current, nearest, spoken),
    )


def rebuild_memory(work: Workplace) -> int:
    """Throw the vector index away and build it from the store; returns how many passages."""
    from memory.index.sync import rebuild_index

    passages = rebuild_index(work.store, work.index, work.heading)
    with work.store.writing() as unit:
        note(unit, work.clock.now(), None, Action.INDEX_REBUILT, "home", actor="account")
    return passages
