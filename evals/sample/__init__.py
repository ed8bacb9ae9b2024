"""Where the shipped sample community lies: a Slack export, and what its experts never wrote."""

from __future__ import annotations

from pathlib import Path

SAMPLE_NAME = "Harbourline"
SLACK_EXPORT = Path(__file__).with_name("slack")
EXPERTS_FILE = Path(__file__).with_name("experts.toml")
