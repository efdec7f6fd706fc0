"""Systems 3 to 5 (SampleRNN): frames of samples above samples, one to four tiers or more.

The structure is that of the family `rtsynth.families.samplernn`, and so are the names of the
tensors; an export is a copy. Codes are [batch, time], what goes through the recurrent tiers is
[time, batch, ...].

With `weight_norm` (Salimans and Kingma 2016) every matrix W of outputs x inputs is g V / |V| row
by row: the parameter of its own name is V, NAME_gain is g. `weights` folds them.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from rtsynth.families.recurrent import RNN_PARTS
from rtsynth.families.samplernn.spec import SampleRnnConfig, state_shape, tensor_shapes
from rtsynth_models.cells.products import linear
from rtsynth_models.cells.samplernn_dense import Dense, dense_logits, dense_loss
from rtsynth_models.cells.samplernn_init import initial_tensor
from rtsynth_models.cells.samplernn_rnn import Layer, run_stack
from rtsynth_models.cells.samplernn_tables import make_tables, table_sum

Weights = Mapping[str, Tensor]
GAIN = "_gain"
NOT_NORMED = ("sample.embedding",)


class SampleRnn(nn.Module):
    """The network.

    Args:
        config: its structure.
        frame_inputs: float [Q], the frame tiers' input for every code (`plugin.codec.input_table`).
        condition_size: C', length of the conditioning vector, classes expanded; 0 for none.
        learned_h0: whether the state it starts from is learned; else zeros.
        weight_norm: see the module.
    """

    frame_inputs: Tensor
    h0: Tensor

    def __init__(
        self,
        config: SampleRnnConfig,
        frame_inputs: np.ndarray,
        condition_size: int = 0,
        learned_h0: bool = True,
        weight_norm: bool = False,
    ) -> None:
        super().__init__()
        self.config, self.levels = config, len(frame_inputs)
        self.condition_size = condition_size
        self.shapes = tensor_shapes(config, self.levels, condition_size)
        self._gains = list[str]()
        self.register_buffer(
            "frame_inputs", torch.tensor(frame_inputs, dtype=torch.float32), persistent=False
        )
        for name, shape in self.shapes.items():
            value = initial_tensor(name, shape, config)
            self._add(name, value)
            if weight_norm and len(shape) == 2 and name not in NOT_NORMED:
                self._add(name + GAIN, value.norm(dim=1))
                self._gains.append(name)
        state = torch.zeros(state_shape(config))
        if learned_h0:
            self.register_parameter("h0", nn.Parameter(state))
        else:
            self.register_buffer("h0", state)

    def _add(self, name: str, value: Tensor) -> None:
        """Register a parameter under a dotted name, with modules on the way."""
        *path, last = name.split(".")
        module: nn.Module = self
        for part in path:
            if not hasattr(module, part):
                module.add_module(part, nn.Module())
            module = getattr(module, part)
        module.register_parameter(last, nn.Parameter(value))

    def weights(self) -> dict[str, Tensor]:
        """Every tensor of the network by its name in a plugin, weight norm folded."""
        found = dict(self.named_parameters())
        out: dict[str, Tensor] = {name: found[name] for name in self.shapes}
        for name in self._gains:
            matrix = found[name]
            scale = found[name + GAIN] / matrix.norm(dim=1)
            out[name] = matrix * scale[:, None]
        return out

    @torch.no_grad()
    def load_weights(self, weights: Weights) -> None:
        """Take over weights as `weights` gives them, with `h0`. A row of zeros keeps the direction
        that it has under weight norm: it has none of its own.
        """
        found = dict(self.named_parameters())
        self.h0.copy_(weights["h0"])
        for name in self.shapes:
            if name not in self._gains:
                found[name].copy_(weights[name])
                continue
            gain = weights[name].norm(dim=1)
            found[name + GAIN].copy_(gain)
            rows = gain > 0
            found[name][rows] = weights[name].to(found[name].device)[rows]

    def initial_state(self, batch: int) -> Tensor:
        """The state every row starts from, [states, batch, hidden]."""
        return self.h0[:, None].expand(-1, batch, -1)

    def forward(
        self, codes: Tensor, conditioning: Tensor | None = None, state: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Logits [B, T, Q] and the last state.

        Args:
            codes: int32 [B, P + T]: the prompt of P = config.prompt_codes codes, and the T codes
                that are predicted (the last one is no input). T is a whole number of the
                longest frames.
            conditioning: float [B, T, C'], that of the codes predicted.
            state: [states, B, hidden]; by default `initial_state`.
        """
        weights = self.weights()
        x, state = self._features(weights, codes, conditioning, state)
        logits = dense_logits(x, _dense(weights), self._relu)
        frames, batch, slices, levels = logits.shape
        return logits.transpose(0, 1).reshape(batch, frames * slices, levels), state

    def loss(
        self, codes: Tensor, conditioning: Tensor | None = None, state: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Mean nats per predicted code, and the last state; arguments as `forward`.

        The same as cross-entropy of `forward`'s logits, made for training: see `samplernn_dense`.
        """
        weights = self.weights()
        x, state = self._features(weights, codes, conditioning, state)
        frames, batch, slices, units = x.shape
        target = codes[:, self.config.prompt_codes :].view(batch, frames, slices)
        aim = target.transpose(0, 1).reshape(-1).long()
        if torch.is_autocast_enabled(x.device.type):
            logits = dense_logits(x.view(-1, units), _dense(weights), self._relu)
            return nn.functional.cross_entropy(logits, aim), state
        return dense_loss(x.view(-1, units), aim, _dense(weights), self._relu), state

    @property
    def _relu(self) -> bool:
        return self.config.activation == "relu"

    def _features(
        self, weights: Weights, codes: Tensor, conditioning: Tensor | None, state: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """The input of the dense layers, [N, B, S, H] (frame by frame), and the last state."""
        config = self.config
        batch, steps = codes.shape[0], codes.shape[1] - config.prompt_codes
        if state is None:
            state = self.initial_state(batch)
        tiers, each = len(config.frame_sizes), config.layers * config.states_per_layer
        above: Tensor | None = None
        after = []
        for number in range(tiers):
            above, last = self._frame_tier(
                weights,
                number,
                codes,
                conditioning,
                above,
                state[number * each : (number + 1) * each],
            )
            after.append(last)
        slices = config.sample_window if tiers else 1
        frames = steps // slices
        if above is None:
            base = state.new_zeros(frames, batch, slices, config.hidden_size)
        else:
            base = above.view(frames, batch, slices, config.hidden_size)
        if 1 in config.dense_layers:
            x, last = self._direct_tier(weights, codes, conditioning, state)
            return x[:, :, None], last
        if config.adds_conditioning(tiers, self.condition_size):
            assert conditioning is not None
            rows = conditioning.view(batch, frames, slices, self.condition_size).transpose(0, 1)
            base = base + rows @ weights["sample.condition.weight"].t()
        tables = make_tables(
            weights.get("sample.embedding"), weights["sample.1.weight"], self.levels
        )
        # The sum is exact where products are of lower precision.
        tables, base = tables.to(state.dtype), base.to(state.dtype)
        x = table_sum(codes, tables, base, config.prompt_codes - config.sample_window)
        if not tiers:
            outs, last = run_stack(
                config.rnn, self._layers(weights, "sample"), config.skip, x[:, :, 0], state
            )
            x, after = outs[-1][:, :, None], [last]
        return x, torch.cat(after)

    def _direct_tier(
        self, weights: Weights, codes: Tensor, conditioning: Tensor | None, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The upper dense layers' input, [T, B, H], of one tier whose RNN reads embeddings."""
        config = self.config
        inputs = codes[:, :-1].long().unfold(1, config.sample_window, 1)
        x = weights["sample.embedding"][inputs.transpose(0, 1)].flatten(2)
        x = self._join(0, x, None if conditioning is None else conditioning.transpose(0, 1))
        outs, last = run_stack(config.rnn, self._layers(weights, "sample"), config.skip, x, state)
        read = torch.cat(outs, dim=-1) if config.skip else outs[-1]
        x = linear(read, weights["sample.1.weight"], weights["sample.1.bias"])
        return x.relu() if self._relu else x, last

    def _join(self, number: int, x: Tensor, rows: Tensor | None) -> Tensor:
        """x [T, B, I] with the conditioning rows [T, B, C'] behind it, where its RNN reads them."""
        if not self.config.joins(number, self.condition_size):
            return x
        assert rows is not None
        return torch.cat([x, rows], dim=-1)

    def _frame_tier(
        self,
        weights: Weights,
        number: int,
        codes: Tensor,
        conditioning: Tensor | None,
        above: Tensor | None,
        state: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Vectors for the tier below: [N slices, B, H], or for the sample tier [N, B, slices H]
        as they come out; and the tier's last state. `above` is [N, B, H].
        """
        config, prefix = self.config, f"frame.{number}"
        frame, prompt = config.frame_sizes[number], config.prompt_codes
        batch = codes.shape[0]
        steps = codes.shape[1] - prompt
        inputs = codes[:, prompt - frame : prompt - frame + steps].view(batch, -1, frame)
        x = self.frame_inputs[inputs.transpose(0, 1).long()]
        if config.expands(number, self.condition_size):
            expand = weights[f"{prefix}.expand.weight"], weights[f"{prefix}.expand.bias"]
            x = linear(x, *expand)
        if above is not None:
            x = x + above
        rows = None if conditioning is None else conditioning[:, ::frame].transpose(0, 1)
        if config.adds_conditioning(number, self.condition_size):
            assert rows is not None
            x = x + rows @ weights[f"{prefix}.condition.weight"].t()
        x = self._join(number, x, rows)
        outs, last = run_stack(config.rnn, self._layers(weights, prefix), config.skip, x, state)
        read = torch.cat(outs, dim=-1) if config.skip else outs[-1]
        output = weights[f"{prefix}.output.weight"], weights[f"{prefix}.output.bias"]
        vectors = linear(read, *output)
        if number == len(config.frame_sizes) - 1:
            return vectors, last
        apart = vectors.view(len(vectors), batch, config.slices(number), config.hidden_size)
        return apart.transpose(1, 2).reshape(-1, batch, config.hidden_size), last

    def _layers(self, weights: Weights, prefix: str) -> list[Layer]:
        return [
            Layer(*(weights[f"{prefix}.rnn.{number}.{part}"] for part in RNN_PARTS))
            for number in range(self.config.layers)
        ]

    def plugin_tensors(self, tier: str) -> dict[str, np.ndarray]:
        """Float32 weights under their names in a plugin, and the state it starts from."""
        named = {f"{tier}.{name}": value for name, value in self.weights().items()}
        named[f"rest.{tier}"] = self.h0
        return {
            name: value.detach().cpu().float().contiguous().numpy().copy()
            for name, value in named.items()
        }


def _dense(weights: Weights) -> Dense:
    parts = (f"sample.{number}.{part}" for number in (2, 3, 4) for part in ("weight", "bias"))
    return Dense(*(weights[name] for name in parts))
