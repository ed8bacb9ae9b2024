"""Lay a message out for the encoder: what it answers, then its sentences, in windows of tokens.

Fitting and reading share this layout; another one needs another fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.method.readings import Before
from memory.errors import StoreError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TITLE_TOKENS, CONTEXT_TOKENS = 16, 32
"""Most tokens of the title, and of title and talk before together."""

SENTENCE_TOKENS, OVERLAP_TOKENS, WINDOW_TOKENS = 120, 40, 384
"""Tokens read of one sentence; repeated of the last one before a window; aimed at in a window."""

CHARACTERS_PER_TOKEN = 12
"""More characters than this for each token that is read are not even split into tokens."""

OPENS, CLOSES, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
NO_SENTENCE = -1


@dataclass(frozen=True, slots=True)
class Window:
    """One run of the encoder. All tuples but the last two numbers have one entry per token."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    """0: what is answered; 1: the message."""
    sentences: tuple[int, ...]
    """Position of the sentence a token is read for, or -1."""
    offsets: tuple[tuple[int, int], ...]
    """Characters of that sentence, `(0, 0)` where there is none."""
    first: int
    stop: int
    """The sentences `first` to before `stop` are read in this window."""


@dataclass(slots=True)
class _Draft:
    """A window that is being filled."""

    ids: list[int]
    types: list[int]
    sentences: list[int]
    offsets: list[tuple[int, int]]

    def add(
        self,
        ids: Sequence[int],
        kind: int,
        sentence: int = NO_SENTENCE,
        offsets: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.ids += ids
        self.types += [kind] * len(ids)
        self.sentences += [sentence] * len(ids)
        self.offsets += offsets or [(0, 0)] * len(ids)


def windows_of(
    sentences: Sequence[str], before: Before, tokenizer: Tokenizer
) -> tuple[Window, ...]:
    """Return the windows that cover all sentences, each sentence in just one of them."""
    opens, closes, unknown = (_id(tokenizer, token) for token in (OPENS, CLOSES, UNKNOWN))
    context = _context(before, tokenizer)
    read = [_tokens(text, SENTENCE_TOKENS, tokenizer) for text in sentences]
    found: list[Window] = []
    position = 0
    while position < len(read):
        draft = _Draft([], [], [], [])
        draft.add([opens, *context, closes], 0)
        first = position
        if first:
            draft.add(read[first - 1][0][-OVERLAP_TOKENS:], 1)
        while position < len(read) and (
            position == first or len(draft.ids) + len(read[position][0]) < WINDOW_TOKENS
        ):
            ids, offsets = read[position]
            draft.add(ids or [unknown], 1, position, offsets)
            position += 1
        draft.add([closes], 1)
        found.append(
            Window(
                tuple(draft.ids),
                tuple(draft.types),
                tuple(draft.sentences),
                tuple(draft.offsets),
                first,
                position,
            )
        )
    return tuple(found)


def _context(before: Before, tokenizer: Tokenizer) -> list[int]:
    """Under a title the question's first words; in a chat the last words before."""
    title, _ = _tokens(before.title, TITLE_TOKENS, tokenizer)
    left = CONTEXT_TOKENS - len(title)
    if title:
        return title + _tokens(before.talk, left, tokenizer)[0]
    characters = CONTEXT_TOKENS * CHARACTERS_PER_TOKEN
    ids, _ = _tokens(before.talk[-characters:], characters, tokenizer)
    return ids[-left:]


def _tokens(text: str, most: int, tokenizer: Tokenizer) -> tuple[list[int], list[tuple[int, int]]]:
    """Return at most `most` token ids with the characters each stands for."""
    cut = text[: most * CHARACTERS_PER_TOKEN].strip()
    lead = len(text) - len(text.lstrip())
    encoded = tokenizer.encode(
        cut.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False
    )
    ids: list[int] = encoded.ids[:most]
    return ids, [(start + lead, end + lead) for start, end in encoded.offsets[:most]]


def _id(tokenizer: Tokenizer, token: str) -> int:
    number = tokenizer.token_to_id(token)
    if number is None:
        raise StoreError(f"the encoder's vocabulary has no {token!r}; install passdown again")
    return int(number)
