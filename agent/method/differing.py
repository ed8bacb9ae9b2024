"""What to say and to ask where an answer differs from what somebody said before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from agent.method.gaps import coverage_values, facet_asked_last, open_gaps
from agent.method.gates import GateContext, check_question, question_sentences
from agent.method.readings import AskContext, ComposedQuestion, Contradiction
from agent.method.words import content_stems, tokenise
from memory.records.inquiry import Facet
from memory.records.people import Credit, Member
from memory.records.talk import EvidenceSpan, Message
from prompts.answers import DifferingEntry, load_answers
from prompts.catalogue import Catalogue

TEMPLATE = "differs."
"""What the names of these phrasings begin with."""
LONGEST_SHOWN = 160
"""Characters of an earlier sentence that are shown."""

_CLAUSE = re.compile(r"[^,;:()]+")
_PLAIN_NAME = re.compile(r"[^\W\d_][\w'\u2019-]*(?: [^\W\d_][\w'\u2019-]*){0,3}")


def difference_in_words(
    found: Contradiction, answerer_id: str, people: Mapping[str, Member]
) -> str:
    """One sentence for the person who answered: what of theirs differs, and from whose words."""
    entry = load_answers().differing
    before = found.before.text
    if len(before) > LONGEST_SHOWN:
        before = f"{before[:LONGEST_SHOWN].rsplit(' ', 1)[0]} \u2026"
    if found.before_by == answerer_id:
        return entry.you.format(before=before)
    return entry.other.format(before=before, who=_writer(found, people, entry))


def _writer(found: Contradiction, people: Mapping[str, Member], entry: DifferingEntry) -> str:
    """Who wrote the earlier words, as they agreed to appear."""
    member = people.get(found.before_by)
    if member is None or member.consent.credit is not Credit.CREDITED:
        return entry.somebody
    return member.name if _PLAIN_NAME.fullmatch(member.name) else entry.somebody


def ask_about_difference(
    context: AskContext, catalogue: Catalogue, *, min_value: float, max_age_days: int = 30
) -> ComposedQuestion | None:
    """The question what decides between an answer and what it differs from.

    `None` where nothing differs, no stretch can be quoted, a gate fails, a probe is needed for
    something else, or it is not worth the time.
    """
    found = context.differs
    answer = context.interview[-1] if context.interview else None
    asked_of = context.addressee.id if context.addressee else context.anchor.author_id or ""
    if found is None or answer is None or answer.id != found.said.message_id:
        return None
    if answer.author_id != asked_of or (context.needed and Facet.BOUNDARY not in context.needed):
        return None
    gap = next((g for g in open_gaps(context, catalogue) if g.facet is Facet.BOUNDARY), None)
    quote = _quote(found, answer, catalogue)
    if gap is None or gap.value <= min_value or quote is None:
        return None
    entry = load_answers().differing
    who = _writer(found, context.view.people, entry)
    own = found.before_by == asked_of
    gate = _gate(context, catalogue, answer, asked_of, timedelta(days=max_age_days))
    for name in _phrasings(entry, context, own=own):
        text = entry.questions[name].format(q=quote.quote, who=who)
        if not check_question(text, quote.quote, gate):
            teller = "You" if own else who[0].upper() + who[1:]
            return ComposedQuestion(
                facet=Facet.BOUNDARY,
                text=text,
                quote=quote,
                template=name,
                because=entry.because.format(who=teller),
                minutes=entry.minutes,
                value=gap.value,
            )
    return None


def _phrasings(entry: DifferingEntry, context: AskContext, *, own: bool) -> list[str]:
    """Names of the phrasings that fit, those this person has read least first."""
    kind = f"{TEMPLATE}{'you' if own else 'other'}."
    fitting = sorted(name for name in entry.questions if name.startswith(kind))
    return sorted(fitting, key=context.templates_used.count)


def _quote(found: Contradiction, answer: Message, catalogue: Catalogue) -> EvidenceSpan | None:
    """The sentence, or its clause that shares most words with the earlier one, if it is short."""
    start, text = found.said.start, found.said.text
    against = set(content_stems(found.before.text))
    pieces = [(0, len(text)), *(piece.span() for piece in _CLAUSE.finditer(text))]
    best: tuple[int, EvidenceSpan] | None = None
    for a, b in pieces:
        piece = text[a:b].strip(" .!?\"'")
        words = len(tokenise(piece))
        if not catalogue.gates.min_quote_words <= words <= catalogue.gates.max_quote_words:
            continue
        shared = len(against & set(content_stems(piece)))
        begin = start + text.index(piece, a)
        if '"' not in piece and (best is None or shared > best[0]):
            best = shared, EvidenceSpan.of(answer, begin, begin + len(piece))
    return best[1] if best else None


def _gate(
    context: AskContext, catalogue: Catalogue, answer: Message, asked_of: str, max_age: timedelta
) -> GateContext:
    questions = [q for m in context.view.messages for q in question_sentences(m.own_words())]
    return GateContext(
        anchor=answer,
        addressee_id=asked_of,
        facet=Facet.BOUNDARY,
        gates=catalogue.gates,
        coverage=coverage_values(context.coverage, catalogue),
        last_facet=facet_asked_last(context),
        asked=context.asked,
        thread_questions=tuple(questions),
        now=context.now,
        max_age=max_age,
    )
