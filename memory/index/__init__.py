"""The vector index over published guides: rebuildable, and never the record."""
