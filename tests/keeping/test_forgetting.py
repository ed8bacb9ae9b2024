"""Forgetting: nothing of a person is left, nothing of anybody else is lost, and it stays so."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from agent.services.backup import back_up
from agent.services.forgetting import Forgot, forget_member
from agent.services.identity import Actor
from agent.services.restore import restore_backup
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action, Grant
from memory.records.governance import StopWork
from memory.records.guide import GuideStatus
from memory.records.keeping import CopyKind, ForgetMode, KnownCopy
from memory.records.talk import Message
from memory.store.erasure_names import MASK
from memory.store.model_ledger import ModelLedger
from tests.agent.conftest import ASKER, EXPERT, OTHER, STEWARD
from tests.agent.two_authors import SAID
from tests.builders import COMMUNITY
from tests.keeping.conftest import HANDLE, LONG, NAME, TOLD, opened, quimby, talk, traces_in
from tui.cli import main


def forget(work: Workplace, mode: ForgetMode = ForgetMode.DELETE, who: str = HANDLE) -> Forgot:
    """Forget the second author, as the steward."""
    actor = Actor(STEWARD, acting_as=False)
    return forget_member(work, actor, COMMUNITY, who, mode, export_again=lambda _: None)


def messages(work: Workplace) -> dict[str, Message]:
    """Every message of the thread that the person began, by native id."""
    with work.store.reading() as unit:
        return {m.native_id: m for m in unit.talk.thread_messages(talk()[0].id)}


def test_nothing_of_a_deleted_person_is_left_in_any_file(home: Path) -> None:
    """No byte of name, handle, id or words stands anywhere, in free pages and logs neither.

    Nor in a table that came later, and that nobody told the walk of.
    """
    with sqlite3.connect(home / "passdown.sqlite") as later:
        later.execute("CREATE TABLE later_on (id TEXT, told TEXT, parts JSON)")
        row = (OTHER.id, f"{NAME} wrote: {LONG}", json.dumps({"by": [HANDLE, OTHER.id]}))
        later.execute("INSERT INTO later_on VALUES (?, ?, ?)", row)
    later.close()
    with opened(home) as work:
        ledger = ModelLedger(work.home.model_ledger)
        ledger.keep_answer("k", f"as {NAME} says: {LONG}", work.clock.now())
        _give_them_a_say(work)
        assert traces_in(home)
        done = forget(work)
        assert done.unreached == ()
    assert traces_in(home) == []


def _give_them_a_say(work: Workplace) -> None:
    """A grant to act for the steward, and an order to stop work in the person's own words."""
    now = work.clock.now()
    grant = Grant(
        id="grt_0123456789abcdef",
        community_id=COMMUNITY.id,
        account=Grant.to_member(OTHER.id),
        member_id=STEWARD.id,
        granted_by=STEWARD.id,
        granted_at=now,
    )
    stop = StopWork(
        id=StopWork.id_of(COMMUNITY.id, "paper filters", now),
        community_id=COMMUNITY.id,
        topic="paper filters",
        because=LONG,
        stopped_by=OTHER.id,
        stopped_at=now,
        lifted_by=STEWARD.id,
        lifted_at=now,
    )
    with work.store.writing() as unit:
        unit.people.save_grant(grant)
        unit.stops.save_stop(stop)


def test_what_others_said_stays_as_it_was(work: Workplace) -> None:
    """Only names and quotations of the person are covered, and each cover is as long."""
    before = messages(work)
    forget(work)
    after = messages(work)
    assert (after["n1"].text, after["n1"].deleted, after["n1"].segments) == ("", True, ())
    for native in ("n2", "n3"):
        assert len(after[native].text) == len(before[native].text)
        assert after[native].segments == before[native].segments
    assert after["n2"].own_words().startswith("agreed, ")
    assert after["n2"].own_words().endswith(", and thanks")
    assert after["n3"].text.startswith(f"ask @{MASK * len(HANDLE)} or ")
    assert after["n3"].text.endswith("example.org; the answer is 42")
    with work.store.reading() as unit:
        thread = unit.talk.thread(talk()[0].id)
    assert thread is not None
    assert thread.title == ""


def test_a_guide_goes_on_without_the_sentences_of_who_was_deleted(work: Workplace) -> None:
    """What rests on other people's words stays published; every quotation in it still stands."""
    forget(work)
    with work.store.reading() as unit:
        (guide,) = unit.guides.guides()
        versions = unit.guides.versions(guide.id)
    assert guide.status is GuideStatus.PUBLISHED
    assert set(guide.current.authors()) == {EXPERT.id}
    shown = " ".join(s.text for s in guide.current.sentences())
    assert "repack the table" in shown
    assert not any(gone in shown for gone in SAID[OTHER.id][1:])
    assert len(versions) >= 2
    assert not any(said in s.text for v in versions for s in v.sentences() for said in TOLD)


def test_an_anonymised_person_stays_evidence_under_an_id_of_nobody(home: Path) -> None:
    """Words and guides stay, confirmed and published, and nothing says whose they are."""
    with opened(home) as work:
        done = forget(work, ForgetMode.ANONYMISE)
        with work.store.reading() as unit:
            (guide,) = unit.guides.guides()
            member = unit.people.member(done.id)
        assert guide.status is GuideStatus.PUBLISHED
        assert set(guide.current.authors()) == {EXPERT.id, done.id}
        assert SAID[OTHER.id][1] in " ".join(s.text for s in guide.current.sentences()).casefold()
        assert member is not None
        assert member.name == "Former member"
        assert not member.may_be_asked
        assert messages(work)["n1"].text == LONG
    assert traces_in(home, words=()) == []


@pytest.mark.parametrize("mode", list(ForgetMode))
def test_importing_again_brings_nobody_back(home: Path, mode: ForgetMode) -> None:
    """Old records and new ones come in without the person, their names and their words."""
    thread, said = talk()
    later = said[2].model_copy(
        update={"id": Message.id_of(COMMUNITY.id, "test", "n4"), "native_id": "n4"}
    )
    with opened(home) as work:
        forget(work, mode)
        before = messages(work)
        for _ in range(2):
            with work.store.writing() as unit:
                people = unit.people.save_members([quimby(), ASKER])
                unit.talk.save_threads([thread])
                counts = unit.talk.save_messages([*said, later])
        assert (counts.added, counts.changed, counts.unchanged) == (0, 0, 4)
        assert people.added == 0
        after = messages(work)
        assert {name: after[name] for name in before} == before
        assert f"@{MASK * len(HANDLE)}" in after["n4"].text
        work.store.integrity()
    words = TOLD if mode is ForgetMode.DELETE else ()
    assert traces_in(home, words) == []


def test_backups_and_exports_forget_too(home: Path, tmp_path: Path) -> None:
    """A backup is cleaned and can be restored; one that is gone is named."""
    kept, lost = tmp_path / "kept.backup", tmp_path / "lost.backup"
    seen: list[str] = []
    with opened(home) as work:
        back_up(work, kept)
        back_up(work, lost)
        lost.unlink()
        export = KnownCopy(
            path=str(tmp_path),
            kind=CopyKind.MARKDOWN,
            community_id=COMMUNITY.id,
            made_at=work.clock.now(),
        )
        with work.store.writing() as unit:
            unit.keeping.save_copy(export)
        done = forget_member(
            work,
            Actor(STEWARD, acting_as=False),
            COMMUNITY,
            NAME,
            ForgetMode.DELETE,
            export_again=lambda copy: seen.append(copy.path),
        )
    assert seen == [str(tmp_path)]
    assert len(done.unreached) == 1
    assert str(lost) in done.unreached[0]
    assert kept.exists()
    restored = restore_backup(kept, tmp_path / "again")
    assert restored.manifest.files
    assert traces_in(tmp_path / "again") == []
    with opened(tmp_path / "again") as work:
        assert work.store.integrity() == []


def test_an_older_backup_brings_nobody_back(home: Path, tmp_path: Path) -> None:
    """What this home forgot leaves a backup that it did not know of, before it is put in place."""
    with opened(home) as work:
        back_up(work, tmp_path / "old.backup")
        (tmp_path / "old.backup").rename(tmp_path / "moved.backup")
        forget(work)
    done = restore_backup(tmp_path / "moved.backup", home, replace=True)
    assert done.forgotten == 1
    assert traces_in(home) == []


def test_the_log_explains_without_a_name(work: Workplace) -> None:
    """The log tells that somebody was forgotten, by the opaque id that all their acts bear."""
    done = forget(work)
    with work.store.reading() as unit:
        lines = unit.log.decisions(limit=1_000)
    told = [line for line in lines if line.subject == done.id]
    assert told[-1].action is Action.MEMBER_FORGOTTEN
    assert told[-1].reason == "delete"
    assert not any(OTHER.id in (line.actor, line.on_behalf_of, line.subject) for line in lines)
    assert any(done.id in (line.actor, line.on_behalf_of) for line in lines)


def test_only_the_person_and_stewards_may(work: Workplace) -> None:
    """Nobody has somebody else forgotten, and nothing is changed by trying."""
    with pytest.raises(PermissionDeniedError, match="steward"):
        forget_member(
            work,
            Actor(ASKER, acting_as=False),
            COMMUNITY,
            HANDLE,
            ForgetMode.DELETE,
            export_again=lambda _: None,
        )
    with work.store.reading() as unit:
        assert unit.keeping.forgotten() == []
    own = Actor(quimby(), acting_as=False)
    forget_member(work, own, COMMUNITY, HANDLE, ForgetMode.ANONYMISE, export_again=lambda _: None)
    with pytest.raises(UserInputError, match="already"):
        forget(work, ForgetMode.ANONYMISE)


KILLED = """
import os, sys
from pathlib import Path
import agent.services.forgetting as service
from tests.keeping.conftest import opened
from tests.keeping.test_forgetting import forget

service.clean_files = lambda *_: os._exit(9)
with opened(Path(sys.argv[1])) as work:
    forget(work)
"""


def test_a_killed_run_is_finished_by_asking_again(home: Path) -> None:
    """Killed when the record is clean and its files are not, it ends where any run ends.

    By then no name is known any more but from the command itself.
    """
    died = subprocess.run([sys.executable, "-c", KILLED, str(home)], check=False, timeout=100)
    assert died.returncode == 9
    with opened(home) as work:
        done = forget(work)
        assert done.unreached == ()
        with work.store.reading() as unit:
            (gone,) = unit.keeping.forgotten()
            (guide,) = unit.guides.guides()
        assert gone.finished_at is not None
        assert guide.status is GuideStatus.PUBLISHED
        assert set(guide.current.authors()) == {EXPERT.id}
        assert work.store.integrity() == []
    assert traces_in(home) == []


@pytest.mark.parametrize("said", [("--delete",), ("--delete", "--anonymise"), ()])
def test_the_command_does_nothing_by_mistake(
    home: Path, said: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a way and a yes nobody is forgotten, and the code says that something is missing."""
    assert main(["--home", str(home), "forget", HANDLE, *said]) == 2
    assert "say" in capsys.readouterr().err
    with opened(home) as work, work.store.reading() as unit:
        assert unit.keeping.forgotten() == []


def test_the_index_answers_from_what_is_left(work: Workplace) -> None:
    """A search finds no word of who was deleted, and the rest as before."""
    forget(work)
    hits = work.index.search("small tables gain nothing from it", 20, COMMUNITY.id)
    assert hits
    assert not any(said in hit.passage.text for hit in hits for said in SAID[OTHER.id])
