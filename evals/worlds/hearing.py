"""What a person hears in a question: which words are quoted, and what kind of thing is asked.

Only the text counts, as for any reader; an engine's declared facet is never seen here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Wanted(StrEnum):
    """What a question can ask for, in the words of the one who is asked."""

    SETUP = "setup"
    AIM = "aim"
    NOTICED = "noticed"
    STEPS = "steps"
    INSTEAD = "instead"
    WHY = "why"
    LIMITS = "limits"
    MISTAKES = "mistakes"
    RULE = "rule"
    WORKED = "worked"
    PAST = "past"
    FALLBACK = "fallback"


_PHRASES: tuple[tuple[Wanted, str], ...] = (
    (
        Wanted.FALLBACK,
        (
            r"had not worked|next move|fall back|plan b|other way round|half the time"
            r"|changes nothing|(did|does) not help|is not possible|if (it|that) fails|look next"
            r"|try next|can still be done|rescue|turned out otherwise|were not so|do next if"
        ),
    ),
    (
        Wanted.LIMITS,
        (
            r"(wrong|bad|poor) advice|stops? (holding|being true|helping|working)|for you to drop"
            r"|advise against|\blimits?\b|no longer|exceptions?\b|take back|past which|what scale"
            r"|what changes (below|above|beyond|if|when)|(below|above|beyond) (what|which)"
            r"|not (apply|hold|true)|(change|changes) your (advice|mind)|rather not|who should not"
            r"|how far|draw the line|break down|be wrong to|not enough to|wrong (choice|figure)"
            r"|not the right choice|more harm than good|all right after all|stops? being|borderline"
            r"|would it not do|begin to call|above or below"
        ),
    ),
    (
        Wanted.MISTAKES,
        (
            r"\b(trip|slip)s?\b|mistakes?\b|(go|goes|went|gone) (badly|wrong)|get wrong"
            r"|\bwarn\b|drawbacks?|pitfalls?|likeliest cause|gotcha|watch out|misunderst"
            r"|unstuck|trouble|careful|worst that can happen|doing it all the same"
        ),
    ),
    (
        Wanted.WORKED,
        (
            r"it (has )?worked|see a difference|tell you early|not working|how well it went"
            r"|gone well|test whether|to confirm|(check|look at) afterwards|good result"
            r"|(can|could) .*\bcheck\b|you are done|be different|would show|got it right"
            r"|make sure|verify|find out (afterwards|whether)|check later|come out for all|paid off"
            r"|all went well|once that is done|would confirm"
        ),
    ),
    (
        Wanted.RULE,
        (
            r"shortcut|\brough(ly)?\b|rule of thumb|how much is enough|faster than"
            r"|you (usually )?go by|missing from the docs|in a hurry|what number|\btricks?\b"
            r"|quick rule"
        ),
    ),
    (
        Wanted.NOTICED,
        (
            r"notice|\bsign(al)?s?\b|symptoms?\b|overlook|others tend to miss|look (for|out for|at)"
            r"|tells you|\btell that|pay attention|catches your attention|recogni[sz]e|have to see"
            r"|made you (think|say)|keep an eye|away to a practised eye|point out|\bhint|shows you"
            r"|watch for|\bclues?\b|looking for|judge (what|when)|warns you|gives (it|that) away"
            r"|can you tell|look first|see, hear or feel"
        ),
    ),
    (
        Wanted.INSTEAD,
        (
            r"next.best|alternatives?\b|rather than|tipped|instead|belong together|in place of"
            r"|come closest|compare|weigh against|other (ways|options|explanations)|rule out"
            r"|decide against|what else|give you that .* would not|in exchange|\bweigh\b"
            r"|options are left"
        ),
    ),
    (
        Wanted.WHY,
        (
            r"what makes|skipped|lies behind|\breason|led you to|underneath|convince|lead to"
            r"|give you that|go(ing|es) on|someone does not|what difference|come about|mechanism"
            r"|play into|\bwhy\b|explain|actually (change|happen)|how does (it|that) help"
            r"|happen otherwise|the harm in|what causes|changes things|bring that about"
        ),
    ),
    (
        Wanted.STEPS,
        (
            r"\bsteps?\b|go about|do first|thing you do|actually do|walk .* through|in practice"
            r"|should a reader do|do you do then"
        ),
    ),
    (
        Wanted.AIM,
        r"outcome|good result|pull apart|hoping to|to protect|matters? most|get you|\baim\b",
    ),
    (
        Wanted.SETUP,
        (
            r"\bsetup|about this case|situation|kind of case|circumstances|for whom"
            r"|want to know about"
        ),
    ),
    (
        Wanted.PAST,
        (
            r"past case|last time|how firmly|have you seen|arrive at|you remember|how often"
            r"|experience|taught you|been tested|find that out"
        ),
    ),
)
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|«([^»]+)»")


@dataclass(frozen=True, slots=True)
class HeardQuestion:
    """A question as its reader takes it in."""

    quotes: tuple[str, ...]
    words: str
    """The wording outside the quotes, lower case."""
    wanted: tuple[Wanted, ...]
    """What is asked for, the most specific reading first; empty if nothing is recognised."""


def hear(question_text: str) -> HeardQuestion:
    """Split a question into quotes and wording, and read from the wording what is wanted."""
    quotes = tuple("".join(found.groups(default="")) for found in _QUOTED.finditer(question_text))
    words = " ".join(_QUOTED.sub(" it ", question_text).casefold().split())
    wanted = tuple(kind for kind, phrases in _PHRASES if re.search(phrases, words))
    return HeardQuestion(quotes=quotes, words=words, wanted=wanted)
