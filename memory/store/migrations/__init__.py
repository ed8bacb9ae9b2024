"""Alembic migrations of the system of record, shipped with the package."""
