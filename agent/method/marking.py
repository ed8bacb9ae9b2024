"""Put the quotation marks of a question that somebody else worded, and find what it quotes.

Whoever proposes a question names the words it is about; which words these are, where they stand
and how they are marked is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent.method.gates import QUOTE_MARK
from agent.method.questions import Quotable

STOPS = ".,;:!"
"""What may stand at the end of a quotation and not of the words."""
_CURLY = str.maketrans(
    {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2019": "'", "\u2018": "'", "`": "'"}
)
_FEWEST_WORDS = 2
"""Of a stretch that is taken for the words meant when it is not the whole of them."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wording as it was proposed: the words it is about, and the question."""

    quote: str
    question: str


@dataclass(frozen=True, slots=True)
class Lead:
    """How the house says whose words they are: `You wrote "...": what ...?`."""

    by: str
    """`You`, or the name of who wrote them where somebody else is asked."""
    form: str
    """With the slots `{by}`, `{quote}` and `{question}`."""

    def before(self, quote: str, question: str) -> str:
        """The question with the words before it."""
        return self.form.format(by=self.by, quote=quote, question=_lowered(question))


def plain_marks(text: str) -> str:
    """`text` on one line, with straight marks."""
    return " ".join(text.translate(_CURLY).split())


def located(quote: str, quotable: Iterable[Quotable]) -> Quotable | None:
    """The quotable words that these are, letter by letter but for a stop at the end."""
    wanted = _bare(quote)
    for one in quotable:
        if _bare(one.span.quote) == wanted:
            return one
    return None


def meant(quote: str, quotable: Iterable[Quotable]) -> Quotable | None:
    """The quotable words that a proposal is about: these, or the worthiest within or around."""
    given = list(quotable)
    exactly = located(quote, given)
    wanted = f" {_bare(plain_marks(quote))} ".casefold()
    if exactly is not None or len(wanted.split()) < _FEWEST_WORDS:
        return exactly
    for one in given:
        words = f" {_bare(one.span.quote)} ".casefold()
        if len(words.split()) >= _FEWEST_WORDS and (words in wanted or wanted in words):
            return one
    return None


@dataclass(frozen=True, slots=True)
class Marked:
    """A question with its quotation marked, and what of it stands after a lead that was put."""

    text: str
    led: str = ""
    """Empty where no lead was put before the question."""


def marked(proposal: Proposal, quotable: Iterable[Quotable], lead: Lead) -> Marked:
    """Put the marks of a question.

    One that marks words itself stays as it is. Of the others, the words it is about are marked
    where they stand; where they do not stand in it, they are put before it.
    """
    given = list(quotable)
    text = plain_marks(proposal.question)
    about = meant(plain_marks(proposal.quote), given)
    if QUOTE_MARK in text:
        return Marked(text)
    longest = sorted(given, key=lambda each: -len(each.span.quote))
    for one in longest if about is None else (about, *longest):
        quote = one.span.quote.translate(_CURLY)
        if len(quote.split()) < _FEWEST_WORDS and one is not about:
            continue
        if (at := _stands(quote, text)) >= 0:
            before, after = text[:at].removesuffix("'"), text[at + len(quote) :].removeprefix("'")
            return Marked(f"{before}{QUOTE_MARK}{one.span.quote}{QUOTE_MARK}{after}")
    if about is None:
        return Marked(text)
    return Marked(lead.before(about.span.quote, text), text)


def _stands(quote: str, text: str) -> int:
    """Where words stand in a text as words of their own; -1 for nowhere."""
    at = text.find(quote)
    while at >= 0:
        around = (text[:at][-1:], text[at + len(quote) :][:1])
        if not any(character.isalnum() for character in around):
            return at
        at = text.find(quote, at + 1)
    return -1


def _bare(quote: str) -> str:
    return quote.translate(_CURLY).strip().rstrip(STOPS)


def _lowered(question: str) -> str:
    """The question as it goes on after a colon."""
    return question[:1].lower() + question[1:]
