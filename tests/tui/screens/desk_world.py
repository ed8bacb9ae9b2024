"""A community whose guides stand in every state that a desk shows, in a real home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from agent.channels.inbox import InboxChannel
from agent.inquiry.state import AgentContext
from agent.method.measures import measure, open_facets
from agent.services.identity import Actor
from agent.services.settling import keys_in
from agent.services.workplace import Workplace
from memory.home import Home
from memory.records.guide import (
    Approval,
    Confirmation,
    Decision,
    Guide,
    GuideSection,
    GuideSentence,
    GuideStatus,
    GuideVersion,
    Review,
    TrailStep,
)
from memory.records.inquiry import (
    Facet,
    FacetCoverage,
    FacetStatus,
    Inquiry,
    InquiryStatus,
    Moment,
    Question,
    QuestionStatus,
)
from memory.records.people import Credit, Member, Role
from memory.records.policy import Policy
from memory.records.talk import (
    INTERVIEW_SOURCE,
    EvidenceSpan,
    Message,
    MessageKind,
    Segment,
    SegmentKind,
    Thread,
)
from tests.agent.scripted_engine import ScriptedEngine
from tests.builders import COMMUNITY, MONDAY, SettableClock, make_member, make_message, make_thread
from tests.index.support import HashingEmbedder
from tui.seat import Seat

BO = make_member("bo", name="Bo Ek")
ADA = make_member("ada", name="Ada Berg", title="Roaster")
BEN = make_member("ben", name="Ben Cole")
LENA = make_member("lena", name="Lena Park", roles=(Role.STEWARD,))
MILO = make_member("milo", name="Milo Varga", roles=(Role.STEWARD,))
TESS = make_member("tess", name="Tess Ruiz", roles=(Role.TECHNICAL_AUTHORITY,))
PEOPLE = (BO, ADA, BEN, LENA, MILO, TESS)

Said = tuple[Facet | None, Member, str]
KETTLE: tuple[Said, ...] = (
    (None, ADA, "Rinse the paper filter with hot water before you brew."),
    (Facet.ACTION, ADA, "Pour the rinse water out before the coffee goes in."),
    (Facet.CUES, ADA, "The first cup of a new pack tastes of card and smells dusty."),
    (Facet.WHY, ADA, "It washes the taste of paper out and warms the brewer."),
    (Facet.BOUNDARY, ADA, "Skip it when you use a cloth filter."),
    (Facet.CHECK, ADA, "You can tell that it worked because the cup no longer tastes of card."),
)
"""A guide that every check passes."""
RISKY: tuple[Said, ...] = (
    (None, ADA, "Drop the old files with `clean --all 7` before the next roast."),
    (Facet.ACTION, ADA, "Ask Tess or write to desk@roast.example if it asks twice."),
    (Facet.PITFALLS, ADA, "You lose the data of the last 12 batches when you do it late."),
    (Facet.CUES, ADA, "The roaster gets slow to start when the folder is full."),
)
"""A guide with signs of risk, personal data, and nothing on when it is wrong."""
DISPUTED: tuple[Said, ...] = (
    (None, ADA, "Always grind the beans finer for the small basket."),
    (Facet.CUES, ADA, "A shot that tastes sour and looks pale is the sign."),
    (Facet.WHY, ADA, "The water runs through a small basket too quickly."),
    (Facet.BOUNDARY, BEN, "Never grind the beans finer for the small basket."),
    (Facet.CHECK, BEN, "The shot takes about 28 seconds then."),
)
"""Two experts who contradict each other."""


@dataclass
class World:
    """The community at work."""

    work: Workplace
    clock: SettableClock
    guides: dict[str, Guide] = field(default_factory=dict)

    def seat(self, member: Member = LENA) -> Seat:
        """Somebody's seat in this home."""
        return Seat(self.work, COMMUNITY, Actor(member, acting_as=False))

    def actor(self, member: Member = LENA) -> Actor:
        return Actor(member, acting_as=False)

    def now(self, name: str) -> Guide:
        """A guide as it is stored now."""
        with self.work.store.reading() as unit:
            guide = unit.guides.guide(self.guides[name].id)
        assert guide is not None
        return guide

    def add(
        self,
        name: str,
        said: Sequence[Said],
        status: GuideStatus = GuideStatus.CONFIRMED,
        *,
        title: str = "",
        hours: int = 5,
        dispute: Sequence[int] = (),
        review_in: int = 90,
    ) -> Guide:
        """Add a guide that rests on a public answer and one told to the agent."""
        made = _Making(self, name, said, title or f"How to do {name}", hours, dispute)
        guide = made.guide(status, review_in)
        made.store(guide)
        self.guides[name] = guide
        return guide


@dataclass
class _Making:
    """Everything that one guide needs in the store."""

    world: World
    name: str
    said: Sequence[Said]
    title: str
    hours: int
    dispute: Sequence[int]

    def __post_init__(self) -> None:
        self.at = MONDAY - timedelta(hours=self.hours)
        self.thread = make_thread(
            self.name,
            title=self.title,
            channel="brewing",
            started_at=self.at - timedelta(days=2),
            last_at=self.at - timedelta(days=2),
        )
        self.asked = make_message(f"{self.name}-q", f"{self.title}?", BO, self.thread)
        self.answers = {
            author.id: make_message(
                f"{self.name}-{author.handle}",
                " ".join(text for _, who, text in self.said if who.id == author.id),
                author,
                self.thread,
                sent_at=self.thread.last_at + timedelta(minutes=5),
            )
            for author in {who.id: who for _, who, _ in self.said}.values()
        }
        self.thanks = make_message(
            f"{self.name}-t",
            "Thanks, that worked \u001b[31mat once!",
            BO,
            self.thread,
            sent_at=self.thread.last_at + timedelta(hours=1),
        )
        first = next(iter(self.answers.values()))
        self.moment = Moment(
            id=Moment.id_of(first.id),
            community_id=COMMUNITY.id,
            thread_id=self.thread.id,
            message_id=first.id,
            author_id=first.author_id or "",
            score=0.9,
            signals=(),
            reasons=("a directive with no reason",),
            found_at=self.at,
        )
        self.inquiry_id = Inquiry.id_of(self.moment.id)
        self.told = self._told(first)

    def _told(self, first: Message) -> Message:
        """The last sentence, told once more to the agent alone."""
        text = self.said[-1][2]
        thread = Thread(
            id=Thread.id_of(COMMUNITY.id, INTERVIEW_SOURCE, self.inquiry_id),
            community_id=COMMUNITY.id,
            source=INTERVIEW_SOURCE,
            native_id=self.inquiry_id,
            private=True,
            started_at=self.at,
            last_at=self.at,
        )
        self.interview = thread
        author = next(m for m in PEOPLE if m.id == self.said[-1][1].id)
        return make_message(
            f"{self.name}-told",
            text,
            author,
            thread,
            kind=MessageKind.INTERVIEW,
            source=INTERVIEW_SOURCE,
            sent_at=self.at - timedelta(minutes=first.score + 10),
            segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(text)),),
        )

    def _sentence(self, place: int) -> GuideSentence:
        _, author, text = self.said[place]
        home = self.answers[author.id]
        start = home.text.index(text)
        spans: tuple[EvidenceSpan, ...] = (EvidenceSpan.of(home, start, start + len(text)),)
        if place == len(self.said) - 1:
            spans = (EvidenceSpan.of(self.told, 0, len(text)), *spans)
        dispute = 1 if place in self.dispute else 0
        return GuideSentence(text=text, author_id=author.id, evidence=spans, dispute=dispute)

    def version(self) -> GuideVersion:
        """Its first version, with measures as the method takes them."""
        catalogue = self.world.work.catalogue
        sentences = [self._sentence(place) for place in range(len(self.said))]
        sections = tuple(
            GuideSection(facet=facet, sentences=(sentence,))
            for (facet, _, _), sentence in zip(self.said, sentences, strict=True)
            if facet is not None
        )
        stated = {section.facet for section in sections}
        coverage = tuple(
            FacetCoverage(
                facet=facet,
                status=FacetStatus.CONFIRMED if facet in stated else FacetStatus.ABSENT,
                confidence=1.0,
            )
            for facet in Facet
        )
        steps = [
            TrailStep(message_id=self.asked.id, author_id=BO.id, at=self.at, part="asked"),
            *(
                TrailStep(message_id=m.id, author_id=m.author_id, at=m.sent_at, part="said")
                for m in (*self.answers.values(), self.told)
            ),
        ]
        return GuideVersion(
            guide_id=Guide.id_of(self.inquiry_id),
            number=1,
            title=self.title,
            title_evidence=EvidenceSpan.of(self.asked, 0, len(self.title)),
            summary=sentences[0],
            sections=sections,
            open_facets=open_facets(coverage, stated, catalogue),
            coverage=coverage,
            trail=tuple(steps),
            measures=measure(sentences[0], sections, coverage, catalogue),
            created_at=self.at,
        )

    def guide(self, status: GuideStatus, review_in: int) -> Guide:
        """The guide in a state, with the yes and the review that it takes."""
        version = self.version()
        agreed = status is not GuideStatus.DRAFT
        confirmations = tuple(
            Confirmation(
                guide_id=version.guide_id,
                version=1,
                member_id=author,
                credit=Credit.CREDITED,
                confirmed_at=self.at,
                approved=tuple(
                    Approval(sentence=key, at=self.at) for key in version.keys_of(author)
                ),
            )
            for author in version.authors()
            if agreed
        )
        published = status is GuideStatus.PUBLISHED
        review = Review(
            id=Review.id_of(version.guide_id, 1, MILO.id),
            community_id=COMMUNITY.id,
            guide_id=version.guide_id,
            version=1,
            reviewer_id=MILO.id,
            decision=Decision.APPROVE,
            decided_at=self.at,
        )
        return Guide(
            id=version.guide_id,
            community_id=COMMUNITY.id,
            inquiry_id=self.inquiry_id,
            status=status,
            current=version,
            confirmations=confirmations,
            review=review if published else None,
            published_at=self.at if published else None,
            review_by=MONDAY + timedelta(days=review_in) if published else None,
            approved=keys_in(version) if published else (),
        )

    def store(self, guide: Guide) -> None:
        """Save it with everything it rests on."""
        status = {
            GuideStatus.DRAFT: InquiryStatus.WAITING_FOR_CONFIRMATION,
            GuideStatus.PUBLISHED: InquiryStatus.PUBLISHED,
        }.get(guide.status, InquiryStatus.WAITING_FOR_REVIEW)
        inquiry = Inquiry(
            id=self.inquiry_id,
            community_id=COMMUNITY.id,
            moment_id=self.moment.id,
            expert_id=self.said[0][1].id,
            status=status,
            guide_id=guide.id,
            opened_at=self.at,
            updated_at=self.at,
        )
        with self.world.work.store.writing() as unit:
            unit.talk.save_threads([self.thread, self.interview])
            unit.talk.save_messages([self.asked, *self.answers.values(), self.thanks, self.told])
            unit.inquiries.save_moments([self.moment])
            unit.inquiries.save_inquiry(inquiry)
            unit.inquiries.save_question(self._question())
            if guide.review is not None:
                unit.guides.save_review(guide.review)
            unit.guides.save_guide(guide)

    def _question(self) -> Question:
        first = next(iter(self.answers.values()))
        asked = self.told.sent_at - timedelta(minutes=5)
        return Question(
            id=Question.id_of(self.inquiry_id, 1),
            community_id=COMMUNITY.id,
            inquiry_id=self.inquiry_id,
            turn=1,
            asked_of=first.author_id or "",
            facet=Facet.CHECK,
            text="After that, how do you know it worked?",
            quote=EvidenceSpan.of(first, 0, len(first.text)),
            template="CHECK.1",
            because="it is missing",
            minutes=1.0,
            value=0.1,
            status=QuestionStatus.ANSWERED,
            composed_at=asked,
            delivered_at=asked,
            closed_at=asked,
        )


@contextmanager
def desk_world(home: Path) -> Iterator[World]:
    """The community in a home at `home`, with no guide yet."""
    opened = Home.open(home)
    store, clock, policy = opened.store(), SettableClock(), Policy()
    work = Workplace(opened, store, clock, policy)
    engine = ScriptedEngine()
    work.__dict__["context"] = AgentContext(
        store, clock, policy, work.catalogue, engine, InboxChannel()
    )
    work.__dict__["embedder"] = HashingEmbedder()
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members(PEOPLE)
        for member in PEOPLE:
            unit.people.update_member(member)
    try:
        yield World(work, clock)
    finally:
        work.close()


def furnish(world: World) -> World:
    """Guides in every state that a desk shows."""
    world.add("kettle", KETTLE, title="How do you keep the paper taste out", hours=30)
    world.add("risky", RISKY, title="The roaster starts slowly on Mondays", hours=75)
    world.add(
        "disputed", DISPUTED, title="Which grind for the small basket", hours=3, dispute=(0, 3)
    )
    world.add("draft", KETTLE[:4], GuideStatus.DRAFT, title="Cloth or paper", hours=26)
    world.add("due", KETTLE, GuideStatus.PUBLISHED, title="Rinsing by the book", review_in=-4)
    world.add("out", RISKY[:3], GuideStatus.PUBLISHED, title="Old files on the roaster")
    world.add("own", tuple((f, LENA, t) for f, _, t in KETTLE), title="All of it Lena's")
    return world
