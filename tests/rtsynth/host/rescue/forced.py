"""Bad states, forced upon a plugin that plays: how many of them sound well again in half a second.

`python -m tests.rtsynth.host.rescue.forced [PLUGIN ...]`: 200 of each shipped plugin, with rescue
"off", "gentle" and "firm". "none" is the same without a bad state: what the measure itself misses.
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.network_state import voices_of
from rtsynth.engine.program.layout import (
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    header_of,
    no_events,
)
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.tape import feed_code
from tests.rtsynth.host.rescue.block_clock import BlockClock
from tests.rtsynth.host.rescue.sound_measures import healthy_of, share_healthy

F32 = NDArray[np.float32]
SHIPPED = ("clarinet-trumpet", "pops", "vessel", "voices")
KINDS = ("scaled", "noise", "stuck")
STATES, AT_A_PLACE = 200, 10
REFERENCE_S, BEFORE_S, RECOVER_S, WATCH_S = 8.0, 0.7, 0.5, 1.0
WELL = 0.9  # of the windows
STUCK_S = 0.25


@dataclass
class Result:
    """How many of `states` sounded well in the end, by the kind of state; what rescue did."""

    states: dict[str, int]
    well: dict[str, int]
    rescues: int
    cpu_share: float

    @property
    def share(self) -> float:
        return sum(self.well.values()) / sum(self.states.values())


def stuck_hidden(compiled: Compiled, code: int) -> F32:
    """The hidden state of a network that has been given nothing but one code."""
    program, arena = compiled.program, new_arena(compiled)
    one = np.zeros(1, np.float32)
    for _ in range(round(STUCK_S * compiled.plugin.sample_rate_hz)):
        render_block(program, header_of(arena), arena, no_events(), 0, one)
        feed_code(program, header_of(arena), arena, 0, code)
    return arena[program.config[CONFIG_HIDDEN_START] : program.config[CONFIG_HIDDEN_END]].copy()


def bad_state(compiled: Compiled, state: F32, kind: str, random: np.random.Generator) -> F32:
    """A state of one voice, spoilt."""
    state = state.copy()
    (voice,) = voices_of(compiled, state)
    there = ~np.isnan(voice.hidden)
    if kind == "scaled":
        factor = 10 ** random.uniform(0.3, 4) * random.choice([-1, 1])
        voice.hidden[:] *= np.float32(factor if random.random() < 0.9 else 0.0)
    elif kind == "noise":
        size = 10 ** random.uniform(-0.3, 2)
        voice.hidden[there] = random.normal(size=there.sum()).astype(np.float32) * size
    else:
        code = int(random.integers(len(compiled.program.decode)))
        voice.hidden[:] = stuck_hidden(compiled, code)
        given, amplitude = compiled.program.inputs[code], compiled.program.decode[code]
        voice.drawn[:3] = code, given, amplitude
        voice.codes[:], voice.inputs[:] = code, given
    return state


def force(plugin: str, mode: str, states: int, *, seed: int = 0, bad: bool = True) -> Result:
    """Bad states of a plugin at random places of its knobs."""
    clock, random = BlockClock(plugin, mode, seed=seed), np.random.default_rng(seed)
    host, slot = clock.host, clock.slot
    rescue, compiled = host.rescue, slot.voice.compiled
    result = Result(dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), 0, 0.0)
    generated = slot.plugin.manifest.generated
    specs = [spec for spec in slot.plugin.parameters if spec.name not in generated]
    for number in range(states):
        if number % AT_A_PLACE == 0:
            rescue.choose(1, "off")
            for spec in specs:
                value = random.uniform(spec.minimum, spec.maximum)
                value = round(value) if spec.role == "class" else value
                slot[spec.name] = value
            knob = next((slot[spec.name] for spec in specs if spec.role == "pitch"), None)
            slot.reset()
            clock.play(0.3)
            healthy = healthy_of(clock.play(REFERENCE_S), clock.rate_hz, knob)
            rescue.choose(1, mode)
        slot.reset()
        clock.play(BEFORE_S)
        kind = KINDS[number % len(KINDS)]
        if bad:
            host.banks.save(1, "now")
            clock.play(0.025)
            host.banks.put(1, "bad", bad_state(compiled, host.banks.state(1, "now"), kind, random))
            host.banks.recall(1, "bad")
        clock.play(RECOVER_S)
        share = share_healthy(clock.play(WATCH_S), clock.rate_hz, healthy)
        result.states[kind] += 1
        result.well[kind] += share >= WELL
    result.rescues = rescue.count(1)
    result.cpu_share = clock.looking_s / clock.played_s
    clock.close()
    return result


def main(plugins: list[str]) -> None:
    for plugin in plugins or SHIPPED:
        for mode in ("none", "off", "gentle", "firm"):
            bad = mode != "none"
            result = force(plugin, mode if bad else "off", STATES, bad=bad)
            kinds = ", ".join(f"{k} {result.well[k]}/{result.states[k]}" for k in KINDS)
            print(
                f"{plugin:18s} {mode:7s} {result.share:6.1%} ({kinds}), {result.rescues} rescues, "
                f"{result.cpu_share:.2%} of a core",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
