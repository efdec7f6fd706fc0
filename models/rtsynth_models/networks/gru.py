"""System 2 (RNNControl): linear in, GRU stack, linear out to categorical logits.

Parameter names are RNNControl's own (`i2h`, `gru`, `decoder`), so its state dict loads here as
it is; `plugin_tensors` gives the names a plugin uses.
"""

import numpy as np
import torch
from torch import Tensor, nn

from rtsynth_models.cells.fused_gru import fused_gru, fusible
from rtsynth_models.networks.gru_names import TIER, plugin_names


class ConditionedGru(nn.Module):
    """The network. Sequences are time-major: [T, B, ...]."""

    def __init__(
        self, conditioning: int, hidden_size: int, layers: int, levels: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.levels = levels
        self.i2h = nn.Linear(1 + conditioning, hidden_size)
        # nn.GRU warns about dropout with one layer, where it has no meaning.
        self.gru = nn.GRU(hidden_size, hidden_size, layers, dropout=dropout if layers > 1 else 0.0)
        self.decoder = nn.Linear(hidden_size, levels)

    def initial_state(self, batch: int, generator: torch.Generator | None = None) -> Tensor:
        """Hidden state [layers, batch, hidden], uniform in -0.05..0.05."""
        shape = (self.gru.num_layers, batch, self.gru.hidden_size)
        return torch.rand(shape, generator=generator) * 0.1 - 0.05

    def features(self, codes: Tensor, conditioning: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """GRU outputs [T, B, H] and the last state [layers, B, H].

        `codes` [T, B] are scaled to 0..1, code / (Q - 1); so is `conditioning` [T, B, C].
        """
        inputs = torch.cat([codes.unsqueeze(-1), conditioning], dim=-1)
        hidden = self.i2h(inputs)
        if fusible(hidden):
            return fused_gru(self.gru, hidden, state)
        return self.gru(hidden, state)

    def forward(self, codes: Tensor, conditioning: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [T, B, Q] and the last state."""
        features, state = self.features(codes, conditioning, state)
        return self.decoder(features), state

    def plugin_tensors(self) -> dict[str, np.ndarray]:
        """Float32 weights under their names in a plugin."""
        state = self.state_dict()
        return {
            f"{TIER}.{ours}": state[theirs].detach().cpu().float().numpy().copy()
            for theirs, ours in plugin_names(self.gru.num_layers).items()
        }
