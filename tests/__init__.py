"""Tests: each states the fact it protects."""
