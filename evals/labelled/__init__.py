"""Labelled messages: their file format, what annotators agree on, and the threads they stood in."""
