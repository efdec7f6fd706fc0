"""What there is to control, as records: what every surface, file and window goes by.

Plain data without a kernel or a network behind it, so that a window can use it, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


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

    `reaction_ms` is the longest time from moving a parameter to the sound, as far as the plugin
    makes it; the engine adds its own, `SlotInfo.delay_ms`. `generation` is for parameters that a
    tier generates.
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


@dataclass(frozen=True, slots=True)
class SlotInfo:
    """A loaded plugin: facts about it, its controls, and where they are.

    `values` are those of all controls. Of generated parameters, `followed` are the values as they
    are now, and `taken` names those that are overridden.
    """

    number: int  # from 1
    plugin: str
    description: str
    sample_rate_hz: int
    path: str
    precision: str
    threads: int
    voices: int
    delay_ms: float  # that the engine adds to every reaction
    parameters: tuple[ControlInfo, ...]
    controls: tuple[ControlInfo, ...]  # all others
    values: Mapping[str, float]
    followed: Mapping[str, float]
    taken: frozenset[str]

    @property
    def every_control(self) -> tuple[ControlInfo, ...]:
        """Parameters and controls, in this order."""
        return self.parameters + self.controls

    def find(self, name: str) -> ControlInfo | None:
        """The control called `name`."""
        return next((control for control in self.every_control if control.name == name), None)


@dataclass(frozen=True, slots=True)
class Description:
    """An engine: its version, and its slots by number."""

    version: str
    slots: tuple[SlotInfo, ...]

    def slot(self, number: int) -> SlotInfo | None:
        """The slot called `number`."""
        return next((slot for slot in self.slots if slot.number == number), None)
