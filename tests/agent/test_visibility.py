"""Who sees what: sources tell it, stewards decide on it, experts agree, and all reading obeys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.inquiry.turns import verdict_on
from agent.policy.budgets import Turn
from agent.services.browsing import read_page, reviews_for
from agent.services.deciding import approve, approve_clean
from agent.services.exporting import published_guides
from agent.services.identity import Actor, bind_account
from agent.services.pages import GuidePage
from agent.services.readers import open_reading
from agent.services.recall import ask_memory
from agent.services.seeing import check_open_to, reader_in
from agent.services.skill_who import known_gaps, who_knows
from agent.services.sources import open_source
from agent.services.veiling import veiled
from agent.services.visibility import list_places, set_visibility
from agent.services.widening import agree, asked_to_agree, narrow, widen, width_of
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.people import Community, Member
from memory.records.policy import Policy
from memory.records.privacy_policy import PrivacyPolicy
from memory.records.talk import Told
from memory.records.visibility import Level, Readers, Scope, VisibilityPolicy
from tests.agent.seeing_world import (
    ALPHA,
    BETA,
    GAMMA,
    POLICY,
    seeing_world,
    talk,
    token,
)
from tests.builders import COMMUNITY, MONDAY, make_thread
from tests.tui.screens.desk_world import ADA, BEN, BO, LENA, MILO, TESS, World

WHY = "they were promised that it stays among them"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two published guides and one that waits for a steward."""
    with seeing_world(tmp_path / "home") as made:
        yield made


def close(world: World, name: str, *members: Member, by: Member = LENA) -> None:
    """Leave the talk behind a guide to some people alone."""
    only = [member.handle for member in members]
    actor, thread = world.actor(by), talk(world, name).id
    set_visibility(world.work, COMMUNITY, actor, thread, Level.MEMBERS, WHY, only=only)


def told(world: World, name: str, member: Member | None) -> list[str]:
    """Ids of the guides that somebody is told when they ask for one."""
    recall = ask_memory(world.work, COMMUNITY, f"rinse with {token(name, ADA)}", member)
    return [found.page.guide.id for found in recall.guides]


def pages(world: World, name: str, member: Member | None) -> list[GuidePage]:
    """A guide as each service that opens one gives it to somebody."""
    work, guide = world.work, world.guides[name]
    found = ask_memory(work, COMMUNITY, f"rinse with {token(name, ADA)}", member).guides
    given = [one.page for one in found if one.page.guide.id == guide.id]
    given.append(read_page(work, member, guide.id))
    if member is not None:
        actor = Actor(member, acting_as=False)
        cited = guide.current.summary.evidence[0].message_id
        given.append(open_reading(work, actor, guide.id).page)
        given.append(open_source(work, actor, guide.id, cited).page)
    return given


def test_what_is_hidden_changes_nothing_of_an_answer(world: World) -> None:
    """Neither rank, score, threshold nor the names of who might know tell that it is there."""
    question = f"rinse with {token(ALPHA, ADA)} before you brew"
    close(world, ALPHA, LENA)
    hidden = ask_memory(world.work, COMMUNITY, question, BEN)
    world.work.index.replace_guide(world.guides[ALPHA].id, ())
    gone = ask_memory(world.work, COMMUNITY, question, BEN)
    assert [(one.page.guide.id, one.score) for one in hidden.guides] == [
        (one.page.guide.id, one.score) for one in gone.guides
    ]
    assert (hidden.held, hidden.who) == (gone.held, gone.who)
    assert world.guides[ALPHA].id not in [one.page.guide.id for one in hidden.guides]


def test_a_steward_approves_only_what_they_may_see(world: World) -> None:
    """It waits on no other steward's desk, and their approval is refused."""
    close(world, GAMMA, MILO, ADA, BO)
    guide = world.guides[GAMMA]
    assert [g.id for g in reviews_for(world.work, MILO)] == [guide.id]
    assert reviews_for(world.work, LENA) == []
    with pytest.raises(PermissionDeniedError, match="not open to you"):
        approve(world.work, world.actor(LENA), guide.id)
    with pytest.raises(PermissionDeniedError, match="not open to you"):
        approve_clean(world.work, world.actor(LENA), [(guide.id, 1)])


def test_nobody_is_asked_about_talk_that_is_not_open_to_them(world: World) -> None:
    """A question quotes the talk, so who is asked has to see it."""
    close(world, ALPHA, BO, LENA)
    with world.work.store.reading() as unit:
        thread = talk(world, ALPHA)
        assert verdict_on(unit, world.work.context, ADA, thread).reason == "may_not_see"
        assert verdict_on(unit, world.work.context, BO, thread).turn is not Turn.NEVER


def test_a_guide_goes_out_when_everybody_agreed_and_in_again_at_once(world: World) -> None:
    """The words are open then, the talk behind them never; one word takes it back."""
    close(world, ALPHA, LENA, ADA, BO)
    guide = world.guides[ALPHA]
    width = widen(world.work, world.actor(LENA), guide.id, "new people ask for it every week")
    assert {member.id for member in width.awaited} == {ADA.id, BO.id}
    assert [one.width.guide.id for one in asked_to_agree(world.work, ADA)] == [guide.id]
    agree(world.work, world.actor(ADA), guide.id)
    assert told(world, ALPHA, BEN) == [] or guide.id not in told(world, ALPHA, BEN)
    assert agree(world.work, world.actor(BO), guide.id).wide
    assert guide.id in told(world, ALPHA, BEN)
    assert guide.id in [one.page.guide.id for one in published_guides(world.work, COMMUNITY)]
    cited = guide.current.summary.evidence[0].message_id
    with pytest.raises(PermissionDeniedError, match="only the quote"):
        open_source(world.work, world.actor(BEN), guide.id, cited)
    assert not agree(world.work, world.actor(ADA), guide.id, yes=False).wide
    assert guide.id not in told(world, ALPHA, BEN)
    with world.work.store.reading() as unit:
        actions = [line.action for line in unit.log.decisions(guide.id, 50)]
    agreed = Action.SHOWING_AGREED
    assert actions == [Action.GUIDE_WIDENED, agreed, agreed, Action.SHOWING_REFUSED]


def test_a_guide_that_is_shown_wider_tells_no_empty_questions(world: World) -> None:
    """What the agent asked is left out of the way to it, not told without its words."""
    close(world, ALPHA, LENA, ADA, BO)
    guide = world.guides[ALPHA]
    said = next(step for step in guide.current.trail if step.author_id == ADA.id)
    asked = said.model_copy(update={"author_id": None, "question_id": "que_0000000000000001"})
    version = guide.current.model_copy(update={"trail": (said, asked)})
    with world.work.store.reading() as unit:
        messages = unit.talk.messages(version.cited())
        reader = reader_in(unit, world.work, COMMUNITY.id, BEN)
        shown, _ = veiled(unit, reader, guide.model_copy(update={"current": version}), messages)
    assert [step.author_id for step in shown.current.trail] == [ADA.id]


def test_nobody_agrees_for_another(world: World) -> None:
    """Not by a grant either; and whose words it does not quote is not asked."""
    close(world, ALPHA, LENA)
    guide = world.guides[ALPHA]
    widen(world.work, world.actor(LENA), guide.id, WHY)
    with pytest.raises(PermissionDeniedError, match="they themselves"):
        agree(world.work, Actor(ADA, acting_as=True, by=LENA.id), guide.id)
    with pytest.raises(PermissionDeniedError, match="no words of yours"):
        agree(world.work, world.actor(BEN), guide.id)
    narrow(world.work, world.actor(TESS), guide.id, "not yet")
    with pytest.raises(UserInputError, match="no steward wishes"):
        agree(world.work, world.actor(ADA), guide.id)
    assert width_of(world.work, world.actor(LENA), guide.id).wish is None


def test_a_steward_opens_nothing_that_they_do_not_see(world: World) -> None:
    """Closing is for every steward, opening for those inside; the reason is kept with who."""
    close(world, BETA, MILO)
    thread = talk(world, BETA).id
    with pytest.raises(PermissionDeniedError, match="not open to you"):
        set_visibility(world.work, COMMUNITY, world.actor(LENA), thread, Level.COMMUNITY, WHY)
    with pytest.raises(UserInputError, match="say why"):
        set_visibility(world.work, COMMUNITY, world.actor(MILO), thread, Level.COMMUNITY, " ")
    set_visibility(world.work, COMMUNITY, world.actor(MILO), thread, Level.COMMUNITY, WHY)
    last = list_places(world.work, world.actor(LENA)).decided[-1]
    assert (last.by_id, last.because, last.level) == (MILO.id, WHY, Level.COMMUNITY)
    with pytest.raises(PermissionDeniedError, match="only a steward"):
        list_places(world.work, world.actor(BEN))


def test_a_decision_on_a_place_holds_for_what_is_imported_later(world: World) -> None:
    """A source that is imported again does not undo it, but may close further at any time."""
    only = [ADA.handle, LENA.handle]
    actor, members = world.actor(LENA), Level.MEMBERS
    act = set_visibility(world.work, COMMUNITY, actor, "#Brewing", members, WHY, only=only)
    assert act.scope is Scope.PLACE
    later = make_thread("later", channel="brewing")
    with world.work.store.writing() as unit:
        unit.talk.save_threads([later])
    with world.work.store.reading() as unit:
        stored = unit.talk.thread(later.id)
    assert stored is not None
    assert set(stored.seen_by or ()) == {ADA.id, LENA.id}
    assert stored.told == Told()
    closed = later.model_copy(update={"private": True, "seen_by": (ADA.id, BEN.id)})
    with world.work.store.writing() as unit:
        unit.talk.save_threads([closed])
    with world.work.store.reading() as unit:
        stored = unit.talk.thread(later.id)
    assert stored is not None
    assert (stored.private, stored.seen_by) == (True, (ADA.id,))


def test_private_talk_is_used_among_its_members_where_a_steward_says_so(world: World) -> None:
    """Until then nothing is made of it; of talk whose members are not told, never."""
    named = make_thread("named", private=True, seen_by=(ADA.id, BO.id))
    nameless = make_thread("nameless", private=True)
    with world.work.store.writing() as unit:
        unit.talk.save_threads([named, nameless])
    actor = world.actor(LENA)
    set_visibility(world.work, COMMUNITY, actor, "private", Level.MEMBERS, WHY)
    with world.work.store.reading() as unit:
        found = [unit.talk.thread(one.id) for one in (named, nameless)]
        waiting = {one.id for one in unit.talk.unjudged_threads(COMMUNITY.id, MONDAY)}
    assert [(one.private, one.seen_by) for one in found if one is not None] == [
        (False, named.seen_by),
        (True, None),
    ]
    assert named.id in waiting
    assert nameless.id not in waiting
    with pytest.raises(UserInputError, match="one by one"):
        set_visibility(world.work, COMMUNITY, actor, "private", Level.COMMUNITY, WHY)


def test_homes_of_before_learn_what_their_guides_draw_on(world: World) -> None:
    """The migration notes the same discussions as saving a guide does."""
    import sqlalchemy as sa
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    from memory.store import sqlite
    from memory.store.migrations.versions import r0012_visibility

    query = sa.text("SELECT guide_id, thread_id FROM guide_sources ORDER BY 1, 2")
    engine = sqlite.connect(world.work.home.path / "passdown.sqlite", writable=True)
    with engine.begin() as connection:
        before = connection.execute(query).fetchall()
        connection.execute(sa.text("DELETE FROM guide_sources"))
        with Operations.context(MigrationContext.configure(connection)):
            r0012_visibility.note_sources()
        assert connection.execute(query).fetchall() == before != []
    engine.dispose()


def test_a_community_is_a_wall(world: World) -> None:
    """Members of another community read nothing here, unless the policy lets them."""
    other = Community(id=Community.id_of("Bakers"), name="Bakers", created_at=MONDAY)
    zoe = BEN.model_copy(update={"id": "mem_00000000000000aa", "community_id": other.id})
    with world.work.store.writing() as unit:
        unit.people.save_community(other)
        unit.people.save_members([zoe])
    assert told(world, BETA, None)
    bind_account(world.work, other, zoe.id)
    for reader in (None, zoe):
        with pytest.raises(PermissionDeniedError, match="its own members"):
            told(world, BETA, reader)
        with pytest.raises(PermissionDeniedError, match="its own members"):
            who_knows(world.work, COMMUNITY, "rinse the filter", asker=reader)
        with pytest.raises(PermissionDeniedError, match="its own members"):
            known_gaps(world.work, COMMUNITY, asker=reader)
    with pytest.raises(PermissionDeniedError, match="its own members"):
        check_open_to(world.work, COMMUNITY)
    open_to = VisibilityPolicy(communities={COMMUNITY.name.upper(): Readers.ANYBODY})
    private = PrivacyPolicy(confidential={COMMUNITY.name: (token(BETA, ADA),)})
    world.work.policy = Policy(retrieval=POLICY.retrieval, visibility=open_to, privacy=private)
    assert told(world, BETA, zoe)
    for reader in (None, zoe):
        for page in pages(world, BETA, reader):
            assert token(BETA, ADA) not in repr(page)
    for page in pages(world, BETA, BEN):
        assert token(BETA, ADA) in repr(page)
