"""What an export holds: the published guides of a community, each with all that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.services.browsing import is_public, questions_in
from agent.services.guides import GuidePage, list_guides, open_page
from agent.services.workplace import Workplace
from memory.records.guide import GuideStatus
from memory.records.people import Community


@dataclass(frozen=True, slots=True)
class PublishedGuide:
    """A guide that anybody may read, and the texts of the questions in its trail by id."""

    page: GuidePage
    questions: Mapping[str, str]


def published_guides(work: Workplace, community: Community) -> Sequence[PublishedGuide]:
    """The published guides by title; one that is withdrawn while they are read is left out.

    So is one that is frozen: work on its topic is stopped.
    """
    found: list[PublishedGuide] = []
    for guide in list_guides(work, community.id, [GuideStatus.PUBLISHED]):
        page = open_page(work, guide.id)
        if is_public(page.guide) and not page.marks.stopped:
            found.append(PublishedGuide(page, questions_in(work, page)))
    return sorted(found, key=_by_title)


def _by_title(published: PublishedGuide) -> tuple[str, str]:
    """Titles in the order of their letters and digits; marks such as backticks do not count."""
    guide = published.page.guide
    return re.sub(r"[^\w ]", "", guide.current.title).casefold(), guide.id
