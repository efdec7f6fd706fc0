"""One step of one row of a GRU, forward and back, in its two forms.

PyTorch's, whose reset gate r follows the recurrent matrix (as in torch.nn.GRU):

    r = sigmoid(x_r + h_r)   z = sigmoid(x_z + h_z)   n = tanh(x_n + r h_n)
    h' = (1 - z) n + z h

The original SampleRNN's, whose reset gate comes before it (Cho et al. 2014, the first version):

    r = sigmoid(x_r + h_r)   z = sigmoid(x_z + h_z)   n = tanh(x_n + (r h)_n)
    h' = (1 - z) n + z h

x_r is the input's contribution to r, h_r that of the state by way of the recurrent matrix. A row
of gates [3H] holds the input's contributions before a step and r, z, n after it; on the way back
it is overwritten with the gradients of what was before the nonlinearities.
"""

import numpy as np

from rtsynth_models.cells.jit import trainer_jit


@trainer_jit(inline="always")
def tanh(x):
    # A ratio of polynomials good to a few float32 roundings on |x| < 7.9, beyond which tanh
    # is 1 in float32; plain arithmetic, so the loops around it vectorise (libm's would not).
    x = min(max(x, np.float32(-7.90531110763549805)), np.float32(7.90531110763549805))
    s = x * x
    p = np.float32(-2.76076847742355e-16)
    p = p * s + np.float32(2.00018790482477e-13)
    p = p * s + np.float32(-8.60467152213735e-11)
    p = p * s + np.float32(5.12229709037114e-08)
    p = p * s + np.float32(1.48572235717979e-05)
    p = p * s + np.float32(6.37261928875436e-04)
    p = p * s + np.float32(4.89352455891786e-03)
    q = np.float32(1.19825839466702e-06)
    q = q * s + np.float32(1.18534705686654e-04)
    q = q * s + np.float32(2.26843463243900e-03)
    q = q * s + np.float32(4.89352518554385e-03)
    return x * p / q


@trainer_jit(inline="always")
def sigmoid(x):
    half = np.float32(0.5)
    return half + half * tanh(half * x)


@trainer_jit()
def forward(gate, recurrent, bias_hn, before, after, hn):
    """PyTorch's step.

    `recurrent` [3H] is the product of the state `before` [H] with the recurrent matrix; `after`
    [H] receives the new state and `hn` [H] h_n. All biases but `bias_hn` are in `gate`.
    """
    units = before.size
    one = np.float32(1)
    for j in range(2 * units):
        gate[j] = sigmoid(gate[j] + recurrent[j])
    for j in range(units):
        hn[j] = recurrent[2 * units + j] + bias_hn[j]
        new = tanh(gate[2 * units + j] + gate[j] * hn[j])
        gate[2 * units + j] = new
        z = gate[units + j]
        after[j] = (one - z) * new + z * before[j]


@trainer_jit()
def backward(gate, before, hn, out, state, into_hidden):
    """PyTorch's step, backwards.

    `into_hidden` [3H] receives the gradient of the state's contribution. `out` [H] is the gradient
    of the output, `state` [H] that of the state after the step; `state` is left holding what
    reaches the state before the step past the matrix.
    """
    units = before.size
    one = np.float32(1)
    for j in range(units):
        r, z, n = gate[j], gate[units + j], gate[2 * units + j]
        d = state[j] + out[j]
        dn = d * (one - z) * (one - n * n)
        dz = d * (before[j] - n) * z * (one - z)
        dr = dn * hn[j] * r * (one - r)
        gate[j], gate[units + j], gate[2 * units + j] = dr, dz, dn
        into_hidden[j], into_hidden[units + j], into_hidden[2 * units + j] = dr, dz, dn * r
        state[j] = d * z


@trainer_jit()
def reset_forward(gate, recurrent, before, reset):
    """SampleRNN's step up to the second product: `reset` [H] receives r h.

    `recurrent` [2H] is the product of the state `before` [H] with the matrix's part for r and z.
    """
    units = before.size
    for j in range(2 * units):
        gate[j] = sigmoid(gate[j] + recurrent[j])
    for j in range(units):
        reset[j] = gate[j] * before[j]


@trainer_jit()
def candidate_forward(gate, recurrent, before, after):
    """The rest of SampleRNN's step: `recurrent` [H] is the product of r h with the part for n."""
    units = before.size
    one = np.float32(1)
    for j in range(units):
        new = tanh(gate[2 * units + j] + recurrent[j])
        gate[2 * units + j] = new
        z = gate[units + j]
        after[j] = (one - z) * new + z * before[j]


@trainer_jit()
def candidate_backward(gate, before, out, state):
    """`candidate_forward` backwards; `out` and `state` are as in `backward`."""
    units = before.size
    one = np.float32(1)
    for j in range(units):
        z, n = gate[units + j], gate[2 * units + j]
        d = state[j] + out[j]
        gate[units + j] = d * (before[j] - n) * z * (one - z)
        gate[2 * units + j] = d * (one - z) * (one - n * n)
        state[j] = d * z


@trainer_jit()
def reset_backward(gate, before, into_reset, state):
    """`reset_forward` backwards: `into_reset` [H] is the gradient of r h."""
    units = before.size
    one = np.float32(1)
    for j in range(units):
        r = gate[j]
        state[j] += into_reset[j] * r
        gate[j] = into_reset[j] * before[j] * r * (one - r)
