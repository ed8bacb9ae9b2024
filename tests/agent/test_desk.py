"""A steward's queue: who sees what, what is due, what was put to whom, searched and sorted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.services.desk import Order, Section, found_in, in_order, open_desk
from agent.services.escalating import escalate, who_may_be_asked
from agent.services.reviewing import edit_sentence, review_guide
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Decision, GuideStatus
from memory.records.people import Role
from memory.records.stewarding import StewardActKind
from tests.builders import MONDAY
from tests.tui.screens.desk_world import (
    ADA,
    BO,
    DISPUTED,
    LENA,
    MILO,
    TESS,
    World,
    desk_world,
    furnish,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Guides in every state that a desk shows."""
    with desk_world(tmp_path / "home") as opened:
        yield furnish(opened)


EDITED = DISPUTED[0][2].rstrip(".")
"""The summary with as little changed as can be."""


def titles(world: World, section: Section = Section.WAITING) -> list[str]:
    """Titles of a section, by age."""
    desk = open_desk(world.work, LENA)
    names = {guide.id: name for name, guide in world.guides.items()}
    return [names[row.guide_id] for row in desk.listed(section)]


def test_every_guide_is_where_it_waits(world: World) -> None:
    """Confirmed, due, disputed, drafted and published guides each stand in their section."""
    assert titles(world) == ["risky", "kettle", "disputed"]
    assert titles(world, Section.DUE) == ["due"]
    assert titles(world, Section.DISPUTED) == ["disputed"]
    assert titles(world, Section.DRAFTS) == ["draft"]
    assert titles(world, Section.PUBLISHED) == ["due", "out"]
    desk = open_desk(world.work, LENA)
    assert desk.own_words == 1
    assert desk.sections() == tuple(s for s in Section if s is not Section.QUESTIONED)
    (draft,) = desk.listed(Section.DRAFTS)
    assert draft.waits_for == ("Ada Berg",)
    assert draft.since == MONDAY - timedelta(hours=26)


def test_a_guide_is_not_for_the_steward_whose_words_it_is_alone(world: World) -> None:
    """Milo decides on what Lena said alone; she does not see it in her queue."""
    milo = open_desk(world.work, MILO)
    assert world.guides["own"].id in {row.guide_id for row in milo.rows}
    assert world.guides["own"].id not in {row.guide_id for row in open_desk(world.work, LENA).rows}


def test_whoever_is_no_steward_sees_who_is(world: World) -> None:
    """Nothing of a guide is told; whom to ask is."""
    desk = open_desk(world.work, BO)
    assert (desk.refused, desk.rows) == (True, ())
    assert desk.stewards == ("Lena Park (@lena)", "Milo Varga (@milo)", "Tess Ruiz (@tess)")


def test_a_role_that_was_taken_away_closes_the_desk(world: World) -> None:
    """What counts is the role that is stored now, not the one from when they sat down."""
    with world.work.store.writing() as unit:
        unit.people.update_member(LENA.model_copy(update={"roles": (Role.ACTIVE,)}))
    assert open_desk(world.work, LENA).refused


def test_a_search_holds_every_word_and_the_level_of_risk(world: World) -> None:
    """Words of sentences, titles and names count, and `risk:` narrows to a level."""
    rows = open_desk(world.work, LENA).listed(Section.WAITING)

    def found(wanted: str) -> set[str]:
        return {row.title for row in found_in(rows, wanted)}

    assert found("PAPER taste") == {world.guides["kettle"].current.title}
    assert found("ben cole") == {world.guides["disputed"].current.title}
    assert found("risk:high") == {world.guides["risky"].current.title}
    assert found("risk:high paper") == set()
    assert found("") == {row.title for row in rows}


def test_rows_are_sorted_each_way(world: World) -> None:
    """Oldest, riskiest, least complete, and by title."""
    rows = open_desk(world.work, LENA).listed(Section.WAITING)
    by_risk = in_order(rows, Order.RISK)
    assert [row.risk.points for row in by_risk] == sorted(
        (row.risk.points for row in rows), reverse=True
    )
    by_share = in_order(rows, Order.COMPLETENESS)
    assert [row.completeness for row in by_share] == sorted(row.completeness for row in rows)
    by_title = in_order(rows, Order.TITLE)
    assert [row.title for row in by_title] == sorted(row.title for row in rows)
    assert in_order(rows, Order.AGE) == list(rows)


def test_an_edited_guide_bears_the_sign(world: World) -> None:
    """A person's edit is a sign of risk from then on."""
    guide = world.guides["disputed"]
    edit_sentence(world.work, world.actor(), guide.id, 1, EDITED)
    drafts = open_desk(world.work, LENA).listed(Section.DRAFTS)
    (row,) = [row for row in drafts if row.guide_id == guide.id]
    assert "edited" in {reason.sign for reason in row.risk.reasons}


def test_an_escalated_guide_is_first_in_the_queue_of_whom_it_was_put_to(world: World) -> None:
    """Tess sees by whom and why, and decides; Lena sees that it is with Tess."""
    guide = world.guides["disputed"]
    _, asked = escalate(world.work, world.actor(), guide.id, "Which of the two holds?")
    assert asked == TESS
    rows = in_order(open_desk(world.work, TESS).listed(Section.WAITING), Order.AGE)
    assert (rows[0].guide_id, rows[0].put_by) == (guide.id, "Lena Park")
    assert rows[0].put_why == "Which of the two holds?"
    (mine,) = [r for r in open_desk(world.work, LENA).rows if r.guide_id == guide.id]
    assert (mine.put_by, mine.put_to) == ("", "Tess Ruiz")
    with world.work.store.reading() as unit:
        (act,) = unit.desk.acts(guide.id)
        assert (act.kind, act.by_id, act.to_id) == (
            StewardActKind.ESCALATED,
            LENA.id,
            TESS.id,
        )
        assert unit.log.decisions(guide.id)[-1].action is Action.GUIDE_ESCALATED
    after = review_guide(world.work, world.actor(TESS), guide.id, Decision.REJECT, "Test it.")
    assert after.status is GuideStatus.REJECTED


@pytest.mark.parametrize(
    ("who", "to", "comment", "error"),
    [
        (LENA, None, "  ", UserInputError),
        (LENA, "ada", "Look.", UserInputError),
        (LENA, "lena", "Look.", UserInputError),
        (LENA, "nobody", "Look.", UserInputError),
        (ADA, None, "Look.", PermissionDeniedError),
    ],
)
def test_an_impossible_escalation_changes_nothing(
    world: World, who: object, to: str | None, comment: str, error: type[Exception]
) -> None:
    """Without a word, to somebody who does not decide, or by one who may not: a plain refusal."""
    guide = world.guides["kettle"]
    actor = world.actor(ADA if who is ADA else LENA)
    with pytest.raises(error):
        escalate(world.work, actor, guide.id, comment, to=to)
    with world.work.store.reading() as unit:
        assert not unit.desk.acts(guide.id)


def test_only_a_waiting_guide_is_put_to_somebody(world: World) -> None:
    """A draft or a published guide waits for no decision."""
    for name in ("draft", "out"):
        with pytest.raises(UserInputError, match="does not wait"):
            escalate(world.work, world.actor(), world.guides[name].id, "Look.")


def test_the_authority_is_asked_first(world: World) -> None:
    """Everybody who decides but oneself, the technical authority before other stewards."""
    assert [member.id for member in who_may_be_asked(world.work, LENA)] == [TESS.id, MILO.id]
