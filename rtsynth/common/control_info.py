"""What there is to control, as records: what every surface, file and window goes by.

Plain data without a kernel or a network behind it, so that a window can use it, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rtsynth.common.control_names import mixer_name

SWITCH = ("off", "on")  # labels
MASTER = 0  # as the number of a slot: what all slots add up to


class Owner(Enum):
    """What a control belongs to."""

    PLUGIN = "a parameter of the plugin"
    PARAMETER = "NAME.take, NAME.offset or NAME.scale of a parameter that a tier generates"
    TIER = "TIER.beta of a tier that generates parameters"
    ENGINE = "the gain, and how codes are drawn"
    MIXER = "how slots are mixed: pan, mute, solo, and the master's (slot 0)"


@dataclass(frozen=True, slots=True)
class Generation:
    """The tier that generates a parameter, and how its values reach the tiers below."""

    tier: str
    rate_hz: float
    upsampling: str
    delay_ms: float  # of the upsampling


@dataclass(frozen=True, slots=True)
class ControlInfo:
    """One thing that can be moved. `curve` shapes the knob; `labels` name the values of a class.

    `reaction_ms` is the longest time from moving it to the sound, as far as the plugin makes it;
    the engine adds its own, `SlotInfo.delay_ms`. What waits for a note or a modulator has none.
    `generation` is for parameters that a tier generates. `read_only`: it is shown here, and moved
    elsewhere.
    """

    name: str
    minimum: float
    maximum: float
    default: float
    unit: str = ""
    curve: str = "linear"
    role: str = "conditioning"
    labels: tuple[str, ...] = ()
    description: str = ""
    owner: Owner = Owner.PLUGIN
    reaction_ms: float | None = None
    generation: Generation | None = None
    read_only: bool = False

    @property
    def is_switch(self) -> bool:
        """Whether it is on (1) or off (0), and nothing between: a class of a plugin may be."""
        return self.labels == SWITCH and self.owner is not Owner.PLUGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where controls are: a slot, or the MASTER. `values` are those of all of them."""

    number: int
    controls: tuple[ControlInfo, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def every_control(self) -> tuple[ControlInfo, ...]:
        """All controls."""
        return self.controls

    def find(self, name: str) -> ControlInfo | None:
        """The control called `name`; "pan" is mixer.pan, unless the plugin has a `pan`."""
        every = self.every_control
        found = next((control for control in every if control.name == name), None)
        if found is None:
            name = mixer_name(name)
            found = next((control for control in every if control.name == name), None)
        return found


@dataclass(frozen=True, slots=True)
class FollowedRun:
    """The training run that a slot follows, by its folder; "waits" for its first network,
    "follows", or "holds" one that it has gone back to, of a step. `listens`: the channel of the
    input that is kept for it, 0 for none."""

    run: str
    state: str
    step: int
    listens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotInfo(Place):
    """A loaded plugin: facts about it, its controls, and where they are; its number is from 1.

    `name` is what a performer calls it, `output` the channel, from 1, that it has to itself.
    `sounds`: whether a note is held, or it sounds without one, as it was loaded or reset.
    `controls` are those of the engine, `mixer` how the slot is mixed. Of generated parameters,
    `followed` are the values as they are now, and `taken` names those that are overridden.
    `tiers` are the plugin's, `opened`: there are controls of their hidden layers. `rescue` is how
    it is rescued from traps, `follows` the training run whose networks it plays.
    """

    plugin: str
    description: str
    sample_rate_hz: int
    path: str
    precision: str
    threads: int
    voices: int
    delay_ms: float  # that the engine adds to every reaction
    parameters: tuple[ControlInfo, ...]
    mixer: tuple[ControlInfo, ...] = ()
    followed: Mapping[str, float]
    taken: frozenset[str]
    name: str = ""
    output: int | None = None
    sounds: bool = True
    tiers: tuple[str, ...] = ()
    opened: bool = False
    rescue: str = "off"
    follows: FollowedRun | None = None

    @property
    def every_control(self) -> tuple[ControlInfo, ...]:
        """Parameters, controls, and those of the mixer, in this order."""
        return self.parameters + self.controls + self.mixer


@dataclass(frozen=True, slots=True)
class Description:
    """An engine: its version, its slots by number, and its master; `order` is the rack's."""

    version: str
    slots: tuple[SlotInfo, ...]
    master: Place = Place(number=MASTER)
    order: tuple[int, ...] = ()

    @property
    def places(self) -> dict[int, Place]:
        """Everything that has controls, by its number as a slot."""
        return {place.number: place for place in (self.master, *self.slots)}
