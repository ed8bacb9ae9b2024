"""Private words where a guide leaves its community, and the stewards who may read them.

Outside, masks stand in sentences and bars in what is quoted. A library of the look that fails
fails the showing: `PrivacyError`, and nothing is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.journal import note
from agent.method.concealing import (
    BAR,
    Concealment,
    barred,
    barred_version,
    concealed,
    masked_text,
)
from agent.method.personal import names_of
from agent.policy.access import STEWARDS
from agent.policy.governance import Seen
from agent.policy.visibility import Reader
from agent.privacy.guides import concealment_for
from agent.privacy.look import PrivateLook, shipped_look
from agent.services.challenging_marks import Contested
from agent.services.identity import ACCOUNT, Actor
from agent.services.pages import GuidePage
from agent.services.workplace import Workplace
from agent.sight import reader_for, sight_in
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide, HiddenWords, masked_quote
from memory.records.people import Community, Member
from memory.records.talk import EvidenceSpan
from memory.store.protocols import Unit
from prompts.desk import load_desk
from prompts.privacy import load_privacy

_REASON = re.compile(r"[^a-z0-9_.-]+")
_LONGEST = 50
_REFERENCE = re.compile(r"[a-z]{5}")


def page_outside(
    work: Workplace,
    page: GuidePage,
    questions: Mapping[str, str],
    look: PrivateLook | None = None,
) -> tuple[GuidePage, Mapping[str, str]]:
    """The page and the agent's questions, with all that is private in them hidden.

    Also what became private only after the guide was stored: a term, a member who joined. Raises
    `PrivacyError`.
    """
    if not work.policy.privacy.hide_outside:
        return page, questions
    with work.store.reading() as unit:
        found = _private_in(unit, work, page, look or shipped_look())
    shown = _hidden(page, found)
    return shown, {key: masked_text(text, found) for key, text in questions.items()}


def page_for(unit: Unit, work: Workplace, reader: Reader, page: GuidePage) -> GuidePage:
    """The page as this reader gets it: as it is for members of its community, else as outside.

    Raises `PrivacyError`.
    """
    if reader.member or not work.policy.privacy.hide_outside:
        return page
    return _hidden(page, _private_in(unit, work, page, shipped_look()))


def text_for(unit: Unit, work: Workplace, reader: Reader, community_id: str, text: str) -> str:
    """Words of a community that stand by themselves, as `page_for` shows a page: barred outside.

    Raises `PrivacyError`.
    """
    if reader.member or not work.policy.privacy.hide_outside:
        return text
    names = names_of(unit.people.members(community_id), load_desk().personal)
    terms = work.policy.privacy.terms(community_id)
    for span in shipped_look().spans(text, names, terms):
        text = text[: span.start] + BAR * (span.end - span.start) + text[span.end :]
    return text


def _private_in(unit: Unit, work: Workplace, page: GuidePage, look: PrivateLook) -> Concealment:
    """What is private in all that the page shows, the words that contradict it among them."""
    guide = page.guide
    members = unit.people.members(guide.community_id)
    terms = work.policy.privacy.terms(guide.community_id)
    beside = [one.message for one in page.marks.contested]
    return concealment_for(guide, guide.current, page.messages, members, terms, look, beside)


def _hidden(page: GuidePage, found: Concealment) -> GuidePage:
    version = barred_version(concealed(page.guide.current, found), found)
    return replace(
        page,
        guide=Guide.model_construct(**{**dict(page.guide), "current": version}),
        messages={key: barred(one, found) for key, one in page.messages.items()},
        questions={key: masked_text(text, found) for key, text in page.questions.items()},
        marks=replace(
            page.marks,
            contested=tuple(_contested_outside(one, found) for one in page.marks.contested),
        ),
    )


def _contested_outside(one: Contested, found: Concealment) -> Contested:
    """Both sides of a contradiction with masks for what is private in them."""
    span = EvidenceSpan.of(one.message, one.challenge.start, one.challenge.end)
    words = masked_quote(span, found.places.get(one.message.id, ()))
    return replace(
        one,
        text=masked_text(one.text, found),
        words=masked_text(words, found),
        message=barred(one.message, found),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """Private words that a steward has read."""

    reference: str
    kind: str
    words: str
    guide_id: str
    message_id: str


def open_hidden(
    work: Workplace, actor: Actor, community: Community, reference: str, because: str
) -> tuple[Opened, ...]:
    """Read the words behind a mark of this community's guides. The log keeps who did, and why.

    `reference` are the five letters of the mark, or the mark as it is printed. Raises
    `PermissionDeniedError` for whoever is no steward, in name and at the keyboard, and
    `UserInputError` for an unknown reference, a missing reason, or words that are gone.
    """
    letters = _letters(reference)
    reason = _REASON.sub("-", because.casefold()).strip("-")[:_LONGEST]
    if not reason:
        raise UserInputError("say why, with --because: the log keeps the reason")
    with work.store.writing() as unit:
        _check_steward(unit, actor)
        sight = sight_in(unit, community.id, reader_for(actor.member, community.id))
        found = [
            (guide, hidden)
            for guide in unit.guides.guides(community.id)
            if sight.of(guide.id) is Seen.ALL
            for hidden in _hidden_in(guide)
            if hidden.mark.endswith(f" {letters}]")
        ]
        if not found:
            raise UserInputError(
                f"no mask with the reference {letters!r} stands in the guides of {community.name!r}"
            )
        opened = tuple(dict.fromkeys(_opened(unit, g, h, letters) for g, h in found))
        now = work.clock.now()
        for guide_id in dict.fromkeys(one.guide_id for one in opened):
            note(
                unit,
                now,
                community.id,
                Action.HIDDEN_OPENED,
                guide_id,
                **actor.logged(),
                reason=f"{letters}:{reason}",
            )
    return opened


def _letters(reference: str) -> str:
    """The five letters of a reference. Raises `UserInputError` for anything else."""
    words = reference.strip().strip("[]").split()
    if not words or not _REFERENCE.fullmatch(words[-1]):
        raise UserInputError(
            f"{reference!r} is no reference: it is the five letters at the end of a mask"
        )
    return words[-1]


def _check_steward(unit: Unit, actor: Actor) -> None:
    hands = {actor.member.id, actor.by or actor.member.id}
    people = [unit.people.member(hand) for hand in hands if hand != ACCOUNT]
    if ACCOUNT in hands or not all(map(_is_steward, people)):
        raise PermissionDeniedError("only stewards and the technical authority open what is hidden")


def _is_steward(member: Member | None) -> bool:
    return member is not None and bool(STEWARDS & set(member.roles))


def _hidden_in(guide: Guide) -> tuple[HiddenWords, ...]:
    every = (one for sentence in guide.current.sentences() for one in sentence.hidden)
    return tuple(dict.fromkeys(every))


def _opened(unit: Unit, guide: Guide, hidden: HiddenWords, letters: str) -> Opened:
    message = unit.talk.messages([hidden.message_id]).get(hidden.message_id)
    if message is None or message.deleted or hidden.end > len(message.text):
        raise UserInputError(f"{letters!r}: {load_privacy().mask.unopened}")
    words = message.text[hidden.start : hidden.end]
    return Opened(letters, hidden.kind, words, guide.id, message.id)
