"""Tests of the method: pure functions over records."""
