"""An `mtcrnn` tier, as any of the networks 0 to 6. Outputs of values are raw: mu, sigma_raw, and
the logits of a mixture's pi.
"""

from rtsynth.families.mtcrnn.spec import (
    CLOCK,
    COMMON_STACK,
    COMPONENTS,
    MtcrnnConfig,
    gru_names,
    phased_cell,
)
from rtsynth.plugin.codec import input_table
from rtsynth.plugin.manifest import Manifest, Tier
from rtsynth_models.exports.cells import gru, openness, phased_lstm
from rtsynth_models.exports.ops import Ops, Value
from rtsynth_models.exports.part import (
    CODES,
    CONDITIONING,
    LOGITS,
    NEXT_STATE,
    OUTPUTS,
    STATE,
    STEP,
    VALUES,
    Arrays,
    Named,
    Part,
    Sizes,
)


def parts(manifest: Manifest, tier: Tier, tensors: Arrays) -> list[Part]:
    """One: it reads what it generated last, and a phased LSTM the number of the step."""
    config = MtcrnnConfig.of_tier(manifest, tier)
    state = (config.states, config.hidden_size)
    made = (len(tier.outputs),)
    inputs: Sizes = {CODES: (1,)} if config.audio else {VALUES: made}
    if config.conditioning:
        inputs[CONDITIONING] = (config.conditioning,)
    if config.phased:
        inputs[STEP] = (1,)
    inputs[STATE] = state
    kinds = 3 if config.output == "mixture" else 2
    shape = (kinds, *((COMPONENTS,) if kinds == 3 else ()), *made)
    outputs: Sizes = {LOGITS: (config.levels,)} if config.audio else {OUTPUTS: shape}
    step = _Step(manifest, config, tensors, shape)
    every = manifest.sample_rate_hz // tier.rate_hz
    return [Part(tier.name, tier.name, every, inputs, outputs | {NEXT_STATE: state}, step)]


class _Step:
    """One step of one network."""

    def __init__(
        self, manifest: Manifest, config: MtcrnnConfig, tensors: Arrays, shape: tuple[int, ...]
    ) -> None:
        self.config, self.tensors, self.shape = config, tensors, shape
        if config.audio:
            codec = manifest.audio_codec
            self.table = input_table(codec.name, codec.levels, codec.limits)[:, None]

    def __call__(self, ops: Ops, given: Named) -> dict[str, Value]:
        """Outputs and the next state."""
        x = self._first_layer(ops, given)
        states = [ops.row(given[STATE], number) for number in range(self.config.states)]
        tops, after = (
            self._phased(ops, x, states, given)
            if self.config.phased
            else (self._stacks(ops, x, states))
        )
        if self.config.output == "mixture":
            tops[COMMON_STACK] = ops.tanh(tops[COMMON_STACK])
        heads = [self._dense(ops, name, tops[stack]) for name, stack, _ in self.config.heads]
        following = {NEXT_STATE: ops.stack(after, 0)}
        if self.config.audio:
            return {LOGITS: heads[0]} | following
        return {OUTPUTS: ops.apart(ops.join(heads), self.shape)} | following

    def _dense(self, ops: Ops, name: str, x: Value) -> Value:
        return ops.linear(x, self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"])

    def _first_layer(self, ops: Ops, given: Named) -> Value:
        config = self.config
        if config.one_hot:
            # A one-hot vector picks a column of the matrix.
            weight, bias = self.tensors["i2d.weight"], self.tensors["i2d.bias"]
            x = ops.flat(ops.lookup(weight[:, : config.levels].T + bias, given[CODES]))
            if config.conditioning:
                x = ops.add(x, ops.linear(given[CONDITIONING], weight[:, config.levels :]))
        else:
            x = ops.flat(ops.lookup(self.table, given[CODES])) if config.audio else given[VALUES]
            if config.conditioning:
                x = ops.join([x, given[CONDITIONING]])
            x = self._dense(ops, "i2d", x)
        x = ops.relu(x)
        return self._dense(ops, "d2h", x) if config.structure.widened else x

    def _stacks(
        self, ops: Ops, source: Value, states: list[Value]
    ) -> tuple[dict[str, Value], list[Value]]:
        """(the top of every stack, the states after the step)."""
        tops: dict[str, Value] = {}
        after: list[Value] = []
        for stack in self.config.stacks:
            x = source if stack == COMMON_STACK else tops.get(COMMON_STACK, source)
            for layer in range(self.config.layers):
                weights = tuple(self.tensors[name] for name in gru_names(stack, layer))
                (x,) = gru(ops, x, [states[len(after)]], weights)
                after.append(x)
            tops[stack] = x
        return tops, after

    def _phased(
        self, ops: Ops, x: Value, states: list[Value], given: Named
    ) -> tuple[dict[str, Value], list[Value]]:
        after: list[Value] = []
        for layer in range(self.config.layers):
            prefix = phased_cell(layer)
            ih, hh, bias = (
                self.tensors[f"{prefix}.{part}"]
                for part in ("linear_ih.weight", "linear_hh.weight", "bias")
            )
            opened = openness(
                ops, given[STEP], *(self.tensors[f"{prefix}.{name}"] for name in CLOCK)
            )
            pair = states[2 * layer : 2 * layer + 2]
            after += phased_lstm(ops, x, pair, (ih, hh, bias, bias), opened)
            x = after[-2]
        return {COMMON_STACK: x}, after
