"""What bends and shapes each voice: the wheels of its player, and what one voice was set to."""

from collections.abc import Mapping
from typing import NamedTuple

from rtsynth.engine.program.layout import BEND, EXPRESSION
from rtsynth.host.notes import Source
from rtsynth.host.voicing import ASSIGNABLE, Voicing, wheel_target
from rtsynth.plugin import Parameter, Plugin

# What voices have beside the plugin's parameters: names that no parameter can have.
WHEEL_NAMES = {"bend": "voice/bend", "expression": "voice/expression"}
# The rows of the parameter table that they are.
WHEEL_ROWS = {WHEEL_NAMES["bend"]: BEND, WHEEL_NAMES["expression"]: EXPRESSION}
_BENT, _SHARE = WHEEL_NAMES["bend"], WHEEL_NAMES["expression"]


class Wheels(NamedTuple):
    """What a source does to all its notes. None: that wheel was never touched."""

    bend: float = 0.0  # semitones, added to the pitch
    expression: float = 1.0  # 0..1, how much of the amplitude is left
    pressure: float | None = None  # 0..1
    timbre: float | None = None  # 0..1


class Turn(NamedTuple):
    """In a voice (from 0), what one of WHEEL_NAMES or a parameter goes to; None: to its knob."""

    voice: int
    name: str
    value: float | None


class Effects:
    """What the wheels move in a plugin. Pressure on the amplitude scales it as expression does."""

    def __init__(self, plugin: Plugin, voicing: Voicing) -> None:
        self._parameters: dict[str, Parameter] = {}  # by wheel
        for wheel in ASSIGNABLE:
            target = wheel_target(plugin, wheel, getattr(voicing, wheel))
            if target is not None:
                self._parameters[wheel] = target
        self._names = dict(WHEEL_NAMES)
        for wheel, target in self._parameters.items():
            self._names[wheel] = _SHARE if target.role == "amplitude" else target.name

    def name(self, wheel: str) -> str | None:
        """What a wheel moves."""
        return self._names.get(wheel)

    def of(self, wheels: Wheels) -> dict[str, float]:
        """Where everything is that wheels move; what is not in it is at its knob."""
        effects = {_BENT: wheels.bend, _SHARE: wheels.expression}
        for wheel, parameter in self._parameters.items():
            position = getattr(wheels, wheel)
            if position is None:
                continue
            if parameter.role == "amplitude":
                effects[_SHARE] *= position
            else:
                effects[parameter.name] = parameter.value_at(position)
        return effects


class VoiceWheels:
    """Which voice is bent how far, how much of its amplitude is left, and what else is its own.

    A voice follows the wheels of the source whose note it sounds or sounded last. The first voice
    sounds without any note until there is one: meanwhile it follows whoever moves.
    """

    def __init__(self, voices: int, effects: Effects) -> None:
        self._effects = effects
        self._wheels: dict[Source, Wheels] = {}
        self._owners: dict[int, Source] = {}  # of the voices that were given a note
        self._mover: Source = None  # who moved the first voice last
        at_rest = effects.of(Wheels())
        self._known: list[dict[str, float]] = [dict(at_rest) for _ in range(voices)]  # sent last
        self._apart: list[set[str]] = [set() for _ in range(voices)]  # parameters not at the knob
        self._noted = set(at_rest)  # whatever is in one of these: knobs move far more often

    @property
    def drone(self) -> Mapping[str, float]:
        """Where bend and expression are in the first voice."""
        effects = self._effects.of(self._of(self._owners.get(0, self._mover)))
        return {name: effects[name] for name in WHEEL_ROWS}

    def share(self, source: Source) -> float:
        """How much of their amplitude the notes of a source are left."""
        return self._effects.of(self._of(source))[_SHARE]

    def assign(self, effects: Effects) -> list[Turn]:
        """The wheels move something else from now on: what goes back to its knob."""
        wanted = [self._effects.of(self._of(owner)) for owner in self._wheels]
        moved = {name for effect in wanted for name in effect} - WHEEL_ROWS.keys()
        self._effects = effects
        turns = []
        for voice, apart in enumerate(self._apart):
            turns += [Turn(voice, name, None) for name in sorted(apart & moved)]
            self._apart[voice] = apart - moved
            self._known[voice] = {k: v for k, v in self._known[voice].items() if k not in moved}
        return turns

    def move(self, source: Source, wheel: str, value: float | None) -> list[Turn]:
        """A source moves a wheel, or (None) it is as if it had never been: what changes."""
        wheels = Wheels(**(self._of(source)._asdict() | {wheel: value}))
        self._wheels[source] = wheels
        followers = [voice for voice, owner in self._owners.items() if owner == source]
        if 0 not in self._owners:
            followers.append(0)
            self._mover = source
        name = self._effects.name(wheel)
        if name is None:
            return []
        effect = self._effects.of(wheels).get(name)
        return [turn for voice in sorted(followers) for turn in self._put(voice, name, effect)]

    def begin(self, voice: int, source: Source) -> list[Turn]:
        """A voice begins to sound a note of a source: what changes with that."""
        self._owners[voice] = source
        wanted = self._effects.of(self._of(source))
        home = sorted(self._apart[voice] - wanted.keys())
        everything = [*wanted.items(), *((name, None) for name in home)]
        return [turn for name, value in everything for turn in self._put(voice, name, value)]

    def _put(self, voice: int, name: str, value: float | None) -> list[Turn]:
        if value is None:
            self._known[voice].pop(name, None)
            is_home = name not in self._apart[voice]
            self._apart[voice].discard(name)
            return [] if is_home else [Turn(voice, name, None)]
        if name not in WHEEL_ROWS:
            self._apart[voice].add(name)
        self._noted.add(name)
        if self._known[voice].get(name) == value:
            return []
        self._known[voice][name] = value
        return [Turn(voice, name, value)]

    def set_voice(self, voice: int, name: str) -> None:
        """A parameter was moved in one voice."""
        self._known[voice].pop(name, None)
        self._apart[voice].add(name)
        self._noted.add(name)

    def knob_moved(self, name: str) -> None:
        """A knob was moved, and with it every voice."""
        if name not in self._noted:
            return
        self._noted.discard(name)
        for known, apart in zip(self._known, self._apart, strict=True):
            known.pop(name, None)
            apart.discard(name)

    def lose(self, turns: list[Turn]) -> None:
        """These may not have arrived: the next move of their wheels is sent in any case."""
        for voice, name, _ in turns:
            self._known[voice].pop(name, None)

    def follow(self, other: "VoiceWheels") -> None:
        """Take the wheels of another plugin's voices over, before there are notes."""
        self._wheels = dict(other._wheels)
        self._mover = other._owners.get(0, other._mover)
        for known in self._known:
            known.update(self.drone)
        self._noted.update(self.drone)

    def clear(self) -> None:
        """The notes are forgotten; the wheels are where they are."""
        self._owners.clear()

    def forget(self) -> None:
        """The notes are forgotten, and so are changes that were under way."""
        self.clear()
        for known in self._known:
            known.clear()

    def _of(self, source: Source) -> Wheels:
        return self._wheels.get(source, Wheels())
