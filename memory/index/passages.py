"""What a published guide becomes in the index: its summary and one passage per section."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from memory.index.protocols import Passage
from memory.records.base import stable_id
from memory.records.guide import Guide, GuideSentence, GuideStatus
from memory.records.inquiry import Facet


def passages_of(guide: Guide, heading: Callable[[Facet], str]) -> tuple[Passage, ...]:
    """Return the guide's passages, summary first; none unless it is published.

    A section's title is the guide's, with the section's heading in brackets. Ids depend on the
    guide and the facet alone, so a new version replaces the old one's passages in place.
    """
    if guide.status is not GuideStatus.PUBLISHED:
        return ()
    title = guide.current.title
    gathered: dict[Facet, list[GuideSentence]] = {}
    for section in guide.current.sections:
        gathered.setdefault(section.facet, []).extend(section.sentences)
    return (
        _passage(guide, None, title, (guide.current.summary,)),
        *(
            _passage(guide, facet, f"{title} ({heading(facet)})", sentences)
            for facet, sentences in gathered.items()
        ),
    )


def embedded_text(passage: Passage) -> str:
    """Return the words a passage is found by: its title, if it has one, then its text."""
    return f"{passage.title}. {passage.text}" if passage.title else passage.text


def _passage(
    guide: Guide, facet: Facet | None, title: str, sentences: Sequence[GuideSentence]
) -> Passage:
    return Passage(
        id=stable_id("pas", guide.id, "" if facet is None else facet.value),
        guide_id=guide.id,
        version=guide.current.number,
        community_id=guide.community_id,
        facet=facet,
        title=title,
        text=" ".join(sentence.text for sentence in sentences),
    )
