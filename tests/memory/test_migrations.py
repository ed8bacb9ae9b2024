"""The schema: migrations and tables agree, and opening is safe for many and for strangers."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from memory.errors import StoreError
from memory.store import schema, sqlite
from memory.store.sql import SqlStore
from memory.store.tables import metadata


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    """A table changed without a migration is caught here."""
    database = tmp_path / "p.sqlite"
    schema.bring_up_to_date(database)
    engine = sqlite.connect(database, writable=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_deferred_parents_are_in_the_migration(tmp_path: Path) -> None:
    """Both ways of making the schema give the same foreign keys, deferral included."""
    migrated, made = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    schema.bring_up_to_date(migrated)
    engine = sqlite.connect(made, writable=True)
    metadata.create_all(engine)
    engine.dispose()
    assert _foreign_keys(migrated) == _foreign_keys(made) != []


def _foreign_keys(database: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(database) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        found = [(name, sql.count("DEFERRABLE INITIALLY DEFERRED")) for name, sql in tables]
    connection.close()
    return sorted(entry for entry in found if entry[1])


def test_the_head_written_in_code_is_the_newest_migration() -> None:
    """The cheap check at start-up compares with the right revision."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_opening_a_current_database_loads_no_migration_tool(tmp_path: Path) -> None:
    """Starting up stays quick once the schema is there."""
    SqlStore.open(tmp_path / "p.sqlite").close()
    program = (
        "import sys, pathlib; from memory.store.sql import SqlStore;"
        "SqlStore.open(pathlib.Path(sys.argv[1])).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "p.sqlite")], check=False, timeout=60
    )
    assert done.returncode == 0


def test_several_processes_may_open_a_fresh_home_at_once(tmp_path: Path) -> None:
    """The schema is made once, and everybody gets it."""
    program = (
        "import sys, pathlib; from memory.store.sql import SqlStore;"
        "store = SqlStore.open(pathlib.Path(sys.argv[1]));\n"
        "with store.reading() as unit: print(len(unit.people.communities()))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, str(tmp_path / "p.sqlite")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    ended = [(process.communicate(timeout=100), process.returncode) for process in running]
    assert [(out, code) for (out, _), code in ended] == [("0\n", 0)] * 3, ended


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """An old program says that it must be updated, and writes nothing."""
    database = tmp_path / "p.sqlite"
    SqlStore.open(database).close()
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="update Passdown") as told:
        SqlStore.open(database)
    assert "'9999'" in str(told.value)
    assert schema.revision(database) == "9999"


def test_a_failed_migration_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A schema is made whole or not at all, and the next start makes it."""
    from alembic import command

    ioerr = sqlite3.OperationalError("disk I/O error")
    ioerr.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def fail_half_way(config: Config, _target: str) -> None:
        config.attributes["connection"].exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise ioerr

    database = tmp_path / "p.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", fail_half_way)
        with pytest.raises(StoreError, match="disk refused"):
            SqlStore.open(database)
    SqlStore.open(database).close()
    with sqlite3.connect(database) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "half" not in names
    assert "messages" in names


def test_a_file_that_is_no_database_is_told_plainly(tmp_path: Path) -> None:
    """Somebody else's file is neither read as ours nor overwritten."""
    stranger = tmp_path / "p.sqlite"
    stranger.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreError, match="not a Passdown database"):
        SqlStore.open(stranger)
    assert stranger.read_bytes().startswith(b"not a database")


def test_a_missing_folder_is_told_plainly(tmp_path: Path) -> None:
    """The store is made in a home, never in a guessed place."""
    with pytest.raises(StoreError, match="no folder"):
        SqlStore.open(tmp_path / "nowhere" / "p.sqlite")


def test_how_people_appear_survives_the_second_migration(tmp_path: Path) -> None:
    """A guide of the first schema keeps its authors' credit, as what was their default."""
    from alembic import command

    database = tmp_path / "p.sqlite"
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    engine = sqlite.connect(database, writable=True)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    said = [
        {"version": version, "member_id": f"mem_000000000000000{version}", "credit": "role_only"}
        for version in (1, 2)
    ]
    plain = sqlite3.connect(database)
    with plain:
        plain.execute(
            "INSERT INTO guides VALUES ('gui_1', 'com_1', 'inq_1', 'draft', 2, ?, NULL, NULL, NULL,"
            " 0, 0)",
            (json.dumps(said),),
        )
    schema.bring_up_to_date(database)
    (row,) = plain.execute("SELECT credits, approved FROM guides").fetchall()
    plain.close()
    kept = {"member_id": "mem_0000000000000002", "credit": "role_only", "own": False}
    assert [json.loads(part) for part in row] == [[kept], []]
