"""Looks of the screens: dark, light, and one of high contrast."""

from __future__ import annotations

from textual.theme import Theme

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    warning="#ffaf00",
    error="#ff8787",
    success="#87ff87",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
    text_alpha=1.0,
    variables={"footer-key-foreground": "#ffff00", "border": "#ffffff"},
)
LOOKS = ("textual-dark", "textual-light", HIGH_CONTRAST.name)
"""In the order in which a key goes through them."""
