"""Telling English from other languages: few foreign texts pass, hardly any English one is lost."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.languages import is_english, is_foreign
from prompts.languages import load_languages

WRITTEN: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("languages.toml").read_text(encoding="utf-8")
)
DATA = Path(os.environ.get("PASSDOWN_DATA", "../shared/data")) / "labels" / "facets_more"


def passing(group: str) -> list[str]:
    """Sentences of a group that are taken for English."""
    return [text for texts in WRITTEN[group].values() for text in texts if is_english(text)]


def total(group: str) -> int:
    """Number of sentences in a group."""
    return sum(len(texts) for texts in WRITTEN[group].values())


def test_foreign_sentences_are_recognised() -> None:
    """Fewer than 3 % of the sentences of six words and more in other languages pass."""
    assert len(passing("foreign")) < 0.03 * total("foreign"), passing("foreign")


def test_sentences_written_later_are_recognised() -> None:
    """Sentences that no list was made for pass seldom, those of unlisted languages with them."""
    assert len(passing("later_foreign")) <= 0.06 * total("later_foreign"), passing("later_foreign")


@pytest.mark.parametrize("text", [t for texts in WRITTEN["english"].values() for t in texts])
def test_short_chat_code_names_and_quotations_are_no_foreign_language(text: str) -> None:
    """What is short, code, full of names or quotes a foreign phrase is read as English."""
    assert is_english(text)


def test_english_written_later_is_kept() -> None:
    """Of terse English that no list was made for, at most one sentence is lost."""
    assert total("later_english") - len(passing("later_english")) <= 1


@pytest.mark.data
def test_hardly_any_english_message_is_lost() -> None:
    """Of the labelled messages, fewer than 1 % are taken for foreign."""
    if not DATA.exists():
        pytest.skip("the labelled messages of PASSDOWN_DATA are not here")
    lines = (DATA / "items.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [" ".join(json.loads(line)["sentences"]) for line in lines]
    assert sum(map(is_foreign, texts)) < 0.01 * len(texts)


@given(st.text(max_size=400))
def test_any_text_is_told_one_way(text: str) -> None:
    """Whatever is written, it is either English or foreign, and padding changes nothing."""
    assert is_english(text) is not is_foreign(text)
    assert is_foreign(text) == is_foreign(f"  {text}\n")


def test_no_list_claims_a_word_of_english() -> None:
    """A word that English uses counts for no other language."""
    entry = load_languages()
    assert not entry.english_words & set(entry.languages_of)
