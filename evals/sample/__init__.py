"""Where the shipped samples lie: a community's Slack export, what its experts never wrote, and
messages and questions that were labelled for measuring.
"""

from __future__ import annotations

from pathlib import Path

SAMPLE_NAME = "Harbourline"
SLACK_EXPORT = Path(__file__).with_name("slack")
EXPERTS_FILE = Path(__file__).with_name("experts.toml")
LABELLED = Path(__file__).with_name("labelled")
RETRIEVAL = Path(__file__).with_name("retrieval")
EDITS = Path(__file__).with_name("edits")
ANSWERED = Path(__file__).with_name("answered")
PRIVACY = Path(__file__).with_name("privacy")
SECRETS = Path(__file__).with_name("secrets")
INJECTION = Path(__file__).with_name("injection")
REPLIES = Path(__file__).with_name("replies")
OWN_WORDS = Path(__file__).with_name("own_words")
CONTRADICTIONS = Path(__file__).with_name("contradictions")
