"""Looking after a home: every damage here is real, and only what can be derived is mended."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.services.forgetting import find_to_forget
from agent.services.repair import Examined, examine, repair
from agent.services.workplace import Workplace
from memory.home import Home
from memory.index.protocols import Passage
from memory.records.keeping import ForgetMode
from tests.agent.conftest import EXPERT
from tests.builders import COMMUNITY
from tests.keeping.conftest import opened, quimby, traces_in
from tui.cli import main


def sql(database: Path, *statements: str) -> None:
    """Change a database behind everybody's back."""
    connection = sqlite3.connect(database)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def failing(work: Workplace) -> set[str]:
    """Names of the checks that fail."""
    return {check.name for check in examine(work) if not check.passed}


def mended(work: Workplace) -> Examined:
    """Mend what can be mended."""
    return repair(work, lambda _: None)


STRAY = Passage(
    id="pas_00000000000000ff",
    guide_id="gui_00000000000000ff",
    version=1,
    community_id=COMMUNITY.id,
    facet=None,
    title="Gone long ago",
    text="nobody published this",
)


def guide_in(work: Workplace) -> str:
    """The id of the only guide."""
    with work.store.reading() as unit:
        (guide,) = unit.guides.guides()
    return guide.id


def shelf(work: Workplace) -> Path:
    """The copy of the index that is read."""
    (found,) = work.home.index_dir.glob("build-*/shelf/shelf.sqlite")
    return found


def test_a_sound_home_passes_and_is_left_alone(work: Workplace) -> None:
    """Nothing is found, and so nothing is mended and nothing logged."""
    assert failing(work) == set()
    before = work.home.database.read_bytes()
    assert mended(work).repairs == []
    assert work.home.database.read_bytes() == before


def spoil(file: Path) -> None:
    """Put other bytes in the place of a file."""
    file.write_bytes(b"SQLite" * 2_000)


def wear(work: Workplace) -> set[str]:
    """What years of killed runs leave behind."""
    work.home.database.chmod(0o644)
    (work.home.path / "backup.part").mkdir()
    sql(
        work.home.database,
        "INSERT INTO leases VALUES ('inq_x', 'host/1/a', 5)",
        "UPDATE inquiries SET status = 'waiting_for_answer'",
        "DELETE FROM dues",
    )
    stray = "INSERT INTO checkpoints (thread_id, checkpoint_id) VALUES ('inq_gone', '1')"
    sql(work.home.checkpoints, stray)
    return {"permissions", "leftovers", "leases", "half done", "places"}


def misplace(work: Workplace) -> set[str]:
    """An index without what was published, and with what never was."""
    work.index.replace_guide(guide_in(work), ())
    work.index.replace_guide(STRAY.guide_id, [STRAY])
    return {"passages"}


def forge(work: Workplace) -> set[str]:
    """Other words in the index than in the record; its list of words gone; places damaged."""
    sql(shelf(work), "UPDATE passages SET text = 'other'", "DELETE FROM words")
    spoil(work.home.checkpoints)
    return {"passages", "places"}


@pytest.mark.parametrize("damage", [wear, misplace, forge])
def test_what_is_derived_is_mended(home: Path, damage: Callable[[Workplace], set[str]]) -> None:
    """A damage of what can be made anew is found, mended, told of, and gone afterwards."""
    with opened(home) as work:
        expected = damage(work)
        assert failing(work) == expected
        done = mended(work)
        assert done.passed, [check for check in done.checks if not check.passed]
        assert {one.name for one in done.repairs} >= expected - {"passages"}
        assert all(one.did for one in done.repairs)


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        ("references", (f"DELETE FROM members WHERE id = '{EXPERT.id}'",)),  # noqa: S608  an id
        ("evidence", ("UPDATE evidence_texts SET text = 'something else entirely'",)),
    ],
)
def test_evidence_is_neither_invented_nor_deleted(
    home: Path, name: str, statements: tuple[str, ...]
) -> None:
    """What people said and who they are is only looked at: it is told, and stays as it is."""
    with opened(home) as work:
        sql(work.home.database, *statements)
        assert name in failing(work)
        tables = ("members", "messages", "claims", "guide_versions", "evidence_texts")
        before = [held(work.home.database, table) for table in tables]
        done = mended(work)
        assert not done.passed
        assert name in {check.name for check in done.checks if not check.passed}
        assert [held(work.home.database, table) for table in tables] == before


def held(database: Path, table: str) -> list[tuple[object, ...]]:
    """Every row of a table."""
    connection = sqlite3.connect(database)
    rows = list(connection.execute(f"SELECT * FROM {table}"))  # noqa: S608  names of this file
    connection.close()
    return rows


def test_a_damaged_database_is_told_and_not_touched(home: Path) -> None:
    """Changed bytes in the record are found; the way back is a backup."""
    database = home / "passdown.sqlite"
    raw = bytearray(database.read_bytes())
    page = 4096
    for start in range(8 * page, 12 * page, page):
        raw[start : start + 64] = b"\xff" * 64
    database.write_bytes(bytes(raw))
    with opened(home) as work:
        assert "database" in failing(work)


def test_half_a_forgetting_is_finished(home: Path) -> None:
    """Whom a killed run left half forgotten is forgotten wholly."""
    with opened(home) as work:
        with work.store.writing() as unit:
            begun = unit.keeping.plan(quimby(), ForgetMode.DELETE, work.clock.now(), ())
            unit.keeping.save_forgotten(begun)
        assert failing(work) == {"forgetting"}
        assert mended(work).passed
        assert find_to_forget(work, COMMUNITY, begun.id).is_whole
    assert traces_in(home) == []


def test_the_command_says_by_its_code_how_it_went(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0: nothing was wrong; 1: all of it was mended; 2: something stays wrong."""
    home = Home.open(tmp_path / "home")
    home.store().close()
    home.database.chmod(0o644)
    call = ["--home", str(home.path), "doctor"]
    assert [main([*call, *more]) for more in (("--repair",), ())] == [1, 0]
    assert re.search(r"Mended permissions: made \d+ private", capsys.readouterr().out)
