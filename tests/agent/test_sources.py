"""A cited message in its discussion: only where its author is named, and nobody else given away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.sources import open_source
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.people import Consent, Credit
from prompts import load_catalogue
from tests.tui.screens.desk_world import ADA, BO, KETTLE, LENA, RISKY, World, desk_world
from tests.tui.screens.library_world import OUT, retract, veil
from tui.render.source import Lead, leads_of, source_page


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One published guide whose author is named, one whose author is not."""
    with desk_world(tmp_path / "home") as made:
        made.add("kettle", KETTLE, OUT)
        veil(made, made.add("unnamed", RISKY[:3], OUT))
        yield made


def _lead(world: World, name: str) -> Lead:
    return leads_of(world.guides[name].current.summary.evidence)[0]


def _text(world: World, name: str) -> str:
    lead = _lead(world, name)
    talk = open_source(world.work, world.actor(BO), world.guides[name].id, lead.message_id)
    page = source_page(talk, lead, load_catalogue())
    return "\n".join(f"{one.name}: {one.text}" for one in page.discussion.said)


def test_the_whole_discussion_is_there_with_the_words_lit(world: World) -> None:
    """Who asked, who answered, who thanked; the cited words at their place."""
    lead = _lead(world, "kettle")
    talk = open_source(world.work, world.actor(BO), world.guides["kettle"].id, lead.message_id)
    page = source_page(talk, lead, load_catalogue())
    said = page.discussion.said
    assert [one.name for one in said] == ["Bo Ek", "Ada Berg", "Bo Ek"]
    (cited,) = [one for one in said if one.lit is not None]
    assert cited.lit is not None
    assert cited.text[slice(*cited.lit)] == lead.quotes[0]
    assert page.left_out == 0


def test_nothing_leads_to_somebody_who_stays_unnamed(world: World) -> None:
    """Not even for those who know the message's id."""
    lead = _lead(world, "unnamed")
    with pytest.raises(PermissionDeniedError, match="stays unnamed"):
        open_source(world.work, world.actor(BO), world.guides["unnamed"].id, lead.message_id)


def test_others_who_stay_unnamed_are_left_out_and_veiled(world: World) -> None:
    """Whoever chose Chatham House as a default is not given away by a discussion either."""
    assert "Bo Ek" in _text(world, "kettle")
    with world.work.store.writing() as unit:
        quiet = Consent(credit=Credit.CHATHAM_HOUSE)
        unit.people.update_member(BO.model_copy(update={"consent": quiet}))
    text = _text(world, "kettle")
    assert "Bo" not in text
    assert "Ada Berg" in text


def test_only_what_the_guide_cites_is_opened(world: World) -> None:
    """An id of any other message opens nothing, and so does a guide that was taken back."""
    guide, lead = world.guides["kettle"], _lead(world, "kettle")
    other = _lead(world, "unnamed").message_id
    with pytest.raises(UserInputError, match="does not cite"):
        open_source(world.work, world.actor(LENA), guide.id, other)
    retract(world, guide)
    with pytest.raises(PermissionDeniedError, match="was taken back"):
        open_source(world.work, world.actor(ADA), guide.id, lead.message_id)


def test_a_discussion_that_was_made_private_is_closed(world: World) -> None:
    """The quote stays with its author's yes; the talk around it is nobody's business any more."""
    guide, lead = world.guides["kettle"], _lead(world, "kettle")
    with world.work.store.writing() as unit:
        message = unit.talk.message(lead.message_id)
        assert message is not None
        thread = unit.talk.thread(message.thread_id)
        assert thread is not None
        unit.talk.save_threads([thread.model_copy(update={"private": True})])
    with pytest.raises(PermissionDeniedError, match="made private"):
        open_source(world.work, world.actor(BO), guide.id, lead.message_id)
