"""Inquiries started and resumed per second, beside a bare LangGraph graph with one interrupt."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.inquiry.bare import bare_rates
from agent.services.answering import give_answer
from agent.services.identity import Actor, pick_community
from agent.services.sweeping import sweep
from agent.services.workplace import open_workplace
from evals.bench.archives import write_archive
from evals.bench.measure import Row, Timed, in_own_process
from evals.worlds.clock import SimulatedClock
from memory.records.inquiry import AnswerKind
from memory.records.policy import AskPolicy, Policy, TriagePolicy

START = datetime(2025, 3, 3, 11, tzinfo=UTC)
"""A Monday, within everybody's hours."""


def _policy(inquiries: int) -> Policy:
    """Budgets wide open, so that the work itself is measured."""
    return Policy(
        ask=AskPolicy(
            open_questions_per_expert=10**6,
            questions_per_expert_and_week=10**6,
            monthly_share_free=10**6,
        ),
        triage=TriagePolicy(
            ask_threshold=0.0, max_open_inquiries=inquiries, max_open_per_expert=inquiries
        ),
    )


def _ours(inquiries: int) -> Timed:
    """Open inquiries through a sweep, then answer each once; seconds of both parts."""
    from agent.services.importing import import_into

    with TemporaryDirectory() as folder:
        archive = Path(folder) / "talk.jsonl"
        write_archive(archive, messages=inquiries * 6, until=START - timedelta(days=2))
        clock = SimulatedClock(START)
        with open_workplace(Path(folder) / "home", clock=clock, policy=_policy(inquiries)) as work:
            import_into(work, archive, "bench", sample=True)
            from agent.services.sweeping import SweepReport, find_moments

            find_moments(work, pick_community(work), SweepReport(), None)
            began = time.perf_counter()
            sweep(work)
            started = time.perf_counter() - began
            with work.store.reading() as unit:
                questions = unit.inquiries.open_questions()
                people = {q.asked_of: unit.people.member(q.asked_of) for q in questions}
            began = time.perf_counter()
            for question in questions:
                member = people[question.asked_of]
                if member is not None:
                    give_answer(
                        work,
                        Actor(member, acting_as=True),
                        question.id,
                        AnswerKind.REPLY,
                        text="Because the page has room for the new version of the row then.",
                    )
            resumed = time.perf_counter() - began
    return Timed(started + resumed, (len(questions) / started, len(questions) / resumed))


def _bare(inquiries: int) -> tuple[float, float]:
    with TemporaryDirectory() as folder:
        return bare_rates(Path(folder) / "bare.sqlite", inquiries)


def bench_inquiries(inquiries: int = 100) -> list[Row]:
    """Two rows: inquiries started (to the question sent) and resumed (answer to next stop)."""
    ours = in_own_process(_ours, inquiries)
    bare = in_own_process(_bare, inquiries)
    return [
        Row("inquiries", what, ours.found[n], "per second", "bare LangGraph", bare.found[n])
        for n, what in enumerate(("started", "resumed"))
    ]
