"""Ordinary play: notes, knobs that are turned and moved by LFOs. Whatever rescue does is counted.

`python -m tests.rtsynth.host.rescue.ordinary [SECONDS [PLUGIN ...]]`: an hour of each shipped
plugin. Of every rescue it is measured whether there was a trap; see `alarms`.
"""

import sys
import time
from dataclasses import dataclass, field
from unittest.mock import patch

import numpy as np

from rtsynth.host.rescue.observer import Look
from rtsynth.host.rescue.steering import Act, Kind
from rtsynth.host.rescue.traps import Judge, Verdict
from rtsynth.host.slot import Slot
from tests.rtsynth.host.rescue.alarms import Alarm, Ear
from tests.rtsynth.host.rescue.block_clock import BlockClock
from tests.rtsynth.host.rescue.forced import SHIPPED

WARMEST = 1.1  # times the plugin's temperature


@dataclass
class Played:
    """What rescue did in `seconds`: how often it was cooler only, and the rescues."""

    seconds: float = 0.0
    coolings: int = 0
    alarms: list[Alarm] = field(default_factory=list)
    cpu_share: float = 0.0

    def __str__(self) -> str:
        traps = [alarm for alarm in self.alarms if not alarm.false]
        return (
            f"{self.seconds:.0f} s: {len(self.alarms)} rescues: {len(traps)} from traps, "
            f"{sum(trap.well for trap in traps)} of them well soon after; {len(self.false)} false "
            f"alarms, {sum(alarm.audible for alarm in self.false)} of them audible; cooler "
            f"{self.coolings} times; {self.cpu_share:.2%} of a core"
        )

    @property
    def false(self) -> list[Alarm]:
        return [alarm for alarm in self.alarms if alarm.false]


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
    hands, played, ear = Hands(clock, seed), Played(), Ear(clock)
    rescue, waiting = clock.host.rescue, list[Alarm]()
    carry_out, judge = rescue._act, Judge.judge

    def listen(judging: Judge, look: Look) -> Verdict:
        ear.remember(look)
        return judge(judging, look)

    def count(slot: Slot, number: int, act: Act) -> None:
        played.coolings += act.kind is Kind.COOL
        if act.reason:
            began_s = time.thread_time()
            waiting.append(ear.alarm(act.reason))
            played.alarms.append(waiting[-1])
            clock.looking_s -= time.thread_time() - began_s  # no part of what rescue costs
        carry_out(slot, number, act)

    rescue._act = count
    with patch.object(Judge, "judge", listen):
        while clock.played_s < seconds:
            hands.act()
            waiting = [alarm for alarm in waiting if not ear.listen_to_joint(alarm)]
    played.seconds, played.cpu_share = clock.played_s, clock.cpu_share
    ear.close()
    clock.close()
    return played


def main(arguments: list[str]) -> None:
    seconds = float(arguments[0]) if arguments else 3600.0
    for plugin in arguments[1:] or SHIPPED:
        played = play(plugin, seconds)
        print(f"{plugin:18s} {played}", flush=True)
        for alarm in played.alarms:
            what = ("well then" if alarm.well else "not well then") + ", jumps" * alarm.jumps
            kind = "false" if alarm.false else "a trap"
            print(
                f"    {alarm.at_s:8.2f} s {alarm.reason}: {kind}, {what}; {alarm.knobs}", flush=True
            )


if __name__ == "__main__":
    main(sys.argv[1:])
