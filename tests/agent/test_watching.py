"""A watcher: what it takes in, tells, remembers, and leaves alone."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.holders import new_holder
from agent.services.health import home_status
from agent.services.importing import import_into
from agent.services.watching_events import Told
from agent.services.watching_state import LEASE
from agent.sources.importer import import_source
from memory.clock import SystemClock
from memory.errors import StoreError, UserInputError
from tests.agent.watched import ID, NAME, Watched, said, talk, watched_folder
from tests.builders import SettableClock
from tests.sources import exports
from tests.sources.archives import MORNING, chat, slack_files, write_files


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A folder that is watched."""
    with watched_folder(tmp_path) as folder:
        yield folder


def test_what_is_appended_is_taken_in_once(watched: Watched) -> None:
    """Each look takes in the new lines, and a look at nothing new does nothing."""
    watched.write("a.jsonl", talk(1, 2))
    assert watched.look("a.jsonl") == [Told.IMPORTED]
    assert watched.look("a.jsonl") == []
    watched.append("a.jsonl", talk(3))
    assert watched.look("a.jsonl") == [Told.IMPORTED]
    assert watched.messages() == 3


def test_the_same_text_from_two_paths_is_imported_once(watched: Watched) -> None:
    """A copy of an archive, or a rotated file beside its successor, adds nothing."""
    watched.write("a.jsonl", talk(1, 2))
    watched.write("b.jsonl", talk(1, 2))
    watched.look("a.jsonl", "b.jsonl")
    added = [event.counts["added"] for event in watched.events if event.kind is Told.IMPORTED]
    assert sum(added) == watched.messages() == 2


def test_a_path_that_was_imported_already_is_not_read_again(watched: Watched) -> None:
    """The watcher goes on from an import by hand, for it keeps the same cursor."""
    watched.write("a.jsonl", talk(1, 2))
    import_into(watched.work, watched.folder / "a.jsonl", NAME)
    assert watched.look("a.jsonl") == []
    assert watched.state().of(str(watched.folder / "a.jsonl")).messages == 0


def test_a_rotated_file_is_noticed_and_nothing_is_lost(watched: Watched) -> None:
    """After a rotation the new file is read from its start; what the old one brought stays."""
    watched.write("a.jsonl", talk(1, 2, 3))
    watched.look("a.jsonl")
    (watched.folder / "a.jsonl").rename(watched.folder / "a.jsonl.1")
    watched.write("a.jsonl", talk(4))
    assert watched.look("a.jsonl") == [Told.REPLACED, Told.IMPORTED]
    assert watched.messages() == 4


def test_a_replaced_file_of_the_same_size_is_read(watched: Watched) -> None:
    """An edit that keeps the size shows in the file's time."""
    watched.write("a.jsonl", said(1, "Grease it."))
    watched.look("a.jsonl")
    watched.write("a.jsonl", said(1, "Rinse it !"))
    os.utime(watched.folder / "a.jsonl", (MORNING, MORNING))
    assert watched.look("a.jsonl") == [Told.IMPORTED]
    assert watched.events[1].counts["changed"] == 1


def test_a_file_that_is_gone_is_named_and_taken_up_again(watched: Watched) -> None:
    """Between rotation and the next line there is no file; that is no end."""
    watched.write("a.jsonl", talk(1))
    watched.look("a.jsonl")
    (watched.folder / "a.jsonl").unlink()
    assert watched.look("a.jsonl") == [Told.UNREADABLE]
    assert "a.jsonl" in watched.state().followed[0].problem
    watched.write("a.jsonl", talk(2))
    assert watched.look("a.jsonl") == [Told.IMPORTED]
    assert watched.state().followed[0].problem == ""
    assert watched.messages() == 2


def test_a_path_that_never_was_is_refused(watched: Watched) -> None:
    """A typing error does not wait for ever."""
    with pytest.raises(UserInputError, match="nowhere"):
        watched.look("nowhere")


def test_a_bad_path_is_named_once_and_the_others_go_on(watched: Watched) -> None:
    """What is no archive is a warning, not a loop, and is tried again when it changes."""
    watched.write("bad.jsonl", "no talk at all\n")
    watched.write("good.jsonl", talk(1))
    watched.keep_looking(
        lambda: None,
        lambda: watched.write("bad.jsonl", talk(2)),
        names=("bad.jsonl", "good.jsonl"),
    )
    kinds = Counter((event.kind, Path(event.path).name) for event in watched.events)
    assert kinds[Told.UNREADABLE, "bad.jsonl"] == 1
    assert kinds[Told.IMPORTED, "bad.jsonl"] == kinds[Told.IMPORTED, "good.jsonl"] == 1
    assert watched.messages() == 2


def test_a_bad_record_is_named_once_and_the_rest_is_taken_in(watched: Watched) -> None:
    """Each later look at the grown file names only what is newly bad."""
    watched.write("a.jsonl", talk(1) + "{bad}\n")
    watched.keep_looking(
        lambda: watched.append("a.jsonl", talk(2)),
        lambda: watched.append("a.jsonl", "{worse\n" + talk(3)),
        names=["a.jsonl"],
    )
    bad = [event.what for event in watched.events if event.kind is Told.SKIPPED]
    assert bad == ["a.jsonl:2", "a.jsonl:4"]
    assert watched.messages() == 3


def test_half_a_record_waits_and_is_told_once(watched: Watched) -> None:
    """What is being written is never misread, and the state says that it waits."""
    line = said(2)
    watched.write("a.jsonl", talk(1) + line[:20])
    assert watched.look("a.jsonl") == [Told.WAITING, Told.IMPORTED]
    assert watched.state().followed[0].waiting == ("a.jsonl",)
    watched.append("a.jsonl", line[20:])
    assert watched.look("a.jsonl") == [Told.IMPORTED]
    assert watched.state().followed[0].waiting == ()
    assert watched.messages() == 2


def test_a_new_day_of_an_export_is_taken_in(watched: Watched) -> None:
    """A folder is followed with all its files, the half-written one later."""
    days = {"general/2023-11-14": [chat(1, "It sticks.")]}
    write_files(watched.folder / "slack", slack_files(days))
    assert watched.look("slack") == [Told.IMPORTED]
    day = watched.folder / "slack/general/2023-11-15.json"
    written = json.dumps([chat(86_400, "Grease it."), chat(86_401, "Thanks.", "U2")])
    day.write_text(written[:-9], encoding="utf-8")
    assert watched.look("slack") == [Told.WAITING]
    assert watched.messages() == 1
    day.write_text(written, encoding="utf-8")
    assert watched.look("slack") == [Told.IMPORTED]
    assert watched.messages() == 3


def test_a_mailbox_that_grows_keeps_its_threads(watched: Watched) -> None:
    """A reply that arrives later joins the thread of the mail it answers."""
    at = watched.work.clock.now()
    watched.write("a.mbox", exports.mail(1, "It sticks.", at=at))
    watched.ahead = 60.0
    assert watched.look("a.mbox") == [Told.IMPORTED]
    watched.append("a.mbox", exports.mail(2, "Grease it.", at=at, In_Reply_To="<1@x.org>"))
    assert watched.look("a.mbox") == [Told.IMPORTED]
    with watched.work.store.reading() as unit:
        assert (unit.talk.count_messages(ID), unit.talk.count_threads(ID)) == (2, 1)


def test_one_cursor_is_kept_for_each_path(watched: Watched) -> None:
    """A file that grows all day leaves no trail of cursors behind."""
    watched.write("a.jsonl", talk(1))
    watched.look("a.jsonl")
    first = watched.state().followed[0].archive
    watched.append("a.jsonl", talk(2))
    watched.look("a.jsonl")
    with watched.work.store.reading() as unit:
        assert unit.talk.cursor(ID, first) is None
        assert unit.talk.cursor(ID, watched.state().followed[0].archive) is not None


def test_a_second_watcher_is_told_who_watches(watched: Watched) -> None:
    """Two watchers of one community would only do everything twice."""
    watched.write("a.jsonl", talk(1))
    first = watched.watcher("a.jsonl")

    def wait(_: float) -> None:
        with pytest.raises(UserInputError, match=f"process {os.getpid()} on"):
            watched.watcher("a.jsonl").run(wait, once=True)
        first.stopping = lambda: True

    first.run(wait)
    assert watched.look("a.jsonl") == []


@pytest.mark.parametrize("minutes_left", [-1, 1])
def test_a_lease_of_another_machine_is_taken_over_when_it_ran_out(
    watched: Watched, minutes_left: int
) -> None:
    """Nobody can see whether a process of another machine still runs; time tells."""
    watched.write("a.jsonl", talk(1))
    now = SystemClock().now()
    with watched.work.store.writing() as unit:
        unit.inquiries.take_lease(f"watch:{ID}", "far/1/x", now, now + LEASE / 2 * minutes_left)
    if minutes_left > 0:
        with pytest.raises(UserInputError, match="'far'"):
            watched.look("a.jsonl")
    else:
        assert watched.look("a.jsonl") == [Told.IMPORTED]


def test_who_lost_the_lease_leaves(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a long sleep of the machine another one may be at it: then there is one too many."""
    monkeypatch.setattr("agent.services.watching.BEAT_SECONDS", 0.0)
    watched.write("a.jsonl", talk(1))
    watcher = watched.watcher("a.jsonl")
    now = SystemClock().now()

    def wait(_: float) -> None:
        with watched.work.store.writing() as unit:
            holder = unit.inquiries.lease_holder(f"watch:{ID}")
            unit.inquiries.drop_lease(f"watch:{ID}", holder or "")
            unit.inquiries.take_lease(f"watch:{ID}", new_holder(), now, now + LEASE)

    with pytest.raises(UserInputError, match="watches this community already"):
        watcher.run(wait)


def test_a_home_that_is_busy_is_tried_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that somebody holds for long is no reason to end, nor to lose what was to be read."""
    watched.write("a.jsonl", talk(1))
    failing = [True, True, False]

    def busy(*args: object, **named: object) -> object:
        if failing.pop(0):
            raise StoreError("'record.db' is in use")
        return import_source(*args, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr("agent.services.watching_paths.import_source", busy)
    watched.keep_looking(lambda: None, lambda: None, names=["a.jsonl"])
    assert [event.kind for event in watched.events].count(Told.FAILED) == 1
    assert watched.messages() == 1


def test_a_changed_policy_ends_the_run_to_begin_anew(watched: Watched) -> None:
    """An invalid one is told and the old one stays in force; a valid one has to be read."""
    watched.write("a.jsonl", talk(1))
    file = watched.work.home.policy_file
    assert watched.keep_looking(
        lambda: file.write_text("[ask]\nnonsense = 1\n", encoding="utf-8"),
        lambda: file.write_text("[ask]\nfrom_hour = 9\n", encoding="utf-8"),
        lambda: pytest.fail("looked on under the old policy"),
        names=["a.jsonl"],
    )
    failed = [event.why for event in watched.events if event.kind is Told.FAILED]
    assert len(failed) == 1
    assert "nonsense" in failed[0]


def test_what_is_due_is_done_without_new_talk(watched: Watched) -> None:
    """Its sweep judges threads that settled although nothing was written since."""
    watched.write("a.jsonl", talk(1, 2))
    assert watched.look("a.jsonl") == [Told.IMPORTED]
    assert isinstance(watched.work.clock, SettableClock)
    watched.work.clock.forward(hours=5)
    assert watched.look("a.jsonl") == [Told.SWEPT]
    assert watched.events[1].counts == {"threads_judged": 1}


def test_the_state_of_the_watcher_stands_in_the_status(watched: Watched) -> None:
    """Who looks after a home sees what is followed, what came of it, and that it was stopped."""
    watched.write("a.jsonl", talk(1, 2))
    watched.look("a.jsonl")
    (health,) = home_status(watched.work).watches
    assert (health.community, health.holder) == (NAME, "")
    assert health.state.last_pass == health.state.stopped_at == watched.work.clock.now()
    (followed,) = health.state.followed
    assert (followed.path, followed.messages) == (str(watched.folder / "a.jsonl"), 2)
