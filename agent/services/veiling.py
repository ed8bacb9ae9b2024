"""A guide that was published wider than its discussions: its words, and nothing around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from agent.policy.visibility import Reader
from agent.sight import is_walled, quoted, threads_behind, unseen_threads
from memory.records.guide import Guide, GuideSentence, GuideVersion, TrailStep
from memory.records.talk import EvidenceSpan, Message, Segment, SegmentKind
from memory.store.protocols import Unit


def veiled(
    unit: Unit, reader: Reader, guide: Guide, messages: Mapping[str, Message]
) -> tuple[Guide, dict[str, Message]]:
    """The guide and its messages for somebody who does not see all the talk behind it.

    Of a message that they do not see, only the stretches that the guide quotes are left; steps of
    the debate that it does not quote, and the agent's questions, are left out.
    """
    unseen = unseen_threads(unit, reader, threads_behind(unit, guide))
    spans = quoted(guide.current)
    cited = {span.message_id for span in spans}
    walled = {one.id for one in messages.values() if is_walled(one, unseen)}
    shown = {
        one.id: _only(one, spans) if one.id in walled else one
        for one in messages.values()
        if one.id not in walled or one.id in cited
    }
    version = _bare(guide.current, shown.keys(), walled, spans)
    return Guide.model_construct(**{**dict(guide), "current": version}), shown


def _bare(
    version: GuideVersion,
    shown: Collection[str],
    walled: Collection[str],
    spans: Collection[EvidenceSpan],
) -> GuideVersion:
    """The version without questions, and without what leads to words that it does not quote."""
    trail = tuple(
        step.model_copy(update={"question_id": None})
        for step in version.trail
        if step.message_id in shown and not _is_question(step)
    )
    coverage = tuple(
        entry.model_copy(
            update={
                "evidence": tuple(
                    span
                    for span in entry.evidence
                    if span in spans or (span.message_id in shown and span.message_id not in walled)
                )
            }
        )
        for entry in version.coverage
    )
    sections = tuple(
        section.model_copy(update={"sentences": tuple(map(_unasked, section.sentences))})
        for section in version.sections
    )
    return version.model_copy(
        update={
            "summary": _unasked(version.summary),
            "sections": sections,
            "trail": trail,
            "coverage": coverage,
        }
    )


def _is_question(step: TrailStep) -> bool:
    """Whether the agent asked there; its question stands behind the same walls."""
    return step.question_id is not None and step.author_id is None


def _unasked(sentence: GuideSentence) -> GuideSentence:
    return sentence.model_copy(update={"asked": ""})


def _only(message: Message, spans: Iterable[EvidenceSpan]) -> Message:
    """The message with blanks for all but the stretches quoted; places in it stay as they are."""
    places = sorted({(s.start, s.end) for s in spans if s.message_id == message.id})
    kept: list[tuple[int, int]] = []
    for start, end in places:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    open_to = {n for start, end in kept for n in range(start, end)}
    text = "".join(c if n in open_to else " " for n, c in enumerate(message.text))
    segments = tuple(
        Segment(kind=SegmentKind.OWN, start=start, end=min(end, len(text)))
        for start, end in kept
        if start < len(text)
    )
    bare = {"attachments": (), "reactions": (), "mentions": (), "reply_to_id": None}
    return message.model_copy(update={"text": text, "segments": segments, **bare})
