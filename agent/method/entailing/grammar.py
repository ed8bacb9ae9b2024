"""The closed classes of `prompts/grounding.toml`, made ready to look words up in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from agent.method.entailing.spelling import key_of
from prompts.answers import load_answers
from prompts.grounding import GroundingEntry, load_grounding

_ENDINGS = {"'s": "s", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
_MODAL = frozenset({"would", "can", "could", "might", "may"})
_DOUBLED = frozenset({"set", "put", "cut", "get"})
_LEAST = 3
_CUTTING_TURNS = frozenset({"condition", "exception", "until", "cause"})
_CUTTING_WORDS = frozenset(
    {"but", "so_that", "while", "where", "which", "whereas", "and", "or", "before", "after"}
)


@dataclass(frozen=True)
class Grammar:
    """Words by what they do in a sentence."""

    plain: frozenset[str]
    pronouns: frozenset[str]
    speaker: frozenset[str]
    addressee: frozenset[str]
    being: frozenset[str]
    coordinators: frozenset[str]
    relatives: frozenset[str]
    tellers: frozenset[str]
    """Nouns that stand for whoever speaks in the source."""
    saying: frozenset[str]
    """Stems of verbs that tell that somebody says something."""
    ways: frozenset[str]
    """Nouns for what such a person does or holds: the author's `preference`."""
    light: frozenset[str]
    """Stems of verbs that say little more than that something is done."""
    spellings: Mapping[str, str]
    endings: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    phrase_lengths: Mapping[str, tuple[int, ...]]
    """By first word, the longest first."""
    turns: Mapping[str, str]
    may_go: frozenset[str]
    may_come: frozenset[str]
    cutting_turns: frozenset[str]
    cutting_words: frozenset[str]
    """Words before which a clause ends."""
    markers: Mapping[str, str]
    opposed: frozenset[tuple[str, str]]
    opposites: Mapping[str, frozenset[str]]
    """By stem, the stems that say the contrary."""
    forms: Mapping[str, frozenset[str]]
    """By stem, the stems of other forms of the same verb, and of words that mean the same."""
    past: frozenset[str]
    """Past forms and participles of irregular verbs."""
    particles: Mapping[str, frozenset[str]]
    """By `up`, `down` and `out`, the verbs whose meaning they leave as it is."""
    units: Mapping[str, str]
    closed: frozenset[str]
    """All words of closed classes."""
    by_initial: Mapping[str, tuple[str, ...]]
    """Longer words of all closed classes by their first letter."""


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """Look-up tables of the shipped file."""
    entry = load_grounding()
    phrases = {tuple(many.split()): tuple(one.split()) for many, one in entry.phrases.items()}
    phrases |= _of_another(phrases) | _phrasal(entry)
    phrases |= {  # `that's why` as `that is why`
        tuple("s" if word == "is" else word for word in many): one
        for many, one in phrases.items()
        if "is" in many
    }
    lengths: dict[str, set[int]] = {}
    for words in phrases:
        lengths.setdefault(words[0], set()).add(len(words))
    pairs = [tuple(pair.split()) for pair in entry.opposed.pairs]
    return Grammar(
        plain=frozenset(entry.plain.split()) | {"make_sure", "each_other"},
        pronouns=frozenset(entry.pronouns.split()),
        speaker=frozenset(entry.speaker.split()),
        addressee=frozenset(entry.addressee.split()),
        being=frozenset(entry.being.split()),
        coordinators=frozenset(entry.coordinators.split()),
        relatives=frozenset(entry.relatives.split()),
        tellers=frozenset(entry.tellers.split()),
        ways=frozenset(entry.ways.split()),
        light=frozenset(key_of(word) for word in entry.light.split()),
        saying=frozenset(key_of(word) for word in entry.saying.split()),
        spellings=entry.spellings,
        endings=_ENDINGS,
        phrases=phrases,
        phrase_lengths={w: tuple(sorted(found, reverse=True)) for w, found in lengths.items()},
        turns={w: group for group, words in entry.turns.items() for w in words.split()},
        may_go=frozenset(entry.may_go.groups.split()),
        may_come=frozenset(entry.may_go.may_come.split()),
        cutting_turns=_CUTTING_TURNS,
        cutting_words=_CUTTING_WORDS,
        markers={w: kind for kind, words in entry.markers.items() for w in words.split()},
        opposed=frozenset((a, b) for a, b in pairs) | frozenset((b, a) for a, b in pairs),
        opposites=_opposites(entry),
        forms=_forms(entry),
        past=frozenset(
            form for group in entry.irregular.forms.split(";") for form in group.split()[1:]
        ),
        particles={
            word: frozenset(key_of(verb) for verb in verbs.split())
            for word, verbs in entry.particles.items()
        },
        units={w: unit for unit, words in entry.units.items() for w in words.split()},
        closed=frozenset(_closed(entry)),
        by_initial=_by_initial(entry),
    )


def _of_another(
    phrases: Mapping[tuple[str, ...], tuple[str, ...]],
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Phrases of a speaker as another tells them: `the author is not sure` for `i am not sure`."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for many, one in phrases.items():
        place = many.index("i") if "i" in many[:-1] else -1
        if place < 0 or one != ("in_my_view",):
            continue
        verb = many[place + 1]
        other = {"am": "is"}.get(verb, verb if verb in _MODAL else f"{verb}s")
        found[*many[:place], "the", "author", other, *many[place + 2 :]] = one
    return found


def _phrasal(entry: GroundingEntry) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Verbs of two words, in all their forms, and the verb of one word that they mean."""
    irregular = {f.split()[0]: f.split() for f in entry.irregular.forms.split(";") if f.split()}
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for many, one in entry.phrasal.items():
        verb, *rest = many.split()
        short = verb.removesuffix("e")
        double = verb + verb[-1] if verb in _DOUBLED else short
        forms = {verb, f"{verb}s", f"{verb}es", f"{double}ing", f"{short}ed"}
        for form in forms | set(irregular.get(verb, ())):
            found[form, *rest] = (one,)
    return found


def _closed(entry: GroundingEntry) -> set[str]:
    classes = [entry.plain, *entry.turns.values(), *entry.markers.values()]
    return {word for words in classes for word in words.split()}


def _by_initial(entry: GroundingEntry) -> dict[str, tuple[str, ...]]:
    words = {word for word in _closed(entry) if len(word) >= _LEAST and word.isalpha()}
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        found.setdefault(word[0], []).append(word)
    return {initial: tuple(here) for initial, here in found.items()}


def _opposites(entry: GroundingEntry) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    pairs = [tuple(pair.split()) for pair in entry.opposites.pairs]
    pairs += [
        (left, right)
        for one, other in load_answers().contradicting.opposites
        for left in one.split()
        for right in other.split()
    ]
    for left, right in pairs:
        found.setdefault(key_of(left), set()).add(key_of(right))
        found.setdefault(key_of(right), set()).add(key_of(left))
    return {word: frozenset(others) for word, others in found.items()}


def _forms(entry: GroundingEntry) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    groups = [*entry.irregular.forms.split(";"), *entry.alike.groups.split(";")]
    groups += [f"{many.split()[0]} {one}" for many, one in entry.phrasal.items()]
    for group in groups:
        forms = {key_of(word) for word in group.split()}
        for form in forms:
            found.setdefault(form, set()).update(forms - {form})
    return {form: frozenset(others) for form, others in found.items()}
