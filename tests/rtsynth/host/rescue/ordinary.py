"""Ordinary play: notes, knobs that are turned and moved by LFOs. Whatever rescue does is counted.

`python -m tests.rtsynth.host.rescue.ordinary [SECONDS [PLUGIN ...]]`: an hour, a quarter of it of
each shipped plugin.
"""

import sys
from dataclasses import dataclass, field

import numpy as np

from rtsynth.host.rescue.steering import Act
from rtsynth.host.slot import Slot
from tests.rtsynth.host.rescue.block_clock import BlockClock
from tests.rtsynth.host.rescue.forced import SHIPPED

WARMEST = 1.1  # times the plugin's temperature


@dataclass
class Played:
    """What rescue did in `seconds`: acts, and rescues among them."""

    seconds: float = 0.0
    acts: list[tuple[float, Act]] = field(default_factory=list)
    rescues: int = 0
    cpu_share: float = 0.0


class Hands:
    """Somebody who plays: every second or so something else."""

    def __init__(self, clock: BlockClock, seed: int) -> None:
        self.clock, self.random = clock, np.random.default_rng(seed)
        self.host, self.slot = clock.host, clock.slot
        generated = self.slot.plugin.manifest.generated
        self.specs = [p for p in self.slot.plugin.parameters if p.name not in generated]
        self.pitch = next((p for p in self.specs if p.role == "pitch"), None)
        self.temperature = self.slot["temperature"]

    def act(self) -> None:
        """One thing, of those that players do."""
        acts = (self.note, self.note, self.jump, self.glide, self.warmth, self.modulate, self.rest)
        acts[int(self.random.integers(len(acts)))]()

    def rest(self) -> None:
        self.clock.play(self.random.uniform(1.0, 4.0))

    def note(self) -> None:
        """A few notes, some of them bound."""
        low, high = (60.0, 72.0) if self.pitch is None else (self.pitch.minimum, self.pitch.maximum)
        for _ in range(int(self.random.integers(1, 8))):
            note = round(self.random.uniform(low, high))
            self.slot.note_on(note, float(self.random.uniform(0.2, 1.0)))
            self.clock.play(self.random.uniform(0.1, 1.0))
            self.slot.note_off(note)
            if self.random.random() < 0.5:
                self.clock.play(self.random.uniform(0.05, 0.5))
        self.slot.reset()  # it drones on

    def jump(self) -> None:
        spec = self.specs[int(self.random.integers(len(self.specs)))]
        self.slot[spec.name] = self.random.uniform(spec.minimum, spec.maximum)
        self.clock.play(self.random.uniform(0.2, 1.5))

    def glide(self) -> None:
        spec = self.specs[int(self.random.integers(len(self.specs)))]
        goal = self.random.uniform(spec.minimum, spec.maximum)
        for value in np.linspace(self.slot[spec.name], goal, 20).tolist():
            self.slot[spec.name] = value
            self.clock.play(0.05)

    def warmth(self) -> None:
        self.slot["temperature"] = self.temperature * self.random.uniform(0.8, WARMEST)
        self.clock.play(self.random.uniform(0.2, 1.0))

    def modulate(self) -> None:
        spec = self.specs[int(self.random.integers(len(self.specs)))]
        depth = float(self.random.uniform(0.02, 0.2))
        self.host.modulation.assign(1, "lfo1", spec.name, depth)
        self.clock.play(self.random.uniform(1.0, 3.0))
        self.host.modulation.assign(1, "lfo1", spec.name, 0.0)


def play(plugin: str, seconds: float, mode: str = "gentle", seed: int = 0) -> Played:
    """Play so long."""
    clock = BlockClock(plugin, mode, seed=seed)
    hands, played = Hands(clock, seed), Played()
    rescue = clock.host.rescue
    carry_out = rescue._act

    def count(slot: Slot, number: int, act: Act) -> None:
        played.acts.append((clock.played_s, act))
        carry_out(slot, number, act)

    rescue._act = count
    while clock.played_s < seconds:
        hands.act()
    played.seconds, played.rescues = clock.played_s, rescue.count(1)
    played.cpu_share = clock.looking_s / clock.played_s
    clock.close()
    return played


def main(arguments: list[str]) -> None:
    seconds = float(arguments[0]) if arguments else 3600.0
    plugins = arguments[1:] or list(SHIPPED)
    for plugin in plugins:
        played = play(plugin, seconds / len(plugins))
        print(
            f"{plugin:18s} {played.seconds:.0f} s: {played.rescues} rescues, {len(played.acts)} "
            f"acts, {played.cpu_share:.2%} of a core",
            flush=True,
        )
        for at_s, act in played.acts:
            print(f"    {at_s:8.2f} s {act}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
