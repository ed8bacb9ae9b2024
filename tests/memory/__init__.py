"""Tests of the ground floor: records, the system of record and the home."""
