"""A plugin as the TorchScript module that nn~ loads: signals of parameters in, sound out.

nn~ (package nn_tilde 1.6) asks a module for `get_methods` and `get_attributes`, reads the buffers
METHOD_params [channels in, ratio, channels out, ratio] and ATTRIBUTE_params (a number for each
value's type), and calls METHOD, `get_ATTRIBUTE` and `set_ATTRIBUTE`. A parameter is its attribute
plus its signal.

The methods below are compiled by TorchScript, which knows less of Python than they seem to use.
"""

import torch
from torch import Tensor, nn

from rtsynth.families.samplernn import spec as samplernn
from rtsynth.plugin import Plugin
from rtsynth.plugin.codec import decode_table, silence
from rtsynth.plugin.manifest import Parameter
from rtsynth_models.exports.part import (
    ABOVE,
    CODES,
    CONDITIONING,
    LOGITS,
    NEXT_STATE,
    STATE,
    STEP,
    VECTORS,
    Part,
)
from rtsynth_models.exports.torch_ops import TorchOps

# Types of attributes' values, as nn~ numbers them.
INT, FLOAT = 1, 2


class PartStep(nn.Module):
    """One step of a part with the arguments that every part takes; traced."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part = part

    def forward(
        self, codes: Tensor, conditioning: Tensor, above: Tensor, step: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(logits [N, Q] or vectors [N, slices, H], the next state)."""
        offered = {
            CODES: codes, CONDITIONING: conditioning, ABOVE: above, STEP: step, STATE: state,
        }  # fmt: skip
        made = self.part.step(TorchOps(), {name: offered[name] for name in self.part.inputs})
        return made[VECTORS if VECTORS in made else LOGITS], made.get(NEXT_STATE, state)


def traced(part: Part, conditioning: int) -> nn.Module:
    """A part's step as TorchScript. `conditioning` is the number of parameters."""
    state = part.inputs.get(STATE, (0, 1))
    examples = (
        torch.zeros(2, part.inputs[CODES][0], dtype=torch.long),
        torch.zeros(2, conditioning),
        torch.zeros(2, *part.inputs.get(ABOVE, (1,))),
        torch.zeros(2, 1, dtype=torch.long),
        torch.zeros(state[0], 2, state[1]),
    )
    with torch.no_grad():
        step: nn.Module = torch.jit.trace(PartStep(part).eval(), examples)
    return step


class NnModule(nn.Module):
    """See the module.

    Args:
        plugin: of one tier, which generates audio.
        parts: its parts.
        parameters: of its conditioning, in the order of the network's inputs.
    """

    amplitudes: Tensor
    start: Tensor
    codes: Tensor
    nothing: Tensor
    step: Tensor
    held: Tensor
    lowest: Tensor
    highest: Tensor
    offset: Tensor
    span: Tensor

    def __init__(self, plugin: Plugin, parts: list[Part], parameters: list[Parameter]) -> None:
        super().__init__()
        manifest = plugin.manifest
        codec, sampling = manifest.audio_codec, manifest.sampling
        rule = (codec.name, codec.levels, codec.limits)
        self.steps = nn.ModuleList(traced(part, len(parameters)) for part in parts)
        self.every = [part.every for part in parts]
        self.windows = [part.inputs[CODES][0] for part in parts]
        self.states = [part.inputs.get(STATE, (0, 1))[0] for part in parts]
        self.longest = max(self.windows)
        self.predicts = manifest.tiers[0].family == samplernn.NAME
        self.silence = silence(*rule)
        self.rate_hz = manifest.sample_rate_hz
        self.seed, self.clock, self.rows = 0, 0, 0
        self.temperature, self.min_p = sampling.temperature, sampling.min_p
        self.top_p, self.top_k = sampling.top_p, sampling.top_k
        self.register_buffer("amplitudes", torch.from_numpy(decode_table(*rule)))
        starts = [torch.tensor(part.initial) for part in parts if part.initial is not None]
        self.register_buffer("start", torch.cat(starts))
        self.register_buffer("codes", torch.zeros(1, self.longest, dtype=torch.long))
        self.register_buffer("nothing", torch.zeros(1, 1))
        self.register_buffer("step", torch.zeros(1, 1, dtype=torch.long))
        self.counts_steps = any(STEP in part.inputs for part in parts)
        self.now = [torch.zeros(1, 1, 1) for _ in parts]  # states
        self.vectors = [torch.zeros(1, 1, 1) for _ in parts]
        self.random = [1, 1]  # of each row two
        ranges = [each.network_range for each in parameters]
        for name, numbers in {
            "held": [each.default for each in parameters],
            "lowest": [each.minimum for each in parameters],
            "highest": [each.maximum for each in parameters],
            "offset": [low for low, _ in ranges],
            "span": [high - low for low, high in ranges],
        }.items():
            self.register_buffer(name, torch.tensor(numbers, dtype=torch.float32)[None])
        # Without parameters one inlet remains, which is not looked at.
        self.register_buffer("forward_params", torch.tensor([max(1, len(parameters)), 1, 1, 1]))
        self.forward_input_labels = [
            f"(signal) added to {each.name}, {each.minimum:g} to {each.maximum:g} {each.unit}"
            for each in parameters
        ] or ["(signal) not used"]
        self.forward_output_labels = ["(signal) sound"]

    def forward(self, x: Tensor) -> Tensor:
        """Sound [B, 1, T] for signals [B, C, T] that are added to the attributes."""
        if x.shape[0] != self.rows:
            self.begin(x.shape[0])
        count = self.held.shape[1]
        signals = x[:, :count].permute(2, 0, 1)
        values = torch.clamp(self.held + signals, self.lowest, self.highest)
        seen = (values - self.offset) / self.span
        drawn: list[Tensor] = []
        for n in range(x.shape[2]):
            code = self.draw(self.predict(seen[n]))
            self.heard(code)
            drawn.append(code)
        return self.amplitudes[torch.cat(drawn, 1)].unsqueeze(1)

    @torch.jit.export
    def begin(self, rows: int) -> None:
        """Start again, with this many independent rows."""
        self.rows, self.clock = rows, 0
        first = 0
        for i, count in enumerate(self.states):
            start = self.start[first : first + count]
            self.now[i] = start.unsqueeze(1).repeat(1, rows, 1)
            first += count
        self.codes = torch.full([rows, self.longest], self.silence, dtype=torch.long)
        self.nothing = torch.zeros(rows, 1)
        random: list[int] = []
        for row in range(rows):
            seed = self.seed * 2 + 1 + 7919 * row  # so that the rows differ
            random += [seed % 2147483561 + 1, seed * 3 % 2147483397 + 1]
        self.random = random
        for _ in range(8):  # seeds that are near each other begin alike
            self.uniform()

    @torch.jit.export
    def force(self, codes: Tensor, conditioning: Tensor) -> Tensor:
        """From the start, logits [T, Q] for codes [T] and normalised conditioning [T, C].

        Of a network of frames the first codes are the prompt, and row r is the prediction of the
        code behind it; of any other row t is the prediction of what follows code t.
        """
        self.begin(1)
        made: list[Tensor] = []
        prompt = self.longest if self.predicts else 0
        for n in range(codes.shape[0]):
            if not self.predicts:
                self.heard(codes[n].view(1, 1))
            if n >= prompt:
                made.append(self.predict(conditioning[n].unsqueeze(0)))
            if self.predicts:
                self.heard(codes[n].view(1, 1))
        return torch.cat(made)

    def heard(self, code: Tensor) -> None:
        """Put codes [N, 1] behind the others."""
        if self.longest == 1:
            self.codes = code
        else:
            self.codes = torch.cat([self.codes[:, 1:], code], dim=1)

    def predict(self, conditioning: Tensor) -> Tensor:
        """Logits [N, Q] of the next code; one step on."""
        if self.counts_steps:
            self.step = torch.full([self.rows, 1], self.clock, dtype=torch.long)
        made = self.nothing
        for i, part in enumerate(self.steps):
            if self.clock % self.every[i] == 0:
                above = self.nothing
                if i > 0:
                    turn = self.clock % self.every[i - 1] // self.every[i]
                    above = self.vectors[i - 1][:, turn]
                codes = self.codes
                if self.windows[i] < self.longest:
                    codes = codes[:, self.longest - self.windows[i] :]
                made, self.now[i] = part(codes, conditioning, above, self.step, self.now[i])
                self.vectors[i] = made
        self.clock += 1
        return made

    def draw(self, logits: Tensor) -> Tensor:
        """Codes [N, 1] of logits [N, Q]."""
        uniform = self.uniform().unsqueeze(1)
        if self.temperature <= 0.0:
            return logits.argmax(1, keepdim=True)
        if self.temperature != 1.0:
            logits = logits / self.temperature
        shares = torch.softmax(logits, 1)
        if self.min_p > 0.0:
            shares = shares * (shares >= self.min_p * shares.amax(1, keepdim=True))
        if 0 < self.top_k < shares.shape[1]:
            least = torch.topk(shares, self.top_k, 1)[0][:, -1:]
            shares = shares * (shares >= least)
        if self.top_p < 1.0:
            ordered = torch.sort(shares, 1, True)[0]
            before = ordered.cumsum(1) - ordered
            kept = before < self.top_p * shares.sum(1, keepdim=True)
            least = torch.where(kept, ordered, torch.full_like(ordered, 2.0)).amin(1, keepdim=True)
            shares = shares * (shares >= least)
        cumulative = shares.cumsum(1)
        found = torch.searchsorted(cumulative, uniform * cumulative[:, -1:], right=True)
        return found.clamp(0, shares.shape[1] - 1)

    def uniform(self) -> Tensor:
        """Numbers 0 <= u < 1 [N], the next of each row.

        Two generators of 31 bits, combined (L'Ecuyer 1988): TorchScript has none with a state.
        """
        found: list[float] = []
        for row in range(self.rows):
            one = self.random[2 * row] * 40014 % 2147483563
            two = self.random[2 * row + 1] * 40692 % 2147483399
            self.random[2 * row], self.random[2 * row + 1] = one, two
            found.append(min((one - two) % 2147483562 / 2147483562.0, 0.9999999))
        return torch.tensor(found)

    @torch.jit.export
    def get_methods(self) -> list[str]:
        """What nn~ can be told to run."""
        return ["forward"]

    @torch.jit.export
    def get_buffer_attributes(self) -> list[str]:
        """Attributes that are sounds: none."""
        empty: list[str] = []
        return empty

    @torch.jit.export
    def get_sample_rate(self) -> int:
        """The plugin's."""
        return self.rate_hz
