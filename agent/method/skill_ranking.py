"""Whom to turn to with a question: people by who answers lately, how well, and on what.

A log-linear model over what was known before a given time. Recency is counted in days and in
questions asked since, for communities differ in pace. Weights are fitted (`skill.toml`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from agent.method.skill import DAY_SECONDS
from agent.method.words import content_stems
from prompts.skill import RankingRules

HOURS = 24
TINY = 1e-3
"""Added before a logarithm, so that nothing at all is little and not infinitely little."""


class Trait(StrEnum):
    """What people are ranked by; each is a logarithm but the last."""

    LATELY = "lately"
    """Answers, each fading with its age in days by a power law."""
    PACE = "pace"
    """Answers, each fading with the number of questions asked since the one it answers."""
    LAST_FEW = "last_few"
    """How many of the last few questions they answered."""
    HOUR = "hour"
    """How often they answered around this hour of the day."""
    TOPIC = "topic"
    """How like this question those are that they answered."""
    ACCEPTED = "accepted"
    """Share of their answers that were accepted, shrunk towards few."""


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """Somebody's answer in a thread."""

    member_id: str
    message_id: str
    at: datetime
    worth: float = 1.0
    """What peers made of it, 0 to 1 and more; it chooses what is shown, and does not rank."""


@dataclass(frozen=True)
class PastThread:
    """A thread with its answers, and which of them was accepted."""

    thread_id: str
    at: datetime
    """When it was opened."""
    asker_id: str | None
    text: str
    """Title, tags and what opened it."""
    answers: tuple[PastAnswer, ...]
    accepted_id: str | None = None

    @cached_property
    def stems(self) -> Mapping[str, float]:
        """Weights of content stems, `1 + ln(count)`."""
        return {stem: 1 + math.log(n) for stem, n in Counter(content_stems(self.text)).items()}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody in the order of a ranking, with what speaks for them on this question."""

    member_id: str
    score: float
    traits: Mapping[Trait, float]
    likest: tuple[tuple[float, PastAnswer], ...]
    """Their answers to questions like this one, with the likeness (0 to 1), best first."""


def rank_people(
    threads: Sequence[PastThread],
    question: str,
    at: datetime,
    rules: RankingRules,
    *,
    leave_out: Collection[str] = (),
) -> Sequence[Ranked]:
    """Everybody who answered before `at`, best first; nothing later is looked at.

    `threads` are all of a community in any order. An acceptance counts where the accepted answer
    was written before `at`, for archives do not say when it was accepted.
    """
    before = sorted((t for t in threads if t.at < at), key=lambda t: (t.at, t.thread_id))
    like = likenesses(before, question)
    people = _gathered(before, at, like, leave_out)
    enough = max(rules.like_from, rules.like_share_of_best * max(like.values(), default=0.0))
    found = []
    for member_id, answers in people.items():
        traits = _traits(answers, at, rules)
        likest = sorted(
            ((one.like, one.answer) for one in answers if one.like >= enough),
            key=lambda pair: (-pair[0] * pair[1].worth, pair[1].message_id),
        )
        score = score_of(traits, rules.weights)
        found.append(Ranked(member_id, score, traits, tuple(likest)))
    found.sort(key=lambda one: (-one.score, one.member_id))
    return found


def score_of(traits: Mapping[Trait, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of somebody's traits, the logarithm of their odds but for a constant."""
    return round(math.fsum(weights[trait] * value for trait, value in traits.items()), 9)


def likenesses(threads: Sequence[PastThread], question: str) -> Mapping[str, float]:
    """How like a question each thread is, by id: cosine of TF-IDF weights, 0 to 1."""
    spread = Counter(stem for thread in threads for stem in thread.stems)
    rarity = {stem: math.log((1 + len(threads)) / n) for stem, n in spread.items()}
    asked = {
        stem: (1 + math.log(n)) * rarity[stem]
        for stem, n in Counter(content_stems(question)).items()
        if stem in rarity
    }
    length = math.sqrt(math.fsum(value * value for value in asked.values()))
    found: dict[str, float] = {}
    for thread in threads:
        shared = math.fsum(
            value * thread.stems[stem] * rarity[stem]
            for stem, value in asked.items()
            if stem in thread.stems
        )
        if shared > 0:
            own = math.sqrt(
                math.fsum((value * rarity[stem]) ** 2 for stem, value in thread.stems.items())
            )
            found[thread.thread_id] = shared / (own * length)
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """An answer as the ranking sees it."""

    answer: PastAnswer
    gap: int
    """Questions asked since the one it answers, that one included."""
    accepted: bool
    like: float


def _gathered(
    before: Sequence[PastThread],
    at: datetime,
    like: Mapping[str, float],
    leave_out: Collection[str],
) -> Mapping[str, Sequence[_Seen]]:
    people: defaultdict[str, list[_Seen]] = defaultdict(list)
    for number, thread in enumerate(before):
        for answer in thread.answers:
            if answer.at < at and answer.member_id not in leave_out:
                accepted = answer.message_id == thread.accepted_id
                gap, likeness = len(before) - number, like.get(thread.thread_id, 0.0)
                people[answer.member_id].append(_Seen(answer, gap, accepted, likeness))
    return people


def _traits(answers: Sequence[_Seen], at: datetime, rules: RankingRules) -> dict[Trait, float]:
    ages = [(at - one.answer.at).total_seconds() / DAY_SECONDS for one in answers]
    lately = math.fsum(_faded(age, rules.days, rules.power) for age in ages)
    pace = math.fsum(_faded(one.gap, rules.questions, rules.power) for one in answers)
    few = sum(one.gap <= rules.last_few for one in answers)
    accepted = sum(one.accepted for one in answers)
    return {
        Trait.LATELY: math.log(lately + TINY),
        Trait.PACE: math.log(pace + TINY),
        Trait.LAST_FEW: math.log1p(few),
        Trait.HOUR: _hour(answers, at, rules),
        Trait.TOPIC: math.log(math.fsum(one.like for one in answers) + TINY),
        Trait.ACCEPTED: (accepted + rules.accepted_of_two * 2) / (len(answers) + 2),
    }


def _faded(since: float, scale: float, power: float) -> float:
    return float((scale / (scale + max(0.0, since))) ** power)


def _hour(answers: Iterable[_Seen], at: datetime, rules: RankingRules) -> float:
    """Logarithm of the share of answers near this hour of the day, shrunk towards an even day."""
    near = count = 0.0
    for one in answers:
        apart = abs(_time_of_day(one.answer.at) - _time_of_day(at))
        apart = min(apart, HOURS - apart)
        near += math.exp(-((apart / rules.hours) ** 2) / 2)
        count += 1
    even = rules.hours * math.sqrt(2 * math.pi) / HOURS
    return math.log((near + even) / (count + 1))


def _time_of_day(at: datetime) -> float:
    return at.hour + at.minute / 60
