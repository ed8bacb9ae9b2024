"""The kinds of columns that tables of records are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    String,
    Text,
    TypeDecorator,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class UtcMicros(TypeDecorator[datetime]):
    """A UTC time as whole microseconds since 1970: exact, and it sorts as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else EPOCH + value * MICROSECOND


def key(name: str = "id") -> Column[str]:
    """The primary key: the id of a record."""
    return Column(name, String(24), primary_key=True)


def ident(name: str, *, null: bool = False) -> Column[str]:
    """The id of another record, which need not be there."""
    return Column(name, String(24), nullable=null)


def parent(name: str, target: str) -> Column[str]:
    """Refer to a record that has to be there when the transaction commits, in any order."""
    return Column(
        name, String(24), ForeignKey(target, deferrable=True, initially="DEFERRED"), nullable=False
    )


def parent_key(name: str, target: str) -> Column[str]:
    """The same, as a part of the primary key."""
    return Column(
        name,
        String(24),
        ForeignKey(target, deferrable=True, initially="DEFERRED"),
        primary_key=True,
    )


def word(name: str, *, null: bool = False) -> Column[str]:
    """A word of a fixed list, or a name."""
    return Column(name, String, nullable=null)


def text(name: str) -> Column[str]:
    """What people wrote."""
    return Column(name, Text, nullable=False)


def flag(name: str) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean(create_constraint=False), nullable=False)


def count(name: str) -> Column[int]:
    """A whole number."""
    return Column(name, Integer, nullable=False)


def big(name: str) -> Column[int]:
    """A whole number of up to eight bytes."""
    return Column(name, BigInteger, nullable=False)


def real(name: str) -> Column[float]:
    """A number."""
    return Column(name, Float, nullable=False)


def at(name: str, *, null: bool = False) -> Column[datetime]:
    """A time."""
    return Column(name, UtcMicros, nullable=null)


def parts(name: str, *, null: bool = False) -> Column[object]:
    """A list or a table of values, as JSON."""
    return Column(name, JSON(none_as_null=True), nullable=null)
