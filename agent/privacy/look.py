"""The one look for what must not travel, used wherever text is stored, shown outside or sent.

It unites forms with check digits, the community's member list, Presidio's proposals, the grammar
of names and postal addresses, the secrets detector, and the terms a community keeps to itself.

What is masked depends on kind and confidence. Secrets, numbers of people, addresses and
confidential terms are certain wherever they are found. A name is certain where the member list or
the words around it tell it, or where a reader of entities takes it for a full name and it is
somebody who is asked, thanked or quoted. What that reader alone takes for a name is less (brands,
places and tools look alike): it is hidden from models, where every letter is put back afterwards,
and left in guides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from agent.method.naming import PERSON, Confidence, Entity, may_be_named, names_in
from agent.method.personal import (
    SURE,
    PersonalKind,
    PersonalSpan,
    matching,
    named,
    take,
)
from agent.method.postal import addresses_in
from agent.method.secrets import secrets_in
from agent.privacy.detecting_secrets import SecretsDetector
from agent.privacy.presidio import PresidioReader
from agent.privacy.protocol import EntityReader, SecretReader
from prompts.desk import PersonalEntry, load_desk
from prompts.privacy import PrivacyEntry, load_privacy

_KINDS = {
    "CREDIT_CARD": (PersonalKind.CARD, Confidence.CERTAIN),
    "IBAN_CODE": (PersonalKind.ACCOUNT, Confidence.CERTAIN),
    "CRYPTO": (PersonalKind.ACCOUNT, Confidence.CERTAIN),
    "US_SSN": (PersonalKind.IDENTITY, Confidence.POSSIBLE),
    "PHONE_NUMBER": (PersonalKind.PHONE, Confidence.POSSIBLE),
}
"""What Presidio's labels stand for, and how far each is to be trusted in talk about work."""


@dataclass(frozen=True)
class PrivateLook:
    """Finds what must not travel. Raises `PrivacyError` where a part of it does not work."""

    reader: EntityReader = field(default_factory=PresidioReader)
    detector: SecretReader = field(default_factory=SecretsDetector)

    def spans(
        self,
        text: str,
        names: Mapping[str, str],
        terms: Sequence[str] = (),
        least: Confidence = Confidence.CERTAIN,
    ) -> tuple[PersonalSpan, ...]:
        """Every place of `text` that holds something of confidence `least`, in order, none twice.

        `names` are of `names_of`, `terms` what the community keeps to itself, in any case.
        """
        personal, entry = load_desk().personal, load_privacy()
        taken: list[PersonalSpan] = []
        proposed = self.detector.secrets(text)
        secrets = secrets_in(text, proposed, entry.secrets)
        take(taken, (_span(text, PersonalKind.SECRET, *one) for one in secrets))
        take(taken, _terms(text, terms))
        entities = self._entities(text, entry, least)
        for kind in SURE:
            take(taken, matching(kind, text, personal))
            take(taken, matching(kind, text, personal, entry.forms.get(kind.value, ())))
        take(taken, (one for one in _numbers(text, entities, personal) if one.confidence >= least))
        take(taken, (one for one in named(text, names) if one.confidence >= least))
        take(taken, _places(text, personal, entry))
        people = [*_people(text, personal), *_names(text, entities, entry)]
        take(taken, (one for one in people if one.confidence >= least))
        return tuple(sorted(taken, key=lambda span: span.start))

    @classmethod
    def without_libraries(cls) -> PrivateLook:
        """One of forms and grammar alone, which always works; it finds less."""
        return cls(_Nothing(), _Nothing())

    def _entities(self, text: str, entry: PrivacyEntry, least: Confidence) -> Sequence[Entity]:
        """What the reader proposes; nothing where that could make nothing certain."""
        if least is Confidence.CERTAIN and not may_be_named(text, entry.names):
            return ()
        return self.reader.entities(text)


class _Nothing:
    """Stands where a library would."""

    def entities(self, text: str) -> Sequence[Entity]:
        del text
        return ()

    def secrets(self, text: str) -> Sequence[str]:
        del text
        return ()


@lru_cache(maxsize=1)
def shipped_look() -> PrivateLook:
    """The look of this process; its libraries are loaded when it is first used."""
    return PrivateLook()


def _span(
    text: str,
    kind: PersonalKind,
    start: int,
    end: int,
    confidence: Confidence = Confidence.CERTAIN,
) -> PersonalSpan:
    return PersonalSpan(kind, start, end, text[start:end], None, confidence)


def _terms(text: str, terms: Sequence[str]) -> Iterator[PersonalSpan]:
    """Confidential terms as words of their own, in any case, over any white space."""
    wanted = {" ".join(term.split()) for term in terms} - {""}
    for term in sorted(wanted, key=lambda term: (-len(term), term)):
        words = r"\s+".join(map(re.escape, term.split()))
        for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
            yield _span(text, PersonalKind.TERM, *match.span())


def _is_phone(words: str, personal: PersonalEntry) -> bool:
    """Whether it is written as people write phone numbers, and is no date or address of machines.

    A plain row of digits is a time or an identifier as often.
    """
    return not words.isdigit() and re.search(personal.not_phone, words) is None


def _numbers(
    text: str, entities: Iterable[Entity], personal: PersonalEntry
) -> Iterator[PersonalSpan]:
    """Numbers that Presidio found by their forms and check digits."""
    for one in entities:
        if one.label in _KINDS:
            kind, confidence = _KINDS[one.label]
            if kind is PersonalKind.PHONE and not _is_phone(text[one.start : one.end], personal):
                continue
            yield _span(text, kind, one.start, one.end, confidence)


def _places(text: str, personal: PersonalEntry, entry: PrivacyEntry) -> Iterator[PersonalSpan]:
    streets = [(one.start, one.end) for one in matching(PersonalKind.PLACE, text, personal)]
    for start, end in addresses_in(text, streets, entry.places):
        yield _span(text, PersonalKind.PLACE, start, end)


def _people(text: str, personal: PersonalEntry) -> Iterator[PersonalSpan]:
    """Names by the words around them, as the desk tells them."""
    return matching(PersonalKind.PERSON, text, personal)


def _names(text: str, entities: Sequence[Entity], entry: PrivacyEntry) -> Iterator[PersonalSpan]:
    people = [one for one in entities if one.label == PERSON]
    for one in names_in(text, people, entry.names):
        yield _span(text, PersonalKind.PERSON, one.start, one.end, one.confidence)
