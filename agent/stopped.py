"""What stop-work freezes just now: guides and discussions, read in the caller's transaction."""

from __future__ import annotations

from memory.records.governance import StopWork
from memory.records.guide import Guide
from memory.records.talk import Thread
from memory.store.protocols import Unit


def stops_on_guide(unit: Unit, guide: Guide) -> tuple[StopWork, ...]:
    """The orders that freeze a guide: by its words, or by the discussions that it comes from."""
    stops = unit.stops.stops(guide.community_id)
    if not stops:
        return ()
    from agent.method.stopping import covering

    return covering(stops, texts_of_guide(unit, guide))


def stops_on_thread(unit: Unit, thread: Thread) -> tuple[StopWork, ...]:
    """The orders that freeze a discussion: by its heading, or by something said in it."""
    stops = unit.stops.stops(thread.community_id)
    if not stops:
        return ()
    from agent.method.stopping import covering

    return covering(stops, texts_of_thread(unit, thread))


def texts_of_guide(unit: Unit, guide: Guide) -> list[str]:
    """The words of a guide and the headings of the discussions that it comes from."""
    version = guide.current
    ids = {step.message_id for step in version.trail} | {version.title_evidence.message_id}
    ids |= {span.message_id for sentence in version.sentences() for span in sentence.evidence}
    threads = {message.thread_id for message in unit.talk.messages(ids).values()}
    known = [unit.talk.thread(thread_id) for thread_id in sorted(threads)]
    texts = [version.title, *(f"{s.asked} {s.text}" for s in version.sentences())]
    return texts + [text for thread in known if thread is not None for text in _headings(thread)]


def texts_of_thread(unit: Unit, thread: Thread) -> list[str]:
    """The heading of a discussion and everything that people say in it."""
    said = [m.own_words() for m in unit.talk.thread_messages(thread.id) if not m.deleted]
    return [*_headings(thread), *said]


def _headings(thread: Thread) -> list[str]:
    return [thread.title, thread.channel, " ".join(thread.tags)]
