"""What a voice put out lately, and what its network was asked for then.

The sound is in the voice's tap, sample by sample; what the network sees of its parameters is looked
at many times a second: with bend, envelope and modulation. So stretches are found in which all of
it stood still.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    CLOCK,
    CONFIG_HAS_AMPLITUDE,
    ENVELOPE,
    GAIN,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    VALUE,
    header_of,
)
from rtsynth.host.voice import Voice

F32 = NDArray[np.float32]
LONGEST_S = 60.0
SHORTEST_S = 0.25  # of a stretch: less is no sound to learn from
LEAST_GAIN = 0.03  # softer than that the sound is lost in rounding
STEADY = 1e-4  # what a value may move by, as the network sees it


class Look(NamedTuple):
    """At a sample: what the network saw [C], and by what its output was multiplied."""

    clock: int
    seen: tuple[float, ...]
    factor: float


class Stretch(NamedTuple):
    """A sound at the plugin's rate, as the network made it, and the values it was made with."""

    sound: F32
    values: dict[str, float]


class Heard:
    """Looks at one voice after the other of a slot with a single voice."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque()
        self._since = 0  # the first sample that the tap has
        self._tap: F32 | None = None  # voices that go on as one another have the same

    def look(self, voice: Voice) -> None:
        """Note what the voice is asked for at the sample that is heard now, if it is heard yet."""
        look, looks = look_at(voice), self._looks
        if look is None:
            return
        if voice.tap is None or voice.tap is not self._tap:  # it goes on as none that was kept
            looks.clear()
        if not looks:
            self._since, self._tap = look.clock, voice.tap
        elif look.clock <= looks[-1].clock:
            return
        looks.append(look)
        oldest = look.clock - min(int(LONGEST_S * _rate_hz(voice)), sh.TAP_CAPACITY // 2)
        while looks[0].clock < oldest:
            looks.popleft()

    def stretches(self, voice: Voice, seconds: float) -> list[Stretch]:
        """Where nothing moved in the last so many seconds, the oldest first."""
        if voice.tap is None or not self._looks:
            return []
        first = self._looks[-1].clock - round(seconds * _rate_hz(voice))
        groups = steady(self._looks, max(first, self._since))
        found = (_stretch(voice, group) for group in groups)
        return [stretch for stretch in found if stretch is not None]

    @property
    def seen(self) -> tuple[float, ...] | None:
        """What the network was asked for last."""
        return self._looks[-1].seen if self._looks else None


def look_at(voice: Voice) -> Look | None:
    """What a voice is asked for at the sample that is heard now; None: it is not heard yet."""
    arena = voice.heard_now()
    if arena is None:
        return None
    places = voice.compiled.tiers[-1].conditioning
    level = _row(arena, ENVELOPE)
    holds = _row(arena, GATE) == 1.0 and level > 0.0
    gain = _row(arena, GAIN)
    if not voice.compiled.program.config[CONFIG_HAS_AMPLITUDE]:
        gain *= level * level
    clock = int(header_of(arena)[CLOCK])
    return Look(clock, tuple(arena[places].tolist()), gain if holds else 0.0)


def steady(looks: Iterable[Look], first: int) -> list[list[Look]]:
    """Those from a sample on, in groups in which nothing moved."""
    groups: list[list[Look]] = []
    for look in looks:
        if look.clock < first:
            continue
        if groups and _is_steady(groups[-1][0], look):
            groups[-1].append(look)
        else:
            groups.append([look])
    return groups


def _stretch(voice: Voice, looks: list[Look]) -> Stretch | None:
    # From the second on: at the first the values may be newer than the sample.
    start, end, factor = looks[min(1, len(looks) - 1)].clock, looks[-1].clock, looks[0].factor
    if end - start < SHORTEST_S * _rate_hz(voice) or factor < LEAST_GAIN:
        return None
    assert voice.tap is not None
    sound = voice.tap[np.arange(start, end) % sh.TAP_CAPACITY] / np.float32(factor)
    values = values_of(voice, looks[0].seen)
    return None if values is None else Stretch(np.clip(sound, -1.0, 1.0), values)


def values_of(voice: Voice, seen: tuple[float, ...]) -> dict[str, float] | None:
    """What a network sees, in the units of the parameters; None: more than they can be."""
    plugin = voice.compiled.plugin
    by_name = {parameter.name: parameter for parameter in plugin.parameters}
    values = {}
    for name, share in zip(plugin.manifest.tiers[-1].conditioning, seen, strict=True):
        parameter = by_name[name]
        low, high = parameter.network_range
        value = low + share * (high - low)
        values[name] = parameter.clamp(value)
        if abs(values[name] - value) > STEADY * 10 * abs(high - low):
            return None
    return values


def _is_steady(one: Look, other: Look) -> bool:
    moved = [abs(a - b) for a, b in zip(one.seen, other.seen, strict=True)]
    return max(moved, default=0.0) <= STEADY and one.factor == other.factor


def _row(arena: F32, row: int) -> float:
    return float(arena[HEADER_FLOATS + row * PARAMETER_FLOATS + VALUE])


def _rate_hz(voice: Voice) -> int:
    return voice.compiled.plugin.sample_rate_hz
