"""Whose words the lines of a mail are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.sources.mail_text import segment_mail
from agent.sources.own_words import clean_text
from memory.records.talk import SegmentKind

PIECES = (
    *"a \n\t>:",
    "\n\n",
    "> q\n",
    "-- \n",
    "On Mon, Jan 5, 2004 at 10:00, Ann <a at x.org> wrote:\n",
    "-----Original Message-----\n",
    "From: Ann\nSent: 5 May 2004\nTo: me\n",
    "___________________________\n",
    "```\n",
    "diff --git a b\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "Ann Lee\n",
    "    x = f(y);\n",
    "-------------- next part --------------\n",
)


def own(text: str, sender: str = "") -> str:
    """Return the own words of a mail, stretches joined by a bar."""
    found = segment_mail(text, sender)
    return " | ".join(text[s.start : s.end] for s in found if s.kind is SegmentKind.OWN)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(("", "Ann Lee", "x")))
def test_segments_are_always_sound(raw: str, sender: str) -> None:
    """Whatever is written, segments are ordered, inside the text, and never blank."""
    text, position = clean_text(raw), 0
    for part in segment_mail(text, sender):
        assert position <= part.start < part.end <= len(text)
        assert text[part.start : part.end].strip()
        position = part.end
    assert {c for c in text if unicodedata.category(c) in {"Cc", "Cs"}} <= {"\n", "\t"}


@pytest.mark.parametrize(
    "above",
    [
        "On Mon, Jan 5, 2004 at 10:00 AM, Ann Lee <ann at x.org> wrote:",
        "On Mon, Jan 5, 2004 at 10:00 AM, Ann Lee\n<ann at x.org> wrote:",
        "Ann Lee <ann@x.org> writes:",
        "Ann Lee wrote:",
        "Am 05.01.2004 um 10:00 schrieb Ann Lee:",
        "Le 5 janv. 2004 \u00e0 10:00, Ann Lee a \u00e9crit :",
        "2004-01-05 Ann <ann@x.org>:",
        "2004/1/5 Ann Lee <ann@x.org>",
        "Quoting Ann Lee <ann@x.org>:",
    ],
)
def test_the_line_over_a_quotation_is_the_programs(above: str) -> None:
    """Who wrote what is quoted, and when, is no part of the answer, in any language."""
    assert own(f"Hello.\n\n{above}\n> It sticks.\n\nGrease it.") == "Hello. | Grease it."


def test_an_own_sentence_over_a_quotation_stays() -> None:
    """A colon alone takes nothing from its author."""
    text = "The second point is the one that matters:\n> It sticks.\nGrease it."
    assert own(text) == "The second point is the one that matters: | Grease it."


@pytest.mark.parametrize(
    "rest",
    [
        "-----Original Message-----\nFrom: Ann\nIt sticks.",
        "________________________________\nFrom: Ann <a@x>\nSent: Monday\nTo: all\nIt sticks.",
        "Von: Ann\nGesendet: Montag, 5. Januar 2004 10:00\nAn: alle\nBetreff: x\n\nIt sticks.",
        "---------- Forwarded message ---------\nFrom: Ann\n\nIt sticks.",
        "Date: Mon, 5 Jan 2004 10:00:00 +0100\nTo: Ann <ann@x.org>\n\nIt sticks.",
        "-----Original Message-----\n\nIt sticks.",
        "------On 5/1/2004 10:00, Ann wrote------\n\nIt sticks.",
        "Begin forwarded message:\n\nFrom: Ann\nDate: 5 May\nTo: all\n\nIt sticks.",
        "On Mon, Jan 5, 2004 at 10:00 AM, Ann <ann@x.org> wrote:\n\nIt sticks.",
        "-------------- next part --------------\nAn HTML attachment was scrubbed...\nURL: <x>",
    ],
)
def test_all_below_what_is_carried_along_is_quoted(rest: str) -> None:
    """Mails that are carried along without `>` are recognised by how they begin."""
    assert own(f"Grease it.\n\n{rest}") == "Grease it."


def test_quotations_wrapped_by_programs_stay_whole() -> None:
    """The end of a quoted line that a program wrapped off is no answer."""
    long = "> " + "it sticks after every single night of frost we have had this " + "year"
    assert own(f"{long}\nand last\n> year as well.\n\nGrease it.") == "Grease it."
    assert own(f"{long}\nagain\n\nGrease it.") == "Grease it."
    assert own("AL> It sticks.\n\nGrease it.") == "Grease it."


def test_signatures_and_footers() -> None:
    """What follows `-- `, a list's footer, and a closing with the sender's name sign a mail."""
    footer = "_" * 47 + "\nR-help at x.org mailing list\nhttps://x.org/listinfo"
    assert own(f"Grease it.\n\nBest regards,\nAnn\n{footer}", "Ann Lee") == "Grease it."
    assert own("Grease it.\n-- \nAnn\nChief", "Ann Lee") == "Grease it."
    assert own("Grease it.\n\nHTH\n-Ann Lee\nDept of Valves", "Ann Lee") == "Grease it."
    assert own("Grease it.\n\nVit", "V\u00edt Ondruch") == "Grease it."
    postscript = "P.S. Never grease it while it is warm."
    assert own(f"Grease it.\n\nAnn\n\n{postscript}", "Ann") == f"Grease it. | {postscript}"
    assert own("Ask Ann.\nGrease it.", "Ann Lee") == "Ask Ann.\nGrease it."
    assert own("Ann\n\n" + "It was greased. " * 3 + "\n\n" + "x y.\n" * 9, "Ann Lee")[:3] == "Ann"


def test_code_in_plain_mail() -> None:
    """Indented code, prompts, patches and fences are code; indented prose is not."""
    text = (
        "Try this:\n\n    x <- c(1, 2)\n    plot(x)\n\n$ make clean\n\n"
        "    It is a quiet line of prose\n\n```\ny\n```\n"
        "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert own(text) == "Try this: | It is a quiet line of prose"


def test_pgp_blocks() -> None:
    """A signed mail keeps its words and loses its armour."""
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nGrease it.\n"
        "-----BEGIN PGP SIGNATURE-----\niQ\n-----END PGP SIGNATURE-----"
    )
    assert own(text) == "Grease it."


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Grease it.\n\nSent from my iPhone", "Grease it."),
        ("Fett hilft.\n\nVon meinem iPhone gesendet", "Fett hilft."),
        ("It was sent from the works to the yard.", "It was sent from the works to the yard."),
        (
            "Grease it.\n\nThis e-mail is confidential. Not the intended recipient? Delete it.",
            "Grease it.",
        ),
        (
            "Our recipe is confidential, so please delete the message.\n\nThe rest is below.",
            "Our recipe is confidential, so please delete the message.\nThe rest is below.",
        ),
        (
            'It stops:\n\nTraceback (most recent call):\n  File "a", line 1\nKeyError: 1\n\nOil.',
            "It stops:\nOil.",
        ),
        (
            "Grease it.\n\nSigned-off-by: Ann <a@x.org>\n---\n a.c | 2 +-\n 1 file changed\n",
            "Grease it.",
        ),
        ("Like this:\n\nopen();\nx = 1;\n\nthen wait.", "Like this:\nthen wait."),
        ("I want:\n\n- oil;\n- rags;\n- time;", "I want:\n- oil;\n- rags;\n- time;"),
        ("never rush;\nnever force;", "never rush;\nnever force;"),
        ("Look:\n\nann@desk:~$ ls\na  b\n\nIt is full.", "Look:\nIt is full."),
        ("Grease it.\n\n--- On Tue, 3/22/11, Bo wrote:\n\nIt sticks.", "Grease it."),
    ],
)
def test_what_programs_and_firms_add_is_not_own(text: str, own: str) -> None:
    """Devices, notices, traces, trailers and sessions go; talk that resembles them stays."""
    found = segment_mail(text, "Ann Lee")
    stretches = [text[s.start : s.end] for s in found if s.kind is SegmentKind.OWN]
    assert "\n".join(stretches) == own
