"""Whether what several processes on one home left behind is lost, there twice, or stuck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.services.health import examine_home
from agent.services.importing import import_into
from agent.services.indexing import index_guides
from agent.services.recall import rebuild_memory
from agent.services.sweeping import sweep
from agent.services.workplace import Workplace
from evals.bench.eight_roles import COMMUNITY, THREAD_OF, TRIES, Journal
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.records.people import Community
from memory.records.talk import MessageKind
from memory.store.protocols import Unit

ID = Community.id_of(COMMUNITY)
ONCE = (
    Action.QUESTION_DELIVERED,
    Action.QUESTION_REMINDED,
    Action.GUIDE_PUBLISHED,
    Action.ANSWERED,
    Action.GUIDE_RETRACTED,
)
ALL = 1_000_000
ARCHIVES = ("talk.jsonl", "mails.mbox", "grown.jsonl")


@dataclass
class Verdict:
    """Counts of what was done, and in words whatever is not as it has to be."""

    counts: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    uncured: list[str] = field(default_factory=list)
    index: list[str] = field(default_factory=list)
    """How the index differs from one that is built anew."""
    cured: Counter[str] = field(default_factory=Counter)
    """Errors that a retry cured, by their first words."""

    @property
    def is_sound(self) -> bool:
        return not (self.lost or self.twice or self.uncured or self.index)


def examine(work: Workplace, folder: Path) -> Verdict:
    """Look for everything the journals and archives tell of; then let what is left be done.

    What was promised has to be there before anything is done again; only then the archives are
    imported once more, for a kill may fall between a file's growth and its import.
    """
    verdict = Verdict()
    told = list(Journal.read(folder))
    _look_for_promises(work, told, verdict)
    for name in ARCHIVES:
        import_into(work, folder / name, COMMUNITY)
    report = sweep(work)
    verdict.uncured += [f"sweep: {problem}" for problem in report.failed]
    with work.store.reading() as unit:
        _look_for_messages(unit, folder, verdict)
        _look_for_repeats(unit, verdict)
        stuck = unit.inquiries.due(work.clock.now(), ALL)
        verdict.uncured += [f"still due: {due.key}" for due in stuck]
    _compare_index(work, verdict)
    verdict.uncured += [
        f"doctor: {check.name}: {check.found}" for check in examine_home(work) if not check.passed
    ]
    _look_for_errors(told, verdict)
    return verdict


def _look_for_errors(told: Iterable[Mapping[str, Any]], verdict: Verdict) -> None:
    """What no retry cured, and how often one was needed otherwise."""
    for line in told:
        if line["kind"] not in {"error", "uncured"}:
            continue
        error = f"{line['what']}: {line['why'][:90]}"
        if line["kind"] == "error":
            verdict.cured[error] += 1
        else:
            verdict.uncured.append(f"{line['role']}: {line['what']}: {line['why']}")
            verdict.cured[error] -= TRIES - 1
    verdict.cured = +verdict.cured


def _look_for_promises(
    work: Workplace, told: Iterable[Mapping[str, Any]], verdict: Verdict
) -> None:
    """Everything that somebody was told is done is in the record, as they were told."""
    done: Counter[str] = Counter()
    with work.store.reading() as unit:
        for line in told:
            done[f"{line['role']} {line['kind']}"] += 1
            if line["kind"] == "answered":
                found = _answered(unit, line["question"])
                if found != line["text"]:
                    verdict.lost.append(f"answer to {line['question']}: {found!r}")
            elif line["kind"] == "reviewed":
                decided = {r.decision.value for r in unit.guides.reviews(line["guide"])}
                if line["decision"] not in decided:
                    verdict.lost.append(f"{line['decision']} of {line['guide']}")
            elif line["kind"] == "confirmed":
                guide = unit.guides.guide(line["guide"])
                yes = {each.member_id for each in guide.confirmations} if guide else set()
                if line["member"] not in yes:
                    verdict.lost.append(f"yes of {line['member']} to {line['guide']}")
    verdict.counts |= dict(sorted(done.items()))


def _answered(unit: Unit, question_id: str) -> str | None:
    """The words of an answer, empty for one without; None where there is none."""
    answer = unit.inquiries.answer(question_id)
    if answer is None:
        return None
    message = unit.talk.message(answer.message_id) if answer.message_id else None
    return message.text if message else ""


def _look_for_messages(unit: Unit, folder: Path, verdict: Verdict) -> None:
    """Every message of every archive is there once, in its thread of three."""
    threads, after = 0, ""
    while page := unit.talk.threads(ID, after_id=after):
        after = page[-1].id
        for thread in page:
            threads += 1
            texts = [message.text for message in unit.talk.thread_messages(thread.id)]
            if len(texts) != THREAD_OF or not texts[0].startswith("updates on table"):
                verdict.lost.append(f"thread {thread.native_id!r} holds {len(texts)} messages")
    written = {
        name: (folder / name).read_text(encoding="utf-8").count(mark)
        for name, mark in zip(ARCHIVES, ('"thread"', "\nMessage-ID:", '"thread"'), strict=True)
    }
    held = unit.talk.count_messages(ID)
    verdict.counts |= {f"{name} messages": count for name, count in written.items()}
    verdict.counts |= {"messages": held, "threads": threads}
    if held != sum(written.values()):
        verdict.lost.append(f"{held} messages of {sum(written.values())} written")


def _look_for_repeats(unit: Unit, verdict: Verdict) -> None:
    """No effect happened twice, and nobody's words were stored twice."""
    decisions = unit.log.decisions(limit=ALL)
    times = Counter((line.action.value, line.subject) for line in decisions if line.action in ONCE)
    verdict.twice += [f"{key} {count} times" for key, count in times.items() if count > 1]
    inquiries = unit.inquiries.inquiries(ID)
    questions = [q for inquiry in inquiries for q in unit.inquiries.questions(inquiry.id)]
    answers = [a for q in questions if (a := unit.inquiries.answer(q.id)) is not None]
    words = [a.message_id for a in answers if a.message_id is not None]
    verdict.twice += [f"message {one}" for one, count in Counter(words).items() if count > 1]
    spoken = [
        message.id
        for thread in {m.thread_id for m in unit.talk.messages(words).values()}
        for message in unit.talk.thread_messages(thread)
        if message.kind is MessageKind.INTERVIEW and message.author_id is not None
    ]
    extra = set(spoken) - set(words)
    verdict.twice += [f"words without an answer: {one}" for one in sorted(extra)]
    guides = unit.guides.guides(ID)
    verdict.counts |= {
        "inquiries": len(inquiries),
        "questions": len(questions),
        "answers": len(answers),
        **Counter(f"guides {guide.status.value}" for guide in guides),
    }


def _compare_index(work: Workplace, verdict: Verdict) -> None:
    """The index, caught up, holds what one built anew holds, and finds it as near."""
    index_guides(work)
    kept = _passages(work)
    verdict.counts["passages"] = rebuild_memory(work)
    anew = _passages(work)
    verdict.index += [f"missing: {one}" for one in sorted(anew - kept)]
    verdict.index += [f"too much: {one}" for one in sorted(kept - anew)]
    with work.store.reading() as unit:
        published = unit.guides.guides(ID, statuses=[GuideStatus.PUBLISHED])
        expected = sum(1 + len(guide.current.sections) for guide in published)
        if behind := unit.guides.count_unindexed():
            verdict.index.append(f"{behind} guides are not in it")
    if len(anew) != expected:
        verdict.index.append(f"{len(anew)} passages instead of {expected}")


def _passages(work: Workplace) -> set[str]:
    """Every passage with its version, text and likeness to one query, to four digits."""
    held = work.index.count()
    hits = work.index.search("when to lower the fillfactor", max(1, held))
    return {
        f"{h.passage.id} v{h.passage.version} {h.similarity:.4f} {h.passage.text}" for h in hits
    }
