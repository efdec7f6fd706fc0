"""One step of every recurrent layer, and what networks of several families are made of.

Formulas and the order of gates are those of `rtsynth_models.cells`. A layer's state is a list: of a
GRU [h], of an LSTM [c, h], of a phased LSTM [h, c].
"""

from collections.abc import Sequence

import numpy as np

from rtsynth_models.exports.ops import Array, Ops, Value

Weights = Sequence[Array]  # weight_ih, weight_hh, bias_ih, bias_hh
LEAK = 0.001  # of a phased LSTM


def _number(ops: Ops, number: float) -> Value:
    return ops.constant(np.array([number], np.float32))


def pieces(ops: Ops, x: Value, count: int, size: int) -> list[Value]:
    """x [N, count size] as `count` vectors."""
    return [ops.columns(x, number * size, (number + 1) * size) for number in range(count)]


def gru(ops: Ops, x: Value, state: Sequence[Value], weights: Weights) -> list[Value]:
    """PyTorch's: the reset gate behind the candidate's matrix."""
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    (hidden,), units = state, weight_hh.shape[1]
    if (whole := ops.gru(x, hidden, weights)) is not None:
        return [whole]
    seen = pieces(ops, ops.linear(x, weight_ih, bias_ih), 3, units)
    kept = pieces(ops, ops.linear(hidden, weight_hh, bias_hh), 3, units)
    reset, update = (ops.sigmoid(ops.add(seen[gate], kept[gate])) for gate in (0, 1))
    new = ops.tanh(ops.add(seen[2], ops.multiply(reset, kept[2])))
    return [ops.add(new, ops.multiply(update, ops.subtract(hidden, new)))]


def gru_reset_before(ops: Ops, x: Value, state: Sequence[Value], weights: Weights) -> list[Value]:
    """The original SampleRNN's: the reset gate before the candidate's matrix."""
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    (hidden,), units = state, weight_hh.shape[1]
    seen = pieces(ops, ops.linear(x, weight_ih, bias_ih + bias_hh), 3, units)
    kept = pieces(ops, ops.linear(hidden, weight_hh[: 2 * units]), 2, units)
    reset, update = (ops.sigmoid(ops.add(seen[gate], kept[gate])) for gate in (0, 1))
    candidate = ops.linear(ops.multiply(reset, hidden), weight_hh[2 * units :])
    new = ops.tanh(ops.add(seen[2], candidate))
    return [ops.add(new, ops.multiply(update, ops.subtract(hidden, new)))]


def lstm(ops: Ops, x: Value, state: Sequence[Value], weights: Weights) -> list[Value]:
    """Gates i, f, g, o."""
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    (cell, hidden), units = state, weight_hh.shape[1]
    both = ops.add(ops.linear(x, weight_ih, bias_ih), ops.linear(hidden, weight_hh, bias_hh))
    i, f, g, o = pieces(ops, both, 4, units)
    cell = ops.add(ops.multiply(ops.sigmoid(f), cell), ops.multiply(ops.sigmoid(i), ops.tanh(g)))
    return [cell, ops.multiply(ops.sigmoid(o), ops.tanh(cell))]


CELLS = {"gru": gru, "gru_reset_before": gru_reset_before, "lstm": lstm}


def phased_lstm(
    ops: Ops, x: Value, state: Sequence[Value], weights: Weights, opened: Value
) -> list[Value]:
    """Gates i, f, o, g; `opened` is k [N, H], how far each unit is open."""
    weight_ih, weight_hh, bias, _ = weights
    (hidden, cell), units = state, weight_hh.shape[1]
    both = ops.add(ops.linear(x, weight_ih), ops.linear(hidden, weight_hh, bias))
    i, f, o, g = pieces(ops, both, 4, units)
    candidate = ops.add(
        ops.multiply(ops.sigmoid(f), cell), ops.multiply(ops.sigmoid(i), ops.tanh(g))
    )
    kept = ops.subtract(_number(ops, 1), opened)
    new = ops.multiply(ops.sigmoid(o), ops.tanh(candidate))
    return [
        ops.add(ops.multiply(opened, new), ops.multiply(kept, hidden)),
        ops.add(ops.multiply(opened, candidate), ops.multiply(kept, cell)),
    ]


def openness(ops: Ops, step: Value, period: Array, shift: Array, ratio_on: Array) -> Value:
    """k [N, H] at the steps `step`, int64 [N, 1]; the clock is computed in float64."""
    tau, on = np.asarray(period, np.float64)[None], np.asarray(ratio_on, np.float32)[None]
    since = ops.subtract(ops.double(step), ops.constant(np.asarray(shift, np.float64)[None]))
    clock = ops.divide(ops.remainder(since, ops.constant(tau)), ops.constant(tau))
    phase = ops.single(clock)
    rising = ops.divide(ops.multiply(phase, _number(ops, 2)), ops.constant(on))
    falling = ops.subtract(_number(ops, 2), rising)
    closed = ops.multiply(phase, _number(ops, LEAK))
    later = ops.choose(phase, ops.constant(on), falling, closed)
    return ops.choose(phase, ops.constant(on / 2), rising, later)


def with_classes(ops: Ops, conditioning: Value, counts: Sequence[int]) -> Value:
    """The conditioning vector [N, C'] of values 0..1 [N, C]: a class becomes the weights of all.

    w_k = max(0, 1 - |x (count - 1) - k|), see `rtsynth.families.classes`.
    """
    if all(count == 1 for count in counts):
        return conditioning
    parts = []
    for number, count in enumerate(counts):
        value = ops.columns(conditioning, number, number + 1)
        if count > 1:
            place = ops.multiply(value, _number(ops, count - 1))
            away = ops.subtract(place, ops.constant(np.arange(count, dtype=np.float32)[None]))
            value = ops.relu(ops.subtract(_number(ops, 1), ops.absolute(away)))
        parts.append(value)
    return ops.join(parts)
