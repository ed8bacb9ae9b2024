"""Moments, inquiries with their coverage, questions and answers, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert

from memory.errors import UserInputError
from memory.records.inquiry import (
    Answer,
    FacetCoverage,
    Inquiry,
    InquiryStatus,
    Moment,
    Question,
    QuestionStatus,
)
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link, batches
from memory.store.evidence import EvidenceTexts
from memory.store.schedule import SqlSchedule
from memory.store.tables import answers, inquiries, moments, questions
from memory.store.tables import coverage as facets

MOMENTS = Codec(Moment, moments)
INQUIRIES = Codec(Inquiry, inquiries)
COVERAGE = Codec(FacetCoverage, facets)
QUESTIONS = Codec(Question, questions)
ANSWERS = Codec(Answer, answers)


class SqlInquiries(SqlSchedule):
    """`InquiryStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self._evidence = EvidenceTexts(link)

    def save_moments(self, moments: Iterable[Moment]) -> None:
        """Upsert by id."""
        for batch in batches(moments):
            self._link.run(sqlite.upsert(MOMENTS.table), [MOMENTS.row(moment) for moment in batch])

    def moment(self, moment_id: str) -> Moment | None:
        row = self._link.row(MOMENTS.select().where(moments.c.id == moment_id))
        return None if row is None else MOMENTS.record(row)

    def moments(self, community_id: str) -> Sequence[Moment]:
        """By falling score, then id."""
        return self._moments(_ranked_moments(community_id))

    def moments_without_inquiry(self, community_id: str, limit: int) -> Sequence[Moment]:
        """By falling score, then id."""
        return self._moments(
            _ranked_moments(community_id)
            .outerjoin(inquiries, inquiries.c.moment_id == moments.c.id)
            .where(inquiries.c.id.is_(None))
            .limit(limit)
        )

    def save_inquiry(self, inquiry: Inquiry) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(inquiries), [INQUIRIES.row(inquiry)])

    def inquiry(self, inquiry_id: str) -> Inquiry | None:
        row = self._link.row(INQUIRIES.select().where(inquiries.c.id == inquiry_id))
        return None if row is None else INQUIRIES.record(row)

    def inquiries(
        self, community_id: str | None = None, statuses: Iterable[InquiryStatus] = ()
    ) -> Sequence[Inquiry]:
        """By `(opened_at, id)`; no statuses means all."""
        statement = INQUIRIES.select().order_by(inquiries.c.opened_at, inquiries.c.id)
        wanted = [status.value for status in statuses]
        if community_id is not None:
            statement = statement.where(inquiries.c.community_id == community_id)
        if wanted:
            statement = statement.where(inquiries.c.status.in_(wanted))
        return [INQUIRIES.record(row) for row in self._link.rows(statement)]

    def save_coverage(self, inquiry_id: str, coverage: Sequence[FacetCoverage]) -> None:
        """Replace what is known of an inquiry's facets, keeping the given order."""
        rows = [
            COVERAGE.row(known, inquiry_id=inquiry_id, position=position)
            for position, known in enumerate(coverage)
        ]
        sealed = self._evidence.seal(rows)
        self._link.run(delete(facets).where(facets.c.inquiry_id == inquiry_id))
        self._link.run(insert(facets), sealed)

    def coverage(self, inquiry_id: str) -> Sequence[FacetCoverage]:
        """In the order it was saved in."""
        rows = self._link.rows(
            COVERAGE.select().where(facets.c.inquiry_id == inquiry_id).order_by(facets.c.position)
        )
        return [COVERAGE.record(row) for row in self._evidence.open(rows)]

    def save_question(self, question: Question) -> None:
        """Insert or replace by id; its quote has to stand in the stored message."""
        self._link.run(sqlite.upsert(questions), self._evidence.seal([QUESTIONS.row(question)]))

    def question(self, question_id: str) -> Question | None:
        found = self._questions(QUESTIONS.select().where(questions.c.id == question_id))
        return found[0] if found else None

    def questions(self, inquiry_id: str) -> Sequence[Question]:
        """By turn."""
        return self._questions(
            QUESTIONS.select()
            .where(questions.c.inquiry_id == inquiry_id)
            .order_by(questions.c.turn)
        )

    def questions_delivered(
        self, community_id: str, since: datetime, member_id: str | None = None
    ) -> Sequence[Question]:
        """Delivered at or after `since`, by delivery time; of one member where given."""
        statement = QUESTIONS.select().where(
            questions.c.community_id == community_id, questions.c.delivered_at >= since
        )
        return self._questions(self._by_delivery(statement, member_id))

    def open_questions(self, member_id: str | None = None) -> Sequence[Question]:
        """Status `open`, by delivery time."""
        statement = QUESTIONS.select().where(questions.c.status == QuestionStatus.OPEN.value)
        return self._questions(self._by_delivery(statement, member_id))

    def save_answer(self, answer: Answer) -> None:
        """Insert once. Raises `UserInputError` if the question already has an answer."""
        if self._link.run(sqlite.insert_new(answers), [ANSWERS.row(answer)]) == 0:
            raise UserInputError(f"question {answer.question_id!r} already has an answer")

    def answer(self, question_id: str) -> Answer | None:
        row = self._link.row(ANSWERS.select().where(answers.c.question_id == question_id))
        return None if row is None else ANSWERS.record(row)

    def answers_of(self, member_id: str) -> Sequence[Answer]:
        """By `(given_at, id)`."""
        rows = self._link.rows(
            ANSWERS.select()
            .where(answers.c.member_id.in_(self._link.ids_of(member_id)))
            .order_by(answers.c.given_at, answers.c.id)
        )
        return [ANSWERS.record(row) for row in rows]

    def _by_delivery(self, statement: Select[Any], member_id: str | None) -> Select[Any]:
        if member_id is not None:
            statement = statement.where(questions.c.asked_of.in_(self._link.ids_of(member_id)))
        return statement.order_by(questions.c.delivered_at, questions.c.id)

    def _moments(self, statement: Select[Any]) -> list[Moment]:
        return [MOMENTS.record(row) for row in self._link.rows(statement)]

    def _questions(self, statement: Select[Any]) -> list[Question]:
        opened = self._evidence.open(self._link.rows(statement))
        return [QUESTIONS.record(row) for row in opened]


def _ranked_moments(community_id: str) -> Select[Any]:
    return (
        MOMENTS.select()
        .where(moments.c.community_id == community_id)
        .order_by(moments.c.score.desc(), moments.c.id)
    )
