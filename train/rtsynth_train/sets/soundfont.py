"""Notes of a General MIDI sound font, rendered offline by the fluidsynth program."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np

from rtsynth.common.audiofile import read_mono
from rtsynth.common.errors import EngineError, InputError

SOUND_FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
RENDER_RATE_HZ = 48000
_TICKS_PER_SECOND = 1000


@dataclass(frozen=True)
class Note:
    """One note to render: MIDI key 0..127 and velocity 1..127."""

    key: int
    velocity: int


def require_fluidsynth(sound_font: Path) -> None:
    """Raise InputError naming the Debian package when something is absent."""
    if shutil.which("fluidsynth") is None:
        raise InputError("fluidsynth: program not found (apt install fluidsynth)")
    if not sound_font.is_file():
        raise InputError(f"{sound_font}: sound font not found (apt install fluid-soundfont-gm)")


def render_notes(
    program: int, notes: list[Note], skip_s: float, keep_s: float, sound_font: Path = SOUND_FONT
) -> list[np.ndarray]:
    """Each note's samples from `skip_s` after its onset, `keep_s` long.

    Returns mono float64 arrays at RENDER_RATE_HZ; reverb and chorus are off. Stereo
    programs are averaged, which loses nothing where both sides hold the same recording.
    """
    lead_s, tail_s = 0.5, 0.7
    hold_s = skip_s + keep_s + 0.1
    track = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=1_000_000),
            mido.Message("program_change", program=program),
        ]
    )
    for note in notes:
        track.append(
            mido.Message(
                "note_on",
                note=note.key,
                velocity=note.velocity,
                time=round(lead_s * _TICKS_PER_SECOND),
            )
        )
        track.append(
            mido.Message(
                "note_off", note=note.key, velocity=0, time=round(hold_s * _TICKS_PER_SECOND)
            )
        )
        track.append(mido.MetaMessage("marker", text="gap", time=round(tail_s * _TICKS_PER_SECOND)))
    song = mido.MidiFile(ticks_per_beat=_TICKS_PER_SECOND, tracks=[track])
    mono = render_song(song, sound_font)
    period_s, keep = lead_s + hold_s + tail_s, round(keep_s * RENDER_RATE_HZ)
    starts = [round((i * period_s + lead_s + skip_s) * RENDER_RATE_HZ) for i in range(len(notes))]
    return [mono[start : start + keep] for start in starts]


def render_song(song: mido.MidiFile, sound_font: Path = SOUND_FONT) -> np.ndarray:
    """Mono float64 [T] at RENDER_RATE_HZ, without reverb and chorus.

    Raises:
        InputError: see `require_fluidsynth`.
        EngineError: fluidsynth failed.
    """
    require_fluidsynth(sound_font)
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder) / "song.mid", Path(folder) / "song.wav"
        song.save(str(midi))
        command = [
            "fluidsynth", "-q", "-n", "-i", "-R", "0", "-C", "0", "-g", "1.0",
            "-r", str(RENDER_RATE_HZ), "-O", "float", "-T", "wav", "-F", str(wav),
            str(sound_font), str(midi),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not wav.is_file():
            raise EngineError(f"fluidsynth failed: {done.stderr.strip().splitlines()[-1:]}")
        return read_mono(wav, full_scale=None)
