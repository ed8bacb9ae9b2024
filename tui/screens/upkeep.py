"""Upkeep: what calls published guides into question, and what stewards decide about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from agent.services.questioned import Twins, Upkeep, Waiting, open_upkeep
from memory.errors import PermissionDeniedError
from memory.records.challenge import RecheckState
from tui.render.blocks import Block
from tui.render.safe import one_line
from tui.render.upkeep_screen import upkeep_keyed
from tui.screens.asking import Reasons
from tui.screens.choosing import ChooseScreen, PickScreen, SureScreen
from tui.screens.part import PartScreen
from tui.widgets.blocks import BlockList

if TYPE_CHECKING:
    from agent.services.challenging_marks import Contested
    from tui.seat import Seat

ANSWERED = (RecheckState.CHANGED, RecheckState.UNCLEAR)
"""There are words of the author to make a new version with."""
MOST_FOUND = 12
"""Guides listed to choose from."""


@dataclass(frozen=True, slots=True)
class Closed:
    """It is not for this person, and why, in words."""

    why: str


class UpkeepScreen(PartScreen[Upkeep | Closed]):
    """Contradictions, answers whether guides hold, and likely duplicates, each with its keys."""

    PART = "upkeep"
    GUIDANCE = (
        "What calls published guides into question. A contradiction shows the guide's sentence "
        "with the words it rests on, and what was said against it later; set it aside where the "
        "guide stands all the same. Where an author was asked whether a guide holds, let it stand "
        "in their stead, or make a new version with their answer: it waits for their yes. Of two "
        "guides that seem one, say which stays, or keep them apart for good. Each asks why; other "
        "stewards read it, and the log keeps who and when. Enter opens the guide."
    )
    DEFAULT_CSS = "UpkeepScreen BlockList { padding: 1 1 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "aside", "Set aside", tooltip="The guide stands against the later words"),
        Binding("l", "stand", "Let stand", tooltip="Say in its author's stead that it holds"),
        Binding("n", "renew", "New version", tooltip="Make a version with its author's answer"),
        Binding("s", "same", "The same", tooltip="Both say the same: choose which one stays"),
        Binding("d", "apart", "Keep apart", tooltip="They are not the same; never propose again"),
        Binding("x", "replace", "Replace", tooltip="Let another guide take its place"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._upkeep = Upkeep()
        self._reasons = Reasons()

    def compose_part(self) -> ComposeResult:
        """All of it in one column."""
        yield BlockList(widget_id="upkeep")

    def on_mount(self) -> None:
        """Arrows go from one to the next at once."""
        self.query_one(BlockList).focus()
        super().on_mount()

    def read(self, seat: Seat) -> Upkeep | Closed:
        """Everything that calls guides into question, or why this is not theirs to see."""
        try:
            return open_upkeep(seat.work, seat.actor)
        except PermissionDeniedError as refused:
            return Closed(str(refused))

    def show(self, records: Upkeep | Closed) -> None:
        """Show it with the cursor where it was."""
        if isinstance(records, Closed):
            self._upkeep = Upkeep()
            words = f"This is not open to you: {one_line(records.why)}."
            blocks = [Block(Text(words))]
        else:
            self._upkeep = records
            blocks = upkeep_keyed(records)
        self.query_one(BlockList).show_blocks(blocks)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done about what the cursor is on, by this person."""
        del parameters
        contested, waiting, twins = self._contested, self._waiting, self._twins
        if action == "aside":
            return contested is not None
        if action == "stand":
            return waiting is not None
        if action == "renew":
            return waiting is not None and waiting.recheck.state in ANSWERED
        if action == "same":
            return twins is not None and any(
                side.guide_id in self._upkeep.replaceable for side in twins.sides
            )
        if action == "apart":
            return twins is not None
        if action == "replace":
            return self._guide_here in self._upkeep.replaceable
        return True

    @property
    def _here(self) -> str:
        lists = self.query(BlockList)
        return lists.first().current if lists else ""

    @property
    def _contested(self) -> tuple[str, Contested] | None:
        here, known = self._here, self._upkeep.contested
        return next((one for one in known if one[1].challenge.id == here), None)

    @property
    def _waiting(self) -> Waiting | None:
        here = self._here
        return next((one for one in self._upkeep.waiting if one.recheck.id == here), None)

    @property
    def _twins(self) -> Twins | None:
        here = self._here
        return next((one for one in self._upkeep.twins if one.pair.id == here), None)

    @property
    def _guide_here(self) -> str:
        """The one guide that the cursor's entry is about; nothing for a pair."""
        if self._contested is not None:
            return self._contested[1].challenge.guide_id
        return self._waiting.recheck.guide_id if self._waiting is not None else ""

    @property
    def _title_here(self) -> str:
        title = self._contested[0] if self._contested is not None else ""
        return one_line(self._waiting.title if self._waiting is not None else title)

    @on(BlockList.Moved)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(BlockList.Chosen)
    def _open(self) -> None:
        """Read the guide; of a pair, choose which."""
        twins = self._twins
        if twins is None:
            self._read_guide(self._guide_here)
        else:
            self.app.push_screen(
                ChooseScreen("Which one do you want to read?", _choices(twins)), self._read_guide
            )

    def _read_guide(self, guide_id: str | None) -> None:
        if guide_id:
            from tui.screens.reader import ReaderScreen

            self.app.push_screen(ReaderScreen(guide_id))

    def action_aside(self) -> None:
        """Let the guide stand against the later words."""
        from agent.services.challenging import set_aside

        if self._contested is None:
            return
        key, seat = self._contested[1].challenge.id, self.seat
        self._ask(
            f"Set aside: {self._title_here}",
            "Why does the guide stand all the same? Other stewards read it.",
            f"aside:{key}",
            lambda why: set_aside(seat.work, seat.actor, key, why),
            "Set aside. The guide stands as it is.",
        )

    def action_stand(self) -> None:
        """Say in its author's stead that it holds."""
        from agent.services.reverifying import let_stand

        if self._waiting is None:
            return
        recheck, seat = self._waiting.recheck, self.seat
        self._ask(
            f"Let stand: {self._title_here}",
            "Why does it hold, in its author's stead? Other stewards read it.",
            f"stand:{recheck.id}",
            lambda why: let_stand(
                seat.work, seat.actor, recheck.guide_id, why, recheck_id=recheck.id
            ),
            "It stands. Its next check is put off.",
        )

    def action_renew(self) -> None:
        """Make a new version with the author's answer, once more asked."""
        from agent.services.reverifying import renew

        if self._waiting is None:
            return
        recheck, seat = self._waiting.recheck, self.seat
        told = (
            f"The answer takes the place of \u201c{one_line(self._waiting.text)}\u201d in a new "
            "version. It waits for its author's yes and for a steward; until then the guide "
            "stays as it is, marked."
        )

        def go_on(sure: bool | None) -> None:
            if sure:
                self.act(
                    lambda: renew(seat.work, seat.actor, recheck.guide_id, recheck_id=recheck.id),
                    lambda _: self._done("A new version waits for its author's yes."),
                    refused=self._refused,
                )

        self.app.push_screen(SureScreen(f"New version: {self._title_here}", told, "Make it"), go_on)

    def action_same(self) -> None:
        """Choose which of the two stays, say why, and let it take the other's place."""
        from agent.services.alike import say_same

        twins = self._twins
        if twins is None:
            return
        pair, seat = twins.pair, self.seat

        def chosen(keep: str | None) -> None:
            if keep is not None:
                self._ask(
                    "The same",
                    "Why is it one? The other is replaced by this one; readers are led here.",
                    f"same:{pair.id}",
                    lambda why: say_same(seat.work, seat.actor, pair.id, keep, why),
                    "This one stays; the other leads to it.",
                )

        replaceable = self._upkeep.replaceable
        keeping = [side for side in twins.sides
                   if {pair.first_id, pair.second_id} - {side.guide_id} <= replaceable]  # fmt: skip
        choices = [one for one in _choices(twins) if one[0] in {side.guide_id for side in keeping}]
        self.app.push_screen(ChooseScreen("Which one stays?", choices), chosen)

    def action_apart(self) -> None:
        """Say that they are not the same."""
        from agent.services.alike import say_apart

        if self._twins is None:
            return
        pair, seat = self._twins.pair, self.seat
        self._ask(
            "Keep apart",
            "What tells the two apart? They are never proposed as one again.",
            f"apart:{pair.id}",
            lambda why: say_apart(seat.work, seat.actor, pair.id, why),
            "Kept apart, for good.",
        )

    def action_replace(self) -> None:
        """Choose the guide that takes its place, then say why."""
        from agent.services.questioned import titles_in_place_of

        guide_id, title, seat = self._guide_here, self._title_here, self.seat
        if guide_id:
            self.act(
                lambda: titles_in_place_of(seat.work, seat.actor, guide_id),
                lambda others: self._pick(guide_id, title, others),
            )

    def _pick(self, guide_id: str, title: str, others: Sequence[tuple[str, str]]) -> None:
        from agent.services.superseding import supersede

        seat = self.seat
        if not others:
            self.notify("No other guide is published that could take its place.")
            return

        def chosen(by: str | None) -> None:
            if by is not None and by != PickScreen.NOBODY:
                self._ask(
                    f"Replace: {title}",
                    "Why does the other take its place? Readers are led there.",
                    f"replace:{guide_id}",
                    lambda why: supersede(seat.work, seat.actor, guide_id, by, why),
                    "Replaced. Whoever looks for it is led to the other.",
                )

        self.app.push_screen(
            PickScreen(
                "Which guide takes its place?",
                lambda typed: _found(others, typed),
                "none of these; go back",
            ),
            chosen,
        )

    def _ask(
        self,
        title: str,
        hint: str,
        act: str,
        service: Callable[[str], object],
        done: str,
    ) -> None:
        """Ask why, do it in a thread, tell; what was typed is kept where it was refused."""

        def taken() -> None:
            self._reasons.taken(act)
            self._done(done)

        def go_on(why: str) -> None:
            self.act(lambda: service(why), lambda _: taken(), refused=self._refused)

        self._reasons.ask(self.app, title, hint, act, go_on)

    def _refused(self, _: Exception) -> None:
        """Somebody may have been first: show how things stand."""
        self.reload()

    def _done(self, words: str) -> None:
        self.notify(words, markup=False)
        self.reload()


def _choices(twins: Twins) -> list[tuple[str, str]]:
    return [(side.guide_id, one_line(side.title)) for side in twins.sides]


def _found(others: Sequence[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    wanted = typed.casefold().split()
    fitting = (one for one in others if all(word in one[1].casefold() for word in wanted))
    return [(one, one_line(title)) for one, title in fitting][:MOST_FOUND]
