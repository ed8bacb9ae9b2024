"""From what experts said to a cited guide, in their own words and no others'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from agent.method.beside import Quoted, quoted_beside
from agent.method.claiming import Interview, claims_of
from agent.method.ellipsis import is_elliptic
from agent.method.entailment import is_grounded, stems_of
from agent.method.leads import MOST_LEADING, without_repeats
from agent.method.lede import central_of
from agent.method.measures import count_words, left_implied, measure, open_facets, told_facets
from agent.method.merging import mark_disputes, merge_alike
from agent.method.ordering import as_steps, in_reading_order
from agent.method.passage import Asked, Passage
from agent.method.passages import passages_of
from agent.method.phrases import nouns_of
from agent.method.pronouns import leans, resolve
from agent.method.readings import ThreadView
from agent.method.relevance import within_focus
from agent.method.sentences import own_sentences
from agent.method.standing import MIN_WORDS, points, says_something
from agent.method.summary import carried_on, row_of, stems_by_message, summary_of
from agent.method.titles import key_clause, title_of
from agent.method.wholes import wholes_of
from memory.index.protocols import Embedder
from memory.records.guide import Claim, GuideSection, GuideSentence, GuideVersion, TrailStep
from memory.records.inquiry import Facet, FacetCoverage, Question
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.catalogue import Catalogue

__all__ = ["READING_ORDER", "Interview", "claims_of", "draft_guide"]

READING_ORDER = (
    Facet.SITUATION,
    Facet.GOAL,
    Facet.ACTION,
    Facet.CUES,
    Facet.WHY,
    Facet.BOUNDARY,
    Facet.PITFALLS,
    Facet.CHECK,
    Facet.OPTIONS,
    Facet.HEURISTIC,
    Facet.WHATIF,
    Facet.EVIDENCE,
)
"""Sections in the order in which a reader with the problem needs them."""

_BRACKETED = re.compile(r"\[([^\]]*)\]")
"""Words that stand in the summary's brackets, which may be the asker's and are not cited."""
_CLAUSES = re.compile(r",\s+(?:and|but|so)\s+|;\s+|\s+and\s+(?=(?:the|my|our|a|an)\s)")
_CONDITION = re.compile(
    r",?\s+(?=(?:since|because|if|when|while|unless|although|though|but|until|so)\s)", re.IGNORECASE
)
_CLOSING_LINK = re.compile(r"^(?:finally|lastly|however|in short|in summary),\s+", re.IGNORECASE)
"""How a sentence opens that ends a row which stands elsewhere."""
_BEFORE_MERGING = 2
"""Times the word limit that is compared for sentences said twice."""


def draft_guide(
    guide_id: str,
    number: int,
    claims: Sequence[Claim],
    view: ThreadView,
    interview: Interview,
    coverage: Sequence[FacetCoverage],
    catalogue: Catalogue,
    created_at: datetime,
    *,
    max_words: int = 700,
    embedder: Embedder | None = None,
) -> GuideVersion | None:
    """Set the claims as a guide; `None` where nothing but the central sentence is known.

    Sections come in `READING_ORDER`, each in a reader's order, every sentence once. What was told
    to the agent stands; of the thread, what is nearest to the matter fills the guide. Above
    `max_words` the passages of lowest value are left out. With an `embedder`, paraphrases are
    told by meaning too.
    """
    messages = {m.id: m for m in (*view.messages, *(answer for _, answer, _ in interview))}
    said = [claim for claim in claims if claim.evidence[0].message_id in messages]
    central = central_of(said, messages, view, interview)
    if central is None:
        return None
    moment = messages[central.evidence[0].message_id]
    beside = {c.evidence[0].start: c for c in said if c.evidence[0].message_id == moment.id}
    in_row = bool(row_of(central.evidence[0], moment, beside))
    summary, passages = _arrange(central, said, messages, interview, catalogue, in_row=in_row)
    if not in_row:
        summary, passages = carried_on(summary, passages, moment)
    known = stems_of(_words_of(view))
    title, title_evidence = title_of(view, moment, central.evidence[0])
    summary = _named(summary, view, moment, title, known)
    quotes = [question.quote for question, _, _ in interview]
    passages = _within_words(summary, passages, _BEFORE_MERGING * max_words)
    summary, passages = _merged(summary, passages, quotes, embedder, in_row=in_row)
    passages = within_focus(summary, passages, view.thread.title, quotes)
    passages = _within_words(summary, passages, max_words)
    sections = _sections(passages, quotes)
    if not sections:
        return None
    coverage = _told(coverage, summary, sections)
    headed = {summary.facet, *(section.facet for section in sections)}
    cited = summary.cited()
    quoted = _quoted(view, interview, cited, sections, embedder)
    return GuideVersion(
        guide_id=guide_id,
        number=number,
        title=title,
        title_evidence=title_evidence,
        summary=cited,
        sections=sections,
        open_facets=open_facets(coverage, headed, catalogue),
        coverage=tuple(coverage),
        trail=_trail(view, interview, quoted),
        measures=measure(cited, sections, coverage, catalogue, _BRACKETED.findall(cited.text)),
        created_at=created_at,
    )


def _merged(
    summary: Passage,
    passages: Sequence[Passage],
    quotes: Sequence[EvidenceSpan],
    embedder: Embedder | None,
    *,
    in_row: bool,
) -> tuple[Passage, list[Passage]]:
    """Summary and passages, each thing said once, and what people dispute side by side."""
    if in_row:
        return mark_disputes(summary, merge_alike(passages, embedder, asked=quotes))
    row = [summary, *passages]
    first, *others = merge_alike(row, embedder, lead=True, asked=quotes)
    return mark_disputes(first, others)


def _quoted(
    view: ThreadView,
    interview: Interview,
    summary: GuideSentence,
    sections: Sequence[GuideSection],
    embedder: Embedder | None,
) -> Quoted:
    """What to quote beside the guide, of people whose words do not stand in it."""
    printed = [summary, *(sentence for section in sections for sentence in section.sentences)]
    authors = {author for sentence in printed for author in sentence.author_ids}
    authors |= {answer.author_id for _, answer, _ in interview if answer.author_id}
    return quoted_beside(view, sorted(authors), [s.text for s in printed], embedder)


def _arrange(
    central: Claim,
    claims: Sequence[Claim],
    messages: dict[str, Message],
    interview: Interview,
    catalogue: Catalogue,
    *,
    in_row: bool,
) -> tuple[Passage, list[Passage]]:
    """The summary, and the other passages in the order of the debate."""
    weights = {facet: entry.weight for facet, entry in catalogue.facets.items()}
    home = messages[central.evidence[0].message_id]
    clause = key_clause(home, central.evidence[0])
    summary = summary_of(central, home, claims, stems_by_message([*messages.values()]))
    nouns = nouns_of([message.own_words() for message in messages.values()])
    asked = {
        answer.id: _asked_of(question, answer, messages, clause)
        for question, answer, _ in interview
    }
    if home.id in asked:
        leaning = leans(summary.body, nouns) or is_elliptic(summary.body)
        summary = replace(summary, asked=asked[home.id].question if leaning else "")
    passages: list[Passage] = []
    for message in sorted(messages.values(), key=lambda m: (m.sent_at, m.id)):
        here = [c for c in claims if c.evidence[0].message_id == message.id]
        wholes = wholes_of(message)
        if message.id != home.id:
            about = asked.get(message.id, Asked(None))
            passages += passages_of(message, here, wholes, weights, about, nouns)
            continue
        below = Asked(clause, (summary.spans[-1],))
        if in_row:
            passages += passages_of(message, here, wholes, weights, Asked(None), nouns)
            continue
        first, last = summary.spans[0].start, summary.spans[-1].end
        before = [c for c in here if c.evidence[0].start + len(c.text) <= first]
        after = [c for c in here if c.evidence[0].start >= last]
        upper = [w for w in wholes if w.sentence.end <= first]
        lower = [w for w in wholes if w.sentence.start >= last]
        passages += passages_of(message, before, upper, weights, Asked(None), nouns)
        passages += passages_of(message, after, lower, weights, below, nouns)
    return summary, passages


def _asked_of(
    question: Question, answer: Message, messages: Mapping[str, Message], clause: EvidenceSpan
) -> Asked:
    """What an answer was given about; nouns of somebody else are not put in its mouth."""
    quote = question.quote
    if not _own_words(quote, answer, messages):
        return Asked(None, told=True, question=question.text)
    sources = (quote,) if quote == clause or points(quote.quote) else (quote, clause)
    return Asked(None, sources, told=True, question=question.text)


def _own_words(quote: EvidenceSpan, answer: Message, messages: Mapping[str, Message]) -> bool:
    """Whether who answered also wrote the quoted words: nobody's stand in another's name."""
    source = messages.get(quote.message_id)
    return source is not None and source.author_id == answer.author_id


def _within_words(summary: Passage, passages: list[Passage], limit: int) -> list[Passage]:
    """The passages without those of lowest value that would exceed the limit, in order."""
    words = {place: count_words(passage.text) for place, passage in enumerate(passages)}
    total = count_words(summary.text) + sum(words.values())
    for place in sorted(words, key=lambda n: (passages[n].value, -n)):
        if total <= limit:
            break
        total -= words.pop(place)
    return [passages[place] for place in sorted(words)]


def _sections(
    passages: Sequence[Passage], quotes: Sequence[EvidenceSpan]
) -> tuple[GuideSection, ...]:
    sections = []
    for facet in READING_ORDER:
        here = in_reading_order([p for p in passages if p.facet is facet])
        if facet is Facet.ACTION:
            here = as_steps(here, passages, quotes)
        here = without_repeats(_opened(here))
        if here:
            cited = tuple(_sound(passage) for passage in here)
            sections.append(GuideSection(facet=facet, sentences=cited))
    return tuple(sections)


def _opened(passages: Sequence[Passage]) -> list[Passage]:
    """A section whose first words do not link to what stands elsewhere (`Finally, ...`)."""
    if not passages or passages[0].opening or passages[0].lead or passages[0].move:
        return list(passages)
    first = passages[0].spans[0]
    bare = _CLOSING_LINK.sub("", first.quote)
    if bare == first.quote or passages[0].asked:
        return list(passages)
    return [replace(passages[0], opening=bare), *passages[1:]]


def _named(
    summary: Passage, view: ThreadView, moment: Message, title: str, known: frozenset[str]
) -> Passage:
    """The summary with what its first pronoun stands for in brackets.

    A noun of the title or of what was said just before, where only one thing is named there; else
    the last plain statement before, unless the title holds it. These are the asker's words, so
    they stand in brackets and are not cited.
    """
    first = summary.spans[0].quote
    nouns = nouns_of([m.own_words() for m in view.messages])
    if summary.asked or not leans(first, nouns):
        return summary
    earlier = [m for m in view.messages if m.sent_at < moment.sent_at and not m.deleted]
    spoken = [s.text for m in reversed(earlier[-2:]) for s in reversed(own_sentences(m))]
    openings = []
    for source in (view.thread.title, *spoken):
        found = resolve(first, [source], nouns, anywhere=True)
        if found is not None:
            openings.append(found.text)
    if not view.thread.title:
        openings += [f"[{said}:] {first}" for said in _statements(spoken, title, nouns)]
    for opening in openings:
        opened = replace(summary, opening=opening)
        if is_grounded(opened.text, [span.quote for span in summary.spans], known).ok:
            return opened
    return summary


def _statements(spoken: Sequence[str], title: str, nouns: frozenset[str]) -> Iterator[str]:
    """What was stated before, the latest first: a short sentence, or the last clause of a long one.

    Questions, greetings, what leans on other words and what the title says are left out.
    """
    for text in spoken:
        clause = text if count_words(text) <= MOST_LEADING else _CLAUSES.split(text)[-1]
        clause = " ".join(_CONDITION.split(clause)[0].split()).rstrip(" .!:;,\u2026")
        told = says_something(text) and count_words(clause) > MIN_WORDS
        if told and not leans(clause, nouns) and clause.casefold() not in title.casefold():
            yield clause[0].upper() + clause[1:]


def _sound(passage: Passage) -> GuideSentence:
    """A passage as a sentence that the grounding gate lets pass.

    A noun in brackets may seem to move a condition; the question then stands before it instead.
    """
    cited = passage.cited()
    if not passage.opening or is_grounded(cited.text, _quotes(cited)).ok:
        return cited
    return replace(passage, opening="", borrowed=()).cited()


def _quotes(sentence: GuideSentence) -> list[str]:
    return [span.quote for span in sentence.evidence]


def _words_of(view: ThreadView) -> list[str]:
    return [word for message in view.messages for word in message.own_words().split()]


def _told(
    coverage: Sequence[FacetCoverage], summary: Passage, sections: Sequence[GuideSection]
) -> tuple[FacetCoverage, ...]:
    """Coverage as the guide tells it: what was stated in words that it leaves out is implied."""
    printed = [*summary.spans]
    printed += [span for section in sections for s in section.sentences for span in s.evidence]
    headed = {summary.facet, *(section.facet for section in sections)}
    return left_implied(coverage, set(Facet) - told_facets(coverage, headed, printed))


def _trail(view: ThreadView, interview: Interview, beside: Quoted) -> tuple[TrailStep, ...]:
    """The debate in order: asked, said, the agent asked, explained; with what to quote of it."""
    steps = []
    spoken = [
        m
        for m in view.messages
        if not (m.deleted or m.from_bot or m.kind in (MessageKind.SYSTEM, MessageKind.INTERVIEW))
    ]
    for place, message in enumerate(spoken):
        asked = message.kind is MessageKind.QUESTION or place == 0
        part = "asked" if asked else "said"
        step = _step(message, part)
        quoted = beside.get(message.id, ())
        steps.append(step.model_copy(update={"quoted": quoted}) if quoted else step)
    for question, answer, _ in interview:
        steps.append(
            TrailStep(
                message_id=question.quote.message_id,
                author_id=None,
                at=question.delivered_at or question.composed_at,
                part="the agent asked",
                question_id=question.id,
            )
        )
        steps.append(_step(answer, "explained", question.id))
    return tuple(steps)


def _step(message: Message, part: str, question_id: str | None = None) -> TrailStep:
    return TrailStep(
        message_id=message.id,
        author_id=message.author_id,
        at=message.sent_at,
        part=part,
        question_id=question_id,
    )
