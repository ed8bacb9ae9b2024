"""The ledger of calls to a language model: budgets, costs and the cache, in a file of its own.

A call is entered with the most it may cost before it is sent, in the transaction that holds it
against the budgets; so they hold also where processes run side by side or are killed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from memory.records.model_call import CallOutcome, ModelCall, StepTaken
from memory.records.model_policy import ModelPolicy
from memory.store.sqlite import BUSY_SECONDS, plain_errors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, endpoint TEXT NOT NULL, inquiry_id TEXT,
  tokens INTEGER NOT NULL, money REAL NOT NULL, cached INTEGER NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS calls_at ON calls (at);
CREATE INDEX IF NOT EXISTS calls_inquiry ON calls (inquiry_id);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, at TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sent (
  number INTEGER PRIMARY KEY REFERENCES calls, at TEXT NOT NULL, payload TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS steps (
  number INTEGER PRIMARY KEY, inquiry_id TEXT, record TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS settled (
  key TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, left_to_us INTEGER NOT NULL,
  PRIMARY KEY (key, reason)
);
"""


@dataclass(frozen=True, slots=True)
class SentPayload:
    """Exactly what one call sent, as JSON text, without the key."""

    at: datetime
    payload: str


class ModelLedger:
    """Every method is one transaction; processes and threads may share the file."""

    def __init__(self, path: Path) -> None:
        """Open the ledger at `path`, whose folder exists. Raises `StoreError`."""
        self._path = path
        with self._writing() as connection:
            connection.executescript(f"PRAGMA journal_mode=WAL; {_SCHEMA}")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with (
            plain_errors(self._path),
            closing(
                sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            ) as connection,
        ):
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            yield connection

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with self._writing() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def begin(self, call: ModelCall, policy: ModelPolicy) -> int | CallOutcome:
        """Enter a call that is about to be sent, or tell which budget it does not fit."""
        with self._locked() as connection:
            day = call.at.astimezone(UTC).date()
            spent = _spent(connection, "at >= ? AND at < ?", (_day(day), _day(day, later=1)))
            limits = (policy.calls_a_day, policy.tokens_a_day, policy.money_a_day)
            if _over(spent, call, limits):
                return CallOutcome.DAY_BUDGET
            if call.inquiry_id is not None:
                spent = _spent(connection, "inquiry_id = ?", (call.inquiry_id,))
                limits = (
                    policy.calls_an_inquiry,
                    policy.tokens_an_inquiry,
                    policy.money_an_inquiry,
                )
                if _over(spent, call, limits):
                    return CallOutcome.INQUIRY_BUDGET
            return _insert(connection, call)

    def finish(self, number: int, call: ModelCall) -> None:
        """Put what a call came to in the place of what it might have cost."""
        with self._locked() as connection:
            connection.execute(
                "UPDATE calls SET tokens = ?, money = ?, record = ? WHERE number = ?",
                (call.tokens, call.money, call.model_dump_json(), number),
            )

    def reuse(self, key: str, since: datetime, call: ModelCall) -> str | None:
        """The answer kept under `key` at or after `since`, entered as `call`; else `None`.

        Older answers are deleted.
        """
        with self._locked() as connection:
            connection.execute("DELETE FROM answers WHERE at < ?", (_time(since),))
            found = connection.execute("SELECT text FROM answers WHERE key = ?", (key,)).fetchone()
            if found is not None:
                _insert(connection, call)
            return None if found is None else str(found[0])

    def keep_answer(self, key: str, text: str, at: datetime) -> None:
        with self._locked() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, _time(at), text)
            )

    def keep_sent(self, number: int, payload: str, at: datetime) -> None:
        with self._locked() as connection:
            connection.execute("INSERT INTO sent VALUES (?, ?, ?)", (number, _time(at), payload))

    def sent(self, limit: int = 20) -> Sequence[SentPayload]:
        """What was sent, the newest `limit`, newest last."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT at, payload FROM sent ORDER BY number DESC LIMIT ?", (limit,)
            ).fetchall()
        return [SentPayload(datetime.fromisoformat(at), payload) for at, payload in reversed(rows)]

    def latest(self, endpoint: str, limit: int) -> Sequence[ModelCall]:
        """The newest calls that were sent to an endpoint, newest first."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT record FROM calls WHERE endpoint = ? AND NOT cached "
                "ORDER BY number DESC LIMIT ?",
                (endpoint, limit),
            ).fetchall()
        return [ModelCall.model_validate_json(row[0]) for row in rows]

    def calls(self, inquiry_id: str | None = None) -> Sequence[ModelCall]:
        """Every call in order, or those of one inquiry."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT record FROM calls WHERE ?1 IS NULL OR inquiry_id = ?1 ORDER BY number",
                (inquiry_id,),
            ).fetchall()
        return [ModelCall.model_validate_json(row[0]) for row in rows]

    def note_step(self, taken: StepTaken, key: str = "", *, left: bool = False) -> None:
        """Enter who took a step; what came to the same under the same `key`, only once.

        `left`: a model was tried on it and failed, which `was_left` tells from now on.
        """
        with self._locked() as connection:
            if key:
                row = (key, taken.reason, _time(taken.at), left)
                new = connection.execute("INSERT OR IGNORE INTO settled VALUES (?, ?, ?, ?)", row)
                if not new.rowcount:
                    return
            connection.execute(
                "INSERT INTO steps (inquiry_id, record) VALUES (?, ?)",
                (taken.inquiry_id, taken.model_dump_json()),
            )

    def was_left(self, key: str, since: datetime) -> bool:
        """Whether a model failed on the step of this key at or after `since`; older is deleted."""
        with self._locked() as connection:
            connection.execute("DELETE FROM settled WHERE at < ?", (_time(since),))
            found = connection.execute(
                "SELECT 1 FROM settled WHERE key = ? AND left_to_us", (key,)
            ).fetchone()
        return found is not None

    def steps(self, inquiry_id: str | None = None) -> Sequence[StepTaken]:
        """Who took which step, in order; of one inquiry where given."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT record FROM steps WHERE ?1 IS NULL OR inquiry_id = ?1 ORDER BY number",
                (inquiry_id,),
            ).fetchall()
        return [StepTaken.model_validate_json(row[0]) for row in rows]


def _insert(connection: sqlite3.Connection, call: ModelCall) -> int:
    cached = call.outcome is CallOutcome.CACHED
    row = (
        *(_time(call.at), call.endpoint, call.inquiry_id),
        *(call.tokens, call.money, cached, call.model_dump_json()),
    )
    entered = connection.execute(
        "INSERT INTO calls (at, endpoint, inquiry_id, tokens, money, cached, record) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    return int(entered.lastrowid or 0)


def _spent(
    connection: sqlite3.Connection, which: str, values: tuple[str, ...]
) -> tuple[int, int, float]:
    """Calls, tokens and money of the calls that were sent; `which` is one of this module's own."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(tokens), 0), coalesce(sum(money), 0.0) "  # noqa: S608  fixed
        f"FROM calls WHERE NOT cached AND {which}",
        values,
    ).fetchone()
    return int(row[0]), int(row[1]), float(row[2])


def _over(spent: tuple[int, int, float], call: ModelCall, limits: tuple[int, int, float]) -> bool:
    calls, tokens, money = spent
    return (
        calls + 1 > limits[0] or tokens + call.tokens > limits[1] or money + call.money > limits[2]
    )


def _time(at: datetime) -> str:
    """A time that sorts as text: always UTC, always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _day(day: object, *, later: int = 0) -> str:
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    return _time(start + timedelta(days=later))
