"""Triage: gates that keep silence, signals that show a moment, and reasons a person can read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.facets import CatalogueDetector
from agent.method.readings import Before, Judgement, MomentReading, Standing, ThreadView
from agent.method.triage import READER, Readers, judge_thread
from memory.records.inquiry import Facet
from memory.records.people import Consent, Member
from memory.records.talk import Message, MessageKind, Reaction, Segment, SegmentKind
from prompts.catalogue import FirstPassEntry, load_catalogue
from tests.builders import MONDAY, make_member, make_message, make_thread

CATALOGUE = load_catalogue()
DETECTOR = CatalogueDetector(CATALOGUE)
READERS = Readers(DETECTOR)
ANA, BEN, DEE = make_member("ana"), make_member("ben"), make_member("dee")
THREAD = make_thread()
PROBLEM = "How should we deal with the bloat on the orders table? Autovacuum never finishes there."
ADVICE = (
    "Lower autovacuum_vacuum_scale_factor to 0.02 on that table and run pg_repack on a Sunday. "
    "Do not use VACUUM FULL on the primary."
)
USEFUL = Standing(messages=80, answers=30, accepted=10, score=90)


def say(n: int, text: str, author: Member | None, **changes: Any) -> Message:
    """The nth message of the thread."""
    return make_message(f"m{n}", text, author, THREAD, **changes)


def judge(
    *messages: Message,
    people: tuple[Member, ...] = (ANA, BEN, DEE),
    standing: Standing | None = None,
    **thread: Any,
) -> dict[str, MomentReading]:
    """Readings by native id."""
    view = ThreadView(make_thread(**thread), messages, {m.id: m for m in people})
    standings = {ANA.id: standing} if standing else {}
    found = judge_thread(view, standings, READERS, CATALOGUE)
    return {reading.message.native_id: reading for reading in found}


def test_a_bare_directive_that_worked_is_a_moment() -> None:
    """A directive by somebody who often answers, thanked for, passes the shipped threshold."""
    readings = judge(
        say(1, PROBLEM, BEN),
        say(2, ADVICE, ANA),
        say(3, "thanks, that worked", BEN),
        standing=USEFUL,
    )
    moment = readings["m2"]
    assert moment.score >= CATALOGUE.triage.threshold
    assert moment.gates_failed == ()
    assert "a directive with no reason" in moment.reasons
    assert "somebody said that it worked" in moment.reasons
    assert readings["m3"].gates_failed == ("chit_chat",)


def test_small_talk_is_no_moment() -> None:
    """Advice about lunch stays far below the threshold, whoever gives it."""
    advice = "You should try the noodle place on the corner, it is usually quiet after two"
    readings = judge(say(1, "Anyone up for lunch?", BEN), say(2, advice, ANA), standing=USEFUL)
    assert readings["m2"].score < 0.75 * CATALOGUE.triage.threshold


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"standing": USEFUL}, {}),
        ({"reply": "that worked, thank you"}, {"reply": "I will be in the office then"}),
        ({"reactions": (Reaction(name="+1", count=6),)}, {}),
        ({"accepted": True}, {}),
    ],
)
def test_what_others_made_of_it_raises_the_score(
    better: dict[str, Any], worse: dict[str, Any]
) -> None:
    """Authority, thanks, reactions and acceptance each make the same words a better moment."""

    def score(
        reply: str = "Fine.",
        reactions: tuple[Reaction, ...] = (),
        standing: Standing | None = None,
        *,
        accepted: bool = False,
    ) -> float:
        advice = say(2, ADVICE, ANA, reactions=reactions)
        best = advice.id if accepted else None
        talk = (say(1, PROBLEM, BEN), advice, say(3, reply, BEN))
        return judge(*talk, standing=standing, accepted_message_id=best)["m2"].score

    assert score(**better) > score(**worse)


def test_a_stated_reason_is_not_called_a_directive_without_one() -> None:
    """The explanation shown never claims that a reason is missing where it is given."""
    reasoned = f"{ADVICE} That is because the lock is held for the whole rewrite."
    readings = judge(say(1, PROBLEM, BEN), say(2, reasoned, ANA))
    assert "a directive with no reason" not in readings["m2"].reasons


def test_one_moment_per_author_and_thread() -> None:
    """Of several messages of one person in a thread, only the best is a moment."""
    readings = judge(
        say(1, PROBLEM, BEN),
        say(2, "I have seen that as well on the other cluster", ANA),
        say(3, ADVICE, ANA),
        say(4, "You could also move the old rows to another table every week.", DEE),
    )
    assert {"m3", "m4"} <= set(readings)
    assert "m2" not in readings


OPTED_OUT = make_member("ana", consent=Consent(opted_out_at=MONDAY - timedelta(days=9)))
ROBOT = make_member("ana", is_bot=True)
PASTE = "x" * 400


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (say(2, ADVICE, ANA, from_bot=True), "bot"),
        (say(2, ADVICE, ANA, kind=MessageKind.SYSTEM), "system"),
        (say(2, "", ANA, deleted=True), "system"),
        (say(2, ADVICE, None), "no_author"),
        (say(2, ADVICE, ANA, kind=MessageKind.QUESTION), "question"),
        (say(2, "Which version of the server do you have on it?", ANA), "question"),
        (say(2, "thanks a lot, see you all on Monday then", ANA), "chit_chat"),
        (say(2, "https://example.org/a/long/path?with=query", ANA), "chit_chat"),
        (
            say(
                2,
                f"I agree with this, as always.\n{PASTE}",
                ANA,
                segments=(
                    Segment(kind=SegmentKind.OWN, start=0, end=29),
                    Segment(kind=SegmentKind.QUOTE, start=30, end=430),
                ),
            ),
            "not_own_words",
        ),
    ],
)
def test_gate_of_the_message_itself(message: Message, code: str) -> None:
    """Bots, notices, questions, thanks, links and quotations are no moments, and say why."""
    reading = judge(say(1, PROBLEM, BEN), message)["m2"]
    assert (reading.gates_failed, reading.score, reading.reasons) == ((code,), 0.0, ())


@pytest.mark.parametrize(
    ("author", "code"), [(OPTED_OUT, "opted_out"), (ROBOT, "bot"), (None, "no_author")]
)
def test_gate_of_the_author(author: Member | None, code: str) -> None:
    """Whoever opted out, is a bot or is unknown here is never a moment's author."""
    people = (BEN, author) if author else (BEN,)
    assert judge(say(1, PROBLEM, BEN), say(2, ADVICE, ANA), people=people)["m2"].gates_failed == (
        code,
    )


@pytest.mark.parametrize(
    "near",
    [
        "I am sick of you and your attitude, this is the third time.",
        "Did you hear that Tom was fired yesterday?",
        "Our lawyers asked us to keep this for the litigation.",
        "It looks like the server was compromised last night.",
        "Incident declared, the database is down, all hands please.",
    ],
)
def test_sensitive_talk_is_left_alone(near: str) -> None:
    """Nobody is asked about a thread with a conflict, a person, the law or an open incident."""
    readings = judge(say(1, PROBLEM, BEN), say(2, ADVICE, ANA), say(3, near, BEN))
    assert readings["m2"].gates_failed == ("sensitive_topic",)


@pytest.mark.parametrize(
    "near",
    [
        "The alert was fired again at nine.",
        "The boiler is gas fired and old.",
        "I hacked together a small script for it.",
        "pip install works as well, by the way.",
        "We keep a redundant replica for that.",
    ],
)
def test_harmless_words_are_not_sensitive(near: str) -> None:
    """Everyday technical words that only look like trouble close no thread."""
    readings = judge(say(1, PROBLEM, BEN), say(2, ADVICE, ANA), say(3, near, BEN))
    assert readings["m2"].gates_failed == ()


def test_a_closed_incident_may_be_asked_about() -> None:
    """Once the thread says that the incident is over, its lessons are fair to ask for."""
    readings = judge(
        say(1, "Incident declared, the database is down.", BEN),
        say(2, ADVICE, ANA),
        say(3, "Service restored, closing the incident.", DEE),
    )
    assert readings["m2"].gates_failed == ()


@pytest.mark.parametrize(
    "near",
    [
        "The DSN with the password in clear text is in a public gist.",
        "I will inform the security officer about it today.",
    ],
)
def test_a_leaked_secret_closes_its_whole_thread(near: str) -> None:
    """Advice given while a secret is out is no material, though it names no secret itself."""
    readings = judge(say(1, near, BEN), say(2, ADVICE, ANA), say(3, "Thanks, rotated.", BEN))
    assert readings["m2"].gates_failed == ("sensitive_topic",)


@pytest.mark.parametrize(
    "text",
    [
        "See Dee's answer to Ben in September, it has everything.",
        "Same as I told Ben. Batches by primary key, commit each.",
    ],
)
def test_a_pointer_to_another_message_is_no_moment(text: str) -> None:
    """Who only refers to what was said before is not asked about it again."""
    answer = say(2, text, ANA, kind=MessageKind.ANSWER)
    assert judge(say(1, PROBLEM, BEN), answer)["m2"].gates_failed == ("reference",)


@pytest.mark.parametrize(
    "text",
    [
        "Wir haben die Tabelle gestern neu aufgebaut und danach war die Abfrage wieder schnell",
        "Il faut toujours vider la table avant de lancer la migration sinon le verrou bloque",
        "Bisogna prima svuotare la tabella e poi lanciare la migrazione altrimenti si blocca",
    ],
)
def test_another_language_is_left_alone(text: str) -> None:
    """What the signals cannot read is not judged by them."""
    message = say(2, text, ANA)
    assert judge(say(1, PROBLEM, BEN), message)["m2"].gates_failed == ("language",)


@pytest.mark.parametrize(
    "text",
    [
        "sudo apt-get install build-essential then reboot",
        "Batches of 5000 by primary key, commit each one.",
        "CREATE STATISTICS on (warehouse_id, carrier_id), then ANALYZE shipments.",
    ],
)
def test_terse_commands_are_still_english(text: str) -> None:
    """A short directive full of names is not taken for a foreign language."""
    assert judge(say(1, PROBLEM, BEN), say(2, text, ANA))["m2"].gates_failed == ()


def test_who_asked_is_hardly_a_moment() -> None:
    """The same advice scores far lower from the person whose thread it is."""
    own = judge(say(1, PROBLEM, ANA), say(2, ADVICE, ANA), say(3, "thanks, that worked", BEN))
    other = judge(say(1, PROBLEM, BEN), say(2, ADVICE, ANA), say(3, "thanks, that worked", BEN))
    assert own["m2"].score < other["m2"].score - 0.3


EXPLAINED = (
    "Use an index on the expression, because the planner cannot walk an index on another value. "
    "It works only if the query spells it the same way, unless you use citext instead. People "
    "often forget ANALYZE: careful. You can tell by the plan, and then verify that it dropped."
)


def test_a_full_explanation_scores_below_the_bare_directive() -> None:
    """Where reasons, limits, cues and checks are given, little is left to ask."""
    bare = judge(say(1, PROBLEM, BEN), say(2, ADVICE, ANA), say(3, "that worked", BEN))
    full = judge(say(1, PROBLEM, BEN), say(2, EXPLAINED, ANA), say(3, "that worked", BEN))
    assert full["m2"].score < bare["m2"].score


class Reading(CatalogueDetector):
    """Reads facets by signals, finds every message worth the same, and remembers what it read."""

    def __init__(self) -> None:
        super().__init__(CATALOGUE)
        self.seen: list[str] = []

    def judge(self, sentences: Sequence[str], before: Before) -> Judgement:
        assert PROBLEM in before.talk
        self.seen.append(" ".join(sentences))
        return Judgement((3.0, 2.0, -1.0), dict.fromkeys(Facet, 0.0), tuple(() for _ in sentences))


def test_the_reader_reads_survivors_alone() -> None:
    """In a chat it reads what the signals did not rule out; its share of the score is shown."""
    view = ThreadView(
        make_thread(),
        (
            say(1, PROBLEM, BEN),
            say(2, ADVICE, ANA),
            say(3, "I was in the office then and it rained", DEE),
        ),
        {m.id: m for m in (ANA, BEN, DEE)},
    )
    entry = CATALOGUE.triage.reader
    assert entry is not None
    without_first_pass = CATALOGUE.triage.model_copy(
        update={"first_pass": None, "reader": entry.model_copy(update={"from_log_odds": -1.0})}
    )
    catalogue = CATALOGUE.model_copy(update={"triage": without_first_pass})
    reader = Reading()
    judged = judge_thread(view, {}, Readers(DETECTOR, reader), catalogue)
    assert reader.seen == [ADVICE]
    moment = next(reading for reading in judged if reading.message.native_id == "m2")
    added = next(signal for signal in moment.signals if signal.name == READER)
    before = next(
        r for r in judge_thread(view, {}, READERS, catalogue) if r.message.native_id == "m2"
    )
    odds = moment.score / (1 - moment.score) / (before.score / (1 - before.score))
    assert odds == pytest.approx(math.exp(added.weight), rel=0.01)


def test_the_first_pass_rules_out_by_words_alone() -> None:
    """What its words rule out is not read by anybody, and scores low without a failed gate."""
    words = FirstPassEntry(bias=-3.0, length=0.0, passes_from=0.0, words={"slowly": 5.0})
    triage = CATALOGUE.triage.model_copy(update={"first_pass": words})
    catalogue = CATALOGUE.model_copy(update={"triage": triage})
    view = ThreadView(
        make_thread(),
        (
            say(1, "Pour it slowly and stop once it turns pale, never later.", ANA),
            say(2, "I was in the office then and it rained all day.", DEE),
        ),
        {m.id: m for m in (ANA, DEE)},
    )
    passed, ruled_out = judge_thread(view, {}, READERS, catalogue)
    assert passed.signals
    assert (ruled_out.signals, ruled_out.gates_failed) == ((), ())
    assert ruled_out.score == pytest.approx(1 / (1 + math.exp(3)), abs=1e-4)


def test_interview_answers_are_not_judged() -> None:
    """What an expert told the agent in private is no moment of its own."""
    readings = judge(say(1, PROBLEM, BEN), say(2, ADVICE, ANA, kind=MessageKind.INTERVIEW))
    assert "m2" not in readings


WORDS = st.sampled_from(
    ["Rinse it first.", "Why?", "because it clogs", "thanks", "https://a.org", "\n", "lol", "If it"]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=20)), max_size=12).map(" ".join))
def test_any_message_is_judged_consistently(text: str) -> None:
    """What a gate stops never scores; what passes them scores by known signals alone."""
    message = say(2, text, ANA)
    reading = judge(say(1, PROBLEM, BEN), message)["m2"]
    if reading.gates_failed:
        assert reading.score == 0
    else:
        assert 0 < reading.score < 1
        assert {signal.name for signal in reading.signals} <= set(CATALOGUE.triage.weights)
        assert set(reading.reasons) <= set(CATALOGUE.triage.reasons.values())
