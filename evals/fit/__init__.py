"""Fitting of the numbers that ship in `prompts/`, from labelled messages."""
