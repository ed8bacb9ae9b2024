"""What of a guide a model is shown: one statement a line, each under its number."""

from __future__ import annotations

from collections.abc import Sequence

from agent.method.guide_merging import Pair
from agent.method.guide_wording import Statement
from memory.records.inquiry import Facet
from memory.records.talk import Message
from prompts.steps.writing import load_writing

SUMMARY = "SUMMARY"


def shown_text(lines: Sequence[tuple[Facet | None, Statement]]) -> str:
    """Statements by section. Nobody's words can open a line of their own."""
    rows: list[str] = []
    last: object = rows
    for facet, statement in lines:
        if facet is not last:
            rows.append(f"{facet or SUMMARY}:")
        rows.append(f"{statement.number}. {in_a_line(statement.sentence.text)}")
        last = facet
    return "\n".join(rows)


def pairs_text(pairs: Sequence[Pair]) -> str:
    """Pairs, each as two lines under its number."""
    return "\n".join(
        f"{number}. A: {in_a_line(pair.one)}\n{number}. B: {in_a_line(pair.other)}"
        for number, pair in enumerate(pairs, start=1)
    )


def checked_text(rows: Sequence[tuple[Sequence[str], str]]) -> str:
    """Words and the sentence made of them, each as two lines under its number."""
    return "\n".join(
        f"{number}. WORDS: {in_a_line(' '.join(quotes))}\n{number}. SENTENCE: {in_a_line(text)}"
        for number, (quotes, text) in enumerate(rows, start=1)
    )


def opening_text(message: Message) -> str:
    """The author's own words of a message, as far as a title needs them."""
    return message.own_words()[: load_writing().longest_opening]


def in_a_line(text: str) -> str:
    """`text` without breaks of lines."""
    return " ".join(text.split())
