"""The step of a model on a tandem's card: it words lines, and code keeps everything else."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from agent.engines.model_guide_prompts import in_a_line
from agent.engines.model_guide_shapes import WordedTandem
from agent.method.tandem_wording import line_refusal
from agent.model.asking import StepAsker
from agent.model.failures import ModelFailure
from agent.model.masking import has_placeholder
from memory.clock import Clock
from memory.errors import StoreError
from memory.records.model_call import StepTaken
from memory.records.model_policy import ModelPolicy, ModelStep
from prompts.steps.writing import load_writing

STEP = ModelStep.SUGGEST_TANDEM
NONE_PASSED, NONE_PROPOSED, LEDGER_FAILED = "none_passed", "none_proposed", "ledger_failed"
EVIDENCE_SHOWN = 6


class TandemWords:
    """Words lines of cards by a model; who is asked, offered and told what is not its to say."""

    def __init__(self, asker: StepAsker, clock: Clock, policy: ModelPolicy) -> None:
        self._asker = asker
        self._clock = clock
        self._policy = policy

    def word(
        self,
        lines: Sequence[str],
        evidence: Sequence[str],
        people: Sequence[str],
        community_id: str,
    ) -> Mapping[int, str]:
        """Other words for lines, by place from 0; none where policy, model or gates give none.

        `evidence` are sentences that the card cites, `people` the names of those in the tandem.
        """
        short = load_writing().longest_line
        offered = {n: one for n, one in enumerate(map(in_a_line, lines)) if len(one) <= short}
        if not offered or not self._policy.of_step(STEP).use:
            return {}
        found: dict[int, str] = {}
        refused: tuple[str, ...] = ()
        try:
            found, reason, refused = self._examined(offered, evidence, people, community_id)
        except ModelFailure as failure:
            reason = failure.outcome.value
        except StoreError:
            reason = LEDGER_FAILED
        taken = StepTaken(
            at=self._clock.now(), step=STEP, by_model=bool(found), reason=reason, refused=refused
        )
        with contextlib.suppress(StoreError):  # a full disk is told where people's acts are kept
            self._asker.client.ledger.note_step(taken)
        return found

    def _examined(
        self,
        offered: Mapping[int, str],
        evidence: Sequence[str],
        people: Sequence[str],
        community_id: str,
    ) -> tuple[dict[int, str], str, tuple[str, ...]]:
        """The lines that pass, why none does, and codes of what was refused."""
        said = [in_a_line(one) for one in evidence[:EVIDENCE_SHOWN]]
        answer = self._asker.ask(
            STEP,
            WordedTandem,
            {},
            {
                "lines": "\n".join(f"{n + 1}. {line}" for n, line in offered.items()),
                "evidence": "\n".join(f"- {one}" for one in said),
            },
            community_id=community_id,
            inquiry_id=None,
            most=len(offered),
        )
        found: dict[int, str] = {}
        refused: list[str] = []
        for proposal in answer.lines:
            place, text = proposal.number - 1, in_a_line(proposal.text)
            line = offered.get(place)
            if line is None or place in found or has_placeholder(text):
                refused.append("number" if line is None else "taken" if place in found else "names")
            elif text != line and (code := line_refusal(text, line, said, people)):
                refused.append(code)
            elif text != line:
                found[place] = text
        reason = "" if found else NONE_PASSED if refused else NONE_PROPOSED
        return found, reason, tuple(refused)
