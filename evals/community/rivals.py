"""Five plain ways to ask around the same organisation, for comparison.

They put questions straight to its people, without inboxes, budgets, hours or confirmations: what
they are told counts at once, which favours them. Each asks one clear question a facet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random

from evals.community.measures import gini
from evals.community.organisation import BEGINS, Organisation
from evals.community.people import CommunityPeople
from memory.records.inquiry import Facet

PUT = {
    Facet.WHY: 'You know of "{q}": what makes that work?',
    Facet.BOUNDARY: 'You know of "{q}": when would that be the wrong advice?',
    Facet.CUES: 'You know of "{q}": what do you notice that calls for it?',
    Facet.CHECK: 'You know of "{q}": how do you know afterwards that it worked?',
    Facet.PITFALLS: 'You know of "{q}": where do people usually go wrong?',
}
"""One question a facet; {q} is the advice."""
GENERIC = 'About "{q}": what are your thoughts?'
Plan = Callable[[Organisation], Iterable[tuple[int, int, str]]]
"""Person, topic and text of each question, in the order in which they are put."""
PATIENCE = 3
"""How often the oracle asks somebody for the same."""
PEOPLE_A_TOPIC = 3
"""Whom random routing and the hierarchy ask about a topic, at most."""


def rivals(organisation: Organisation) -> dict[str, dict[str, float]]:
    """The measures of each rival, by its name."""
    return {
        "ask_everyone": _run(organisation, _everyone),
        "random_routing": _run(organisation, _at_random),
        "formal_hierarchy": _run(organisation, _up_the_line),
        "generic_questions": _run(organisation, _generic),
        "oracle": _run(organisation, None),
    }


def _put(people: CommunityPeople, person: int, topic: int, text: str) -> None:
    """Put one question to one person."""
    organisation = people.organisation
    advice = organisation.topics[topic].said.rstrip(".")
    people.respond(organisation.people[person].handle, text.format(q=advice))


def _run(organisation: Organisation, plan: Plan | None) -> dict[str, float]:
    """Put every question of a plan, in its order; without one, be the oracle."""
    people = CommunityPeople(organisation, lambda: BEGINS)
    if plan is None:
        _ask_who_knows(organisation, people)
    else:
        for person, topic, text in plan(organisation):
            _put(people, person, topic, text)
    told = {one.claim.key for one in people.told if one.claim.true}
    burden = [people.asked[person.number] for person in organisation.people]
    return {
        "claim_recall": len(told) / len(organisation.claims),
        "questions": float(sum(burden)),
        "contacts": float(sum(count > 0 for count in burden)),
        "questions_per_claim": sum(burden) / max(1, len(told)),
        "burden_gini": gini(burden),
    }


def _topics(organisation: Organisation) -> range:
    return range(len(organisation.topics))


def _everyone(organisation: Organisation) -> Iterator[tuple[int, int, str]]:
    for topic in _topics(organisation):
        for person in organisation.people:
            for text in PUT.values():
                yield person.number, topic, text


def _at_random(organisation: Organisation) -> Iterator[tuple[int, int, str]]:
    draw = Random(f"{organisation.seed}:random")  # noqa: S311 - a simulation
    for topic in _topics(organisation):
        for person in draw.sample(organisation.people, PEOPLE_A_TOPIC):
            for text in PUT.values():
                yield person.number, topic, text


def _up_the_line(organisation: Organisation) -> Iterator[tuple[int, int, str]]:
    """Ask the line manager of whoever asked, then theirs, up to the head."""
    for topic in _topics(organisation):
        person = organisation.manager(organisation.askers[topic])
        for _ in range(PEOPLE_A_TOPIC):
            if person is None:
                break
            for text in PUT.values():
                yield person, topic, text
            person = organisation.manager(person)


def _generic(organisation: Organisation) -> Iterator[tuple[int, int, str]]:
    """Ask whoever gave the advice, as often, but nothing in particular."""
    for topic in _topics(organisation):
        for _ in PUT:
            yield organisation.authors[topic], topic, GENERIC


def _ask_who_knows(organisation: Organisation, people: CommunityPeople) -> None:
    """See who holds what, and ask exactly them for exactly that until it is told."""
    for claim in organisation.claims:
        holders = [p for p in organisation.holds if claim.key in organisation.holds[p]]
        for person in holders * PATIENCE:
            if any(one.claim.key == claim.key for one in people.told):
                break
            _put(people, person, claim.topic, PUT[claim.facet])
