"""Small parts of screens that know records, and no services."""
