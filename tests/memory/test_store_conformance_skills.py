"""Words on skills, names of topics and badge choices go in and come out whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory.records.skill import BadgeChoice, SkillWord, SkillWordKind, TopicName
from memory.store.sql import SqlStore
from tests.builders import COMMUNITY, MONDAY, make_member

ANA, BO = make_member("ana"), make_member("bo")


def word(by: str, topic: str = "Grinding  beans") -> SkillWord:
    """What somebody says of Ana."""
    kind = SkillWordKind.TAG if by == ANA.id else SkillWordKind.ENDORSE
    return SkillWord(
        id=SkillWord.id_of(ANA.id, by, topic),
        community_id=COMMUNITY.id,
        member_id=ANA.id,
        by_id=by,
        kind=kind,
        topic=topic,
        said_at=MONDAY,
    )


def test_words_names_and_choices_survive(tmp_path: Path) -> None:
    """Each is found again as it was; a word taken back is gone."""
    store = SqlStore.open(tmp_path / "p.sqlite")
    said = word(BO.id)
    named = TopicName(
        id=TopicName.id_of(COMMUNITY.id, "water", "1"),
        community_id=COMMUNITY.id,
        term="water",
        name="Minerals",
        by_id=BO.id,
        decided_at=MONDAY,
    )
    choice = BadgeChoice(member_id=ANA.id, community_id=COMMUNITY.id, shown=False, chosen_at=MONDAY)
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([ANA, BO])
        unit.skills.save_word(said)
        unit.skills.save_word(word(ANA.id))
        unit.skills.save_topic_name(named)
        unit.skills.save_badge_choice(choice)
    with store.writing() as unit:
        assert {one.by_id for one in unit.skills.words(COMMUNITY.id)} == {ANA.id, BO.id}
        assert unit.skills.word(said.id) == said
        assert list(unit.skills.topic_names(COMMUNITY.id)) == [named]
        assert unit.skills.badge_choice(ANA.id) == choice
        assert unit.skills.badge_choice(BO.id) is None
        unit.skills.drop_word(said.id)
        assert unit.skills.word(said.id) is None
    store.close()


def test_one_word_per_pair_and_topic_however_it_is_written() -> None:
    """Case and spaces make no second endorsement."""
    assert SkillWord.id_of(ANA.id, BO.id, "grinding BEANS") == word(BO.id).id


def test_an_endorsement_of_oneself_cannot_be_built() -> None:
    """Neither can a tag by somebody else, nor a decision on a topic that decides nothing."""
    with pytest.raises(ValueError, match="somebody else"):
        word(ANA.id).model_copy(update={"kind": SkillWordKind.ENDORSE})
    with pytest.raises(ValueError, match="somebody else"):
        word(BO.id).model_copy(update={"kind": SkillWordKind.TAG})
    with pytest.raises(ValueError, match="named or joined"):
        TopicName(
            id=TopicName.id_of(COMMUNITY.id, "a", "1"),
            community_id=COMMUNITY.id,
            term="a",
            by_id=BO.id,
            decided_at=MONDAY,
        )
