"""Tests of the vector memory."""
