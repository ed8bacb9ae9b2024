"""Keeping a home: backups, repair, forgetting, and what a person may see of themselves."""
