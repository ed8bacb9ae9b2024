"""The card of a tandem: everything the two need to begin, in words, with what the agent found.

Fixed words come from `prompts/tandem.toml`; whatever is said of the subject is somebody's verbatim
sentence, with where it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.method.skill import Evidence, EvidenceKind
from agent.method.words import content_stems
from agent.services.skills import SkillGraph
from agent.services.tandem_finds import Case, Finder, Quote
from agent.services.workplace import Workplace
from agent.sight import sight_in
from memory.errors import UserInputError
from memory.records.guide import GuideStatus
from memory.records.incident import AfterAction
from memory.records.inquiry import Facet
from memory.records.people import Member
from memory.records.tandem import Tandem, TandemTask, TaskOrigin
from memory.store.protocols import Unit
from prompts.tandem import HARD, FocusEntry, TandemEntry, chosen, filled, load_tandem

MANY = 5
"""Answers on a topic from which they are told as many, and not one by one."""
NEAR = 0.25
"""Gap of skill up to which a senior only asks, and shows nothing first."""
ORDER = ("worth", "goal", "two", "ready", "unwritten", "first", "steps", "done", "stop")
LAST = ("types", "brings", "budget", "teach", "timebox", "exit", "review")


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of fixed words, or somebody's words."""

    text: str = ""
    quote: Quote | None = None
    hard: bool = False
    """The step that needs the most judgement."""


@dataclass(frozen=True, slots=True)
class CardPart:
    """One part of a card."""

    key: str
    heading: str
    lines: tuple[CardLine, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class TandemCard:
    """A card as both read it."""

    tandem: Tandem
    task: TandemTask
    title: str
    senior: Member
    juniors: tuple[Member, ...]
    parts: tuple[CardPart, ...]


def make_card(work: Workplace, graph: SkillGraph, tandem: Tandem) -> TandemCard:
    """The card of a tandem. Raises `UserInputError` where its task or people are gone."""
    with work.store.reading() as unit:
        task = unit.tandems.task(tandem.task_id)
        people = [unit.people.member(one) for one in tandem.people]
        found = [one for one in people if one is not None]
        if task is None or len(found) < len(people):
            raise UserInputError(f"task or people of tandem {tandem.id!r} are gone")
        profiles = {one: unit.tandems.profile(one) for one in tandem.people}
        wishes = {one: profile.wishes if profile else () for one, profile in profiles.items()}
        maker = _Maker(work, unit, graph, tandem, task, found, wishes)
        return maker.card()


class _Maker:
    """Puts one card together within one transaction."""

    def __init__(
        self,
        work: Workplace,
        unit: Unit,
        graph: SkillGraph,
        tandem: Tandem,
        task: TandemTask,
        people: Sequence[Member],
        wishes: dict[str, tuple[str, ...]],
    ) -> None:
        self._entry: TandemEntry = load_tandem()
        self._finder = Finder(work, unit, tandem.community_id)
        self._unit, self._graph, self._tandem, self._task = unit, graph, tandem, task
        self._senior, *self._juniors = people
        self._wishes = wishes
        self._junior = self._juniors[0]
        self._topics = [one.topic_id for one in task.topics if one.topic_id in graph.topics]
        self._topic = graph.topics[self._topics[0]].name if self._topics else "it"
        terms = [term for key in self._topics for term in graph.topics[key].terms]
        self._about = sorted({stem for term in terms for stem in content_stems(term)})
        self._stems = sorted(set(content_stems(task.title)))
        self._insights = self._finder.words_of(
            self._senior.id,
            [one.source_id for one in self._shown(self._senior) if one.source_id[:3] == "msg"],
            {*self._about, *self._stems},
            2,
        )
        facet = task.facet or (self._insights[0].facet if self._insights else None)
        self._focus: FocusEntry = self._entry.focus.get(facet or "", self._entry.focus["OTHER"])
        pod = chosen(self._entry.lines["pod_junior"], tandem.id)
        self._slots = {
            "junior": self._junior.name if len(self._juniors) == 1 else pod,
            "senior": self._senior.name,
            "topic": self._topic,
            "title": task.title,
            "when": f"{self._asked_at():%-d %B %Y}",
            "open": self._focus.open,
        }

    def card(self) -> TandemCard:
        """All parts in their order; empty ones are left out."""
        origin = self._entry.origins[self._task.origin]
        made = {
            "worth": self._one(origin.worth, "worth"),
            "goal": self._one(self._focus.goal, "goal"),
            "two": self._two(),
            "ready": self._ready(),
            "unwritten": self._unwritten(),
            "first": self._one(origin.first, "first"),
            "steps": self._steps(origin.steps),
            "done": (*self._one(origin.done, "done"), *self._cited("check_quote", Facet.CHECK)),
            "stop": self._stop(),
            "types": self._types(),
            "brings": self._brings(),
            "budget": self._one_of("budget"),
            "teach": self._one(self._focus.teach, "teach"),
            "timebox": self._one_of("timebox_days", days=_days(self._task.days)),
            "exit": self._one_of("exit"),
            "review": (
                *self._one_of("review"),
                *(CardLine(self._entry.review[part]) for part in AfterAction),
            ),
        }
        parts = tuple(
            CardPart(
                key, filled(self._entry.headings[key], **self._slots), made[key], key == "steps"
            )
            for key in (*ORDER, *LAST)
            if made[key]
        )
        title = self._fill(origin.title, "title")
        juniors = tuple(self._juniors)
        return TandemCard(self._tandem, self._task, title, self._senior, juniors, parts)

    def _fill(self, wordings: Sequence[str], key: str, **slots: str) -> str:
        wording = chosen(wordings, f"{key}:{self._tandem.id}")
        return self._begun(filled(wording, **{**self._slots, **slots}))

    def _begun(self, text: str) -> str:
        """The line with a capital where it begins with the pod's word; names stay as they are."""
        pod = len(self._juniors) > 1 and text.startswith(self._slots["junior"])
        return text[:1].upper() + text[1:] if pod else text

    def _one(self, wordings: Sequence[str], key: str) -> tuple[CardLine, ...]:
        return (CardLine(self._fill(wordings, key)),)

    def _one_of(self, key: str, **slots: str) -> tuple[CardLine, ...]:
        return (CardLine(self._fill(self._entry.lines[key], key, **slots)),)

    def _two(self) -> tuple[CardLine, ...]:
        """What each has done, what each wants, and that few know it."""
        lines: list[CardLine] = []
        for junior in self._juniors:
            deeds = self._deeds(junior)
            key = "junior_did" if deeds else "junior_new"
            lines += self._one_of(key, deeds=deeds, junior=junior.name)
            if wish := self._wished(junior):
                lines += self._one_of("junior_wishes", wish=wish, junior=junior.name)
        if deeds := self._deeds(self._senior):
            lines += self._one_of("senior_did", deeds=deeds)
        if other := self._in_return():
            lines += self._one_of("reverse", other=other)
        if self._topics and len(self._graph.knowers(self._topics[0])) <= 2:  # noqa: PLR2004 - hardly anybody: one or two
            lines += self._one_of("few")
        return tuple(lines)

    def _ready(self) -> tuple[CardLine, ...]:
        """What the junior has shown on topics beside the main one."""
        others = Counter(
            {
                topic: len(evidence)
                for (who, topic), evidence in self._graph.given.items()
                if who == self._junior.id and topic not in self._topics[:1]
            }
        )
        for topic, _ in others.most_common(1):
            deeds = self._deeds(self._junior, (topic,), most=1)
            if deeds and deeds not in self._deeds(self._junior):
                return self._one_of("ready_did", deeds=deeds, junior=self._junior.name)
        return self._one_of("ready_new")

    def _unwritten(self) -> tuple[CardLine, ...]:
        if not self._insights:
            return self._one_of("unwritten_none")
        return (*self._one_of("unwritten"), *(CardLine(quote=one) for one in self._insights))

    def _steps(self, steps: Sequence[str]) -> tuple[CardLine, ...]:
        lines = [
            CardLine(self._fill(self._focus.hard, "hard"), hard=True)
            if step == HARD
            else CardLine(self._begun(filled(step, **self._slots)))
            for step in steps
        ]
        return tuple(lines)

    def _cited(self, key: str, facet: Facet) -> tuple[CardLine, ...]:
        quote = self._finder.said(self._stems, self._about, facet)
        told = {one.span for one in self._insights}
        if quote is None or quote.span in told:
            return ()
        return (*self._one_of(key, author=quote.author), CardLine(quote=quote))

    def _stop(self) -> tuple[CardLine, ...]:
        return (
            *(CardLine(one) for one in self._entry.lines["stop"]),
            *self._cited("stop_quote", Facet.BOUNDARY),
        )

    def _types(self) -> tuple[CardLine, ...]:
        gap = max(
            (
                self._graph.skill(self._senior.id, topic).mean
                - self._graph.skill(self._junior.id, topic).mean
                for topic in self._topics[:1]
            ),
            default=0.0,
        )
        lines = self._one_of("types_near" if gap <= NEAR else "types_wide")
        if len(self._juniors) > 1:
            return (
                *self._one_of("pod", names=" and ".join(one.name for one in self._juniors)),
                *lines,
            )
        return lines

    def _brings(self) -> tuple[CardLine, ...]:
        """The source of the task, guides about its topics, and cases like it."""
        lines: list[CardLine] = []
        source = self._task.source
        if self._task.origin is TaskOrigin.OPEN_QUESTION:
            lines += self._one_of("brings_source", title=self._finder.title_of(source))
        if self._task.link:
            lines += self._one_of("brings_link", link=self._task.link)
        lines += self._guides()
        for case in self._finder.cases(self._stems, self._about, (source,)):
            lines += self._case(case)
        return tuple(lines) or self._one_of("brings_none")

    def _guides(self) -> list[CardLine]:
        lines: list[CardLine] = []
        hidden = sight_in(self._unit, self._task.community_id).hidden()
        for guide in self._unit.guides.guides(self._task.community_id, (GuideStatus.PUBLISHED,)):
            if guide.id in hidden:
                continue
            title = guide.current.title
            shared = set(content_stems(title)) & {*self._stems, *self._about}
            if guide.id == self._task.source or len(shared) > 1:
                lines += self._one_of("brings_guide", title=title)
                lines.append(CardLine(f"{guide.current.summary.text} ({guide.id})"))
        return lines[:4]

    def _case(self, case: Case) -> tuple[CardLine, ...]:
        if case.quote is None:
            return self._one_of("brings_bare", title=case.title)
        return (*self._one_of("brings_case", title=case.title), CardLine(quote=case.quote))

    def _asked_at(self) -> datetime:
        thread = self._unit.talk.thread(self._task.source)
        return thread.started_at if thread is not None else self._task.created_at

    def _wished(self, member: Member) -> str:
        """The wish of somebody that the task is about."""
        for wish in self._wishes[member.id]:
            if set(self._graph.weights(wish)) & set(self._topics):
                return wish
        return ""

    def _in_return(self) -> str:
        """What the senior wants to learn and the junior knows more of."""
        for wish in self._wishes[self._senior.id]:
            for topic in self._graph.weights(wish):
                mine, theirs = (
                    self._graph.skill(who.id, topic).mean for who in (self._junior, self._senior)
                )
                if mine > theirs:
                    return wish
        return ""

    def _shown(self, member: Member, topics: Sequence[str] = ()) -> list[Evidence]:
        """What somebody has shown on the task's topics, what peers vouched for first."""
        found: dict[str, Evidence] = {}
        for topic in topics or self._topics:
            for one in self._graph.evidence(member.id, topic):
                known = found.get(one.source_id)
                if known is None or _RANK.index(one.kind) < _RANK.index(known.kind):
                    found[one.source_id] = one
        return sorted(found.values(), key=lambda one: (_RANK.index(one.kind), -one.at.timestamp()))

    def _deeds(self, member: Member, topics: Sequence[str] = (), most: int = 2) -> str:
        """What somebody has done, in words, without a number."""
        shown = [one for one in self._shown(member, topics) if one.kind in self._entry.deeds]
        told: list[str] = []
        for one in shown:
            title = self._title(one.source_id)
            words = filled(self._entry.deeds[one.kind], title=title, topic=self._topic)
            if title and not any(title in other for other in told):
                told.append(words)
            if len(told) == most:
                break
        if len(shown) >= MANY and most > 1:
            told.append(filled(self._entry.deeds["several"], topic=self._topic))
        return " and ".join(told) if len(told) < 3 else f"{', '.join(told[:-1])} and {told[-1]}"  # noqa: PLR2004 - a list of three has a comma

    def _title(self, source_id: str) -> str:
        message = self._unit.talk.message(source_id)
        if message is not None:
            return self._finder.title_of(message.thread_id)
        guide = self._unit.guides.guide(source_id)
        return guide.current.title if guide is not None else ""


_RANK: tuple[EvidenceKind, ...] = (
    EvidenceKind.CONFIRMED,
    EvidenceKind.ACCEPTED,
    EvidenceKind.HELPED,
    EvidenceKind.TASK_DONE,
    EvidenceKind.THANKED,
    EvidenceKind.VOTED,
    EvidenceKind.REUSED,
    EvidenceKind.TOLD,
    EvidenceKind.ANSWERED,
    EvidenceKind.ENDORSED,
    EvidenceKind.VOUCHED,
    EvidenceKind.TAGGED,
    EvidenceKind.FAILED,
)
"""How surely a piece of evidence tells that somebody knows something, the surest first."""


def _days(days: float) -> str:
    """A length in words."""
    words = ("a day", "two days", "three days", "four days", "five days", "six days", "a week")
    return words[min(len(words), max(1, round(days))) - 1].capitalize()
