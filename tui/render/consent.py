"""What is shown of a wish to let everybody read somebody's words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from agent.services.widening import Consent
from prompts.visibility import load_visibility
from tui.render.listing import indented
from tui.render.safe import one_line


def consent_block(asked: Consent) -> Sequence[RenderableType]:
    """Id and title, why it is asked, and the words."""
    guide = asked.width.guide
    return (
        Text(f"{guide.id}  {one_line(guide.current.title)}"),
        indented(Text(load_visibility().say("asked", because=reason(asked)))),
        *(indented(Text(one_line(words)), 4) for words in asked.words),
    )


def consent_state(asked: Consent) -> str:
    """How a person's word stands, above their sentences in the guide."""
    states = {None: "own_asked", True: "own_agreed", False: "own_refused"}
    return load_visibility().say(states[asked.agreed])


def reason(asked: Consent) -> str:
    """Why a steward wishes it, as they wrote it."""
    return one_line(asked.width.wish.because) if asked.width.wish is not None else ""
