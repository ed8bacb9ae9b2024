"""Tests with several processes on one home: kills, races, and normal company."""
