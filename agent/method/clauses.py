"""Stretches of a sentence that can be quoted: clauses and phrases of 2 to 12 words.

English surface grammar only: a stretch starts and ends where a reader would pause, and never
holds code, a link, a mention, a greeting, a quotation mark or half a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from agent.method.syntax import NOUNS_TOO, VERBS
from agent.method.words import Word, fold, tokenise

MAX_WORDS = 12
MIN_WORDS = 2
_SUBJECT_AND_VERB = 2
COORDINATORS = frozenset({"and", "but", "or", "so", "nor", "yet", "then", "plus"})
SUBORDINATORS = frozenset(
    {"because", "since", "although", "though", "whereas", "otherwise", "that", "which", "who"}
    | {"where", "why", "how", "what", "whether", "while"}
)
CONDITIONS = frozenset({"if", "when", "unless", "once", "until", "after", "before"})
PREPOSITIONS = frozenset(
    {"of", "in", "on", "at", "to", "for", "with", "from", "by", "into", "onto", "about", "as"}
    | {"than", "over", "under", "through", "between", "without", "within", "during", "via", "per"}
    | {"against", "among", "around", "like", "near", "off", "toward", "towards", "upon", "across"}
)
DETERMINERS = frozenset(
    {"a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "these", "those"}
    | {"some", "any", "every", "each", "no"}
)
SUBJECTS = frozenset({"i", "you", "we", "they", "he", "she", "it", "there", "this", "these"})
AUXILIARIES = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "am", "do", "does", "did", "has", "have"}
    | {"had", "can", "could", "will", "would", "shall", "should", "may", "might", "must", "it's"}
    | {"i'm", "i'd", "i'll", "i've", "you're", "you'd", "you'll", "they're", "that's", "there's"}
    | {"isn't", "aren't", "don't", "doesn't", "didn't", "can't", "won't", "wouldn't", "cannot"}
)
ADVERBS = frozenset(
    {"also", "however", "well", "ok", "okay", "yes", "no", "yeah", "hmm", "sure", "too", "very"}
    | {"actually", "basically", "personally", "honestly", "anyway", "so", "just", "quite", "e.g"}
    | {"i.e", "etc", "maybe", "perhaps", "therefore", "thus", "hence", "again", "still", "even"}
)
ADVISERS = frozenset({"you", "i", "we", "one", "people", "they"})
ADVISING = frozenset({"can", "could", "will", "would", "might", "may", "should", "must"})
LEADING_TO = frozenset(
    {
        "want",
        "need",
        "have",
        "try",
        "like",
        "best",
        "better",
        "recommend",
        "suggest",
        "idea",
        "sure",
    }
    | {
        "important",
        "ought",
        "easiest",
        "easier",
        "helps",
        "remember",
        "good",
        "safest",
        "way",
        "is",
    }
    | {"possible", "recommended", "crucial", "essential", "simplest", "advise", "prefer", "tend"}
)
SOFTENERS = frozenset(
    {"just", "simply", "also", "always", "definitely", "then", "either", "probably"}
)
NEGATIONS = frozenset({"not", "never", "no", "cannot", "without", "avoid", "stop", "unable", "nor"})
WEAK_VERBS = frozenset(
    {
        "know",
        "think",
        "expect",
        "let",
        "mention",
        "say",
        "see",
        "assume",
        "remember",
        "worry",
        "enjoy",
    }
    | {
        "call",
        "talk",
        "notice",
        "learn",
        "understand",
        "believe",
        "get",
        "accept",
        "google",
        "tell",
    }
    | {"look", "visit", "refer", "consider"}
)
GREETINGS = frozenset({"hi", "hello", "hey", "thanks", "thank", "cheers", "welcome", "sorry"})
NEVER_FIRST = (
    COORDINATORS | SUBORDINATORS | ADVERBS | GREETINGS | PREPOSITIONS | {"not", "because", "n't"}
) - {
    "what",
    "how",
    "too",
    "just",
    "no",
    "even",
}
NEVER_LAST = (
    (
        COORDINATORS
        | SUBORDINATORS
        | CONDITIONS
        | PREPOSITIONS
        | DETERMINERS
        | AUXILIARIES
        | SUBJECTS
    )
    | {
        "not",
        "very",
        "more",
        "most",
        "also",
        "just",
        "e.g",
        "i.e",
        "quite",
        "really",
        "etc",
        "both",
    }
    | {"only", "i", "we", "he", "she", "either", "if", "such", "even", "too"}
    | {"include", "includes", "know", "need", "needs", "provide", "want", "mean", "says", "say"}
    | {"sure", "using", "i'd", "because", "make", "makes", "get", "gets", "being", "good", "well"}
    | {"and/or", "rather", "yes", "no", "ok", "okay", "please"}
) - {"it", "this", "these", "those", "that", "there", "you", "on", "off", "over", "before", "after"}
_FORBIDDEN = re.compile(
    r"`[^`]*`?|\b(?:https?|ftp)://\S+|\bwww\.\S+|\S+@\S+\.\w+|(?<!\w)@[\w.-]+|[\"\u201c\u201d<>{}*|]"
    r"|(?<!\S)[~/$][\w./~-]+|\\\w+|\s--?\w[\w-]*(?:=\S+)?|\[\d+\]"
)
_ADDRESSEE = re.compile(r"^\s*[\w\[\]^`|-]{2,24}\s*[:,]\s+(?=\S)")
_BREAK = re.compile(
    r"[;:()\[\]?!\u2026]+|\.(?=\s|$|\.)|\.{2,}|\s[-\u2013\u2014]+\s|\u2014|^\s*[-\u2013*]\s"
)
_COMMA = re.compile(r",(?=\s|$)")
_CODE_WORD = re.compile(r"[_\\=]|\w\(|\w/\w+/|^\W*\.\w|[a-z]\.[a-z]{2,4}$|::")
_ADVICE = re.compile(
    r"(?:better \w+|(?:(?:i|you|we)(?: \w+)?|one) "
    r"(?:should(?! be)|could|might|may|need|want|must|would|have to|ought|suggest|recommend|advise"
    r"|are(?: \w+)? going to have to|(?:\w+ )?have to|can (?:also|just|always)))\b"
    r"|(?:i'd|you'd|you'll|i'll)\b"
    r"|(?:don't|do not|never|always|avoid|no need to|be|try to|consider|look|get|let)\b"
    r"|(?:it is|it's|it would be) (?:best|better|important|a good idea) to\b"
)
_DIAGNOSIS = re.compile(
    r"\b(?:probably|likely|must be|must have|seems?|looks? like|may be|might be|should be fine)\b"
)


class Shape(StrEnum):
    """How a quote reads, which decides the phrasings it fits into."""

    DIRECTIVE = "directive"
    """A bare verb phrase: `rinse the filter first`."""
    ADVICE = "advice"
    """Advice that is no bare verb phrase: `I would go for X`, `never boil it`."""
    CONDITION = "condition"
    DIAGNOSIS = "diagnosis"
    """A hedged judgement of the case at hand: `it is probably the cable`."""
    CLAIM = "claim"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A quotable stretch `sentence[start:end]`; flags say how whole it is."""

    start: int
    end: int
    words: tuple[Word, ...]
    opens: bool
    """It starts where a clause starts."""
    closes: bool
    """It ends where a clause ends."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """A part of a sentence that a quote may not cross."""

    words: list[Word]
    pauses: frozenset[int]
    """Word indices after a comma."""
    cut_left: bool
    """Code, a link or a mention stands right before it, so its first words are no beginning."""
    cut_right: bool


def _atoms(sentence: str) -> list[_Atom]:
    """Split a sentence at code, links, mentions and strong punctuation."""
    blocked = [m.span() for m in _FORBIDDEN.finditer(sentence)]
    breaks = [m.span() for m in _BREAK.finditer(sentence)]
    addressee = _ADDRESSEE.match(sentence)
    if addressee:
        breaks.append(addressee.span())
    commas = [m.start() for m in _COMMA.finditer(sentence)]
    atoms: list[_Atom] = []
    words: list[Word] = []
    pauses: list[int] = []
    cut = False

    def close(*, cut_right: bool) -> None:
        nonlocal cut
        if words:
            atoms.append(_Atom(list(words), frozenset(pauses), cut, cut_right))
        words.clear()
        pauses.clear()
        cut = cut_right

    previous = 0
    for word in tokenise(sentence):
        if _meets(breaks, previous, word.end):
            close(cut_right=False)
        if _meets(blocked, previous, word.end) or _CODE_WORD.search(word.text):
            close(cut_right=True)
        if not _meets(breaks + blocked, word.start, word.end) and not _CODE_WORD.search(word.text):
            if words and any(previous <= comma < word.start for comma in commas):
                pauses.append(len(words))
            words.append(word)
        previous = word.end
    close(cut_right=_meets(blocked, previous, len(sentence)))
    return atoms


def _meets(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in spans)


def _opens(index: int, words: list[Word], pauses: frozenset[int]) -> bool:
    """Whether a clause or a verb phrase starts at this word."""
    word = fold(words[index].text)
    if word in NEVER_FIRST:
        return False
    if index == 0 or index in pauses or word in CONDITIONS:
        return True
    before = fold(words[index - 1].text)
    starts_clause = word in SUBJECTS | VERBS | CONDITIONS | AUXILIARIES
    if before in COORDINATORS:
        return starts_clause
    if before in ADVERBS:
        return index == 1 or index - 1 in pauses or (before == "so" and starts_clause)
    return before in SUBORDINATORS or (word in VERBS - WEAK_VERBS and _advises(index, words))


def _advises(index: int, words: list[Word]) -> bool:
    """Whether the words before this verb recommend it: `you could`, `it is best to`."""
    before = [fold(word.text) for word in words[max(0, index - 5) : index]]
    if any(word in NEGATIONS or word.endswith("n't") for word in before):
        return False
    while before and before[-1] in SOFTENERS:
        before.pop()
    if not before:
        return False
    if before[-1] == "to":
        return len(before) > 1 and before[-2] in LEADING_TO
    if before[-1] in {"i'd", "you'd", "i'll", "you'll", "please"}:
        return True
    return before[-1] in ADVISING and len(before) > 1 and before[-2] in ADVISERS


def _closes(index: int, words: list[Word], pauses: frozenset[int]) -> bool:
    """Whether a clause ends before this word."""
    if fold(words[index - 1].text) in NEVER_LAST:
        return False
    if index == len(words) or index in pauses:
        return True
    after = fold(words[index].text)
    if after in {"and", "or"}:
        follower = fold(words[index + 1].text) if index + 1 < len(words) else ""
        return follower in SUBJECTS | VERBS | CONDITIONS | AUXILIARIES
    return after in COORDINATORS | SUBORDINATORS | CONDITIONS


def _ends_phrase(index: int, words: list[Word]) -> bool:
    """Whether a phrase ends before this word: the next one opens a prepositional phrase."""
    after = fold(words[index].text) if index < len(words) else ""
    return fold(words[index - 1].text) not in NEVER_LAST and after in PREPOSITIONS - {
        "of",
        "to",
        "than",
    }


def _clause_ends(start: int, words: list[Word], pauses: frozenset[int]) -> list[int]:
    """Where a clause that starts here may end; a long one is cut after its longest phrase."""
    reach = range(start + MIN_WORDS, min(len(words), start + MAX_WORDS) + 1)
    inner = min((pause for pause in pauses if pause > start), default=len(words))
    ends = [e for e in reach if _closes(e, words, pauses) and e <= inner]
    if not ends:
        ends = [e for e in reach if _ends_phrase(e, words) and e <= inner][-1:]
    return ends


def stretches(sentence: str) -> tuple[Stretch, ...]:
    """Return every quotable stretch of a sentence, in order of start, then end."""
    found: list[Stretch] = []
    for atom in _atoms(sentence):
        words, pauses = atom.words, atom.pauses
        for start in range(len(words)):
            if (start == 0 and atom.cut_left) or not _opens(start, words, pauses):
                continue
            for end in _clause_ends(start, words, pauses):
                if end == len(words) and atom.cut_right:
                    continue
                chosen = tuple(words[start:end])
                first = start == 0 or start in pauses
                last = _closes(end, words, pauses)
                found.append(Stretch(chosen[0].start, chosen[-1].end, chosen, first, last))
    return tuple(found)


def shape_of(quote: str) -> Shape:
    """Tell how a quote reads from its first words and its finite verbs."""
    words = [fold(word.text) for word in tokenise(quote)]
    while words and words[0] in {"just", "please", "simply", "first"}:
        words = words[1:]
    if not words:
        return Shape.PHRASE
    if words[0] in CONDITIONS:
        return Shape.CONDITION if words[0] in {"if", "when", "unless", "until"} else Shape.PHRASE
    sentence = " ".join(words)
    if words[0].endswith(("ing", "ed")) or words[0][0].isdigit():
        return Shape.PHRASE
    if _ADVICE.match(sentence):
        return Shape.ADVICE
    if _instructs(words):
        return Shape.DIRECTIVE
    if _DIAGNOSIS.search(sentence):
        return Shape.DIAGNOSIS
    if words[0] not in AUXILIARIES and any(_is_finite(word) for word in words[1:-1]):
        return Shape.CLAIM
    return Shape.CLAIM if words[0] in SUBJECTS and len(words) > _SUBJECT_AND_VERB else Shape.PHRASE


def _is_finite(word: str) -> bool:
    """Whether a word that is not the first is likely to be a finite verb."""
    if word in AUXILIARIES - {"be", "been", "being"}:
        return True
    base = word[:-1] if word.endswith("s") else ""
    return (base in VERBS or base.removesuffix("e") in VERBS) and base not in NOUNS_TOO


def _instructs(words: list[str]) -> bool:
    verb, rest = words[0], words[1:]
    if verb in WEAK_VERBS or any(word in AUXILIARIES - {"be"} for word in rest[:2]):
        return False
    if verb in NOUNS_TOO:
        return bool(rest) and rest[0] in DETERMINERS | PREPOSITIONS | {"it", "them", "more", "less"}
    return verb in VERBS
