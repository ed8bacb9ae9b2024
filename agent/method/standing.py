"""Whether a sentence says something, and whether it can stand on its own in a guide."""

from __future__ import annotations

import re

from agent.method.languages import is_foreign
from agent.method.words import content_stems, tokenise
from prompts.synthesis import load_synthesis

_OPENER = re.compile(
    r"(?:(?:as (?:[\w'\u2019]+ ){1,4}(?:mentions?|mentioned|said|says?|notes?|noted|points? out"
    r"|pointed out|suggests?|suggested)|by the way|btw|well|ha(?:ha)?|oof|ugh|lol|yes|yeah|yep|yup"
    r"|no|nope|oh|ah|hm+|honestly|actually|ok|okay|sure|right|also"
    r"|anyway|(?:so )?(?:basically|essentially|in essence|overall)|good question|fwiw|so|tl;?dr"
    r"|(?:the )?short answer"
    r"|long answer)\s*[,!:\u2014\u2013-]+\s*)+",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"[\"'\u201c\u2018(]*(?:"
    r"it|it['\u2019](?:s|ll|d)|that|that['\u2019](?:s|ll)|this|these|those|they"
    r"|they['\u2019](?:re|ll|ve|d)|he|she|his|her|its|their|such|so|but|and|or|then|however"
    r"|otherwise|therefore|thus|hence|instead|which|also|likewise|similarly|again,|still,|yet"
    r"|plus|ones|another|for example|for instance|e\.g|i\.e"
    r"|(?:in|with|at|by|for|from|of|on) (?:that|this|those|these|it|them|which|either case)"
    r"|(?:if|when|once|while|until|unless|because|since|as) (?:it|they|that|this|these|so|not)"
    r"|because of (?:this|that)|after (?:that|this)|as a result|that way|on the other hand"
    r"|the (?:former|latter|same)|the other (?:one|two|way|is|option)"
    r"|the (?:reason|result|rest|difference|second|third|problem) (?:is|was|being|one)"
    r"|not (?:much|many|quite|always|really),|in addition|furthermore|moreover|besides"
    r"|same (?:here|goes|with|for)"
    r")(?![\w'\u2019])",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"it(?:['\u2019]s| is| was| can be| may be| might be)\s+(?:[\w-]+\s+){1,3}?(?:to|that|if)\s"
    r"|it(?:['\u2019]s| is| was)\s+(?:(?:the|a|an|your|not|only|mostly|usually)\s+)+[\w -]{2,30}?"
    r"(?:that|who|which)\s"
    r"|it(?:['\u2019]s| is| was|['\u2019]ll be)\s+"
    r"(?:(?:about|high|too|already|not|always|almost|still)\s+)*"
    r"(?:time|late|early|hot|cold|dark|raining|summer|winter|wise|worth|best|better|easier|safer"
    r"|hard|important|possible|likely|clear|true|said|up to)\b"
    r"(?=\s+(?:to|that|if|when|for|you|\w+ing)\b|\s*[.,!?;]|$)"
    r"|it takes\s+(?:about|around|at (?:least|most)|an?|\d+|some|two|three|four|five|time"
    r"|long(?:er)?|ages|practice|years|more|less|so)\b"
    r"|(?:those|these) (?:who|of us)\s|this (?:is because|being)\s",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(
    r"(?:so|and|then|also)(?:\s*,\s*|\s+)(?!that\b|much\b|many\b|long\b|far\b|if\b|not\b)"
    r"|for (?:instance|example)\s*,?\s+(?=if|when|you|the|a)"
    r"|(?:the )?(?:short|long|simple) answer is(?:\s+that)?\s+"
    r"|(?:instead|likewise|similarly|additionally|furthermore|moreover|besides|plus|in addition)"
    r"\s*,\s*",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\s+(?:to|and|for) (?:avoid|avoiding|prevent|preventing|fix|solve|do|doing|achieve) "
    r"(?:this|that|it)\s*[.!\u2026]*$",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(
    r"(?:because|cuz|cause|due to|so that|so as to|except|unless"
    r"|only (?:if|when)|to (?:avoid|keep))"
    r"(?!\w)",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"(?:hi|hello|hey|thanks|thank you|thx|cheers|welcome|sorry|hope (?:this|that|it) helps"
    r"|let (?:me|us) know|good (?:luck|question)|great question|enjoy|edit|update|ps"
    r"|p\.s|lol|haha|disclaimer|source|sources|see also|nice)(?!\w)[\s\S]{0,60}$"
    r"|(?:i )?(?:do not|don['\u2019]?t|wouldn['\u2019]?t) (?:really )?know(?!\w)[^,;]*$"
    r"|(?:that['\u2019]?s )?hard to say(?: more)?[.!\u2026]*$"
    r"|here(?:['\u2019]s| is| are)(?!\w).{0,80}(?<!\w)(?:links?|article|video|page"
    r"|website|site|chart|picture|photo|post|blog)(?!\w)"
    r"|(?:also )?(?:see|check out|read|have a look at|take a look at)(?!\w).{0,60}(?<!\w)(?:links?"
    r"|article|page|website|site|section|wikipedia|post|blog|thread|answer|question)(?!\w).{0,40}$"
    r"|let me guess(?!\w)|no idea|not sure[.!\u2026]*$|ask (?:me )?(?:again|later)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:no,?\s+|nope,?\s+|honestly,?\s+)?(?:"
    r"nothing (?:else|more|further|to add|better to offer)(?!\w)[^.;]*"
    r"|(?:i have |i['\u2019]ve |there['\u2019]?s |there is )?(?:no|nothing) (?:more|better) "
    r"(?:than that|to (?:say|add|tell|offer))(?!\w)[^.;]*"
    r"|(?:and )?(?:that|this)(?:['\u2019]s| is|) all(?!\w)"
    r"(?: (?:i|we|there|that i|about|from|on)(?!\w)[^.;]*)?"
    r"|i have nothing [^.;]*|i(?:['\u2019]ve| have) told you (?:all|everything)(?!\w)[^.;]*"
    r"|i (?:do not|don['\u2019]?t) know (?:any ?(?:thing )?)?more(?!\w)[^.;]*"
    r"|(?:i )?can['\u2019]?t (?:say|add|think of) (?:any ?thing )?more(?!\w)[^.;]*"
    r"|no more than that|you['\u2019]ve emptied me(?!\w)[^.;]*"
    r"|(?:it|that) (?:all |really |just )*depends(?:,? (?:really|honestly|tbh|of course|i guess|i"
    r" think))*"
    r"|(?:[\w'\u2019-]+ ){0,4}[\w'\u2019-]*,? (?:yes|yep|yeah|no|nope)"
    r"|(?:do not|don['\u2019]?t) thank me(?!\w)[^.;]*"
    r")\s*[.!:;()\u2026]*$",
    re.IGNORECASE,
)
"""What people say when they have no more to say, or only yes or no."""
_EMPTY = frozenset(
    {"oh", "ah", "ha", "anyway", "ok", "okay", "lol", "hm", "hmm", "exactly", "please"}
)
_POINTING = re.compile(
    r"[\"'\u201c\u2018(]*(?:it|this|that|these|those|they|he|she|them|its|their)"
    r"(?:['\u2019]\w+)?(?!\w)",
    re.IGNORECASE,
)
_LEADING_MARKUP = re.compile(
    r"(?:<(h[1-6])[^<>]*>[^<>]*</\1>|</?\w[^<>]*>|#{1,6}(?=\s)|[|*_~]+(?=\s)|\s)+"
)
_TRAILING_MARKUP = re.compile(r"(?:</?\w[^<>]*>|\s)+$")
_PAIRS = (("(", ")"), ("\u201c", "\u201d"), ("[", "]"))
_LINK = re.compile(r"https?://\S+|www\.\S+")
_SHORTEST_ASIDE = 2
MIN_WORDS = 3
"""Words of the shortest sentence that can stand."""
LONGEST = 1200
"""Characters of the longest sentence that a guide prints; a longer one is a paste."""


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow `text[start:end]` past white space, interjections (`Well,`, `lol`) and markup.

    A bracket or quotation mark at either end that has no partner inside goes too.
    """
    before = (-1, -1)
    while before != (start, end):
        before = start, end
        for pattern in (_LEADING_MARKUP, _OPENER):
            found = pattern.match(text, start, end)
            if found and found.end() < end:
                start = found.end()
        for ending in (_TRAILING_MARKUP, load_synthesis().refused.aside):
            found = ending.search(text[start:end])
            if found and found.start() > 0:
                end = start + found.start()
        start, end = _paired(text, start, end)
    return start, end


def _paired(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop the first or last character of `text[start:end]` where it opens or closes nothing."""
    inside = text[start:end]
    if len(inside) <= 1:
        return start, end
    for opening, closing in _PAIRS:
        if inside.startswith(opening) and inside.count(opening) > inside.count(closing):
            return start + 1, end
        if inside.endswith(closing) and inside.count(closing) > inside.count(opening):
            return start, end - 1
    if inside.count('"') == 1 and inside[0] == '"':
        return start + 1, end
    if inside.count('"') == 1 and inside[-1] == '"':
        return start, end - 1
    return start, end


def says_something(text: str) -> bool:
    """False for chatter, greetings, thanks, questions, bare links, lead-ins and non-answers.

    Nor does a row of a table, a text in another language, or what tells the agent or a steward
    what to do.
    """
    bare = _LINK.sub("", text).strip()
    refused = load_synthesis().refused
    if (
        not bare
        or refused.is_layout.match(bare)
        or refused.to_the_agent.match(bare)
        or is_foreign(bare)
        or len(text) > LONGEST
        or bare.rstrip("\"')\u201d").endswith(("?", ":"))
        or bare.endswith(" -")
    ):
        return False
    enough = len(tokenise(bare)) >= MIN_WORDS and set(content_stems(bare)) - _EMPTY
    return bool(enough) and not _CHATTER.match(bare) and not _ENDING.match(bare)


def is_aside(text: str) -> bool:
    """Whether a sentence is too short to stand alone, yet no chatter (`Also correct.`)."""
    words = tokenise(text)
    asks = text.rstrip("\"')\u201d").endswith(("?", ":"))
    return (
        _SHORTEST_ASIDE <= len(words) <= MIN_WORDS
        and not asks
        and not (_CHATTER.match(text) or _ENDING.match(text))
    )


def dangles(text: str) -> bool:
    """Whether a sentence opens with a pronoun or connective that needs the one before.

    Words in capitals (`IF NOT EXISTS`) are code.
    """
    found = _DANGLING.match(text)
    if found is None or (found[0].isupper() and len(found[0]) > 1):
        return False
    return not _EXPLETIVE.match(text)


def is_expletive(text: str) -> bool:
    """Whether a text opens with an `it` that stands for nothing (`it is easy to`, `it takes`)."""
    return bool(_EXPLETIVE.match(text))


def without_connective(text: str, start: int, end: int) -> int:
    """Where `text[start:end]` starts once a leading `So`, `And` or `Then` has gone."""
    found = _CONNECTIVE.match(text, start, end)
    return found.end() if found and found.end() < end else start


def without_purpose(text: str, start: int, end: int) -> int:
    """Where `text[start:end]` ends once a closing `to avoid this` has gone."""
    found = _PURPOSE.search(text, start, end)
    return found.start() if found else end


def is_fragment(text: str) -> bool:
    """Whether a sentence is only the subordinate clause that answers a question."""
    return bool(_FRAGMENT.match(text)) and "," not in text


def points(text: str) -> bool:
    """Whether a text opens with a pronoun, even one that may point to nothing (`it takes`)."""
    return bool(_POINTING.match(text))
