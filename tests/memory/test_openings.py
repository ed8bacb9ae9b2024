"""How threads began: what the store gives back of the latest judged ones."""

from __future__ import annotations

from memory.store.protocols import Store
from tests.memory.samples import COMMUNITY, HOUR, NOON, message, thread


def test_the_latest_judged_threads_begin_with_title_or_first_message(store: Store) -> None:
    """Oldest first, the latest only, and neither private, unjudged nor the agent's own threads."""
    kept = [thread(f"k{n}", last_at=NOON + n * HOUR) for n in range(4)]
    titled = thread("titled", title="How hot?", last_at=NOON + 9 * HOUR)
    hidden = [thread("p", private=True), thread("own", source="passdown")]
    unjudged = thread("new", last_at=NOON + 20 * HOUR)
    first = [message(f"a{n}", f"first {n}", thread_id=one.id) for n, one in enumerate(kept)]
    later = [
        message(f"b{n}", "later", thread_id=one.id, sent_at=NOON + HOUR)
        for n, one in enumerate(kept)
    ]
    with store.writing() as unit:
        unit.talk.save_threads([*kept, titled, *hidden, unjudged])
        unit.talk.save_messages([*later, *first])
        unit.talk.mark_judged([one.id for one in (*kept, titled, *hidden)], NOON)
        found = unit.talk.latest_openings(COMMUNITY.id, 3)
    assert [(one.thread_id, one.title, one.message) for one in found] == [
        (kept[2].id, "", first[2]),
        (kept[3].id, "", first[3]),
        (titled.id, "How hot?", None),
    ]
    assert found[0].started_at == NOON


def test_a_thread_without_messages_opened_with_nothing(store: Store) -> None:
    """A thread of which nothing is stored has no first message."""
    bare = thread("bare")
    with store.writing() as unit:
        unit.talk.save_threads([bare])
        unit.talk.mark_judged([bare.id], NOON)
        found = unit.talk.latest_openings(COMMUNITY.id, 10)
    assert [one.message for one in found if one.thread_id == bare.id] == [None]
