"""The `passdown` command as a person or a program meets it."""
