"""Tests of the screens, with keys in a headless terminal."""
