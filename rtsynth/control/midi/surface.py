"""MIDI as a surface of the engine process: `--midi NAME|virtual|none`, `--midi-map`, `--mpe`."""

import logging
from collections.abc import Callable

from rtsynth.common.errors import InputError
from rtsynth.control.midi.mpe import zone_bytes
from rtsynth.control.midi.ports import MidiInputs
from rtsynth.control.surface import SurfaceOptions
from rtsynth.host.audio.portaudio import JACK
from rtsynth.host.mapping.file import load_midi_map
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.protocol import Engine

log = logging.getLogger("rtsynth")


class MidiSurface:
    """Implements `rtsynth.control.surface.Surface`. MIDI comes from JACK when the sound goes there.

    `start` raises InputError when the map names a control that no loaded plugin has.
    """

    def __init__(self, options: SurfaceOptions) -> None:
        self._name = options.texts.get("midi")
        self._check_map = not options.resumed
        self._map = _read_map(options.texts.get("midi-map"), options.resumed)
        self._mpe = options.texts.get("mpe")
        zone_bytes(self._mpe)  # raises
        self._inputs: MidiInputs | None = None

    def start(self, engine: Engine, end: Callable[[], None]) -> None:
        """Open the devices there are, and those to come."""
        jack = engine.status()["api"] == JACK
        self._inputs = MidiInputs(
            engine, self._name, self._map, jack=jack, check_map=self._check_map, mpe=self._mpe
        )
        self._inputs.start()

    def stop(self) -> None:
        """Close them."""
        if self._inputs is not None:
            self._inputs.stop()

    def summary(self) -> str:
        """What is open."""
        return f"MIDI {'off' if self._inputs is None else self._inputs.summary()}"


def _read_map(path: str | None, resumed: bool) -> MidiMap | None:
    if path is None:
        return None
    try:
        return load_midi_map(path)
    except InputError as error:
        if not resumed:
            raise
        log.warning("%s; using the default controller mapping", error)
        return None
