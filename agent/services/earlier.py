"""What a community asked before, and what its guides say already, as one sweep needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.inquiry.dossier import view_thread
from agent.journal import note
from agent.method.readings import MomentReading, ThreadView
from agent.method.repeats import AskedQuestions, PublishedGuides, in_words, question_of
from agent.services.workplace import Workplace
from agent.sight import sight_in
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Inquiry, Moment
from memory.records.people import Community
from memory.store.protocols import Unit
from prompts.answers import load_answers

GUIDE_COVERS = "guide_covers"
"""The gate of a moment that a published guide has told already; the guide's id follows it."""
ASKED_AGAIN = "asked_again"
"""Name of the signal, and of its reason in the catalogue."""


class Earlier:
    """Earlier questions and published guides of one community. Made once for a sweep."""

    def __init__(self, work: Workplace, community: Community) -> None:
        self._work = work
        self._community = community
        self._entry = load_answers().repeats
        self._asked: AskedQuestions | None = None
        self._guides: PublishedGuides | None = None
        self._open: set[str] = set()
        """Moments that no guide covers, of those that inquiries may be opened for."""

    def counted(self, view: ThreadView) -> ThreadView:
        """The thread with how often it was asked before, and the same for those that follow.

        What not everybody of the community sees is not remembered for others.
        """
        if self._asked is None:
            self._asked = self._remember()
        thread = view.thread
        question = question_of(thread.title, view.messages[0] if view.messages else None)
        times = self._asked.times(thread.id, question, thread.started_at)
        if thread.open_to_all:
            self._asked.add(thread.id, question, thread.started_at)
        return replace(view, asked_before=times)

    def gated(
        self, view: ThreadView, readings: Sequence[MomentReading], threshold: float
    ) -> tuple[MomentReading, ...]:
        """The readings, where one worth asking fails the gate if a published guide covers it."""
        return tuple(
            replace(reading, gates_failed=(f"{GUIDE_COVERS}:{guide_id}",))
            if not reading.gates_failed
            and reading.score >= threshold
            and (guide_id := self._covering(view, reading.message.id)) is not None
            else self._worded(view, reading)
            for reading in readings
        )

    def is_covered(self, unit: Unit, moment: Moment) -> bool:
        """Whether a guide was published about the same since; noted, and the moment put aside."""
        if moment.id in self._open:
            return False
        guide_id = self._covering(view_thread(unit, moment.thread_id), moment.message_id)
        if guide_id is None:
            self._open.add(moment.id)
            return False
        unit.inquiries.save_moments([moment.model_copy(update={"score": 0.0})])
        note_covered(unit, self._work, moment.community_id, moment.id, guide_id)
        return True

    def _covering(self, view: ThreadView, message_id: str) -> str | None:
        """Id of the guide that says what the message says, other than the one made from it."""
        own = Guide.id_of(Inquiry.id_of(Moment.id_of(message_id)))
        guides = self._published()
        message = next((m for m in view.messages if m.id == message_id), None)
        found = None if message is None else guides.covering(view, message)
        return None if found == own else found

    def _worded(self, view: ThreadView, reading: MomentReading) -> MomentReading:
        """The reading with the number of times in the reason that speaks of it."""
        plain = self._work.catalogue.triage.reasons.get(ASKED_AGAIN)
        told = in_words(view.asked_before, self._entry)
        reasons = tuple(told if reason == plain else reason for reason in reading.reasons)
        return replace(reading, reasons=reasons)

    def _remember(self) -> AskedQuestions:
        asked = AskedQuestions(self._entry)
        with self._work.store.reading() as unit:
            openings = unit.talk.latest_openings(self._community.id, self._entry.remembered)
        for one in openings:
            asked.add(one.thread_id, question_of(one.title, one.message), one.started_at)
        return asked

    def _published(self) -> PublishedGuides:
        if self._guides is None:
            with self._work.store.reading() as unit:
                hidden = sight_in(unit, self._community.id).hidden()
                published = unit.guides.guides(self._community.id, [GuideStatus.PUBLISHED])
            guides = [guide for guide in published if guide.id not in hidden]
            embedder = self._work.embedder if self._work.policy.triage.read_meaning else None
            self._guides = PublishedGuides(guides, self._entry, embedder)
        return self._guides


def covering_guide(reading: MomentReading) -> str | None:
    """Id of the guide that covers a moment, if that is the gate it failed."""
    codes = [code.partition(":") for code in reading.gates_failed]
    return next((guide_id for code, _, guide_id in codes if code == GUIDE_COVERS), None)


def note_covered(
    unit: Unit, work: Workplace, community_id: str, moment_id: str, guide_id: str
) -> None:
    """Log that nobody is asked about a moment, and which guide tells it already."""
    reason = f"{GUIDE_COVERS}:{guide_id}"
    note(unit, work.clock.now(), community_id, Action.MOMENT_COVERED, moment_id, reason=reason)
