"""Topics of a community: its tags, channels and most telling phrases, those alike put together."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from agent.method.skill import Topic
from agent.method.words import STOP_WORDS, fold, stems, tokenise
from memory.records.base import stable_id
from prompts.skill import TopicRules

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 3
"""Words of a phrase at most."""
LETTERS = 3
"""Letters of a phrase of one word at least."""
LABELLED = 2.0
"""What a tag or channel of a thread counts, as a term in its words counts 1."""
_BREAK = re.compile(r"[.,;:!?()\[\]\"\n]")
_STOP_STEMS = frozenset(key for word in STOP_WORDS for key in stems(word))
_JOINT = re.compile(r"[-_/\s]+")

Key = tuple[str, ...]
"""A term by the stems of its words."""
Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Unit vectors of texts, shape `(len(texts), dimensions)`."""


@dataclass(frozen=True, slots=True)
class Discussed:
    """What a thread is about, as far as topics go."""

    thread_id: str
    labels: tuple[str, ...]
    """Its tags and channel."""
    text: str
    """Its title and what opened it."""
    talk: str = ""
    """All that was said in it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A steward's word on a topic, standing for it by one of its terms."""

    term: str
    name: str = ""
    into: str = ""
    """A term of the topic that it is part of, where two are one."""


@dataclass(frozen=True)
class TopicModel:
    """The topics of a community, and how words lead to them."""

    topics: Mapping[str, Topic]
    of_term: Mapping[Key, str]
    """Topic id by the stems of a term."""
    rarity: Mapping[Key, float]
    """Weight of a term: the rarer in threads, the more it says."""

    @cached_property
    def _longest(self) -> int:
        return max((len(key) for key in self.of_term), default=0)

    def weights(self, text: str, labels: Iterable[str] = ()) -> dict[str, float]:
        """Shares of topics by id, summing to 1; empty where no term of any topic is held."""
        found: defaultdict[str, float] = defaultdict(float)
        for key in set(_grams(text, self._longest)):
            if key in self.of_term:
                found[self.of_term[key]] += self.rarity[key]
        for label in labels:
            key = term_key(label)
            if key in self.of_term:
                found[self.of_term[key]] += LABELLED * self.rarity[key]
        return shares(found)


def central(weights: Mapping[str, float], most: int) -> dict[str, float]:
    """The `most` weightiest topics, 1 for the main one and less for others."""
    told = [key for key in weights if weights[key] > 0]
    ordered = sorted(told, key=lambda key: (-weights[key], key))[:most]
    return {key: weights[key] / weights[ordered[0]] for key in ordered}


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """The same in shares that sum to 1, the largest first; empty for nothing."""
    total = math.fsum(weights.values())
    if total <= 0:
        return {}
    ordered = sorted(weights, key=lambda key: (-weights[key], key))
    return {key: weights[key] / total for key in ordered}


def term_key(label: str) -> Key:
    """Stems of a term, `brew-temperature` and `Brewing temperatures` alike."""
    return stems(_JOINT.sub(" ", label))


def make_topics(
    community_id: str,
    threads: Sequence[Discussed],
    rules: TopicRules,
    embed: Embed,
    named: Sequence[Named] = (),
) -> TopicModel:
    """Find the terms of these threads, put those alike together, and name them as stewards say."""
    label_of, held = _terms(threads, rules)
    used = Counter(key for keys in held.values() for key in keys)
    ordered = sorted(used, key=lambda key: (-used[key], key))[: rules.terms]
    if not ordered:
        return TopicModel({}, {}, {})
    vectors = embed([label_of[key] for key in ordered])
    groups = _clusters(ordered, held, vectors, rules)
    spelt = [(key, label_of[key]) for key in ordered]
    topics, of_term = _named(community_id, groups, spelt, named)
    rarity = {key: math.log1p(len(threads) / used[key]) for key in ordered}
    return TopicModel(topics, of_term, rarity)


def _terms(
    threads: Sequence[Discussed], rules: TopicRules
) -> tuple[dict[Key, str], dict[str, frozenset[Key]]]:
    """How each term is written most often, and which terms each thread holds, by thread id."""
    written: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    phrases: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    labels: dict[str, frozenset[Key]] = {}
    said: dict[str, frozenset[Key]] = {}
    again: Counter[Key] = Counter()
    for thread in threads:
        tagged = {term_key(label): _JOINT.sub(" ", label).strip() for label in thread.labels}
        tagged.pop((), None)
        labels[thread.thread_id] = frozenset(tagged)
        for key, label in tagged.items():
            written[key][label] += 1
        found = dict(_phrases(thread.text))
        for key, phrase in found.items():
            phrases[key][phrase] += 1
        said[thread.thread_id] = frozenset(found) | frozenset(_grams(thread.text, LONGEST))
        again += _again(thread.talk, found)
    spread = Counter(key for keys in said.values() for key in keys)
    tagged_well = sum(map(len, labels.values())) >= rules.labels_from * len(threads)
    shortest = 2 if tagged_well else 1
    returning = {
        key
        for key in phrases
        if len(key) >= shortest and again[key] >= rules.again_from * spread[key]
    }
    for key in _telling(returning - written.keys(), spread, len(threads), rules):
        written[key] += phrases[key]
    held = {id_: labels[id_] | (said[id_] & written.keys()) for id_ in labels}
    spread = Counter(key for keys in held.values() for key in keys)
    kept = {key for key in written if spread[key] >= rules.least_threads}
    spelt = {key: min(written[key], key=lambda t, k=key: (-written[k][t], t)) for key in kept}  # type: ignore[misc]
    return spelt, {id_: keys & kept for id_, keys in held.items()}


def _again(talk: str, found: Mapping[Key, str]) -> Counter[Key]:
    """How often each phrase stands in the talk. What a thread is about comes back in it, while
    words of any talk (`likely`, `find`) stand once.
    """
    lowered = fold(talk)
    return Counter({key: max(1, lowered.count(phrase)) for key, phrase in found.items()})


def _telling(
    phrases: Iterable[Key], spread: Mapping[Key, int], count: int, rules: TopicRules
) -> list[Key]:
    """The phrases that say most of what threads are about: many hold them, and far from all.

    Weighed like c-TF-IDF, each thread a class of its own, longer phrases more.
    """
    most = max(rules.least_threads, int(rules.most_share * count))
    telling = {
        key: spread[key] * math.log1p(count / spread[key]) * (1 + len(key)) / 2
        for key in phrases
        if rules.least_threads <= spread[key] <= most
    }
    best = sorted(telling, key=lambda key: (-telling[key], key))
    return best[: rules.phrases]


def _phrases(text: str) -> Iterator[tuple[Key, str]]:
    """Runs of content words within punctuation, and every stretch of them up to `LONGEST`."""
    for part in _BREAK.split(text):
        run: list[str] = []
        for word in [*(word.text for word in tokenise(part)), ""]:
            if word and fold(word) not in STOP_WORDS and not word[0].isdigit():
                run.append(word)
                continue
            for start in range(len(run)):
                for end in range(start + 1, min(len(run), start + LONGEST) + 1):
                    phrase = " ".join(run[start:end])
                    key = term_key(phrase)
                    if len(key) > 1 or (len(phrase) >= LETTERS and key[0] not in _STOP_STEMS):
                        yield key, fold(phrase)
            run = []


def _grams(text: str, longest: int) -> Iterator[Key]:
    """Every stretch of up to `longest` stems."""
    found = stems(text)
    for start in range(len(found)):
        for end in range(start + 1, min(len(found), start + longest) + 1):
            yield found[start:end]


def _clusters(
    ordered: Sequence[Key],
    held: Mapping[str, frozenset[Key]],
    vectors: NDArray[np.float32],
    rules: TopicRules,
) -> list[list[int]]:
    """Places of terms that are one topic: average linkage over meaning and shared threads."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(ordered) == 1:
        return [[0]]
    place = {key: n for n, key in enumerate(ordered)}
    holds = np.zeros((len(ordered), len(held)))
    for column, thread_id in enumerate(sorted(held)):
        for key in held[thread_id] & place.keys():
            holds[place[key], column] = 1
    holds /= np.linalg.norm(holds, axis=1, keepdims=True)
    names = rules.likeness_of_names
    alike = names * (vectors @ vectors.T) + (1 - names) * (holds @ holds.T)
    apart = np.clip(1 - (alike + alike.T) / 2, 0, 2).round(6)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), method="average")
    numbers = fcluster(tree, t=1 - rules.join_from, criterion="distance")
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for n, number in enumerate(numbers):
        groups[int(number)].append(n)
    return sorted(groups.values())


def _named(
    community_id: str,
    groups: Sequence[Sequence[int]],
    spelt: Sequence[tuple[Key, str]],
    named: Sequence[Named],
) -> tuple[dict[str, Topic], dict[Key, str]]:
    """Topics by id and the topic of each term; what stewards joined is one, what they named named.

    A topic's id is a function of its most used term, so that it outlives a few threads more.
    """
    group_of = {spelt[n][0]: number for number, group in enumerate(groups) for n in group}
    lead = list(range(len(groups)))
    names: dict[int, str] = {}
    for word in named:
        number, other = group_of.get(term_key(word.term)), group_of.get(term_key(word.into))
        if number is None:
            continue
        if word.name:
            names[number] = word.name
        if other is not None and lead[other] != lead[number]:
            lead = [lead[other] if one == lead[number] else one for one in lead]
    topics: dict[str, Topic] = {}
    of_term: dict[Key, str] = {}
    for root in sorted(set(lead)):
        members = [number for number, one in enumerate(lead) if one == root]
        places = sorted(n for number in members for n in groups[number])
        anchor = groups[root][0]
        topic_id = stable_id("top", community_id, *spelt[anchor][0])
        terms = tuple(dict.fromkeys(spelt[n][1] for n in (anchor, *places)))
        topics[topic_id] = Topic(topic_id, names.get(root) or spelt[anchor][1], terms)
        of_term |= dict.fromkeys((spelt[n][0] for n in places), topic_id)
    return topics, of_term
