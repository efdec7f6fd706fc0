"""A `samplernn` tier: a part for every frame tier, from the top, and one for the samples.

A frame tier reads the last codes, as many as its frame has, and makes a vector for every step of
the part below until its next step. The part below reads the vector whose turn it is as `above`.
"""

import numpy as np

from rtsynth.families.classes import class_counts
from rtsynth.families.recurrent import RNN_PARTS
from rtsynth.families.samplernn.spec import SampleRnnConfig
from rtsynth.plugin.codec import input_table
from rtsynth.plugin.family import read_config
from rtsynth.plugin.manifest import Manifest, Tier
from rtsynth_models.exports.cells import CELLS, with_classes
from rtsynth_models.exports.ops import Ops, Value
from rtsynth_models.exports.part import (
    ABOVE,
    CODES,
    CONDITIONING,
    LOGITS,
    NEXT_STATE,
    STATE,
    VECTORS,
    Arrays,
    Named,
    Part,
    Sizes,
)


def parts(manifest: Manifest, tier: Tier, tensors: Arrays) -> list[Part]:
    """See the module."""
    return _Network(manifest, tier, tensors).parts()


class _Network:
    """The steps of one network."""

    def __init__(self, manifest: Manifest, tier: Tier, tensors: Arrays) -> None:
        self.tier, self.tensors = tier, tensors
        self.config = config = read_config(tier, SampleRnnConfig)
        codec = manifest.audio_codec
        self.levels = codec.levels
        self.frame_inputs = input_table(codec.name, codec.levels, codec.limits)[:, None]
        self.counts = class_counts(manifest, tier)
        self.width = sum(self.counts)
        self.each = config.layers * config.states_per_layer  # states of a part

    def parts(self) -> list[Part]:
        """From the top."""
        config, hidden = self.config, self.config.hidden_size
        made = []
        for number, frame in enumerate(config.frame_sizes):
            outputs: Sizes = {
                VECTORS: (config.slices(number), hidden),
                NEXT_STATE: (self.each, hidden),
            }

            def step(ops: Ops, given: Named, number: int = number) -> dict[str, Value]:
                return self._frame_tier(ops, given, number)

            inputs = self._inputs(number, frame, recurrent=True)
            made.append(Part(f"frame_{number}", self.tier.name, frame, inputs, outputs, step))
        single = not config.frame_sizes
        inputs = self._inputs(len(config.frame_sizes), config.sample_window, recurrent=single)
        outputs = {LOGITS: (self.levels,)}
        if single:
            outputs[NEXT_STATE] = inputs[STATE]
        name = self.tier.name if single else "sample"
        return [*made, Part(name, self.tier.name, 1, inputs, outputs, self._sample_tier)]

    def _inputs(self, number: int, codes: int, recurrent: bool) -> Sizes:
        inputs: Sizes = {CODES: (codes,)}
        if number:
            inputs[ABOVE] = (self.config.hidden_size,)
        if self.config.is_conditioned(number, self.width):
            inputs[CONDITIONING] = (len(self.counts),)
        if recurrent:
            inputs[STATE] = (self.each, self.config.hidden_size)
        return inputs

    def _frame_tier(self, ops: Ops, given: Named, number: int) -> dict[str, Value]:
        config, prefix = self.config, f"frame.{number}"
        x = ops.flat(ops.lookup(self.frame_inputs, given[CODES]))
        if config.expands(number, self.width):
            x = self._dense(ops, f"{prefix}.expand", x)
        if number:
            x = ops.add(x, given[ABOVE])
        x = self._condition(ops, given, number, prefix, x)
        read, _, after = self._stack(ops, given, prefix, x)
        vectors = self._dense(ops, f"{prefix}.output", read)
        vectors = ops.apart(vectors, (config.slices(number), config.hidden_size))
        return {VECTORS: vectors, NEXT_STATE: after}

    def _sample_tier(self, ops: Ops, given: Named) -> dict[str, Value]:
        config, number = self.config, len(self.config.frame_sizes)
        made: dict[str, Value] = {}
        if 1 in config.dense_layers:
            x = ops.flat(ops.lookup(self.tensors["sample.embedding"], given[CODES]))
            x = self._condition(ops, given, number, "sample", x)
            x, _, made[NEXT_STATE] = self._stack(ops, given, "sample", x)
        else:
            x = self._read_codes(ops, given[CODES])
            if number:
                x = ops.add(x, given[ABOVE])
            x = self._condition(ops, given, number, "sample", x)
            if not number:
                _, x, made[NEXT_STATE] = self._stack(ops, given, "sample", x)
        for layer in config.dense_layers:
            x = self._dense(ops, f"sample.{layer}", x)
            if config.activation == "relu" and layer != config.dense_layers[-1]:
                x = ops.relu(x)
        return {LOGITS: x} | made

    def _read_codes(self, ops: Ops, codes: Value) -> Value:
        """The first dense layer of the embedded codes [N, W]."""
        weight, window = self.tensors["sample.1.weight"], self.config.sample_window
        if self.config.embedding_size:
            return ops.linear(ops.flat(ops.lookup(self.tensors["sample.embedding"], codes)), weight)
        # A one-hot vector picks a column of the matrix: of each code, that of its position.
        table = weight.reshape(-1, window, self.levels).transpose(1, 2, 0)
        x = None
        for position in range(window):
            one = ops.columns(codes, position, position + 1)
            picked = ops.flat(ops.lookup(np.ascontiguousarray(table[position]), one))
            x = picked if x is None else ops.add(x, picked)
        return x

    def _condition(self, ops: Ops, given: Named, number: int, prefix: str, x: Value) -> Value:
        """x with what the conditioning adds to it, or with the conditioning behind it."""
        if not self.config.is_conditioned(number, self.width):
            return x
        vector = with_classes(ops, given[CONDITIONING], self.counts)
        if self.config.joins(number, self.width):
            return ops.join([x, vector])
        return ops.add(x, ops.linear(vector, self.tensors[f"{prefix}.condition.weight"]))

    def _stack(
        self, ops: Ops, given: Named, prefix: str, first: Value
    ) -> tuple[Value, Value, Value]:
        """(what is read of the stack, its top, the next state)."""
        config, each = self.config, self.config.states_per_layer
        x, outs, after = first, list[Value](), list[Value]()
        for layer in range(config.layers):
            if layer and config.skip:
                x = ops.join([x, first])
            weights = tuple(self.tensors[f"{prefix}.rnn.{layer}.{part}"] for part in RNN_PARTS)
            state = [ops.row(given[STATE], layer * each + number) for number in range(each)]
            new = CELLS[config.rnn](ops, x, state, weights)
            after += new
            x = new[-1]
            outs.append(x)
        read = ops.join(outs) if config.skip else x
        return read, x, ops.stack(after, 0)

    def _dense(self, ops: Ops, name: str, x: Value) -> Value:
        return ops.linear(x, self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"])
