"""A simulated organisation: the published study rebuilt, and a harder world."""
