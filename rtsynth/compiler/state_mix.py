"""States between states of a network: an average, or a moment on the way from one to another.

The vector of each hidden layer is the weighted sum of its vectors. That alone would be too short:
vectors that point elsewhere cancel in part, and what is nearer to rest is quieter. So it is scaled
to the weighted sum of their lengths. What is no layer's vector (codes, the network's input for
them, what tiers gave last, the time of the tiers) is from the state that counts most.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.network_state import voices_of
from rtsynth.engine.program.layout import CONFIG_HIDDEN_START

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
CANCELLED = 1e-4  # of the length that is wanted: what is left has no direction of its own


def mixed_state(compiled: Compiled, states: Sequence[F32], weights: Sequence[float]) -> F32:
    """The state between some of a network, all of as many voices; see above.

    Args:
        states: float32 [floats] each, as `rtsynth.compiler.network_state` has them.
        weights: one for each, from 0 up; of any sum above 0. Of equal ones the first counts most.

    Raises:
        ValueError: a weight is none, or all of them are 0.
    """
    shares = np.asarray(weights, np.float64)
    if len(shares) != len(states) or not (np.isfinite(shares).all() and (shares >= 0).all()):
        raise ValueError("weights are finite numbers from 0 up, one for each state")
    if not shares.any():
        raise ValueError("all weights are 0: one state has to count")
    shares /= shares.max()  # of a sum that is finite
    shares /= shares.sum()
    nearest = int(shares.argmax())
    mixed = states[nearest].copy()
    if shares[nearest] == 1.0:
        return mixed
    first = int(compiled.program.config[CONFIG_HIDDEN_START])
    layers = [(at - first, floats) for tier in compiled.tiers for at, floats in tier.hidden]
    parts = [voices_of(compiled, state) for state in states]
    for number, voice in enumerate(voices_of(compiled, mixed)):
        for at, floats in layers:
            vectors = np.stack([part[number].hidden[at : at + floats] for part in parts])
            voice.hidden[at : at + floats] = _mixed_vector(
                vectors.astype(np.float64), shares, nearest
            )
    return mixed


def _mixed_vector(vectors: F64, shares: F64, nearest: int) -> F64:
    """The weighted sum of vectors [states, units], as long as they are; they may cancel, then the
    nearest alone is scaled.
    """
    wanted = float(shares @ np.linalg.norm(vectors, axis=1))
    total = shares @ vectors
    if np.linalg.norm(total) <= CANCELLED * wanted:
        total = vectors[nearest]
    length = float(np.linalg.norm(total))
    return total * (wanted / length) if length > 0 else total
