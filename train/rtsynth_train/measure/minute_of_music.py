"""`python -m rtsynth_train.measure.minute_of_music FILE.wav`: a minute of music to train on.

The first sixteen bars of the Prelude in C by J. S. Bach (BWV 846) on the piano of FluidR3 GM, in
one recording. What a network needs for it: docs/measurements.md.
"""

import argparse
import sys
from pathlib import Path

import mido
import numpy as np

from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.errors import RtsynthError
from rtsynth.common.plain_text import plain
from rtsynth_train.sets.soundfont import RENDER_RATE_HZ, render_song

BAR_MS = 3750
STEPS = 16  # of a bar
# The five notes of each bar's chord, lowest first: its first half is played twice.
BARS = (
    (60, 64, 67, 72, 76), (60, 62, 69, 74, 77), (59, 62, 67, 74, 77), (60, 64, 67, 72, 76),
    (60, 64, 69, 76, 81), (60, 62, 66, 69, 74), (59, 62, 67, 74, 79), (59, 60, 64, 67, 72),
    (57, 60, 64, 67, 72), (50, 57, 62, 66, 72), (55, 59, 62, 67, 71), (55, 58, 64, 67, 73),
    (53, 57, 62, 69, 74), (53, 56, 62, 65, 71), (52, 55, 60, 67, 72), (52, 53, 57, 60, 65),
)  # fmt: skip
ORDER = (0, 1, 2, 3, 4, 2, 3, 4)
VELOCITIES = (84, 72, 66, 68, 72, 62, 64, 68)


def prelude() -> mido.MidiFile:
    """The bars as a MIDI file; the two lowest notes of a half bar are held, as written."""
    events = []
    for bar, chord in enumerate(BARS):
        for half in range(2):
            begin = bar * STEPS + half * STEPS // 2
            for step, place in enumerate(ORDER):
                note, end = chord[place], STEPS // 2 if place < 2 else step + 1
                events.append((begin + step, 1, note, VELOCITIES[step]))
                events.append((begin + end, 0, note, 0))
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    now = 0
    for at, on, note, velocity in sorted(events):
        ticks = at * BAR_MS // STEPS
        kind = "note_on" if on else "note_off"
        track.append(mido.Message(kind, note=note, velocity=velocity, time=ticks - now))
        now = ticks
    return mido.MidiFile(ticks_per_beat=1000, tracks=[track])


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="rtsynth_train.measure.minute_of_music")
    parser.add_argument("file", type=Path, help="the recording to write")
    arguments = parser.parse_args()
    try:
        sound = render_song(prelude())[: len(BARS) * BAR_MS * RENDER_RATE_HZ // 1000]
        sound = (0.7 * sound / np.abs(sound).max()).astype(np.float32)
        write_audio(arguments.file, sound, RENDER_RATE_HZ)
    except RtsynthError as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
