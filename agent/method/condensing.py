"""Whether a proposed sentence says what its statements say: all of it, and nothing else.

The grounding gate tells that nothing is added or turned round. Held the other way, it tells that
nothing goes but talk about seeing and saying. What is written to the letter stays to the letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from agent.method.entailing.alignment import align
from agent.method.entailing.tokens import Token, join_of, tokens_of
from agent.method.entailing.turning import turned
from agent.method.entailing.writing import marked_alike
from agent.method.entailment import is_grounded
from agent.method.languages import is_foreign
from agent.method.measures import count_words
from agent.method.retiring import unbracketed
from memory.records.guide import GuideSentence
from memory.records.talk import EvidenceSpan
from prompts.steps.writing import load_writing

STOPS = (".", "!", "?", "\u2026", '."', ".)", ".'", ".\u2019", ".\u201d")
_BRACKETED = re.compile(r"\[([^\]]*)\]")
_ALLOWED = re.compile(r"[A-Za-z0-9 .,;:!?'()\u2019-]*")
_CODE = re.compile(r"`[^`\n]+`")
_WRITTEN = re.compile(r"[^\s.,;:!?()\"'\u2019`]+(?:[.:'\u2019][^\s.,;:!?()\"'\u2019`]+)*")
_PAST = frozenset({"was", "were", "had", "did"})
_SENTENCE_STARTS = re.compile(r"(?:^|[.!?\u2026:]\s+)(?=\S)")


def own_quotes(
    sentence: GuideSentence, texts: Mapping[str, str], authors: Mapping[str, str | None]
) -> tuple[str, ...] | None:
    """The words a sentence cites of its author; `None` where a citation is false.

    `texts` and `authors` are those of the cited messages, by id.
    """
    if any(not _verbatim(span, texts) for span in sentence.evidence):
        return None
    own = (span for span in sentence.evidence if authors.get(span.message_id) == sentence.author_id)
    return tuple(span.quote for span in own)


def _verbatim(span: EvidenceSpan, texts: Mapping[str, str]) -> bool:
    return texts.get(span.message_id, "")[span.start : span.end] == span.quote


def may_be_worded(sentence: GuideSentence, quotes: Sequence[str]) -> bool:
    """Whether a sentence is one person's, undisputed, and says nothing that `quotes` do not hold.

    The gate knows the grammar of one language, so that others stay as they were written.
    """
    if sentence.also_ids or sentence.dispute or not quotes:
        return False
    whole = " ".join(quotes)
    if len(sentence.text) > load_writing().longest_statement or is_foreign(whole):
        return False
    held = {token.key for token in join_of(quotes)}
    brackets = tokens_of(" ".join(_BRACKETED.findall(sentence.text)))
    return all(token.key in held for token in brackets if token.content)


def refusal(text: str, base: Sequence[str], quotes: Sequence[str]) -> str:
    """Why a text may not stand for the sentences `base`, resting on `quotes`; empty: it may.

    Codes: `empty`, `characters`, `long`, `foreign`, `letter`, `repeats`, `ungrounded`, `drops`,
    `forms`.
    """
    whole = " ".join(quotes)
    return _no_sentence(text, base, quotes, whole) or _says_otherwise(text, quotes, whole)


def _no_sentence(text: str, base: Sequence[str], quotes: Sequence[str], whole: str) -> str:
    """Why a text is no sentence of a guide, whatever it says."""
    words = count_words(text)
    most = max(
        sum(count_words(unbracketed(one)) for one in base),
        sum(count_words(quote) for quote in quotes),
    )
    if not words:
        return "empty"
    strange = set(_ALLOWED.sub("", text)) - set(whole) - set("`")
    if strange or "\n" in text or not text.endswith(STOPS):
        return "characters"
    if words > most + load_writing().words_more * len(base):
        return "long"
    return "foreign" if is_foreign(text) else ""


def _says_otherwise(text: str, quotes: Sequence[str], whole: str) -> str:
    """Why a sentence does not say what its statements say."""
    if not _to_the_letter(text, whole):
        return "letter"
    mine, theirs = tokens_of(text), join_of(quotes)
    if _contents(mine) - _contents(theirs):
        return "repeats" if {*_contents(mine)} <= {*_contents(theirs)} else "ungrounded"
    if not is_grounded(text, quotes).ok:
        return "ungrounded"
    if lost(text, quotes):
        return "drops"
    bare = join_of(tuple(map(without_talk, quotes)))
    return "" if _same_forms(mine, theirs, bare) else "forms"


def _contents(tokens: Sequence[Token]) -> Counter[str]:
    return Counter(token.key for token in tokens if token.content)


def _same_forms(mine: Sequence[Token], theirs: Sequence[Token], bare: Sequence[Token]) -> bool:
    """Whether words keep their forms: what worked once is not what works.

    `bare` is the source without talk: what it tells as past stays past.
    """
    known = {token.surface for token in theirs}
    changed = any(token.content and token.surface not in known for token in mine)
    past = {token.surface for token in bare} & _PAST
    return not changed and past <= {token.surface for token in mine}


def _to_the_letter(text: str, whole: str) -> bool:
    """Whether code, names and whatever is not plain small letters stand as they were written."""
    if text.count("`") % 2 or any(code not in whole for code in _CODE.findall(text)):
        return False
    if any(code not in text for code in _CODE.findall(whole)):
        return False
    written = set(_WRITTEN.findall(whole))
    starts = {match.end() for match in _SENTENCE_STARTS.finditer(text)}
    for match in _WRITTEN.finditer(text):
        word = match[0]
        if word in written or (word.islower() and word.isalpha()):
            continue
        opens = match.start() in starts and word[:1].isupper()
        small = word[:1].lower() + word[1:]
        if opens and (small in written or (small.islower() and small.isalpha())):
            continue
        if word.replace("'", "\u2019") in {one.replace("'", "\u2019") for one in written}:
            continue
        if re.fullmatch(r"[a-z]+(?:['\u2019-][a-z]+)+", small if opens else word):
            continue
        return False
    return True


def lost(text: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Words of `quotes` that say something and that `text` leaves out, and words that turn.

    Talk around a statement may go.
    """
    said = tuple(map(without_talk, quotes))
    text, marked = marked_alike(text, said)
    source, kept = join_of(marked), tokens_of(text)
    back = align(source, kept)
    words = tuple(source[place].surface for place in back.orphans)
    return (*words, *turned(back, frozenset()))


def without_talk(quote: str) -> str:
    """A quote without the talk around what it states; as it is where nothing else is left."""
    bare = quote
    for pattern in _talk():
        bare = pattern.sub("", bare)
    return bare if bare.strip() else quote


@lru_cache(maxsize=1)
def _talk() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in load_writing().talk)


def says_alike(one: str, other: str) -> bool:
    """Whether two statements hold the same numbers, code and names, and the same turning words."""
    mine, theirs = tokens_of(one), tokens_of(other)
    exact = [{token.key for token in tokens if token.exact} for tokens in (mine, theirs)]
    turns = [Counter(token.turn for token in tokens if token.turn) for tokens in (mine, theirs)]
    return exact[0] == exact[1] and turns[0] == turns[1]
