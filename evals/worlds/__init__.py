"""Simulated people who react to the text of a question alone."""
