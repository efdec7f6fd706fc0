"""Values that the tiers above the audio generate: drawing them, and carrying them downwards.

A *value* is a generated parameter as the network sees it. Its tier draws one every step; a tier
below reads it at its own rate, upsampled. On that way a performer can scale it, offset it, or take
it over: the input of the tier above remains what it drew itself, which is there when the value is
released again.
"""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.scalar import exp, normal_quantile, softplus
from rtsynth.engine.program.layout import LEAST_SHARE
from rtsynth.engine.run.rng import uniform

FARTHEST = np.float32(100.0)  # a network that runs away still gives numbers
LEAST_BETA = 1e-3


@jit()
def upsampled(current, previous, position, linear):
    """A value between two steps of its tier; `position` 0..1 is how much of a step has passed.

    "hold" is the last value. "linear" goes from the one before to the last, and so arrives a whole
    step late: it is np.interp of the drawn values, delayed by a step.
    """
    if linear:
        return previous + (current - previous) * position
    return current


@jit()
def controlled(value, low, span, knob, take, offset, scale):
    """A value with its controls, as the network sees it; low + value * span is in its unit.

    Scaled, offset by `offset` of the unit, and then moved towards the knob as far as `take` says.
    With scale 1, offset 0 and take 0 it is `value`, to the bit.
    """
    if scale != np.float32(1.0) or offset != np.float32(0.0):
        value = value * scale + (low * (scale - np.float32(1.0)) + offset) / span
    if take == np.float32(0.0):
        return value
    held = (knob - low) / span
    if take >= np.float32(1.0):
        return held
    return value + (held - value) * take


@jit()
def _put(arena, at, previous, value):
    """The value drawn; too large a one is cut off, and what is no number leaves the last one.

    The first one after a reset has none before it: `previous`, no number then, becomes the same.
    """
    first = np.isnan(arena[previous])
    arena[previous] = arena[at]
    if not np.isnan(value):
        arena[at] = min(max(np.float32(value), -FARTHEST), FARTHEST)
    if first:
        arena[previous] = arena[at]


@jit()
def draw_normal(header, header_at, arena, mu, sigma, size, stride, at, previous, beta):
    """Draw mu + eps softplus(sigma_raw, beta) for `size` values; the old ones go to `previous`.

    eps is within +-5.3, where the random numbers end: one of eight million would lie beyond. mu and
    sigma_raw of neighbours lie `stride` apart.
    """
    for i in range(size):
        raw = np.float64(arena[sigma + i * stride])
        width = softplus(raw, max(np.float64(beta), LEAST_BETA))
        eps = normal_quantile(np.float64(uniform(header, header_at)))
        centre = np.float64(arena[mu + i * stride])
        _put(arena, at + i, previous + i, centre + eps * width)


@jit()
def mixture_head(arena, sigma, pi, components, size, beta):
    """In place: sigma_raw -> softplus(., beta), pi -> softmax over components; both [K, size]."""
    for i in range(size):
        peak = np.float64(arena[pi + i])
        for k in range(components):
            at = k * size + i
            width = softplus(np.float64(arena[sigma + at]), max(np.float64(beta), LEAST_BETA))
            arena[sigma + at] = np.float32(width)
            peak = max(peak, np.float64(arena[pi + at]))
        total = 0.0
        for k in range(components):
            total += exp(np.float64(arena[pi + k * size + i]) - peak)
        for k in range(components):
            at = pi + k * size + i
            arena[at] = np.float32(exp(np.float64(arena[at]) - peak) / total)


@jit()
def component_of(u, arena, pi, components, stride):
    """Which component `u` (0 < u < 1) falls on; their shares lie `stride` apart from `pi` on.

    One of less than LEAST_SHARE of the largest share is never chosen.
    """
    best, total = 0, np.float32(0.0)
    for k in range(1, components):
        if arena[pi + k * stride] > arena[pi + best * stride]:
            best = k
    least = arena[pi + best * stride] * np.float32(LEAST_SHARE)
    for k in range(components):
        if arena[pi + k * stride] >= least:
            total += arena[pi + k * stride]
    rest = u * total
    for k in range(components):
        share = arena[pi + k * stride]
        if share >= least and rest < share:
            return k
        if share >= least:
            rest -= share
    return best  # rounding left a little of `rest` behind the last one


@jit()
def draw_mixture(header, header_at, arena, mu, sigma, pi, components, size, at, previous):
    """Draw every value from its mixture of normal distributions; arrays [K, size]."""
    for i in range(size):
        chosen = component_of(uniform(header, header_at), arena, pi + i, components, size)
        eps = normal_quantile(np.float64(uniform(header, header_at)))
        component = chosen * size + i
        width = np.float64(arena[sigma + component])
        _put(arena, at + i, previous + i, np.float64(arena[mu + component]) + eps * width)
