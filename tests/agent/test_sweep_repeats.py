"""What was asked before, what a guide tells already, and answers that differ from earlier words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from agent.engines.embedded import EmbeddedEngine
from agent.method.answers import read_answer
from agent.method.facets import CatalogueDetector
from agent.method.readings import AnswerReading, MomentReading, Standing, ThreadView
from agent.method.signals import saturating
from agent.services.answering import give_answer
from agent.services.confirming import confirm_guide
from agent.services.identity import Actor
from agent.services.reviewing import review_guide
from agent.services.sweeping import SweepReport, find_moments, sweep
from memory.records.decisions import Action, LoggedDecision
from memory.records.guide import Decision, Guide
from memory.records.inquiry import AnswerKind, Facet, Inquiry, Moment, Question
from memory.records.people import Credit
from memory.records.policy import Policy, TriagePolicy
from memory.records.talk import Message, MessageKind, Thread
from prompts.answers import load_answers
from prompts.catalogue import load_catalogue
from tests.agent.conftest import ASKER, EXPERT, OTHER, STEWARD, Guild
from tests.agent.scripted_engine import ScriptedEngine
from tests.agent.test_inquiry import guide_of, interview
from tests.builders import COMMUNITY, make_message, make_thread

DAY = timedelta(days=1)


class Watching(ScriptedEngine):
    """The scripted engine, keeping how often each thread was asked before."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, int] = {}

    def judge(
        self, view: ThreadView, standings: Mapping[str, Standing]
    ) -> tuple[MomentReading, ...]:
        self.seen[view.thread.native_id] = view.asked_before
        return super().judge(view, standings)


class Hearing(ScriptedEngine):
    """The scripted engine, reading answers as the method does."""

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading:
        return read_answer(answer, question, known, CatalogueDetector(load_catalogue()))


def publish(guild: Guild) -> Guide:
    """Make the guild's moment into a published guide."""
    draft = interview(guild)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id, credit=Credit.CREDITED)
    review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.APPROVE)
    return guide_of(guild)


def discuss(guild: Guild, native_id: str, asked: str, said: str, age_days: int = 1) -> Message:
    """Store a settled thread of one question and one statement; returns the statement."""
    began = guild.clock.now() - age_days * DAY
    thread = make_thread(native_id, started_at=began, last_at=began)
    question = make_message(f"{native_id}q", asked, ASKER, thread, sent_at=began)
    statement = make_message(
        f"{native_id}a", said, OTHER, thread, sent_at=began + timedelta(minutes=1)
    )
    with guild.work.store.writing() as unit:
        unit.talk.save_threads([thread])
        unit.talk.save_messages([question, statement])
    return statement


def log_of(guild: Guild, action: Action) -> list[LoggedDecision]:
    """Log lines with an action."""
    with guild.work.store.reading() as unit:
        return [d for d in unit.log.decisions(limit=1_000) if d.action is action]


def moment_of(guild: Guild, message: Message) -> Moment | None:
    """The moment of a message, if it was found."""
    with guild.work.store.reading() as unit:
        return unit.inquiries.moment(Moment.id_of(message.id))


def test_what_a_guide_tells_is_not_asked_again(guild: Guild) -> None:
    """A discussion that a published guide covers makes no moment, and the log names the guide."""
    guide = publish(guild)
    covered = discuss(
        guild,
        "again",
        "why should the fillfactor be lower?",
        "because then the page has room for the new version",
    )
    other = discuss(guild, "other", "who feeds the cat?", "the neighbour on the left feeds it")
    find_moments(guild.work, COMMUNITY, SweepReport(), None)
    assert moment_of(guild, covered) is None
    assert moment_of(guild, other) is not None
    (line,) = log_of(guild, Action.MOMENT_COVERED)
    assert (line.subject, line.reason) == (Moment.id_of(covered.id), f"guide_covers:{guide.id}")


def test_a_moment_waiting_is_put_aside_when_its_guide_comes_out(guild: Guild) -> None:
    """Of two alike moments in one archive the second is not asked about after the first is told."""
    guild.work.policy = Policy(triage=TriagePolicy(max_open_inquiries=1))
    twin = discuss(
        guild, "twin", "fillfactor?", "because the page has room for the new version then"
    )
    find_moments(guild.work, COMMUNITY, SweepReport(), None)
    assert moment_of(guild, twin) is not None
    publish(guild)
    sweep(guild.work)
    with guild.work.store.reading() as unit:
        assert unit.inquiries.inquiry(Inquiry.id_of(Moment.id_of(twin.id))) is None
    moment = moment_of(guild, twin)
    assert moment is not None
    assert moment.score == 0.0
    assert [d.subject for d in log_of(guild, Action.MOMENT_COVERED)] == [moment.id]


def test_a_guide_does_not_cover_the_moment_it_was_made_from(guild: Guild) -> None:
    """A thread that is judged anew keeps the moment its own guide came from."""
    publish(guild)
    find_moments(guild.work, COMMUNITY, SweepReport(), None)
    moment = moment_of(guild, guild.messages[1])
    assert moment is not None
    assert moment.score
    assert not log_of(guild, Action.MOMENT_COVERED)


def test_threads_are_told_how_often_they_were_asked_before(guild: Guild) -> None:
    """Within a sweep and over sweeps, the engine learns how many earlier threads ask the same."""
    engine = Watching()
    object.__setattr__(guild.work.context, "engine", engine)
    ask = "How do I descale the big boiler?"
    for n in range(3):
        discuss(guild, f"first{n}", ask, "use the citric acid twice", age_days=9 - n)
    find_moments(guild.work, COMMUNITY, SweepReport(), None)
    discuss(guild, "later", "descale the big boiler, how?", "use vinegar", age_days=2)
    find_moments(guild.work, COMMUNITY, SweepReport(), None)
    seen = [engine.seen[name] for name in ("first0", "first1", "first2", "later")]
    assert seen == [0, 1, 2, 3]
    assert engine.seen["t1"] == 0


def test_a_repeated_question_raises_the_score_and_is_told(guild: Guild) -> None:
    """With the real engine, the third time asked counts, and the reasons say how often."""
    engine = EmbeddedEngine(guild.work.catalogue, guild.work.policy)
    said = (
        "Don't open the drain before the pressure gauge reads zero, you would scald your hands. "
        "If it hisses, wait another ten minutes and check the valve."
    )
    statement = discuss(guild, "boil", "How do I drain the boiler safely?", said)
    view = view_of(guild, statement)
    plain, often = (
        next(
            r
            for r in engine.judge(ThreadView(view.thread, view.messages, view.people, times), {})
            if r.message.id == statement.id
        )
        for times in (0, 4)
    )
    weight = guild.work.catalogue.triage.weights["asked_again"]
    added = {s.name: s.weight for s in often.signals}["asked_again"]
    assert added == round(weight * saturating(4, 2), 4)
    assert often.score > plain.score


def view_of(guild: Guild, message: Message) -> ThreadView:
    """The thread of a message as the engine sees it."""
    from agent.inquiry.dossier import view_thread

    with guild.work.store.reading() as unit:
        return view_thread(unit, message.thread_id)


def test_the_reason_tells_how_often(guild: Guild) -> None:
    """`asked before` is told with its number where the moment is stored."""
    from agent.services.earlier import ASKED_AGAIN, Earlier

    view = view_of(guild, guild.messages[1])
    counted = ThreadView(view.thread, view.messages, view.people, 3)
    plain = guild.work.catalogue.triage.reasons[ASKED_AGAIN]
    reading = MomentReading(guild.messages[1], 0.9, (), ("a directive with no reason", plain))
    (told,) = Earlier(guild.work, COMMUNITY).gated(counted, [reading], 2.0)
    assert told.reasons == (
        "a directive with no reason",
        load_answers().repeats.asked_often.format(times=3),
    )


def test_an_answer_that_differs_is_told_logged_and_asked_about_once(guild: Guild) -> None:
    """Its author sees whose words differ, the log notes it, and one follow-up asks what decides."""
    thread = guild.messages[0].thread_id
    other = make_message(
        "m3",
        "Never drop the fillfactor on that table.",
        OTHER,
        stored_thread(guild, thread),
        sent_at=guild.messages[1].sent_at + timedelta(minutes=1),
    )
    with guild.work.store.writing() as unit:
        unit.talk.save_messages([other])
    object.__setattr__(guild.work.context, "engine", Hearing())
    guild.open()
    question = guild.open_question()
    assert question.facet is not Facet.BOUNDARY
    receipt = give_answer(
        guild.work,
        Actor(EXPERT, acting_as=False),
        question.id,
        AnswerKind.REPLY,
        text="Drop the fillfactor on that table each spring, rows move then.",
    )
    (line,) = receipt.differs
    assert OTHER.name in line
    assert "Never drop the fillfactor on that table." in line
    (logged,) = log_of(guild, Action.ANSWER_DIFFERS)
    assert (logged.subject, logged.reason) == (question.id, "denial:other")
    follow_up = guild.open_question()
    assert follow_up.template.startswith("differs.other.")
    assert follow_up.facet is Facet.BOUNDARY
    assert follow_up.quote.quote in follow_up.text
    guild.reply("Drop the fillfactor on that table, everywhere else it wastes space.")
    templates = [asked.template for asked in guild.questions()]
    assert sum(name.startswith("differs.") for name in templates) == 1


def stored_thread(guild: Guild, thread_id: str) -> Thread:
    """A thread by id, which has to exist."""
    with guild.work.store.reading() as unit:
        thread = unit.talk.thread(thread_id)
    assert thread is not None
    return thread


def test_what_was_told_to_the_agent_is_no_earlier_question(guild: Guild) -> None:
    """Interview threads and the agent's own words are neither counted nor covered."""
    publish(guild)
    with guild.work.store.reading() as unit:
        openings = unit.talk.latest_openings(COMMUNITY.id, 100)
        told = [unit.talk.thread(one.thread_id) for one in openings]
    assert all(thread is not None and thread.source == "test" for thread in told)
    assert all(
        one.message is None or one.message.kind is not MessageKind.INTERVIEW for one in openings
    )
