"""Who may do what: one pure function over roles, deed, rules and how one stands to the guide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from memory.records.governance import PEERS, STEWARDS, GovernanceModel, GovernanceRules
from memory.records.people import Role

ROLE_GIVERS = frozenset({Role.COORDINATOR, *STEWARDS})
"""Who changes roles, pauses the agent, and sees to a community's people."""
AUTHORITY_GIVERS = frozenset({Role.COORDINATOR, Role.TECHNICAL_AUTHORITY})
"""Who names, or dismisses, the technical authority, whose word is final: never themselves."""


class Deed(StrEnum):
    """What somebody may want to do. Confirming and withdrawing are everybody's with own words."""

    SEE = "see"
    """Read a guide that is not out yet, with its sources."""
    ASK = "ask"
    ANSWER = "answer"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    EDIT = "edit"
    ESCALATE = "escalate"
    RETRACT = "retract"
    RESTORE = "restore"
    """Bring a guide back that was taken back."""
    TEND = "tend"
    """Look after published guides: what contradicts them, what its author says, what is twice."""
    STOP_WORK = "stop_work"
    RESUME_WORK = "resume_work"
    GRANT = "grant"
    """Let somebody act for a person, or end that."""
    SEE_TO = "see_to"
    """Have a person forgotten, or read all that is known about them."""
    JOIN = "join"
    """Say that two members are one person."""
    SEPARATE = "separate"
    """Take that back."""
    GIVE_ROLES = "give_roles"
    GIVE_AUTHORITY = "give_authority"
    """Name or dismiss the technical authority."""
    PAUSE = "pause"
    OPEN = "open"
    """Say who sees a discussion, or what is said in a place."""
    WIDEN = "widen"
    """Publish a guide to more people than see its evidence, as far as its experts agree."""


ABOUT_EVIDENCE = frozenset(
    {
        Deed.SEE,
        Deed.ANSWER,
        Deed.APPROVE,
        Deed.RETURN,
        Deed.REJECT,
        Deed.EDIT,
        Deed.ESCALATE,
        Deed.RETRACT,
        Deed.RESTORE,
        Deed.TEND,
        Deed.OPEN,
        Deed.WIDEN,
    }
)
"""Deeds that nobody does about what they may not see."""
FROM_SOURCES = ABOUT_EVIDENCE - {Deed.SEE, Deed.ESCALATE, Deed.RETRACT}
"""Those that take seeing all of the evidence, and not only what was published wider."""


class Seen(StrEnum):
    """How much somebody may see of what a deed is about."""

    ALL = "all"
    WORDS = "words"
    """The words that were published wider than their discussions, and nothing around them."""
    NOTHING = "nothing"


class Own(StrEnum):
    """How much of a guide somebody said, in their own name or typing for another."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Relation:
    """How somebody stands to what the deed is about."""

    own: Own = Own.NOTHING
    central: bool = False
    """Named as a central steward."""
    oneself: bool = False
    """The deed is about themselves."""
    receives: bool = False
    """By it somebody else's name would come to be theirs to act in."""
    of_authority: bool = False
    """It is about the technical authority."""
    disputed: bool = False
    """The present version was put to the technical authority."""
    settled: bool = False
    """It is out by the technical authority's word on a dispute."""
    stopped: bool = False
    """Work on a topic of it is stopped."""
    founding: bool = False
    """The community has no steward yet."""
    vacant: bool = False
    """The community has no technical authority yet."""
    seen: Seen = Seen.ALL


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether, as a code for programs, and why not, in words."""

    allowed: bool
    code: str = "allowed"
    why: str = ""


YES = Verdict(allowed=True)


def may(
    roles: Collection[Role], deed: Deed, rules: GovernanceRules, relation: Relation = Relation()
) -> Verdict:
    """Whether somebody with these roles may do this, and if not, why not."""
    if relation.seen is Seen.NOTHING and deed in ABOUT_EVIDENCE:
        return _no("unseen", "it rests on talk that is not open to you")
    if relation.seen is not Seen.ALL and deed in FROM_SOURCES:
        return _no("unseen", "that takes seeing all it rests on, and not all is open to you")
    return _RULES[deed](frozenset(roles), rules, relation)


def is_steward(roles: Collection[Role], relation: Relation = Relation()) -> bool:
    """Whether somebody keeps guides: by role, or named as a central steward."""
    return relation.central or bool(frozenset(STEWARDS) & frozenset(roles))


def votes(rules: GovernanceRules, relation: Relation) -> bool:
    """Whether a decision is one vote of several; a dispute is not put to the vote."""
    return rules.model is GovernanceModel.DECENTRALISED and not relation.disputed


def _no(code: str, why: str) -> Verdict:
    return Verdict(allowed=False, code=code, why=why)


def _decides(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    """Whether one of those decides whom model and rules name, their own words aside."""
    if relation.disputed:
        if Role.TECHNICAL_AUTHORITY in roles:
            return YES
        return _no(
            "disputed", "it was put to the technical authority, whose word is final; wait for it"
        )
    if rules.model is GovernanceModel.CENTRALISED:
        if relation.central:
            return YES
        return _no("not_central", "only a central steward decides on guides here")
    peers = rules.model is GovernanceModel.DECENTRALISED
    named = rules.approve if rules.approve is not None else PEERS if peers else STEWARDS
    if relation.central or roles & set(named):
        return YES
    who = (
        f"only members with one of these roles vote on guides: {_named(named)}"
        if peers
        else "only a steward or the technical authority decides on guides"
        if rules.approve is None
        else f"only members with one of these roles decide on guides: {_named(named)}"
    )
    return _no("role", who)


def _named(roles: Collection[Role]) -> str:
    return ", ".join(role.value.replace("_", " ") for role in roles) or "nobody"


def _decide(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    """Separation of duties: nobody decides alone on what they said alone.

    A vote counts only from somebody who said nothing of it.
    """
    verdict = _decides(roles, rules, relation)
    if not verdict.allowed:
        return verdict
    if relation.own is Own.ALL:
        return _no("own_words", "all of its words are your own; another person has to decide")
    if relation.own is Own.PART and votes(rules, relation):
        return _no("own_words", "words of your own stand in it, and authors do not vote on them")
    return YES


def _approve(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    return _unless_stopped(_decide(roles, rules, relation), relation)


def _see(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    named = rules.see if rules.see is not None else STEWARDS
    if relation.own is not Own.NOTHING or relation.central or roles & set(named):
        return YES
    if any(_decides(roles, rules, known).allowed for known in (relation, Relation())):
        return YES
    return _no("role", "until it is out, its authors and those who keep guides read it")


def _escalate(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    if is_steward(roles, relation) or _decides(roles, rules, Relation()).allowed:
        return YES
    return _no("role", "only a steward or the technical authority escalates")


def _tend(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    if is_steward(roles, relation) or _decides(roles, rules, Relation()).allowed:
        return YES
    return _no("role", "only those who decide on guides look after published ones")


def _retract(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    if relation.settled and Role.TECHNICAL_AUTHORITY not in roles:
        return _no(
            "settled",
            "it is out by the technical authority's final word, and only they take it back",
        )
    centralised = rules.model is GovernanceModel.CENTRALISED
    as_modelled = (Role.TECHNICAL_AUTHORITY,) if centralised else STEWARDS
    if relation.central or roles & set(as_modelled if rules.retract is None else rules.retract):
        return YES
    who = f"{'a central' if centralised else 'a'} steward or the technical authority"
    if rules.retract is not None:
        who = f"a member with one of these roles ({_named(rules.retract)})"
    return _no(
        "role",
        f"only {who} takes a guide back; what is yours in it you take out with "
        "`passdown confirm --withdraw`",
    )


def _restore(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    """Who takes a guide back may bring it back, but nobody alone what they said alone."""
    verdict = _retract(roles, rules, relation)
    if verdict.allowed and relation.own is Own.ALL:
        return _no("own_words", "all of its words are your own; another person has to decide")
    return _unless_stopped(verdict, relation)


def _unless_stopped(verdict: Verdict, relation: Relation) -> Verdict:
    if verdict.allowed and relation.stopped:
        return _no(
            "stopped", "work on its topic is stopped; nothing is published on it until it goes on"
        )
    return verdict


def _stop(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    del relation
    if roles & set(rules.stop):
        return YES
    return _no(
        "role", f"only members with one of these roles stop or resume work: {_named(rules.stop)}"
    )


def _ask(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    if rules.ask is None or relation.central or roles & set(rules.ask):
        return YES
    return _no("role", f"only members with one of these roles ask here: {_named(rules.ask)}")


def _answer(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    del relation
    if rules.answer is None or roles & set(rules.answer):
        return YES
    return _no("role", f"only members with one of these roles answer here: {_named(rules.answer)}")


def _grant(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    """Nobody helps themselves to somebody else's name, and to what they see under it."""
    del rules
    if relation.oneself:
        return YES
    if not is_steward(roles, relation):
        return _no("role", "only the person or a steward lets somebody act as them, or ends it")
    if relation.receives:
        return _no(
            "own_person", "it would let you act as them; they or another steward have to give it"
        )
    return YES


def _see_to(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    del rules
    if relation.oneself or is_steward(roles, relation):
        return YES
    return _no("role", "only the person themselves or a steward may ask for that")


def _join(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    """One person has the roles, rights and sight of both: nobody takes those by a word of theirs.

    Nor does a steward make somebody the technical authority in this way.
    """
    del rules
    if not (is_steward(roles, relation) or (relation.of_authority and roles & AUTHORITY_GIVERS)):
        return _no("role", _WHO_JOINS)
    if relation.oneself:
        return _no("own_person", "it is about yourself; another steward has to join your names")
    if relation.of_authority and not roles & AUTHORITY_GIVERS:
        return _no(
            "of_authority",
            "one of them is the technical authority, and only a coordinator or another technical "
            "authority says who else that is",
        )
    return YES


def _separate(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    """Nobody parts from what they said under another name to decide on it under this one."""
    del rules
    if not is_steward(roles, relation):
        return _no("role", _WHO_JOINS)
    if relation.oneself:
        return _no("own_person", "it is about yourself; another steward has to separate your names")
    return YES


_WHO_JOINS = "only a steward says which members are one person"


def _give_roles(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    del rules
    if relation.founding or relation.central or roles & ROLE_GIVERS:
        return YES
    return _no("role", "only a coordinator or a steward changes roles")


def _open(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    del rules
    if is_steward(roles, relation):
        return YES
    return _no("role", "only a steward says who sees what was said")


def _widen(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    verdict = _open(roles, rules, relation)
    return _unless_stopped(verdict, relation)


def _give_authority(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    """The first one is named by whoever gives roles; afterwards stewards have no say in it."""
    if relation.founding:
        return YES
    verdict = _give_roles(roles, rules, relation)
    if not verdict.allowed:
        return verdict
    if relation.oneself:
        return _no(
            "oneself",
            "nobody makes themselves the technical authority; another coordinator, steward or "
            "technical authority has to name you",
        )
    if relation.vacant or roles & AUTHORITY_GIVERS:
        return YES
    return _no(
        "role",
        "there is a technical authority already, and only they or a coordinator change who it is",
    )


def _pause(roles: frozenset[Role], rules: GovernanceRules, relation: Relation) -> Verdict:
    del rules
    if relation.central or roles & ROLE_GIVERS:
        return YES
    return _no("role", "only a coordinator or a steward pauses or resumes the agent")


_RULES: Mapping[Deed, Callable[[frozenset[Role], GovernanceRules, Relation], Verdict]] = {
    Deed.SEE: _see,
    Deed.ASK: _ask,
    Deed.ANSWER: _answer,
    Deed.APPROVE: _approve,
    Deed.RETURN: _decide,
    Deed.REJECT: _decide,
    Deed.EDIT: _decide,
    Deed.ESCALATE: _escalate,
    Deed.RETRACT: _retract,
    Deed.RESTORE: _restore,
    Deed.TEND: _tend,
    Deed.STOP_WORK: _stop,
    Deed.RESUME_WORK: _stop,
    Deed.GRANT: _grant,
    Deed.SEE_TO: _see_to,
    Deed.JOIN: _join,
    Deed.SEPARATE: _separate,
    Deed.GIVE_ROLES: _give_roles,
    Deed.GIVE_AUTHORITY: _give_authority,
    Deed.PAUSE: _pause,
    Deed.OPEN: _open,
    Deed.WIDEN: _widen,
}
