"""The steps of a model on a guide: it proposes words, merges and titles, and code decides.

Each step takes a version and returns one; whatever fails returns the version as it was. Nothing
is asked while the store is held, and nothing that people were shown before is worded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.engines.model_guide_prompts import checked_text, opening_text, pairs_text, shown_text
from agent.engines.model_guide_shapes import AlikePairs, CheckedSentences, NamedGuide, WrittenGuide
from agent.engines.model_guide_shown import Recall, Shown
from agent.engines.model_guide_work import GuideWork, StepTaker, Taken
from agent.engines.protocol import Exchange
from agent.method.grounding import verify_version
from agent.method.guide_merging import merged, pairs_of, picked, settled_pairs
from agent.method.guide_naming import best_title, opening_of
from agent.method.guide_wording import (
    as_actionable,
    choose,
    replaced,
    settled_by,
    shown,
    statements_of,
)
from agent.method.readings import ThreadView
from agent.model.asking import StepAsker
from agent.model.masking import Mask, has_placeholder
from memory.clock import Clock
from memory.errors import StoreError
from memory.index.protocols import Embedder
from memory.records.guide import Claim, GuideVersion
from memory.records.model_policy import ModelPolicy, ModelStep
from memory.records.people import Credit
from prompts.catalogue import Catalogue
from prompts.desk import load_desk
from prompts.steps.writing import load_writing

NONE_PASSED, NONE_PROPOSED = "none_passed", "none_proposed"
WORSE, NONE_CARRIED = "worse", "none_carried"
UNCARRIED = "uncarried"
"""The code of a sentence that the second opinion refuses."""


class GuideSteps:
    """Takes the drafts of the embedded engine to a model, step by step."""

    def __init__(
        self,
        asker: StepAsker,
        clock: Clock,
        catalogue: Catalogue,
        policy: ModelPolicy,
        recall: Recall | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Without `recall` nothing is known of what was shown before."""
        self._taker = StepTaker(asker, clock, policy)
        self._asker = asker
        self._catalogue = catalogue
        self._policy = policy
        self._recall = recall
        self._embedder = embedder

    def word(
        self,
        own: GuideVersion,
        claims: Sequence[Claim],
        view: ThreadView,
        exchanges: Sequence[Exchange],
    ) -> GuideVersion:
        """The draft `own` with what a model words better within what is cited; else `own`."""
        off = not any(self._policy.of_step(step).use for step in _STEPS)
        if not claims or (off and self._recall is None):
            return own
        try:
            known = self._known(own.guide_id, claims[0].inquiry_id, view)
        except StoreError:
            return own
        if known.review or (off and known.version is None):
            return own
        messages = {m.id: m for m in (*view.messages, *(one.message for one in exchanges))}
        work = GuideWork(
            view=view,
            messages={key: m for key, m in messages.items() if not m.deleted},
            veiled=known.veiled,
            before=known.version,
            community_id=claims[0].community_id,
            inquiry_id=claims[0].inquiry_id,
            base=own,
        )
        return self._worded(work)

    def _worded(self, work: GuideWork) -> GuideVersion:
        own = work.base
        version = work.base = self._merged(work)
        work.statements = statements_of(version, work.messages, work.veiled)
        work.settled, numbers = settled_by(work.before, version, work.statements)
        version = self._written(work, numbers)
        version = self._checked(work, version)
        version = self._named(work, version)
        return version if version == own or self._holds(work, version) else own

    def _known(self, guide_id: str, inquiry_id: str, view: ThreadView) -> Shown:
        known = Shown() if self._recall is None else self._recall(guide_id, inquiry_id)
        veiled = {
            person.id
            for person in view.people.values()
            if person.consent.credit is Credit.CHATHAM_HOUSE
        }
        return replace(known, veiled=known.veiled | veiled)

    def _merged(self, work: GuideWork) -> GuideVersion:
        """The draft with statements that say the same united, where code and model both say so."""
        united = work.before is not None and any(s.also_ids for s in work.before.sentences())
        if not (united or self._policy.of_step(ModelStep.MERGE_STATEMENTS).use):
            return work.base
        statements = statements_of(work.base, work.messages, work.veiled)
        pairs = pairs_of(statements, self._embedder)
        again, new = settled_pairs(pairs, work.base, work.before)
        settled = merged(work.base, again, self._catalogue)
        if not new:
            return settled

        def ask() -> Taken:
            answer = self._taker.ask(
                work,
                ModelStep.MERGE_STATEMENTS,
                AlikePairs,
                {"pairs": pairs_text(new)},
                most=len(new),
            )
            chosen, refused = picked(new, answer.alike)
            version = merged(work.base, [*again, *chosen], self._catalogue)
            reason = "" if chosen else NONE_PASSED if answer.alike else NONE_PROPOSED
            return Taken(version, bool(chosen), reason, refused)

        return self._taker.take(work, ModelStep.MERGE_STATEMENTS, settled, ask)

    def _written(self, work: GuideWork, numbers: frozenset[int]) -> GuideVersion:
        """The version in the words that were shown before, and new ones where none were."""
        settled = replaced(work.base, work.settled, self._catalogue)
        lines = shown(work.statements, numbers)
        if not lines:
            return settled

        def ask() -> Taken:
            written = self._taker.ask(
                work,
                ModelStep.WRITE_SECTION,
                WrittenGuide,
                {"statements": shown_text(lines)},
                most=len(lines),
            )
            offered = {one.number: one for _, one in lines}
            proposals = [(one.text, one.rests_on) for one in written.sentences]
            name = self._asker.client.settings.model_for(ModelStep.WRITE_SECTION)
            chosen, refused = choose(proposals, offered, name)
            if not chosen:
                return Taken.left(settled, NONE_PASSED if refused else NONE_PROPOSED, refused)
            version = replaced(work.base, [*work.settled, *chosen], self._catalogue)
            if not as_actionable(settled, version):
                return Taken.left(settled, WORSE, (*refused, *(WORSE for _ in chosen)))
            work.wordings = chosen
            return Taken(version, refused=refused)

        return self._taker.take(work, ModelStep.WRITE_SECTION, settled, ask)

    def _checked(self, work: GuideWork, version: GuideVersion) -> GuideVersion:
        """The version without those of its new wordings that a second opinion does not sign."""
        if not work.wordings:
            return version

        def ask() -> Taken:
            rows = [
                ([q for n in one.numbers for q in work.statements[n].quotes], one.sentence.text)
                for one in work.wordings
            ]
            answer = self._taker.ask(
                work,
                ModelStep.CHECK_SENTENCE,
                CheckedSentences,
                {"sentences": checked_text(rows)},
                most=len(rows),
            )
            against = {one.number for one in answer.verdicts if not one.carried}
            kept = [one for n, one in enumerate(work.wordings, start=1) if n not in against]
            refused = (UNCARRIED,) * (len(work.wordings) - len(kept))
            work.wordings = kept
            left = replaced(work.base, [*work.settled, *kept], self._catalogue)
            return Taken(left, reason="" if kept else NONE_CARRIED, refused=refused)

        return self._taker.take(work, ModelStep.CHECK_SENTENCE, version, ask)

    def _named(self, work: GuideWork, version: GuideVersion) -> GuideVersion:
        """The version under a title that tells its matter, where its people gave it none."""
        opening = opening_of(work.view)
        if work.view.thread.title.strip() or opening is None:
            return version
        if work.before is not None:
            return self._as_named_before(work, version)

        def ask() -> Taken:
            entry = load_writing()
            limits = {
                "number": str(entry.titles),
                "fewest": str(entry.fewest_words),
                "most": str(entry.most_words),
            }
            texts = {"opening": opening_text(opening), "advice": version.summary.text}
            answer = self._taker.ask(
                work, ModelStep.NAME_GUIDE, NamedGuide, texts, limits, most=entry.titles
            )
            titles = [" ".join(one.split()).rstrip(" .") for one in answer.titles]
            unfit = [self._leaks(work, title) for title in titles]
            title, span, refused = best_title(titles, opening, version, unfit)
            if span is None:
                return Taken.left(version, NONE_PASSED if titles else NONE_PROPOSED, refused)
            changes = {"title": title, "title_evidence": span}
            return Taken(version.model_copy(update=changes), refused=refused)

        return self._taker.take(work, ModelStep.NAME_GUIDE, version, ask)

    def _as_named_before(self, work: GuideWork, version: GuideVersion) -> GuideVersion:
        """The version under the title that it was shown by, as long as its words stand."""
        before = work.before
        if before is None or before.title == version.title:
            return version
        span = before.title_evidence
        message = work.messages.get(span.message_id)
        if message is None or message.text[span.start : span.end] != span.quote:
            return version
        return version.model_copy(update={"title": before.title, "title_evidence": span})

    def _leaks(self, work: GuideWork, title: str) -> str:
        """The code of a title that names a person or holds what nobody may read; else nothing."""
        members = self._asker.directory(work.community_id)
        people = (*members, *work.view.people.values())
        found = Mask.over([title], people, load_desk().personal).placeholders
        return "names" if found or has_placeholder(title) else ""

    def _holds(self, work: GuideWork, version: GuideVersion) -> bool:
        """Whether the gate lets everything pass that a model had a part in."""
        texts = {key: message.text for key, message in work.messages.items()}
        title = work.view.thread.title
        words = [word for m in work.view.messages for word in m.own_words().split()]
        before = {found.text for found in verify_version(work.base, texts, words, title)}
        after = verify_version(version, texts, words, title)
        return all(found.text in before for found in after)


_STEPS = (
    ModelStep.MERGE_STATEMENTS,
    ModelStep.WRITE_SECTION,
    ModelStep.CHECK_SENTENCE,
    ModelStep.NAME_GUIDE,
)
