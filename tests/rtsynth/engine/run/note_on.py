"""From a note-on to 90 % of the note's level, and the edges of notes, of the plugins that ship.

    python -m tests.rtsynth.engine.run.note_on [PLUGIN ...]

Sixty notes of a silent voice, at other pitches each, half of them louder than what the voice was
left at. Their mean level in windows of 2 ms; the time is that of a window's end. It is compared
with the steady level of the notes; of a plugin without pitch and amplitude, whose network does not
know of notes, with what it plays meanwhile when its gate is open. Device, resampling and limiter
come on top. Then the same notes again, but none is let go: each takes the voice of the one before.
"""

import sys
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import CLOSE_AT_ONCE, GATE, Events, header_of
from rtsynth.engine.program.table import row_named
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import load
from rtsynth.plugin.library import resolve

SHIPPED = ("clarinet-trumpet", "pops", "vessel", "voices")
NOTES = 60
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Moves = list[tuple[int, int, float]]
LEAD_S, HELD_S, APART_S = 0.1, 0.25, 0.5
WINDOW_S = 0.002


class NoteOn(NamedTuple):
    """Of a plugin's notes: the time to 90 % of their level, the largest step between two samples
    within 50 ms of an edge, where a voice is stolen, and elsewhere.
    """

    rise_ms: float
    step_at_edges: float
    step_at_steals: float
    step_inside: float


def measure(name: str) -> NoteOn:
    """Play the notes of a plugin, and look at them."""
    plugin = load(resolve(name))
    compiled, rate_hz = compile_plugin(plugin, "float32", 1), plugin.sample_rate_hz
    rows = {p.role: row_named(plugin.manifest, p.name) for p in plugin.parameters}
    random = np.random.default_rng(1)
    timed: Moves = [(0, GATE, CLOSE_AT_ONCE)]
    offs: Moves = []
    starts = [round((LEAD_S + number * APART_S) * rate_hz) for number in range(NOTES)]
    held = round(HELD_S * rate_hz)
    for number, start in enumerate(starts):
        if "amplitude" in rows:
            timed.append((start - held // 5, rows["amplitude"], 0.2 if number % 2 else 0.8))
            timed.append((start, rows["amplitude"], 0.8))
        if "pitch" in rows:
            timed.append((start, rows["pitch"], float(random.integers(64, 77))))
        timed.append((start, GATE, 1.0))
        offs.append((start + held, GATE, 0.0))
    out = _played(compiled, timed + offs, starts[-1] + 3 * held)
    stolen = _played(compiled, timed, starts[-1] + held)
    window = round(WINDOW_S * rate_hz)
    level = _level(out, starts, held, window)
    full = np.full_like(level, np.sqrt(np.mean(level[held // 2 :] ** 2)))
    if not rows.keys() & {"pitch", "amplitude"}:
        opened = [(0, GATE, 1.0), *(move for move in timed if move[1] != GATE)]
        full = _level(_played(compiled, opened, out.size), starts, held, window)
    near = held // 5
    edges = [(s - window, s + near) for s in starts] + [(s + held, s + held + near) for s in starts]
    return NoteOn(
        rise_ms=1000 * int(np.argmax(level >= 0.9 * full)) / rate_hz,
        step_at_edges=max(np.abs(np.diff(out[a:b])).max() for a, b in edges),
        step_at_steals=max(
            np.abs(np.diff(stolen[s - window : s + near])).max() for s in starts[1:]
        ),
        step_inside=max(np.abs(np.diff(out[s + near : s + held])).max() for s in starts),
    )


def _played(compiled: Compiled, moves: Moves, samples: int) -> F32:
    times, targets, values = zip(*sorted(moves, key=lambda move: move[0]), strict=True)
    events = Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )
    out, arena = np.zeros(samples, np.float32), new_arena(compiled, 3)
    render_block(compiled.program, header_of(arena), arena, events, 0, out)
    return out


def _level(out: F32, starts: list[int], held: int, window: int) -> F64:
    """Of all notes together, in the windows that end so many samples after they began."""
    squares = np.mean([out[s - window : s + held].astype(float) ** 2 for s in starts], 0)
    return np.sqrt(np.convolve(squares, np.ones(window) / window, "valid"))


def main() -> int:
    for name in sys.argv[1:] or SHIPPED:
        rise_ms, at_edges, at_steals, inside = measure(name)
        print(
            f"{name}: 90 % of the level {rise_ms:.1f} ms after note-on; largest step "
            f"{at_edges:.2f} at the edges of notes, {at_steals:.2f} where a voice is stolen, "
            f"{inside:.2f} inside"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
