"""Eight notes of MPE in one mix: the pitch of each, and whose level moves with whose wheel.

    python -m tests.rtsynth.control.mpe_chord [--jack FRAMES]

The chord lies within one octave, so that the fundamental of no note is where an overtone of another
is; those of neighbours are more than a semitone apart. Each note is bent otherwise, and the zone as
a whole. Then the pressure of one note falls, and rises again, and the timbre of another goes to its
end. What is played is a MIDI file that is rendered; or the same messages go through JACK into an
engine process, and JACK records it.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import mido
import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth import load
from rtsynth.offline.automation import read_automation
from rtsynth.offline.render import render
from rtsynth.plugin.library import resolve
from tests.ports import free_port
from tests.rtsynth.control.jack_capture import JackCapture
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import jack_server, running, wait_for_engine

PLUGIN = "clarinet-trumpet"
# Where the plugin is in tune by itself: `rtsynth render` of single notes.
KEYS = (64, 66, 67, 68, 70, 71, 73, 76)
BENDS = (0.5, -0.25, 0.2, 0.3, 0.15, 0.35, 0.25, -0.3)
ZONE = 0.1
REACH, ZONE_REACH = 48.0, 2.0  # semitones at the end of the wheels of a note, of the zone
ASKED = np.array(KEYS) + np.array(BENDS) + ZONE
PRESSED, SHADED = 3, 1  # the notes whose pressure and whose timbre are moved
PRESSURE = 32
STEADY_S, STEP_S = 2.0, 2.5  # of each state: at its end, and as a whole
NEAR = 0.55  # semitones: half of what neighbours are apart, and as far as any bend could be missed
RATE_HZ = 48_000
F64 = NDArray[np.float64]


class Found(NamedTuple):
    """Of the eight notes: the pitch, how much of its level each has in the two later states, and
    of its second partial against its first; of the upper notes that partial is another's, too.
    """

    cents: F64  # off what was asked
    pressed_db: F64
    shaded_db: F64  # the first partial
    shaded_second_db: F64

    def lines(self) -> str:
        """As a table."""
        rows = {
            "cents off": self.cents,
            f"pressure of note {PRESSED + 1}, dB": self.pressed_db,
            f"timbre of note {SHADED + 1}, dB": self.shaded_db,
            "the same, second partial": self.shaded_second_db,
        }
        return "\n".join(
            f"{name:28}" + "".join(f"{value:8.1f}" for value in row) for name, row in rows.items()
        )


def bend(semitones: float, reach: float) -> int:
    """A wheel's position, -8192..8191."""
    return round(semitones / reach * 8192)


def states() -> list[list[mido.Message]]:
    """The messages that each of the three states begins with."""
    chord = [
        mido.Message("control_change", channel=0, control=control, value=value)
        for control, value in ((101, 0), (100, 6), (6, len(KEYS)))
    ]
    chord.append(mido.Message("pitchwheel", channel=0, pitch=bend(ZONE, ZONE_REACH)))
    for channel, (key, semitones) in enumerate(zip(KEYS, BENDS, strict=True), start=1):
        chord.append(mido.Message("pitchwheel", channel=channel, pitch=bend(semitones, REACH)))
        chord.append(mido.Message("note_on", channel=channel, note=key, velocity=100))
    pressed = [mido.Message("aftertouch", channel=PRESSED + 1, value=PRESSURE)]
    shaded = [
        mido.Message("aftertouch", channel=PRESSED + 1, value=127),
        mido.Message("control_change", channel=SHADED + 1, control=74, value=127),
    ]
    return [chord, pressed, shaded]


def rendered() -> Found:
    """The chord as a MIDI file."""
    plugin = load(resolve(PLUGIN))
    track, wait = mido.MidiTrack(), 0
    for state in states():
        for message in state:
            track.append(message.copy(time=wait))
            wait = 0
        wait = round(1000 * STEP_S)  # ticks of a millisecond
    file = mido.MidiFile(ticks_per_beat=500)
    file.tracks.append(track)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chord.mid"
        file.save(path)
        events = list(read_automation(path, plugin, voices=len(KEYS)))
    audio = render(plugin, 3 * STEP_S, events=events, voices=len(KEYS), seed=1)
    return found_in(audio, plugin.sample_rate_hz)


def live(block_frames: int) -> Found | None:
    """The chord through JACK's MIDI, and what JACK records; None if that missed a block."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        jack_server(patch, rate_hz=RATE_HZ, block_frames=block_frames),
        JackCapture() as capture,
    ):
        patch.setenv("XDG_DATA_HOME", folder)  # connections of JACK's are kept there
        keyboard, port = Keyboard("keys"), free_port()
        command = [sys.executable, "-m", "rtsynth", "serve", PLUGIN, "--device", "system"]
        command += ["--voices", str(len(KEYS)), "--precision", "float32", "--oscquery", "off"]
        with (
            running([*command, "--osc", f"127.0.0.1:{port}"]) as engine,
            OscClient(port) as client,
        ):
            wait_for_engine(engine, client)
            capture.connect_engine()
            start = capture.now()
            for number, state in enumerate(states()):
                due = start + round(number * STEP_S * RATE_HZ)
                time.sleep(max(0, due - capture.now()) / RATE_HZ)
                for message in state:
                    keyboard.send(*message.bytes())
            frames = round(3 * STEP_S * RATE_HZ)
            time.sleep(max(0, start + frames - capture.now()) / RATE_HZ + 0.1)
            audio = capture.heard(start, frames)
        keyboard.unplug()
    return None if np.isnan(audio).any() else found_in(audio, RATE_HZ)


def found_in(audio: NDArray[np.float32], rate_hz: int) -> Found:
    """Look at the ends of the three states."""
    ends = [round((number + 1) * STEP_S * rate_hz) for number in range(3)]
    parts = [audio[end - round(STEADY_S * rate_hz) : end] for end in ends]
    spectra = [Spectrum(part, rate_hz) for part in parts]
    before, pressed, shaded = ([spectrum.peak(pitch) for pitch in ASKED] for spectrum in spectra)
    seconds = [np.array([s.peak(pitch + 12.0)[1] for pitch in ASKED]) for s in spectra]
    level = np.array([db for _, db in before])
    return Found(
        cents=100 * (np.array([pitch for pitch, _ in before]) - ASKED),
        pressed_db=np.array([db for _, db in pressed]) - level,
        shaded_db=np.array([db for _, db in shaded]) - level,
        shaded_second_db=seconds[2] - seconds[0],
    )


class Spectrum:
    """Of a stretch of sound, by pitch."""

    SIZE = 1 << 20

    def __init__(self, audio: NDArray[np.float32], rate_hz: int) -> None:
        self._power = np.abs(np.fft.rfft(audio * np.hanning(audio.size), self.SIZE)) ** 2
        frequencies = np.maximum(np.arange(self._power.size), 1) * rate_hz / self.SIZE
        self._pitches = 69 + 12 * np.log2(frequencies / 440)

    def peak(self, pitch: float) -> tuple[float, float]:
        """Where near a pitch there is most, and how much there is in all, in dB."""
        near = np.abs(self._pitches - pitch) < NEAR
        strongest = self._pitches[near][np.argmax(self._power[near])]
        return float(strongest), 10 * float(np.log10(self._power[near].sum()))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jack", type=int, default=0, metavar="FRAMES")
    asked = parser.parse_args()
    found = live(asked.jack) if asked.jack else rendered()
    print(
        "JACK's recording missed a block: the machine is too busy"
        if found is None
        else found.lines()
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
