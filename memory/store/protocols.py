"""What a system of record offers. One conformance suite runs over every implementation.

All reading and writing happens inside a unit of work: `with store.writing() as unit:` is one
transaction that commits on leaving and rolls back on an exception; `store.reading()` sees one
consistent state. Records go in and come out whole; methods named after a thing return `None`
where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from pydantic import Field

from memory.records.base import Id, Record, UtcTime
from memory.records.correction import Correction
from memory.records.decisions import Action, Grant, LoggedDecision
from memory.records.guide import Claim, Guide, GuideStatus, GuideVersion, Review
from memory.records.inbox import Draft, Enough, SentenceMeaning
from memory.records.incident import IncidentReview
from memory.records.inquiry import (
    Answer,
    Due,
    FacetCoverage,
    Inquiry,
    InquiryStatus,
    Moment,
    Question,
)
from memory.records.joining import Joining
from memory.records.people import Community, Member
from memory.records.stewarding import (
    DeskDraft,
    GuideLine,
    GuideStanding,
    StewardAct,
    StewardActKind,
)
from memory.records.talk import Message, Thread
from memory.store.challenge_protocols import ChallengeStore
from memory.store.erasure_protocols import KeepingStore
from memory.store.governance_protocols import StopWorkStore
from memory.store.reader_protocols import FeedbackStore, GuideTitle, PauseStore
from memory.store.skill_protocols import SkillStore
from memory.store.tandem_protocols import TandemStore
from memory.store.visibility_protocols import VisibilityStore


class SaveCounts(Record):
    """How many records a bulk save found new, changed, and as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class ImportCursor(Record):
    """How far an import of one archive file got, so that a killed one goes on from there."""

    community_id: Id
    archive: str
    """Fingerprint of the archive: format, resolved name, size and modification time."""
    position: str
    """Meaningful to the source alone."""
    finished: bool = False
    skipped: int = Field(default=0, ge=0)
    updated_at: UtcTime


class Opening(NamedTuple):
    """How a thread began: its title or, where it has none, its first message."""

    thread_id: str
    started_at: datetime
    title: str
    message: Message | None


class PeopleStore(Protocol):
    """Communities, members, and who this account is."""

    def save_community(self, community: Community) -> None: ...
    def community(self, community_id: str) -> Community | None: ...
    def communities(self) -> Sequence[Community]: ...
    def save_members(self, members: Iterable[Member]) -> SaveCounts:
        """Upsert by id. An import must not undo what was decided here: where a member exists,
        roles, consent, availability and time zone are kept (see `update_member`).
        """
        ...

    def update_member(self, member: Member) -> None:
        """Replace a member wholly, roles and consent included."""
        ...

    def member(self, member_id: str) -> Member | None:
        """The person of this member: whoever stewards joined is one, by the id they go by."""
        ...

    def members(self, community_id: str) -> Sequence[Member]:
        """Every person once, ordered by id."""
        ...

    def handle(self, member_id: str) -> Member | None:
        """A member by themselves, whoever they were joined with."""
        ...

    def handles_in(self, community_id: str) -> Sequence[Member]:
        """All members by themselves, ordered by id."""
        ...

    def restore_handle(self, member: Member) -> None:
        """Replace one member by themselves wholly."""
        ...

    def joinings(self, community_id: str, *, separated: bool = False) -> Sequence[Joining]:
        """Those that hold, with `separated` all of them, by `(joined_at, id)`."""
        ...

    def save_joining(self, joining: Joining) -> None:
        """Insert or replace by id. Whoever is joined is one person to every reader from then on:
        records are read with the one id, and keep the ids of the members they are about.
        """
        ...

    def keep_consents(self, member_id: str) -> None:
        """Let each member of a person keep in guides what they said yes to as one; to be called
        before they are separated.
        """
        ...

    def drop_joinings(self, member_id: str) -> None:
        """Forget that a member was ever one with others."""
        ...

    def bind_account(self, account: str, member_id: str) -> None:
        """Make `account` that member in the member's community (one member per community)."""
        ...

    def bound_member(self, account: str, community_id: str) -> Member | None: ...
    def account_of(self, member_id: str) -> str | None:
        """The account that is bound to a member, if any."""
        ...

    def save_grant(self, grant: Grant) -> None: ...
    def grants(self, account: str) -> Sequence[Grant]: ...
    def grants_in(self, community_id: str) -> Sequence[Grant]:
        """All grants of a community, ended ones too, by `(granted_at, id)`."""
        ...


class TalkStore(Protocol):
    """Threads and messages."""

    def save_threads(self, threads: Iterable[Thread]) -> SaveCounts:
        """Upsert by id; `started_at` and `last_at` only ever widen. A title, tag or accepted
        message that the new record lacks is kept.
        """
        ...

    def save_messages(self, messages: Iterable[Message]) -> SaveCounts:
        """Upsert by id; a record equal to the stored one is `unchanged`."""
        ...

    def thread(self, thread_id: str) -> Thread | None: ...
    def threads(
        self, community_id: str, *, after_id: str = "", limit: int = 500
    ) -> Sequence[Thread]:
        """Threads of imported sources that the whole community sees, by id, for paging."""
        ...

    def latest_openings(self, community_id: str, limit: int) -> Sequence[Opening]:
        """How the latest `limit` judged threads that all see began, oldest first."""
        ...

    def message(self, message_id: str) -> Message | None: ...
    def messages(self, message_ids: Iterable[str]) -> Mapping[str, Message]: ...
    def thread_messages(self, thread_id: str) -> Sequence[Message]:
        """All messages of a thread, by `(sent_at, id)`."""
        ...

    def messages_with(
        self, community_id: str, words: Sequence[str], limit: int
    ) -> Sequence[Message]:
        """Messages all see with any of the words (case ignored), most words first, then new."""
        ...

    def count_messages(self, community_id: str) -> int:
        """Imported messages; what people told the agent is not counted."""
        ...

    def count_threads(self, community_id: str) -> int:
        """Imported threads, private ones too; the agent's own interviews are not counted."""
        ...

    def author_counts(self, community_id: str) -> Mapping[str, Mapping[str, int]]:
        """Per author id: `messages`, `answers` (kind answer, or a chat message that replies to
        somebody else's), `accepted` (messages that a thread accepted), `score` (sum, floored at
        0). Bots, deleted, system and interview messages do not count.
        """
        ...

    def unjudged_threads(self, community_id: str, settled_before: datetime) -> Iterator[Thread]:
        """Stream imported public threads whose `last_at` is at or before `settled_before` and
        that triage has not judged since their last change, by `(last_at, id)`.
        """
        ...

    def mark_judged(self, thread_ids: Iterable[str], at: datetime) -> None:
        """Triage has seen these threads as they are now; a changed message unmarks its thread."""
        ...

    def cursor(self, community_id: str, archive: str) -> ImportCursor | None: ...
    def save_cursor(self, cursor: ImportCursor) -> None: ...
    def drop_cursor(self, community_id: str, archive: str) -> None:
        """Forget how far an import got; one that is unknown is none."""
        ...


class InquiryStore(Protocol):
    """Moments, inquiries, questions, answers, and the table of what is due."""

    def save_moments(self, moments: Iterable[Moment]) -> None: ...
    def moment(self, moment_id: str) -> Moment | None: ...
    def moments(self, community_id: str) -> Sequence[Moment]:
        """By falling score, then id."""
        ...

    def moments_without_inquiry(self, community_id: str, limit: int) -> Sequence[Moment]:
        """By falling score, then id."""
        ...

    def save_inquiry(self, inquiry: Inquiry) -> None: ...
    def inquiry(self, inquiry_id: str) -> Inquiry | None: ...
    def inquiries(
        self, community_id: str | None = None, statuses: Iterable[InquiryStatus] = ()
    ) -> Sequence[Inquiry]:
        """By `(opened_at, id)`; no statuses means all."""
        ...

    def save_coverage(self, inquiry_id: str, coverage: Sequence[FacetCoverage]) -> None: ...
    def coverage(self, inquiry_id: str) -> Sequence[FacetCoverage]: ...
    def save_question(self, question: Question) -> None: ...
    def question(self, question_id: str) -> Question | None: ...
    def questions(self, inquiry_id: str) -> Sequence[Question]:
        """By turn."""
        ...

    def questions_delivered(
        self, community_id: str, since: datetime, member_id: str | None = None
    ) -> Sequence[Question]:
        """Delivered at or after `since`, by delivery time; of one member where given."""
        ...

    def open_questions(self, member_id: str | None = None) -> Sequence[Question]:
        """Status `open`, by delivery time."""
        ...

    def save_answer(self, answer: Answer) -> None:
        """Insert once. Raises `UserInputError` if the question already has an answer."""
        ...

    def answer(self, question_id: str) -> Answer | None: ...
    def answers_of(self, member_id: str) -> Sequence[Answer]: ...
    def plan(self, due: Due) -> None:
        """Insert or move by key."""
        ...

    def due(self, now: datetime, limit: int = 100) -> Sequence[Due]:
        """Everything planned at or before `now`, by `(at, key)`."""
        ...

    def next_due(self) -> Due | None: ...
    def upcoming(self, community_id: str, limit: int) -> Sequence[Due]:
        """What is planned for one community, by `(at, key)`."""
        ...

    def planned(self, key: str) -> Due | None: ...
    def drop_due(self, key: str) -> None: ...
    def claim_effect(self, key: str, at: datetime) -> bool:
        """True for the first caller of this key ever, in the same transaction as the effect."""
        ...

    def take_lease(self, key: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or prolong a lease; False while another holder's has not run out."""
        ...

    def lease_holder(self, key: str) -> str | None:
        """Who holds the lease, run out or not."""
        ...

    def drop_lease(self, key: str, holder: str) -> None: ...


class InboxStore(Protocol):
    """Unsent words, enough for now, and what authors say their sentences are about."""

    def save_draft(self, draft: Draft) -> None:
        """Insert or replace: a person has one draft per question."""
        ...

    def draft(self, member_id: str, question_id: str) -> Draft | None: ...
    def drafts(self, member_id: str) -> Sequence[Draft]:
        """By `(saved_at, question_id)`."""
        ...

    def drop_draft(self, member_id: str, question_id: str) -> None: ...
    def save_enough(self, enough: Enough) -> None:
        """Insert; the first time somebody said so stands."""
        ...

    def enough(self, inquiry_id: str) -> Sequence[Enough]:
        """By `(said_at, member_id)`."""
        ...

    def save_meaning(self, meaning: SentenceMeaning) -> None:
        """Insert or replace by id: what the author said last holds."""
        ...

    def meanings(self, inquiry_id: str) -> Sequence[SentenceMeaning]:
        """By `(message_id, start)`."""
        ...


class GuideStore(Protocol):
    """Claims, guides with all their versions, reviews, and what the index still has to learn."""

    def save_claims(self, claims: Iterable[Claim]) -> None: ...
    def claims(self, inquiry_id: str) -> Sequence[Claim]: ...
    def save_guide(self, guide: Guide) -> None:
        """Insert or replace by id, and keep its current version for ever. Every evidence span
        is checked against the stored message in the same transaction (`StoreError`). A guide
        that becomes or stops being published is marked for the index in the same transaction.
        """
        ...

    def guide(self, guide_id: str) -> Guide | None: ...
    def guides(
        self, community_id: str | None = None, statuses: Iterable[GuideStatus] = ()
    ) -> Sequence[Guide]:
        """By id; no statuses means all."""
        ...

    def guides_with(self, member_id: str, statuses: Iterable[GuideStatus] = ()) -> Sequence[Guide]:
        """Guides of inquiries in which this member was asked, by id; no statuses means all.

        Nobody's words stand in a guide whose inquiry did not ask them.
        """
        ...

    def titles(self, community_id: str) -> Sequence[GuideTitle]:
        """All published guides of a community without their words, newest first, then by id."""
        ...

    def versions(self, guide_id: str) -> Sequence[GuideVersion]:
        """By number."""
        ...

    def save_review(self, review: Review) -> None: ...
    def reviews(self, guide_id: str) -> Sequence[Review]: ...
    def save_correction(self, correction: Correction) -> None:
        """Insert once. Raises `UserInputError` where these words were changed before."""
        ...

    def corrections(self, guide_id: str) -> Sequence[Correction]:
        """What authors changed in a guide, in the order of the changes."""
        ...

    def withdrawals(self, community_id: str) -> Sequence[Correction]:
        """What was taken back from any guide of a community, in the order of the changes."""
        ...

    def unindexed(self, limit: int = 100) -> Sequence[tuple[str, int]]:
        """`(guide_id, revision)` of guides whose index entry is behind."""
        ...

    def count_unindexed(self) -> int:
        """How many guides' index entries are behind, all of them."""
        ...

    def mark_indexed(self, guide_id: str, revision: int) -> None:
        """The index holds this revision; a later change stays marked."""
        ...


class IncidentStore(Protocol):
    """After-action reviews; their inquiries, questions and guides are stored like all others."""

    def save_review(self, review: IncidentReview) -> None: ...
    def review(self, review_id: str) -> IncidentReview | None: ...
    def review_of(self, inquiry_id: str) -> IncidentReview | None:
        """The review that an inquiry belongs to."""
        ...

    def reviews(self, community_id: str) -> Sequence[IncidentReview]:
        """By `(opened_at, id)`."""
        ...


class DeskStore(Protocol):
    """Acts of stewards, what they have typed and not sent, and guides as lists show them."""

    def save_act(self, act: StewardAct) -> None:
        """Insert or replace by id."""
        ...

    def acts(self, guide_id: str) -> Sequence[StewardAct]:
        """By `(made_at, id)`."""
        ...

    def acts_of_kind(self, community_id: str, kind: StewardActKind) -> Sequence[StewardAct]:
        """By `(made_at, id)`."""
        ...

    def save_draft(self, draft: DeskDraft) -> None:
        """Insert or replace: a person has one draft per guide and act."""
        ...

    def drafts(self, member_id: str, guide_id: str) -> Sequence[DeskDraft]: ...
    def drop_draft(self, member_id: str, guide_id: str, act: str) -> None: ...
    def standings(
        self, community_id: str, statuses: Iterable[GuideStatus] = ()
    ) -> Sequence[GuideStanding]:
        """Where guides stand, without their words, by id; no statuses means all."""
        ...

    def lines(self, versions: Iterable[tuple[str, int]]) -> Sequence[GuideLine]:
        """Words of versions (guide id, number) as lists show them, in any order."""
        ...

    def edited(self, community_id: str) -> frozenset[str]:
        """Ids of guides of which a steward ever edited a sentence."""
        ...


class DecisionLog(Protocol):
    """Append-only."""

    def append(self, decision: LoggedDecision) -> None: ...
    def decisions(self, subject: str | None = None, limit: int = 200) -> Sequence[LoggedDecision]:
        """Newest last; of one subject where given, the newest `limit` of them."""
        ...

    def decisions_since(
        self, community_id: str, since: datetime, actions: Iterable[Action]
    ) -> Sequence[LoggedDecision]:
        """These actions at or after `since` in one community, newest last."""
        ...


class Unit(Protocol):
    """One transaction's view of everything."""

    @property
    def people(self) -> PeopleStore: ...
    @property
    def talk(self) -> TalkStore: ...
    @property
    def inquiries(self) -> InquiryStore: ...
    @property
    def inbox(self) -> InboxStore: ...
    @property
    def incidents(self) -> IncidentStore: ...
    @property
    def guides(self) -> GuideStore: ...
    @property
    def desk(self) -> DeskStore: ...
    @property
    def feedback(self) -> FeedbackStore: ...
    @property
    def pauses(self) -> PauseStore: ...
    @property
    def skills(self) -> SkillStore: ...
    @property
    def tandems(self) -> TandemStore: ...
    @property
    def life(self) -> ChallengeStore: ...
    @property
    def keeping(self) -> KeepingStore: ...
    @property
    def stops(self) -> StopWorkStore: ...
    @property
    def visibility(self) -> VisibilityStore: ...
    @property
    def log(self) -> DecisionLog: ...


class Store(Protocol):
    """The system of record."""

    def reading(self) -> AbstractContextManager[Unit]: ...
    def writing(self) -> AbstractContextManager[Unit]: ...
    def integrity(self) -> Sequence[str]:
        """What is damaged, in words; empty for a sound store. Reads all of it."""
        ...

    def close(self) -> None: ...
