"""What a steward has to look at in a guide, each check with its verdict and reasons in words.

A check stops publication only where the record refuses it too (`refuse_stopped`); everything else
is for the steward to judge. Thresholds and wording are `prompts/desk.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from agent.inquiry.dossier import view_thread
from agent.method.entailment import is_grounded, stems_of
from agent.method.grounding import is_titled
from agent.method.personal import PersonalKind, names_of, personal_data
from agent.policy.visibility import Reader
from agent.services.actionable import lacks_to_act
from agent.services.challenging_marks import Contested, marks_of
from agent.services.conflicts import Opposed, OtherGuides, opposed_in
from agent.services.reviewing import publishing_obstacles
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from agent.sight import EVERYBODY
from memory.errors import UserInputError
from memory.records.guide import Guide, GuideSentence, masked_quote
from memory.records.inquiry import Facet, FacetStatus
from memory.records.people import Credit, Member
from memory.records.talk import Message
from memory.store.protocols import Unit
from prompts.desk import DeskEntry, load_desk
from prompts.life import load_life


class Verdict(StrEnum):
    """What a check says, from best to worst."""

    PASSED = "passed"
    LOOK = "look"
    STOPS = "stops"


ORDER = {Verdict.PASSED: 0, Verdict.LOOK: 1, Verdict.STOPS: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, and the sentence it is about (1 is the summary; `None`: the whole guide)."""

    words: str
    sentence: int | None = None
    verdict: Verdict = Verdict.LOOK


@dataclass(frozen=True, slots=True)
class GuideCheck:
    """One check of a guide."""

    key: str
    """`needs`, `agreed`, `completeness`, `citations`, ...: a key of `desk.toml`."""
    name: str
    verdict: Verdict
    words: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What the checks of one guide look at, read in one transaction."""

    guide: Guide
    messages: Mapping[str, Message]
    """Cited messages and those of the trail, as they are now."""
    members: Sequence[Member]
    thread_title: str
    others: OtherGuides
    obstacles: tuple[str, ...]
    contested: tuple[Contested, ...] = ()
    """What was said later against its sentences."""
    entry: DeskEntry = field(default_factory=load_desk)

    def sentences(self) -> tuple[GuideSentence, ...]:
        """All of them, the summary first."""
        return self.guide.current.sentences()

    def context(self) -> frozenset[str]:
        """Stems of all words that may resolve a pronoun."""
        return stems_of(m.own_words() for m in self.messages.values() if not m.deleted)


def check_guide(
    work: Workplace, guide_id: str, others: OtherGuides | None = None
) -> tuple[GuideCheck, ...]:
    """All checks of a guide as it is now. `others` may be shared between many guides.

    Raises `UserInputError` for an unknown guide.
    """
    with work.store.reading() as unit:
        read = read_for_checks(unit, work, guide_in(unit, guide_id), others)
    return all_checks(read, work)


def read_for_checks(
    unit: Unit,
    work: Workplace,
    guide: Guide,
    others: OtherGuides | None = None,
    reader: Reader = EVERYBODY,
) -> Checked:
    """Read what the checks of a guide look at, of later words those that a reader sees."""
    ids = {span.message_id for s in guide.current.sentences() for span in s.evidence}
    ids |= {guide.current.title_evidence.message_id}
    ids |= {step.message_id for step in guide.current.trail}
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    moment = unit.inquiries.moment(inquiry.moment_id) if inquiry else None
    title = view_thread(unit, moment.thread_id).thread.title if moment else ""
    return Checked(
        guide,
        unit.talk.messages(ids),
        unit.people.members(guide.community_id),
        title,
        others or OtherGuides.read(unit, guide.community_id),
        publishing_obstacles(work, guide),
        marks_of(unit, guide, reader).contested,
    )


def all_checks(read: Checked, work: Workplace) -> tuple[GuideCheck, ...]:
    """Every check, in the order of the desk."""
    return (
        _check(read, "needs", _needs(read), good="needs_met", bad="needs_lack", of="part"),
        _check(read, "agreed", _agreed(read), good="agreed_all", bad="agreed_lack", of="author"),
        _grounding(read),
        _citations(read),
        _completeness(read, work),
        _check(
            read,
            "personal",
            _personal(read),
            good="personal_none",
            bad="personal_found",
            of="sentence",
        ),
        _check(
            read,
            "conflicts",
            _conflicts(read),
            good="conflicts_none",
            bad="conflicts_found",
            of="sentence",
        ),
        _check(
            read,
            "actionable",
            [Finding(f.words, f.sentence) for f in lacks_to_act(read.guide.current, read.entry)],
            good="actionable_good",
            bad="actionable_lack",
            of="part",
        ),
    )


def refuse_stopped(checks: Iterable[GuideCheck], guide: Guide) -> None:
    """Raises `UserInputError` with the reasons of every check that stops publication."""
    reasons = [
        f"sentence {finding.sentence}: {finding.words}" if finding.sentence else finding.words
        for check in checks
        for finding in check.findings
        if finding.verdict is Verdict.STOPS
    ]
    if reasons:
        raise UserInputError(
            f"guide {guide.id!r} cannot be published: {'; '.join(dict.fromkeys(reasons))}; send it "
            "back, or edit the sentence"
        )


def is_clean(checks: Iterable[GuideCheck]) -> bool:
    """Whether every check passed."""
    return all(check.verdict is Verdict.PASSED for check in checks)


def _check(
    read: Checked, key: str, findings: Sequence[Finding], *, good: str, bad: str, of: str
) -> GuideCheck:
    """A check that passes where nothing was found."""
    name = read.entry.checks[key]
    if not findings:
        return GuideCheck(key, name, Verdict.PASSED, read.entry.say(good))
    worst = max((f.verdict for f in findings), key=ORDER.__getitem__)
    touched = {f.sentence for f in findings} if of == "sentence" else set(range(len(findings)))
    count = f"{len(touched)} {of}{'' if len(touched) == 1 else 's'}"
    return GuideCheck(key, name, worst, read.entry.say(bad, count=count), tuple(findings))


def _needs(read: Checked) -> list[Finding]:
    return [Finding(obstacle, None, Verdict.STOPS) for obstacle in read.obstacles]


def _agreed(read: Checked) -> list[Finding]:
    names = {member.id: member.name for member in read.members}
    waiting = read.guide.awaiting()
    told = (read.entry.say("agreed_missing", who=names.get(one, "somebody")) for one in waiting)
    return [Finding(words, None, Verdict.STOPS) for words in told]


def _grounding(read: Checked) -> GuideCheck:
    """Every sentence, and the title, against the words that it cites."""
    version, entry, context = read.guide.current, read.entry, read.context()
    findings = [*_untitled(read, context), *_sources_changed(read)]
    for number, sentence in enumerate(version.sentences(), start=1):
        verdict = is_grounded(sentence.text, sentence.quotes(), context)
        if not verdict.ok:
            words = entry.say("grounding_sentence", reasons="; ".join(verdict.reasons))
            findings.append(Finding(words, number, Verdict.STOPS))
    findings.sort(key=lambda finding: finding.sentence or 0)
    if not findings:
        words = entry.say("grounding_good", count=len(version.sentences()))
        return GuideCheck("grounding", entry.checks["grounding"], Verdict.PASSED, words)
    return _check(
        read, "grounding", findings, good="grounding_good", bad="grounding_bad", of="sentence"
    )


def _untitled(read: Checked, context: frozenset[str]) -> Iterator[Finding]:
    """A title that is neither the discussion's own nor carried by the words it was made of."""
    version = read.guide.current
    if is_titled(version.title, read.thread_title):
        return
    quote = masked_quote(version.title_evidence, version.summary.hidden)
    verdict = is_grounded(version.title, [quote], context)
    if not verdict.ok:
        words = read.entry.say("grounding_title", reasons="; ".join(verdict.reasons))
        yield Finding(words, None, Verdict.STOPS)


def _sources_changed(read: Checked) -> Iterator[Finding]:
    """Sentences whose message was deleted (which stops publishing) or edited since."""
    texts = {m.id: m.text for m in read.messages.values() if not m.deleted}
    for number, sentence in enumerate(read.sentences(), start=1):
        spans = sentence.evidence
        if any(span.message_id not in texts for span in spans):
            yield Finding(read.entry.say("source_deleted"), number, Verdict.STOPS)
        elif any(texts[span.message_id][span.start : span.end] != span.quote for span in spans):
            yield Finding(read.entry.say("source_edited"), number)


def _citations(read: Checked) -> GuideCheck:
    """ALCE recall and precision against the method's goals; which citations are not needed."""
    entry, measures = read.entry, read.guide.current.measures
    recall, precision = measures.citation_recall, measures.citation_precision
    shown = {"recall": f"{recall:.0%}", "precision": f"{precision:.0%}"}
    name = entry.checks["citations"]
    if recall >= entry.citations.recall and precision >= entry.citations.precision:
        return GuideCheck("citations", name, Verdict.PASSED, entry.say("citations_good", **shown))
    words = entry.say(
        "citations_low",
        **shown,
        recall_goal=f"{entry.citations.recall:.0%}",
        precision_goal=f"{entry.citations.precision:.0%}",
    )
    context = read.context()
    spare = (
        Finding(entry.say("citations_spare"), number)
        for number, sentence in enumerate(read.sentences(), start=1)
        if _has_spare(sentence, context)
    )
    return GuideCheck("citations", name, Verdict.LOOK, words, tuple(spare))


def _has_spare(sentence: GuideSentence, context: frozenset[str]) -> bool:
    """Whether a citation neither supports the sentence alone nor is needed for it."""
    quotes = sentence.quotes()
    if len(quotes) == 1 or not is_grounded(sentence.text, quotes, context).ok:
        return False
    return any(
        not is_grounded(sentence.text, [quote], context).ok
        and is_grounded(sentence.text, quotes[:n] + quotes[n + 1 :], context).ok
        for n, quote in enumerate(quotes)
    )


def _completeness(read: Checked, work: Workplace) -> GuideCheck:
    """What is said of each facet and what is open; no verdict of its own but to be looked at."""
    entry, version = read.entry, read.guide.current
    status = {known.facet: known.status for known in version.coverage}
    first: dict[Facet | None, int] = {}
    for number, (facet, _) in enumerate(version.placed(), start=1):
        first.setdefault(facet, number)
    facets = sorted(Facet, key=lambda facet: -work.catalogue.facets[facet].weight)
    findings = []
    for facet in facets:
        found = status.get(facet, FacetStatus.ABSENT)
        said = found in (FacetStatus.STATED, FacetStatus.CONFIRMED)
        words = entry.say(
            "facet_said",
            heading=work.heading(facet),
            status=work.catalogue.say(f"coverage_{found.value}"),
        )
        findings.append(Finding(words, first.get(facet), Verdict.PASSED if said else Verdict.LOOK))
    low = version.measures.completeness < entry.risk.low_completeness
    share = f"{version.measures.completeness:.0%}"
    return GuideCheck(
        "completeness",
        entry.checks["completeness"],
        Verdict.LOOK if low else Verdict.PASSED,
        entry.say("completeness_known", share=share),
        tuple(findings),
    )


def _personal(read: Checked) -> list[Finding]:
    """Addresses, phone numbers, names of others, and names of authors who stay unnamed."""
    names = names_of(read.members, read.entry.personal)
    by_id = {member.id: member for member in read.members}
    found: list[Finding] = []
    for number, sentence in enumerate(read.sentences(), start=1):
        for one in personal_data(sentence.text, names, read.entry.personal):
            if one.kind is not PersonalKind.NAME or one.member_id is None:
                words = read.entry.say(f"personal_{one.kind}", found=one.found)
                found.append(Finding(words, number))
                continue
            member = by_id[one.member_id]
            hidden = read.guide.credit_of(member.id, member.consent.credit) is not Credit.CREDITED
            if member.id in sentence.author_ids and not hidden:
                continue
            key = "personal_hidden" if hidden else "personal_name"
            found.append(Finding(read.entry.say(key, found=one.found), number))
    return found


def _conflicts(read: Checked) -> list[Finding]:
    """Sentences of the guide against each other, other published guides, and later messages."""
    found = [
        Finding(_in_words(opposed, read.entry), opposed.sentence)
        for opposed in opposed_in(read.guide, read.others)
    ]
    return [*found, *(Finding(later_words(one), one.number) for one in read.contested)]


def _in_words(opposed: Opposed, entry: DeskEntry) -> str:
    if opposed.title:
        return entry.say("conflict_guide", title=opposed.title, words=opposed.text)
    if opposed.shown:
        return entry.say("conflict_shown", other=opposed.other)
    return entry.say("conflict_within", other=opposed.other, words=opposed.text)


def later_words(one: Contested) -> str:
    """When who said what against a sentence, for stewards."""
    life = load_life()
    who = one.author.name or one.author.handle if one.author else life.say("somebody")
    day = f"{one.challenge.said_at:%Y-%m-%d}"
    return life.say("conflict_later", day=day, who=who, words=one.words)
