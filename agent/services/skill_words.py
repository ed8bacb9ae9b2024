"""What people say of skills: tag oneself, endorse a peer, take it back; stewards name topics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent.journal import note
from agent.method.skill_topics import term_key
from agent.services.browsing import is_steward
from agent.services.identity import Actor, find_member
from agent.services.skills import read_skills
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_text
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.people import Community, Member
from memory.records.skill import (
    MAX_BECAUSE,
    MAX_TOPIC,
    BadgeChoice,
    SkillWord,
    SkillWordKind,
    TopicName,
)
from memory.store.protocols import Unit

NEAREST = 5
"""Topics that are named where one is not known."""


def tag_skill(work: Workplace, actor: Actor, topic: str) -> SkillWord:
    """Say of oneself that one knows a topic; weak evidence, until others bear it out."""
    return _say(work, actor, actor.member, SkillWordKind.TAG, topic, "")


def endorse(
    work: Workplace, actor: Actor, who: str, topic: str, because: str = ""
) -> tuple[SkillWord, Member]:
    """Vouch for a peer. Raises `UserInputError` for oneself, a bot, and who opted out."""
    with work.store.reading() as unit:
        member = find_member(unit.people.members(actor.member.community_id), who)
    if member.id == actor.member.id:
        raise UserInputError(
            "nobody endorses themselves; say what you know with `passdown skill tag TOPIC`"
        )
    if not member.may_be_asked:
        why = "is a bot" if member.is_bot else "does not want to be asked"
        raise UserInputError(f"{member.handle!r} {why}, so nothing was stored")
    return _say(work, actor, member, SkillWordKind.ENDORSE, topic, because), member


def withdraw_word(
    work: Workplace, actor: Actor, topic: str, *, of: str | None = None, by: str | None = None
) -> SkillWord:
    """Delete one's own tag, one's endorsement `of` somebody, or that `by` somebody of oneself.

    Raises `UserInputError` where there is no such word, or both are named.
    """
    if of is not None and by is not None:
        raise UserInputError("say either --of WHO or --by WHO, not both")
    words = _topic(topic)
    with work.store.writing() as unit:
        people = unit.people.members(actor.member.community_id)
        about = find_member(people, of) if of is not None else actor.member
        author = find_member(people, by) if by is not None else actor.member
        word = unit.skills.word(SkillWord.id_of(about.id, author.id, words))
        if word is None:
            raise UserInputError(
                f"nothing was said of {about.handle!r} and {words!r} by {author.handle!r}; "
                "`passdown skill mine` shows what was"
            )
        unit.skills.drop_word(word.id)
        now = work.clock.now()
        _log(unit, now, actor, Action.SKILL_WITHDRAWN, word.id, word.kind.value)
    return word


def name_topic(
    work: Workplace,
    community: Community,
    actor: Actor,
    term: str,
    *,
    name: str = "",
    into: str = "",
) -> TopicName:
    """Name a topic, or join it to another; a steward's decision, kept with who and when.

    Raises `PermissionDeniedError` for anybody else, `UserInputError` for words of no topic.
    """
    if not is_steward(actor.member):
        raise PermissionDeniedError("only a steward names topics")
    model = read_skills(work, community).model
    for words in (term, into):
        if words and term_key(words) not in model.of_term:
            known = sorted(topic.name for topic in model.topics.values())
            near = [one for one in known if set(words.casefold().split()) & set(one.split())]
            raise UserInputError(
                f"no topic here is called {words!r}; known: {', '.join((near or known)[:NEAREST])}"
            )
    if into and model.of_term[term_key(term)] == model.of_term[term_key(into)]:
        raise UserInputError(f"{term!r} and {into!r} are one topic already")
    now = work.clock.now()
    words = _topic(term)
    decided = TopicName(
        id=TopicName.id_of(community.id, words, now.isoformat()),
        community_id=community.id,
        term=words,
        name=_topic(name) if name else "",
        into=_topic(into) if into else "",
        by_id=actor.member.id,
        decided_at=now,
    )
    with work.store.writing() as unit:
        unit.skills.save_topic_name(decided)
        what = "named" if name else "joined"
        _log(unit, now, actor, Action.TOPIC_NAMED, decided.id, what)
    return decided


def show_badges(work: Workplace, actor: Actor, *, shown: bool) -> None:
    """Choose whether one is told how many used what one explained."""
    now = work.clock.now()
    choice = BadgeChoice(
        member_id=actor.member.id,
        community_id=actor.member.community_id,
        shown=shown,
        chosen_at=now,
    )
    with work.store.writing() as unit:
        unit.skills.save_badge_choice(choice)
        said = "shown" if shown else "hidden"
        _log(unit, now, actor, Action.BADGES_CHOSEN, actor.member.id, said)


def words_about(work: Workplace, member: Member) -> Sequence[SkillWord]:
    """What was said of somebody's skills, oldest first."""
    with work.store.reading() as unit:
        found = unit.skills.words(member.community_id)
    return [word for word in found if word.member_id == member.id]


def _say(
    work: Workplace, actor: Actor, about: Member, kind: SkillWordKind, topic: str, because: str
) -> SkillWord:
    words = _topic(topic)
    reason = " ".join(clean_text(because).split())
    if len(reason) > MAX_BECAUSE:
        raise UserInputError(f"a reason has at most {MAX_BECAUSE:,} characters; nothing was stored")
    now = work.clock.now()
    word = SkillWord(
        id=SkillWord.id_of(about.id, actor.member.id, words),
        community_id=about.community_id,
        member_id=about.id,
        by_id=actor.member.id,
        kind=kind,
        topic=words,
        because=reason,
        said_at=now,
    )
    tagged = kind is SkillWordKind.TAG
    with work.store.writing() as unit:
        before = unit.skills.word(word.id)
        if before is not None and before.because == reason:
            return before
        unit.skills.save_word(word)
        action = Action.SKILL_TAGGED if tagged else Action.SKILL_ENDORSED
        _log(unit, now, actor, action, word.id, "")
    return word


def _topic(words: str) -> str:
    """The words of a topic on one line. Raises `UserInputError` for none, or too many."""
    clean = " ".join(clean_text(words).split())
    if not clean or not term_key(clean):
        raise UserInputError("name the topic in words, for example: grinding for espresso")
    if len(clean) > MAX_TOPIC:
        raise UserInputError(f"a topic has at most {MAX_TOPIC} characters; nothing was stored")
    return clean


def _log(
    unit: Unit, now: datetime, actor: Actor, action: Action, subject: str, reason: str
) -> None:
    note(unit, now, actor.member.community_id, action, subject, reason=reason, **actor.logged())
