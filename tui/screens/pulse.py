"""The pulse: what the agent did, will do and may do, and the button that lets people rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from agent.services.pulse import Pulse, pulse_of
from tui.render.pulse import pulse_blocks, pulse_keyed
from tui.screens.last_day import LastDay, LastDayScreen
from tui.screens.part import PartScreen
from tui.widgets.blocks import BlockList

if TYPE_CHECKING:
    from tui.seat import Seat

EVERY = 30.0
"""Seconds after which times are told anew though nothing happened."""


class PauseScreen(LastDayScreen):
    """Asks until when to pause; dismisses with `None` where it is not to be."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "Pause", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__(
            "Pause the agent",
            "It asks nothing, sends nothing and reminds nobody until then. Answers and "
            "decisions are taken as ever, and what waits for people waits longer.",
            "last day, as 2025-03-09; empty: until somebody resumes it",
        )


class PulseScreen(PartScreen[tuple[Pulse, bool]]):
    """Counts and times of one community; no person's name but that of who paused the agent."""

    PART = "pulse"
    GUIDANCE = (
        "What the agent did today, in your own time zone, what it will do next and when, how many "
        "questions it asked this week against the policy, and what it waits for. Nobody sees who "
        "was asked or how often anybody answers. Coordinators and stewards can pause the agent: "
        "it then asks nothing, sends nothing and reminds nobody, while answers are still taken."
    )
    DEFAULT_CSS = "PulseScreen BlockList { padding: 1 1 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pause", "Pause"),
        Binding("r", "resume", "Resume"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._pulse: Pulse | None = None
        self._pauses = False

    def compose_part(self) -> ComposeResult:
        """All of it in one column."""
        yield BlockList(widget_id="pulse")

    def on_mount(self) -> None:
        """Arrows scroll at once; times are kept true."""
        self.query_one(BlockList).focus()
        self.set_interval(EVERY, self.reload)
        super().on_mount()

    def read(self, seat: Seat) -> tuple[Pulse, bool]:
        """The pulse as of now, and whether this person may pause the agent."""
        from agent.services.pausing import may_pause

        pulse = pulse_of(seat.work, seat.community, seat.member)
        return pulse, may_pause(seat.work, seat.actor)

    def show(self, records: tuple[Pulse, bool]) -> None:
        """Show it where one was reading."""
        self._pulse, self._pauses = records
        self.query_one(BlockList).show_blocks(pulse_keyed(pulse_blocks(self._pulse)))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only who may pause is offered it, and only what changes anything."""
        del parameters
        if action not in ("pause", "resume"):
            return True
        if self._pulse is None or not self._pauses:
            return False
        return action == "pause" or self._pulse.pause is not None

    def action_pause(self) -> None:
        """Ask until when, then pause."""
        self.app.push_screen(PauseScreen(), self._pause)

    def _pause(self, last: LastDay | None) -> None:
        if last is None:
            return
        from agent.services.pausing import end_of_day, pause_agent

        seat = self.seat
        end = end_of_day(last.day, seat.member, seat.work) if last.day is not None else None
        self.act(
            lambda: pause_agent(seat.work, seat.actor, seat.community, end),
            lambda _: self._done("The agent is paused; answers are still taken."),
        )

    def action_resume(self) -> None:
        """Let the agent go on."""
        from agent.services.pausing import resume_agent

        seat = self.seat
        self.act(
            lambda: resume_agent(seat.work, seat.actor, seat.community),
            lambda _: self._done("The agent goes on with its next sweep."),
        )

    def _done(self, words: str) -> None:
        self.notify(words)
        self.reload()
