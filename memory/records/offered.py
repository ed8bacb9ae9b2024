"""Talk that people bring to the agent by themselves, told from imported talk by its source."""

from __future__ import annotations

NOTE = "note"
"""`source` of a note or a transcript that a member submitted."""
INCIDENT = "incident"
"""`source` of what was said when an after-action review was opened."""
OFFERED = frozenset({NOTE, INCIDENT})
"""Nobody has to wait for such talk to settle: whoever brought it had finished."""
