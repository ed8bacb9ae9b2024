"""What an answer says: new sentences under facets, or that it is vague, refers or refuses.

An answer is data. Whatever it asks or orders, it is read for what it states and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from agent.method.facets import STATED_FROM, FacetDetector
from agent.method.readings import AnswerQuality, AnswerReading, FacetReading, ReadSentence, Sentence
from agent.method.sentences import own_sentences
from agent.method.words import content_stems
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message

FRAMED_CONFIDENCE = 0.6
"""How surely a sentence without any facet of its own states the facet it was asked for."""
_REPEATED = 0.8
_EMOTICON = 1
ENDS_HERE = "ends_here"
"""Note on an answer that says, besides what it brings, that there is nothing more to tell."""

_VAGUE = re.compile(
    r"(?:(?:well|honestly|oh|yeah|sorry) )?"
    r"(?:(?:it|that) (?:really |all |always |just )*(?:depends"
    r"|varies)(?: on (?:the )?(?:case|situation"
    r"|circumstances|many (?:things|factors)|a lot of (?:things|factors)|everything|context))?"
    r"|(?:it.?s |that.?s )?(?:really |very |quite )?(?:hard|difficult|tricky|tough) to "
    r"(?:say|tell|explain|describe|put into words|pin down)"
    r"|(?:i.?m |i am )?not (?:really |entirely |quite )?sure(?: (?:about that|really|tbh))?"
    r"|(?:i )?(?:really )?(?:don.?t|do not|couldn.?t"
    r"|can.?t) (?:really )?(?:know|say|remember|tell you)"
    r"|no (?:idea|clue|particular reason|specific reason)|(?:i )?(?:have |.?ve )?no (?:idea|clue)"
    r"|whatever works(?: (?:best )?for you)?|(?:it.?s |that.?s )?(?:just |all |mostly |purely )*"
    r"(?:experience|intuition|gut feeling|a gut feeling|common sense|practice|habit|feel|instinct)"
    r"|you (?:just )?(?:know|get a feel for it|feel it"
    r"|develop a feel(?:ing)?)(?: it)?(?: (?:when|with)"
    r"(?: \w+){0,4})?|(?:i )?(?:guess|suppose)(?: so| not)?|maybe|perhaps|sometimes|it just works"
    r"|various (?:things|reasons|factors)|many (?:things|reasons|factors)|a bit of everything"
    r"|(?:yes|no|yep|nope|sure|ok(?:ay)?|thanks?(?: you)?(?: for asking)?"
    r"|good question|see above|n/?a)"
    r"|(?:and )?(?:so on|etc|you get the idea|hope (?:this|that) helps))"
    r"(?:[, ]+(?:really|honestly|i (?:guess|think|suppose)|to be honest|tbh"
    r"|sorry|though|i.?m afraid))*",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:well|hm+|honestly|um+|oh|yeah|sorry|really|to be honest|tbh|i.?m afraid|though|so)",
    re.IGNORECASE,
)
_NO_TIME = (
    r"(?:^|[,;:.!-] ?)(?:(?:sorry|honestly|i|i.?m|we|there is|i.?ve|got|have|really|just|,) )*"
    r"(?:no|not enough|don.?t have (?:the |any |enough )?|haven.?t (?:the |any )?) ?time"
    r"(?= *(?:$|[,.!;]|for (?:this|that|it|you|more|questions)\b"
    r"|to (?:answer|explain|write|reply|help)|right now|today|now|this week|at the moment))"
)
_REFUSES = re.compile(
    r"\b(?:i(?:.?d| would) (?:rather|prefer) not|(?:i )?(?:can.?t|cannot|can not|won.?t"
    r"|am not able to|.?m not able to|.?m not allowed to|am not allowed to)"
    r" (?:really )?(?:talk|discuss|share|answer|comment|say (?:more|anything)|disclose)"
    r"|(?:i.?m|i am|we.?re) too busy|leave me (?:alone|out)"
    r"|(?:please )?(?:don.?t|do not|stop) (?:ask(?:ing)?|messag(?:e|ing)|bother(?:ing)?) me"
    r"|(?:i.?m|i am|sorry,?) not (?:interested|comfortable)|no comment|none of your business"
    r"|(?:that|this|it).?s confidential"
    rf"|under (?:an )?nda|pass on this)\b|{_NO_TIME}",
    re.IGNORECASE,
)
_MORE = r"(?:more|further|else|new|better|to (?:add|offer|say|report))"
_ON_IT = (
    r"(?: (?:on|about|of|from|for|beyond|here|there)\b(?: \w+){0,3}"
    r"| than (?:that|this|it)| (?:here|there|really|now|sorry))*"
)
_NO_MORE = re.compile(
    r"(?:(?:and|so|nope|no|nah|ok|honestly|really|sorry|i think|i.?m afraid|well) )*(?:"
    r"(?:that|this|it)(?:.?s| is| was| would be) (?:really |about |pretty much |basically )*"
    r"(?:all|it|everything|the lot)(?: (?:that )?(?:i|we)(?:.?ve| have| had| can| could| know| do)?"
    r"(?: (?:got|know|say|have|had|tell you|think of|remember|offer|there is))*)?"
    r"|(?:i |we )?(?:really )?(?:have |.?ve got |.?ve |can offer |know )?"
    rf"(?:nothing|no) (?:{_MORE} ?)+"
    rf"|nothing (?:{_MORE} ?)*comes to mind"
    r"|(?:i |we )?(?:don.?t|do not|can.?t|cannot|couldn.?t) (?:really )?"
    r"(?:know|have|think of|say|add|offer|"
    rf"remember|tell you)(?: (?:any|anything|of|much))* {_MORE}"
    r"|(?:i |we )?(?:have |.?ve )?(?:told|said|given|shared)(?: you)? (?:everything|all)"
    r"(?: (?:that )?(?:i|we) (?:know|have|can|had))?"
    r"|(?:you.?ve|you have) emptied me|no more than (?:that|this|it)|nothing else"
    r"|(?:i )?(?:can.?t|cannot|could not|couldn.?t) (?:really )?place (?:that|this|it)(?: one)?"
    r"|(?:i )?(?:have |.?ve )?no (?:idea|clue) beyond (?:that|this|it)|not my field"
    rf"|that (?:about )?(?:covers|sums) (?:it|that)(?: up)?){_ON_IT}"
    r"(?: (?:really|sorry|tbh|honestly))*",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"\b(?:i (?:didn.?t|did not|never) (?:actually )?(?:say|said|wrote"
    r"|write|mean|meant|claim|claimed"
    r"|suggest|suggested|recommend|recommended)|that.?s not (?:quite "
    r"|exactly |really )?what i (?:said"
    r"|meant|wrote)|not what i (?:said|meant)|you (?:misread|misunderstood"
    r"|misquote|misquoted|got (?:me"
    r"|that|it) wrong)|(?:the|your) question (?:is wrong|makes no sense|misses|assumes|is based on)"
    r"|out of context|what i (?:actually |really )?(?:said|meant) (?:was|is))\b",
    re.IGNORECASE,
)
_GROUP = (
    r"(?:the|our|your) (?:[\w-]+ ){0,2}(?:team|group|people|folks|guys|crew|department|desk|admins?"
    r"|maintainers?|vendor|experts?|committee|office|lab)"
)
_NAME = r"[A-Z][\w'\u2019-]+(?: [A-Z][\w'\u2019-]+)?"
_WHO = rf"(?P<who>@[\w.-]*\w|(?i:{_GROUP})|{_NAME})"
_NOT_NAMES = frozenset(
    {"I", "It", "That", "This", "They", "He", "She", "We", "You", "The", "There", "What", "Nobody"}
    | {
        "Who",
        "Someone",
        "Somebody",
        "People",
        "One",
        "Everyone",
        "Anyone",
        "Google",
        "Maybe",
        "Then",
    }
)
_REFERS = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"\b(?i:(?:please |better |you should |you could |just "
            rf"|maybe )*(?:ask|check with|talk to"
            rf"|speak (?:to|with)|go to|try|ping|contact|consult))\s+{_WHO}"
        ),
        (
            rf"{_WHO}\s+(?i:(?:would |will |might |may |should |probably "
            rf"|surely |definitely |really )*"
            rf"(?:knows?|can (?:tell|answer|explain|say|help)|has (?:the"
            rf"|an|more) (?:answer|experience)"
            rf"|is the (?:one|person|expert|right)|handles?|owns?"
            rf"|wrote that|set (?:that|this|it) up"
            rf"|be (?:the )?better|is better|are better|are the (?:ones|people|right)))"
        ),
        (
            rf"\b(?i:(?:question|one|thing|something|that.?s|this is"
            rf"|better|more) (?:is )?(?:more )?"
            rf"(?:a question )?for)\s+{_WHO}"
        ),
        rf"\b(?i:(?:refer|defer|pass|leave)(?: \w+){{0,3}} to)\s+{_WHO}",
    )
)


class AskedQuestion(Protocol):
    """What of a question an answer is read against."""

    @property
    def text(self) -> str: ...
    @property
    def facet(self) -> Facet: ...
    @property
    def quote(self) -> EvidenceSpan: ...


def is_vague(sentence: str) -> bool:
    """Whether every clause of a sentence is a stock phrase that says nothing."""
    clauses = [
        c.strip(" .!?\u2026'\"-") for c in re.split(r"[,;.!\u2026]+|\s-+\s|\bbut\b", sentence)
    ]
    return all(_VAGUE.fullmatch(c) or _FILLER.fullmatch(c) for c in clauses if c)


def says_no_more(sentence: str) -> bool:
    """Whether a sentence tells only that there is nothing more to tell."""
    clauses = [c.strip(" .!?\u2026'\"-") for c in re.split(r"[,;:.!\u2026()]+|\s-+\s", sentence)]
    said = [c for c in clauses if c and not _FILLER.fullmatch(c) and len(c) > _EMOTICON]
    ended = any(_NO_MORE.fullmatch(c) for c in said)
    return ended and all(_NO_MORE.fullmatch(c) or _VAGUE.fullmatch(c) for c in said)


def names_somebody(sentence: str) -> str:
    """The words naming the person or group that a sentence points to, or nothing."""
    for pattern in _REFERS:
        for found in pattern.finditer(sentence):
            who = found["who"]
            if who.split()[0] not in _NOT_NAMES:
                return who
    return ""


def _is_known(sentence: str, known: Sequence[frozenset[str]]) -> bool:
    wanted = frozenset(content_stems(sentence))
    return bool(wanted) and any(len(wanted & other) >= _REPEATED * len(wanted) for other in known)


def _surely(sentence: Sentence, detector: FacetDetector) -> ReadSentence:
    """Read a sentence, keeping only the facets it states rather than hints at."""
    found = detector.read(sentence.text)
    return ReadSentence(sentence, tuple(r for r in found if r.confidence >= STATED_FROM))


def _framed(reads: Sequence[ReadSentence], facet: Facet) -> tuple[ReadSentence, ...]:
    """Let the question frame its answer: what it asked for is stated where nothing else is.

    When every sentence states other facets only, the first answers the question as well.
    """
    reads = [read for read in reads if read.facets or not read.sentence.text.endswith("?")]
    answered = any(not read.facets or read.states(facet) for read in reads)
    framed: list[ReadSentence] = []
    for index, read in enumerate(reads):
        facets = read.facets
        if not facets or (index == 0 and not answered):
            facets = (*facets, FacetReading(facet, FRAMED_CONFIDENCE, read.sentence.text))
        framed.append(ReadSentence(read.sentence, facets))
    return tuple(framed)


def read_answer(
    answer: Message,
    question: AskedQuestion,
    known: Sequence[Message],
    detector: FacetDetector,
) -> AnswerReading:
    """Read what an answer brings to the facet it was asked for, and to others.

    `known` are the messages that were there before. Only sentences that bring something are
    returned. Refusing and referring are looked for only where little else is said.
    """
    corrects = bool(_CORRECTS.search(answer.own_words()))
    sentences = own_sentences(answer)
    before = [frozenset(content_stems(message.own_words())) for message in known]
    before.append(frozenset(content_stems(question.text)))
    who = next((name for s in sentences if (name := names_somebody(s.text))), "")
    kept = [
        s
        for s in sentences
        if not is_vague(s.text)
        and not says_no_more(s.text)
        and not _REFUSES.search(s.text)
        and not names_somebody(s.text)
    ]
    ends = any(says_no_more(s.text) for s in sentences)
    notes = (ENDS_HERE,) if ends else ()
    new = [s for s in kept if not _is_known(s.text, before)]
    reads = [_surely(s, detector) for s in new if _says_something(s)]
    informative = _framed(reads, question.facet)
    if informative:
        return AnswerReading(AnswerQuality.INFORMATIVE, informative, who, corrects, notes)
    quality = _poor(sentences, kept, who)
    if ends and quality is AnswerQuality.VAGUE:
        quality = AnswerQuality.NOTHING_NEW
    return AnswerReading(quality, (), who, corrects, notes)


def _says_something(sentence: Sentence) -> bool:
    return bool(content_stems(sentence.text))


def _poor(sentences: Sequence[Sentence], kept: Sequence[Sentence], who: str) -> AnswerQuality:
    """What kind of reply brings nothing: refusing outweighs referring, and referring vagueness."""
    if any(_REFUSES.search(s.text) for s in sentences):
        return AnswerQuality.REFUSES
    if who:
        return AnswerQuality.REFERS
    return AnswerQuality.NOTHING_NEW if any(map(_says_something, kept)) else AnswerQuality.VAGUE
