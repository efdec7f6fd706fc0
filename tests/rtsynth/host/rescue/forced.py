"""Bad states, forced upon a plugin that plays: how many of them sound well again in half a second.

`python -m tests.rtsynth.host.rescue.forced [PLUGIN ...]`: 200 of each shipped plugin, with rescue
"off", "gentle" and "firm". "none" is the same without a bad state: what the measure itself misses.
"""

import sys
from dataclasses import dataclass, field

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
from tests.rtsynth.host.rescue.sound_measures import Healthy, healthy_of, sounds_well

F32 = NDArray[np.float32]
SHIPPED = ("clarinet-trumpet", "pops", "vessel", "voices")
KINDS = ("scaled", "noise", "stuck")
STATES, AT_A_PLACE = 200, 10
REFERENCES, REFERENCE_S, SETTLE_S = 8, 4.0, 0.3
BEFORE_S, RECOVER_S, WATCH_S = 0.7, 0.5, 2.0
STUCK_S = 0.25


@dataclass
class Result:
    """How many of `states` sounded well in the end, by the kind of state; what rescue did."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    well: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    failed: list[str] = field(default_factory=list)
    rescues: int = 0
    cpu_share: float = 0.0

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


class Forced:
    """A plugin that plays, and is given bad states at random places of its knobs.

    The places and the states are the same in every mode.
    """

    def __init__(self, plugin: str, mode: str, seed: int = 0, ahead_ms: int = 0) -> None:
        self.clock = BlockClock(plugin, mode, seed=seed, ahead_ms=ahead_ms)
        self.mode, self.seed = mode, seed
        self.host, self.slot = self.clock.host, self.clock.slot
        generated = self.slot.plugin.manifest.generated
        self.specs = [spec for spec in self.slot.plugin.parameters if spec.name not in generated]
        self.place = ""

    def go(self, number: int) -> Healthy:
        """Turn the knobs to place `number`; what is healthy there."""
        random = np.random.default_rng([self.seed, number])
        for spec in self.specs:
            value = random.uniform(spec.minimum, spec.maximum)
            self.slot[spec.name] = round(value) if spec.role == "class" else value
        self.place = ", ".join(f"{s.name} {self.slot[s.name]:.3g}" for s in self.specs)
        pitch = next((self.slot[s.name] for s in self.specs if s.role == "pitch"), None)
        self.host.rescue.choose(1, "off")
        takes = []
        for _ in range(REFERENCES):
            self.begin(SETTLE_S)
            takes.append(self.clock.play(REFERENCE_S))
        self.host.rescue.choose(1, self.mode)
        return healthy_of(takes, self.clock.rate_hz, pitch)

    def begin(self, seconds: float) -> None:
        """From rest, so long."""
        self.slot.reset()
        self.clock.play(seconds)

    def spoil(self, number: int, kind: str) -> None:
        """Put bad state `number` into the network."""
        random = np.random.default_rng([self.seed, number, 1])
        self.host.banks.save(1, "now")
        self.clock.play(0.025)
        now = self.host.banks.state(1, "now")
        self.host.banks.put(1, "bad", bad_state(self.slot.voice.compiled, now, kind, random))
        self.host.banks.recall(1, "bad")


def force(
    plugin: str,
    mode: str,
    states: int,
    *,
    seed: int = 0,
    first: int = 0,
    bad: bool = True,
    ahead_ms: int = 0,
) -> Result:
    """Bad states of a plugin, from number `first` on."""
    forced, result = Forced(plugin, mode, seed, ahead_ms), Result()
    clock, healthy = forced.clock, None
    for number in range(first, first + states):
        if healthy is None or number % AT_A_PLACE == 0:
            healthy = forced.go(number // AT_A_PLACE)
        forced.begin(BEFORE_S)
        kind = KINDS[number % len(KINDS)]
        if bad:
            forced.spoil(number, kind)
        clock.play(RECOVER_S)
        well = sounds_well(clock.play(WATCH_S), clock.rate_hz, healthy)
        result.states[kind] += 1
        result.well[kind] += well
        if not well:
            result.failed.append(f"{number} ({kind}; {forced.place})")
    result.rescues = clock.host.rescue.count(1)
    result.cpu_share = clock.cpu_share
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
            print("".join(f"    not well: {each}\n" for each in result.failed), end="", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
