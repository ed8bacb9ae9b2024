"""What a steward does with the guide that is open: which service each key calls, and what follows.

Approving, sending back and rejecting wait for as long as they can be taken back; rewording,
putting the guide to somebody and taking it back are recorded at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.services.deciding import approve, reject, send_back
from agent.services.deskdrafts import keep_draft
from agent.services.escalating import escalate, who_may_be_asked
from agent.services.judging import Judged
from agent.services.retracting import retract_published
from agent.services.reviewing import edit_sentence
from agent.services.rewording import Rewording
from agent.services.voting import tally_of
from memory.errors import PassdownError
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Facet
from memory.records.people import Member, Role
from tui.render.desk import titles_line
from tui.render.listing import GUIDE_STATUS
from tui.render.safe import one_line, visible
from tui.render.voting import vote_words
from tui.screens.comment import Asked, Choice, Commented
from tui.screens.grace import Pending

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.judging import JudgingScreen


class Decisions:
    """The acts of one judging screen."""

    def __init__(self, screen: JudgingScreen) -> None:
        self._screen = screen

    def may_decide(self, judged: Judged) -> bool:
        """Whether this person may decide on it now; says why not."""
        if judged.decidable:
            return True
        if judged.refusal:
            words = f"You cannot decide on it: {judged.refusal}."
        elif judged.decided is not None:
            words = "It is decided already."
        else:
            words = f"It does not wait for a decision: {GUIDE_STATUS[judged.guide.status]}."
        self._screen.notify(visible(words), severity="warning", markup=False)
        return False

    def approve(self) -> None:
        """Approve what the checks let pass."""
        judged = self._open()
        if judged is None:
            return
        stops = [check for check in judged.checks if check.verdict == "stops"]
        if stops:
            told = "; ".join(check.words for check in stops)
            self._screen.notify(
                f"It cannot be published: {visible(told)}. c shows why; r sends it back.",
                severity="warning",
                markup=False,
            )
            return
        guide, (work, actor) = judged.guide, self._seat()
        self._begin(
            guide,
            "Approving",
            lambda: approve(work, actor, guide.id, version=guide.current.number),
            self._published,
        )

    def send_back(self) -> None:
        """Ask for what has to change; the agent asks first about the facets that are chosen."""
        judged = self._open()
        if judged is None:
            return
        catalogue = self._screen.seat.work.catalogue
        facets = tuple(
            Choice(facet.value, catalogue.facets[facet].heading)
            for facet in judged.guide.current.open_facets
        )
        hint = "What has to change? Its authors read your words."
        if facets:
            hint += " Or pick what the agent shall ask about (shift+tab, enter), or both."
        asked = Asked(f"Send back {_title(judged.guide)}", hint, "revise", (), facets, not facets)
        self._screen.ask(asked, lambda said: self._send_back(judged.guide, said))

    def _send_back(self, guide: Guide, said: Commented) -> None:
        work, actor = self._seat()
        about = tuple(Facet(facet) for facet in said.facets)
        self._begin(
            guide,
            "Sending back",
            lambda: send_back(
                work, actor, guide.id, said.text, about=about, version=guide.current.number
            ),
            lambda after: self._tell(after, "Sent back."),
            act="revise",
            typed=said.text,
        )

    def reject(self) -> None:
        """Ask why, then let it go."""
        judged = self._open()
        if judged is None:
            return
        hint = "Why? Its authors read it. The guide is let go."
        asked = Asked(f"Reject {_title(judged.guide)}", hint, "reject")
        self._screen.ask(asked, lambda said: self._reject(judged.guide, said))

    def _reject(self, guide: Guide, said: Commented) -> None:
        work, actor = self._seat()
        self._begin(
            guide,
            "Rejecting",
            lambda: reject(work, actor, guide.id, said.text, version=guide.current.number),
            lambda after: self._tell(after, "Rejected; the guide is let go."),
            act="reject",
            typed=said.text,
        )

    def escalate(self) -> None:
        """Ask to whom and why."""
        judged = self._screen.judged
        if judged is None:
            return
        if judged.guide.status is not GuideStatus.CONFIRMED or judged.decided is not None:
            self.may_decide(judged)
            return
        work, actor = self._seat()
        self._screen.act(
            lambda: who_may_be_asked(work, actor.member),
            lambda people: self._escalate_to(judged.guide, people),
        )

    def _escalate_to(self, guide: Guide, people: Any) -> None:
        if not people:
            self._screen.notify("Nobody else decides on guides here.", severity="warning")
            return
        persons = tuple(Choice(member.id, _person(member)) for member in people)
        hint = "To whom (up, down, enter), and what shall they look at?"
        asked = Asked(f"Put to somebody: {_title(guide)}", hint, "escalate", persons)
        self._screen.ask(asked, lambda said: self._escalate(guide, said))

    def _escalate(self, guide: Guide, said: Commented) -> None:
        screen, (work, actor) = self._screen, self._seat()
        number = guide.current.number

        def done(found: tuple[Guide, Member]) -> None:
            screen.notify(visible(f"Put to {found[1].name}."), markup=False)
            screen.forget(guide.id, "escalate")
            screen.reload()

        screen.act(
            lambda: escalate(work, actor, guide.id, said.text, to=said.person, version=number),
            done,
            refused=lambda _: self._keep(guide, "escalate", said.text),
        )

    def retract(self) -> None:
        """Ask why and once more, then take a published guide back."""
        judged = self._screen.judged
        if judged is None:
            return
        if judged.guide.status is not GuideStatus.PUBLISHED:
            state = GUIDE_STATUS[judged.guide.status]
            self._screen.notify(f"Only a published guide is taken back; this one is {state}.")
            return
        hint = "Why? Its authors and stewards read it. This cannot be undone."
        asked = Asked(f"Take back {_title(judged.guide)}", hint, "retract")
        self._screen.ask(asked, lambda said: self._sure_to_retract(judged.guide, said))

    def _sure_to_retract(self, guide: Guide, said: Commented) -> None:
        words = (
            f"Take back {_title(guide)}? It leaves the search and every later export at once, and "
            "this cannot be undone."
        )
        self._keep(guide, "retract", said.text)
        self._screen.sure(words, lambda: self._retract(guide, said.text))

    def _retract(self, guide: Guide, reason: str) -> None:
        screen, (work, actor) = self._screen, self._seat()

        def done(_: Guide) -> None:
            screen.notify("Taken back. Nobody finds or reads it any more.")
            screen.forget(guide.id, "retract")
            screen.reload()

        screen.act(lambda: retract_published(work, actor, guide.id, reason), done)

    def save_rewording(self, guide: Guide, rewording: Rewording, words: str | None) -> None:
        """Save an edit of a sentence; its authors read that sentence again."""
        if words is None:
            return
        screen, (work, actor) = self._screen, self._seat()
        number, version = rewording.number, rewording.version

        def done(after: Guide) -> None:
            screen.notify(
                "Changed. Its author reads that sentence again before you decide."
                if after.awaiting()
                else "Changed."
            )
            screen.forget(guide.id, "edit")
            screen.reload()

        screen.act(
            lambda: edit_sentence(work, actor, guide.id, number, words, version=version),
            done,
            refused=lambda _: self._keep(guide, "edit", f"{number}\n{words}"),
        )

    def _open(self) -> Judged | None:
        """The guide, if this person may decide on it."""
        judged = self._screen.judged
        return judged if judged is not None and self.may_decide(judged) else None

    def _seat(self) -> tuple[Any, Any]:
        return self._screen.seat.work, self._screen.seat.actor

    def _begin(
        self,
        guide: Guide,
        verb: str,
        act_now: Callable[[], Guide],
        then: Callable[[Guide], None],
        *,
        act: str = "",
        typed: str = "",
    ) -> None:
        """Hold a decision for a few seconds and go on with the next guide."""
        screen = self._screen
        desk = screen.desk
        following = desk.neighbour(guide.id, 1) or desk.neighbour(guide.id, -1)
        if act:
            self._keep(guide, act, typed)

        def done(after: Guide) -> None:
            if act:
                screen.forget(guide.id, act)
            then(after)

        def refused(_: PassdownError) -> None:
            desk.reload()

        desk.decide(
            Pending(
                told=f"{verb} {titles_line([guide.current.title], 40)}",
                guide_ids=frozenset({guide.id}),
                act=act_now,
                then=done,
                refused=refused,
                restore=lambda: self._back_to(guide.id),
            )
        )
        screen.open_another(following)

    def _back_to(self, guide_id: str) -> None:
        """Show the guide of a decision that was taken back."""
        screen = self._screen
        if screen.is_attached:
            screen.open_another(guide_id)
        else:
            screen.desk.open_guide(guide_id)

    def _keep(self, guide: Guide, act: str, text: str) -> None:
        """Keep what was typed until it is recorded."""
        work, member = self._screen.seat.work, self._screen.seat.member
        self._screen.desk.act(lambda: keep_draft(work, member, guide, act, text))

    def _published(self, after: Guide) -> None:
        told = {
            GuideStatus.PUBLISHED: "Approved and published.",
            GuideStatus.REJECTED: "Approved, but a message it cites was taken back: it is let go.",
        }.get(after.status, "Approved; it is published as soon as another process is done with it.")
        self._tell(after, told)

    def _tell(self, after: Guide, decided: str) -> None:
        """What became of a guide, or how the votes stand where one alone decides nothing."""
        tally = tally_of(*self._seat(), after.id)
        self._screen.desk.notify(decided if tally is None else vote_words(tally))


def _title(guide: Guide) -> str:
    return titles_line([guide.current.title], 60)


def _person(member: Member) -> str:
    role = " (technical authority)" if Role.TECHNICAL_AUTHORITY in member.roles else ""
    return f"{one_line(member.name)}{role}"
