"""A made-up organisation: who holds which claim, who knows of whom, and who may talk to whom.

The three graphs are kept apart. Everything follows from the seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from evals.community.topics import Topic, load_topics
from memory.records.inquiry import Facet

BEGINS = datetime(2025, 3, 31, 11, tzinfo=UTC)
"""A Monday: when the agent is let in."""
TALKED = datetime(2025, 3, 3, 9, tzinfo=UTC)
"""When the discussions were held."""
PERSON_SHARE = (0.38, 0.16, 0.1, 0.12, 0.08, 0.1, 0.06)
"""How common each persona is, in the order of `Persona`."""
CLAIMS = (3, 5)
"""Claims behind a topic, at least and at most."""
AUTHOR_HOLDS = 0.85
"""Chance that whoever gave the advice holds a claim behind it."""
ALSO_HOLDS = 0.3
"""Chance that somebody else holds a claim too."""
KNOWS_OF = 0.7
"""Chance that a person knows of another who holds a claim behind a topic."""
MAY_TALK = 0.85
"""Chance that two people who are not close in the hierarchy may talk to each other."""
PLANTED = 0.75
"""Chance that a topic has its contradiction."""
SPAN_OF_CONTROL = 4
WEIGHTS = {
    Facet.WHY: 0.16,
    Facet.BOUNDARY: 0.15,
    Facet.CUES: 0.14,
    Facet.PITFALLS: 0.10,
    Facet.CHECK: 0.10,
}
"""How likely a claim is of each facet: the method's weights."""
NAMES = [
    "Abena Osei",
    "Bram Visser",
    "Carla Mendes",
    "Dario Conti",
    "Elif Kaya",
    "Farid Haddad",
    "Greta Lind",
    "Hugo Pires",
    "Imke Jansen",
    "Jonas Weber",
    "Katya Orlova",
    "Liam Byrne",
    "Mirela Popa",
    "Nadia Rahman",
    "Oskar Nowak",
    "Paula Ibarra",
    "Quentin Morel",
    "Rosa Bianchi",
    "Stefan Kral",
    "Tamar Levi",
    "Umar Sesay",
    "Vera Sokol",
    "Wim Peeters",
    "Yara Nasser",
]
ZONES = ("UTC", "Europe/Berlin", "Europe/Lisbon", "Africa/Accra")


class Persona(StrEnum):
    """How somebody takes questions."""

    STRAIGHTFORWARD = "straightforward"
    TERSE = "terse"
    VAGUE = "vague"
    OVER_EXPLAINING = "over_explaining"
    DEFENSIVE = "defensive"
    FORGETFUL = "forgetful"
    CONFIDENT_AND_WRONG = "confident_and_wrong"


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """One piece of knowledge: what is claimed, whether it is true, and from when it holds."""

    topic: int
    facet: Facet
    sentence: str
    true: bool
    valid_from: date
    stale: bool = False
    """It was true once."""

    @property
    def key(self) -> tuple[int, Facet]:
        return self.topic, self.facet


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with their way of taking questions and their time."""

    number: int
    handle: str
    name: str
    persona: Persona
    zone: str
    weekdays: tuple[int, ...]
    busy: float
    """Workload: the chance that a question is left lying."""
    away: tuple[datetime, datetime] | None
    leaves_at: datetime | None
    """When they leave the organisation for good."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everybody, everything that is known, and the three graphs."""

    seed: int
    people: tuple[Person, ...]
    topics: tuple[Topic, ...]
    claims: tuple[HeldClaim, ...]
    """The true ones: what is to be found out."""
    wrong: tuple[HeldClaim, ...]
    """The planted contradictions; each was written in the discussion of its topic."""
    askers: tuple[int, ...]
    """By topic: who opened the discussion."""
    authors: tuple[int, ...]
    """By topic: who gave the advice."""
    mistaken: Mapping[int, int]
    """By topic: who wrote the wrong claim."""
    holds: Mapping[int, frozenset[tuple[int, Facet]]]
    """Who holds what: by person, keys of true claims."""
    knows: Mapping[int, Mapping[tuple[int, Facet], int]]
    """Who knows who holds what: by person, for a claim, the person they know of."""
    may_talk: frozenset[tuple[int, int]]
    """Who may talk to whom, as ordered pairs."""

    def manager(self, person: int) -> int | None:
        """The line manager, `None` for the head."""
        return (person - 1) // SPAN_OF_CONTROL if person else None


@dataclass(frozen=True, slots=True)
class Size:
    """How large an organisation is."""

    people: int = 20
    topics: int = 12


def make_organisation(
    seed: int, pool: Sequence[Topic] | None = None, size: Size | None = None
) -> Organisation:
    """An organisation, all of it drawn by the seed; its topics are some of the `pool`."""
    draw = Random(seed)  # noqa: S311 - a simulation, nothing secret
    pool, size = load_topics() if pool is None else pool, size or Size()
    people = size.people
    members = tuple(_person(number, draw) for number in range(people))
    chosen = tuple(draw.sample(pool, min(size.topics, len(pool))))
    claims, wrong = [], []
    for number, topic in enumerate(chosen):
        drawn, planted = _claims(number, topic, draw)
        claims += drawn
        wrong += planted
    stewards = {0, 1}
    others = [number for number in range(people) if number not in stewards]
    authors = tuple(draw.choice(others) for _ in chosen)
    askers = tuple(draw.choice([n for n in others if n != author]) for author in authors)
    mistaken = {
        claim.topic: draw.choice(
            [n for n in others if n not in (authors[claim.topic], askers[claim.topic])]
        )
        for claim in wrong
    }
    holds = _holders(claims, authors, others, draw)
    pairs = frozenset(
        (one, other)
        for one in range(people)
        for other in range(people)
        if one != other and (_close(one, other) or draw.random() < MAY_TALK)
    )
    knows = {
        person: {
            claim.key: draw.choice(known)
            for claim in claims
            if (known := [p for p in others if p != person and claim.key in holds[p]])
            and draw.random() < KNOWS_OF
        }
        for person in range(people)
    }
    return Organisation(
        seed,
        members,
        chosen,
        tuple(claims),
        tuple(wrong),
        askers,
        authors,
        mistaken,
        holds,
        knows,
        pairs,
    )


def _close(one: int, other: int) -> bool:
    """Whether one of two is the other's line manager."""
    return (one - 1) // SPAN_OF_CONTROL == other or (other - 1) // SPAN_OF_CONTROL == one


def _person(number: int, draw: Random) -> Person:
    name = NAMES[number % len(NAMES)]
    handle = name.split()[0].casefold()
    part_time, away, leaves = draw.random() < 0.2, draw.random() < 0.15, draw.random() < 0.05  # noqa: PLR2004 - shares of people, said in the figure
    gone = BEGINS + timedelta(days=draw.randrange(3, 30))
    (persona,) = draw.choices(list(Persona), PERSON_SHARE)
    return Person(
        number=number,
        handle=handle,
        name=name,
        persona=persona,
        zone=draw.choice(ZONES),
        weekdays=(2, 3, 4) if part_time else (1, 2, 3, 4, 5),
        busy=draw.choice((0.0, 0.02, 0.1)),
        away=(gone, gone + timedelta(days=10)) if away else None,
        leaves_at=gone + timedelta(days=20) if leaves else None,
    )


def _claims(number: int, topic: Topic, draw: Random) -> tuple[list[HeldClaim], list[HeldClaim]]:
    """The claims behind a topic, and its planted contradiction where it has one."""
    facets: list[Facet] = []
    planted = draw.random() < PLANTED
    if planted:
        facets += list(topic.wrong)
    many = draw.randint(*CLAIMS)
    while len(facets) < many:
        left = [facet for facet in topic.claims if facet not in facets]
        facets += draw.choices(left, [WEIGHTS[facet] for facet in left])
    held_from = (TALKED - timedelta(days=draw.randrange(100, 900))).date()
    stale = draw.random() < 0.5  # noqa: PLR2004 - as many stale as mistaken
    wrong_from = held_from - timedelta(days=700) if stale else held_from
    return (
        [HeldClaim(number, f, topic.claims[f], true=True, valid_from=held_from) for f in facets],
        [
            HeldClaim(number, f, sentence, true=False, valid_from=wrong_from, stale=stale)
            for f, sentence in (topic.wrong.items() if planted else ())
        ],
    )


def _holders(
    claims: list[HeldClaim], authors: tuple[int, ...], others: list[int], draw: Random
) -> dict[int, frozenset[tuple[int, Facet]]]:
    """Who holds what; every claim is held by somebody."""
    held: dict[int, set[tuple[int, Facet]]] = {number: set() for number in (0, 1, *others)}
    for claim in claims:
        author = authors[claim.topic]
        by_author = draw.random() < AUTHOR_HOLDS
        if by_author:
            held[author].add(claim.key)
        if not by_author or draw.random() < ALSO_HOLDS:
            held[draw.choice([n for n in others if n != author])].add(claim.key)
    return {number: frozenset(keys) for number, keys in held.items()}


def write_archive(organisation: Organisation, path: Path) -> None:
    """The discussions of the organisation as JSON lines, which `passdown import` reads."""
    lines: list[dict[str, object]] = [
        {
            "type": "member",
            "id": person.handle,
            "handle": person.handle,
            "name": person.name,
            "timezone": person.zone,
        }
        for person in organisation.people
    ]
    for number, topic in enumerate(organisation.topics):
        lines += _discussion(organisation, number, topic)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def _discussion(organisation: Organisation, number: int, topic: Topic) -> list[dict[str, object]]:
    handles = [person.handle for person in organisation.people]
    asker = handles[organisation.askers[number]]
    said = [(asker, topic.ask)]
    if number in organisation.mistaken:
        (wrong,) = (claim for claim in organisation.wrong if claim.topic == number)
        said.append((handles[organisation.mistaken[number]], wrong.sentence))
    said.append((handles[organisation.authors[number]], topic.said))
    said.append((asker, "That worked, thanks a lot!"))
    began = TALKED + timedelta(hours=7 * number)
    thread = f"t{number}"
    messages: list[dict[str, object]] = [
        {
            "id": f"{thread}-{place}",
            "thread": thread,
            "author": who,
            "text": text,
            "time": (began + timedelta(minutes=25 * place)).isoformat(),
            "kind": "chat",
        }
        for place, (who, text) in enumerate(said)
    ]
    return [{"type": "thread", "id": thread, "title": topic.title, "channel": "floor"}, *messages]
