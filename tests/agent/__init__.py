"""Tests of the agent: policy, graph, services."""
