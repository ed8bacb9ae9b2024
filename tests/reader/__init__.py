"""The fitted reader."""
