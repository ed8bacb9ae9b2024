"""Tests of the sample, the scripted people and what measures the agent."""
