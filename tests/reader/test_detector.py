"""The shipped reader: what it finds is the message's own words, always the same, and tells more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.method.facets import STATED_FROM, read_message
from agent.method.focus import LONGEST_PASSAGE, Focus
from agent.method.readings import Before, Judgement
from agent.method.sentences import own_sentences
from agent.method.words import tokenise
from agent.reader.artefact import read_artefact, shipped_artefact
from agent.reader.detector import FittedDetector
from agent.reader.encoder import Encoder
from agent.reader.windows import Window, windows_of
from memory.errors import StoreError
from memory.index.minilm import bert_tokenizer
from memory.records.inquiry import Facet
from tests.builders import make_member, make_message, make_thread

DETECTOR = FittedDetector()
ASKED = Before("Milk keeps splitting", "My sauce splits whenever the milk goes in. What do I do?")
ADVICE = (
    "Never add it cold. Warm the milk to about 60 C first, because the shock curdles it. "
    "You can tell it worked when the sauce stays glossy."
)
ANA, THREAD = make_member("ana"), make_thread()


def stated(text: str) -> set[Facet]:
    """What the reader says that a message states."""
    message = make_message("m1", text, ANA, THREAD)
    read = read_message(message, DETECTOR, ASKED)
    return {r.facet for one in read for r in one.facets if r.confidence >= STATED_FROM}


def test_plain_statements_are_read() -> None:
    """An order, its reason, a figure and a check are seen in a field of their own."""
    assert {Facet.ACTION, Facet.WHY, Facet.HEURISTIC} <= stated(ADVICE)
    assert stated("Thanks, see you on Monday.") == set()


def test_advice_is_worth_more_than_thanks() -> None:
    """A bare judgement calls for a question, courtesy does not."""
    advice = DETECTOR.judge(["Never add it cold, and stop stirring once it turns."], ASKED)
    thanks = DETECTOR.judge(["Thanks a lot, have a nice evening."], ASKED)
    assert advice is not None
    assert thanks is not None
    assert advice.worth[1] > thanks.worth[1] + 1


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4))
@settings(max_examples=25)
def test_shown_words_are_the_sentence_s_own(sentences: list[str]) -> None:
    """Whatever the text, each facet is shown by words of its sentence, with a confidence."""
    for text, readings in zip(sentences, DETECTOR.read_all(sentences, Before()), strict=True):
        assert all(r.words in text and 0 < r.confidence < 1 for r in readings)
        assert [r.confidence for r in readings] == sorted(
            (r.confidence for r in readings), reverse=True
        )


def test_a_reading_depends_on_the_text_alone() -> None:
    """A second reader, and one that read much else before, say the same to the last digit."""
    other = FittedDetector()
    other.read("Something else was read before.")
    sentences = [one.text for one in own_sentences(make_message("m1", ADVICE, ANA, THREAD))]
    assert other.read_all(sentences, ASKED) == DETECTOR.read_all(sentences, ASKED)
    assert other.judge(sentences, ASKED) == DETECTOR.judge(sentences, ASKED)


def test_nothing_is_read_of_nothing() -> None:
    """A message without a sentence has neither facets nor worth."""
    assert DETECTOR.read_all([], ASKED) == ()
    assert DETECTOR.judge([], ASKED) is None


def test_the_focus_is_a_run_of_the_message_s_words() -> None:
    """It holds whole words of one sentence, few enough for a quote."""
    message = make_message("m1", ADVICE, ANA, THREAD)
    judgement = DETECTOR.judge([one.text for one in own_sentences(message)], ASKED)
    assert judgement is not None
    focus = Focus(message, judgement)
    assert focus.passage is not None
    assert focus.passage.quote in message.text
    assert 1 < len(tokenise(focus.passage.quote)) <= LONGEST_PASSAGE
    assert focus.share(focus.passage.start, focus.passage.end) == 1.0
    assert focus.share(0, 0) == 0.0


def test_without_words_there_is_no_focus() -> None:
    """Where nothing can be pointed to, there is no passage and no share."""
    message = make_message("m1", "ok", ANA, THREAD)
    focus = Focus(message, Judgement((0, 0, 0), dict.fromkeys(Facet, 0.0), ((),)))
    assert (focus.passage, focus.share(0, 2)) == (None, 0.0)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    """A reader never runs on weights that are not the ones its thresholds belong to."""
    file = tmp_path / "reader.onnx"
    file.write_bytes(b"not the weights")
    window_reader = Encoder(file, digest=shipped_artefact().digest)
    with pytest.raises(StoreError, match="not the ones"):
        window_reader.read(_window())
    with pytest.raises(StoreError, match="cannot read"):
        Encoder(tmp_path / "gone.onnx").read(_window())


def test_a_broken_card_is_named(tmp_path: Path) -> None:
    """A reader whose card is missing or lacks a threshold says which file it is."""
    with pytest.raises(StoreError, match=r"reader\.toml"):
        read_artefact(tmp_path)
    (tmp_path / "reader.toml").write_text('name = "x"\nsha256 = ""\n[thresholds]\nWHY = 0.1\n')
    with pytest.raises(StoreError, match="no threshold"):
        read_artefact(tmp_path)


def _window() -> Window:
    """One sentence to read."""
    return windows_of(["Rinse it."], Before(), bert_tokenizer())[0]
