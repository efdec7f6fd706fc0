"""Hours of the plugins that ship, voice by voice: no sample at full scale that nothing leads to.

    python -m tests.rtsynth.engine.run.long_render [--seconds 1200] [--seeds 1 2 3] [PLUGIN ...]

Eight voices play at the plugin's defaults, but for one control that is spread over them. What is
looked at are the codes of every voice: in the mix a click of one would be 18 dB down. A sample that
reaches FULL_SCALE counts as a click where none of the samples within AROUND_S of it is half as
large. (Noise that is clipped, and pops are, has many loud neighbours.)
"""

import argparse
import sys
import time
from dataclasses import dataclass, field

import numba
import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import compile_plugin, new_arena
from rtsynth.compiler.controls import place_in_all
from rtsynth.engine.program.layout import CODE, CONFIG_ARENA_FLOATS, GATE, header_of
from rtsynth.engine.run.render import render_block
from rtsynth.offline.events import ControlEvent, compiled_events
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import resolve

VOICES = 8
SHIPPED = ("clarinet-trumpet", "pops", "vessel", "voices")
SPREAD = {"clarinet-trumpet": "pitch", "pops": "rate", "vessel": "fill", "voices": "voice"}
FULL_SCALE = 0.98
AROUND_S = 0.001
CHUNK_S = 60.0


@numba.njit(nogil=True, error_model="numpy")
def _record(program, header, arena, events, first, out, codes, size):
    for i in range(out.size):
        first = render_block(program, header, arena, events, first, out[i : i + 1])
        for voice in range(codes.shape[0]):
            codes[voice, i] = header[voice * size // 2 + CODE]
    return first


@dataclass
class Clicks:
    """What was found in the codes of one plugin and seed."""

    full_scale: int = 0
    clicks: list[tuple[int, float, list[float]]] = field(default_factory=list)

    def look(self, amplitudes: NDArray[np.float64], rate_hz: int, voice: int, at_s: float) -> None:
        """The next stretch [n] of one voice, which began at `at_s`."""
        around = max(1, round(AROUND_S * rate_hz))
        for place in np.flatnonzero(np.abs(amplitudes) >= FULL_SCALE):
            self.full_scale += 1
            near = amplitudes[max(0, place - around) : place + around + 1].copy()
            near[min(place, around)] = 0.0
            if np.abs(near).max(initial=0.0) < FULL_SCALE / 2:
                shown = amplitudes[max(0, place - 4) : place + 5].round(2).tolist()
                self.clicks.append((voice, at_s + place / rate_hz, shown))


def _playing(plugin: Plugin, name: str) -> list[ControlEvent]:
    control = next(p for p in plugin.parameters if p.name == SPREAD[name])
    events = []
    for voice in range(VOICES):
        value = control.minimum + (control.maximum - control.minimum) * voice / (VOICES - 1)
        if control.role == "class":
            value = float(voice % (int(control.maximum) + 1))
        events.append(ControlEvent(0.0, control.name, value, voice=voice))
        events.append(ControlEvent(0.0, "gate", 1.0, voice=voice))
    return events


def find_clicks(name: str, seed: int, seconds: float) -> Clicks:
    """Render, and look at every sample of every voice."""
    plugin = load(resolve(name))
    compiled = compile_plugin(plugin, "float32", 1)
    program, rate_hz = compiled.program, plugin.sample_rate_hz
    size, decode = int(program.config[CONFIG_ARENA_FLOATS]), np.asarray(program.decode, np.float64)
    events = compiled_events(compiled, _playing(plugin, name))
    arena = new_arena(compiled, seed, VOICES)
    place_in_all(program, arena, GATE, 0.0)
    header, first, done = header_of(arena), 0, 0
    found, total, began_s = Clicks(), round(seconds * rate_hz), time.monotonic()
    while done < total:
        frames = min(round(CHUNK_S * rate_hz), total - done)
        out, codes = np.zeros(frames, np.float32), np.zeros((VOICES, frames), np.uint16)
        first = _record(program, header, arena, events, first, out, codes, size)
        for voice, row in enumerate(codes):
            found.look(decode[row], rate_hz, voice, done / rate_hz)
        done += frames
        print(
            f"{name} seed {seed}: {done / rate_hz:.0f} s of {VOICES} voices, "
            f"{found.full_scale} samples at full scale, {len(found.clicks)} clicks "
            f"({time.monotonic() - began_s:.0f} s)",
            flush=True,
        )
    return found


def main() -> int:
    """0 if there is no click."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plugins", nargs="*", default=SHIPPED)
    parser.add_argument("--seconds", type=float, default=1200.0)
    parser.add_argument("--seeds", type=int, nargs="*", default=(1, 2, 3))
    chosen = parser.parse_args()
    clicks = 0
    for seed in chosen.seeds:
        for name in chosen.plugins:
            found = find_clicks(name, seed, chosen.seconds)
            clicks += len(found.clicks)
            for voice, at_s, near in found.clicks[:20]:
                print(f"    voice {voice} at {at_s:.4f} s: {near}", flush=True)
    return min(clicks, 1)


if __name__ == "__main__":
    sys.exit(main())
