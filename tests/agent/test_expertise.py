"""Who might know is told by what people wrote, and by enough of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.expertise import who_might_know
from memory.store.sql import SqlStore
from tests.builders import COMMUNITY, make_member, make_message, make_thread

ANA, BO = make_member("ana"), make_member("bo")
THREAD = make_thread()
SAID = (
    make_message("m1", "Descale the boiler with citric acid.", ANA, THREAD),
    make_message("m2", "My boiler is green.", BO, THREAD),
)


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ("boiler?", ["ana", "bo"]),
        ("boiler acid", ["ana"]),
        ("How do I descale a boiler that drips under pressure all night?", ["ana"]),
        ("How does acid harm pumps and gaskets?", []),
    ],
)
def test_two_words_of_the_question_make_a_knower(
    tmp_path: Path, query: str, known: Sequence[str]
) -> None:
    """A message counts from two words of the question on, or with its only one."""
    store = SqlStore.open(tmp_path / "passdown.sqlite")
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([ANA, BO])
        unit.talk.save_threads([THREAD])
        unit.talk.save_messages(SAID)
        found = who_might_know(unit, COMMUNITY.id, query)
    store.close()
    assert sorted(one.member.handle for one in found) == known
    assert all(one.messages == 1 for one in found)
