"""What the networks of the slots are doing, for pictures of them.

A control thread copies it out of a voice's arena while the audio thread goes on: nobody waits, and
a copy may be half of one step and half of the next. The memory stays, whatever is unloaded
meanwhile: who reads holds the voice that it belongs to.
"""

import threading
import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.anatomy import Anatomy, anatomy_of
from rtsynth.compiler.uncertainty import bits_of, kind_of
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    VALUE,
)
from rtsynth.host.slot import Slot
from rtsynth.host.voice import Voice
from rtsynth.host.voicings import Slots
from rtsynth.plugin import Plugin

FULL = 127  # what stands for a hidden state of 1
FIRST_THAT_SOUNDS = 0
GATE_AT = HEADER_FLOATS + GATE * PARAMETER_FLOATS + VALUE  # in the arena of a voice


@dataclass(frozen=True)
class NetworkState:
    """Of one voice, at one moment.

    `voice` counts from 1. `hidden` [shown units] are states -1..1 as -127..127, layer after layer.
    `bits` [tiers] is the entropy of what each tier draws, `values` [generated] what the tiers
    below are given, in its unit.
    """

    voice: int
    hidden: NDArray[np.int8]
    bits: NDArray[np.float32]
    values: NDArray[np.float32]


class _Watched:
    """Where to look in the voices of a slot."""

    def __init__(self, voice: Voice) -> None:
        compiled = voice.compiled
        self.voice = weakref.ref(voice)
        self.anatomy: Anatomy = anatomy_of(compiled)
        shown = [layer.shown for layer in self.anatomy.layers]
        self.shown = np.concatenate([*shown, np.zeros(0, np.int64)])
        ranges = {p.name: p.network_range for p in compiled.plugin.parameters}
        limits = np.array([ranges[name] for name in self.anatomy.values]).reshape(-1, 2)
        self.low, self.span = limits[:, 0], limits[:, 1] - limits[:, 0]
        self.values = np.array([compiled.followed[name] for name in self.anatomy.values], np.int64)


class Networks:
    """Shows what networks do. Any thread may call anything; `slot` counts from 1.

    Every method raises ControlError for a slot that is empty.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._lock = threading.Lock()
        self._watched: dict[int, _Watched] = {}  # by slot
        self._chosen: dict[int, tuple[weakref.ref[Plugin], int]] = {}  # and of which plugin

    def choose(self, slot: int, voice: int) -> int:
        """Watch a voice (from 1), or the first that sounds (0); the voice after clamping."""
        found = self._slots.slot(slot)
        voice = min(max(voice, FIRST_THAT_SOUNDS), found.voices)
        self._chosen[slot] = weakref.ref(found.plugin), voice
        return voice

    def describe(self, slot: int) -> dict[str, Any]:
        """What `read` gives of a slot: `layers`, `draws` and `values`, as plain data."""
        found = self._slots.slot(slot)
        anatomy = self._watch(found).anatomy
        layers = [
            {
                "tier": layer.tier,
                "name": layer.name,
                "units": layer.units,
                "shown": len(layer.shown),
                "rate_hz": layer.rate_hz,
            }
            for layer in anatomy.layers
        ]
        draws = []
        for draw in anatomy.draws:
            kind, most_bits = kind_of(draw)
            draws.append(
                {"tier": draw.tier, "kind": kind, "most_bits": most_bits, "rate_hz": draw.rate_hz}
            )
        return {
            "voices": found.voices,
            "voice": self._choice(found),
            "layers": layers,
            "draws": draws,
            "values": list(anatomy.values),
        }

    def read(self, slot: int) -> NetworkState:
        """What the network of a slot is doing now, in the voice that is watched."""
        return self._read(self._slots.slot(slot))

    def filled(self) -> list[int]:
        """The slots that have a network."""
        return [slot.number for slot in self._slots.slots]

    def read_all(self) -> dict[int, NetworkState]:
        """`read` of every slot."""
        return {slot.number: self._read(slot) for slot in self._slots.slots}

    def _watch(self, slot: Slot) -> _Watched:
        with self._lock:
            watched = self._watched.get(slot.number)
            if watched is None or watched.voice() is not slot.voice:
                watched = self._watched[slot.number] = _Watched(slot.voice)
            return watched

    def _read(self, slot: Slot) -> NetworkState:
        voice, watched = slot.voice, self._watch(slot)
        program = voice.compiled.program
        size = int(program.config[CONFIG_ARENA_FLOATS])
        voices = voice.heard()
        number = self._voice_of(slot, voices[GATE_AT::size])
        arena = voices[number * size : (number + 1) * size]
        hidden = np.nan_to_num(arena[watched.shown], nan=0.0)
        values = np.nan_to_num(arena[watched.values] * watched.span + watched.low)
        draws = watched.anatomy.draws
        return NetworkState(
            voice=number + 1,
            hidden=np.rint(np.clip(hidden, -1.0, 1.0) * FULL).astype(np.int8),
            bits=np.array([bits_of(draw, program, arena) for draw in draws], np.float32),
            values=values.astype(np.float32),
        )

    def _choice(self, slot: Slot) -> int:
        """The voice that was chosen; another plugin in the slot has a choice of its own."""
        plugin, voice = self._chosen.get(slot.number, (None, FIRST_THAT_SOUNDS))
        same = plugin is not None and plugin() is slot.plugin
        return voice if same else FIRST_THAT_SOUNDS

    def _voice_of(self, slot: Slot, gates: NDArray[np.float32]) -> int:
        """The voice (from 0) to look at; `gates` [voices] are above 0 where one sounds."""
        chosen = self._choice(slot)
        if chosen != FIRST_THAT_SOUNDS:
            return min(chosen, len(gates)) - 1
        return int(np.argmax(gates > 0))  # the first of all where none does
