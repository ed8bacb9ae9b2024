"""Whatever stewards and experts decide, nobody is given a byte that they may not see."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agent.services.browsing import readable_guides
from agent.services.visibility import set_visibility
from agent.services.widening import agree, narrow, widen
from memory.errors import PassdownError, PermissionDeniedError
from memory.records.guide import Guide
from memory.records.people import Member
from memory.records.visibility import Level
from tests.agent.seeing_world import (
    AUTHORS,
    GAMMA,
    NAMES,
    POLICY,
    everything_read,
    own_tokens,
    seeing_world,
    talk,
    token,
    uncited,
)
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BEN, BO, LENA, MILO, PEOPLE, TESS, World, desk_world

STEWARDS = (LENA, MILO, TESS)
WHO = st.sampled_from((*STEWARDS, BEN))
NAME = st.sampled_from(NAMES)
SETTING = st.tuples(
    st.just("set"),
    NAME,
    WHO,
    st.sampled_from(Level),
    st.frozensets(st.sampled_from(PEOPLE), min_size=1),
)
WISH = st.tuples(st.sampled_from(["widen", "narrow"]), NAME, WHO)
CONSENT = st.tuples(st.just("agree"), NAME, st.sampled_from((ADA, BEN, BO)), st.booleans())


@dataclass
class Known:
    """What ought to hold of one guide, told without any of the code that is tested."""

    audience: frozenset[str] | None = None
    """`None` is everybody."""
    unused: bool = False
    wished: bool = False
    agreed: set[str] = field(default_factory=set)

    def sees(self, member: Member) -> bool:
        """Whether somebody sees the talk."""
        return self.audience is None or member.id in self.audience

    def wide(self, name: str) -> bool:
        """Whether its words are open to all."""
        needed = {author.id for author in AUTHORS[name]}
        return self.wished and self.audience is not None and needed <= self.agreed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Guide]]:
    """A home with three guides, to be copied."""
    home = tmp_path_factory.mktemp("seeing") / "home"
    with seeing_world(home) as world:
        guides = dict(world.guides)
    return home, guides


@settings(
    max_examples=5,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(acts=st.lists(st.one_of(SETTING, SETTING, WISH, CONSENT), max_size=8))
def test_nobody_reads_a_byte_that_they_may_not_see(
    made: tuple[Path, dict[str, Guide]], acts: list[tuple[object, ...]]
) -> None:
    """Through no list, page, search, export, desk, portrait of skill, source or refusal."""
    home, guides = made
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        with desk_world(copy) as world:
            world.guides, world.work.policy = dict(guides), POLICY
            known = {name: Known() for name in NAMES}
            for act in acts:
                _do(world, known, act)
            for member in (BO, BEN, LENA, TESS, None):
                _check(world, known, member)


def _check(world: World, known: dict[str, Known], member: Member | None) -> None:
    text, own = everything_read(world, member), own_tokens(member)
    readable = {guide.id for guide in readable_guides(world.work, COMMUNITY, member)[0]}
    for name, one in known.items():
        whole = one.audience is None if member is None else one.sees(member)
        words = {token(name, who) for who in AUTHORS[name]} - own
        words |= set() if member == BO else {f"How to do {name}"}
        if not whole:
            assert uncited(name) not in text
            if not one.wide(name):
                assert not any(word in text for word in words)
        if name != GAMMA:
            assert (world.guides[name].id in readable) is (whole or one.wide(name))


def _do(world: World, known: dict[str, Known], act: tuple[object, ...]) -> None:
    """Do one act, and say what it ought to change; a refused one changes nothing."""
    kind, name, who, *rest = act
    assert isinstance(name, str)
    assert isinstance(who, Member)
    one = known[name]
    if kind == "set":
        level, people = rest
        assert isinstance(level, Level)
        assert isinstance(people, frozenset)
        _set(world, one, name, who, level, people)
    elif kind == "agree":
        _agree(world, one, name, who, yes=bool(rest[0]))
    else:
        _wish(world, one, name, who, wide=kind == "widen")


def _set(
    world: World, one: Known, name: str, who: Member, level: Level, people: frozenset[Member]
) -> None:
    ids = frozenset(member.id for member in people)
    spoke = frozenset(author.id for author in AUTHORS[name])
    audience = {Level.MEMBERS: ids, Level.UNUSED: spoke}.get(level)
    shows_more = (
        one.audience is not None
        and level is not Level.UNUSED
        and (audience is None or one.unused or not audience <= one.audience)
    )
    refused = who not in STEWARDS or (shows_more and not one.sees(who))
    only = sorted(member.handle for member in people) if level is Level.MEMBERS else None
    thread, because = talk(world, name).id, "it was agreed"
    actor = world.actor(who)
    if refused:
        with pytest.raises(PermissionDeniedError):
            set_visibility(world.work, COMMUNITY, actor, thread, level, because, only=only)
        return
    set_visibility(world.work, COMMUNITY, actor, thread, level, because, only=only)
    one.audience, one.unused = audience, level is Level.UNUSED


def _wish(world: World, one: Known, name: str, who: Member, *, wide: bool) -> None:
    fits = one.audience is not None and not one.wished and one.sees(who) and name != GAMMA
    allowed = who in STEWARDS and (fits if wide else one.wished)
    act = widen if wide else narrow
    if not allowed:
        with pytest.raises(PassdownError):
            act(world.work, world.actor(who), world.guides[name].id, "others ask for it")
        return
    act(world.work, world.actor(who), world.guides[name].id, "others ask for it")
    one.wished = wide
    one.agreed.clear()


def _agree(world: World, one: Known, name: str, who: Member, *, yes: bool) -> None:
    try:
        agree(world.work, world.actor(who), world.guides[name].id, yes=yes)
    except PassdownError:
        assert not (one.wished and one.audience is not None and who in AUTHORS[name])
        return
    assert one.wished
    if yes and one.audience is not None:
        one.agreed.add(who.id)
    else:
        one.agreed.discard(who.id)
