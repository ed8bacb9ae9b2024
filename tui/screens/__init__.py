"""The screens: they take records, call services, and know nothing of graphs."""
