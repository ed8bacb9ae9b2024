"""Trying other words for one sentence before they are saved: what its sources do not carry."""

from __future__ import annotations

from dataclasses import dataclass

from agent.method.entailment import is_grounded, stems_of
from agent.services.reviewing import MAX_SENTENCE, sentence_at
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_text


@dataclass(frozen=True, slots=True)
class Rewording:
    """One sentence with the words it may draw on. Tries are quick: nothing is read for them."""

    guide_id: str
    version: int
    number: int
    text: str
    """As it stands."""
    quotes: tuple[str, ...]
    context: frozenset[str]

    def problems(self, words: str) -> tuple[str, ...]:
        """Why these words may not be saved, in words; empty where they may."""
        tried = " ".join(clean_text(words).split())
        if not tried:
            return ("says nothing",)
        if len(tried) > MAX_SENTENCE:
            return (f"has {len(tried):,} characters; {MAX_SENTENCE:,} are the most",)
        return is_grounded(tried, self.quotes, self.context).reasons

    def is_new(self, words: str) -> bool:
        """Whether they say anything other than the sentence does."""
        return " ".join(clean_text(words).split()) != self.text


def reword(work: Workplace, guide_id: str, number: int) -> Rewording:
    """Begin to reword a sentence. Raises `UserInputError` for a guide or number that is not."""
    with work.store.reading() as unit:
        guide = guide_in(unit, guide_id)
        sentence = sentence_at(guide, number)
        said = unit.talk.messages({step.message_id for step in guide.current.trail})
    return Rewording(
        guide.id,
        guide.current.number,
        number,
        sentence.text,
        tuple(sentence.quotes()),
        stems_of(message.own_words() for message in said.values() if not message.deleted),
    )
