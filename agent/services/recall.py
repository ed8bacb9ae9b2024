"""Asking the memory: passages of published guides with their citations, or who might know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.expertise import Knower, who_might_know
from agent.journal import note
from agent.services.guides import GuidePage, open_page
from agent.services.indexing import index_guides
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.guide import GuideSentence, GuideStatus
from memory.records.inquiry import Facet
from memory.records.people import Community

MAX_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class FoundGuide:
    """A guide that speaks to the question, with the sections that matched."""

    page: GuidePage
    facets: tuple[Facet | None, ...]
    """Matching sections, best first; `None` is the title and summary."""
    score: float
    """Of its best passage; see `memory.index.search`."""

    def sentences(self) -> tuple[GuideSentence, ...]:
        """The matching sentences, each once: sections in order of match."""
        version = self.page.guide.current
        found: dict[str, GuideSentence] = {}
        for facet in self.facets:
            if facet is None:
                found.setdefault(version.summary.text, version.summary)
            for section in version.sections:
                if section.facet is facet:
                    for sentence in section.sentences:
                        found.setdefault(sentence.text, sentence)
        return tuple(found.values())

    def boundaries(self) -> tuple[GuideSentence, ...]:
        """When the guide does not apply; empty if nobody has said."""
        return tuple(
            sentence
            for section in self.page.guide.current.sections
            if section.facet is Facet.BOUNDARY
            for sentence in section.sentences
        )


@dataclass(frozen=True, slots=True)
class Recall:
    """What the memory says. Without guides it names who might know."""

    question: str
    guides: tuple[FoundGuide, ...]
    who: tuple[Knower, ...]


def ask_memory(work: Workplace, community: Community, question: str) -> Recall:
    """Search published guides of a community.

    Abstains, in favour of people, where neither meaning nor words come near enough.
    Raises `UserInputError` for an empty or over-long question.
    """
    question = question.strip()
    if not question:
        raise UserInputError('ask something, for example: passdown ask "when should I ..."')
    if len(question) > MAX_QUESTION:
        raise UserInputError(f"a question has at most {MAX_QUESTION:,} characters")
    from memory.index.search import search_passages

    index_guides(work)
    rules = work.policy.retrieval
    hits = search_passages(work.index, question, rules.passages * 4, community.id)
    by_guide: dict[str, list[tuple[Facet | None, float]]] = {}
    for hit in hits:
        if hit.score >= rules.min_score:
            found = by_guide.setdefault(hit.passage.guide_id, [])
            found.append((hit.passage.facet, hit.score))
    guides: list[FoundGuide] = []
    for guide_id, found in list(by_guide.items())[: rules.passages]:
        page = open_page(work, guide_id)
        if page.guide.status is GuideStatus.PUBLISHED:
            best = max(score for _, score in found)
            guides.append(FoundGuide(page, tuple(facet for facet, _ in found), best))
    who: Sequence[Knower] = ()
    if not guides:
        with work.store.reading() as unit:
            who = who_might_know(unit, community.id, question)
    return Recall(question, tuple(guides), tuple(who))


def rebuild_memory(work: Workplace) -> int:
    """Throw the vector index away and build it from the store; returns how many passages."""
    from memory.index.sync import rebuild_index

    passages = rebuild_index(work.store, work.index, work.heading)
    with work.store.writing() as unit:
        note(unit, work.clock.now(), None, Action.INDEX_REBUILT, "home", actor="account")
    return passages
