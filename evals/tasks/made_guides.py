"""Guides to measure: made by the agent with scripted people, or those of a home.

A folder of items is one of these:

- a home, whose guides are measured as they stand;
- a folder with `experts.toml`, what its people know and how they take a question (the keys stand
  at the head of `evals/sample/experts.toml`), and beside it `archive`, a folder or file that
  `passdown import` reads, for instance JSON lines of threads. The agent watches the archive, asks
  and drafts as in the demo, over fifty simulated days.

Without items, the sample community is played.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.inquiry.dossier import view_thread
from agent.method.entailment import stems_of
from agent.method.measures import completeness, count_words
from agent.services.identity import pick_community, set_role
from agent.services.importing import import_into
from agent.services.workplace import Workplace, open_workplace
from evals.sabotaged.writing import careless
from evals.sample import EXPERTS_FILE, SLACK_EXPORT
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import tell
from evals.worlds.clock import SimulatedClock, next_monday
from evals.worlds.scripted import ScriptedPeople
from evals.worlds.village import Confirmed, Village
from memory.errors import UserInputError
from memory.home import DATABASE
from memory.records.guide import Guide, GuideStatus, GuideVersion
from memory.records.people import Community, Member, Role
from memory.store.protocols import Unit

SCRIPT, ARCHIVE = "experts.toml", "archive"
STARTED = datetime(2025, 10, 20, 11, tzinfo=UTC)
DAYS = 50
_STEWARDS = 2
_MEASURED = (GuideStatus.DRAFT, GuideStatus.CONFIRMED, GuideStatus.PUBLISHED)


@dataclass(frozen=True, slots=True)
class MadeGuide:
    """A guide's current version, and what it was made from."""

    version: GuideVersion
    context: frozenset[str]
    """Stems of the words of its thread."""
    thread_words: int
    thread_completeness: float
    """What the thread told of the facets before anybody was asked."""
    thread: tuple[str, ...]
    """What was written in it, message by message."""
    answers: tuple[str, ...]
    """What the people who were asked said."""


def made_guides(items: Path | None) -> tuple[MadeGuide, ...]:
    """The guides of a home, or those made from a folder or the sample, by id.

    Raises `UserInputError` for a folder that is neither, and where no guide comes of it.
    """
    if items is not None and (items / DATABASE).exists():
        with open_workplace(items, create=False) as work:
            found = tuple(_read_all(work))
    else:
        found = _made_from(*_sources(items))
    if not found:
        raise UserInputError(f"no guide comes of {str(items or 'the sample')!r}")
    if sabotaged():
        return tuple(replace(one, version=careless(one.version)) for one in found)
    return found


@lru_cache(maxsize=2)
def _made_from(archive: Path, script: Path) -> tuple[MadeGuide, ...]:
    """Played once for all the tasks of a process."""
    with TemporaryDirectory() as home:
        clock = SimulatedClock(STARTED)
        with open_workplace(Path(home), clock=clock) as work:
            return tuple(_played(work, clock, archive, script))


def source_files(items: Path | None) -> tuple[Path, ...]:
    """The files that what is measured rests on, for their digest."""
    if items is not None and (items / DATABASE).exists():
        return ()
    archive, script = _sources(items)
    inside = sorted(archive.rglob("*")) if archive.is_dir() else [archive]
    return (script, *(file for file in inside if file.is_file()))


def _sources(items: Path | None) -> tuple[Path, Path]:
    if items is None:
        return SLACK_EXPORT, EXPERTS_FILE
    script, archive = items / SCRIPT, items / ARCHIVE
    missing = [path.name for path in (script, archive) if not path.exists()]
    if missing:
        raise UserInputError(
            f"{str(items)!r} is no home and holds no {missing[0]!r}; give a home, or a folder "
            f"with {SCRIPT!r} and {ARCHIVE!r}"
        )
    return archive, script


def _played(
    work: Workplace, clock: SimulatedClock, archive: Path, script: Path
) -> Iterator[MadeGuide]:
    import_into(work, archive, "measured", sample=True)
    community = pick_community(work)
    people = ScriptedPeople.load(script)
    stewards = list(_stewards(work, community, people.handles))
    clock.move_to(next_monday(clock.now()))
    village = Village(work, clock, community, people, stewards)
    confirmed = 0
    for event in village.run(DAYS):
        confirmed += isinstance(event, Confirmed)
        tell("guides confirmed", confirmed, max(confirmed, 1))
    yield from _read_all(work)


def _stewards(work: Workplace, community: Community, speaking: Sequence[str]) -> Iterator[Member]:
    """Two members, rather ones that the script does not speak for, made stewards."""
    with work.store.reading() as unit:
        members = [m for m in unit.people.members(community.id) if not m.is_bot]
    first: Member | None = None
    quiet = sorted(members, key=lambda m: (m.handle in speaking, m.handle))
    for member in quiet[:_STEWARDS]:
        made = set_role(work, community, first, member.handle, Role.STEWARD)
        first = first or made
        yield made


def _read_all(work: Workplace) -> Iterator[MadeGuide]:
    with work.store.reading() as unit:
        for community in unit.people.communities():
            for guide in unit.guides.guides(community.id, _MEASURED):
                yield _read(work, unit, guide)


def _read(work: Workplace, unit: Unit, guide: Guide) -> MadeGuide:
    first = unit.talk.message(guide.current.trail[0].message_id)
    if first is None:
        raise UserInputError(f"the thread of guide {guide.id!r} is gone; import its archive again")
    view = view_thread(unit, first.thread_id)
    words = [word for message in view.messages for word in message.own_words().split()]
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    moment = unit.inquiries.moment(inquiry.moment_id) if inquiry is not None else None
    anchor = next((m for m in view.messages if moment and m.id == moment.message_id), first)
    known = work.context.engine.coverage(view, anchor, ())
    return MadeGuide(
        version=guide.current,
        context=stems_of(words),
        thread_words=sum(count_words(message.own_words()) for message in view.messages),
        thread_completeness=completeness(known, work.catalogue),
        thread=tuple(message.text for message in view.messages),
        answers=tuple(_answers(unit, guide.inquiry_id)),
    )


def _answers(unit: Unit, inquiry_id: str) -> Iterator[str]:
    for question in unit.inquiries.questions(inquiry_id):
        answer = unit.inquiries.answer(question.id)
        if answer is not None and answer.message_id is not None:
            message = unit.talk.message(answer.message_id)
            if message is not None:
                yield message.text
