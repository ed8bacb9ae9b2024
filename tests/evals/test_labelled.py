"""Labelled messages are read as the threads they came from, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.labelled.reading import read_labels
from evals.labelled.threads import BETWEEN, spans_of
from evals.sample import LABELLED
from memory.errors import UserInputError
from memory.records.inquiry import Facet
from memory.records.talk import MessageKind
from tests.evals.labels import ITEM, LABEL, write_labels


def test_labelled_items_become_threads(tmp_path: Path) -> None:
    """A forum item opens with its question, a chat item with the lines before it."""
    items: list[dict[str, Any]] = [
        {"id": "a", "site": "s", "answer_id": 1, "author": "ana", "title": "T", "score": 2,
         "accepted": True, "question": "How?", "sentences": ["Rinse it.", "Dry it."]},
        {"id": "b", "site": "c", "author": "ana", "title": "", "question": "ben: how?\nana: hm",
         "sentences": ["Rinse it."]},
        {"id": "c", "site": "w", "title": "T", "question": "How: by hand?", "sentences": ["Yes."]},
    ]  # fmt: skip
    labels = [{"id": key, "facets": {}, "worth": worth} for key, worth in (("a", 2), ("b", 0))]
    labels.append({"id": "c", "facets": {}, "worth": 0})
    forum, chat, untold = read_labels(write_labels(tmp_path, items, labels))
    assert [m.kind for m in forum.view.messages] == [MessageKind.QUESTION, MessageKind.ANSWER]
    assert forum.view.thread.accepted_message_id == forum.view.messages[1].id
    assert [m.text for m in chat.view.messages] == ["how?", "hm", "Rinse it."]
    assert chat.view.messages[1].author_id == chat.view.messages[2].author_id
    assert [m.text for m in untold.view.messages] == ["How: by hand?", "Yes."]
    assert (forum.worth, chat.worth) == (2, 0)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=8))
def test_each_sentence_has_its_place(sentences: list[str]) -> None:
    """Spans find every sentence again in the text of the message."""
    text = BETWEEN.join(sentences)
    assert [text[a:b] for a, b in spans_of(sentences)] == sentences


def test_two_annotators_are_read_together(tmp_path: Path) -> None:
    """Agreed marks are gold, others are disputed; worth is the lower, every gap is kept."""
    other = LABEL | {"facets": {"ACTION": [0, 1], "WHY": [2]}, "worth": 1, "gap": "CUES"}
    (one,) = read_labels(write_labels(tmp_path, [ITEM], [LABEL], [other]))
    gold = one.gold
    assert (gold.worth, gold.gaps) == (1, (Facet.CHECK, Facet.CUES))
    assert (gold.states(Facet.WHY), gold.states(Facet.BOUNDARY)) == (True, None)
    assert gold.states(Facet.CUES) is False
    assert gold.sentence_states(1, Facet.WHY) is None
    assert gold.sentences_of(Facet.WHY) == frozenset()
    assert gold.sentences_of(Facet.ACTION) == {0}


def test_hidden_sentences_leave_the_rest_of_the_thread(tmp_path: Path) -> None:
    """What is left of a message stands in the same thread, without the hidden words."""
    (one,) = read_labels(write_labels(tmp_path, [ITEM], [LABEL]))
    left = one.left_with([0, 2])
    assert left.messages[0] == one.view.messages[0]
    assert left.messages[-1].text == "Pour at 80 degrees.\nUnless it is black tea."


@pytest.mark.parametrize(
    ("items", "label", "told"),
    [
        ([ITEM], LABEL | {"facets": {"REASON": [0]}}, "line 1: 'REASON' is no facet"),
        ([ITEM], LABEL | {"facets": {"WHY": [3]}}, "line 1: sentence number 3 is out of range"),
        ([ITEM], LABEL | {"facets": {"WHY": ["1"]}}, "no list of sentence numbers"),
        ([ITEM], LABEL | {"facets": None}, "needs 'facets'"),
        ([ITEM], LABEL | {"id": "b"}, "line 1: 'b' is labelled and is not in"),
        ([ITEM], LABEL | {"worth": 4}, "needs 'worth'"),
        ([ITEM], LABEL | {"gap": "SOMETHING"}, "'SOMETHING' is no facet"),
        ([ITEM], LABEL | {"anchor": 3}, "'anchor' has to be a string"),
        ([ITEM, ITEM], LABEL, "items.jsonl' line 2: the id 'a' stands twice"),
        ([ITEM | {"sentences": []}], LABEL, "needs 'sentences'"),
        ([ITEM | {"title": None}], LABEL, "needs 'title'"),
        ([ITEM | {"id": 3}], LABEL, "not an object with a string 'id'"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_named(
    tmp_path: Path, items: list[dict[str, Any]], label: dict[str, Any], told: str
) -> None:
    """A bad item or label is refused with its file and line."""
    with pytest.raises(UserInputError) as refused:
        read_labels(write_labels(tmp_path, items, [label]))
    assert told in str(refused.value)


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    """A missing file, a line that is no JSON, and a folder without labels are told apart."""
    with pytest.raises(UserInputError, match=r"cannot read labels .*items\.jsonl"):
        read_labels(tmp_path)
    write_labels(tmp_path, [ITEM], [LABEL])
    (tmp_path / "labels_a.jsonl").write_text('{"id": "a", "facets": {}, "worth": 1}\n{oops\n')
    with pytest.raises(UserInputError, match=r"labels_a\.jsonl' line 2"):
        read_labels(tmp_path)
    (tmp_path / "labels_a.jsonl").write_text("\n")
    with pytest.raises(UserInputError, match="no item that is labelled"):
        read_labels(tmp_path)


def test_the_shipped_sample_is_whole() -> None:
    """Every item of the sample is labelled, and every anchor stands in one of its sentences."""
    sample = read_labels(LABELLED)
    assert len(sample) >= 60
    assert len({one.site for one in sample}) == 3
    for one in sample:
        assert all(any(words in s for s in one.sentences) for words in one.gold.anchors), one.id
        assert bool(one.worth) == bool(one.gold.gaps), one.id
