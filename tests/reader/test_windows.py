"""Windows: every sentence is read once and in its place, whatever the message holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.method.readings import Before
from agent.reader.windows import (
    CONTEXT_TOKENS,
    NO_SENTENCE,
    SENTENCE_TOKENS,
    WINDOW_TOKENS,
    windows_of,
)
from memory.index.minilm import bert_tokenizer

TOKENIZER = bert_tokenizer()
LONG = "Grind a little finer and pour in circles, then wait. " * 30
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(["Rinse the filter first.", "\u00fc\u00df \u4e2d", LONG]),
        st.text(max_size=60),
    ),
    min_size=1,
    max_size=9,
)


@given(TEXTS, st.text(max_size=40), st.text(max_size=80))
def test_every_sentence_is_read_in_just_one_window(
    sentences: list[str], title: str, talk: str
) -> None:
    """Windows follow each other without gap or overlap, and hold what fits."""
    windows = windows_of(sentences, Before(title, talk), TOKENIZER)
    assert [n for window in windows for n in range(window.first, window.stop)] == list(
        range(len(sentences))
    )
    for window in windows:
        assert len(window.ids) == len(window.types) == len(window.sentences) == len(window.offsets)
        read = {n for n in window.sentences if n != NO_SENTENCE}
        assert read == set(range(window.first, window.stop))
        alone = window.stop - window.first == 1
        assert alone or len(window.ids) <= WINDOW_TOKENS + 1


@given(TEXTS)
def test_offsets_are_characters_of_the_sentence(sentences: list[str]) -> None:
    """Each token points into the sentence it is read for."""
    for window in windows_of(sentences, Before(), TOKENIZER):
        for number, (start, end) in zip(window.sentences, window.offsets, strict=True):
            if number != NO_SENTENCE:
                assert 0 <= start <= end <= len(sentences[number])


def test_a_title_keeps_the_question_s_first_words_and_a_chat_the_last() -> None:
    """Under a title the problem stands first; in a chat what was said last matters."""
    talk = " ".join(f"word{n}" for n in range(200))
    titled = windows_of(["Yes."], Before("Bloat on orders", talk), TOKENIZER)[0]
    chat = windows_of(["Yes."], Before("", talk), TOKENIZER)[0]
    first, last = TOKENIZER.encode("word0").ids[1:-1], TOKENIZER.encode("word199").ids[1:-1]
    assert set(first) <= set(titled.ids)
    assert tuple(last) == chat.ids[1 + CONTEXT_TOKENS - len(last) : 1 + CONTEXT_TOKENS]
    assert titled.types[: 1 + CONTEXT_TOKENS] == (0,) * (1 + CONTEXT_TOKENS)


def test_a_long_sentence_is_cut() -> None:
    """No sentence takes more tokens than it may."""
    window = windows_of([LONG], Before(), TOKENIZER)[0]
    assert sum(n == 0 for n in window.sentences) == SENTENCE_TOKENS
