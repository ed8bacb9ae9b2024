"""Frozen records; illegal ones cannot be constructed."""
