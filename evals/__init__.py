"""Measurement and demonstration through the shipped services."""
