"""Engines behind one protocol: the embedded one needs no model."""
