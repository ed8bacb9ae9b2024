"""Rules: how a community decides, what work is stopped, and who acts for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from agent.services.rulebook import Rulebook, StopLine, read_rulebook
from tui.render.rules import grant_words, rules_keyed
from tui.render.safe import one_line
from tui.render.times import counted
from tui.screens.asking import Reasons
from tui.screens.choosing import PickScreen, SureScreen
from tui.screens.last_day import LastDay, LastDayScreen
from tui.screens.part import PartScreen
from tui.screens.topic import TopicScreen
from tui.widgets.blocks import BlockList

if TYPE_CHECKING:
    from agent.services.granting import GrantLine
    from agent.services.stopping import Spoken
    from memory.errors import PassdownError
    from memory.records.people import Member
    from tui.seat import Seat

MOST_FOUND = 12
"""People listed to choose from."""


class _Entries(BlockList):
    """Entries that have keys of their own; none leads anywhere."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is opened here."""
        del parameters
        return action != "choose"


class RulesScreen(PartScreen[Rulebook]):
    """Model, roles, stop-work and grants; what may be changed here, by whom it may be."""

    PART = "rules"
    GUIDANCE = (
        "How guides are decided here and by whom, as `passdown.toml` and the roles say; what is "
        "wrong with that is marked. Work on a topic is stopped by the technical authority, or "
        "whom the rules name: its guides are frozen at once, nobody is asked about it, and "
        "everybody who asks reads why. You may let somebody act for you until a day, and end it; "
        "stewards may for others. The log names both, each time."
    )
    DEFAULT_CSS = "RulesScreen BlockList { padding: 1 1 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "stop", "Stop work", tooltip="Stop work on a topic, at once"),
        Binding("r", "resume", "Resume", tooltip="Let work on this topic go on"),
        Binding("g", "grant", "Let act", tooltip="Let somebody act for a person"),
        Binding("e", "end", "End", tooltip="End this grant at once"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._book: Rulebook | None = None
        self._reasons = Reasons()
        self._topic = ""
        """Typed last and not stopped."""

    def compose_part(self) -> ComposeResult:
        """All of it in one column."""
        yield _Entries(widget_id="rules")

    def on_mount(self) -> None:
        """Arrows go from one to the next at once."""
        self.query_one(BlockList).focus()
        super().on_mount()

    def read(self, seat: Seat) -> Rulebook:
        """The rules as of now."""
        return read_rulebook(seat.work, seat.community, seat.actor)

    def show(self, records: Rulebook) -> None:
        """Show them with the cursor where it was."""
        self._book = records
        self.query_one(BlockList).show_blocks(rules_keyed(records))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what this person may change, and what the cursor is on."""
        del parameters
        book = self._book
        if action not in ("stop", "resume", "grant", "end"):
            return True
        if book is None:
            return False
        if action == "stop":
            return book.may_stop
        if action == "resume":
            return book.may_resume and self._stop_here is not None
        if action == "end":
            line = self._grant_here
            return line is not None and self._may_end(line, book)
        return book.may_grant_all or not self.seat.actor.by

    def _may_end(self, line: GrantLine, book: Rulebook) -> bool:
        return book.may_grant_all or line.member.id == self.seat.member.id

    @property
    def _here(self) -> str:
        lists = self.query(BlockList)
        return lists.first().current if lists else ""

    @property
    def _stop_here(self) -> StopLine | None:
        stops = self._book.stops if self._book is not None else ()
        return next((line for line in stops if line.stop.id == self._here), None)

    @property
    def _grant_here(self) -> GrantLine | None:
        grants = self._book.grants if self._book is not None else ()
        return next((line for line in grants if line.grant.id == self._here), None)

    @on(BlockList.Moved)
    def _moved(self) -> None:
        self.refresh_bindings()

    def action_stop(self) -> None:
        """Ask for the topic, tell what it freezes, ask why, then stop it."""
        from agent.services.stopping import spoken_of

        seat = self.seat

        def typed(topic: str | None) -> None:
            if topic is not None:
                self._topic = topic
                self.act(
                    lambda: spoken_of(seat.work, seat.community, topic),
                    lambda spoken: self._ask_why(topic, spoken),
                )

        meaning = (
            "Guides that speak of it are frozen at once, and nobody is asked about it until it "
            "goes on. A topic covers what holds all of its words."
        )
        self.app.push_screen(TopicScreen("Stop work on a topic", meaning, self._topic), typed)

    def _ask_why(self, topic: str, spoken: Spoken) -> None:
        from agent.services.stopping import stop_work

        seat, act = self.seat, f"stop:{topic.casefold()}"

        def stop(why: str) -> None:
            self.act(
                lambda: stop_work(seat.work, seat.actor, seat.community, topic, why),
                lambda _: taken(),
                refused=self._refused,
            )

        def taken() -> None:
            self._reasons.taken(act)
            self._topic = ""
            self._done(f"Work on \u201c{one_line(topic)}\u201d is stopped.")

        hint = f"{_freezes(spoken)} Why is it stopped? Everybody who asks reads it."
        self._reasons.ask(self.app, f"Stop work: {one_line(topic)}", hint, act, stop)

    def action_resume(self) -> None:
        """Let work on the topic under the cursor go on, once more asked."""
        from agent.services.stopping import resume_work

        line, seat = self._stop_here, self.seat
        if line is None:
            return
        topic = one_line(line.stop.topic)
        self._make_sure(
            f"Let work on \u201c{topic}\u201d go on?",
            "Its guides are found and read again, and what was held goes on.",
            "Let it go on",
            lambda: resume_work(seat.work, seat.actor, seat.community, line.stop.id),
            f"Work on \u201c{topic}\u201d goes on.",
        )

    def action_grant(self) -> None:
        """Choose for whom, then who, then until when."""
        book, seat = self._book, self.seat
        if book is None:
            return
        if not book.may_grant_all:
            self._pick_receiver(seat.member)
            return
        self._pick("Who is to be acted for?", "", self._pick_receiver)

    def _pick(self, title: str, but: str, then: Callable[[Member], None]) -> None:
        """Choose a person of the community, all but one."""
        from agent.services.browsing import list_members

        seat = self.seat

        def show(people: Sequence[Member]) -> None:
            known = {one.id: one for one in people if one.id != but and not one.is_bot}

            def chosen(key: str | None) -> None:
                member = known.get(key or "")
                if member is not None:
                    then(member)

            self.app.push_screen(
                PickScreen(title, lambda typed: _found(known.values(), typed), "nobody; go back"),
                chosen,
            )

        self.act(lambda: list_members(seat.work, seat.community), show)

    def _pick_receiver(self, member: Member) -> None:
        title = f"Who may act as {one_line(member.name)}?"
        self._pick(title, member.id, lambda to: self._ask_until(member, to))

    def _ask_until(self, member: Member, to: Member) -> None:
        from agent.services.granting import give_grant
        from agent.services.pausing import end_of_day

        seat = self.seat

        def until(last: LastDay | None) -> None:
            if last is None:
                return
            end = end_of_day(last.day, seat.member, seat.work) if last.day is not None else None
            self.act(
                lambda: give_grant(
                    seat.work, seat.community, seat.actor, member.id, to.id, until=end
                ),
                lambda line: self._done(f"{grant_words(line)}."),
                refused=self._refused,
            )

        self.app.push_screen(
            LastDayScreen(
                f"{one_line(to.name)} acts as {one_line(member.name)}",
                "The log names both, each time. Nobody decides through it on words of their own.",
                "last day, as 2025-03-09; empty: until somebody ends it",
            ),
            until,
        )

    def action_end(self) -> None:
        """End the grant under the cursor, once more asked."""
        from agent.services.granting import revoke_grant

        line, seat = self._grant_here, self.seat
        if line is None:
            return
        to = line.to.id if line.to is not None else line.grant.account
        self._make_sure(
            "End this grant?",
            f"{grant_words(line)}.",
            "End it",
            lambda: revoke_grant(seat.work, seat.community, seat.actor, line.member.id, to),
            f"{one_line(line.to_words)} may no longer act as @{one_line(line.member.handle)}.",
        )

    def _make_sure(
        self, title: str, meaning: str, yes: str, service: Callable[[], object], done: str
    ) -> None:
        def go_on(sure: bool | None) -> None:
            if sure:
                self.act(service, lambda _: self._done(done), refused=self._refused)

        self.app.push_screen(SureScreen(title, meaning, yes), go_on)

    def _refused(self, _: PassdownError) -> None:
        """Somebody may have been first: show how things stand."""
        self.reload()

    def _done(self, words: str) -> None:
        self.notify(words, markup=False)
        self.reload()


def _freezes(spoken: Spoken) -> str:
    if not spoken:
        return "No published guide and no open inquiry speaks of it, so it freezes nothing yet."
    inquiries = f"{spoken.inquiries:,} open {'inquiry' if spoken.inquiries == 1 else 'inquiries'}"
    return f"It freezes {counted(len(spoken.guides), 'published guide')} and {inquiries}."


def _found(people: Iterable[Member], typed: str) -> list[tuple[str, str]]:
    """Ids and names of those whose name or handle holds what was typed."""
    wanted = typed.casefold().split()
    fitting = [
        one
        for one in people
        if all(word in f"{one.name} {one.handle}".casefold() for word in wanted)
    ]
    told = [(one.id, f"{one_line(one.name)} (@{one_line(one.handle)})") for one in fitting]
    return sorted(told, key=lambda one: one[1].casefold())[:MOST_FOUND]
