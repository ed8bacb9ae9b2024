"""Tests of pure rendering."""
