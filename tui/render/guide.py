"""What a guide's page shows: who is named, numbered sources, lasting anchors, dates, open ends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from agent.services.challenging_marks import Marks
from memory.records.guide import Guide, GuideSentence, GuideStatus, TrailStep
from memory.records.inquiry import Facet
from memory.records.people import Credit, Member, Role
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.catalogue import Catalogue
from prompts.incident import load_incident
from tui.render.times import counted, said_date

_UNNAMED = "a member of this community"
_INNER_QUOTES = str.maketrans("\u201c\u201d", "\u2018\u2019")
"""A quotation inside the quotation marks of a frame has single ones."""
_NOT_IN_HANDLES = re.compile(r"[^\w.-]+")
_ONE_QUOTATION = re.compile(
    r"[^\"\u201c\u201d]*[\"\u201c]([^\"\u201c\u201d]+)[\"\u201d][^\"\u201c\u201d]*"
)
_KINDS_OF_MEMBER = frozenset({Role.PERIPHERAL, Role.ACTIVE, Role.CORE})


@dataclass(frozen=True)
class GuidePage:
    """Everything that a guide's page shows. Built by whoever may read the records."""

    guide: Guide
    members: Mapping[str, Member]
    """People by id: authors and those in the trail."""
    messages: Mapping[str, Message]
    """Cited messages and those of the trail, by id."""
    credit: Mapping[str, Credit] = field(default_factory=dict)
    """How each person appears in this guide; who is missing appears by their own consent."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """Texts of the agent's questions, by id."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Addresses of messages in their archive, by id, where there are any."""
    is_lesson: bool = False
    """Whether it came of an after-action review: other headings, and who remembers what."""
    marks: Marks = field(default_factory=Marks)
    """What contradicts it since, and whether its author says that it holds no longer."""

    def heading(self, facet: Facet, catalogue: Catalogue) -> str:
        """The words over a section."""
        lesson = load_incident().headings.get(facet) if self.is_lesson else None
        return lesson or catalogue.facets[facet].heading

    def credit_of(self, member_id: str | None) -> Credit:
        """How a person appears; nobody who is unknown is named."""
        if member_id is None or member_id not in self.members:
            return Credit.CHATHAM_HOUSE
        return self.credit.get(member_id, self.members[member_id].consent.credit)

    def who(self, member_id: str | None) -> str:
        """A person's name, title or nothing but membership, as consented."""
        credit = self.credit_of(member_id)
        if member_id is None or credit is Credit.CHATHAM_HOUSE:
            return _UNNAMED
        member = self.members[member_id]
        if credit is Credit.CREDITED:
            return member.name or member.handle
        if member.title:
            return member.title
        role = member.roles[0] if member.roles else Role.PERIPHERAL
        kind = f"{role.replace('_', ' ')}{' member' if role in _KINDS_OF_MEMBER else ''}"
        return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind} of this community"

    def may_open(self, message_id: str) -> bool:
        """Whether readers may learn which message this is."""
        message = self.messages.get(message_id)
        return message is not None and self.credit_of(message.author_id) is Credit.CREDITED

    def asked(self, sentence: GuideSentence, catalogue: Catalogue) -> str:
        """The question before words that answer it, framed; of nobody who stays unnamed.

        A question quotes what its reader wrote, by which anybody could be found. Of one quotation
        that alone is printed: the heading above says what was asked about it.
        """
        if not sentence.asked or not all(self.is_named(one) for one in sentence.author_ids):
            return ""
        quoted = _ONE_QUOTATION.fullmatch(" ".join(sentence.asked.split()))
        if quoted is not None and not self.is_lesson:
            return catalogue.say("guide_about", quote=quoted[1].strip().rstrip(".,;:"))
        inner = sentence.asked.translate(_INNER_QUOTES)
        return catalogue.say("guide_asked", question=" ".join(inner.split()))

    def is_named(self, member_id: str | None) -> bool:
        """Whether anything but membership is told of this person."""
        return self.credit_of(member_id) is not Credit.CHATHAM_HOUSE

    def quoted_steps(self) -> list[TrailStep]:
        """Steps of the debate whose words are quoted beside the guide, as readers may see them.

        Not of those who stay unnamed or opted out, and only what stands in the message still.
        """
        return [step for step in self.guide.current.trail if step.quoted and self._quotable(step)]

    def _quotable(self, step: TrailStep) -> bool:
        message, member = self.messages.get(step.message_id), self.members.get(step.author_id or "")
        if message is None or message.deleted or member is None:
            return False
        if not member.may_be_asked or not self.is_named(member.id):
            return False
        return all(
            message.text[span.start : span.end] == span.quote
            and message.is_own(span.start, span.end)
            for span in step.quoted
        )

    @property
    def opens_with_steps(self) -> bool:
        """Whether the summary is only the first steps, which would be read twice in a row."""
        version = self.guide.current
        steps = [s for section in version.sections for s in section.sentences if s.step]
        told = {span for step in steps for span in step.evidence}
        within = [
            any(span.message_id == t.message_id and t.start <= span.start and span.end <= t.end
                for t in told)
            for span in version.summary.evidence
        ]  # fmt: skip
        return bool(steps) and all(within)

    @cached_property
    def sources(self) -> Sources:
        """The numbered sources of this page."""
        return _sources_of(self)


@dataclass(frozen=True, slots=True)
class Source:
    """One numbered source: a message with the spans cited from it."""

    number: int
    author_id: str | None
    message: Message | None
    spans: tuple[EvidenceSpan, ...]

    def quotes(self) -> list[tuple[EvidenceSpan, tuple[EvidenceSpan, ...]]]:
        """Each span that lies in no other, with the spans that lie in it, itself first."""
        widest = [a for a in self.spans if not any(_holds(b, a) for b in self.spans if b != a)]
        return [(a, (a, *(b for b in self.spans if b != a and _holds(a, b)))) for a in widest]


def _holds(outer: EvidenceSpan, inner: EvidenceSpan) -> bool:
    """Whether the words of `inner` are among those of `outer`, of the same message."""
    same = outer.message_id == inner.message_id
    return same and outer.start <= inner.start and inner.end <= outer.end


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources in the order of reading, and the number of each cited span."""

    listed: tuple[Source, ...]
    numbers: Mapping[EvidenceSpan, int]
    anchors: Mapping[EvidenceSpan, str]
    """An anchor for each cited span, made of the guide and the words that are quoted."""

    def marks(self, sentence: GuideSentence) -> list[tuple[int, EvidenceSpan]]:
        """The numbers that stand behind a sentence, each once, with the span it leads to."""
        first: dict[int, EvidenceSpan] = {}
        for span in sentence.evidence:
            first.setdefault(self.numbers[span], span)
        return sorted(first.items())


def _sources_of(page: GuidePage) -> Sources:
    """Number messages in the order of reading.

    Of somebody who stays unnamed every span has a number of its own, so that nobody can tell
    which sentences were said together.
    """
    groups: dict[object, list[EvidenceSpan]] = {}
    authors: dict[object, str | None] = {}
    for sentence in page.guide.current.sentences():
        for span in sentence.evidence:
            message = page.messages.get(span.message_id)
            author = message.author_id if message else sentence.author_id
            key: object = span.message_id if message and page.is_named(author) else span
            spans = groups.setdefault(key, [])
            authors.setdefault(key, author)
            if span not in spans:
                spans.append(span)
    for step in page.quoted_steps():
        spans = groups.setdefault(step.message_id, [])
        authors.setdefault(step.message_id, step.author_id)
        spans.extend(span for span in step.quoted if span not in spans)
    listed = tuple(
        Source(number, authors[key], page.messages.get(spans[0].message_id), tuple(spans))
        for number, (key, spans) in enumerate(groups.items(), start=1)
    )
    cited = [span for source in listed for span in source.spans]
    names = _numbered(f"{page.guide.id}-c-{_fingerprint(span.quote)}" for span in cited)
    return Sources(
        listed,
        {span: source.number for source in listed for span in source.spans},
        dict(zip(cited, names, strict=True)),
    )


def part_anchor(guide_id: str, part: Facet | str) -> str:
    """The anchor of a section (by facet) or of another part: it outlives every version."""
    return f"{guide_id}-{part.lower()}"


def sentence_anchors(guide: Guide) -> list[str]:
    """An anchor for each sentence of the sections, in order.

    It is made of the words that the sentence rests on first, so it outlives a rewording and a
    move to another section. Words tell no reader more than the page, unlike a message's id.
    """
    sentences = [s for section in guide.current.sections for s in section.sentences]
    return _numbered(f"{guide.id}-s-{_fingerprint(s.evidence[0].quote)}" for s in sentences)


def _fingerprint(words: str) -> str:
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _numbered(names: Iterable[str]) -> list[str]:
    """The same names, later ones of equal name told apart by a number."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return told


def place_of_source(page: GuidePage, source: Source) -> str:
    """Where and when it was said, as far as its author lets readers know: `, chat, 3 Sep 2025`."""
    message = source.message
    if message is None or not page.is_named(source.author_id):
        return ""
    where = "interview" if message.kind is MessageKind.INTERVIEW else message.kind.value
    return f"{_signed(page, message)}, {where}, {said_date(message.sent_at)}"


def _signed(page: GuidePage, message: Message) -> str:
    """The other handle under which it was written, of somebody who is credited: ` (as @ana)`."""
    author = page.members.get(message.author_id or "")
    if author is None or not page.may_open(message.id):
        return ""
    handles = (one.handle for one in author.also if one.id == message.signed_id)
    plain = (_NOT_IN_HANDLES.sub("", handle) for handle in handles)
    return next((f" (as @{handle})" for handle in plain if handle), "")


def open_lines(open_facets: Sequence[Facet], catalogue: Catalogue) -> list[str]:
    """What those who were asked have not said, in one sentence, the weightiest first."""
    if not open_facets:
        return []
    told = "; ".join(catalogue.facets[facet].open_line for facet in open_facets)
    return [catalogue.say("guide_open_line", facets=told)]


def who_to_ask(page: GuidePage) -> list[str]:
    """Credited authors in the order of their words: name, title, and what to type to name them."""
    told: list[str] = []
    for author in page.guide.current.authors():
        if page.credit_of(author) is Credit.CREDITED:
            member = page.members[author]
            handle = f" (@{member.handle})" if member.handle != member.name else ""
            title = f", {member.title}" if member.title else ""
            told.append(f"{page.who(author)}{handle}{title}")
    return told


def dateline(page: GuidePage, catalogue: Catalogue, now: datetime | None = None) -> str:
    """Status, dates and size on one line; with `now`, that a review is overdue."""
    guide = page.guide
    parts: list[str] = []
    if guide.status is GuideStatus.PUBLISHED and guide.published_at is not None:
        parts.append(f"Published {said_date(guide.published_at)}")
    else:
        parts.append(guide.status.value.capitalize())
    if guide.review_by is not None:
        day = said_date(guide.review_by)
        late = now is not None and guide.review_by < now
        parts.append(catalogue.say("guide_due", day=day) if late else f"review by {day}")
    parts.append(f"version {guide.current.number}")
    parts.append(counted(guide.current.measures.words, "word"))
    return " \u00b7 ".join(parts)
