"""Growth of a `samplernn` tier, which includes its frame tiers.

What does not depend on the new conditioning (an offset of a range, a parameter that is no longer
there) has to go into a bias: that of the dense layer before a recurrent stack, of the stack where
it has none, or, for the sample tier, of the tier above, whose vectors are added to the same sum.
"""

from collections.abc import Mapping

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.families.classes import condition_size
from rtsynth.families.recurrent import RNN_PARTS
from rtsynth.families.samplernn.spec import GATES, SampleRnnConfig
from rtsynth.plugin.family import read_config
from rtsynth_models.growth.conditioning import Affine, affine, held
from rtsynth_models.growth.layers import given_back, passing
from rtsynth_models.growth.maps import (
    F64,
    NEW,
    Index,
    blocks,
    placed,
    same,
    side_by_side,
    units,
)
from rtsynth_models.growth.request import Growth, check_equal, check_sizes

H0 = "h0"
STRUCTURE = (
    "rnn", "frame_sizes", "window", "embedding_size", "activation", "skip", "direct"
)  # fmt: skip


def grown_samplernn(growth: Growth) -> Mapping[str, F64]:
    """The tensors of the target's tier; see `rtsynth_models.growth`."""
    before, after = (
        read_config(tier, SampleRnnConfig) for tier in (growth.old_tier, growth.new_tier)
    )
    check_equal(growth, before, after, STRUCTURE)
    check_sizes(growth, before, after)
    return _Growing(growth, before, after).run()


class _Growing:
    """One growth: the tensors so far, and what is known of both networks."""

    def __init__(self, growth: Growth, before: SampleRnnConfig, after: SampleRnnConfig) -> None:
        self.growth, self.before, self.after = growth, before, after
        self.old = {name: value.copy() for name, value in growth.old.items()}
        self.fresh = growth.fresh
        self.widths = condition_size(*growth.old_side), condition_size(*growth.new_side)
        self.hidden = before.hidden_size
        self.rows = units(before.hidden_size, after.hidden_size)
        self.out: dict[str, F64] = {}

    def run(self) -> Mapping[str, F64]:
        """All tensors."""
        tiers = len(self.before.frame_sizes)
        for number, frame in enumerate(self.before.frame_sizes):
            self._condition(number, f"frame.{number}", frame)
            self._frame_tier(number, f"frame.{number}", frame)
        self._condition(tiers, "sample", 0)
        if tiers:  # the sample tier's constant part is in its bias, which may have changed
            self._output(tiers - 1, f"frame.{tiers - 1}")
        self._sample_tier(tiers)
        self._initial_state(max(1, tiers))
        return self.out

    def _affine(self, number: int) -> Affine:
        """Of the old conditioning vector that tier `number` reads."""
        if self.after.is_conditioned(number, self.widths[1]):
            return affine(self.growth.old_side, self.growth.new_side, expanded=True)
        return held(self.growth.old_side, expanded=True)

    def _condition(self, number: int, prefix: str, frame: int) -> None:
        """Write the old tensors of a tier as if it had had the new conditioning."""
        old, before, after = self.old, self.before, self.after
        new_width = self.widths[1] if after.is_conditioned(number, self.widths[1]) else 0
        name = f"{prefix}.condition.weight"
        if before.adds_conditioning(number, self.widths[0]):
            mix, weight = self._affine(number), old.pop(name)
            self._add_constant(number, prefix, mix.of_bias(weight))
            if new_width:
                old[name] = mix.of_weights(weight)
        elif after.adds_conditioning(number, self.widths[1]):
            old[name] = np.zeros((self.hidden, new_width))
        if before.joins(number, self.widths[0]) or after.joins(number, self.widths[1]):
            self._joined(number, prefix, frame)

    def _add_constant(self, number: int, prefix: str, constant: F64) -> None:
        """Add a vector [H] to the sum that the conditioning is added to."""
        old = self.old
        if f"{prefix}.expand.bias" in old:
            old[f"{prefix}.expand.bias"] += constant
        elif number:  # the sample tier below a frame tier
            slices = self.before.slices(number - 1)
            old[f"frame.{number - 1}.output.bias"] += np.tile(constant, slices)
        else:  # a single tier: what its recurrent layers read
            for layer, first in self._readers():
                weight = old[f"{prefix}.rnn.{layer}.weight_ih"]
                part = weight[:, first : first + self.hidden]
                old[f"{prefix}.rnn.{layer}.bias_ih"] += part @ constant

    def _readers(self) -> list[tuple[int, int]]:
        """(layer, first column) of the layers of a stack that read its input."""
        above = range(1, self.before.layers) if self.before.skip else ()
        return [(0, 0), *((layer, self.hidden) for layer in above)]

    def _joined(self, number: int, prefix: str, frame: int) -> None:
        """Layers that read [input, conditioning]."""
        mix = self._affine(number)
        inputs = frame or self.before.sample_window * self.before.embedding_size
        joined = self.before.joins(number, self.widths[0])
        width = self.widths[1] if self.after.joins(number, self.widths[1]) else 0
        for layer, first in self._readers():
            name = f"{prefix}.rnn.{layer}.weight_ih"
            weight = self.old[name]
            kept = weight[:, : first + inputs]
            read = weight[:, first + inputs :] if joined else np.zeros((len(weight), 0))
            new = mix.of_weights(read) if joined and width else np.zeros((len(weight), width))
            self.old[name] = np.hstack([kept, new])
            self.old[f"{prefix}.rnn.{layer}.bias_ih"] += mix.of_bias(read) if joined else 0.0

    def _frame_tier(self, number: int, prefix: str, frame: int) -> None:
        expanded = self.before.expands(number, self.widths[0])
        expands = self.after.expands(number, self.widths[1])
        weight, bias = f"{prefix}.expand.weight", f"{prefix}.expand.bias"
        columns, size = self.rows, self.hidden
        if expanded and not expands:
            self._fold_dense(prefix)
            expanded = False
        if expanded:
            self._place(weight, self.rows, same(frame))
            self._place(bias, self.rows)
        elif expands:  # a dense layer that hands the frame through
            if self.after.hidden_size < frame:
                raise InputError(
                    f"hidden_size {self.after.hidden_size} is below the {frame} samples of a frame,"
                    f" which {self.growth.source.name!r} reads without conditioning; set it to"
                    f" {frame} or more, or leave the conditioning of the top tier out"
                )
            self.out[weight] = self.fresh[weight].copy()
            self.out[bias] = self.fresh[bias].copy()
            self.out[weight][:frame], self.out[bias][:frame] = np.eye(frame), 0.0
            columns, size = units(frame, self.after.hidden_size), frame
        else:
            joined = self.widths[1] if self.after.joins(number, self.widths[1]) else 0
            columns, size = same(frame + joined), frame + joined
        condition = f"{prefix}.condition.weight"
        if condition in self.old:
            self._place(condition, self.rows, same(self.widths[1]))
            if expands and not expanded:
                self.out[condition][:frame] = 0.0
        self._stack(prefix, columns, size)
        self._output(number, prefix)

    def _fold_dense(self, prefix: str) -> None:
        """The dense layer before a stack, which the new network lacks, as a part of its layers."""
        dense, bias = self.old[f"{prefix}.expand.weight"], self.old[f"{prefix}.expand.bias"]
        for layer, first in self._readers():
            name = f"{prefix}.rnn.{layer}.weight_ih"
            weight = self.old[name]
            read = weight[:, first : first + self.hidden]
            self.old[name] = np.hstack([weight[:, :first], read @ dense])
            self.old[f"{prefix}.rnn.{layer}.bias_ih"] += read @ bias

    def _stack(self, prefix: str, columns: Index, size: int) -> None:
        """The recurrent layers; `columns` maps the input, of which the old one has `size`."""
        rows = blocks(GATES[self.before.rnn], self.rows, self.hidden)
        reads_last = not (self.before.skip and self._concatenates(prefix))
        for layer in range(self.after.layers):
            names = {part: f"{prefix}.rnn.{layer}.{part}" for part in RNN_PARTS}
            if layer < self.before.layers:
                read = columns
                if layer:
                    above = [(columns, size)] if self.before.skip else []
                    read = side_by_side([(self.rows, self.hidden), *above])
                self._place(names["weight_ih"], rows, read)
                self._place(names["weight_hh"], rows, self.rows)
                self._place(names["bias_ih"], rows)
                self._place(names["bias_hh"], rows)
                continue
            parts = {part: self.fresh[name] for part, name in names.items()}
            if reads_last:
                first = layer == self.before.layers
                parts = passing(self.before.rnn, parts, self.rows, first)
            self.out |= {names[part]: value for part, value in parts.items()}

    def _concatenates(self, prefix: str) -> bool:
        """Whether the outputs of all layers are read, with `skip`: not in a single tier that has
        its dense layer before the RNN.
        """
        return prefix != "sample" or self.before.direct

    def _read(self, prefix: str) -> tuple[Index, float]:
        """The map of what reads a stack, and the factor of its weights."""
        if self.before.skip and self._concatenates(prefix):
            added = np.full(len(self.rows), NEW, np.int64)
            parts = [(self.rows, self.hidden)] * self.before.layers
            parts += [(added, 0)] * (self.after.layers - self.before.layers)
            return side_by_side(parts), 1.0
        return self.rows, given_back(self.before.rnn, self.after.layers - self.before.layers)

    def _output(self, number: int, prefix: str) -> None:
        columns, back = self._read(prefix)
        rows = blocks(self.before.slices(number), self.rows, self.hidden)
        self._place(f"{prefix}.output.weight", rows, columns, back)
        self._place(f"{prefix}.output.bias", rows)

    def _sample_tier(self, tiers: int) -> None:
        rows = self.rows
        if "sample.embedding" in self.old:
            self.out["sample.embedding"] = self.old["sample.embedding"]
        if "sample.condition.weight" in self.old:
            self._place("sample.condition.weight", rows, same(self.widths[1]))
        if not tiers:
            joined = self.widths[1] if self.after.joins(0, self.widths[1]) else 0
            inputs = self.before.sample_window * self.before.embedding_size + joined
            direct = self.before.direct
            self._stack(
                "sample", same(inputs) if direct else rows, inputs if direct else self.hidden
            )
        columns, back = (rows, 1.0) if tiers else self._read("sample")
        if 1 in self.before.dense_layers:
            self._place("sample.1.weight", rows, columns, back)
            self._place("sample.1.bias", rows)
            columns, back = rows, 1.0
        else:
            self._place("sample.1.weight", rows, same(self.old["sample.1.weight"].shape[1]))
        self._place("sample.2.weight", rows, columns, back)
        self._place("sample.2.bias", rows)
        self._place("sample.3.weight", rows, rows)
        self._place("sample.3.bias", rows)
        self._place("sample.4.weight", same(len(self.old["sample.4.bias"])), rows)
        self.out["sample.4.bias"] = self.old["sample.4.bias"]

    def _initial_state(self, stacks: int) -> None:
        """From zeros in new layers, and where the source says none."""
        each = self.before.states_per_layer
        size = self.before.layers * each
        added = np.full((self.after.layers - self.before.layers) * each, NEW, np.int64)
        rows = side_by_side([(np.concatenate([same(size), added]), size)] * stacks)
        self.out[H0] = np.zeros_like(self.fresh[H0])
        if H0 in self.old:
            self.out[H0] = placed(self.out[H0], self.old[H0], rows, self.rows)

    def _place(
        self, name: str, rows: Index, columns: Index | None = None, factor: float = 1.0
    ) -> None:
        self.out[name] = placed(self.fresh[name], self.old[name] * factor, rows, columns)
