"""A guide on a steward's desk as text: sentences, the talk behind them, checks, differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.text import Text

from agent.method.changes import ChangeOf, Piece, SentenceChange
from agent.services.checks import Finding, GuideCheck, Verdict
from agent.services.judging import Judged, Turn
from agent.services.versions import Difference
from memory.records.guide import Decision, GuideStatus, Review
from memory.records.inquiry import Facet
from memory.records.stewarding import StewardAct, StewardActKind
from memory.records.talk import EvidenceSpan
from prompts.catalogue import Catalogue
from prompts.desk import load_desk
from tui.render.listing import GUIDE_STATUS, place_of
from tui.render.safe import one_line, visible
from tui.render.times import counted, said_date, said_time

MARKS = {Verdict.PASSED: "+", Verdict.LOOK: "?", Verdict.STOPS: "!"}
CHANGE_NAMES = {
    ChangeOf.SAME: "as it was",
    ChangeOf.ADDED: "added",
    ChangeOf.GONE: "gone",
    ChangeOf.REWORDED: "reworded",
    ChangeOf.MOVED: "under another heading",
}
DECIDED = {
    Decision.APPROVE: "approved it",
    Decision.REVISE: "sent it back",
    Decision.REJECT: "rejected it",
}
CITED = "bold reverse"
"""Style of cited words; they stand between » and « as well."""


def heading_of(facet: Facet | None, catalogue: Catalogue) -> str:
    """The heading of a section; the summary's."""
    return catalogue.facets[facet].heading if facet is not None else "In short"


def worst_by_sentence(checks: Sequence[GuideCheck]) -> Mapping[int, Verdict]:
    """The worst verdict of what was found about each sentence; those without stay out."""
    worst: dict[int, Verdict] = {}
    for check in checks:
        if check.key == "completeness":
            continue
        for finding in check.findings:
            if finding.sentence is not None and worst.get(finding.sentence) is not Verdict.STOPS:
                worst[finding.sentence] = finding.verdict
    return worst


def sentence_prompt(number: int, text: str, verdict: Verdict | None = None) -> Text:
    """A sentence with its number and, where something was found about it, that in words."""
    told = Text(f"{number:>2}  ", style="dim")
    told.append(one_line(text), style="not dim")
    if verdict is not None and verdict is not Verdict.PASSED:
        word = load_desk().verdicts[verdict.value]
        told.append(f"  [{MARKS[verdict]} {word}]", style="not dim bold")
    return told


def standing_words(judged: Judged, now: datetime) -> str:
    """Version, state, and how the checks stand, on one line."""
    version = judged.guide.current.number
    parts = [f"version {version}", GUIDE_STATUS[judged.guide.status], checks_words(judged.checks)]
    if judged.guide.published_at is not None and judged.guide.status is GuideStatus.PUBLISHED:
        parts[1] = f"published {said_time(judged.guide.published_at, now)}"
    parts.append(changed_words(judged.difference))
    return " \u00b7 ".join(part for part in parts if part)


def changed_words(difference: Difference) -> str:
    """How much is different from the earlier version, where there is one."""
    if difference.before is None:
        return ""
    changed = sum(change.change is not ChangeOf.SAME for change in difference.changes)
    return f"d: {counted(changed, 'change')} since version {difference.before}"


def checks_words(checks: Sequence[GuideCheck]) -> str:
    """`all 8 checks passed`, or how many of them did not."""
    if not checks:
        return ""
    look = sum(check.verdict is Verdict.LOOK for check in checks)
    stops = sum(check.verdict is Verdict.STOPS for check in checks)
    if not look and not stops:
        return f"all {len(checks)} checks passed"
    told = [f"{stops} stops publication"] if stops else []
    told += [f"{look} to look at"] if look else []
    return f"checks: {', '.join(told)}"


def happened(judged: Judged, seen: int, now: datetime) -> str:
    """What somebody did with the guide since version `seen` was opened; empty where nothing."""
    guide = judged.guide
    if guide.status is GuideStatus.RETRACTED:
        return _taken_back(judged, now)
    review = next((r for r in judged.reviews if r.version >= seen), None)
    if review is not None:
        return _decided(judged, review, now)
    if guide.status is GuideStatus.REJECTED:
        return "It was let go meanwhile."
    if guide.current.number != seen:
        return (
            f"It was changed meanwhile: this is version {guide.current.number}, "
            f"you looked at {seen}."
        )
    return ""


def _taken_back(judged: Judged, now: datetime) -> str:
    act = next((a for a in judged.acts if a.kind is StewardActKind.RETRACTED), None)
    if act is None:
        return "It was taken back by its authors. None of it is shown any more."
    who, when = one_line(judged.name(act.by_id)), said_time(act.made_at, now)
    return f"{who} took it back {when}: \u201c{one_line(act.comment)}\u201d None of it is shown."


def _decided(judged: Judged, review: Review, now: datetime) -> str:
    who, when = one_line(judged.name(review.reviewer_id)), said_time(review.decided_at, now)
    said = f": \u201c{one_line(review.comment)}\u201d" if review.comment else ""
    return f"{who} {DECIDED[review.decision]} {when}{said}."


def put_words(judged: Judged, now: datetime) -> str:
    """To whom the present version was put, by whom and why."""
    number = judged.guide.current.number
    kind = StewardActKind.ESCALATED
    acts = [act for act in judged.acts if act.kind is kind and act.version == number]
    return "\n".join(_put(judged, act, now) for act in acts)


def _put(judged: Judged, act: StewardAct, now: datetime) -> str:
    by, to = one_line(judged.name(act.by_id)), one_line(judged.name(act.to_id))
    return f"{by} put it to {to} {said_time(act.made_at, now)}: \u201c{one_line(act.comment)}\u201d"


def evidence_text(
    judged: Judged, span: EvidenceSpan, place: int, of: int, now: datetime
) -> tuple[Text, int]:
    """The talk around a cited stretch with its words marked, and where in the text they begin."""
    talk = judged.talks.get(span.message_id)
    text = Text()
    if of > 1:
        text.append(f"Source {place} of {of}; n shows the next\n", style="bold")
    if talk is None or not any(turn.message_id == span.message_id for turn in talk.turns):
        text.append("The message was deleted or taken back. What it said then:\n\n")
        start = len(text)
        text.append(f"\u00bb{visible(span.quote)}\u00ab", style=CITED)
        return text, start
    where = "Told to the agent" if talk.private else place_of(talk.thread)
    text.append(f"{one_line(where)}\n", style="dim")
    if talk.before:
        text.append(f"\n({counted(talk.before, 'message')} before)\n", style="dim")
    start = 0
    for turn in talk.turns:
        start = _append_turn(text, turn, span, now) or start
    if talk.after:
        text.append(f"\n({counted(talk.after, 'message')} after)\n", style="dim")
    return text, start


def _append_turn(text: Text, turn: Turn, span: EvidenceSpan, now: datetime) -> int:
    """Add one turn; return where its cited words begin, 0 where it holds none."""
    who = one_line(turn.who) or "The agent asked"
    here = turn.message_id == span.message_id
    text.append(f"\n{'> ' if here else ''}{who}, {said_time(turn.at, now)}\n", style="bold")
    if not here:
        text.append(f"{visible(turn.text).strip()}\n")
        return 0
    if turn.text[span.start : span.end] != span.quote:
        text.append(f"{visible(turn.text).strip()}\n")
        text.append("It was edited since. Its words then:\n", style="italic")
        start = len(text)
        text.append(f"\u00bb{visible(span.quote)}\u00ab\n", style=CITED)
        return start
    text.append(visible(turn.text[: span.start].lstrip()))
    start = len(text)
    text.append(f"\u00bb{visible(span.quote)}\u00ab", style=CITED)
    text.append(f"{visible(turn.text[span.end :].rstrip())}\n")
    return start


def wrapped(text: Text, start: int, width: int) -> tuple[list[Text], int]:
    """Lines of at most `width` columns, and the number of the one in which `start` stands."""
    from rich.console import Console

    console = Console(width=max(4, width), color_system=None, legacy_windows=False)
    lines: list[Text] = []
    at, passed = 0, 0
    for paragraph in text.split("\n", allow_blank=True):
        inside = passed <= start <= passed + len(paragraph)
        pieces = list(paragraph.wrap(console, max(4, width), overflow="fold")) or [Text()]
        if inside:
            at = len(lines) + _line_of(pieces, start - passed)
        lines += pieces
        passed += len(paragraph) + 1
    return lines, at


def _line_of(pieces: Sequence[Text], offset: int) -> int:
    passed = 0
    for number, piece in enumerate(pieces):
        passed += len(piece) + 1
        if offset < passed:
            return number
    return max(0, len(pieces) - 1)


def check_prompt(check: GuideCheck) -> Text:
    """A check with its verdict in words."""
    verdict = load_desk().verdicts[check.verdict.value]
    text = Text(f"{MARKS[check.verdict]} {check.name}: {verdict}", style="bold")
    text.append(f"\n  {one_line(check.words)}", style="not bold")
    return text


def finding_prompt(finding: Finding, *, told: bool = False) -> Text:
    """A reason, and the number of its sentence; what is only `told` bears no mark."""
    where = f"{finding.sentence:>2}" if finding.sentence is not None else "  "
    mark = " " if told else MARKS[finding.verdict]
    return Text(f"  {mark} {where}  {one_line(finding.words)}")


def difference_text(difference: Difference, catalogue: Catalogue) -> Text:
    """Sentence by sentence what is different, in words and marks; colour adds nothing."""
    if difference.before is None:
        return Text("This is its first version; there is nothing to compare it with.")
    whose = ", which a steward decided on" if difference.decided else ""
    text = Text(f"Version {difference.after} beside version {difference.before}{whose}.\n")
    changed = [c for c in difference.changes if c.change is not ChangeOf.SAME]
    told = [
        f"{number} {CHANGE_NAMES[kind]}"
        for kind, number in difference.counted.items()
        if kind is not ChangeOf.SAME
    ]
    text.append(f"{', '.join(told).capitalize() if told else 'Every sentence is as it was'}.\n")
    if difference.title_before:
        text.append(f"\nThe title was: {one_line(difference.title_before)}\n")
    for change in changed:
        text.append_text(_change(change, catalogue))
    return text


def _change(change: SentenceChange, catalogue: Catalogue) -> Text:
    where = heading_of(change.facet, catalogue)
    number = f"{change.number}  " if change.number is not None else ""
    text = Text(f"\n{number}{where}, {CHANGE_NAMES[change.change]}\n", style="bold")
    plain = "not bold"
    if change.change is ChangeOf.GONE:
        text.append(f"- {one_line(change.before)}\n", style="not bold strike")
    elif change.change is ChangeOf.REWORDED:
        for piece in change.pieces():
            text.append_text(_piece(piece))
        text.append("\n")
    else:
        mark = "+" if change.change is ChangeOf.ADDED else "="
        text.append(f"{mark} {one_line(change.after)}\n", style=plain)
    return text


def _piece(piece: Piece) -> Text:
    """Words that stayed, went `[-so-]`, or came `{+so+}`."""
    if piece.kept:
        return Text(f"{one_line(piece.after)} ", style="not bold")
    text = Text()
    if piece.before:
        text.append(f"[-{one_line(piece.before)}-]", style="not bold strike").append(" ")
    if piece.after:
        text.append(f"{{+{one_line(piece.after)}+}}", style="bold underline").append(" ")
    return text


def history_lines(judged: Judged) -> Iterator[str]:
    """Who worded it, and comments of earlier reviews, oldest first."""
    yield from map(one_line, judged.worded)
    for review in judged.reviews:
        if review.comment and review.version < judged.guide.current.number:
            who, day = one_line(judged.name(review.reviewer_id)), said_date(review.decided_at)
            said = one_line(review.comment)
            yield f"{who} sent version {review.version} back, {day}: \u201c{said}\u201d"


def problems_text(problems: Sequence[str], *, new: bool) -> Text:
    """What an edit may not say, while it is typed."""
    if not new:
        return Text("This is the sentence as it stands.", style="dim")
    if not problems:
        return Text("Its sources carry these words. ctrl+s saves them; its author is asked again.")
    return Text("\n".join(["Not yet:", *(f"- {one_line(problem)}" for problem in problems)]))
