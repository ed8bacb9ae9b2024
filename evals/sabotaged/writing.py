"""Guides that are spoilt on purpose."""

from __future__ import annotations

from memory.records.guide import GuideSection, GuideVersion
from memory.records.inquiry import Facet

INVENTED = "Always add 47 litres of vinegar."


def careless(version: GuideVersion) -> GuideVersion:
    """The guide without its limits, with a sentence a section invented, and others miscited."""
    said = [one for one in version.sections if one.facet is not Facet.BOUNDARY]
    sections = tuple(_miscited(with_invention(one)) for one in said or version.sections)
    return version.model_copy(update={"sections": sections})


def with_invention(section: GuideSection) -> GuideSection:
    """The section with words that nobody said in the place of its first sentence."""
    first, *others = section.sentences
    invented = first.model_copy(update={"text": INVENTED})
    return section.model_copy(update={"sentences": (invented, *others)})


def _miscited(section: GuideSection) -> GuideSection:
    """The section with each sentence citing what the next one rests on."""
    sentences = section.sentences
    turned = (*sentences[1:], sentences[0])
    moved = (
        one.model_copy(update={"evidence": other.evidence})
        for one, other in zip(sentences, turned, strict=True)
    )
    return section.model_copy(update={"sentences": tuple(moved)})
