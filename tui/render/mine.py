"""Rows of My words: drafts, guides, answers, thanks, and when somebody may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.text import Text

from agent.services.confirming import NumberedSentence, SourceWords
from agent.services.feedback import GuideThanks
from agent.services.mine import OwnAnswer, OwnGuide
from memory.records.guide import GuideStatus
from memory.records.people import Member
from memory.records.policy import AskPolicy
from memory.records.talk import MessageKind
from prompts.catalogue import Catalogue
from prompts.steps.writing import load_writing
from tui.render.listing import GUIDE_STATUS, place_of, set_in, shorten
from tui.render.safe import one_line
from tui.render.times import counted, said_date
from tui.render.words import CREDIT_WORDS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FEWEST = 8
YES, WAITS = "\u2713", "?"
"""Marks of a sentence with and without its author's yes."""


def guide_row(own: OwnGuide, approved_by: str, thanks: GuideThanks | None, width: int) -> Text:
    """One guide: title, then where it stands, how one appears in it, and what came of it."""
    guide = own.guide
    notes = [GUIDE_STATUS[guide.status], CREDIT_WORDS[own.credit]]
    if own.missing:
        notes[0] = f"{own.missing} of {counted(own.sentences, 'sentence')} without your yes"
    if approved_by and guide.status is GuideStatus.PUBLISHED:
        notes.append(f"approved by {one_line(approved_by)}")
    if thanks is not None and thanks.feedback.helped:
        notes.append(f"it helped {counted(thanks.feedback.helped, 'reader')}")
    if thanks is not None and thanks.feedback.failed:
        notes.append(f"it did not work for {counted(thanks.feedback.failed, 'reader')}")
    return _two_lines(guide.current.title, "; ".join(notes), width)


def answer_row(own: OwnAnswer, width: int) -> Text:
    """One answer: one's own words, then what they answered."""
    when = said_date(own.answer.given_at)
    return _two_lines(own.message.own_words(), f"{when}, to: {own.question.text}", width)


def _two_lines(first: str, second: str, width: int) -> Text:
    cells = max(_FEWEST, width)
    return Text.assemble(shorten(first, cells), "\n", (shorten(second, cells), "dim"))


def thanks_told(helped: int, failed: int, approvals: Mapping[str, int]) -> str:
    """What one's words did for others, and which stewards approved guides with them."""
    told = []
    if helped:
        told.append(f"Your words helped {counted(helped, 'reader')} so far. Thank you.")
    if failed:
        told.append(f"{counted(failed, 'reader')} said where they did not work.")
    if approvals:
        names = ", ".join(
            f"{one_line(name)} ({counted(number, 'guide')})" for name, number in approvals.items()
        )
        told.append(f"Approved by {names}.")
    return " ".join(told)


def hours_told(member: Member, policy: AskPolicy) -> str:
    """When somebody may be asked, in a sentence or two."""
    if member.consent.opted_out_at is not None:
        since = said_date(member.consent.opted_out_at)
        return f"You are asked nothing: you said stop on {since}."
    own = member.availability
    weekdays = own.weekdays if own.weekdays is not None else policy.weekdays
    days = ", ".join(_DAYS[day - 1] for day in weekdays) or "on no day"
    start = own.from_hour if own.from_hour is not None else policy.from_hour
    end = own.to_hour if own.to_hour is not None else policy.to_hour
    zone = member.timezone or policy.timezone
    told = f"You may be asked {days}, {start}:00 to {end}:00, {zone}."
    if own.away_until is not None:
        last = (own.away_until - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        told += f" On leave until {said_date(last)}."
    return f"{told} `passdown hours` changes it."


def own_sentence_row(
    each: NumberedSentence, member_id: str, catalogue: Catalogue, width: int
) -> Text:
    """One sentence in one's name: its heading and whether it has one's yes, then its sources."""
    where = "In one sentence" if each.facet is None else catalogue.facets[each.facet].heading
    lacking = member_id in each.missing
    state = f"{WAITS} waits for your yes" if lacking else f"{YES} confirmed"
    row = Text.assemble((f"{each.number}. {where}", "bold"), f"  {state}\n")
    row.append(set_in(each.sentence.text, width, 3))
    worded = each.sentence.worded_by
    if worded:
        told = load_writing().told.own.format(model=one_line(worded))
        row.append(f"\n{set_in(told, width, 3)}")
    for source in each.sources:
        said = _source(source)
        whole = set_in(f"< {said}", width, 3)
        cut = f"   < {shorten(said, max(_FEWEST, width - 6))}"
        row.append(f"\n{whole if worded else cut}", style="dim")
    return row


def _source(source: SourceWords) -> str:
    who = source.author.name if source.author else "somebody"
    told = source.message.kind is MessageKind.INTERVIEW
    where = "told to the agent" if told else place_of(source.thread) or source.message.kind.value
    day = said_date(source.message.sent_at)
    return f"{who}, {where}, {day}: \u201c{source.span.quote}\u201d"
