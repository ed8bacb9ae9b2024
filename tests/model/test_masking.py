"""Masking: nobody's name or number leaves, and the way back restores every letter."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.masking import Mask, has_placeholder
from memory.records.people import Member
from prompts.desk import load_desk
from tests.builders import make_member

ENTRY = load_desk().personal
PEOPLE = (
    make_member("ann", name="Ann Lee"),
    make_member("k8s_bo", name="Bo Ek-Larsen"),
    make_member("yui", name="\u5c71\u7530 \u512a\u8863"),
    make_member("robot", name="Helper Bot", is_bot=True),
)
PIECES = st.sampled_from(
    [
        *(
            "Ann Lee",
            "ANN LEE",
            "Ann",
            "@ann",
            "@Ann",
            "Larsen",
            "k8s_bo",
            "\u5c71\u7530",
            "[PERSON_",
        ),
        *("[PERSON_1]", "[PERSONX_2]", "ann@lee.example", "+45 20 30 40 50", "10.0.0.7", " ", "1"),
        *(
            "Anna",
            "the filter",
            "https://x.example/ann?id=9",
            "\n",
            "]",
            "$",
            "{q}",
            "Bo Ek-Larsen",
        ),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map("".join)


def mask_of(*texts: str, people: tuple[Member, ...] = PEOPLE) -> Mask:
    """The mask over these texts."""
    return Mask.over(texts, people, ENTRY)


@settings(max_examples=50)
@given(st.lists(TEXTS, max_size=3))
def test_the_way_back_restores_every_letter(texts: list[str]) -> None:
    """Whatever is hidden in whatever text comes back exactly, names, noise and look-alikes too."""
    mask = mask_of(*texts)
    assert [mask.restore(mask.hide(text)) for text in texts] == texts


@settings(max_examples=50)
@given(st.lists(TEXTS, max_size=3))
def test_nobody_is_named_in_what_is_sent(texts: list[str]) -> None:
    """No full name, handle after an `@`, or address of mail is left as a word of its own."""
    mask = mask_of(*texts)
    for text in texts:
        hidden = mask.hide(text)
        assert not re.search(r"(?<!\w)(?:ann lee|Bo Ek-Larsen)(?!\w)", hidden, re.IGNORECASE)
        assert not re.search(r"(?<!\w)Larsen(?!\w)", hidden)
        assert not re.search(r"@(?:ann|k8s_bo)(?!\w)", hidden)
        assert "ann@lee.example" not in hidden


def test_a_message_is_masked_as_it_reads() -> None:
    """Names, handles, mail, phones and machines are hidden; words that hold a name are not."""
    text = "Ask Ann Lee or @k8s_bo (+45 20 30 40 50, ann@lee.example) on 10.0.0.7, said Ann's Anna."
    hidden = mask_of(text).hide(text)
    assert "Anna" in hidden
    assert re.sub(r"\[PERSON_\d+\]", "#", hidden) == "Ask # or # (#, #) on #, said #'s Anna."


def test_the_same_text_has_the_same_placeholders() -> None:
    """Placeholders are stable, so the same prompt is the same and is asked once."""
    text = "Larsen told Ann Lee; Ann told Larsen."
    assert mask_of(text).hide(text) == mask_of(text).hide(text)
    assert mask_of(text) == Mask.over([text], reversed(PEOPLE), ENTRY)
    hidden = mask_of(text).hide(text)
    assert len(set(re.findall(r"\[PERSON_\d+\]", hidden))) == 3


def test_a_bot_s_name_is_no_person_s() -> None:
    """Bots are not masked: their names tell of nobody."""
    assert mask_of("Helper Bot").hide("Helper Bot") == "Helper Bot"


def test_invented_placeholders_are_told() -> None:
    """A placeholder that nobody stands behind stays, and can be found."""
    mask = mask_of("Ann")
    assert mask.restore("[PERSON_1] [PERSON_9]") == "Ann [PERSON_9]"
    assert has_placeholder("so [PERSON_9]")
    assert not has_placeholder("so [1] and [PERSON]")
