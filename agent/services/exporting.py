"""What an export holds: the published guides of a community, each with all that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.services.browsing import questions_in
from agent.services.guides import page_in
from agent.services.masking import page_outside
from agent.services.pages import GuidePage
from agent.services.workplace import Workplace
from agent.sight import sight_in
from memory.records.guide import GuideStatus
from memory.records.people import Community


@dataclass(frozen=True, slots=True)
class PublishedGuide:
    """A guide that anybody may read, and the texts of the questions in its trail by id."""

    page: GuidePage
    questions: Mapping[str, str]


def published_guides(work: Workplace, community: Community) -> Sequence[PublishedGuide]:
    """The published guides by title; one that is withdrawn while they are read is left out.

    So is one that is frozen (work on its topic is stopped), and one that not everybody of the
    community sees. What is private is hidden. Raises `PrivacyError` where nobody can tell what is
    private: then nothing is exported.
    """
    with work.store.reading() as unit:
        sight = sight_in(unit, community.id)
        guides = unit.guides.guides(community.id, [GuideStatus.PUBLISHED])
        pages = [page_in(unit, guide, sight) for guide in guides if sight.sees(guide.id)]
    found = [
        PublishedGuide(*page_outside(work, page, questions_in(work, page)))
        for page in pages
        if not page.marks.stopped
    ]
    return sorted(found, key=_by_title)


def _by_title(published: PublishedGuide) -> tuple[str, str]:
    """Titles in the order of their letters and digits; marks such as backticks do not count."""
    guide = published.page.guide
    return re.sub(r"[^\w ]", "", guide.current.title).casefold(), guide.id
