"""What an engine says of the network of a slot: its structure, and what it is doing now.

Text and numbers from the network are never trusted: anything malformed raises ValueError.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth_gui.link.description import MALFORMED

MOST_LAYERS = 256
MOST_SHOWN = 1024  # units of a layer
MOST_TIERS = 64
MOST_VALUES = 512
MIDDLE = 128  # what stands for 0 in `NetworkState.hidden`


class NetworkState(NamedTuple):
    """What a network is doing: of which voice (from 1), and arrays.

    `hidden` [units shown] is 1..255 for -1..1, `bits` [tiers], `values` [generated].
    """

    voice: int
    hidden: NDArray[np.uint8]
    bits: NDArray[np.float32]
    values: NDArray[np.float32]


class Layer(NamedTuple):
    """A recurrent layer: so many of its units are shown."""

    tier: str
    name: str
    units: int
    shown: int


class Draw(NamedTuple):
    """What a tier draws, and how unsure it can be."""

    tier: str
    kind: str  # "codes", or a distribution of values
    most_bits: float
    rate_hz: float


@dataclass(frozen=True)
class Structure:
    """What there is to see of a network; in the order in which states have it."""

    voices: int
    voice: int  # that was chosen; 0: the first that sounds
    layers: tuple[Layer, ...]
    draws: tuple[Draw, ...]
    values: tuple[str, ...]

    def fits(self, state: NetworkState) -> bool:
        """Whether a state is of this network, and not of one before or after it."""
        shown = sum(layer.shown for layer in self.layers)
        sizes = (len(state.hidden), len(state.bits), len(state.values))
        return sizes == (shown, len(self.draws), len(self.values))

    def looks_like(self, other: "Structure") -> bool:
        """Whether it is the same network, in as many voices or not."""
        return (self.layers, self.draws, self.values) == (other.layers, other.draws, other.values)


def parse_state(arguments: Sequence[object]) -> NetworkState:
    """The arguments of /slot/N/network/state.

    Raises:
        ValueError: they are of another kind.
    """
    voice, hidden, *floats = arguments
    if type(voice) is not int or not isinstance(hidden, bytes) or len(floats) != 2:
        raise ValueError("it has a voice and three blobs")
    if len(hidden) > MOST_LAYERS * MOST_SHOWN:
        raise ValueError(f"{len(hidden)} units")
    shifted = np.frombuffer(hidden, np.int8).astype(np.int16) + MIDDLE
    return NetworkState(voice, shifted.astype(np.uint8), *(_floats(blob) for blob in floats))


def _floats(blob: object) -> NDArray[np.float32]:
    if not isinstance(blob, bytes) or len(blob) % 4:
        raise ValueError("a blob of 4-byte floats is something else")
    numbers = np.frombuffer(blob, "<f4").astype(np.float32)
    return np.nan_to_num(numbers, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def parse_structure(text: str) -> Structure:
    """The JSON of /slot/N/network.

    Raises:
        ValueError: it is none, or a field is missing, of a wrong type or out of range.
    """
    try:
        fields: dict[str, Any] = json.loads(text)
        structure = Structure(
            int(fields["voices"]),
            int(fields["voice"]),
            tuple(_layer(each) for each in fields["layers"][: MOST_LAYERS + 1]),
            tuple(_draw(each) for each in fields["draws"][: MOST_TIERS + 1]),
            tuple(str(name) for name in fields["values"][: MOST_VALUES + 1]),
        )
    except MALFORMED as error:
        raise ValueError(f"the network's description is unreadable: {error}") from error
    counts = len(structure.layers), len(structure.draws), len(structure.values)
    if any(
        n > most for n, most in zip(counts, (MOST_LAYERS, MOST_TIERS, MOST_VALUES), strict=True)
    ):
        raise ValueError("the network's description is too long")
    return structure


def _layer(fields: dict[str, Any]) -> Layer:
    units, shown = int(fields["units"]), int(fields["shown"])
    if not 0 < shown <= min(units, MOST_SHOWN):
        raise ValueError(f"{shown} of {units} units are shown")
    return Layer(str(fields["tier"]), str(fields["name"]), units, shown)


def _draw(fields: dict[str, Any]) -> Draw:
    most_bits, rate_hz = float(fields["most_bits"]), float(fields["rate_hz"])
    if not (math.isfinite(most_bits) and 0 < rate_hz < math.inf):
        raise ValueError(f"{most_bits} bits at {rate_hz} Hz")
    return Draw(str(fields["tier"]), str(fields["kind"]), most_bits, rate_hz)
