"""Ways to reach a person; the inbox of this home is the first."""
