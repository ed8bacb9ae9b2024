"""The people of the harder world: what they do with a question; they see its text alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from evals.community.hearing import Heard, hear
from evals.community.organisation import HeldClaim, Organisation, Person, Persona
from evals.worlds.scripted import Reply
from memory.records.inquiry import Facet
from prompts import load_catalogue

OPENNESS = {
    Persona.STRAIGHTFORWARD: 0.97,
    Persona.TERSE: 0.9,
    Persona.VAGUE: 0.65,
    Persona.OVER_EXPLAINING: 0.98,
    Persona.DEFENSIVE: 0.8,
    Persona.FORGETFUL: 0.75,
    Persona.CONFIDENT_AND_WRONG: 0.9,
}
"""Mean chance that a claim is told to a good question."""
VOLUNTEERS = {
    Persona.STRAIGHTFORWARD: 0.8,
    Persona.TERSE: 0.6,
    Persona.VAGUE: 0.6,
    Persona.OVER_EXPLAINING: 0.98,
    Persona.DEFENSIVE: 0.5,
    Persona.FORGETFUL: 0.6,
    Persona.CONFIDENT_AND_WRONG: 0.8,
}
"""Chance that somebody who holds nothing of what is asked for comes out with what they do hold."""
VAGUELY_ASKED = 0.5
"""What is left of it where the words ask for nothing in particular."""
REMINDED = 0.7
"""How much of what keeps a claim back is gone when somebody is asked about a topic once more."""
CONCENTRATION = 12.0
"""How much the chances of one persona are alike: the sum of the two parameters of the Beta."""
STANDS_ON_OLD = 0.15
"""Chance that somebody confident and wrong tells the wrong claim although they hold the true."""
NOT_TOLD = {
    Persona.VAGUE: "Hard to say, it depends.",
    Persona.FORGETFUL: "I would have to think about that.",
    Persona.DEFENSIVE: "That is just how it is done.",
}
COULD_NOT_SAY = "Hard to say."
ALL_TOLD = "That is all I know about it."
ASIDE = "That reminds me of my first winter here, but never mind."


@dataclass(frozen=True, slots=True)
class Told:
    """One claim as somebody told it."""

    person: int
    claim: HeldClaim
    at: datetime


@dataclass(frozen=True, slots=True)
class _Met:
    """A question that reached a person who recognised its topic."""

    person: Person
    topic: int
    heard: Heard
    time: int
    """How often this person was asked about this topic, from 1."""


class CommunityPeople:
    """Everybody of an organisation. The same questions in any order get the same draws."""

    def __init__(self, organisation: Organisation, now: Callable[[], datetime]) -> None:
        self.organisation = organisation
        self.told: list[Told] = []
        self.words: list[tuple[str, str]] = []
        """Everything that was said to the agent: handle and text."""
        self.asked: Counter[int] = Counter()
        self.gone: set[int] = set()
        """People who left."""
        self._now = now
        self._by_handle = {person.handle: person for person in organisation.people}
        self._true = {claim.key: claim for claim in organisation.claims}
        self._wrong = {claim.key: claim for claim in organisation.wrong}
        self._times: Counter[tuple[int, int]] = Counter()

    def respond(self, handle: str, question_text: str) -> Reply:
        """What a person does with the text of a question."""
        person = self._by_handle[handle]
        self.asked[person.number] += 1
        if person.leaves_at is not None and self._now() >= person.leaves_at:
            self.gone.add(person.number)
            return Reply("stop")
        heard = hear(question_text, load_catalogue())
        topic = self._topic(heard)
        if topic is None:
            return Reply("skip")
        self._times[person.number, topic] += 1
        met = _Met(person, topic, heard, self._times[person.number, topic])
        if self._draw(met, "busy").random() < person.busy:
            return Reply("silence")
        reply = self._reply(met)
        if reply.kind == "reply":
            self.words.append((handle, reply.text))
        return reply

    def knows_untold(self, person: int, topic: int) -> list[HeldClaim]:
        """What a person holds behind a topic and has not told, in the order of the facets."""
        told = {one.claim.key for one in self.told if one.person == person}
        held = self.organisation.holds[person]
        return [c for c in self.organisation.claims if c.topic == topic and c.key in held - told]

    def _draw(self, met: _Met, purpose: str) -> Random:
        """Randomness of its own for each thing that is drawn."""
        seed = self.organisation.seed
        return Random(f"{seed}:{met.person.number}:{met.topic}:{met.time}:{purpose}")  # noqa: S311 - a simulation

    def _topic(self, heard: Heard) -> int | None:
        """The topic that is meant: by the quoted words, else by those it is known by."""
        ranked = []
        for number, topic in enumerate(self.organisation.topics):
            written = " ".join((topic.title, topic.ask, topic.said, *topic.claims.values()))
            written += " ".join(topic.wrong.values())
            quoted = [q for q in heard.quotes if q.strip(" .").casefold() in written.casefold()]
            spoken = f"{' '.join(heard.quotes)} {heard.words}".casefold()
            named = sum(bool(re.search(rf"\b{re.escape(w)}\b", spoken)) for w in topic.words)
            ranked.append((max(map(len, quoted), default=0), named, -number))
        quoted_most, named_most, place = max(ranked)
        return -place if quoted_most or named_most else None

    def _reply(self, met: _Met) -> Reply:
        person, wanted = met.person, met.heard.wanted
        untold = self.knows_untold(person.number, met.topic)
        if not untold:
            return self._has_nothing(met)
        asked_for = next((claim for claim in untold if claim.facet is wanted), None)
        if asked_for is None:
            chance = VOLUNTEERS[person.persona]
            chance = VAGUELY_ASKED * chance if wanted is None else _reminded(chance, met)
            willing = self._draw(met, "volunteers").random() < chance
            if willing and self._discloses(met, untold[0]):
                return self._tell(met, [untold[0]])
            return _unsure(person)
        if not self._discloses(met, asked_for):
            return _unsure(person)
        telling = [asked_for]
        if person.persona is Persona.OVER_EXPLAINING:
            telling += [c for c in untold if c is not asked_for and self._discloses(met, c)][:1]
        return self._tell(met, telling)

    def _discloses(self, met: _Met, claim: HeldClaim) -> bool:
        """One Bernoulli draw with p ~ Beta(persona, quality of the question)."""
        mean = OPENNESS[met.person.persona] * (0.4 + 0.6 * met.heard.quality)
        mean = min(0.99, _reminded(mean, met))
        draw = self._draw(met, f"tells:{claim.facet}")
        p = draw.betavariate(CONCENTRATION * mean, CONCENTRATION * (1 - mean))
        return draw.random() < p

    def _tell(self, met: _Met, claims: list[HeldClaim]) -> Reply:
        said = []
        for claim in claims:
            wrong = self._wrong.get(claim.key)
            stubborn = met.person.persona is Persona.CONFIDENT_AND_WRONG and wrong is not None
            if stubborn and self._draw(met, "stands").random() < STANDS_ON_OLD and wrong:
                claim = wrong  # noqa: PLW2901 - what they tell instead
            self.told.append(Told(met.person.number, claim, self._now()))
            said.append(claim.sentence)
        if met.person.persona is Persona.OVER_EXPLAINING:
            said.append(ASIDE)
        return Reply("reply", " ".join(said))

    def _has_nothing(self, met: _Met) -> Reply:
        """Pass it on to somebody they know of and may talk to, else say that it is all."""
        told = any(o.person == met.person.number and o.claim.topic == met.topic for o in self.told)
        passed_on = self._refer(met)
        if passed_on is not None:
            return passed_on
        return Reply("reply", ALL_TOLD) if told else Reply("skip")

    def _refer(self, met: _Met) -> Reply | None:
        """`not me`, naming somebody who holds what is asked for, or anything else about it."""
        known = self.organisation.knows[met.person.number]
        wanted = (met.topic, met.heard.wanted or Facet.WHY)
        held = self.organisation.holds[met.person.number]
        about = [wanted, *(key for key in known if key[0] == met.topic and key not in held)]
        for key in about:
            other = known.get(key)
            if other is not None and (met.person.number, other) in self.organisation.may_talk:
                return Reply("not_me", "", self.organisation.people[other].handle)
        return None


def _reminded(chance: float, met: _Met) -> float:
    """A chance as it is when asked the first time, and once more."""
    return chance if met.time == 1 else chance + REMINDED * (1 - chance)


def _unsure(person: Person) -> Reply:
    return Reply("reply", NOT_TOLD.get(person.persona, COULD_NOT_SAY))
