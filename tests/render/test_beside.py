"""Words quoted beside a guide appear as their author consented, and only while they stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.method.retiring import hollowed
from memory.records.correction import Place
from memory.records.guide import Guide, TrailStep
from memory.records.people import Consent, Credit, Member
from memory.records.talk import EvidenceSpan, MessageKind
from tests.method import coffee
from tests.render.test_guide import page, printed
from tui.render.beside import BesideKind, beside_lines
from tui.render.guide import GuidePage
from tui.render.guide_markdown import guide_markdown
from tui.render.payloads import guide_payload

WORDS = "Try lemon juice, as Bea does."
SAID = coffee.message("a222", coffee.OTHER, MessageKind.ANSWER, f"{WORDS} It smells nice.")
OUTCOME = coffee.message("c333", coffee.ASKER, MessageKind.COMMENT, "That worked.")


def beside(credit: Credit = Credit.CREDITED, other: Member = coffee.OTHER) -> GuidePage:
    """The standard guide with one quotation of each kind beside it."""
    known = page()
    steps = [
        TrailStep(
            message_id=message.id,
            author_id=message.author_id,
            at=message.sent_at,
            part="said",
            quoted=(EvidenceSpan.of(message, 0, end),),
        )
        for message, end in ((SAID, len(WORDS)), (OUTCOME, len(OUTCOME.text)))
    ]
    current = known.guide.current.model_copy(update={"trail": (*known.guide.current.trail, *steps)})
    guide = Guide.model_construct(**{**dict(known.guide), "current": current})
    return replace(
        known,
        guide=guide,
        members={**known.members, other.id: other},
        messages={**known.messages, SAID.id: SAID, OUTCOME.id: OUTCOME},
        credit={**known.credit, coffee.OTHER.id: credit},
    )


def test_quotations_stand_with_who_said_them_and_their_source() -> None:
    """Advice of others and the asker's report each have a heading, a name and a number."""
    lines = list(beside_lines(beside(), coffee.CATALOGUE))
    assert [(line.kind, line.who, line.text) for line in lines] == [
        (BesideKind.SAID, "Cy", WORDS),
        (BesideKind.OUTCOME, "Ann", "That worked."),
    ]
    for text in (printed(beside()), guide_markdown(beside(), coffee.CATALOGUE)):
        assert coffee.CATALOGUE.say("guide_beside_note") in " ".join(text.split())
        assert "Ann, who asked" in text
    assert all(line.marks for line in lines)


@pytest.mark.parametrize(
    ("credit", "who"), [(Credit.ROLE_ONLY, "peripheral member"), (Credit.CHATHAM_HOUSE, "")]
)
def test_quotations_keep_the_credit_that_was_chosen(credit: Credit, who: str) -> None:
    """By role without a name; of those who stay unnamed no word is quoted."""
    shown = beside(credit)
    said = [x for x in beside_lines(shown, coffee.CATALOGUE) if x.kind is BesideKind.SAID]
    assert bool(said) is bool(who)
    assert all(who in line.who and "Cy" not in line.who for line in said)
    outside = printed(shown, trail=False)
    assert "Cy" not in outside
    assert (WORDS[:15] in outside) is bool(who)


def test_whoever_opted_out_is_quoted_no_more() -> None:
    """Opting out reaches guides that quote the words already."""
    gone = coffee.OTHER.model_copy(update={"consent": Consent(opted_out_at=coffee.START)})
    kinds = [line.kind for line in beside_lines(beside(other=gone), coffee.CATALOGUE)]
    assert kinds == [BesideKind.OUTCOME]


def test_words_taken_back_or_deleted_are_quoted_no_more() -> None:
    """A message that lost the words is the proof that they may not stand."""
    shown = beside()
    place = Place(message_id=SAID.id, start=0, end=len(WORDS))
    for changed in (
        hollowed(SAID, [place]),
        SAID.model_copy(update={"deleted": True, "text": "", "segments": ()}),
    ):
        messages = {**shown.messages, SAID.id: changed}
        lines = beside_lines(replace(shown, messages=messages), coffee.CATALOGUE)
        assert [line.kind for line in lines] == [BesideKind.OUTCOME]


def test_names_of_the_uncredited_are_veiled_in_others_words() -> None:
    """Nobody's quotation gives away who is not named."""
    shown = beside()
    veiled = replace(shown, credit={**shown.credit, coffee.EXPERT.id: Credit.CHATHAM_HOUSE})
    texts = [line.text for line in beside_lines(veiled, coffee.CATALOGUE)]
    assert "Bea" in WORDS
    assert not any("Bea" in text for text in texts)
    told = guide_payload(veiled)["also_said"]
    assert not any("Bea" in " ".join(entry["text"]) for entry in told)


def test_summary_that_is_the_first_steps_is_read_once() -> None:
    """Where the steps open with the very words of the summary, it is not printed above them."""
    shown = beside()
    current = shown.guide.current
    section = current.sections[0]
    step = current.summary.model_copy(update={"step": True})
    changed = section.model_copy(update={"sentences": (step, *section.sentences)})
    version = current.model_copy(update={"sections": (changed, *current.sections[1:])})
    guide = Guide.model_construct(**{**dict(shown.guide), "current": version})
    steps = replace(shown, guide=guide)
    assert not shown.opens_with_steps
    assert steps.opens_with_steps
    words = current.summary.text[:30]
    assert printed(steps, 200, trail=False).count(words) == 1
    assert printed(shown, 200, trail=False).count(words) == 1
