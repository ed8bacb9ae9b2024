"""A tandem's card in a model's words where its goal and its reasons allow it; all else is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from agent.engines.model_tandems import TandemWords
from agent.services.tandem_cards import CardLine, CardPart, TandemCard
from agent.services.workplace import Workplace
from memory.records.model_policy import ModelStep

WORDED = ("goal", "two")
"""Parts of a card whose fixed words may be others."""


@runtime_checkable
class WordsTandems(Protocol):
    """An engine that knows how to word cards."""

    @property
    def tandems(self) -> TandemWords: ...


def worded_card(work: Workplace, card: TandemCard) -> TandemCard:
    """The card with its goal and its reasons worded by the home's model, if it takes that step.

    People, title, task, documents, quotations and every other part stay as they are.
    """
    policy = work.policy.model
    if not (policy.use and policy.of_step(ModelStep.SUGGEST_TANDEM).use):
        return card
    engine = work.context.engine
    if not isinstance(engine, WordsTandems):
        return card
    lines = [one for part in card.parts if part.key in WORDED for one in part.lines]
    quotes = [one.quote for part in card.parts for one in part.lines if one.quote is not None]
    found = engine.tandems.word(
        [one.text for one in lines],
        [quote.span.quote for quote in quotes],
        [one.name for one in (card.senior, *card.juniors)],
        card.tandem.community_id,
    )
    worded = {id(lines[place]): text for place, text in found.items()}
    return replace(card, parts=tuple(_worded(part, worded) for part in card.parts))


def _worded(part: CardPart, texts: dict[int, str]) -> CardPart:
    """The part with other texts for lines, by the identity of the line."""
    return replace(part, lines=tuple(_line(line, texts) for line in part.lines))


def _line(line: CardLine, texts: dict[int, str]) -> CardLine:
    return replace(line, text=texts[id(line)]) if id(line) in texts else line
