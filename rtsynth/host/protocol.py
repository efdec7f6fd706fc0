"""The contract of control surfaces: what they may ask of the engine.

`rtsynth.host.host.Host` implements it. OSC and the window behind it ask for `Engine`; what a MIDI
stream can move, live or from a file, is `Controls`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.control_info import Description
from rtsynth.host.changes import Journal, Mailbox
from rtsynth.host.notes import Source
from rtsynth.host.notices import Notice

if TYPE_CHECKING:  # they play: what imports this module need not
    from rtsynth.host.following import Following
    from rtsynth.host.lineup import Lineup
    from rtsynth.host.mapping.mappings import Mappings
    from rtsynth.host.mixer import Mixer
    from rtsynth.host.modulation import Modulation
    from rtsynth.host.network import Networks
    from rtsynth.host.opening import Openings
    from rtsynth.host.presets.service import Presets
    from rtsynth.host.presets.sets import Sets
    from rtsynth.host.presets.snapshots import Snapshots
    from rtsynth.host.priming import Priming
    from rtsynth.host.rescue.service import Rescue
    from rtsynth.host.restart import Restart
    from rtsynth.host.sections import Sections
    from rtsynth.host.state_banks import StateBanks
    from rtsynth.host.transport.service import Tempo
    from rtsynth.host.voicings import Voicings


class Numbered(Protocol):
    """A slot, as far as its number goes."""

    @property
    def number(self) -> int: ...


class Meter(NamedTuple):
    """Level of one slot behind its gain, or of an output (slot 0), in dB relative to full scale."""

    slot: int
    peak_db: float
    rms_db: float


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What the audio thread last reported."""

    meters: list[Meter]
    load: float  # share of the block's period spent computing, 0..1
    xruns: int
    master: tuple[Meter, ...] = ()  # what is output: left, right


class Controls(Protocol):
    """The part of the engine that plays: all that a MIDI stream can move, live or from a file.

    `slot` counts from 1; 0 is the master, whose controls are moved like those of a slot. `at_ns` is
    the `time.monotonic_ns()` time at which the change should take effect; None means the next
    block. Every method raises `ControlError` for an unknown slot or name, or when the queue of
    timed events is full.
    """

    def describe(self) -> Description:
        """Return what there is to control, and where it is."""

    def subscribe(self, *, values: bool = True) -> Mailbox:
        """Return a box for the latest of all changes from now on; of plugins only, without values.

        Whoever wants to know of changes reads it when it has time; the box is of bounded size, and
        forgotten with the last reference to it. Take one before `describe`, and nothing is missed.
        """

    def set(self, slot: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        """Move a parameter or built-in control; return the value after clamping to its range."""

    def set_norm(self, slot: int, name: str, position: float, *, at_ns: int | None = None) -> float:
        """Move a control to a knob position 0..1 (its curve applies); return the value there."""

    def get(self, slot: int, name: str) -> float:
        """Return the value a control is at or moving to; timed changes count from their time on."""

    def note_on(
        self,
        slot: int,
        note: float,
        velocity: float,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> float:
        """Start a note of a source: MIDI number 0..127, fractions allowed, velocity 0..1.

        Returns the note that sounds: the one asked for, moved into the range of the plugin's pitch.
        """

    def note_off(
        self, slot: int, note: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Release a note that this source started."""

    def bend(
        self, slot: int, semitones: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Bend the notes of a source, those to come too; before the first note, what sounds.

        No knob moves, and nothing is bent beyond the range of the plugin's pitch.
        """

    def express(
        self, slot: int, share: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Leave the notes of a source a share 0..1 of their amplitude; no knob moves."""

    def turn(
        self,
        slot: int,
        wheel: str,
        value: float | None,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> None:
        """Move a wheel of a source: "bend", "expression", or "pressure" and "timbre" (0..1).

        The last two move the parameters that they are assigned to, in this source's voices alone;
        None lets them go back to their knobs.
        """

    def bend_range(self, slot: int) -> float:
        """Return the semitones of a bend wheel at its end, of a player who has not said it."""

    def pitch_of(self, slot: int, note: float) -> float | None:
        """Return the pitch of a note as the slot is tuned; None where its key is not mapped."""

    def end_drone(self, slot: int, *, at_ns: int | None = None) -> None:
        """Silence a slot that sounds without any note; held notes sound on."""

    def sound_off(self, slot: int, *, source: Source = None, at_ns: int | None = None) -> None:
        """End the notes of a source without their release, and what sounds without any."""

    def panic(self) -> None:
        """Silence everything now."""


class Engine(Controls, Protocol):
    """Everything any surface may do. Every method may be called from any control thread.

    `sections` is what services with state of the performance add to what is kept, `presets` are
    those of the slots, `sets` those of everything, `snapshots` are for undo. `voicing` changes how
    the notes of slots are played, `mappings` which physical control moves what, `mixer` how slots
    are mixed, `modulation` what moves parameters by itself, `tempo` which clock is followed,
    `lineup` has the names and the order of the slots, `network` shows what networks are doing,
    `banks` keep what they were, `priming` lets them go on from a recording, `following` lets slots
    follow training runs, `hidden` opens them, `rescue` steers them out of traps.
    `restart` starts the engine again with other options.
    """

    @property
    def sections(self) -> "Sections": ...
    @property
    def presets(self) -> "Presets": ...
    @property
    def sets(self) -> "Sets": ...
    @property
    def snapshots(self) -> "Snapshots": ...

    @property
    def voicing(self) -> "Voicings": ...

    @property
    def mappings(self) -> "Mappings": ...

    @property
    def mixer(self) -> "Mixer": ...

    @property
    def modulation(self) -> "Modulation": ...

    @property
    def network(self) -> "Networks": ...

    @property
    def banks(self) -> "StateBanks": ...

    @property
    def priming(self) -> "Priming": ...

    @property
    def following(self) -> "Following": ...

    @property
    def hidden(self) -> "Openings": ...

    @property
    def rescue(self) -> "Rescue": ...

    @property
    def tempo(self) -> "Tempo": ...

    @property
    def lineup(self) -> "Lineup": ...

    @property
    def restart(self) -> "Restart": ...

    def journal(self) -> Journal:
        """Return a box for every change from now on, in order: for whoever writes them down."""

    def status(self) -> dict[str, Any]:
        """Return rate_hz, block_frames, ahead_ms, device, xruns, load (0..1), ...

        `callbacks` and `frames` count what was computed: up to `ahead_ms` before it is output.
        `margin_ms` of that stay as they are when something changes.
        """

    def load(self, path: str) -> Numbered:
        """Put the plugin in file `path` into the next free slot, and return that."""

    def load_into(self, slot: int, path: str) -> object:
        """Put the plugin in file `path` into a slot. May take long; the old one plays on."""

    def unload(self, slot: int) -> None:
        """Fade a slot out and empty it."""

    def reset(self, slot: int, *, at_ns: int | None = None) -> None:
        """Return the slot's network to its initial state."""

    def seed(self, slot: int, seed: int, *, at_ns: int | None = None) -> None:
        """Seed the slot's random numbers."""

    def save_state(self, name: str) -> None:
        """Store the values of all controls under a name."""

    def recall_state(self, name: str) -> None:
        """Move all controls to the values stored under a name."""

    def record_start(self, path: str) -> str:
        """Write the output to a file from now on; its name, another where there was one already."""

    def record_stop(self) -> object:
        """Finish the file started by `record_start`; ControlError if nothing is being recorded."""

    def read_notices(self, cursor: int) -> tuple[int, list[Notice]]:
        """Return (new cursor, unasked messages to clients since `cursor`, which starts at 0)."""

    def read_telemetry(self) -> Telemetry:
        """Return levels, load and xruns."""

    def read_followed(self) -> dict[int, dict[str, float]]:
        """Return {slot: {generated parameter: its value as it is now}}, of slots with such."""

    def read_scope(self, cursor: int) -> tuple[int, NDArray[np.float32]]:
        """Return (new cursor, mono samples [n] at the device's rate output since `cursor`).

        A cursor too far in the past, such as 0, gives as many samples as are still held.
        """
