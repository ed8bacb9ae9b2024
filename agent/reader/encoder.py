"""Run the fitted encoder: token by token, what it adds to each reading of a message.

The weights are an int8 ONNX graph that `make fit` writes beside this file, fine-tuned from
all-MiniLM-L6-v2 (Apache-2.0); `reader.toml` holds its digest and the fitted thresholds.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.reader.windows import NO_SENTENCE, Window
from memory.errors import StoreError
from memory.records.inquiry import Facet

if TYPE_CHECKING:
    import onnxruntime

Floats = NDArray[np.float32]

FACETS = tuple(Facet)
WORTHS = 3
"""Graded worth: at least 1, at least 2, at least 3."""

_FACET = slice(0, len(FACETS))
_FOCUS = len(FACETS)
_POOLED = slice(_FOCUS + 1, _FOCUS + 1 + WORTHS + len(FACETS))
_FIRST = slice(_POOLED.stop, _POOLED.stop + WORTHS + len(FACETS))
COLUMNS = _FIRST.stop


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What one window says, as log-odds."""

    facets: Floats
    """Shape (sentences, 12)."""
    shown: tuple[Floats, ...]
    """Per sentence, what each of its tokens adds to each facet: shape (tokens, 12)."""
    focus: tuple[Floats, ...]
    """Per sentence, how much each token is what a question would quote: shape (tokens,)."""
    offsets: tuple[tuple[tuple[int, int], ...], ...]
    """Per sentence, the characters of each token."""
    worth: Floats
    """Shape (3,)."""
    gaps: Floats
    """Shape (12,): which facet a question would best be about; only differences count."""


class Encoder:
    """The encoder on the processor; weights are read at the first `read`. Thread-safe."""

    def __init__(
        self, weights: Path | Traversable | None = None, digest: str = "", threads: int = 1
    ) -> None:
        """Read `weights` (default: the shipped ones); `digest` is their SHA-256, if known."""
        self._weights, self._digest, self._threads = weights, digest, threads
        self._loading = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None

    def read(self, window: Window) -> WindowReading:
        """Read one window. Raises `StoreError` if the weights are missing or altered."""
        tokens = self.tokens(window)
        places = np.asarray(window.sentences)
        own = tokens[places != NO_SENTENCE]
        rows = [tokens[places == number] for number in range(window.first, window.stop)]
        offsets = tuple(
            tuple(
                place
                for place, number in zip(window.offsets, window.sentences, strict=True)
                if number == sentence
            )
            for sentence in range(window.first, window.stop)
        )
        message: Floats = own[:, _POOLED].mean(axis=0) + tokens[0, _FIRST]
        return WindowReading(
            facets=np.stack([row[:, _FACET].mean(axis=0) for row in rows]),
            shown=tuple(row[:, _FACET] for row in rows),
            focus=tuple(row[:, _FOCUS] for row in rows),
            offsets=offsets,
            worth=message[:WORTHS],
            gaps=message[WORTHS:],
        )

    def tokens(self, window: Window) -> Floats:
        """Return what each token adds to each reading, shape (tokens, `COLUMNS`)."""
        ids = np.asarray([window.ids], dtype=np.int64)
        states = self._loaded().run(
            None,
            {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "token_type_ids": np.asarray([window.types], dtype=np.int64),
            },
        )[0]
        tokens: Floats = np.asarray(states, dtype=np.float32)[0]
        return tokens

    def _loaded(self) -> onnxruntime.InferenceSession:
        with self._loading:
            if self._session is None:
                self._session = self._open()
            return self._session

    def _open(self) -> onnxruntime.InferenceSession:
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        weights = self._checked()
        return onnxruntime.InferenceSession(
            weights, sess_options=options, providers=["CPUExecutionProvider"]
        )

    def _checked(self) -> bytes:
        place = self._weights or resources.files("agent.reader").joinpath("reader.onnx")
        try:
            weights = place.read_bytes()
        except OSError as error:
            raise StoreError(
                f"cannot read the reader's weights {str(place)!r}: {error}; install passdown again"
            ) from error
        if self._digest and hashlib.sha256(weights).hexdigest() != self._digest:
            raise StoreError(
                f"the reader's weights {str(place)!r} are not the ones this version was made "
                "for; install passdown again or run `make fit`"
            )
        return weights
