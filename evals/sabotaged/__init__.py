"""Engines and parts that are worse on purpose, to show that every measure can fail."""
