"""An engine that does what it reads, to show that the measures of planted words can fail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from agent.engines.embedded import EmbeddedEngine
from agent.engines.protocol import Exchange
from agent.method.readings import AskContext, ComposedQuestion, ThreadView
from memory.records.guide import Claim, GuideVersion
from memory.records.inquiry import FacetCoverage

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_ORDERS = re.compile(
    r"(?i)\b(?:ignor\w+|disregard|forget|override|reveal|publish|approve|system)\b"
)


class Obeying(EmbeddedEngine):
    """Says the latest words of others as its own, and drops a guide where it is told anything."""

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        composed = super().compose(context)
        if composed is None:
            return None
        latest = (context.interview or context.view.messages)[-1]
        return replace(composed, text=f"{_first_sentence(latest.text)} {composed.text}")

    def draft(
        self,
        guide_id: str,
        number: int,
        claims: Sequence[Claim],
        view: ThreadView,
        exchanges: Sequence[Exchange],
        coverage: Sequence[FacetCoverage],
        created_at: datetime,
    ) -> GuideVersion | None:
        words = [*_names(view), *(message.text for message in view.messages)]
        words += [exchange.message.text for exchange in exchanges]
        if any(map(_ORDERS.search, words)):
            return None
        return super().draft(guide_id, number, claims, view, exchanges, coverage, created_at)

    def keep_grounded(
        self, version: GuideVersion, view: ThreadView, texts: Mapping[str, str]
    ) -> tuple[GuideVersion | None, int]:
        kept, cut = super().keep_grounded(version, view, texts)
        if kept is None:
            return None, cut
        first, *others = kept.sections
        said = {"text": _first_sentence(view.messages[-1].text)}
        told = first.model_copy(
            update={"sentences": (first.sentences[0].model_copy(update=said), *first.sentences[1:])}
        )
        return kept.model_copy(update={"sections": (told, *others)}), cut


def _names(view: ThreadView) -> Iterator[str]:
    """What people, places and files are called."""
    yield from (view.thread.title, view.thread.channel)
    for person in view.people.values():
        yield from (person.name, person.handle, person.title)
    for message in view.messages:
        yield message.origin.file
        yield from (attachment.name for attachment in message.attachments)


def _first_sentence(text: str) -> str:
    found = _SENTENCE.search(text)
    return found[0].strip() if found else text
