"""Forgetting a person: out of the record, all that is made from it, and every known copy.

What is to be done is recorded first. Every step may be done twice, so that a killed run is
finished by asking again, and ends where an undisturbed one would have ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from agent.inquiry.wakes import plan_wake
from agent.journal import note
from agent.policy.governance import Deed
from agent.services.backup import one_keeper_at_a_time
from agent.services.consent import stop_asking
from agent.services.forgetting_copies import clean_backups, clean_exports, still_holding
from agent.services.forgetting_holds import inquiries_held
from agent.services.governing import check_here
from agent.services.identity import Actor, find_member
from agent.services.recall import rebuild_memory
from agent.services.withdrawing import withdraw_words
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.index.words import stems
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus, GuideVersion
from memory.records.keeping import ForgetMode, Forgotten, KnownCopy
from memory.records.people import Community, Member
from memory.store.erasure_files import forget_calls, forget_deleted, forget_places
from memory.store.erasure_names import name_pattern, words_in
from memory.store.protocols import Unit
from prompts.keeping import load_keeping

ROUNDS = 3
"""How often words that came up meanwhile are taken back before the record is cleaned."""
GONE = frozenset({GuideStatus.RETRACTED, GuideStatus.REJECTED})
ExportAgain = Callable[[KnownCopy], None]
"""Brings an export up to date; raises `PassdownError` where that cannot be done."""


@dataclass(frozen=True, slots=True)
class Forgot:
    """What came of forgetting somebody."""

    id: str
    """The opaque id that stands for them in the log."""
    mode: ForgetMode
    unreached: tuple[str, ...]
    """Copies and files in which something may be left, each with the reason."""


@dataclass(frozen=True, slots=True)
class ToForget:
    """Somebody to be forgotten: as they are, or as far as an earlier run got."""

    member: Member | None
    begun: Forgotten | None

    @property
    def is_whole(self) -> bool:
        """Whether an earlier run was finished, so that there is nothing to do."""
        return self.begun is not None and self.begun.finished_at is not None


def find_to_forget(work: Workplace, community: Community, who: str) -> ToForget:
    """The member, or the unfinished forgetting of one, whom `who` names: id, handle or name.

    Raises `UserInputError` for somebody who is unknown.
    """
    with work.store.reading() as unit:
        begun = [one for one in unit.keeping.forgotten() if one.community_id == community.id]
        members = unit.people.members(community.id)
        secret = unit.keeping.secret() if begun else ""
        opaque = {unit.keeping.opaque_id(m.id): m for m in members} if begun else {}
    for one in reversed(begun):
        if one.erased_at is not None and (one.id == who or _is_named(one, who, secret)):
            return ToForget(None, one)
    known = {one.id for one in begun if one.erased_at is not None}
    member = find_member([m for m in members if m.id not in known], who)
    found = next((one for one in begun if opaque.get(one.id) == member), None)
    return ToForget(member, found)


def _is_named(one: Forgotten, who: str, secret: str) -> bool:
    wanted = who.removeprefix("@")
    shapes = [name_pattern(secret, wanted, exact=exact) for exact in (False, True)]
    return bool({shape.hash for shape in shapes if shape} & {pattern.hash for pattern in one.names})


def forget_member(
    work: Workplace,
    actor: Actor,
    community: Community,
    who: str,
    mode: ForgetMode,
    *,
    export_again: ExportAgain,
) -> Forgot:
    """Forget somebody, or finish what a killed run began.

    Only the person and a steward may. Raises `PermissionDeniedError` for anybody else,
    `UserInputError` where they are forgotten already or were begun to be in another way, and
    `StoreError` where others keep the home busy; then the same call goes on.
    """
    with one_keeper_at_a_time(work.home):
        found = find_to_forget(work, community, who)
        with work.store.reading() as unit:
            who_goes = None if found.member is None else found.member.id
            check_here(unit, work, actor, Deed.SEE_TO, who_goes)
        others = _same_person(work, found.begun) if found.begun is not None else []
        if found.is_whole and found.begun is not None and not others:
            raise UserInputError(f"{found.begun.id!r} is forgotten already; nothing is left to do")
        if found.begun is not None and found.begun.mode is not mode:
            raise UserInputError(
                f"forgetting this person was begun with --{found.begun.mode}; finish that first"
            )
        begun = found.begun or _begin(work, found.member, mode)
        unreached = list[str]()
        for one in [*_same_person(work, begun), begun]:
            unreached += finish_forgetting(work, one, actor, export_again)
        return Forgot(begun.id, mode, tuple(dict.fromkeys(unreached)))


def finish_forgetting(
    work: Workplace, begun: Forgotten, actor: Actor | None, export_again: ExportAgain
) -> tuple[str, ...]:
    """Do what is left to do; return what could not be reached, each with the reason."""
    with work.store.reading() as unit:
        member = _member_of(unit, begun)
    needles = () if member is None else (member.name, member.handle)
    begun = erase_from_record(work, begun, actor)
    clean_files(work, begun)
    rebuild_memory(work)
    unreached = (
        *clean_exports(work, begun, export_again),
        *clean_backups(work, clean_copy),
        *still_holding(work, needles),
    )
    finished = begun.model_copy(update={"finished_at": work.clock.now()})
    with work.store.writing() as unit:
        unit.keeping.save_forgotten(finished)
    return unreached


def _begin(work: Workplace, member: Member | None, mode: ForgetMode) -> Forgotten:
    """Record whom to forget, every handle of theirs at the same time, and part these."""
    if member is None:
        raise UserInputError("there is nobody to forget")
    now = work.clock.now()
    with work.store.writing() as unit:
        parts = [unit.people.handle(one.id) for one in member.handles]
        unit.people.keep_consents(member.id)
        for one in member.handles:
            unit.people.drop_joinings(one.id)
        begun = [
            unit.keeping.plan(one, mode, now, ordinary_words(one))
            for one in parts
            if one is not None
        ]
        for each in begun:
            unit.keeping.save_forgotten(each)
    return begun[0]


def _same_person(work: Workplace, begun: Forgotten) -> list[Forgotten]:
    """What was begun together with this and is not finished: other handles of one person."""
    with work.store.reading() as unit:
        return [
            one
            for one in unit.keeping.forgotten()
            if (one.community_id, one.begun_at, one.mode)
            == (begun.community_id, begun.begun_at, begun.mode)
            and one.finished_at is None
            and one.id != begun.id
        ]


def ordinary_words(member: Member) -> frozenset[str]:
    """Words of the person's names that are words of every sentence, such as `will`."""
    words = {word for name in (member.name, member.handle) for word, _, _ in words_in(name)}
    return frozenset(word.casefold() for word in words if not stems(word))


def erase_from_record(work: Workplace, begun: Forgotten, actor: Actor | None = None) -> Forgotten:
    """Take the person out of the database; one who is out of it already stays so."""
    if begun.erased_at is not None:
        return begun
    with work.store.reading() as unit:
        member = _member_of(unit, begun)
    if member is not None:
        with work.store.writing() as unit:
            unit.people.keep_consents(member.id)
            unit.people.drop_joinings(member.id)
            stop_asking(unit, work.clock.now(), member)
        if begun.mode is ForgetMode.DELETE:
            _take_back(work, member)
    with inquiries_held(work, begun.community_id), work.store.writing() as unit:
        erased = begun.model_copy(update={"erased_at": work.clock.now()})
        if member is not None:
            unit.keeping.erase(begun, member.id, load_keeping().stand_in, work.clock.now())
        unit.keeping.save_forgotten(erased)
        now = work.clock.now()
        for inquiry in unit.inquiries.inquiries(begun.community_id):
            if inquiry.is_open:
                plan_wake(unit, inquiry.community_id, inquiry.id, now)
        by = _actor_logged(actor, member, begun)
        note(
            unit,
            now,
            begun.community_id,
            Action.MEMBER_FORGOTTEN,
            begun.id,
            actor=by,
            reason=begun.mode.value,
        )
    return erased


def _actor_logged(actor: Actor | None, member: Member | None, begun: Forgotten) -> str:
    if actor is None or actor.acting_as:
        return "account"
    return begun.id if member is not None and actor.member.id == member.id else actor.member.id


def _member_of(unit: Unit, begun: Forgotten) -> Member | None:
    for member in unit.people.handles_in(begun.community_id):
        if unit.keeping.opaque_id(member.id) == begun.id:
            return member
    return None


def _take_back(work: Workplace, member: Member) -> None:
    """Make guides anew without the person's words, as if they had withdrawn them."""
    actor = Actor(member, acting_as=True)
    for _ in range(ROUNDS):
        with work.store.reading() as unit:
            guides = unit.guides.guides(member.community_id)
            citing = [guide.id for guide in guides if rests_on(unit, guide, member)]
        if not citing:
            return
        for guide_id in citing:
            with suppress(UserInputError):  # somebody let it go meanwhile
                withdraw_words(work, actor, guide_id)


def rests_on(unit: Unit, guide: Guide, member: Member) -> bool:
    """Whether a guide that is not let go rests on this person's words."""
    if guide.status in GONE:
        return False
    if member.id in guide.current.authors():
        return True
    ids = cited_messages(guide.current)
    return any(message.author_id == member.id for message in unit.talk.messages(ids).values())


def cited_messages(version: GuideVersion) -> frozenset[str]:
    """Ids of the messages that the sentences and the title of a version rest on."""
    spans = [span for sentence in version.sentences() for span in sentence.evidence]
    return frozenset(span.message_id for span in (*spans, version.title_evidence))


def clean_files(work: Workplace, begun: Forgotten) -> None:
    """Take what was deleted out of free pages, logs, checkpoints and the ledger of calls."""
    with inquiries_held(work, begun.community_id):
        with work.store.reading() as unit:
            ids = [one.id for one in unit.inquiries.inquiries(begun.community_id)]
        forget_places(work.home.checkpoints, ids)
        forget_calls(work.home.model_ledger)
    forget_deleted(work.home.database)


def clean_copy(copy: Workplace, secret: str, gone: Sequence[Forgotten]) -> None:
    """Forget in a copy of this home everybody whom the home forgot."""
    with copy.store.writing() as unit:
        unit.keeping.adopt(secret)
    for one in gone:
        with copy.store.writing() as unit:
            known = {each.id: each for each in unit.keeping.forgotten()}
            begun = known.get(one.id) or one.model_copy(
                update={"erased_at": None, "finished_at": None}
            )
            member = _member_of(unit, begun)
            if member is not None:
                here = unit.keeping.plan(member, one.mode, one.begun_at, ordinary_words(member))
                names = tuple(dict.fromkeys((*one.names, *here.names)))
                begun = begun.model_copy(update={"names": names, "erased_at": None})
            unit.keeping.save_forgotten(begun)
        begun = erase_from_record(copy, begun)
        clean_files(copy, begun)
        with copy.store.writing() as unit:
            unit.keeping.save_forgotten(begun.model_copy(update={"finished_at": one.begun_at}))


def unfinished(work: Workplace) -> tuple[Forgotten, ...]:
    """Whom a killed run left half forgotten."""
    with work.store.reading() as unit:
        return tuple(one for one in unit.keeping.forgotten() if one.finished_at is None)
