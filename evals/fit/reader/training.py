"""Fit the network on examples; a killed fit goes on from the end of its last whole epoch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from evals.fit.reader.examples import (
    Batch,
    Example,
    batches_of,
    collate,
    digest_of,
    positive_weights,
)
from evals.fit.reader.network import ReaderNetwork

Tell = Callable[[str], None]
Weights = dict[str, Tensor]

MASK_ID = 103
"""`[MASK]` in the vocabulary of BERT base uncased."""
WORTH_WEIGHTS = (1.0, 2.0, 4.0)
"""How much more a message counts that is worth at least 1, 2, 3 than one that is not."""
FOCUS_WEIGHT = 4.0
"""How much more a quoted token counts than one that is not."""
NEVER = -1e4
"""Log-odds of a token that cannot be pointed to."""
GAP_SMOOTHING = 0.1
FACETS_SHARE, WORTH_SHARE = 0.25, 0.6
"""Of two of the four losses in their sum; that of facets is summed over the twelve."""
STEPS_TOLD = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """How a fit is run."""

    epochs: float = 4
    batch: int = 8
    rate: float = 6e-5
    """Of the encoder, AdamW; the heads learn `heads_faster` times as fast."""
    heads_faster: float = 10
    decay: float = 0.01
    warm_up: float = 0.08
    """Share of the steps over which the rate rises."""
    least_rate: float = 0.02
    """Of `rate`, where it ends after falling linearly."""
    masked: float = 0.12
    """Share of the message's tokens that are hidden at random."""
    longest_gradient: float = 1.0
    gap_share: float = 0.25
    """Of the loss of gaps in the sum."""
    focus_share: float = 0.5
    """Of the loss of focus."""
    pointing: bool = False
    """Whether the tokens of a message compete for the focus, or are told apart one by one."""
    seed: int = 0


PASSES = (
    Settings(),
    Settings(epochs=2, rate=5e-5, gap_share=0.5, focus_share=0.4, pointing=True, seed=7),
)
"""Two passes: the second starts from the first's weights and learns to point."""


@dataclass(slots=True)
class _Fit:
    """A fit under way."""

    network: ReaderNetwork
    optimiser: Any
    schedule: Any
    steps: int
    step: int = 0
    epoch: int = 0


def fit(
    examples: Sequence[Example],
    settings: Settings,
    state: Path,
    threads: int,
    tell: Tell,
    start: Weights | None = None,
) -> Weights:
    """Return the fitted weights. `state` is where an unfinished fit is kept and taken up.

    It starts from `start`, or from all-MiniLM-L6-v2 with new heads.

    The same examples, settings and threads give the same weights on the same machine.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(settings.seed)
    batches = len(batches_of(examples, settings.batch, settings.seed))
    running = _begun(settings, int(settings.epochs * batches))
    if start is not None:
        running.network.load_state_dict(start)
    digest = digest_of(examples, asdict(settings))
    _take_up(running, state, digest, tell)
    stated = torch.from_numpy(positive_weights(examples))
    while running.step < running.steps:
        _epoch(running, examples, settings, stated, tell)
        running.epoch += 1
        _keep(running, state, digest)
    weights: Weights = running.network.state_dict()
    return weights


def save(weights: Any, file: Path) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.part")
    torch.save(weights, unfinished)
    unfinished.replace(file)


def load(file: Path) -> Weights:
    """Read fitted weights."""
    weights: Weights = torch.load(file, weights_only=True)
    return weights


def _begun(settings: Settings, steps: int) -> _Fit:
    network = ReaderNetwork()
    encoder, heads = network.groups()
    optimiser = torch.optim.AdamW(
        [
            {"params": encoder, "lr": settings.rate},
            {"params": heads, "lr": settings.rate * settings.heads_faster},
        ],
        weight_decay=settings.decay,
    )

    def rate(step: int) -> float:
        falling = max(settings.least_rate, (steps - step) / steps)
        return min(1, step / (settings.warm_up * steps)) * falling

    network.train()
    return _Fit(network, optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, rate), steps)


def _epoch(
    running: _Fit, examples: Sequence[Example], settings: Settings, stated: Tensor, tell: Tell
) -> None:
    began, told = time.monotonic(), list[list[float]]()
    for places in batches_of(examples, settings.batch, settings.seed * 100 + running.epoch):
        if running.step >= running.steps:
            return
        batch = collate([examples[place] for place in places])
        parts = losses(running.network, batch, stated, settings)
        shares = (1.0, WORTH_SHARE, settings.gap_share, settings.focus_share)
        total = torch.stack([share * part for share, part in zip(shares, parts, strict=True)]).sum()
        total.backward()
        nn.utils.clip_grad_norm_(running.network.parameters(), settings.longest_gradient)
        running.optimiser.step()
        running.schedule.step()
        running.optimiser.zero_grad()
        running.step += 1
        told.append([float(part.detach()) for part in parts])
        if running.step % STEPS_TOLD == 0:
            figures = " ".join(f"{sum(part) / len(told):.3f}" for part in zip(*told, strict=True))
            tell(
                f"epoch {running.epoch + 1} step {running.step} of {running.steps} losses "
                f"{figures} after {time.monotonic() - began:.0f} s of the epoch"
            )
            told.clear()


def losses(
    network: ReaderNetwork, batch: Batch, stated: Tensor, settings: Settings
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the losses of facets, worth, gap and focus on one batch."""
    ids, own = torch.from_numpy(batch.ids), torch.from_numpy(batch.own)
    hidden = (torch.rand(ids.shape) < settings.masked) & (own > 0)
    facets, worth, gaps, focus = network(
        torch.where(hidden, torch.full_like(ids, MASK_ID), ids),
        torch.from_numpy(batch.types),
        torch.from_numpy(batch.attended),
        torch.from_numpy(batch.spread),
    )
    present = torch.from_numpy(batch.sentences)
    by_sentence = functional.binary_cross_entropy_with_logits(
        facets, torch.from_numpy(batch.stated), pos_weight=stated, reduction="none"
    ).sum(-1)
    graded = torch.from_numpy(batch.worth)
    at_least = torch.stack([(graded >= grade).float() for grade in (1, 2, 3)], 1)
    asked = torch.from_numpy(batch.gap)
    named = asked >= 0
    return (
        (by_sentence * present).sum() / present.sum() * FACETS_SHARE,
        functional.binary_cross_entropy_with_logits(
            worth, at_least, pos_weight=torch.tensor(WORTH_WEIGHTS)
        ),
        functional.cross_entropy(gaps[named], asked[named], label_smoothing=GAP_SMOOTHING)
        if named.any()
        else 0 * worth.sum(),
        _focus_loss(focus, batch, settings),
    )


def _focus_loss(focus: Tensor, batch: Batch, settings: Settings) -> Tensor:
    own, focused = torch.from_numpy(batch.own), torch.from_numpy(batch.focused)
    quoted = torch.from_numpy(batch.quoted)
    if settings.pointing:
        shares = torch.log_softmax(focus.masked_fill(own == 0, NEVER), 1)
        by_message = -torch.logsumexp(shares.masked_fill(quoted == 0, NEVER), 1)
    else:
        by_token = functional.binary_cross_entropy_with_logits(
            focus, quoted, pos_weight=torch.tensor(FOCUS_WEIGHT), reduction="none"
        )
        by_message = (by_token * own).sum(1) / own.sum(1).clamp(min=1)
    return (by_message * focused).sum() / focused.sum().clamp(min=1)


def _keep(running: _Fit, state: Path, digest: str) -> None:
    kept = {
        "digest": digest,
        "network": running.network.state_dict(),
        "optimiser": running.optimiser.state_dict(),
        "schedule": running.schedule.state_dict(),
        "chance": torch.get_rng_state(),
        "step": running.step,
        "epoch": running.epoch,
    }
    save(kept, state)


def _take_up(running: _Fit, state: Path, digest: str, tell: Tell) -> None:
    if not state.exists():
        return
    kept = torch.load(state, weights_only=True)
    if kept["digest"] != digest:
        tell(f"{str(state)!r} is of other labels or settings; the fit begins anew")
        return
    running.network.load_state_dict(kept["network"])
    running.optimiser.load_state_dict(kept["optimiser"])
    running.schedule.load_state_dict(kept["schedule"])
    torch.set_rng_state(kept["chance"])
    running.step, running.epoch = kept["step"], kept["epoch"]
    tell(f"goes on after epoch {running.epoch}, step {running.step} of {running.steps}")
