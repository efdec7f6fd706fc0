"""How unsure a network is: the entropy in bits of what a tier draws from, read off a voice.

Of a code it is that of the probabilities it was drawn with last: behind temperature and cuts. Of
values it is the differential entropy, the mean over a tier's values, relative to the range that the
network's values 0..1 stand for: 0 bits is as unsure as can be within the range, and each bit less
halves the span that is likely.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.anatomy import Draw
from rtsynth.engine.program.layout import (
    HEADER_FLOATS,
    HIGH,
    LOW,
    OFFSET,
    PARAMETER_FLOATS,
    TEMPERATURE,
    VALUE,
    Program,
)
from rtsynth.engine.program.ops import Categorical, Mixture, Normal

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

COLDEST = 1e-3  # temperatures below take the most probable code
LEAST_WIDTH = 1e-9
LEAST_BITS = -60.0  # what is lower, or no number, is shown as this
LEAST_DENSITY = 1e-300
PLACES = np.linspace(-7.0, 7.0, 57)  # in widths of a component


class Kind(NamedTuple):
    """What is drawn, and the most bits that it can have."""

    name: str
    most_bits: float


def kind_of(draw: Draw) -> Kind:
    """Of a code: log2 of the number of codes. Of values: 0, see above."""
    match draw.op:
        case Categorical(levels=levels):
            return Kind("codes", math.log2(max(levels, 1)))
        case Normal():
            return Kind("normal", 0.0)
        case Mixture():
            return Kind("mixture", 0.0)


def bits_of(draw: Draw, program: Program, voice: F32) -> float:
    """The entropy of what one voice [arena floats] of a program last drew from there, in bits."""
    op = draw.op
    with np.errstate(all="ignore"):  # a voice may be read while it is written
        if isinstance(op, Categorical):
            if row_value(program, voice, TEMPERATURE) < COLDEST:
                return 0.0
            bits = entropy_bits(voice[op.scratch : op.scratch + op.levels].astype(np.float64))
        elif isinstance(op, Normal):
            sigma = voice[op.sigma : op.sigma + op.size * op.stride : op.stride]
            beta = max(row_value(program, voice, op.beta_row), COLDEST)
            bits = float(np.mean(normal_bits(softplus(sigma.astype(np.float64), beta))))
        else:
            shape, count = (op.components, op.size), op.components * op.size
            parts = [
                voice[at : at + count].astype(np.float64).reshape(shape)
                for at in (op.mu, op.sigma, op.pi)
            ]
            bits = float(np.mean(mixture_bits(*parts)))
    return max(bits, LEAST_BITS) if math.isfinite(bits) else LEAST_BITS


def row_value(program: Program, voice: F32, row: int) -> float:
    """A row of the parameter table as the sound has it, with what modulation adds."""
    at = HEADER_FLOATS + row * PARAMETER_FLOATS
    value, offset = float(voice[at + VALUE]), float(voice[at + OFFSET])
    if offset == 0.0:
        return value
    low, high = float(program.ranges[row, LOW]), float(program.ranges[row, HIGH])
    return min(max(value + offset, min(low, value)), max(high, value))


def entropy_bits(shares: F64) -> float:
    """Of probabilities [Q] >= 0, which need not add up to 1; 0 where they are all 0."""
    kept = shares[shares > 0]
    total = kept.sum()
    return float(np.log2(total) - (kept @ np.log2(kept)) / total) if total > 0 else 0.0


def softplus(raw: F64, beta: float) -> F64:
    """log(1 + exp(beta raw)) / beta."""
    return np.logaddexp(0.0, beta * raw) / beta


def normal_bits(width: F64) -> F64:
    """Of normal distributions of these standard deviations."""
    return np.log2(np.maximum(width, LEAST_WIDTH)) + 0.5 * math.log2(2 * math.pi * math.e)


def mixture_bits(mu: F64, sigma: F64, share: F64) -> F64:
    """Of mixtures of normal distributions, [K, D] each: [D].

    There is no closed form: -p log2 p is added up at places that are dense about every component.
    """
    width = np.maximum(sigma, LEAST_WIDTH)
    x = np.sort((mu.T[..., None] + width.T[..., None] * PLACES).reshape(mu.shape[1], -1), axis=1)
    z = (x - mu[..., None]) / width[..., None]  # [K, D, places]
    height = share / share.sum(axis=0) / (width * math.sqrt(2 * math.pi))
    p = (height[..., None] * np.exp(-0.5 * z * z)).sum(axis=0)
    bits: F64 = np.trapezoid(-p * np.log2(np.maximum(p, LEAST_DENSITY)), x, axis=1)
    return bits
