"""What came into the sound card while a slot followed a run, and what the slot was set to then.

The values are looked at many times a second, as in `rtsynth.host.heard`, each time beside how many
samples have come. So stretches are found in which all of the values stood still.
"""

from collections import deque

import numpy as np
import soxr

from rtsynth.host.audio.input import KEPT_S
from rtsynth.host.audio.listening import InputRing
from rtsynth.host.heard import SHORTEST_S, Look, Stretch, look_at, steady, values_of
from rtsynth.host.voice import Voice

UNKNOWN_S = 1.0  # without a look: what the slot was set to meanwhile is not known
SILENT = 1e-3  # -60 dB: a peak below that is nobody who plays


class CameIn:
    """Looks at one voice after the other of a slot with a single voice, and at an input."""

    def __init__(self, source: InputRing) -> None:
        self.source = source
        self._looks: deque[Look] = deque()
        self._names: tuple[str, ...] = ()  # what is looked at

    def look(self, voice: Voice) -> None:
        """Note what the voice is asked for, beside the sample that comes in now."""
        look, looks, source = look_at(voice), self._looks, self.source
        if look is None:
            return
        # What is played in now is among the samples only after what the device takes for that.
        now = source.come + round(source.latency_s * source.rate_hz)
        names = tuple(voice.compiled.plugin.manifest.tiers[-1].conditioning)
        if looks and now == looks[-1].clock:
            return
        if (looks and now - looks[-1].clock > UNKNOWN_S * source.rate_hz) or names != self._names:
            looks.clear()
        self._names = names
        looks.append(look._replace(clock=now))
        while looks[0].clock < now - KEPT_S * source.rate_hz:
            looks.popleft()

    def check(self) -> None:
        """Raise EngineError if nothing comes any more; waits until something has."""
        self.source.await_more(self.source.come)

    def stretches(self, voice: Voice, seconds: float) -> tuple[list[Stretch], int]:
        """Where nothing moved in the last so many seconds, the oldest first, at the plugin's rate.

        Those in which nothing came are left out; how many they are is second.
        """
        source = self.source
        come = source.come
        groups = steady(self._looks, come - round(min(seconds, KEPT_S) * source.rate_hz))
        found: list[Stretch] = []
        silent = 0
        for group in groups:
            first, last = group[min(1, len(group) - 1)].clock, min(group[-1].clock, come)
            values = values_of(voice, group[0].seen)
            is_short = last - first < SHORTEST_S * source.rate_hz
            if is_short or values is None or group[0].factor == 0.0:
                continue
            sound = source.part(max(first, 0), last)
            if np.abs(sound).max() < SILENT:
                silent += 1
                continue
            made = soxr.resample(sound, source.rate_hz, voice.compiled.plugin.sample_rate_hz, "HQ")
            found.append(Stretch(np.clip(made, -1.0, 1.0).astype(np.float32), values))
        return found, silent
