"""The permission matrix: every role, deed, model and share of the words, as a table to read.

`+` may, `.` may not. The columns are the nine roles of the method in its order (sponsor,
coordinator, core, active, peripheral, expert, steward, technical authority, technical steward),
each held alone, and a peripheral member who is named as a central steward. The second word of a
row says how much of the guide is the person's own: nothing, part, all, or any of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.governance import Deed, Own, Relation, Seen, Verdict, may
from agent.services.browsing import may_read
from memory.records.governance import GovernanceModel, GovernanceRules
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Role
from tests.memory import samples

CENTRALISED = """
                           spo coo cor act per exp ste aut tec cen
see          nothing          .   .   .   .   .   .   +   +   .   +
see          part/all         +   +   +   +   +   +   +   +   +   +
ask          any              +   +   +   +   +   +   +   +   +   +
answer       any              +   +   +   +   +   +   +   +   +   +
approve      nothing/part     .   .   .   .   .   .   .   .   .   +
approve      all              .   .   .   .   .   .   .   .   .   .
return       nothing/part     .   .   .   .   .   .   .   .   .   +
return       all              .   .   .   .   .   .   .   .   .   .
reject       nothing/part     .   .   .   .   .   .   .   .   .   +
reject       all              .   .   .   .   .   .   .   .   .   .
edit         nothing/part     .   .   .   .   .   .   .   .   .   +
edit         all              .   .   .   .   .   .   .   .   .   .
escalate     any              .   .   .   .   .   .   +   +   .   +
retract      any              .   .   .   .   .   .   .   +   .   +
restore      nothing/part     .   .   .   .   .   .   .   +   .   +
restore      all              .   .   .   .   .   .   .   .   .   .
tend         any              .   .   .   .   .   .   +   +   .   +
stop_work    any              .   .   .   .   .   .   .   +   .   .
resume_work  any              .   .   .   .   .   .   .   +   .   .
grant        any              .   .   .   .   .   .   +   +   .   +
see_to       any              .   .   .   .   .   .   +   +   .   +
join         any              .   .   .   .   .   .   +   +   .   +
separate     any              .   .   .   .   .   .   +   +   .   +
give_roles   any              .   +   .   .   .   .   +   +   .   +
give_authority any            .   +   .   .   .   .   .   +   .   .
pause        any              .   +   .   .   .   .   +   +   .   +
open         any              .   .   .   .   .   .   +   +   .   +
widen        any              .   .   .   .   .   .   +   +   .   +
"""
FEDERATED = """
                           spo coo cor act per exp ste aut tec cen
see          nothing          .   .   .   .   .   .   +   +   .   +
see          part/all         +   +   +   +   +   +   +   +   +   +
ask          any              +   +   +   +   +   +   +   +   +   +
answer       any              +   +   +   +   +   +   +   +   +   +
approve      nothing/part     .   .   .   .   .   .   +   +   .   +
approve      all              .   .   .   .   .   .   .   .   .   .
return       nothing/part     .   .   .   .   .   .   +   +   .   +
return       all              .   .   .   .   .   .   .   .   .   .
reject       nothing/part     .   .   .   .   .   .   +   +   .   +
reject       all              .   .   .   .   .   .   .   .   .   .
edit         nothing/part     .   .   .   .   .   .   +   +   .   +
edit         all              .   .   .   .   .   .   .   .   .   .
escalate     any              .   .   .   .   .   .   +   +   .   +
retract      any              .   .   .   .   .   .   +   +   .   +
restore      nothing/part     .   .   .   .   .   .   +   +   .   +
restore      all              .   .   .   .   .   .   .   .   .   .
tend         any              .   .   .   .   .   .   +   +   .   +
stop_work    any              .   .   .   .   .   .   .   +   .   .
resume_work  any              .   .   .   .   .   .   .   +   .   .
grant        any              .   .   .   .   .   .   +   +   .   +
see_to       any              .   .   .   .   .   .   +   +   .   +
join         any              .   .   .   .   .   .   +   +   .   +
separate     any              .   .   .   .   .   .   +   +   .   +
give_roles   any              .   +   .   .   .   .   +   +   .   +
give_authority any            .   +   .   .   .   .   .   +   .   .
pause        any              .   +   .   .   .   .   +   +   .   +
open         any              .   .   .   .   .   .   +   +   .   +
widen        any              .   .   .   .   .   .   +   +   .   +
"""
DECENTRALISED = """
                           spo coo cor act per exp ste aut tec cen
see          nothing          .   .   +   +   .   +   +   +   .   +
see          part/all         +   +   +   +   +   +   +   +   +   +
ask          any              +   +   +   +   +   +   +   +   +   +
answer       any              +   +   +   +   +   +   +   +   +   +
approve      nothing          .   .   +   +   .   +   +   +   .   +
approve      part/all         .   .   .   .   .   .   .   .   .   .
return       nothing          .   .   +   +   .   +   +   +   .   +
return       part/all         .   .   .   .   .   .   .   .   .   .
reject       nothing          .   .   +   +   .   +   +   +   .   +
reject       part/all         .   .   .   .   .   .   .   .   .   .
edit         nothing          .   .   +   +   .   +   +   +   .   +
edit         part/all         .   .   .   .   .   .   .   .   .   .
escalate     any              .   .   +   +   .   +   +   +   .   +
retract      any              .   .   .   .   .   .   +   +   .   +
restore      nothing/part     .   .   .   .   .   .   +   +   .   +
restore      all              .   .   .   .   .   .   .   .   .   .
tend         any              .   .   +   +   .   +   +   +   .   +
stop_work    any              .   .   .   .   .   .   .   +   .   .
resume_work  any              .   .   .   .   .   .   .   +   .   .
grant        any              .   .   .   .   .   .   +   +   .   +
see_to       any              .   .   .   .   .   .   +   +   .   +
join         any              .   .   .   .   .   .   +   +   .   +
separate     any              .   .   .   .   .   .   +   +   .   +
give_roles   any              .   +   .   .   .   .   +   +   .   +
give_authority any            .   +   .   .   .   .   .   +   .   .
pause        any              .   +   .   .   .   .   +   +   .   +
open         any              .   .   .   .   .   .   +   +   .   +
widen        any              .   .   .   .   .   .   +   +   .   +
"""
SPECIAL = """
deed         model          case                    roles            may  why
approve      any            disputed                steward          no   disputed
approve      any            disputed                core             no   disputed
approve      any            disputed,central        peripheral       no   disputed
approve      any            disputed                authority        yes  allowed
approve      any            disputed,own:part       authority        yes  allowed
approve      any            disputed,own:all        authority        no   own_words
return       any            disputed                steward          no   disputed
reject       any            disputed                steward          no   disputed
reject       any            disputed                authority        yes  allowed
edit         any            disputed                steward          no   disputed
see          any            disputed                steward          yes  allowed
escalate     any            disputed                steward          yes  allowed
retract      any            settled                 steward          no   settled
retract      any            settled,central         peripheral       no   settled
retract      any            settled                 authority        yes  allowed
restore      any            settled                 steward          no   settled
restore      any            settled,own:all         authority        no   own_words
approve      federated      stopped                 steward          no   stopped
approve      centralised    stopped,central         peripheral       no   stopped
approve      decentralised  stopped                 core             no   stopped
approve      any            stopped,disputed        authority        no   stopped
restore      any            stopped                 authority        no   stopped
return       federated      stopped                 steward          yes  allowed
reject       federated      stopped                 steward          yes  allowed
retract      federated      stopped                 steward          yes  allowed
grant        any            oneself                 peripheral       yes  allowed
grant        any            receives                steward          no   own_person
grant        any            receives,central        peripheral       no   own_person
grant        any            receives,oneself        peripheral       yes  allowed
see_to       any            oneself                 peripheral       yes  allowed
join         any            oneself                 peripheral       no   role
join         any            oneself                 steward          no   own_person
join         any            oneself,central         peripheral       no   own_person
join         any            oneself,of_authority    authority        no   own_person
join         any            of_authority            steward          no   of_authority
join         any            of_authority,central    peripheral       no   of_authority
join         any            of_authority            coordinator      yes  allowed
join         any            of_authority            authority        yes  allowed
join         any            of_authority            core             no   role
separate     any            oneself                 steward          no   own_person
separate     any            oneself,central         peripheral       no   own_person
give_roles   any            founding                peripheral       yes  allowed
give_authority any          founding                peripheral       yes  allowed
give_authority any          founding,oneself        peripheral       yes  allowed
give_authority any          vacant                  steward          yes  allowed
give_authority any          vacant,central          peripheral       yes  allowed
give_authority any          vacant                  coordinator      yes  allowed
give_authority any          vacant                  core             no   role
give_authority any          vacant,oneself          steward          no   oneself
give_authority any          vacant,oneself          coordinator      no   oneself
give_authority any          oneself                 coordinator      no   oneself
give_authority any          oneself                 authority        no   oneself
give_authority any          central                 peripheral       no   role
"""
"""What else counts than role, model and own words."""
SEEN = """
             all words nothing
see           +    +     .
ask           +    +     +
answer        +    .     .
approve       +    .     .
return        +    .     .
reject        +    .     .
edit          +    .     .
escalate      +    +     .
retract       +    +     .
restore       +    .     .
tend          +    .     .
stop_work     +    +     +
resume_work   +    +     +
grant         +    +     +
see_to        +    +     +
join          +    +     +
separate      +    +     +
give_roles    +    +     +
give_authority +   +     +
pause         +    +     +
open          +    .     .
widen         +    .     .
"""
"""Visibility: `+` as the table of the model says, `.` never, whatever one's role.

All: everything that a guide rests on, or a discussion. Words: only what was published wider.
"""
MODELS = {
    GovernanceModel.CENTRALISED: CENTRALISED,
    GovernanceModel.FEDERATED: FEDERATED,
    GovernanceModel.DECENTRALISED: DECENTRALISED,
}
NAMES = {"authority": Role.TECHNICAL_AUTHORITY}
COLUMNS: tuple[tuple[Role, bool], ...] = (
    *((role, False) for role in Role),
    (Role.PERIPHERAL, True),
)
RELATIONS = st.builds(
    Relation,
    own=st.sampled_from(Own),
    central=st.booleans(),
    oneself=st.booleans(),
    receives=st.booleans(),
    of_authority=st.booleans(),
    disputed=st.booleans(),
    settled=st.booleans(),
    stopped=st.booleans(),
    founding=st.booleans(),
    vacant=st.booleans(),
)
ROLES = st.frozensets(st.sampled_from(Role))
SOME_ROLES = st.none() | st.lists(st.sampled_from(Role), unique=True).map(tuple)
RULES = st.builds(
    GovernanceRules,
    model=st.sampled_from(GovernanceModel),
    quorum=st.integers(1, 5),
    see=SOME_ROLES,
    ask=SOME_ROLES,
    answer=SOME_ROLES,
    approve=SOME_ROLES,
    retract=SOME_ROLES,
)


def cells(model: GovernanceModel) -> Iterator[tuple[Deed, Own, Role, bool, bool]]:
    """Every cell of a table: deed, share, role, whether central, and whether they may."""
    for row in MODELS[model].strip().splitlines()[1:]:
        name, shares, *marks = row.split()
        owned = list(Own) if shares == "any" else [Own(share) for share in shares.split("/")]
        assert len(marks) == len(COLUMNS)
        for own, ((role, central), mark) in product(owned, zip(COLUMNS, marks, strict=True)):
            yield Deed(name), own, role, central, mark == "+"


@pytest.mark.parametrize("model", list(GovernanceModel))
def test_every_cell_of_the_table_is_what_the_code_says(model: GovernanceModel) -> None:
    """Each role may do exactly what the table of its model says, and each no gives its reason."""
    rules = GovernanceRules(model=model, central_stewards=("zoe",))
    seen = set()
    for deed, own, role, central, allowed in cells(model):
        verdict = may((role,), deed, rules, Relation(own=own, central=central))
        assert verdict.allowed is allowed, (deed, own, role, central)
        assert bool(verdict.why) is not allowed
        seen.add((deed, own, role, central))
    assert len(seen) == len(Deed) * len(Own) * len(COLUMNS)


def visible() -> Iterator[tuple[Deed, Seen, bool]]:
    """Every cell of the table of visibility: deed, what is seen, and whether it may be done."""
    head, *rows = SEEN.strip().splitlines()
    for row in rows:
        name, *marks = row.split()
        for seen, mark in zip(map(Seen, head.split()), marks, strict=True):
            yield Deed(name), seen, mark == "+"


@pytest.mark.parametrize("model", list(GovernanceModel))
def test_nobody_does_anything_about_what_they_may_not_see(model: GovernanceModel) -> None:
    """Role x deed x model x share x visibility: sight takes rights away and never gives any."""
    rules = GovernanceRules(model=model, central_stewards=("zoe",))
    table = {(deed, seen): allowed for deed, seen, allowed in visible()}
    assert len(table) == len(Deed) * len(Seen)
    for deed, own, role, central, allowed in cells(model):
        for seen in Seen:
            verdict = may((role,), deed, rules, Relation(own=own, central=central, seen=seen))
            assert verdict.allowed is (allowed and table[deed, seen]), (deed, own, role, seen)
            if not table[deed, seen]:
                assert verdict.code == "unseen"


@given(roles=ROLES, rules=RULES, relation=RELATIONS, deed=st.sampled_from(Deed))
def test_seeing_less_never_gives_a_right(
    roles: frozenset[Role], rules: GovernanceRules, relation: Relation, deed: Deed
) -> None:
    """Whatever a policy says, whoever may do something unseen may do it in full sight."""
    if may(roles, deed, rules, relation).allowed:
        assert may(roles, deed, rules, replace(relation, seen=Seen.ALL)).allowed


@pytest.mark.parametrize("row", SPECIAL.strip().splitlines()[1:])
def test_disputes_stops_and_the_like_count_as_the_table_says(row: str) -> None:
    """The final word, frozen topics, one's own affairs and a founding are rules of their own."""
    deed, model, case, role, allowed, code = row.split()
    named = dict(part.partition(":")[::2] for part in case.split(","))
    own = Own(named.pop("own", "nothing"))
    flags: dict[str, Any] = dict.fromkeys(named, True)
    relation = Relation(own=own, **flags)
    for each in GovernanceModel if model == "any" else [GovernanceModel(model)]:
        rules = GovernanceRules(model=each, central_stewards=("zoe",))
        verdict = may((NAMES.get(role) or Role(role),), Deed(deed), rules, relation)
        assert (verdict.allowed, verdict.code) == (allowed == "yes", code)


@given(roles=ROLES, rules=RULES, relation=RELATIONS)
def test_no_rule_lets_anybody_publish_what_they_said_alone(
    roles: frozenset[Role], rules: GovernanceRules, relation: Relation
) -> None:
    """Separation of duties holds for all roles together and under whatever a policy says."""
    for deed in (Deed.APPROVE, Deed.RETURN, Deed.REJECT, Deed.EDIT, Deed.RESTORE):
        verdict = may(roles, deed, rules, relation)
        if relation.own is Own.ALL:
            assert not verdict.allowed
        if relation.stopped and deed in (Deed.APPROVE, Deed.RESTORE):
            assert not verdict.allowed
        if relation.own is Own.PART and not relation.disputed and deed is not Deed.RESTORE:
            peers = rules.model is GovernanceModel.DECENTRALISED
            assert not (peers and verdict.allowed)


@given(roles=ROLES, more=ROLES, rules=RULES, relation=RELATIONS, deed=st.sampled_from(Deed))
def test_another_role_never_takes_a_right_away(
    roles: frozenset[Role],
    more: frozenset[Role],
    rules: GovernanceRules,
    relation: Relation,
    deed: Deed,
) -> None:
    """Whoever holds several roles may do what any of them may."""
    if may(roles, deed, rules, relation).allowed:
        assert may(roles | more, deed, rules, relation).allowed


@pytest.mark.parametrize("deed", [Deed.SEE, Deed.ASK, Deed.ANSWER, Deed.APPROVE, Deed.RETRACT])
@pytest.mark.parametrize("role", list(Role))
def test_a_policy_gives_each_right_to_the_roles_it_names(deed: Deed, role: Role) -> None:
    """A right that a community names roles for is theirs alone; deciding takes seeing with it."""
    rules = GovernanceRules.model_validate({deed.value: [role]})
    for other in Role:
        allowed = may((other,), deed, rules).allowed
        decides = deed is Deed.SEE and may((other,), Deed.APPROVE, rules).allowed
        assert allowed is (other is role or decides)


def test_stopping_work_is_for_whom_a_policy_names() -> None:
    """By default the technical authority; a policy may name others, and then only those."""
    rules = GovernanceRules(stop=(Role.COORDINATOR,))
    assert may((Role.COORDINATOR,), Deed.STOP_WORK, rules).allowed
    assert may((Role.TECHNICAL_AUTHORITY,), Deed.STOP_WORK, rules) == Verdict(
        allowed=False,
        code="role",
        why="only members with one of these roles stop or resume work: coordinator",
    )


@pytest.mark.parametrize("status", list(GuideStatus))
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("model", list(GovernanceModel))
def test_a_guide_is_read_as_far_as_it_is_out(
    status: GuideStatus, role: Role, model: GovernanceModel
) -> None:
    """Published: by all. Taken back: by nobody. In between: as the table's `see` says."""
    guide = Guide.model_construct(**{**dict(samples.guide()), "status": status})
    rules = GovernanceRules(model=model, central_stewards=("zoe",))
    reader = samples.member("reader", roles=(role,))
    own = reader.model_copy(update={"id": guide.current.summary.author_id})
    readable = may_read(reader, guide, rules)
    if status is GuideStatus.PUBLISHED:
        assert readable
        assert may_read(None, guide, rules)
    elif status is GuideStatus.RETRACTED:
        assert not readable
        assert not may_read(own, guide, rules)
    elif status is not GuideStatus.SUPERSEDED:
        assert readable is may((role,), Deed.SEE, rules).allowed
        assert may_read(own, guide, rules)
        assert not may_read(None, guide, rules)
