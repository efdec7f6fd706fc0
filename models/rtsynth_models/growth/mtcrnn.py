"""Growth of an `mtcrnn` tier: any of MTCRNN's networks.

Values that it generates are matched by name like parameters; there may be more of them. Their
ranges have to stay: the deviation of a draw is no linear function of its network's output.
"""

from collections.abc import Mapping

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.families.mtcrnn.spec import (
    CLOCK,
    COMMON_STACK,
    WIDENING,
    MtcrnnConfig,
    gru_names,
    phased_cell,
)
from rtsynth.families.recurrent import RNN_PARTS
from rtsynth_models.growth.conditioning import affine
from rtsynth_models.growth.layers import ALWAYS_OPEN, SCALE, given_back, passing
from rtsynth_models.growth.maps import F64, NEW, Index, blocks, chosen, placed, same, units
from rtsynth_models.growth.request import Growth, check_equal, check_sizes

BELOW = 1 / 64  # of what a passing layer reads that comes from a dense layer, which has no bound
_PATH = "out_pro."


def grown_mtcrnn(growth: Growth) -> Mapping[str, F64]:
    """The tensors of the target's tier; see `rtsynth_models.growth`."""
    before = MtcrnnConfig.of_tier(*growth.old_side)
    after = MtcrnnConfig.of_tier(*growth.new_side)
    check_equal(growth, before, after, ("network", "phased", "one_hot"))
    check_sizes(growth, before, after)
    _check_outputs(growth)
    return _Growing(growth, before, after).run()


def _check_outputs(growth: Growth) -> None:
    old, new = growth.old_tier.outputs, growth.new_tier.outputs
    for name in old:
        if name not in new:
            raise InputError(
                f"tier {growth.new_tier.name!r} does not generate {name!r}, as"
                f" {growth.source.name!r} does; add it to generate, or start from nothing"
            )
        (low, high), (lowest, highest) = (
            next(each for each in manifest.parameters if each.name == name).network_range
            for manifest in (growth.source, growth.target)
        )
        if (low, high) != (lowest, highest):
            raise InputError(
                f"parameter {name!r} is generated from {lowest:g} to {highest:g}, by"
                f" {growth.source.name!r} from {low:g} to {high:g}; set network_minimum = {low:g}"
                f" and network_maximum = {high:g}"
            )


class _Growing:
    """One growth: the tensors so far, and what is known of both networks."""

    def __init__(self, growth: Growth, before: MtcrnnConfig, after: MtcrnnConfig) -> None:
        self.growth, self.before, self.after = growth, before, after
        self.rows = units(before.hidden_size, after.hidden_size)
        self.outputs = chosen(growth.old_tier.outputs, growth.new_tier.outputs)
        if before.audio:
            self.outputs = same(1)
        self.added = after.layers - before.layers
        # A mixture's head bends what it reads: what passes on stands below its last layer.
        self.below = self.added > 0 and before.output == "mixture"
        self.out: dict[str, F64] = {}

    def run(self) -> Mapping[str, F64]:
        """All tensors."""
        self._dense()
        if self.before.phased:
            self._phased()
        for stack in self.after.stacks:
            old = self._old_name(stack)
            if old is None:
                self._fresh(f"{stack}.")
            else:
                self._stack(old, stack)
        self._heads()
        return self.out

    def _old_name(self, name: str) -> str | None:
        """What the part of a generated value is called in the source; None for a new one."""
        if not name.startswith(_PATH):
            return name
        _, number, rest = name.split(".", 2)
        old = int(self.outputs[int(number)])
        return None if old == NEW else f"{_PATH}{old}.{rest}"

    def _fresh(self, prefix: str) -> None:
        self.out |= {
            name: value for name, value in self.growth.fresh.items() if name.startswith(prefix)
        }

    def _dense(self) -> None:
        old, before, after = self.growth.old, self.before, self.after
        mix = affine(self.growth.old_side, self.growth.new_side)
        weight = old["i2d.weight"]
        made = before.levels if before.one_hot else before.generated
        generated = same(made) if before.audio else self.outputs
        read = np.zeros((len(weight), len(generated)))
        read[:, generated != NEW] = weight[:, generated[generated != NEW]]
        seen = weight[:, made:]
        weight = np.hstack([read, mix.of_weights(seen)])
        bias = old["i2d.bias"] + mix.of_bias(seen)
        rows = self.rows
        if before.structure.widened:
            wide = WIDENING * before.inputs, WIDENING * after.inputs
            if wide[1] < wide[0]:
                raise InputError(
                    f"tier {self.growth.new_tier.name!r}: network {before.network} has units for"
                    f" each of its inputs, of which {self.growth.source.name!r} has more; keep its"
                    " parameters, or start from nothing"
                )
            rows = units(*wide)
            self._place("d2h.weight", old["d2h.weight"], self.rows, rows)
            self._place("d2h.bias", old["d2h.bias"], self.rows)
        self._place("i2d.weight", weight, rows, same(weight.shape[1]))
        self._place("i2d.bias", bias, rows)

    def _source_layer(self, layer: int) -> int | None:
        """Which layer of the source is this one; None: it passes on."""
        if self.below:
            if layer == self.after.layers - 1:
                return self.before.layers - 1
            return layer if layer < self.before.layers - 1 else None
        return layer if layer < self.before.layers else None

    @property
    def _scale(self) -> float:
        """Of what the first passing layer reads."""
        return BELOW if self.below and self.before.layers == 1 else SCALE

    @property
    def _back(self) -> float:
        return given_back("phased" if self.before.phased else "gru", self.added, self._scale)

    def _first_passing(self, layer: int) -> bool:
        return layer == 0 or self._source_layer(layer - 1) is not None

    def _reads_passed(self, stack: str, layer: int) -> bool:
        """Whether a layer of the source reads what passing layers give."""
        if self.below:
            return layer == self.after.layers - 1
        behind = self.before.structure.common and stack != COMMON_STACK
        return layer == 0 and behind and self.added > 0

    def _stack(self, old_stack: str, stack: str) -> None:
        gates = blocks(3, self.rows, self.before.hidden_size)
        for layer in range(self.after.layers):
            names, source = gru_names(stack, layer), self._source_layer(layer)
            if source is None:
                parts = {
                    part: self.growth.fresh[name]
                    for part, name in zip(RNN_PARTS, names, strict=True)
                }
                through = passing("gru", parts, self.rows, self._first_passing(layer), self._scale)
                self.out |= {
                    name: through[part] for name, part in zip(names, RNN_PARTS, strict=True)
                }
                continue
            factor = self._back if self._reads_passed(stack, layer) else 1.0
            old_names = gru_names(old_stack, source)
            for number, (name, old_name) in enumerate(zip(names, old_names, strict=True)):
                value = self.growth.old[old_name] * (factor if number == 0 else 1.0)
                self._place(name, value, gates, self.rows if number < 2 else None)

    def _phased(self) -> None:
        gates = blocks(4, self.rows, self.before.hidden_size)
        for layer in range(self.after.layers):
            cell, source = phased_cell(layer), self._source_layer(layer)
            names = [f"{cell}.{part}" for part in ("linear_ih.weight", "linear_hh.weight", "bias")]
            if source is None:
                parts = {name: self.growth.fresh[name] for name in names}
                self.out |= passing("phased", parts, self.rows, self._first_passing(layer))
                for part in CLOCK:
                    value = self.growth.fresh[f"{cell}.{part}"].copy()
                    value[self.rows != NEW] = ALWAYS_OPEN[part]
                    self.out[f"{cell}.{part}"] = value
                continue
            old = phased_cell(source)
            for name in names:
                value = self.growth.old[name.replace(cell, old, 1)]
                self._place(name, value, gates, self.rows if value.ndim == 2 else None)
            for part in CLOCK:
                self._place(f"{cell}.{part}", self.growth.old[f"{old}.{part}"], self.rows)

    def _heads(self) -> None:
        back = 1.0 if self.below else self._back
        for head in self.after.heads:
            old = self._old_name(head.name)
            if old is None:
                self._fresh(f"{head.name}.")
                continue
            weight, bias = self.growth.old[f"{old}.weight"], self.growth.old[f"{old}.bias"]
            rows = same(len(bias))
            if head.rows.of == "outputs":
                rows = blocks(head.rows.times, self.outputs, self.before.generated)
            self._place(f"{head.name}.weight", weight * back, rows, self.rows)
            self._place(f"{head.name}.bias", bias, rows)

    def _place(self, name: str, old: F64, rows: Index, columns: Index | None = None) -> None:
        self.out[name] = placed(self.growth.fresh[name], old, rows, columns)
