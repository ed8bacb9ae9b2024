"""Who might know is told by what people wrote, and by enough of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.expertise import experts_on, who_might_know
from memory.records.people import Consent
from memory.records.talk import MessageKind
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


def test_experts_answered_similar_threads_and_the_evidence_is_named(tmp_path: Path) -> None:
    """Askers, one answer, talk of something else and an opt-out make no expert; acceptance does."""
    cy, di = make_member("cy"), make_member("di", consent=Consent(opted_out_at=THREAD.last_at))
    store = SqlStore.open(tmp_path / "passdown.sqlite")
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([ANA, BO, cy, di])
        for number, (answerer, accepted) in enumerate(
            [(ANA, False), (ANA, False), (cy, True), (BO, False), (di, True)]
        ):
            thread = make_thread(f"t{number}")
            asked = make_message(f"q{number}", "How do I descale a boiler?", BO, thread)
            told = make_message(
                f"a{number}",
                "Citric acid for an hour.",
                answerer,
                thread,
                kind=MessageKind.ANSWER,
                sent_at=thread.last_at.replace(minute=5),
            )
            if accepted:
                thread = thread.model_copy(update={"accepted_message_id": told.id})
            unit.talk.save_threads([thread])
            unit.talk.save_messages([asked, told])
        found = experts_on(unit, COMMUNITY.id, ["scale in the boiler", "descale it with acid"])
        without = experts_on(
            unit, COMMUNITY.id, ["scale in the boiler, descale"], leave_out=[cy.id, ANA.id]
        )
        elsewhere = experts_on(unit, COMMUNITY.id, ["the grinder burr dulls"])
    store.close()
    assert [expert.member.handle for expert in found] == ["cy", "ana"]
    assert len(found[1].evidence) == 2
    assert not without
    assert not elsewhere
